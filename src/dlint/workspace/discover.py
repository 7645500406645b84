"""Finds the Dockerfiles, Compose files and ignore files of a project, and says of which kind a file is."""

from __future__ import annotations

import os
from itertools import islice

from dlint.project.files import ProjectFiles
from dlint.project.gitignore import IgnoreRules
from dlint.project.kinds import COMPOSE, head_of, is_workflow, kind_of, may_be_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST_ENTRIES = 200_000
MOST_FOLDERS = 20_000
"""How many names and folders of a project are looked at: what is left out is said."""

# Folders that hold other people's files or tools' own.
_SKIPPED = frozenset(
    ".git .hg .svn .jj node_modules bower_components .venv .tox .nox __pycache__ .mypy_cache .ruff_cache"
    " .pytest_cache .terraform".split()
)


class Discovery:
    """What was found: ``files`` as sorted (path, kind), paths relative to the root.

    ``notes`` are sentences on what was left out and why. ``errors`` are sentences on paths that were asked for and
    cannot be linted: missing, outside the project, of no known kind. ``left_out`` are the folders that were asked not
    to be walked. ``others`` are files that were named and are of no known kind: what they change is shown. With
    ``partial``, which says why, a bound was met, so that there may be more.
    """

    __slots__ = ("files", "notes", "errors", "left_out", "others", "partial")

    def __init__(self) -> None:
        self.files: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self.errors: list[str] = []
        self.left_out: list[str] = []
        self.others: list[str] = []
        self.partial = ""


def discover(
    project: ProjectFiles,
    paths: Sequence[str] = (".",),
    *,
    leaves_out: Callable[[str], bool] | None = None,
    written: Mapping[str, str] | None = None,
) -> Discovery:
    """The files to lint among ``paths``: files and folders of a project on disk, absolute or relative to its root.

    A folder is walked: names decide (and ``COMPOSE_FILE`` in ``.env``), ``.gitignore`` files leave out, folders of
    tools and other people's packages are skipped, and those that ``leaves_out`` (path from the root) says so of;
    symbolic links to folders are not followed.
    A file that is named itself is always taken; if its name tells nothing its text decides. ``written`` says how the
    user wrote a path, for messages.
    """
    search = _Search(project, leaves_out, written or {})
    for path in paths:
        search.add(path)
    return search.result()


