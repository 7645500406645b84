"""Built files that COPY takes, held to what the project's manifests have made."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, check
from dlint.api.build import Build
from dlint.api.project_answers import wrong_names

_WORDS = (".jar", ".war", "/release/", "/debug/", "/net", "standalone", "/dist", "/build", "/public")


@check(on=Build, words=_WORDS, having=("may_have_manifests",))
def built_file_named_otherwise(build: Build) -> Problems:
    """COPY of a built file that the project's manifest calls otherwise, or that its build puts elsewhere."""
    for one in wrong_names(build):
        hint = f": take {one.instead}" if one.instead else ""
        related = [Related(one.where, "It is said here")] if one.where is not None else []
        message = f"No build makes '{one.word.text}', as {one.why}{hint}"
        yield Problem(one.word, message, related=[*related, *build.asked_at()])
