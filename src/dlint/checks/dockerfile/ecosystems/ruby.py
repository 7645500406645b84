"""Ruby images: how Bundler is installed and called."""

from __future__ import annotations

from dlint.api import Command, Edit, Fix, Problem, Problems, check
from dlint.api.dockerfile import (
    Arg,
    Cmd,
    Entrypoint,
    Run,
    ShellCommand,
    ShellWord,
    Stage,
    above,
    below_from,
    commands_of,
    environment,
    for_development,
    installs,
    is_ruby_image,
    is_script,
    made_before,
    recent,
    run_of,
    runs_ruby,
    start_of,
    started,
)

_SETTINGS = ("without", "with", "path", "clean", "frozen", "system", "deployment")
_LOADERS = ("LD_PRELOAD", "ld.so.preload")
# Debian, Ubuntu, Alpine, Fedora and openSUSE.
_JEMALLOC = frozenset("libjemalloc1 libjemalloc2 libjemalloc-dev jemalloc jemalloc-dev jemalloc-devel".split())
# They load it for the program behind them: of the gem, and jemalloc's own.
_JEMALLOC_STARTERS = ("je", "jemalloc.sh")
_ON = ("1", "true", "yes", "on")


@check(on=Command("bundle"))
def bundler_flags_deprecated(command: ShellCommand) -> Problems:
    """``bundle install`` with flags that Bundler remembers, and that have become settings."""
    if command.verb != "install":
        return
    for flag in command.flags:
        name = flag.name.lstrip("-")
        if name in _SETTINGS and flag.name.startswith("--"):
            value = flag.value or ("true" if name not in ("without", "with", "path") else "…")
            message = (
                f"{flag.name} is deprecated and gone from Bundler 4; run 'bundle config set {name} {value}' before"
            )
            yield Problem(flag, message)


@check(on=Command("gem"))
def bundler_installed_again(command: ShellCommand, stage: Stage) -> Problems:
    """Bundler installed on an image for Ruby, which has it."""
    image = stage.root.image
    if command.verb != "install" or not is_ruby_image(image) or for_development(stage):
        return
    if image is not None and "jruby" in image.path:
        return
    for word in command.arguments:
        if word.text.partition(":")[0] == "bundler":
            yield Problem(word, "The image has Bundler, and bundle takes the version that Gemfile.lock names")


def _configured(command: ShellCommand, stage: Stage, setting: str) -> str | None:
    """What ``bundle config set`` says of a setting before a command, in this RUN or an earlier one."""
    run = run_of(command, stage)
    earlier = made_before(run, stage) if run is not None and stage.index >= 0 else ()
    for node in (run, *earlier):
        script = stage.script(node) if isinstance(node, Run) else None
        for call in recent(script.by_name.get("bundle", ())) if script is not None else ():
            words = [word.text for word in call.given if not word.text.startswith("-")]
            if words[:2] == ["config", "set"] and len(words) > 3 and words[2] == setting and call.span < command.span:
                return " ".join(words[3:])
    return None


@check(on=Command("bundle"))
def bundle_not_frozen(command: ShellCommand, stage: Stage) -> Problems:
    """``bundle install`` that may resolve versions anew, in an image for production."""
    if command.verb != "install" or not runs_ruby(stage):
        return
    if any(flag.name in ("--deployment", "--frozen") for flag in command.flags):
        return
    for variable in ("BUNDLE_DEPLOYMENT", "BUNDLE_FROZEN"):
        value = environment(command, stage, variable)
        if value is None or value.lower() in _ON:
            return
    for setting in ("deployment", "frozen"):
        if (_configured(command, stage, setting) or "").lower() in _ON:
            return
    message = "Set BUNDLE_DEPLOYMENT=1 before, so that the build stops when Gemfile.lock does not fit the Gemfile"
    fix = Fix(
        "Set BUNDLE_DEPLOYMENT; a lock file that does not fit stops the build",
        _variable(stage, "DEPLOYMENT=1"),
        safe=False,
    )
    yield Problem(command.subcommand or command.name_node, message, fix=fix)


def _variable(stage: Stage, setting: str) -> Edit:
    return below_from(stage, f"ENV BUNDLE_{setting}")


@check(on=Command("bundle"))
def bundle_with_development(command: ShellCommand, stage: Stage) -> Problems:
    """``bundle install`` that takes the gems for development along."""
    if command.verb != "install" or not runs_ruby(stage):
        return
    if any(flag.name == "--without" and "development" in (flag.value or "") for flag in command.flags):
        return
    without = environment(command, stage, "BUNDLE_WITHOUT")
    only = environment(command, stage, "BUNDLE_ONLY")
    if without is None or only is None or "development" in without or only:
        return
    if "development" not in (_configured(command, stage, "without") or ""):
        message = "Set BUNDLE_WITHOUT=development before, or the image carries the gems for development"
        fix = None
        if not without and _configured(command, stage, "without") is None:
            title = "Set BUNDLE_WITHOUT; the gems for development are then not there"
            fix = Fix(title, _variable(stage, "WITHOUT=development"), safe=False)
        yield Problem(command.subcommand or command.name_node, message, fix=fix)


@check(on=Stage, words=("jemalloc",), having=("shipped",))
def jemalloc_not_loaded(stage: Stage) -> Problems:
    """jemalloc in a shipped Ruby image that nothing loads."""
    if not stage.source.mentions("jemalloc") or not runs_ruby(stage):
        return
    word = _installed_jemalloc(stage)
    if word is None or _loads_jemalloc(stage):
        return
    message = "Nothing loads jemalloc: add ENV LD_PRELOAD=libjemalloc.so.2, or Ruby goes on with malloc of the system"
    fix = None
    start = next((node for node, at in start_of(stage) if at is stage), None)
    if start is not None:
        title = "Load jemalloc into every program of the image"
        fix = Fix(title, above(start, "ENV LD_PRELOAD=libjemalloc.so.2"), safe=False)
    yield Problem(word, message, fix=fix)


def _loads_jemalloc(stage: Stage) -> bool:
    """Whether jemalloc is loaded, or may be: by a variable, the loader's file, a script, or a Ruby linked with it."""
    loaded = stage.history.get("LD_PRELOAD", len(stage.instructions))
    if loaded is not None and loaded.kind == "env" and loaded.pair is not None:
        known = loaded.value if isinstance(loaded.value, str) else None
        if "jemalloc" in known if known is not None else "$" in loaded.pair.raw:
            return True
    if any(name in _JEMALLOC_STARTERS for program in started(stage) for name in (program.name, *program.words)):
        return True
    for at in stage.lineage:
        for node in at.instructions[1:]:
            if isinstance(node, (Entrypoint, Cmd)) and is_script(node):
                return True
            if "jemalloc" not in node.raw or isinstance(node, Arg):
                continue
            if "with-jemalloc" in node.raw or any(name in node.raw for name in _LOADERS):
                return True
    return False


def _installed_jemalloc(stage: Stage) -> ShellWord | None:
    installed = (
        word
        for at in stage.lineage
        for run in at.of(Run)
        for command in commands_of(run, at)
        if installs(command)
        for word in command.arguments
    )
    return next((word for word in installed if word.text.partition("=")[0] in _JEMALLOC), None)