class _Search:
    def __init__(
        self, project: ProjectFiles, leaves_out: Callable[[str], bool] | None, written: Mapping[str, str]
    ) -> None:
        self.project = project
        self.leaves_out = leaves_out
        self.written = written
        self.kinds: dict[str, str] = {}
        # Symbolic links to files, found on the way: taken if what they lead to is not linted under its own name.
        self.links: dict[str, str] = {}
        self.found = Discovery()
        self.entries = 0
        self.folders = 0

    def add(self, path_given: str) -> None:
        path = self.project.path(path_given)
        asked = self.written.get(path_given, path_given)
        if path is None:
            self.found.errors.append(f"{asked}: lies outside the project {self.project.root}")
        elif self.project.is_dir(path):
            self._walk(path)
        else:
            self._add_file(asked, path)

    def _add_file(self, asked: str, path: str) -> None:
        kind = kind_of(path)
        if kind is None:
            source = self.project.read(path)
            if source is None:
                self.found.errors.append(self.project.problems.get(path, f"{asked}: no such file or folder"))
                return
            kind = kind_of(path, head_of(self.project, path))
        elif not self.project.exists(path) and self.project.read(path) is None:
            self.found.errors.append(self.project.problems.get(path, f"{asked}: no such file or folder"))
            return
        if kind is None:
            self.found.others.append(path)
        else:
            self.kinds[path] = kind

    def _walk(self, start: str) -> None:
        assert self.project.root is not None
        top = tuple(start.split("/")) if start else ()
        rules = IgnoreRules()
        for depth in range(len(top)):
            rules = self._with_file(rules, top[:depth])
        pending = [(top, rules)]
        while pending:
            parts, rules = pending.pop()
            if not self._affords("/".join(parts) or "."):
                return
            entries = self._entries(parts)
            if not parts or any(entry.name == ".gitignore" for entry in entries):
                rules = self._with_file(rules, parts)
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    self._look_at(entry, parts, rules)
                elif not self._skips((*parts, entry.name), rules, entry):
                    pending.append(((*parts, entry.name), rules))

    def _look_at(self, entry: os.DirEntry[str], folder: tuple[str, ...], rules: IgnoreRules) -> None:
        """Take a file if it is of a known kind."""
        name = entry.name
        if name == ".env":
            self._take_listed("/".join(folder))
        ours = may_be_ours(name)
        if not ours and ".github" not in folder:
            return
        path = "/".join((*folder, name))
        kind = kind_of(path) if ours else None
        if kind is None and is_workflow(path):
            kind = kind_of(path, head_of(self.project, path))
        if kind and not rules.ignores((*folder, name), False):
            self._take(path, kind, entry)

    def _affords(self, folder: str) -> bool:
        """Whether one more folder is looked at; says once that there are too many."""
        self.folders += 1
        if self.entries < MOST_ENTRIES and self.folders <= MOST_FOLDERS:
            return True
        if not self.found.partial:
            self.found.partial = (
                f"{folder}: not looked at, nor what comes after it, since the project has more than {MOST_ENTRIES:,}"
                f" files or {MOST_FOLDERS:,} folders; leave some out by `exclude` or .gitignore"
            )
            self.found.notes.append(self.found.partial)
        return False

    def _take_listed(self, folder: str) -> None:
        """Take the files that ``COMPOSE_FILE`` in the folder's ``.env`` lists, whatever their names."""
        if "COMPOSE_FILE" in self.project.text(f"{folder}/.env" if folder else ".env"):
            # Few projects have such a list, and only it needs the reader of environment files.
            from dlint.model.compose.files import listed

            self.kinds.update(dict.fromkeys(listed(self.project, folder), COMPOSE))

    def _with_file(self, rules: IgnoreRules, folder: tuple[str, ...]) -> IgnoreRules:
        files = [(*folder, ".gitignore")]
        if not folder:
            files.insert(0, (".git", "info", "exclude"))
        for file in files:
            text = self.project.text("/".join(file))
            if text:
                rules = rules.plus(folder, text)
        return rules

    def _entries(self, parts: tuple[str, ...]) -> list[os.DirEntry[str]]:
        folder = "/".join((self.project.root or "", *parts))
        try:
            with os.scandir(folder) as scanned:
                # A folder with more entries than are affordable is cut where the bound is.
                entries = list(islice(scanned, MOST_ENTRIES + 1))
        except OSError as error:
            self.found.notes.append(f"{'/'.join(parts) or '.'}: the folder cannot be listed: {error.strerror}")
            return []
        self.entries += len(entries)
        if len(entries) <= MOST_ENTRIES:
            self.project.list_found("/".join(parts), entries)
        return entries

    def _skips(self, parts: tuple[str, ...], rules: IgnoreRules, entry: os.DirEntry[str]) -> bool:
        if entry.name in _SKIPPED or rules.ignores(parts, True):
            return True
        if self.leaves_out is not None and self.leaves_out("/".join(parts)):
            self.found.left_out.append("/".join(parts))
            return True
        # A virtual environment, whatever it is called.
        return "env" in entry.name and os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))

    def _take(self, path: str, kind: str, entry: os.DirEntry[str]) -> None:
        if entry.is_symlink():
            self.links[path] = kind
        elif entry.is_file(follow_symlinks=False):
            self.kinds[path] = kind
        else:
            self.found.notes.append(f"{path}: skipped, it is not a regular file")

    def result(self) -> Discovery:
        assert self.project.root is not None
        root = os.path.realpath(self.project.root)
        taken = {os.path.join(root, *path.split("/")) for path in self.kinds} if self.links else set()
        for path, kind in sorted(self.links.items()):
            real = os.path.realpath(os.path.join(root, path))
            if not self.project.exists(path):
                self.project.read(path)
                self.found.notes.append(self.project.problems.get(path, f"{path}: skipped, a link to nothing"))
            elif os.path.isfile(real) and real not in taken:
                taken.add(real)
                self.kinds[path] = kind
        self.found.files = sorted(self.kinds.items())
        self.found.notes = sorted(dict.fromkeys(self.found.notes))
        return self.found
