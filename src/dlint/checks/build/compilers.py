"""Packages that are compiled when they are installed."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import Build
from dlint.api.project_answers import compiled
from dlint.api.source_packages import SOURCE_PACKAGES


@check(on=Build, words=("pip",))
def python_package_needs_compiler(build: Build) -> Problems:
    """pip that compiles a package of the project's, in an image that has no compiler."""
    for one in compiled(build):
        needs = SOURCE_PACKAGES[one.name]
        family = one.image.facts.os_family if one.image.facts is not None else None
        packages = needs.alpine if family == "alpine" else needs.debian
        instead = f", or take {needs.instead}" if needs.instead else ""
        base = one.image.place
        yield Problem(
            one.command.name_node,
            f"pip compiles {one.name}, for which {one.image.base_name} has no compiler, so that the step fails: install"
            f" {packages} before it{instead}",
            related=[
                Related(one.where, "It is asked for here"),
                *([Related(base, "The image")] if base is not None else []),
                *build.asked_at(),
            ],
        )
