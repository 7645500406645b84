"""Which shell reads a script, and on which system: from SHELL, shebangs, comments and the base image."""

from __future__ import annotations

from collections.abc import Collection

from dlint.lazy import NamedTuple, pattern
from dlint.model.facts.images import windows_image
from dlint.syntax.dockerfile.parser import Dockerfile, Healthcheck, Instruction, Run, Shell
from dlint.syntax.dockerfile.script import exec_text
from dlint.syntax.image import ImageRef
from dlint.syntax.shell.options import set_options
from dlint.syntax.shell.script import Script
from dlint.syntax.shell.walk import parse as parse_script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class ShellState(NamedTuple):
    """The shell in effect for an instruction.

    ``words`` is its command line, ``dialect`` one of ``sh bash dash ash busybox ksh zsh powershell cmd other``;
    ``pipefail`` and ``errexit`` say whether its options switch these on. ``node`` is the SHELL that set it, if one did.
    """

    words: tuple[str, ...]
    dialect: str
    pipefail: bool
    errexit: bool
    node: Shell | None


_DIALECTS: Final = {
    "sh": "sh", "bash": "bash", "rbash": "bash", "dash": "dash", "ash": "ash", "busybox": "busybox", "ksh": "ksh",
    "mksh": "ksh", "pdksh": "ksh", "ksh93": "ksh", "zsh": "zsh", "powershell": "powershell", "pwsh": "powershell",
    "cmd": "cmd",
}  # fmt: skip


def dialect_of(program: str) -> str:
    """The dialect of a shell by the path of its program."""
    return _DIALECTS.get(_file_name(program).lower().removesuffix(".exe"), "other")


def _file_name(program: str) -> str:
    return program.replace("\\", "/").rpartition("/")[2]


def state_of(words: tuple[str, ...], node: Shell | None = None) -> ShellState:
    """The state that a shell's command line makes."""
    program, options = (words[0], words[1:]) if words else ("", ())
    if _file_name(program) == "env":
        names = [word for word in options if not word.startswith("-") and "=" not in word]
        program = names[0] if names else program
    letters = [word for word in options if word[:1] == "-" and word.isascii() and word[1:].isalpha()]
    pipefail = "pipefail" in options and any("o" in word for word in letters)
    errexit = any("e" in word for word in letters) or "errexit" in options
    return ShellState(words, dialect_of(program), pipefail, errexit, node)


LINUX_SHELL: Final = state_of(("/bin/sh", "-c"))
WINDOWS_SHELL: Final = state_of(("cmd", "/S", "/C"))

_PRAGMA = pattern(r"hadolint\s+shell\s*=\s*(\S+)")


def pragma(comment: str) -> ShellState | None:
    """The shell that a comment ``hadolint shell=…`` sets."""
    match = _PRAGMA.match(comment)
    return state_of((match[1], "-c")) if match else None


_SHEBANG = pattern(r"#!\s*(\S+)(?:[ \t]+(?:-\S+[ \t]+)*(\S+))?")


def dialect_in(instruction: Instruction, shell: ShellState) -> str:
    """The dialect of the instruction's script: a heredoc that is the whole script may bring its own shebang."""
    if isinstance(instruction, Run) and instruction.heredoc is not None:
        return dialect_by_shebang(instruction.heredoc.body.text) or shell.dialect
    return shell.dialect


def dialect_by_shebang(text: str) -> str | None:
    """The dialect that the first line of a script asks for; None if it asks for none."""
    shebang = _SHEBANG.match(text)
    if shebang is None:
        return None
    return dialect_of(shebang[2] if shebang[2] and shebang[1].endswith("/env") else shebang[1])


def windows_file(dockerfile: Dockerfile) -> bool:
    """Whether its escape directive is that of Windows files: no step runs what only Linux has."""
    return dockerfile.escape == "`" and not any(
        type(node) is Run and _runs_linux(node) for node in dockerfile.instructions
    )


def _runs_linux(run: Run) -> bool:
    """Whether a step, read by a shell of Linux, calls a package manager or a tool for accounts that only Linux has."""
    # Few files have that directive.
    from dlint.model.facts.accounts import OF_LINUX
    from dlint.model.facts.packages import MANAGERS

    script = script_of(run, LINUX_SHELL)
    for name in script.names if script is not None else ():
        manager = MANAGERS.get(name)
        # pacman is that of MSYS2 as well.
        if name in OF_LINUX or (manager is not None and manager.root and name != "pacman"):
            return True
    return False


def system_of(
    platform: str | None, image: ImageRef | None, written: ImageRef | None, *, backtick: bool, dialects: Collection[str]
) -> str | None:
    """``linux`` or ``windows``, by platform, image name or shell; ``None`` if unknown.

    ``image`` is what FROM names, ``written`` the same with its variables as they stand; ``backtick`` is that the
    file has the escape directive of Windows files, ``dialects`` are those of the shells that the stage sets.
    """
    if platform:
        return "windows" if platform.lower().startswith("windows") else "linux"
    reference = image or written
    if reference is not None and windows_image(reference):
        return "windows"
    if backtick:
        # A Windows shell settles it.
        return "windows" if {"powershell", "cmd"}.intersection(dialects) else None
    return "linux" if image is not None else None


def script_of(instruction: Instruction, shell: ShellState) -> Script | None:
    """What ``shell`` reads of RUN, CMD, ENTRYPOINT or HEALTHCHECK; the exec form of RUN reads as the command it is."""
    subject = instruction.command if isinstance(instruction, Healthcheck) else instruction
    text = getattr(subject, "script", None)
    if text is not None:
        return parse_script(text, dialect=dialect_in(instruction, shell))
    return exec_script(instruction) if isinstance(instruction, Run) else None


def exec_script(instruction: Instruction) -> Script | None:
    """The command that the words of an instruction are, as a shell would need it; None if there are none."""
    subject = instruction.command if isinstance(instruction, Healthcheck) else instruction
    words = subject.words if subject is not None else []
    return parse_script(exec_text(words), dialect="sh") if words else None


_OPTIONS = pattern(r"#![ \t]*\S+((?:[ \t]+-[A-Za-z]+)*)")


def options_at_start(run: Run, text: str, shell: ShellState) -> tuple[bool, bool]:
    """Whether the shell that reads the script ``text`` of a RUN starts with errexit, and with pipefail."""
    if not run.shell_form:
        return False, False
    shebang = _OPTIONS.match(text)
    if shebang is not None:
        return "e" in shebang[1], False
    return shell.errexit, shell.pipefail


def stops_at_failures(script: Script, run: Run, shell: ShellState) -> bool:
    """Whether the shell that reads the script of a RUN stops at the first command that fails, all through it."""
    settings = script.by_name.get("set", ())
    if any(set_options([word.text for word in each.words]).get("errexit") is False for each in settings):
        return False
    return script.sets_errexit or options_at_start(run, script.text.text, shell)[0]
