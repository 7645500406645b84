"""The release of a language in a base image, held to the one that the project's files ask for."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import Build
from dlint.api.project_answers import outgrown, refused_yarn


@check(
    on=Build,
    words=("golang", "go ", "cargo", "dotnet", "mvn", "composer", "bundle", "poetry", "pip"),
    having=("has_sources",),
)
def toolchain_too_old(build: Build) -> Problems:
    """A tool that stops, as the project asks for a newer release of its language than the base image has."""
    for one in outgrown(build):
        yield Problem(
            one.image,
            f"`{one.command.name}` stops: {one.where.source.path} asks for {one.wants}, and this image has {one.has};"
            " take a newer one",
            related=[
                Related(one.where, "It is asked for here"),
                Related(one.command.name_node, "This stops"),
                *build.asked_at(),
            ],
        )


@check(on=Build, words=("yarn",), having=("has_sources",))
def yarn_without_corepack(build: Build) -> Problems:
    """Yarn 1 of the base image, which refuses a project that names a later Yarn."""
    for one in refused_yarn(build):
        yield Problem(
            one.command.name_node,
            f"The Yarn 1 of this image stops, as {one.where.source.path} asks for yarn@{one.wants}: write `corepack"
            " enable` before it",
            related=[
                Related(one.where, "It is asked for here"),
                Related(one.image, "The image"),
                *build.asked_at(),
            ],
        )
