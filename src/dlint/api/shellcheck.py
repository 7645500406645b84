"""What ShellCheck says of a script, as the rules that show it see it."""

from dlint.shellcheck.remark import Remark
from dlint.shellcheck.reviewed import reviewed

__all__ = ["Remark", "reviewed"]
