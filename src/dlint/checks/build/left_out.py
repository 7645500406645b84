"""Programs that are called, and that the installation left out with what is for development."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, Severity, check
from dlint.api.build import Build


@check(on=Build, words=("prod", "omit", "pnpm"), having=("brings_manifests",))
def development_package_left_out(build: Build) -> Problems:
    """A step or an image that runs a program of a package for development, which its installation left out."""
    for one in build.left_out():
        call, tool = one.call, one.installed.tool
        what = f"the module {call.name}" if call.module else f"`{call.name}`"
        package = f" ({one.package})" if one.package != call.name else ""
        fetched = call.fetched and call.name == one.package
        if fetched:
            ends = f"so that the newest {one.package} is fetched instead, of whatever version"
        else:
            ends = f"so that {'the step' if one.in_step else 'the container'} fails"
        message = f"This needs {what}{package} of the devDependencies, which `{tool}` was told to leave out, {ends}"
        related = [Related(one.installed, "Installed without them here"), Related(one.listed, "For development alone")]
        by = [Related(node, "It is called here") for node in call.by[-1:]]
        yield Problem(
            one.where,
            message,
            related=[*related, *by, *build.asked_at()],
            at_most=Severity.WARNING if fetched else None,
        )
