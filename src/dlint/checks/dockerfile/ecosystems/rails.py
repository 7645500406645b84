"""Rails applications: what they need to be built, to be watched and to run as another user than root."""

from __future__ import annotations

import posixpath

from dlint.api import Command, Fix, Problem, Problems, Related, check, pattern
from dlint.api.dockerfile import (
    MOST,
    Copy,
    Env,
    Healthcheck,
    Run,
    ShellCommand,
    ShellWord,
    Stage,
    Word,
    below_from,
    commands_of,
    environment,
    flag,
    is_official_ruby,
    is_root,
    made_by,
    roots_own,
    run_of,
    runs_ruby,
    ships,
    start_of,
    value_of,
)

_KEYS = ("SECRET_KEY_BASE_DUMMY", "SECRET_KEY_BASE", "RAILS_MASTER_KEY")
_SERVER = pattern(r"(?:^|[\s/])(?:rails\s+(?:server|s)|puma|unicorn(?:_rails)?|thrust|falcon\s+(?:serve|host))(?=\s|$)")
_YJIT = pattern(r"--yjit\b|RUBY_YJIT_ENABLE[\"']?[= ]\s*[\"']?(?:1|true|yes|on)\b|YJIT\.enable|\+YJIT")
_TAG = pattern(r"(\d{1,4})\.(\d{1,4})")
_STATE = ("tmp", "log", "storage", "db")


def _runs(command: ShellCommand, *names: str) -> list[ShellWord]:
    """The words behind the name of one of these programs, run as it is or by ``bundle exec``; none for another."""
    if command.name in names:
        return command.given
    words = command.arguments
    if command.tool == "bundle" and command.verb == "exec" and words and words[0].text.rpartition("/")[2] in names:
        return words[1:]
    return []


@check(on=Command("rails", "rake", "bundle"))
def assets_without_dummy_key(command: ShellCommand, stage: Stage) -> Problems:
    """``assets:precompile`` without a key, which Rails refuses in production."""
    task = next((word for word in _runs(command, "rails", "rake") if word.text == "assets:precompile"), None)
    if task is None or not runs_ruby(stage):
        return
    if any(environment(command, stage, name) != "" for name in _KEYS):
        return
    if environment(command, stage, "RAILS_ENV") in ("development", "test"):
        return
    run = run_of(command, stage)
    if run is None or any(mount.type == "secret" for mount in run.mounts):
        return
    fix = None
    if run.shell_form and not command.via and not command.assignments:
        title = "Precompile with a dummy key; needs Rails 7.1 or later"
        fix = Fix(title, command.insert_before("SECRET_KEY_BASE_DUMMY=1 "), safe=False)
    message = "In production Rails stops here without a key: set SECRET_KEY_BASE_DUMMY=1 for this command"
    yield Problem(task, message, fix=fix)


@check(on=Command("bootsnap", "bundle"))
def bootsnap_in_parallel(command: ShellCommand, stage: Stage) -> Problems:
    """``bootsnap precompile`` with several processes, which hang under emulation."""
    words = _runs(command, "bootsnap")
    if not words or words[0].text != "precompile" or not runs_ruby(stage):
        return
    if _jobs(words) == "1" or "BUILDPLATFORM" in command.script.text.text:
        return
    fix = None
    if _jobs(words) is None and words[0].raw == "precompile":
        fix = Fix("Work in one process", words[0].insert_after(" -j 1"))
    yield Problem(words[0], "Add -j 1: in a build for another platform the worker processes may hang", fix=fix)


def _jobs(words: list[ShellWord]) -> str | None:
    """The value of ``-j`` or ``--jobs``; None without it."""
    for place, word in enumerate(words):
        text = word.text
        if text in ("-j", "--jobs"):
            return words[place + 1].text if place + 1 < len(words) else ""
        for start in ("--jobs=", "-j=", "-j"):
            if text.startswith(start):
                return text.removeprefix(start)
    return None


@check(on=Command("bundle"))
def bundle_cache_left(command: ShellCommand, stage: Stage) -> Problems:
    """``bundle install`` that leaves the packed gems in a layer of the image."""
    if command.verb != "install" or not runs_ruby(stage):
        return
    run = run_of(command, stage)
    if run is None or not ships(run, stage) or any(mount.type in ("cache", "tmpfs") for mount in run.mounts):
        return
    for later in command.script.commands[command.index + 1 : command.index + MOST]:
        texts = [word.text for word in later.given]
        if later.tool == "bundle" and later.verb == "clean":
            return
        if later.name in ("rm", "find") and any("cache" in t or ".gem" in t or "BUNDLE_PATH" in t for t in texts):
            return
    message = 'Remove the packed gems in the same step (rm -rf "${GEM_HOME}"/cache), or mount a cache for them'
    yield Problem(command.subcommand or command.name_node, message)


