"""npm, pnpm, yarn and bun: versions, and yarn's cache."""

from __future__ import annotations

import re

from dlint.api import Command, Problem, Problems, Related, Runs, check, pattern
from dlint.api.dockerfile import (
    Run,
    Script,
    ShellCommand,
    Stage,
    clean_up,
    environment,
    installs,
    kept_out,
    removed,
    ships,
    without_version,
)

_NAME = pattern(r"(?:@[\w.~-]+/)?[A-Za-z0-9][\w.-]*\Z")
_REPOSITORY = pattern(r"(?:(?:git(?:\+\w+)?|ssh)://|(?:github|gitlab|bitbucket|gist):|[\w-]+/[\w.-]+\Z)")
_ARCHIVES = (".tar", ".tar.gz", ".tgz")


@check(on=Command("npm", "pnpm", "yarn", "bun"), windows=True)
def npm_unpinned(command: ShellCommand) -> Problems:
    """Packages that npm or its like installs in whatever version is current."""
    if not installs(command):
        return
    names: list[str] = []
    for word in command.arguments:
        text = word.text
        if "$" in text or text.endswith(_ARCHIVES) or text.startswith((".", "/", "~")):
            continue
        if _NAME.match(text):
            names.append(text)
        elif _REPOSITORY.match(text) and "#" not in text:
            yield Problem(word, f"'{text}' follows a branch; add #<tag or commit>")
    if names:
        yield Problem(command.subcommand or command, without_version(command, names, "{}@<version>"))


_CACHES = ("/usr/local/share/.cache/yarn", "/root/.cache/yarn")
_DOWNLOADS = frozenset(("", "install", "add", "global add"))


@check(on=Runs("yarn"))
def yarn_cache_left(run: Run, stage: Stage, *, plug_and_play: bool = False) -> Problems:
    """The cache of yarn that stays in a layer of a shipped image.

    ``plug_and_play``: also where programs are loaded from it.
    """
    script = stage.script(run)
    if script is None or not ships(run, stage):
        return
    found = [command for command in script.by_name.get("yarn", ()) if _downloads(command)]
    if not found or _cleaned(script, found[-1]):
        return
    if any(kept_out(run, place) for place in (*_CACHES, ".cache/yarn", ".yarn")):
        return
    if environment(found[-1], stage, "YARN_CACHE_FOLDER") != "" or found[-1].has_flag("--cache-folder"):
        return
    if not plug_and_play and _plug_and_play(stage, script):
        return
    fix = clean_up(stage, run, "yarn cache clean", found[-1])
    message = "yarn leaves its cache in the layer; run 'yarn cache clean' in this RUN or mount a cache"
    yield Problem(run.keyword, message, fix=fix, related=[Related(found[-1], "fills the cache")])


_BERRY = frozenset(("--immutable", "--immutable-cache", "--check-cache", "--inline-builds", "--mode"))
_VERSION_OF_YARN = pattern(r"berry|stable|latest|canary|[2-9]|[1-9]\d")
_LINKER = pattern(r"^[ \t]*nodeLinker:[ \t]*[\"']?([\w-]+)", re.MULTILINE)


def _plug_and_play(stage: Stage, script: Script) -> bool:
    """Whether programs are loaded from yarn's cache: Yarn 2 or later, unless told to write node_modules.

    The evidence is in the context, in options that Yarn 1 has not, and in the version that is set.
    """
    context = stage.graph.context
    settings = context.text(".yarnrc.yml") if context is not None else None
    linker = _LINKER.search(settings) if settings is not None else None
    if linker is not None:
        return linker[1] == "pnp"
    if settings is not None or stage.source.mentions(".yarnrc.yml", ".pnp.cjs", "YARN_NODE_LINKER", ".yarn/releases"):
        return True
    return any(
        command.has_flag(*_BERRY)
        or (command.verb == "set version" and any(_VERSION_OF_YARN.match(word.text) for word in command.arguments))
        for command in _of_yarn(stage, script)
    )


def _of_yarn(stage: Stage, script: Script) -> list[ShellCommand]:
    """The commands of yarn in a script and in the RUNs of the stages it builds on."""
    scripts = [script, *(other for at in stage.lineage for run in at.runs if (other := stage.script(run)) is not None)]
    return [command for each in scripts[:50] for command in each.by_name.get("yarn", ())]


def _downloads(command: ShellCommand) -> bool:
    return command.verb in _DOWNLOADS and not command.has_flag("-v", "--version", "-h", "--help")


def _cleaned(script: Script, after: ShellCommand) -> bool:
    later = script.commands[after.index + 1 :]
    if any(command.name == "yarn" and command.verb == "cache clean" for command in later):
        return True
    if any(command.name == "rm" and "yarn cache dir" in word.text for command in later for word in command.words):
        return True
    return any(removed(script, after, place) for place in _CACHES)
