"""The settings of proxies and of what watches others: the hosts that they name, and the variables that they want."""

from dlint.model.compose.program_settings import LOCALHOST, Asked, Settings, Wanted, settings_of
from dlint.model.facts.settings_readers import Reader

__all__ = ["Asked", "LOCALHOST", "Reader", "Settings", "settings_of", "Wanted"]
