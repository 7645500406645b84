"""What a build makes of the project's own files: manifests, lock files, sources.

Each answer has a module of its own, imported when it is asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlint.workspace.build import Build
    from dlint.workspace.built_files import WrongName
    from dlint.workspace.compiled import Compiled
    from dlint.workspace.demands import Outgrown, RefusedYarn
    from dlint.workspace.left_out import LeftOut
    from dlint.workspace.linked import ForeignProgram
    from dlint.workspace.missing_programs import MissingProgram
    from dlint.workspace.needs import Lacking
    from dlint.workspace.package_scripts import UnknownScript
    from dlint.workspace.page_variables import TooLate


def outgrown(build: Build) -> Iterator[Outgrown]:
    """The base images whose release of a language is older than the project's files ask for."""
    from dlint.workspace import demands

    return demands.outgrown(build.graph, build.sources, build.project)


def refused_yarn(build: Build) -> Iterator[RefusedYarn]:
    """The steps that the Yarn of their base image refuses, as the project wants another one."""
    from dlint.workspace import demands

    return demands.refused_yarn(build.graph, build.sources, build.project)


def lacking(build: Build) -> Iterator[Lacking]:
    """The files that steps which install packages or build stop without, and that nothing has copied before."""
    from dlint.workspace import needs

    return needs.lacking(needs.Around(build.graph, build.sources, build.contents, build.presence, build.is_settled))


def unknown_scripts(build: Build) -> Iterator[UnknownScript]:
    """The scripts of ``package.json`` that the steps of a build and its image call, and that are not there."""
    from dlint.workspace import package_scripts

    starts = not build.services or bool(build.runners())
    return package_scripts.unknown_scripts(build.graph, build.sources, build.contents, build.asked if starts else None)


def left_out(build: Build) -> Iterator[LeftOut]:
    """The programs that steps, the image and its services run, and that an installation has left out."""
    from dlint.workspace import left_out

    return left_out.left_out(build.graph, build.sources, build.contents, build.asked)


def missing_programs(build: Build) -> Iterator[MissingProgram]:
    """The programs of Python packages that the image and its services start, and that no package brings."""
    from dlint.workspace import missing_programs

    return missing_programs.missing_programs(build.graph, build.sources, build.contents, build.asked)


def foreign_programs(build: Build) -> Iterator[ForeignProgram]:
    """The programs that a build links to a C library which their image does not have."""
    from dlint.workspace import linked

    return linked.foreign_programs(build.graph, build.sources, build.contents)


def wrong_names(build: Build) -> Iterator[WrongName]:
    """The built files that COPY takes under another name than the project's manifests say."""
    from dlint.workspace import built_files

    return built_files.wrong_names(build.graph, build.sources, build.contents)


def too_late(build: Build) -> Iterator[TooLate]:
    """The variables that services give to pages which the build has made without them."""
    from dlint.workspace import page_variables

    return page_variables.too_late(build.graph, build.sources, build.contents, build.asked)


def compiled(build: Build) -> Iterator[Compiled]:
    """The steps in which pip compiles a package without a compiler."""
    from dlint.workspace import compiled

    return compiled.compiled(build.graph, build.sources, build.project)
