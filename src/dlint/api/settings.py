"""The settings of proxies and of what watches others: the hosts that they name, and the variables that they want."""

from dlint.model.compose.program_settings import LOCALHOST, Asked, Reader, Settings, Wanted, settings_of

__all__ = ["Asked", "LOCALHOST", "Reader", "Settings", "settings_of", "Wanted"]
