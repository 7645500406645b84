"""Where a RUN may put files: what its commands are known to write to, and the folders that tools work in.

Tools that build or fetch something write below the folder they are called in, and to the paths they are given. Any
other command, and a script that is not seen, may write anywhere. What is said here is only ever used to know that
something is *not* there, so that too many paths are right and too few are wrong.
"""

from __future__ import annotations

import posixpath
from itertools import takewhile

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.commands import made_before
from dlint.syntax.dockerfile.parser import Arg, Env
from dlint.syntax.shell.commands import innermost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Final

    from dlint.model.dockerfile.stage import Stage
    from dlint.syntax.dockerfile.parser import Run
    from dlint.syntax.shell.script import Script, ShellCommand

MAKES_NO_FILES: Final = frozenset(
    ": [ adduser addgroup apk apt apt-get aptitude cat chgrp chmod chown command dnf docker-php-ext-enable"
    " docker-php-ext-install dpkg echo env exit export false grep groupadd groupmod id locale-gen ls microdnf printf"
    " pwd rm rmdir set sha256sum shopt sleep test true umask uname unset update-ca-certificates useradd usermod which"
    " yum".split()
)
"""Commands that make no files outside the folders of the system, but for what they are redirected to."""

_NAMED: Final = frozenset("cp install ln mkdir mv tee touch".split())
"""Commands that write to the paths among their words and nowhere else."""

_LOCAL: Final = frozenset(
    "ant bun bundle bzip2 cargo cmake composer corepack curl deno dotnet gem git go gradle gradlew gunzip gzip hugo"
    " lein meson mix mvn mvnw ng next ninja npm npx nuxt pdm pip pipenv pipx pnpm poetry rustc rustup sbt sed stack"
    " strip svn swift tar tsc turbo unzip upx uv vite webpack wget xz yarn zig zip".split()
)
"""Tools that write below the folder they are called in, and to the paths they are given."""

_PACKAGES: Final[dict[str, tuple[str, ...]]] = {
    "bun": ("node_modules", "bun.lock"),
    "bundle": ("vendor", ".bundle"),
    "composer": ("vendor", "composer.lock"),
    "npm": ("node_modules", "package-lock.json"),
    "pip": (),
    "pipenv": (".venv",),
    "pnpm": ("node_modules", "pnpm-lock.yaml"),
    "poetry": (".venv",),
    "uv": (".venv", "uv.lock"),
    "yarn": ("node_modules", "yarn.lock", ".yarn"),
}
"""Where package managers put packages, below the folder they are called in."""

_OF_NODE: Final = ("install", "ci", "install-clean", "add")
_FILLING: Final[dict[str, tuple[str, ...]]] = {
    "npm": _OF_NODE, "pnpm": _OF_NODE, "bun": _OF_NODE, "yarn": ("", "install", "add"),
    "composer": ("install", "require", "update"), "uv": ("sync",),
}  # fmt: skip
"""The subcommands by which they fill the first of these folders."""

FILLERS: Final = (*_FILLING, "venv", "virtualenv")
"""Words of which one stands in a file whose commands fill a folder with packages."""

_APART_KINDS: Final = ("subshell", "script")

_INSTALLS: Final = frozenset(("", "ci", "clean-install", "install", "sync", "pip install"))

_SETTINGS: Final = (".bundle", ".npmrc", ".yarnrc", ".yarnrc.yml", "poetry.toml", "pdm.toml")
"""Where tools keep their settings, below the folder they are called in."""

_GO_WRITES: Final = ("mod init", "mod tidy", "mod edit")

_CALLERS: Final = frozenset(("find", "xargs", "parallel"))
"""Programs that give others further words."""

_GROUP_ENDS: Final = tuple(f"{end}{to}" for end in ("}", ")", "done", "fi", "esac") for to in (">", "1>", "2>"))
_APART: Final = str.maketrans(dict.fromkeys("=:\"'`,;()|&<>", " "))
_UNCLEAR = pattern(r"[*?\[{$`]")


class Written(NamedTuple):
    """An absolute path that a command may write to; ``kind``: a ``file``, a ``folder`` without content, or ``any``."""

    path: str
    kind: str


class Filled(NamedTuple):
    """A folder that a command fills with packages: its absolute path."""

    path: str
    command: ShellCommand


def filled_by(run: Run, stage: Stage) -> Iterator[Filled]:
    """The folders that the commands of a RUN fill with packages, and that no mount and no later command takes away.

    Sources: docs.npmjs.com, yarnpkg.com, pnpm.io, bun.sh, getcomposer.org, docs.astral.sh/uv, docs.python.org (venv).
    """
    script = stage.script(run)
    if script is None or not script.names.isdisjoint(("pushd", "popd")):
        return
    mounted = [mount.get("target") or "" for mount in run.mounts]
    for command, folder in with_folders(script, stage.workdir_at(run)):
        name = _filled(command)
        if name and name[0] != "~" and not _is_moved(name, script):
            path = posixpath.normpath(posixpath.join(folder, name))
            if path not in mounted:
                yield Filled(path, command)


