"""What the parts of a run share, and what the walk through one file gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

from dlint.config.catalogue import Catalogue
from dlint.config.dispatch import Dispatch
from dlint.config.layers import Config
from dlint.config.patterns import matches
from dlint.config.plan import plan
from dlint.lint.settings import RunSettings
from dlint.lint.sink import Sink
from dlint.source import Source
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.workspace.configured import Configured

_OF_BUILDS = frozenset(("dockerfile", "dockerignore"))


class RunState:
    """What all files of a run share.

    ``targets`` are the files whose findings are shown: path → kind. From ``until`` on no rule is asked any more; else
    the settings say for how long. Nothing is set here once the run goes, but for the stages of the Dockerfiles in
    ``ways``, as they were looked at.
    """

    __slots__ = ("catalogue", "config_of", "settings", "sink", "targets", "ways", "workspace")

    def __init__(
        self,
        workspace: Workspace,
        catalogue: Catalogue,
        config_of: Callable[[str], Config],
        settings: RunSettings,
        targets: Mapping[str, str],
        until: float | None = None,
    ) -> None:
        self.workspace = workspace
        self.catalogue = catalogue
        self.config_of = config_of
        self.settings = settings
        self.targets = targets
        self.ways: dict[Source, list[Configured]] = {}
        self.sink = Sink(until=monotonic() + settings.seconds if until is None else until)

    def plan(self, path: str, kinds: tuple[str, ...], also: frozenset[str] = frozenset()) -> Dispatch:
        """The rules of ``kinds`` for the file at ``path``, ``also`` those the file asks for. Raises ConfigError."""
        return plan(self.config_of(path), self.catalogue, kinds, path, also)

    @property
    def of_builds(self) -> bool:
        """Whether all targets are Dockerfiles and ignore files: of other files only what these cause is shown."""
        return {*self.targets.values()} <= _OF_BUILDS

    def is_excluded(self, path: str) -> bool:
        """Whether the configuration leaves the file at ``path`` out."""
        return matches(path, self.config_of(path)["exclude"])


class FileRun:
    """What the walk through one file gets: the file, the rules for it, and where findings go.

    ``target`` says whether the file's own findings are shown; of others only what they have to do with targets counts.
    """

    __slots__ = ("config", "path", "run", "sink", "source", "target", "workspace")

    def __init__(self, run: RunState, path: str, source: Source, target: bool) -> None:
        self.run = run
        self.workspace = run.workspace
        self.sink = run.sink
        self.path = path
        self.source = source
        self.target = target
        self.config = run.config_of(path)

    def plan(self, *kinds: str, also: frozenset[str] = frozenset()) -> Dispatch:
        """The rules of ``kinds`` for this file, ``also`` those the file asks for."""
        return self.run.plan(self.path, kinds, also)

    def of(self, path: str) -> FileRun | None:
        """The same for another file of the run; None if it cannot be read."""
        source = self.workspace.files.read(path)
        return FileRun(self.run, path, source, path in self.run.targets) if source is not None else None
