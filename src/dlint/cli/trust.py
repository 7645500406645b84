"""Which projects the user lets run code: plug-ins, and a ShellCheck of their own, that their configuration names.

Nothing of a linted tree runs unasked. The user allows it for one run (``--trust``, or ``DLINT_TRUST=1`` for all runs of
an environment), or once for a project, by a line in a file of the user's own.
"""

from __future__ import annotations

import os

from dlint.cli.output import UserError, from_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.config.layers import Config

_LARGEST = 1_000_000
_YES = ("1", "true", "yes", "on")
REMEDY = "--trust runs it once, `dlint config trust` from now on"


def trusts(root: str) -> bool:
    """Whether the user lets code of the project in the folder ``root`` run."""
    if os.environ.get("DLINT_TRUST", "").lower() in _YES:
        return True
    top = os.path.realpath(root)
    return any(top == place or top.startswith(place.rstrip(os.sep) + os.sep) for place in _places())


def _places() -> list[str]:
    """The folders that the user has trusted, with all below them."""
    path = trust_file()
    if not path:
        return []
    from dlint.project.disk import read_file

    try:
        text = (read_file(path, _LARGEST) or b"").decode("utf-8", "surrogateescape")
    except OSError:
        return []
    lines = (line.strip() for line in text.split("\n"))
    return [os.path.realpath(line) for line in lines if os.path.isabs(line)]


def trust_file() -> str:
    """The user's list of trusted folders (XDG Base Directory Specification); "" where there is no home."""
    base = os.environ.get("APPDATA" if os.name == "nt" else "XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        base = os.path.join(home, ".config") if os.path.isabs(home) else ""
    return os.path.join(base, "dlint", "trusted") if base else ""


def add(root: str) -> str:
    """Trust a folder from now on; gives the path of the list. Raises UserError."""
    path = trust_file()
    top = os.path.realpath(root)
    if not path or "\n" in top:
        raise UserError("there is no home folder to keep the list of trusted folders in; use DLINT_TRUST=1")
    if top not in _places():
        try:
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            with open(path, "a", encoding="utf-8", errors="surrogateescape") as handle:
                handle.write(f"{top}\n")
        except OSError as error:
            raise UserError(f"cannot write {path}: {error.strerror}") from error
    return path


def withheld(config: Config) -> list[str]:
    """A sentence on code that a configuration names and that does not run; none if there is none."""
    if not config.withheld:
        return []
    by = ", ".join(map(from_here, config.withheld_by))
    return [f"{by}: code that it names did not run ({', '.join(config.withheld)}); {REMEDY}"]