def _serves(stage: Stage) -> bool:
    """Whether a shipped stage for Ruby starts a server of Rails."""
    if not stage.shipped or not runs_ruby(stage):
        return False
    text = " ".join(word.value for node, _ in start_of(stage) for word in node.words)
    return _SERVER.search(text) is not None


@check(on=Stage)
def rails_healthcheck_missing(stage: Stage) -> Problems:
    """A Rails server that nobody asks whether it is up."""
    if not _serves(stage) or any(isinstance(node, Healthcheck) for node, _ in made_by(stage)):
        return
    message = "Rails answers at /up since 7.1: let a HEALTHCHECK ask there, with ruby itself"
    yield Problem(stage.from_.image or stage.from_.keyword, message)


@check(on=Stage)
def yjit_off(stage: Stage) -> Problems:
    """A Rails server on a Ruby with YJIT that nothing switches on."""
    image = stage.root.image
    # Others may have built theirs without it.
    version = _TAG.match(image.tag or "") if image is not None and is_official_ruby(image) else None
    if version is None or (int(version[1]), int(version[2])) < (3, 3) or not _serves(stage):
        return
    if any(_YJIT.search(node.raw) for node, _ in made_by(stage)):
        return
    message = f"Ruby {version.group()} can compile while it runs: set RUBY_YJIT_ENABLE=1, unless Rails 7.2 does so"
    fix = Fix("Set RUBY_YJIT_ENABLE; takes more memory", below_from(stage, "ENV RUBY_YJIT_ENABLE=1"), safe=False)
    own = any(isinstance(node, Env) and "RUBY_YJIT_ENABLE" in node.raw for node, _ in made_by(stage))
    yield Problem(stage.from_.image or stage.from_.keyword, message, fix=None if own else fix)


@check(on=Stage)
def rails_state_not_writable(stage: Stage) -> Problems:
    """A Rails application that belongs to root, while its server runs as somebody else."""
    user = stage.user
    name = stage.expand(user, len(stage.instructions)).value if isinstance(user, Word) else None
    if not isinstance(user, Word) or not name or is_root(name) or not _serves(stage):
        return
    granted = False
    for node, at in made_by(stage):
        if isinstance(node, Run) and _grants(node, at):
            granted = True
        elif isinstance(node, Copy) and _copies_all(node, at):
            owner = node.flag("chown")
            if owner is None and not granted and node.flag("chmod") is None:
                message = f"Rails writes to tmp, log and storage, and as {name} it cannot: add --chown here"
                fix = Fix(f"Give the files to {name}", flag(node, f"--chown={name}"), safe=False)
                yield Problem(node.keyword, message, fix=fix, related=[Related(user, "The server runs as this user")])
            return


def _copies_all(copy: Copy, stage: Stage) -> bool:
    """Whether the application is copied: the whole context, or a folder of root's in another stage to the WORKDIR."""
    if copy.from_ is None:
        return any(value_of(word, copy, stage) in (".", "./") for word in copy.sources)
    to, folder = copy.destination, stage.workdir_at(copy)
    path = value_of(to, copy, stage) if to is not None else None
    source = value_of(copy.sources[0], copy, stage) if len(copy.sources) == 1 else None
    if path is None or source is None or not isinstance(folder, str):
        return False
    whole = "." not in posixpath.basename(source.rstrip("/"))
    return whole and posixpath.normpath(posixpath.join(folder, path)) == folder and roots_own(stage.source_of(copy))


def _grants(run: Run, stage: Stage) -> bool:
    """Whether a RUN gives somebody the right to write to a folder that may be one of the application's."""
    for command in commands_of(run, stage):
        if command.name in ("chown", "chmod", "install", "setfacl"):
            return True
        if command.name == "mkdir" and any(posixpath.basename(w.text) in _STATE for w in command.arguments):
            user = stage.user_at(run)
            if isinstance(user, Word) and user.literal is not None and not is_root(user.literal):
                return True
    return False
