"""Steps that install packages or run scripts of a package, and what of the project they do not do without."""

from __future__ import annotations

import posixpath

from dlint.api import Problem, Problems, Related, Severity, check
from dlint.api.build import Build, closest
from dlint.api.project_answers import lacking, unknown_scripts


@check(
    on=Build,
    words=(
        "npm", "yarn", "bun", "cargo", "uv", "bundle", "go ", "pip", "mvn", "gradle", "make", "composer", "poetry",
        "pdm", "mix ", "dart", "flutter", "conda", "dotnet",
    ),
    having=("may_have_manifests",),
)  # fmt: skip
def install_file_missing(build: Build) -> Problems:
    """A step that installs packages, and stops for want of a file that is copied later, or not at all."""
    for one in lacking(build):
        related = [Related(one.where, "It is named here")] if one.where is not None else []
        inner = posixpath.relpath(one.file, build.context or ".") if one.file else ""
        pattern = build.contents.kept_out_by(inner) if inner else None
        remedy = "the project has none, so make it and keep it in git" if one.made else "nothing brings it there"
        if inner:
            remedy = f"copy {inner} to {one.path} before it"
        if pattern is not None:
            remedy = f"{pattern.source.path} keeps it out of the context"
            related.append(Related(pattern, "This pattern keeps it out"))
        tool = one.command.tool
        yield Problem(
            one.command.name_node,
            f"`{tool}` {one.does}, and finds no {posixpath.basename(one.path)}, so that the step fails: {remedy}",
            related=[*related, *build.asked_at()],
            # Whoever calls the build may make a lock file before, as a step of CI does.
            at_most=None if inner else Severity.WARNING,
        )


@check(on=Build, words=("npm",), having=("may_have_manifests",))
def package_script_missing(build: Build) -> Problems:
    """npm that is told to run a script which package.json does not have."""
    for one in unknown_scripts(build):
        near = closest(one.name, sorted(one.scripts))
        meant = f", did you mean {near}?" if near else ": add it, or leave the call out"
        ends = "the step fails" if one.in_step else "the container ends"
        yield Problem(
            one.where,
            f"There is no script `{one.name}` in {one.manifest.path}, so that {ends}{meant}",
            related=build.asked_at(),
        )
