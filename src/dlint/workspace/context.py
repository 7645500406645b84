"""What a build context holds: the files of a folder on disk, less what its ignore file keeps out.

What is not on disk is only said to be missing where nothing else could bring it: git leaves it out on purpose, a
submodule fills the folder, a link leads there, or not all of the project is known. Ignore files are matched as moby's
``patternmatcher`` does; which files of a folder go along with a re-included one follows BuildKit's ``fsutil``.
"""

from __future__ import annotations

import posixpath

from dlint.lazy import pattern
from dlint.project.below import DEPTH, LIMIT, SKIPPED
from dlint.project.gitignore import comes_later
from dlint.syntax.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dlint.model.dockerfile.stage import Stage
    from dlint.project.files import ProjectFiles
    from dlint.syntax.dockerfile.parser import Copy, Mount, Run
    from dlint.syntax.dockerignore import IgnoreFile, IgnorePattern
    from dlint.workspace.workspace import Workspace

# Among more names of about the same length it is chance that one is near.
_MOST_ALIKE = 1000
_HOOKS = ('"prepare"', '"install"', '"preinstall"', '"postinstall"')
_WILDCARDS = pattern(r"[*?\[\\]")


class Context:
    """The files below ``folder`` (from the project's root) that the builder gets, ``ignore`` considered.

    Paths are relative to the folder, ``.`` for all of it.
    """

    __slots__ = ("_kept_out", "folder", "ignore", "project", "workspace")

    def __init__(self, workspace: Workspace, folder: str, ignore: IgnoreFile | None) -> None:
        self.workspace = workspace
        self.project = workspace.files
        self.folder = folder
        self.ignore = ignore
        self._kept_out: dict[str, IgnorePattern | None] = {}

    def path(self, inner: str) -> str:
        """A path in the context as one from the project's root."""
        return posixpath.normpath(inner if not self.folder or inner[:1] == "/" else f"{self.folder}/{inner}")

    @property
    def is_there(self) -> bool:
        """Whether the folder itself is on disk."""
        return not self.folder or self.project.is_dir(self.folder)

    @property
    def may_have_manifests(self) -> bool:
        """Whether a file that says what the project is built of lies at its top, or may lie in a folder."""
        from dlint.model.facts.project_installs import is_manifest

        return any(is_folder or is_manifest(name) for name, is_folder in self.project.entries(self.folder))

    def folder_of(self, node: Copy | Mount, stage: Stage) -> Context | None:
        """The folder that a COPY --from or a mount's from names by a named context; None if it names something else."""
        named = stage.outside_source(node)
        if named is None or named.folder is None:
            return None
        ignore = self.workspace.ignore_file(posixpath.join(named.folder, ".dockerignore"))
        return Context(self.workspace, named.folder, ignore)

    def builds_at_install(self, run: Run) -> bool:
        """Whether a step installs packages of Node.js where a package.json has scripts that run then."""
        if not any(name in run.raw for name in ("npm", "yarn", "bun")):
            return False
        files = (self.path(one) for one in self.project.below(self.folder).named("package.json"))
        return any(hook in self.project.text(file) for file in files for hook in _HOOKS)

    def has(self, inner: str) -> bool:
        """Whether something lies there on disk, ignored or not."""
        return self.project.exists(self.path(inner))

    def is_file(self, inner: str) -> bool:
        """Whether a file lies there on disk, and the ignore file does not keep it out."""
        return self.takes(inner) and not self.project.is_dir(self.path(inner))

    def lacks(self, inner: str) -> bool:
        """Whether it is sure that nothing lies there, and that nothing else is going to bring it."""
        path = self.path(inner)
        return not self.workspace.partial and self.project.lacks(path) and not comes_later(self.project.text, path)

    def brings(self, inner: str) -> bool | None:
        """Whether what lies at a path is in the context: it is, it is not, or something may bring it later."""
        if self.ignore is not None and self.ignore.excludes(inner):
            excepted = any(one.negated for one in self.ignore.patterns) and self.is_folder(inner)
            return None if excepted else False
        if self.has(inner):
            return True
        # What tools put into their folders nobody knows.
        parts = inner.split("/")
        tools = next((at for at, name in enumerate(parts[:-1], 1) if name in SKIPPED), None)
        if tools is not None and self.has("/".join(parts[:tools])):
            return None
        return False if self.lacks(inner) else None

    def is_folder(self, inner: str) -> bool:
        """Whether a folder lies there on disk, ignored or not."""
        return self.project.is_dir(self.path(inner))

    def names(self, inner: str) -> list[str]:
        """The names in a folder, ignored or not."""
        return self.project.listdir(self.path(inner))

    def kept_out_by(self, inner: str) -> IgnorePattern | None:
        """The pattern by which nothing of what lies there is in the context; None if some of it is or may be."""
        if self.ignore is None or not self.ignore.patterns:
            return None
        if inner not in self._kept_out:
            self._kept_out[inner] = self._decider(inner)
        return self._kept_out[inner]

    def _decider(self, inner: str) -> IgnorePattern | None:
        assert self.ignore is not None
        if inner == ".":
            return self._all_kept_out()
        if self.project.is_dir(self.path(inner)):
            return self._folder_kept_out(inner)
        decider = self.ignore.matching(inner)
        if decider is None or decider.negated:
            return None
        if self.has(inner):
            return decider
        later = self.ignore.patterns[self.ignore.patterns.index(decider) + 1 :]
        return None if any(one.negated and _may_match(one, inner) for one in later) else decider

    def _all_kept_out(self) -> IgnorePattern | None:
        assert self.ignore is not None
        if any(one.negated for one in self.ignore.patterns):
            return None
        return next((one for one in self.ignore.patterns if one.text in ("*", "**", "**/*")), None)

    def _folder_kept_out(self, inner: str) -> IgnorePattern | None:
        """The pattern that decides about a folder, if it leaves none of the files in it."""
        assert self.ignore is not None
        own = self.ignore.matching(inner)
        kept = own is None or own.negated
        if not kept and not any(one.negated and _may_match(one, inner) for one in self.ignore.patterns):
            return own
        given = 0
        waiting = [inner]
        while waiting:
            current = waiting.pop()
            for name, is_folder in self.project.entries(self.path(current)):
                given += 1
                path = f"{current}/{name}"
                if given > LIMIT or path.count("/") > 2 * DEPTH or not self.ignore.excludes(path):
                    return None
                if kept:
                    own = self.ignore.matching(path)
                if is_folder:
                    waiting.append(path)
        return own if own is not None and not own.negated else None

    def nearest(self, inner: str) -> str | None:
        """A path of the context that was probably meant by one that is not there."""
        folder, _, name = inner.rpartition("/")
        if "/" in inner:
            # Written as from the project's root, or as from a folder above.
            tail = inner.partition("/")[2]
            if posixpath.basename(self.folder) == inner.partition("/")[0] and self.takes(tail):
                return tail
        below = posixpath.join(posixpath.basename(self.folder), inner) if self.folder else ""
        if below and self.takes(below):
            return below
        while folder and not self.project.is_dir(self.path(folder)):
            folder, _, name = folder.rpartition("/")
        near = self._like(folder, name)
        if near is not None:
            meant = posixpath.join(folder, near, inner[len(posixpath.join(folder, name)) + 1 :]).rstrip("/")
            return meant if self.takes(meant) else posixpath.join(folder, near)
        return self._elsewhere(posixpath.basename(inner))

    def _like(self, folder: str, name: str) -> str | None:
        """The one in a folder that was meant by a slip or a short form."""
        like = self.project.below(self.path(folder)).like(name)
        if len(like) > _MOST_ALIKE:
            return None
        most = 1 if len(name) < 5 else 2
        near = closest(name, like, most) or _abbreviated(name, like)
        if near is None or self.takes(posixpath.join(folder, near)):
            return near
        taken = [one for one in like if self.takes(posixpath.join(folder, one))]
        return closest(name, taken, most) or _abbreviated(name, taken)

    def _elsewhere(self, name: str) -> str | None:
        """The one file of that name in another folder of the context."""
        if "." not in name.strip("."):
            return None
        found = [path for path in self.project.below(self.folder).named(name) if self.takes(path)]
        return found[0] if len(found) == 1 else None

    def takes(self, inner: str) -> bool:
        """Whether something lies there on disk, and the ignore file does not keep it out."""
        return self.has(inner) and (self.ignore is None or not self.ignore.excludes(inner))

    def files(self, folder: str = "") -> Iterator[str]:
        """The files and folders of the context below ``folder``, see ``files_in``."""
        return files_in(self.project, self.folder, folder, self.ignore)

    def kinds(self, folder: str = "") -> Mapping[str, bool]:
        """The same by their paths from ``folder``, each with whether it is a folder."""
        if self.ignore is None:
            return self.project.below(self.path(folder)).kinds
        cut = len(folder) + 1 if folder else 0
        return {path[cut:]: self.project.is_dir(self.path(path)) for path in self.files(folder)}


