"""Programs that run a script of the project's ``package.json``, and which word of theirs is its name."""

from __future__ import annotations

from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

RUNNERS: Final = ("npm", "yarn", "pnpm", "bun")
LEADING: Final = (*RUNNERS, ".sh", "/entrypoint", "-entrypoint")
"""What stands in a command line that may start a server by way of the project's files."""

_USUAL: Final = ("run dev", "run start", "run serve", "run preview", "start", "dev", "serve")
_SCRIPTS: Final = '.sh"|-entrypoint"|/entrypoint"|entrypoint ./|entrypoint /|entrypoint sh|entrypoint bash'.split("|")
WORDS: Final = (
    *(f'{name}"' for name in RUNNERS), *(f"{name} {script}" for name in RUNNERS for script in _USUAL),
    *(f"cmd {name}" for name in (*RUNNERS, "sh", "bash", "./", "/")), *_SCRIPTS,
)  # fmt: skip
"""What stands in a Dockerfile that starts one that way, in lower case."""

# docs.npmjs.com/cli/commands/npm-run, yarnpkg.com/cli/run, pnpm.io/cli/run, bun.sh/docs/cli/run
_RUN: Final = ("run", "run-script", "rum", "urn")
# Scripts that npm runs by their names alone; yarn, pnpm and bun run any, where it is no command of theirs.
_OF_NPM: Final = frozenset(("start", "test", "stop", "restart"))
_COMMANDS: Final = frozenset(
    "add audit bin cache ci config create dlx exec global help import info init install link list node outdated"
    " pack patch pm prune publish rebuild remove set store test unlink update upgrade version why workspace workspaces"
    " x".split()
)
# bun.sh/docs/bundler
_OF_BUN: Final = ("build",)
# With these the file is another one, or there are several.
_ELSEWHERE: Final = (
    "-C", "-w", "-r", "-F", "--prefix", "--workspace", "--cwd", "--dir", "--filter", "--recursive", "--top-level",
)  # fmt: skip


class Call(NamedTuple):
    """The script that is called, and the words that are handed on to it.

    ``may_be_program``: where there is no such script, a program of that name is run.
    """

    name: str
    rest: tuple[str, ...]
    may_be_program: bool


def call_of(words: Sequence[str]) -> Call | None:
    """The script that a command line calls; None if it calls none, or one of another folder."""
    name = words[0].rpartition("/")[2] if words else ""
    if name not in RUNNERS:
        return None
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 1
    if any(word.partition("=")[0] in _ELSEWHERE for word in words[1:at]):
        return None
    verb = words[at] if at < len(words) else ""
    if verb in _RUN:
        at += 1
        while at < len(words) and words[at].startswith("-"):
            if words[at].partition("=")[0] in _ELSEWHERE:
                return None
            at += 1
    elif (
        (verb not in _OF_NPM)
        if name == "npm"
        else (verb in _COMMANDS or verb == "" or (name == "bun" and verb in _OF_BUN))
    ):
        return None
    rest = words[at + 1 :]
    return Call(words[at], _handed_on(name, rest), name != "npm") if at < len(words) and _is_here(name, rest) else None


def _is_here(name: str, rest: Sequence[str]) -> bool:
    """Whether no option behind the script's name leads to another folder: npm reads its own there too."""
    before = rest[: rest.index("--")] if "--" in rest else rest
    elsewhere = _ELSEWHERE if name == "npm" else ("--prefix", "--workspace")
    return not any(word.partition("=")[0] in elsewhere for word in before)


def _handed_on(name: str, rest: Sequence[str]) -> tuple[str, ...]:
    """The words that the script is given: npm keeps the options before ``--`` for itself."""
    if name != "npm":
        return tuple(word for at, word in enumerate(rest) if word != "--" or at)
    if "--" not in rest:
        return tuple(word for word in rest if not word.startswith("-"))
    at = rest.index("--")
    return (*(word for word in rest[:at] if not word.startswith("-")), *rest[at + 1 :])
