"""Packages that a step installed, and folders of the context that are copied over them."""

from __future__ import annotations

import posixpath

from dlint.api import NamedTuple, Problem, Problems, Related, check
from dlint.api.build import Add, Build, Copy, Run, ShellCommand, Stage, comes_later, local_path, run_of, target_of
from dlint.api.dockerfile import innermost


class _Installed(NamedTuple):
    """A folder that a command filled: its path in the image, and the command."""

    path: str
    command: ShellCommand


# The folder, in the working directory, that a command of a package manager fills, and its subcommands that do.
# Sources: docs.npmjs.com, yarnpkg.com, pnpm.io, bun.sh, getcomposer.org, docs.astral.sh/uv, docs.python.org (venv).
_NODE = ("node_modules", ("install", "ci", "install-clean", "add"))
_FILLS = {
    "npm": _NODE,
    "pnpm": _NODE,
    "bun": _NODE,
    "yarn": ("node_modules", ("", "install", "add")),
    "composer": ("vendor", ("install", "require", "update")),
    "uv": (".venv", ("sync",)),
}


_ELSEWHERE = ("--prefix", "--cwd", "-C", "--dir", "-d", "--working-dir")
"""Options that name the folder to work in."""


def _fills(command: ShellCommand) -> str | None:
    """The folder, in the working directory, that a command fills with packages; None if it fills none there."""
    tool = command.tool
    if command.has_flag("-g", "--global", "--location"):
        return None
    if tool in _FILLS:
        folder, verbs = _FILLS[tool]
        elsewhere = command.flag(*_ELSEWHERE)
        if command.verb not in verbs or (elsewhere is not None and not elsewhere.value):
            return None
        return posixpath.join(elsewhere.value or "", folder) if elsewhere is not None else folder
    if tool == "python" and [word.text for word in command.words[:2]] == ["-m", "venv"] and len(command.words) > 2:
        return command.words[-1].literal
    return None


@check(on=Build, words=(*_FILLS, "venv"))
def context_overwrites_packages(build: Build) -> Problems:
    """COPY of a folder that brings the host's packages over those that a step above installed."""
    for stage in build.graph.stages:
        if not stage.reachable or stage.os == "windows":
            continue
        installed: list[_Installed] = []
        for node in stage.instructions:
            if type(node) is Run:
                installed += _installed_by(stage, node)
            elif installed and (type(node) is Add or (type(node) is Copy and not node.from_)):
                yield from _overwritten(build, stage, node, installed)


def _installed_by(stage: Stage, run: Run) -> list[_Installed]:
    script = stage.script(run)
    folder = stage.workdir_at(run)
    if script is None or any(name in script.names for name in ("rm", "mv", "pushd", "popd")):
        return []
    commands = [*innermost(script.commands)]
    if "(" in run.raw and sum(command.name == "cd" for command in commands) > 1:
        return []  # Which of them count for the last is unclear.
    mounted = [mount.get("target") or "" for mount in run.mounts]
    found = []
    for command in commands:
        if command.name == "cd":
            folder = _changed(folder, command)
        name = _fills(command) if isinstance(folder, str) else None
        if name and isinstance(folder, str) and run_of(command, stage) is run:
            path = posixpath.normpath(posixpath.join(folder, name))
            if path not in mounted:
                found.append(_Installed(path, command))
    return found


def _changed(folder: object, command: ShellCommand) -> str | None:
    """The folder behind a ``cd``; None if it is unknown."""
    target = command.words[0].literal if command.words else None
    if not target or target == "-" or not (target.startswith("/") or isinstance(folder, str)):
        return None
    return posixpath.normpath(posixpath.join(str(folder), target))


def _overwritten(build: Build, stage: Stage, copy: Copy | Add, installed: list[_Installed]) -> Problems:
    into = target_of(copy, stage)
    if into is None or copy.flag("exclude") is not None:
        return
    for word in copy.sources:
        source = local_path(word, copy, stage)
        if source is None or any(char in source for char in "*?["):
            continue
        for one in installed:
            inner = posixpath.relpath(one.path, into)
            host = posixpath.normpath(posixpath.join(source, inner))
            if not inner.startswith("..") and _is_brought(build, host, source):
                what = posixpath.basename(one.path)
                what = what if host == what else f"**/{what}"
                message = f"This copies {host} of the context over what {one.command.name} has put into {one.path}"
                message += f": exclude {what} in .dockerignore"
                related = [Related(one.command, "installed here"), *build.asked_at()]
                if build.ignore is not None:
                    related.append(Related(build.ignore.part(0, 0), "this does not keep it out"))
                yield Problem(word, message, related=related)
                return


def _is_brought(build: Build, host: str, source: str) -> bool:
    """Whether the host has the folder, or will have it where somebody works, and no ignore file keeps it out."""
    context = build.contents
    if context.kept_out_by(host) is not None or build.excludes(host):
        return False
    path = context.path(host)
    if context.project.is_dir(path):
        return True
    if source != "." and not context.project.is_dir(context.path(source)):
        return False
    ignored = comes_later(context.project.text, path)
    return ignored and any(context.has(posixpath.join(posixpath.dirname(host), name)) for name in _MANIFESTS)


_MANIFESTS = ("package.json", "composer.json", "pyproject.toml", "requirements.txt")