def files_in(project: ProjectFiles, context: str, folder: str = "", ignore: IgnoreFile | None = None) -> Iterator[str]:
    """The files and folders below ``folder`` of a context, as far as they lie on disk and no ignore file excludes them.

    Paths are relative to the context; folders of tools are named but not entered, and at most 5000 are given.
    """
    if ignore is None:
        paths = project.below(posixpath.join(context, folder)).kinds
        yield from (f"{folder}/{path}" for path in paths) if folder else paths
        return
    exceptions = any(pattern.negated for pattern in ignore.patterns)
    waiting = [(folder, 0)]
    given = 0
    while waiting and given < LIMIT:
        current, depth = waiting.pop()
        for name, is_folder in project.entries(posixpath.join(context, current)):
            path = f"{current}/{name}" if current else name
            given += 1
            if given > LIMIT:
                return
            kept = not ignore.excludes(path)
            if kept:
                yield path
            if is_folder and (kept or exceptions) and name not in SKIPPED and depth < DEPTH:
                waiting.append((path, depth + 1))


def _may_match(one: IgnorePattern, path: str) -> bool:
    """Whether a pattern may match ``path``, a folder above it or something below it."""
    for written, name in zip(one.text.split("/"), path.split("/"), strict=False):
        if "**" in written:
            return True
        if not (one.part_matches(written, name) if _WILDCARDS.search(written) else written == name):
            return False
    return True


def _abbreviated(name: str, names: list[str]) -> str | None:
    """The one name with the same ending of which this is a short form, as ``reqs.txt`` is of ``requirements.txt``."""
    stem, ending = posixpath.splitext(name)
    if len(stem) < 3 or not ending:
        return None
    found = [one for one in names if one.endswith(ending) and (_shortens(stem, one) or _shortens(one, name))]
    return found[0] if len(found) == 1 else None


def _shortens(short: str, long: str) -> bool:
    """Whether the letters of a stem stand in another one in their order, the first three together."""
    short, long = posixpath.splitext(short)[0].lower(), posixpath.splitext(long)[0].lower()
    if len(short) < 3 or short[:3] != long[:3] or len(short) >= len(long):
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)
