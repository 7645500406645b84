"""Steps that install an application's packages: what they are given, and what they need."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase

from dlint.api import Fix, Problem, Problems, Runs, check
from dlint.api.dockerfile import (
    Add,
    Copy,
    Onbuild,
    OwnImage,
    Run,
    ShellCommand,
    Stage,
    flag,
    for_development,
    innermost,
    value_of,
)
from dlint.api.installs import INSTALLERS, MAKES_NO_FILES, project_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# The files that say what to install, and the subcommands that read them.
_MANIFESTS: Final = {
    "bundle": (("install",), ("Gemfile", "Gemfile.lock", "*.gemspec", ".ruby-version")),
    "composer": (("install",), ("composer.json", "composer.lock")),
    "go": (("mod download",), ("go.mod", "go.sum")),
    "npm": (("ci", "install"), ("package.json", "package-lock.json", "package*.json", "npm-shrinkwrap.json", ".npmrc")),
    "pip": (("install",), ("requirements*.txt", "constraints*.txt")),
    "pnpm": (("install",), ("package.json", "pnpm-lock.yaml", ".npmrc")),
    "yarn": (("", "install"), ("package.json", "yarn.lock", ".yarnrc", ".yarnrc.yml")),
}
# What the image needs no more once the packages are there.
_READ_ONCE: Final = ("bundle", "pip")
_OFFLINE: Final = {
    "bundle": (("install",), ("--local",)),
    "cargo": (("build", "install", "fetch"), ("--offline", "--frozen")),
    "npm": (("ci", "install"), ("--offline",)),
    "pip": (("install",), ("--no-index",)),
    "pnpm": (("install",), ("--offline",)),
    "uv": (("sync", "pip install"), ("--offline",)),
    "yarn": (("", "install"), ("--offline",)),
}
_HARMLESS: Final = frozenset("cd mkdir rm cp mv chmod chown echo printf export set true ls cat".split())


@check(on=Runs(*_MANIFESTS))
def manifest_copied_for_install(run: Run, stage: Stage) -> Problems:
    """A step that installs what files say that were copied for it alone."""
    index = stage.position(run)
    before = stage.instructions[index - 1] if index > 0 else None
    if not isinstance(before, Copy | Add) or before.heredocs or run.onbuild is not None:
        return
    if before.flag("from") is not None or any("://" in word.value for word in before.sources):
        return
    if any(mount.type == "bind" for mount in run.mounts) or for_development(stage):
        return
    names = [posixpath.basename(value_of(word, before, stage) or word.value) for word in before.sources]
    script = stage.script(run)
    for command in script.commands if script is not None and script.posix else ():
        verbs, manifests = _MANIFESTS.get(command.tool, ((), ()))
        if command.verb not in verbs:
            continue
        if all(any(fnmatchcase(name, manifest) for manifest in manifests) for name in names):
            if command.tool in _READ_ONCE or _copies_all_after(stage, index):
                message = f"Only {command.name} reads this here: --mount=type=bind in the RUN below spares the layer"
                yield Problem(before.keyword, message)
            return


def _copies_all_after(stage: Stage, index: int) -> bool:
    later = stage.instructions[index + 1 : index + 50]
    copies = (node for node in later if isinstance(node, Copy | Add))
    return any(value_of(word, node, stage) in (".", "./") for node in copies for word in node.sources)


@check(on=Runs(*_OFFLINE))
def offline_install_with_network(run: Run, stage: Stage) -> Problems:
    """A step that is told to do without the network, and has it all the same."""
    if run.flag("network") is not None or stage.os == "windows":
        return
    script = stage.script(run)
    if script is None or not script.posix or script.has_error:
        return
    found: ShellCommand | None = None
    for command in innermost(script.commands):
        verbs, flags = _OFFLINE.get(command.tool, ((), ()))
        if command.verb in verbs and command.has_flag(*flags):
            found = found or command
        elif command.name not in _HARMLESS:
            return
    if found is not None:
        title = "Run without a network; needs BuildKit, and what the tool runs by itself gets none either"
        fix = Fix(title, flag(run, "--network=none"), safe=False)
        message = f"{found.name} is to work without the network: --network=none makes sure that nothing else uses it"
        yield Problem(found.name_node, message, fix=fix)


@check(on=Runs(*INSTALLERS))
def install_before_files(run: Run, stage: Stage) -> Problems:
    """A step that installs what files of the project name, before any of them can be there."""
    if run.onbuild is not None or any(mount.type == "bind" for mount in run.mounts):
        return
    if OwnImage.of_stage(stage).facts is None or not _is_bare_before(run, stage):
        return
    script = stage.script(run)
    for command in innermost(script.commands) if script is not None and script.posix and not script.has_error else ():
        file = project_file(command)
        if file is not None:
            yield Problem(
                command.name_node,
                f"Nothing is copied here yet, so that {command.name} finds no {file}: copy it first, or mount it here",
            )
            return
        if not _is_harmless(command):
            return


def _is_bare_before(run: Run, stage: Stage) -> bool:
    """Whether no instruction before ``run``, in its stage and those below it, can have brought a project's files."""
    for at in stage.lineage:
        for node in at.instructions[: stage.position(run)] if at is stage else at.instructions:
            if isinstance(node, Copy | Add | Onbuild):
                return False
            if isinstance(node, Run):
                script = at.script(node)
                if node.mounts or script is None or not script.posix or script.has_error:
                    return False
                if not all(map(_is_harmless, script.commands)):
                    return False
    return True


def _is_apart(path: str | None) -> bool:
    """Whether a path lies where no project does."""
    return path is not None and path.startswith(("/dev/", "/tmp/", "/var/", "/etc/"))


def _is_harmless(command: ShellCommand) -> bool:
    """Whether a command brings no file of a project's: it writes none that it is told to, and is known."""
    if any(
        not _is_apart(redirect.target.literal if redirect.target is not None else None)
        for redirect in command.redirects
    ):
        return False
    if command.tool in INSTALLERS:
        return command.verb in ("install", "config", "add") and bool(command.arguments)
    return command.name in MAKES_NO_FILES or command.name in ("cd", "corepack", "mkdir")
