"""Addresses of places in files, and whether a terminal opens links."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# Terminals that follow OSC 8, by what they set: https://github.com/Alhadis/OSC8-Adoption
_PROGRAMS = frozenset(("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "zed"))
_VARIABLES = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM", "ALACRITTY_WINDOW_ID")
# VTE, below GNOME Terminal and others, knows them from 0.50 on.
_VTE = 5000


def opens_links() -> bool:
    """Whether the terminal opens links, as far as its environment tells; FORCE_HYPERLINK decides, where it is set."""
    environment = os.environ
    forced = environment.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced not in ("", "0")
    term = environment.get("TERM", "")
    # A file's address means the machine the terminal is on. What runs inside screen or tmux cannot know the terminal.
    if "CI" in environment or "SSH_CONNECTION" in environment or term.startswith(("screen", "tmux", "dumb")):
        return False
    version = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM") in _PROGRAMS
        or any(name in environment for name in _VARIABLES)
        or (version.isdecimal() and int(version) >= _VTE)
    )


def file_url(path: str) -> str:
    """The address of a file on this machine."""
    from urllib.parse import quote

    text = os.fsencode(os.path.abspath(path).replace(os.sep, "/"))
    return "file://" + ("" if text.startswith(b"/") else "/") + quote(text)


def page_of() -> Callable[[str, int, int], str] | None:
    """The address of a line on the pages of the forge that runs this job; None where there is none.

    https://docs.github.com/actions/reference/workflows-and-actions/variables,
    https://docs.gitlab.com/ci/variables/predefined_variables/
    """
    from urllib.parse import quote

    environment = os.environ
    server, name, commit = (environment.get(f"GITHUB_{word}", "") for word in ("SERVER_URL", "REPOSITORY", "SHA"))
    base = f"{server}/{name}/blob/{commit}" if server and name and commit else ""
    if not base and environment.get("CI_PROJECT_URL") and environment.get("CI_COMMIT_SHA"):
        base = f"{environment['CI_PROJECT_URL']}/-/blob/{environment['CI_COMMIT_SHA']}"
    if not base.startswith(("https://", "http://")):
        return None
    return lambda path, line, column: f"{base}/{quote(path.encode('utf-8', 'surrogateescape'))}#L{line}"
