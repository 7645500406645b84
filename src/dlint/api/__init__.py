"""What a rule may use, from every layer below it. Checks and plug-ins import this package and nothing else of dlint.

``dlint.api`` itself has what every rule needs. ``dlint.api.dockerfile``, ``dlint.api.compose``,
``dlint.api.dockerignore``, ``dlint.api.build`` and ``dlint.api.file`` add the nodes of each kind of file, so that a
run over Dockerfiles never imports the Compose side, nor the other way round. The other modules here have what few rules
of dlint's own ask for, so that the others do not import it.
"""

from dlint.lazy import Any, NamedTuple, cast, json_array, lazy, pattern
from dlint.model.facts.command_lines import is_command_line, shortened, words_of
from dlint.model.facts.credential_files import holds_settings_only, is_credential_file
from dlint.model.facts.placeholders import is_placeholder, says_placeholder
from dlint.model.facts.secrets import (
    SecretKind,
    connection_password,
    is_for_browsers,
    is_random,
    is_strong,
    looks_secret_name,
    may_hold_secret,
    secret_value,
)
from dlint.model.facts.worth import Worth, is_harmless, worth
from dlint.rule.finding import Gathered
from dlint.rule.rule import Check, Code, Command, Faults, Fix, Problem, Problems, Related, Runs, check, related_to
from dlint.rule.severity import SEVERITIES, Severity
from dlint.source import Edit, Node, Position, Source, Span, Text
from dlint.syntax.fault import Fault

__all__ = [
    "Any", "cast", "check", "Check", "Code", "Command", "connection_password", "Edit", "Fault", "Faults", "Fix",
    "Gathered", "holds_settings_only", "is_command_line", "is_credential_file", "is_for_browsers", "is_harmless",
    "is_placeholder", "is_random", "is_strong", "json_array", "lazy", "looks_secret_name", "may_hold_secret",
    "NamedTuple", "Node", "pattern", "Position", "Problem", "Problems", "Related", "related_to", "Runs",
    "says_placeholder", "secret_value", "SecretKind", "SEVERITIES", "Severity", "shortened", "Source", "Span", "Text",
    "words_of", "worth", "Worth",
]  # fmt: skip
