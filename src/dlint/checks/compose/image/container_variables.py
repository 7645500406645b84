"""Variables of the container in the commands of a service, which Compose replaces before the container is there."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.compose import ComposeModel, Service, environment_of, is_of_the_caller, variables

# The host has these as well, so that Compose puts its own there.
_OF_THE_HOST = frozenset("HOME HOSTNAME LANG LOGNAME PATH PWD SHELL TERM TZ USER".split())


@check(on=Service, keys=("command", "entrypoint", "healthcheck"), having=("commands_with_variables",), blames=True)
def container_variable_replaced(service: Service, model: ComposeModel) -> Problems:
    """A variable in a command that Compose replaces with nothing, though the container has it."""
    reported: set[str] = set()
    given = environment_of(service, model)
    for line in service.commands_with_variables:
        for word in line.words if line.listed else [line.string]:
            for use in variables(word.value) if word is not None and "$" in word.value else ():
                name = use.name
                if (
                    word is None
                    or use.operator
                    or use.depth
                    or name in model.variables
                    or name in _OF_THE_HOST | reported
                ):
                    continue
                known = next((one for one in given.known if one.name == name), None)
                if known is None or f"{name}=" in word.value or is_of_the_caller(name, service, model):
                    continue
                reported.add(name)
                yield Problem(
                    word.at(use.start, use.end),
                    f"Compose puts its own {name} here, which is empty unless the calling shell has one, and not that"
                    f" of the container of {service.name}: write `$${name}`",
                    related=[Related(known.line or known.where, "The container gets it here")],
                )
