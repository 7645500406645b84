"""What ShellCheck says about the shell scripts of a Compose file."""

from __future__ import annotations

from dlint.api import Problems, check
from dlint.api.shellcheck import Remark, reviewed


@check(on=Remark)
def shellcheck_service(remark: Remark, *, level: str = "style", quiet: tuple[str, ...] = ()) -> Problems:
    """A remark of ShellCheck on a script of a service, under its own code."""
    yield from reviewed(remark, level=level, quiet=quiet)
