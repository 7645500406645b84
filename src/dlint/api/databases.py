"""What databases make at their first start, and what their clients are told."""

from dlint.model.compose.clients import Client, clients_of
from dlint.model.compose.first_start import Logins, Value, base_name, first_scripts, logins_of
from dlint.model.facts.env_names import right_name
from dlint.model.facts.logins import Family

__all__ = ["base_name", "Client", "clients_of", "Family", "first_scripts", "Logins", "logins_of", "right_name", "Value"]
