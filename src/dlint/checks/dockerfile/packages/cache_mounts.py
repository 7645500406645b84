"""Caches of package managers, kept from build to build in mounts."""

from __future__ import annotations

import posixpath

from dlint.api import Edit, Fix, NamedTuple, Problem, Problems, Runs, check
from dlint.api.dockerfile import BUILDERS, MANAGERS, Run, ShellCommand, Stage, Word, environment, flag, is_root, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class Place(NamedTuple):
    """Where a tool keeps what it loads, if it runs as root and none of the variables says otherwise.

    ``image`` is the official image in which that is so; empty for any.
    """

    folders: tuple[str, ...]
    variables: tuple[str, ...]
    image: str = ""


_PLACES: Final = {
    "bun": Place(("/root/.bun/install/cache",), ("BUN_INSTALL", "BUN_INSTALL_CACHE_DIR")),
    "bundle": Place(("/usr/local/bundle/cache",), ("GEM_HOME", "BUNDLE_PATH"), "ruby"),
    "cargo": Place(("/usr/local/cargo/registry",), ("CARGO_HOME",), "rust"),
    "dotnet": Place(("/root/.nuget/packages",), ("NUGET_PACKAGES",)),
    "go": Place(("/go/pkg/mod", "/root/.cache/go-build"), ("GOPATH", "GOCACHE", "GOMODCACHE", "GOFLAGS"), "golang"),
    "npm": Place(("/root/.npm",), ("npm_config_cache", "NPM_CONFIG_CACHE")),
    "pip": Place(("/root/.cache/pip",), ("PIP_CACHE_DIR", "PIP_NO_CACHE_DIR", "XDG_CACHE_HOME")),
    "uv": Place(("/root/.cache/uv",), ("UV_CACHE_DIR", "UV_NO_CACHE", "XDG_CACHE_HOME")),
}
# They install files that are there already, or keep nothing of what they load.
_WITHOUT: Final = ("dpkg", "gdebi", "pecl", "rpm")
_NO_CACHE: Final = ("--no-cache-dir", "--no-cache", "--cache-dir", "--cache", "-n", "--path", "--packages", "--source")


@check(on=Runs(*MANAGERS, *BUILDERS))
def package_cache_not_mounted(run: Run, stage: Stage) -> Problems:
    """A package manager without a cache mount, so that it loads everything again after each change."""
    if stage.os == "windows":
        return
    script = stage.script(run)
    for command in script.commands if script is not None and script.posix else ():
        if loads(command) and command.tool not in _WITHOUT and not _is_mounted(command, run, stage):
            message = f"Mount a cache for {command.tool} (RUN --mount=type=cache,target=…): it loads all anew otherwise"
            yield Problem(run.keyword, message, fix=_mounted(command, run, stage))
            return


def _is_mounted(command: ShellCommand, run: Run, stage: Stage) -> bool:
    """Whether a cache mount may hold what the tool loads: one of the usual folder, or any if another folder is set."""
    targets = [mount.get("target") or "" for mount in run.mounts if mount.type == "cache"]
    place = _PLACES.get(command.tool)
    if not targets or place is None or command.has_flag(*_NO_CACHE):
        return bool(targets)
    if any(environment(command, stage, name) != "" for name in place.variables) or isinstance(stage.user_at(run), Word):
        return True
    words = (command.tool, *(posixpath.basename(folder) for folder in place.folders), "cache", "$")
    return any(word in target for target in targets for word in words)


def _mounted(command: ShellCommand, run: Run, stage: Stage) -> Fix | None:
    """The fix that mounts the folders of a tool; None where it may keep them elsewhere, or is told to keep nothing."""
    place = _PLACES.get(command.tool)
    user, image = stage.user_at(run), stage.root.image
    if place is None or (place.image and (image is None or image.familiar != place.image)):
        return None
    if isinstance(user, Word) and (user.literal is None or not is_root(user.literal)):
        return None
    if command.has_flag(*_NO_CACHE) or any(environment(command, stage, name) != "" for name in place.variables):
        return None
    text = " ".join(f"--mount=type=cache,target={folder}" for folder in place.folders)
    edit: Edit = flag(run, text)
    return Fix("Mount a cache; needs BuildKit", edit, safe=False)
