"""ENV: what its values refer to, and what they leave in the image."""

from __future__ import annotations

from dlint.api import Command, Fix, Problem, Problems, Related, check, pattern, related_to
from dlint.api.dockerfile import (
    PLATFORM_ARGS,
    PROGRAM_FOLDERS,
    Env,
    OwnImage,
    ShellCommand,
    Stage,
    named_for_development,
    run_of,
    ships,
    start_of,
    uses_in,
    value_of,
)

_FROM_OUTSIDE = frozenset(
    "PATH HOME LANG LC_ALL PYTHONPATH LD_LIBRARY_PATH JAVA_HOME GOPATH GOROOT PKG_CONFIG_PATH".split()
)
"""Names that a base image often sets itself."""


@check(on=Env, onbuild=True, words=("$",))
def env_uses_itself(env: Env, stage: Stage) -> Problems:
    """ENV with a value that refers to a name which the same instruction sets: the builder takes the value before it."""
    if env.legacy or len(env.pairs) < 2:
        return
    own = {pair.key.value for pair in env.pairs}
    lookup = stage.lookup(env, declared=True)
    seen: set[str] = set()
    for pair in env.pairs:
        for use in pair.value.variables if pair.value is not None else ():
            # A name that is set twice builds on what it was before both.
            again = use.name == pair.key.value and use.name in seen
            if not again and (use.name not in own or use.name == pair.key.value or use.operator):
                continue
            value = lookup(use.name)
            if not again and (value is None or isinstance(value, str)):
                continue
            if not again and use.name in _FROM_OUTSIDE and not stage.root.scratch and _extends(env, use.name):
                continue
            assert pair.value is not None
            yield Problem(
                pair.value.at(use.start, use.end),
                f"Set {use.name} in an ENV of its own before this one: {pair.key.value} gets its old value",
            )
        seen.add(pair.key.value)


def _extends(env: Env, name: str) -> bool:
    """Whether the pair that sets ``name`` builds on its old value, so that one exists."""
    return any(
        pair.key.value == name and pair.value is not None and any(use.name == name for use in pair.value.variables)
        for pair in env.pairs
    )


@check(on=Env, onbuild=True, words=("path",))
def path_replaced(env: Env, stage: Stage) -> Problems:
    """ENV PATH with neither the old value nor the usual folders."""
    for pair in env.pairs:
        if pair.key.value != "PATH" or pair.value is None or stage.scratch or stage.os == "windows":
            continue
        if any(use.name == "PATH" for use in pair.value.variables):
            continue
        value = stage.expand(pair.value, env).value
        if not value or not value.startswith("/") or ";" in value:
            continue
        if not {folder.rstrip("/") for folder in value.split(":")}.intersection(PROGRAM_FOLDERS):
            word = pair.value
            fix = Fix("Keep the folders that were in PATH", word.insert_after(":$PATH"), safe=False)
            plain = word.raw == word.value and " " not in word.raw
            message = "This takes /bin, /usr/bin and all else away from PATH; add :$PATH"
            yield Problem(word, message, fix=fix if plain else None)


# What switches a program to its mode for developers: the manuals of Flask, Django, Laravel and Symfony, Rails and Rack,
# Node.js's frameworks, ASP.NET Core, Spring Boot, Gin, Python and Xdebug.
_SWITCHES = {
    "FLASK_DEBUG": ("1", "true", "yes", "on"),
    "FLASK_ENV": ("development",),
    "DJANGO_DEBUG": ("1", "true", "yes", "on"),
    "APP_DEBUG": ("1", "true", "yes", "on"),
    "APP_ENV": ("dev", "development", "local"),
    "RAILS_ENV": ("development",),
    "RACK_ENV": ("development",),
    "NODE_ENV": ("development", "dev"),
    "ASPNETCORE_ENVIRONMENT": ("development",),
    "DOTNET_ENVIRONMENT": ("development",),
    "SPRING_PROFILES_ACTIVE": ("dev", "development", "local"),
    "GIN_MODE": ("debug",),
    "PYTHONDEVMODE": ("1",),
    "XDEBUG_MODE": ("debug", "develop", "develop,debug"),
}
_FOR_DEVELOPERS = pattern(
    r"\b(?:dev|develop|watch|nodemon|--reload|start:dev|serve:dev|ng serve|runserver|bash|zsh|sh)\b"
)


# What stands in their names.
_IN_SWITCHES = ("_env", "_debug", "_mode", "devmode", "profiles_active")


@check(on=Env, words=_IN_SWITCHES, inside=("layered",))
def debug_switch_in_env(env: Env, stage: Stage) -> Problems:
    """ENV that leaves a shipped image in its mode for developers."""
    switches = [pair for pair in env.pairs if pair.value is not None and pair.key.value in _SWITCHES]
    if not switches or stage.index < 0 or named_for_development(stage):
        return
    for pair in switches:
        name = pair.key.value
        value = value_of(pair.value, env, stage) if pair.value is not None else None
        if value is None or value.strip().lower() not in _SWITCHES[name]:
            continue
        final = stage.history.final.get(name)
        if final is None or final.pair is not pair or any(_sets_back(one, name) for one in stage.graph.shipped):
            continue
        if not any(_FOR_DEVELOPERS.search(node.args.text) for node, _ in start_of(stage)):
            yield Problem(pair, f"{name}={value} is for developers: leave it to Compose, or to a stage of their own")


def _sets_back(shipped: Stage, name: str) -> bool:
    """Whether a shipped stage has another value in the end."""
    final = shipped.history.final.get(name)
    return final is not None and isinstance(final.value, str) and final.value.lower() not in _SWITCHES[name]


@check(on=Command("unset"))
def unset_of_env(command: ShellCommand, stage: Stage) -> Problems:
    """``unset`` of a variable that ENV sets, at the end of a step: the image keeps it."""
    run = run_of(command, stage)
    if stage.index < 0 or run is None or not ships(run, stage):
        return
    if any(later.name not in ("unset", "true", ":") for later in command.script.commands[command.index + 1 :]):
        return
    for word in command.words:
        binding = stage.history.get(word.text, stage.position(run))
        if binding is not None and binding.kind == "env" and binding.pair is not None:
            yield Problem(
                word,
                f"{word.text} stays in the image, whatever a step unsets: use ARG, or set it for the one command",
                related=[Related(binding.pair, "ENV sets it here")],
            )


@check(on=Stage, having=("graph.globals.bindings",))
def argument_not_in_stage(stage: Stage) -> Problems:
    """A step that uses an ARG from above the first FROM, which no stage has by itself."""
    outer = stage.graph.globals.bindings
    if not any(name in run.raw for run in stage.runs for name in outer):
        return
    image = OwnImage.of_stage(stage)
    for use in uses_in(stage):
        name = use.name
        if not use.shell or name not in outer or name in PLATFORM_ARGS or stage.history.get(name, use.at) is not None:
            continue
        if use.operator or name in stage.graph.usage.given or image.sets(name) is not False:
            continue
        pair = outer[name].pair
        yield Problem(
            use.place,
            f"{name} is declared above the first FROM only, so this is empty: repeat `ARG {name}` in this stage",
            related=related_to(pair, "Declared here"),
        )
