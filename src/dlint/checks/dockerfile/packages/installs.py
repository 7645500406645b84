"""Steps that install an application's packages: what they are given, and what they need."""

from __future__ import annotations

import posixpath
from fnmatch import fnmatchcase

from dlint.api import Fix, Problem, Problems, Runs, check, pattern
from dlint.api.dockerfile import (
    Add,
    Copy,
    OwnImage,
    Run,
    Script,
    ShellCommand,
    Stage,
    Workdir,
    flag,
    for_development,
    innermost,
    value_of,
)
from dlint.api.installs import (
    SOURCE,
    VARIABLES,
    WORKERS,
    Needed,
    Presence,
    moves_surely,
    needed_by,
    places_of,
    whatever_the_context,
    with_folders,
    written_by,
)

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
_TESTED = pattern(r"(?:\[|\btest)[ \t]+(?:![ \t]+)?-[efrs][ \t]+[\"']?([^\s\"';&|\]]+)")
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


@check(on=Runs(*WORKERS))
def install_before_files(run: Run, stage: Stage) -> Problems:
    """A step that installs or builds a project, before any file that it needs can be there."""
    script = stage.script(run)
    if run.onbuild is not None or script is None or not script.posix or script.has_error:
        return
    presence = whatever_the_context(stage)
    for command in innermost(script.commands):
        wanted = needed_by(command)
        needed = next((one for one in wanted if _surely_lacks(one, command, run, stage, presence)), None)
        if needed is not None:
            message = f"Nothing has brought {needed.paths[0]} here yet, so that {command.name} does not find it"
            yield Problem(command.name_node, f"{message}: copy it first, or mount it here")
            return


def _surely_lacks(needed: Needed, command: ShellCommand, run: Run, stage: Stage, presence: Presence) -> bool:
    """Whether it is sure that nothing has brought what a command needs to any place where it looks for it."""
    script = command.script
    folder = _folder(run, stage)
    if not {"cd", "pushd", "popd"}.isdisjoint(script.names):
        # Where the commands before may write anywhere, the folder makes no difference.
        written = written_by(run, stage, hooks=False, until=command)
        clear = written is not None and all(one.path != "/" or one.kind != "any" for one in written)
        moved = with_folders(script, folder) if clear and moves_surely(script) else ()
        folder = next((at for one, at in moved if one is command), None)
    if not isinstance(folder, str):
        return False
    for path in places_of(needed, folder):
        if presence.at(path, stage, run, SOURCE, command=command) is not False:
            return False
    looks_elsewhere = any(f"{name}=" in script.text.text or name in stage.env_at(run) for name in VARIABLES)
    return not looks_elsewhere and not _is_asked_for(needed, script)


def _folder(run: Run, stage: Stage) -> object:
    """The folder that a step runs in; without a WORKDIR that of the base image."""
    folder = stage.workdir_at(run)
    facts = OwnImage.of_stage(stage).facts
    if isinstance(folder, str) or facts is None or any(at.last(Workdir) is not None for at in stage.lineage):
        return folder
    return facts.workdir


def _is_asked_for(needed: Needed, script: Script) -> bool:
    """Whether a script tests for what a command needs."""
    names = {posixpath.basename(path) for path in needed.paths}
    return any(posixpath.basename(match[1]) in names for match in _TESTED.finditer(script.text.text))
