"""Programs that are called, and that the packages which are installed do not bring."""

from __future__ import annotations

from dlint.api import Problem, Problems, Related, Severity, check
from dlint.api.build import Build
from dlint.api.project_answers import left_out, missing_programs


@check(on=Build, words=("prod", "omit", "pnpm"), having=("may_have_manifests",))
def development_package_left_out(build: Build) -> Problems:
    """A step or an image that runs a program of a package for development, which its installation left out."""
    for one in left_out(build):
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


@check(on=Build, words=("pip", "poetry", "uv"), having=("has_files", "brings_files"))
def required_package_missing(build: Build) -> Problems:
    """An image that starts a program of a Python package which nothing that is installed brings."""
    for one in missing_programs(build):
        named = sorted({each.file.path for each in one.installs if each.file is not None})
        if one.apart is not None:
            runner = one.apart.command.tool
            what = f"`{runner}` puts {one.package} into a virtual environment that is not in PATH"
            hint = f"start it by `{runner} run {one.program}`, or put the environment's bin into PATH"
        elif one.left_out is not None and one.left_out.file is not None:
            what = f"{one.left_out.file.path} has {one.package} for development alone, which is left out here"
            hint = "install that as well, or make it one of the main dependencies"
        else:
            what = f"nothing that is installed{' by ' if named else ''}{' and '.join(named)} brings it"
            hint = f"add {one.package}"
        yield Problem(
            one.where,
            f"`{one.program}` is not found in this image, as {what}: {hint}",
            related=[*(Related(each.command, "This is installed") for each in one.installs[:3]), *build.asked_at()],
        )