def with_folders(script: Script, folder: object) -> Iterator[tuple[ShellCommand, str]]:
    """The commands of a script, each with the folder it is called in, as far as that is known."""
    folders: dict[tuple[int, ...], object] = {(): folder}
    moved = "cd" in script.names
    for command in innermost(script.commands):
        around = command.surroundings if moved else None
        if moved and around is None:
            return
        # What a subshell, or a shell of its own, changes is over where it ends.
        apart = [id(part.step) for part in around.parts if part.step.kind in _APART_KINDS] if around is not None else []
        at = next(folders[key] for end in range(len(apart), -1, -1) if (key := tuple(apart[:end])) in folders)
        if command.name == "cd":
            folders[tuple(apart)] = _changed(at, command)
        elif isinstance(at, str):
            yield command, at


_SURE: Final = frozenset(("seq", "chain", "subshell", "script", "group"))


def moves_surely(script: Script) -> bool:
    """Whether every ``cd`` of a script runs whatever else happens, so that ``with_folders`` says where commands run."""
    if not script.names.isdisjoint(("pushd", "popd")):
        return False
    for command in script.by_name.get("cd", ()):
        around = command.surroundings
        if around is None or command.conditional or "||" in around.beside:
            return False
        if any(part.step.kind not in _SURE for part in around.parts):
            return False
    return True


def _changed(folder: object, command: ShellCommand) -> str | None:
    """The folder behind a ``cd`` or ``pushd``; None if it is unknown."""
    target = command.words[0].literal if command.words else None
    if not target or target == "-" or not (target.startswith("/") or isinstance(folder, str)):
        return None
    return posixpath.normpath(posixpath.join(str(folder), target))


def _filled(command: ShellCommand) -> str | None:
    """The folder, from where a command is called, that it fills; None if it fills none there."""
    tool, words = command.tool, command.words
    if command.has_flag("-g", "--global", "--location"):
        return None
    if tool in _FILLING:
        elsewhere = command.flag("--prefix", "--cwd", "-C", "--dir", "-d", "--working-dir")
        if command.verb not in _FILLING[tool] or (elsewhere is not None and not elsewhere.value):
            return None
        return posixpath.join((elsewhere.value or "") if elsewhere is not None else "", _PACKAGES[tool][0])
    venv = tool == "python" and [word.text for word in words[:2]] == ["-m", "venv"] and len(words) > 2
    return words[-1].literal if venv or (tool == "virtualenv" and words) else None


def _is_moved(folder: str, script: Script) -> bool:
    """Whether a command takes a folder away or puts something else there."""
    name = posixpath.basename(folder)
    movers = (each for mover in ("rm", "mv", "ln", "cp") for each in script.by_name.get(mover, ()))
    return any(name in word.text.split("/") for each in movers for word in each.words)


def written_by(
    run: Run, stage: Stage, *, hooks: bool = True, until: ShellCommand | None = None
) -> list[Written] | None:
    """The paths at which a RUN may put something, or those of its commands before ``until``; None for anywhere.

    With ``hooks`` the scripts that packages bring for their installation may write in the whole project.
    """
    script = stage.script(run)
    if script is None or not script.posix or script.has_error:
        return None
    folders = _folders(script, run, stage)
    if folders is None:
        return None
    if ">" in run.raw and any(end in "".join(run.raw.split()) for end in _GROUP_ENDS):
        return None
    found: list[Written] = []
    for command in _before(until, script.commands):
        redirected = _redirected(command, folders)
        if redirected is None:
            return None
        found += [Written(path, "file") for path in redirected]
    for command in _before(until, innermost(script.commands)):
        paths = _of_command(command, folders, hooks)
        if paths is None:
            return None
        kind = _kind(command)
        found += [Written(path, kind) for path in paths]
        if command.tool in _LOCAL and (hooks or not _installs(command)):
            found += [Written(path, "any") for path in _of_environment(run, stage)]
    return found


def _before(until: ShellCommand | None, commands: Iterable[ShellCommand]) -> Iterator[ShellCommand]:
    return takewhile(lambda command: command is not until, commands)


def _of_environment(run: Run, stage: Stage) -> list[str]:
    """The absolute paths in the variables that a tool may ask."""
    nodes = [node for node in (*stage.graph.preamble, *made_before(run, stage)) if isinstance(node, Arg | Env)]
    return [path for node in nodes for path in _mentioned(node.raw)]


