"""What ShellCheck says of a script, as the rules that show it see it."""

from dlint.shellcheck.reviewed import reviewed
from dlint.shellcheck.scripts import Remark

__all__ = ["Remark", "reviewed"]
