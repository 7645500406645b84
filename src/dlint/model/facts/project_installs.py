"""What installs all packages that files of a project name; ``installs.py`` has what such a step stops without."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.syntax.shell.script import ShellCommand

# What installs all that a project's own files name, and the first of those files.
_OF_PROJECTS: Final = {
    "npm": (("ci", "install"), "package.json"),
    "yarn": (("", "install"), "package.json"),
    "pnpm": (("install",), "package.json"),
    "bun": (("install",), "package.json"),
    "pip": (("install",), "file of requirements"),
    "bundle": (("", "install"), "Gemfile"),
    "composer": (("install",), "composer.json"),
}
INSTALLERS: Final = (*_OF_PROJECTS,)
"""Tools that install what files of a project name."""

# Flags with which they have something else to do, or look elsewhere.
_HAS_ELSE_TO_DO: Final = (
    "-g", "--global", "-v", "--version", "-h", "--help", "--prefix", "-C", "--cwd", "--dir", "--gemfile", "-d",
    "--working-dir", "--location",
)  # fmt: skip


def project_file(command: ShellCommand) -> str | None:
    """What to call the file that a command installs all packages of; None if it installs none of a project's."""
    verbs, file = _OF_PROJECTS.get(command.tool, ((), ""))
    if command.verb not in verbs:
        return None
    if command.tool == "pip":
        asked = command.has_flag("-r", "--requirement")
        return file if asked and not any("://" in word.text or word.text[:1] == "/" for word in command.words) else None
    return file if not command.arguments and not command.has_flag(*_HAS_ELSE_TO_DO) else None
