"""Variables of pages that are given when a container starts, and were wanted when its image was built."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import Build
from dlint.api.project_answers import too_late

_SHOWN = 4


@check(on=Build, words=("npm", "yarn", "pnpm", "bun", "npx"), having=("services", "brings_files"))
def page_variable_given_too_late(build: Build) -> Problems:
    """A service that gives a variable to pages whose build has read it already."""
    for one in too_late(build):
        names = ", ".join(one.names[:_SHOWN]) + (f" and {len(one.names) - _SHOWN} more" if one.names[_SHOWN:] else "")
        first, many = one.names[0], len(one.names) > 1
        them = "them" if many else "it"
        lines = [Related(one.line, "It is set here")] if one.line is not None else []
        yield Problem(
            one.where,
            f"The pages of service {one.service.name} never see {names}: the build reads {them}, and has {them} not;"
            f" give {first} under `build.args`, and write `ARG {first}` before `{one.builder.raw}`",
            related=[*lines, Related(one.builder, "The pages are built here")],
        )
