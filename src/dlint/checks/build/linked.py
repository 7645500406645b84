"""Programs that are copied to an image without the C library that they are linked to."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import Build
from dlint.api.project_answers import foreign_programs


@check(on=Build, words=("golang", "rust"), having=("brings_files",))
def program_linked_to_glibc(build: Build) -> Problems:
    """COPY of a program that is linked to glibc, to an image that has none."""
    for one in foreign_programs(build):
        yield Problem(
            one.word,
            f"This program is linked to glibc, and {one.lacking} has none, so that it does not start: {one.remedy}",
            related=[Related(one.builder, "It is built here"), *build.asked_at()],
        )
