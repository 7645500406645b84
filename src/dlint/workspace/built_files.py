"""Files that COPY takes from where a project's own build puts them, under another name than its manifests say."""

from __future__ import annotations

import posixpath

from dlint.lazy import NamedTuple, pattern
from dlint.model.dockerfile.commands import value_of
from dlint.model.dockerfile.taken import local_path, transfers
from dlint.model.facts.built_files import (
    NEXT_SETTINGS,
    OUTPUTS,
    Made,
    Output,
    cargo_output,
    cargo_programs,
    dotnet_framework,
    gradle_archives,
    maven_archive,
)
from dlint.source import Node, Span
from dlint.syntax.dockerfile.parser import Copy, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from dlint.model.dockerfile.graph import StageGraph
    from dlint.model.dockerfile.stage import Stage
    from dlint.source import Source
    from dlint.syntax.dockerfile.parser import Word
    from dlint.syntax.shell.script import ShellCommand
    from dlint.workspace.context import Context
    from dlint.workspace.sources import Sources

    # Why, the place that says so, and what to write instead.
    _Found = tuple[str, Node | None, str]

_FRAMEWORK = pattern(r"net\d+\.\d+")
_NEXT: Final = "/.next/standalone"
_MOST_MANIFESTS: Final = 200
_MOST_LOOKS: Final = 50


class WrongName(NamedTuple):
    """A path at ``word`` that no build makes: ``why``, and the place that says what is made, with what to take
    instead, "" if that is not plain.
    """

    word: Word
    why: str
    where: Node | None
    instead: str


def wrong_names(graph: StageGraph, sources: Sources, context: Context) -> Iterator[WrongName]:
    """The sources of COPY that a build of the project puts elsewhere, or calls otherwise."""
    left = iter(range(_MOST_LOOKS))
    for stage in graph.stages:
        for node in transfers(stage) if stage.reachable else ():
            origin = stage.source_of(node) if isinstance(node, Copy) and node.from_ is not None else None
            if isinstance(node, Copy) and node.from_ is not None and (origin is None or origin.index >= stage.index):
                continue
            for word in node.sources:
                if origin is not None:
                    text = value_of(word, node, stage)
                    path = posixpath.normpath("/" + text.lstrip("/")) if text else None
                else:
                    inner = local_path(word, node, stage)
                    # What is surely missing is copy-source-missing.
                    open_ = inner is not None and not context.has(inner) and not context.lacks(inner)
                    path = f"/{inner}" if open_ else None
                known = path is not None and not any(sign in path for sign in "*?[")
                if path is not None and known and _may_be_built(path) and next(left, None) is not None:
                    found = _Look(graph, sources, context, origin).at(path)
                    if found is not None:
                        yield WrongName(word, *found)


def _may_be_built(path: str) -> bool:
    """Whether a path may be one of those that are looked at: a cheap look."""
    return path.endswith((".jar", ".war", _NEXT)) or "/target/" in path or "/bin/" in path or _is_output(path)


def _is_output(path: str) -> bool:
    return posixpath.basename(path) in OUTPUTS


