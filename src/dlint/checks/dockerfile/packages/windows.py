"""Package managers of Windows and PowerShell: versions."""

from __future__ import annotations

from dlint.api import Command, Problem, Problems, check
from dlint.api.dockerfile import ShellCommand, names_package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# What installs, the options that say which version, and how to write one.
_INSTALLERS: Final = {
    "choco": (("install", "upgrade"), ("-version",), "choco install {} --version <version>"),
    "winget": (("install",), ("--version", "-v"), "winget install {} --version <version>"),
    "nuget": (("install",), ("-Version",), "nuget install {} -Version <version>"),
    "scoop": (("install",), (), "scoop install {}@<version>"),
    "install-module": (("",), ("-requiredversion", "-maximumversion"), "Install-Module {} -RequiredVersion <version>"),
    "install-package": (("",), ("-requiredversion",), "Install-Package {} -RequiredVersion <version>"),
}


@check(on=Command(*_INSTALLERS), windows=True)
def windows_package_unpinned(command: ShellCommand) -> Problems:
    """Packages that choco, winget, NuGet, Scoop or PowerShell installs in whatever version is current."""
    verbs, options, example = _INSTALLERS[command.name]
    if command.verb not in verbs or command.has_flag(*options):
        return
    given = command.flag("-name", "--id")
    names = [word.text for word in command.arguments] if given is None else [given.value or ""]
    names = [name for name in names if names_package(name) and not _is_settled(name)]
    if names:
        some = ", ".join(names[:5])
        yield Problem(command.name_node, f"{some} comes in whatever version is current: {example.format(names[0])}")


def _is_settled(name: str) -> bool:
    """Whether a version is in the name, or a file lists what is installed."""
    return "@" in name or name.lower().endswith((".config", ".nupkg"))
