"""What a build makes of the project's own files: manifests, lock files, sources; each answer is a module of its own."""

from __future__ import annotations

from dlint.source import Node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlint.model.compose.model import ComposeModel
    from dlint.model.dockerfile.graph import StageGraph
    from dlint.project.files import ProjectFiles
    from dlint.syntax.compose.service import Service
    from dlint.workspace.built_files import WrongName
    from dlint.workspace.context import Context
    from dlint.workspace.demands import Outgrown, RefusedYarn
    from dlint.workspace.left_out import LeftOut
    from dlint.workspace.linked import ForeignProgram
    from dlint.workspace.missing_programs import MissingProgram
    from dlint.workspace.needs import Lacking
    from dlint.workspace.page_variables import TooLate
    from dlint.workspace.sources import Sources


class ProjectAnswers(Node):
    """The part of a build that asks the project's files."""

    __slots__ = ()

    graph: StageGraph
    project: ProjectFiles

    @property
    def contents(self) -> Context:
        """What is in the build context."""
        raise NotImplementedError

    @property
    def sources(self) -> Sources:
        """What the stages take from the context."""
        raise NotImplementedError

    @property
    def _asked(self) -> list[tuple[Service, ComposeModel]]:
        """The services that ask for it, each with what it belongs to."""
        raise NotImplementedError

    def outgrown(self) -> Iterator[Outgrown]:
        """The base images whose release of a language is older than the project's files ask for."""
        from dlint.workspace.demands import outgrown

        return outgrown(self.graph, self.sources, self.project)

    def refused_yarn(self) -> Iterator[RefusedYarn]:
        """The steps that the Yarn of their base image refuses, as the project wants another one."""
        from dlint.workspace.demands import refused_yarn

        return refused_yarn(self.graph, self.sources, self.project)

    def lacking(self) -> Iterator[Lacking]:
        """The files that its steps which install packages stop without, and that nothing has copied before."""
        from dlint.workspace.needs import Around, lacking

        return lacking(Around(self.graph, self.sources, self.contents, self.presence, self.is_settled))

    def left_out(self) -> Iterator[LeftOut]:
        """The programs that its steps, its image and its services run, and that an installation has left out."""
        from dlint.workspace.left_out import left_out

        return left_out(self.graph, self.sources, self.contents, self._asked)

    def missing_programs(self) -> Iterator[MissingProgram]:
        """The programs of Python packages that its image and its services start, and that no package brings."""
        from dlint.workspace.missing_programs import missing_programs

        return missing_programs(self.graph, self.sources, self.contents, self._asked)

    def foreign_programs(self) -> Iterator[ForeignProgram]:
        """The programs that it links to a C library which their image does not have."""
        from dlint.workspace.linked import foreign_programs

        return foreign_programs(self.graph, self.sources, self.contents)

    def wrong_names(self) -> Iterator[WrongName]:
        """The built files that it takes under another name than the project's manifests say."""
        from dlint.workspace.built_files import wrong_names

        return wrong_names(self.graph, self.sources, self.contents)

    def too_late(self) -> Iterator[TooLate]:
        """The variables that its services give to pages which the build has made without them."""
        from dlint.workspace.page_variables import too_late

        return too_late(self.graph, self.sources, self.contents, self._asked)