class _Look:
    """A look at one path, of a stage, or of the context if ``stage`` is None."""

    def __init__(self, graph: StageGraph, sources: Sources, context: Context, stage: Stage | None) -> None:
        self.graph = graph
        self.sources = sources
        self.context = context
        self.stage = stage

    def at(self, path: str) -> _Found | None:
        """What is wrong with a path; None if nothing is, or nobody knows."""
        if path.endswith(_NEXT) and self.stage is not None:
            return self._next(path.removesuffix(_NEXT))
        if _is_output(path) and self.stage is not None:
            return self._bundled(path, self.stage)
        folder, name = posixpath.split(path)
        if self._is_made(name):
            return None
        top, found, below = path.partition("/bin/")
        parts = below.split("/") if found else []
        if name.endswith((".jar", ".war")) and folder.endswith(("/target", "/build/libs")):
            return self._archive(folder.removesuffix("/target").removesuffix("/build/libs"), name)
        if parts[:1] in (["Release"], ["Debug"]) and len(parts) > 1 and _FRAMEWORK.fullmatch(parts[1]):
            return self._dotnet(top, parts[1])
        output = cargo_output(path)
        return self._cargo(output) if output is not None else None

    def _bundled(self, path: str, stage: Stage) -> _Found | None:
        if self._read(posixpath.join(posixpath.dirname(path), "package.json")) is None:
            return None
        from dlint.workspace.bundled import folder_made

        return folder_made(path, stage, self.sources, self.context)

    def _read(self, path: str) -> Source | None:
        """The project's file at a path of the stage, or of the context."""
        if self.stage is None:
            inner = path.lstrip("/")
            return self.context.project.read(self.context.path(inner)) if self.context.has(inner) else None
        name = self.sources.file_at(path, self.stage, None)
        return self.context.project.read(name) if name is not None else None

    @property
    def _runs(self) -> Iterator[tuple[Run, Stage]]:
        for at in self.stage.lineage if self.stage is not None else ():
            yield from ((run, at) for run in at.of(Run))

    def _is_made(self, name: str) -> bool:
        """Whether a step names what is taken, so that it may well make it."""
        return any(name in run.raw for run, _ in self._runs)

    def _commands(self, *names: str) -> list[ShellCommand]:
        scripts = (at.script(run) for run, at in self._runs)
        return [command for one in scripts if one is not None for command in one.commands if command.name in names]

    # What the manifests say

    def _archive(self, folder: str, name: str) -> _Found | None:
        if self.stage is not None and not self._commands("mvn", "mvnw", "gradle", "gradlew"):
            return None
        folder = folder or "/"
        pom = self._read(posixpath.join(folder, "pom.xml"))
        if pom is not None:
            return _other(maven_archive(pom.text), pom, name)
        settings = self._first(folder, "settings.gradle", "settings.gradle.kts")
        build = self._first(folder, "build.gradle", "build.gradle.kts")
        if settings is None or build is None:
            return None
        return _other(gradle_archives(settings.text, build.text), settings, name)

    def _first(self, folder: str, *names: str) -> Source | None:
        return next((one for name in names if (one := self._read(posixpath.join(folder, name))) is not None), None)

    def _cargo(self, output: Output) -> _Found | None:
        manifest = self._read(posixpath.join(output.top, "Cargo.toml"))
        builds = [one for one in self._commands("cargo") if one.verb in ("build", "b", "rustc")]
        text = self.graph.source.text
        if manifest is None or not builds or "TARGET_DIR" in text or "target-dir" in text or "BUILD_TARGET" in text:
            return None
        if self.context.project.exists(posixpath.join(posixpath.dirname(manifest.path), ".cargo")):
            return None
        made = {one for command in builds for one in _made_by(command)}
        if "" not in made and f"{output.triple or '.'}/{output.profile}" not in made:
            folders = ", ".join(sorted(f"target/{one}".replace("/./", "/") for one in made))
            return f"`cargo build` writes to {folders} here", builds[-1].name_node, ""
        return self._program(manifest, output.name)

    def _program(self, manifest: Source, name: str) -> _Found | None:
        """What is wrong with the name of a program that Cargo makes."""
        beside = posixpath.dirname(manifest.path)
        paths = [*self.context.project.below(beside).named("Cargo.toml")]
        if len(paths) > _MOST_MANIFESTS:
            return None
        names: set[str] = set()
        for path in [posixpath.join(beside, one) for one in paths]:
            made = cargo_programs(self.context.project.text(path))
            names.update(made.names if made is not None else ())
            programs = self.context.project.listdir(posixpath.join(posixpath.dirname(path), "src/bin"))
            names.update(posixpath.splitext(one)[0] for one in programs)
        if name in names or not names:
            return None
        own = cargo_programs(manifest.text)
        where = _place(manifest, own) if own is not None else Node(manifest, Span(0, 0))
        instead = next(iter(names)) if len(names) == 1 else ""
        return f"{manifest.path} makes {', '.join(sorted(names)[:5])}", where, instead

    def _dotnet(self, folder: str, framework: str) -> _Found | None:
        if self.stage is not None:
            top = self.sources.folder_at(folder or "/", self.stage)
        else:
            top = self.context.path(folder.lstrip("/") or ".")
        names = [one for one in self.context.project.listdir(top) if one.endswith(".csproj")] if top is not None else []
        project = self.context.project.read(posixpath.join(top or "", names[0])) if len(names) == 1 else None
        made = dotnet_framework(project.text) if project is not None else None
        if project is None or made is None or made.names[0] == framework:
            return None
        return f"{project.path} is built for {made.names[0]}", _place(project, made), made.names[0]

    def _next(self, folder: str) -> _Found | None:
        package = self._read(posixpath.join(folder or "/", "package.json"))
        if package is None or "next build" not in package.text or "standalone" in package.text:
            return None
        if any("STANDALONE" in run.raw or "standalone" in run.raw for run, _ in self._runs):
            return None
        if "STANDALONE" in self.graph.source.text:
            return None
        settings = self._first(folder or "/", *NEXT_SETTINGS)
        if settings is not None and ("standalone" in settings.text or _reads_more(settings.text)):
            return None
        what = settings.path if settings is not None else "there is no next.config.js, so it"
        said = f"{what} does not say `output: 'standalone'`, without which `next build` does not make it"
        return said, Node(settings, Span(0, 0)) if settings is not None else None, ""


_RELATIVE = pattern(r"(?:require\(|from|import)[ \t]*[\"']\.|process\.env\.[A-Z_]*OUTPUT|output[ \t]*:[ \t]*[^\"'\s]")


def _reads_more(settings: str) -> bool:
    """Whether settings have parts elsewhere, or an output that only the build knows."""
    return _RELATIVE.search(settings) is not None


def _made_by(command: ShellCommand) -> Iterator[str]:
    """The folders below ``target`` that a build of Cargo writes to; empty where that is not known."""
    target, profile = command.flag("--target"), command.flag("--profile")
    words = [word.text for word in command.given]
    elsewhere = command.has_flag("--out-dir", "--artifact-dir", "--manifest-path")
    if elsewhere or profile is not None or any("$" in word for word in words):
        yield ""
    else:
        folder = "release" if command.has_flag("--release", "-r") else "debug"
        yield f"{target.value if target is not None else '.'}/{folder}"


def _other(made: Made | None, manifest: Source, name: str) -> _Found | None:
    if made is None or name in made.names or name.endswith(("-sources.jar", "-tests.jar", "-javadoc.jar")):
        return None
    return f"{manifest.path} makes {made.names[0]}", _place(manifest, made), made.names[0]


def _place(manifest: Source, made: Made) -> Node:
    return Node(manifest, Span(made.start, made.end))
