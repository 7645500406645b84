"""Programs that run a file of the project that they are given, and which of their words that is.

Sources: ``python --help``, ``node --help``, java(1), perlrun(1), ``ruby --help``, ``php --help``, those of shells,
learn.microsoft.com/dotnet/core/tools/dotnet.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final


class Interpreter(NamedTuple):
    """What a program runs: files with one of some ``endings``.

    ``values`` are options with a value in the next word, ``others`` those with which the file is no such one. With
    ``verb`` it stands behind that word.
    """

    endings: tuple[str, ...]
    values: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    verb: str = ""


_SHELL: Final = Interpreter((".sh", ".bash"), ("-o", "+o", "-O"), ("-c", "-s"))
_PYTHON: Final = Interpreter((".py",), ("-W", "-X", "--check-hash-based-pycs"), ("-m", "-c", "-h", "-V", "--version"))
_NODE: Final = Interpreter(
    (".js", ".mjs", ".cjs"),
    ("-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file"),
    ("-e", "--eval", "-p", "--print", "-c", "--check", "--test", "--run", "-i", "--interactive", "-v", "--version"),
)
INTERPRETERS: Final = {
    "python": _PYTHON, "python2": _PYTHON, "python3": _PYTHON,
    "node": _NODE, "nodejs": _NODE,
    "java": Interpreter(
        (".jar",), ("-cp", "-classpath", "--class-path", "-p", "--module-path"), ("-m", "--module"), "-jar"
    ),
    "ruby": Interpreter((".rb",), ("-r", "-I", "-C"), ("-e", "-S")),
    "php": Interpreter((".php",), ("-c", "-d", "-z"), ("-r", "-S", "-a", "-B", "-R", "-F", "-E")),
    "perl": Interpreter((".pl",), (), ("-e", "-E", "-x")),
    "dotnet": Interpreter((".dll",), (), ("exec", "run", "watch", "--depsfile", "--runtimeconfig")),
    "sh": _SHELL, "bash": _SHELL, "ash": _SHELL, "dash": _SHELL,
}  # fmt: skip
ENDINGS: Final = tuple(sorted({ending for one in INTERPRETERS.values() for ending in one.endings}))
BUILT: Final = (".jar", ".dll")
"""The endings of what nobody writes by hand."""


def run_by(words: Sequence[str]) -> int | None:
    """The index of the word that names the file which an interpreter runs; None if it is none, or does not say."""
    name = words[0].rpartition("/")[2] if words else ""
    found = INTERPRETERS.get(name) or INTERPRETERS.get(name.rstrip("0123456789."))
    if found is None:
        return None
    at, seen = 1, not found.verb
    while at < len(words):
        word = words[at]
        if word in found.others or (word[:2] in found.others and len(word) > 2 and not word.startswith("--")):
            return None
        if word == found.verb:
            seen = True
        elif word in found.values:
            at += 1
        elif not word.startswith(("-", "+")):
            return at if seen and word.endswith(found.endings) else None
        at += 1
    return None
