"""Programs that compile, and the commands by which tools build a program.

Sources: the manuals of GCC, Clang, rustc, Go, Cargo, Swift, .NET, Maven and Gradle.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from dlint.syntax.shell.script import ShellCommand

COMPILERS: Final = frozenset(("cc", "c++", "clang", "clang++", "g++", "gcc", "musl-gcc", "rustc"))
"""Compilers that are told with ``-o`` what to make."""

_MAVEN: Final = frozenset(("package", "install", "verify"))
_GRADLE: Final = frozenset(("build", "assemble", "jar", "bootJar", "installDist", "shadowJar"))
_GOALS: Final = {"mvn": _MAVEN, "mvnw": _MAVEN, "gradle": _GRADLE, "gradlew": _GRADLE}
# For the machine that they run on, unless they are told another.
_NATIVE: Final = {"cargo": ("build", "install"), "go": ("build", "install"), "swift": ("build",)}
_VERBS: Final = {**_NATIVE, "dotnet": ("build", "publish")}


def builds_program(command: ShellCommand) -> bool:
    """Whether a command has a language's own tool build a program."""
    verbs = _VERBS.get(command.name)
    if verbs is not None:
        return _verb(command) in verbs
    goals = _GOALS.get(command.name)
    return goals is not None and any(word.text.rpartition(":")[2] in goals for word in command.given)


def makes_machine_code(command: ShellCommand) -> bool:
    """Whether a command compiles for the machine that it runs on, unless it is told another."""
    return command.name == "make" or command.name in COMPILERS or _verb(command) in _NATIVE.get(command.name, ())


def _verb(command: ShellCommand) -> str:
    """What the tool is told to do; the first word, where nobody knows which of its options have values."""
    return command.verb or next((word.text for word in command.words), "")