def _kind(command: ShellCommand) -> str:
    """What a command makes of the paths that it is given."""
    if command.name in ("mkdir", "touch"):
        return "folder" if command.name == "mkdir" else "file"
    return "file" if _makes_one_file(command) else "any"


def _folders(script: Script, run: Run, stage: Stage) -> list[str] | None:
    """The folders in which its commands are called: that of the instruction, and those it changes to."""
    start = stage.workdir_at(run)
    found = [start if isinstance(start, str) and start.startswith("/") else "/"]
    for command in script.commands:
        if command.name not in ("cd", "pushd"):
            continue
        changed = [_changed(folder, command) for folder in found[:8]]
        if None in changed:
            return None
        found += [folder for folder in changed if folder is not None]
    return found


def _of_command(command: ShellCommand, folders: list[str], hooks: bool) -> list[str] | None:
    name = command.name
    if not name or name in ("cd", "pushd", "popd") or name in MAKES_NO_FILES:
        return []
    if not _CALLERS.isdisjoint(command.via):
        return None
    if name in _NAMED:
        return _operands(command, folders)
    if _makes_one_file(command):
        flag = command.flag("-o")
        target = flag.value if flag is not None else None
        clear = target and not target.endswith("/") and not _UNCLEAR.search(target)
        return _joined(folders, target) if target and clear else None
    if command.tool == "go" and command.verb.startswith(("mod", "version", "env", "vet")):
        return _joined_all(folders, ("go.mod", "go.sum")) if command.verb in _GO_WRITES else []
    if _sets_up(command):
        return _joined_all(folders, _SETTINGS)
    if not hooks and _installs(command):
        names = (*_PACKAGES[command.tool], "package.json") if command.arguments else _PACKAGES[command.tool]
        return [*_joined_all(folders, names), *_mentioned(command.raw)]
    if command.tool not in _LOCAL:
        return None
    return [*map(_top, folders), *_mentioned(command.raw)]


def _sets_up(command: ShellCommand) -> bool:
    """Whether a tool changes its own settings, or installs something for the whole system."""
    tool, verb = command.tool, command.verb.partition(" ")[0]
    if tool == "corepack":
        return command.given[:1] != [] and command.given[0].text in ("enable", "prepare", "disable")
    if tool in ("npm", "pnpm", "yarn", "bun") and (verb == "global" or command.has_flag("-g", "--global")):
        return True
    return verb in ("cache", "config") and tool in _PACKAGES and tool != "composer"


def _makes_one_file(command: ShellCommand) -> bool:
    """Whether it is a compiler that is told what to make."""
    from dlint.model.facts.compilers import COMPILERS

    compiles = command.name in COMPILERS or (command.tool == "go" and command.verb == "build")
    return compiles and command.has_flag("-o")


def _installs(command: ShellCommand) -> bool:
    """Whether it installs packages that a list names, and not what lies in its folder."""
    return (
        command.tool in _PACKAGES
        and command.verb in _INSTALLS
        and not any(word.text.startswith((".", "git+", "file:")) for word in command.arguments)
    )


def _operands(command: ShellCommand, folders: list[str]) -> list[str] | None:
    """The paths among the words of a command; the last must be clear, and so must all that are made."""
    words = [word for word in command.given if not word.text.startswith("-")]
    found: list[str] = []
    for word in words:
        text = word.literal
        if text is None or _UNCLEAR.search(text):
            if word is words[-1] or command.name in ("mkdir", "touch", "tee"):
                return None
            continue
        found += _joined(folders, text)
    return found


def _joined(folders: list[str], path: str) -> list[str]:
    return [posixpath.normpath(posixpath.join(folder, path)) for folder in folders]


def _joined_all(folders: list[str], names: tuple[str, ...]) -> list[str]:
    return [path for name in names for path in _joined(folders, name)]


def _redirected(command: ShellCommand, folders: list[str]) -> list[str] | None:
    found: list[str] = []
    for redirect in command.redirects:
        if redirect.operator.startswith("<") or "&" in redirect.operator:
            continue
        text = redirect.target.literal if redirect.target is not None else None
        if not text:
            return None
        found += _joined(folders, text)
    return found


def _top(folder: str) -> str:
    """The folder of a whole project that a folder lies in: tools go up to its top, and never down again elsewhere."""
    parts = folder.split("/")
    return "/".join(parts[: 3 if parts[1] in ("home", "media", "mnt", "opt", "srv") else 2]) or "/"


def _mentioned(text: str) -> Iterator[str]:
    """The absolute paths that stand in a text."""
    for word in text.translate(_APART).split() if "/" in text else ():
        if word.startswith("/") and not word.startswith("//"):
            yield posixpath.normpath(word)
