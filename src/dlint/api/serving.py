"""Servers that say on their command line what they listen on, and web applications of .NET."""

from dlint.model.facts.listeners import NAMES
from dlint.model.facts.script_runners import WORDS
from dlint.model.facts.servers import moves_dotnet
from dlint.model.image import dotnet_ports

__all__ = ["dotnet_ports", "moves_dotnet", "SERVERS", "WORDS"]

SERVERS = (*NAMES, *WORDS)
"""What stands in a Dockerfile that starts one, by itself or by way of other files of the project."""
