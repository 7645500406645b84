"""The one door to the files of a project, in and out: on disk or in memory, never outside its root."""

from __future__ import annotations

import os
import stat
from posixpath import normpath

from dlint.project import disk
from dlint.project.below import Below, below
from dlint.source import Embedded, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Far more than anybody writes by hand: a larger file is generated, or there to keep a linter busy.
MAX_BYTES = 1_000_000
# Of all files of a run together: a thousand times as much as a large repository has of what is read.
MAX_TOTAL = 500_000_000
_IS_POSIX = os.sep == "/"
_NO_NAMES = ("", ".", "..")


class ProjectFiles:
    """The files of one project, by path: relative to the root, with ``/``.

    Paths given to any method may hold ``.`` and ``..``; on disk they may also be absolute. A path that leads outside
    the root, by ``..`` or through a symbolic link, is never touched: it does not exist, and ``problems`` says why.
    What was read or listed stays as it was until it is written here or overlaid.

    ``complete`` says that what is not here is nowhere: so it is on disk, and in memory if somebody says so.
    ``problems`` maps the path of every file that is there but could not be read to one sentence, path included.
    """

    __slots__ = (
        "root", "problems", "max_bytes", "complete", "_real_root", "_sources", "_overlaid", "_folders", "_listings",
        "_entries", "_below", "_reals", "_lossy", "_stamps", "max_total", "_total",
    )  # fmt: skip

    def __init__(self, root: str | None, *, max_bytes: int = MAX_BYTES) -> None:
        self.root = root
        self.problems: dict[str, str] = {}
        self.max_bytes = max_bytes
        self.max_total = MAX_TOTAL
        self._total = 0
        self.complete = root is not None
        self._real_root = "" if root is None else os.path.realpath(root)
        self._sources: dict[str, Source | None] = {}
        self._overlaid: set[str] = set()
        self._folders: dict[str, set[str]] = {"": set()}
        self._listings: dict[str, dict[str, bool | None] | None] = {}
        # What ``entries`` gave: many files of a folder of thousands ask for it.
        self._entries: dict[str, list[tuple[str, bool]]] = {}
        self._below: dict[str, Below] = {}
        # Folders that were listed → their paths on disk, as _real gives them.
        self._reals: dict[str, str | None] = {}
        self._lossy: set[str] = set()
        # What the file system said of each file that was read: when it was changed, and its size.
        self._stamps: dict[str, tuple[int, int]] = {}

    @classmethod
    def from_files(
        cls, files: Mapping[str, str | bytes], *, max_bytes: int = MAX_BYTES, complete: bool = False
    ) -> ProjectFiles:
        """A project in memory: path → content. Raises ValueError for a path that leads outside it."""
        project = cls(None, max_bytes=max_bytes)
        project.complete = complete
        for path, content in files.items():
            project.overlay(path, content)
        return project

    @classmethod
    def on_disk(cls, root: str, *, max_bytes: int = MAX_BYTES) -> ProjectFiles:
        """A project in the folder ``root``. Files of more than ``max_bytes`` bytes are not read."""
        return cls(os.path.abspath(root), max_bytes=max_bytes)

    def with_sources(self, sources: Mapping[str, Source]) -> ProjectFiles:
        """The same project with other text for some of its files: path → Source. This one stays as it is."""
        other = ProjectFiles(None, max_bytes=self.max_bytes)
        other.root = self.root
        other.complete = self.complete
        other._real_root = self._real_root
        other.problems = dict(self.problems)
        other._sources = {**self._sources, **sources}
        other._overlaid = self._overlaid | sources.keys()
        other._folders = {folder: set(names) for folder, names in self._folders.items()}
        other._listings = self._listings
        other._reals = self._reals
        other._lossy = self._lossy
        other._stamps = self._stamps
        for path in sources:
            other._enter(path)
        return other

    def changed(self, texts: Mapping[str, Source], paths: Collection[str], *, relist: bool = True) -> ProjectFiles:
        """The same project after changes: ``texts`` win over the disk from now on, and what is known of ``paths`` is
        forgotten, texts that won over the disk among it. This one stays as it is.

        What folders hold is asked anew, and so is what was not there, which may be there now without a word from
        anybody; without ``relist`` that is only done where ``paths`` or new texts call for it.
        """
        other = ProjectFiles(None, max_bytes=self.max_bytes)
        other.root = self.root
        other.complete = self.complete
        other._real_root = self._real_root
        gone = {*paths, *texts}
        relist = relist or bool(paths) or not self._overlaid.issuperset(texts)
        # What is there and cannot be read is tried again.
        lost = self.problems if not relist else self._sources
        other._sources = {p: s for p, s in self._sources.items() if p not in gone and (s is not None or p not in lost)}
        other._stamps = {path: stamp for path, stamp in self._stamps.items() if path in other._sources}
        other._lossy = self._lossy & other._sources.keys()
        for path in self._overlaid - gone:
            source = other._sources[path] = self._sources[path]
            other._overlaid.add(path)
            other._enter(path)
            if source is None:
                other.problems[path] = self.problems[path]
        for path, source in texts.items():
            other._overlaid.add(path)
            other._enter(path)
            too_large = len(source.text) > self.max_bytes
            other._sources[path] = None if too_large else source
            if too_large:
                other.problems[path] = self._too_large(path)
        if not relist:
            other._listings, other._entries, other._reals = self._listings, self._entries, self._reals
            other._below = self._below
        return other

    def holds(self, source: Source) -> bool:
        """Whether ``source``, or the file it stands in, is what ``read`` gives or would give without looking again."""
        outer = source.outer.source if isinstance(source, Embedded) else source
        return self._sources.get(outer.path) is outer

    def stale(self) -> set[str]:
        """The paths of the files that are not on the disk any more as they were read. Looks at each once."""
        found = set()
        for path, stamp in self._stamps.items():
            if path in self._overlaid or self._sources.get(path) is None:
                continue
            try:
                info = os.stat(os.path.join(self.root or "", path))
            except OSError:
                found.add(path)
            else:
                if (info.st_mtime_ns, info.st_size) != stamp:
                    found.add(path)
        return found

    @property
    def listed(self) -> Collection[str]:
        """The folders whose names were asked for."""
        return self._listings.keys()

    def path(self, path: str) -> str | None:
        """The normal form of a path, ``""`` for the root itself; None if it leads outside the root by its words."""
        return self._normal(path)

    def _normal(self, path: str) -> str | None:
        if "\0" in path:
            return None
        if os.sep == "\\":
            path = path.replace("\\", "/")
        if path[:1] == "/" or (os.sep == "\\" and os.path.isabs(path)):
            inner = None if self.root is None else disk.below_root(path, (self.root, self._real_root))
            if inner is None:
                return None
            path = inner
        normal = normpath(path)
        if normal == ".." or normal.startswith("../"):
            return None
        return "" if normal == "." else normal

    def overlay(self, path: str, content: str | bytes) -> Source:
        """Let ``content`` stand for the file at ``path``, as an unsaved buffer does. It wins over the disk.

        Raises ValueError for a path outside the root.
        """
        key = self._normal(path)
        if not key:
            raise ValueError(f"{path}: not the path of a file inside the project")
        if isinstance(content, str):
            source = Source(key, content.removeprefix("\ufeff"), bom=content.startswith("\ufeff"))
        else:
            source = Source.from_bytes(key, content)
        self._sources[key] = source
        self._overlaid.add(key)
        self.problems.pop(key, None)
        if len(content) > self.max_bytes:
            self.problems[key] = self._too_large(key)
            self._sources[key] = None
        self._enter(key)
        return source

    def read(self, path: str) -> Source | None:
        """The file at ``path``; None if there is none, or if it cannot be read, which ``problems`` then explains."""
        known = self._sources.get(path)
        if known is not None:
            return known
        key = self._normal(path)
        if key is None:
            self.problems[path] = f"{path}: lies outside the project, so it is not read"
            return None
        if key not in self._sources:
            self._sources[key] = self._read_disk(key) if self.root is not None else None
        return self._sources[key]

    def text(self, path: str) -> str:
        """The text of the file at ``path``; empty if there is none or it cannot be read."""
        source = self.read(path) if self.exists(path) else None
        return source.text if source else ""

    def first_bytes(self, path: str, count: int) -> bytes | None:
        """How the regular file at ``path`` begins; None if there is none inside the root, or it cannot be read."""
        key = self._normal(path)
        if key is None:
            return None
        if key in self._overlaid:
            source = self._sources.get(key)
            return source.encode()[:count] if source is not None else None
        real = self._real(key)
        try:
            return disk.read_head(real, count) if real is not None else None
        except OSError:
            return None

    def exists(self, path: str) -> bool:
        """Whether there is a file or folder at ``path`` inside the root."""
        known = self._by_listing(path)
        if known is not None:
            return known
        key = self._normal(path)
        if key is None:
            return False
        if key in self._overlaid or key in self._folders:
            return True
        folder, _, name = key.rpartition("/")
        listing = self._listing(folder)
        if listing is not None and listing.get(name, True) is not None:
            return name in listing
        real = self._real(key)
        return real is not None and os.path.exists(real)

    def _by_listing(self, path: str) -> bool | None:
        """Whether something lies there, if what is known of its folder says so; None if that has to be looked at."""
        folder, _, name = path.rpartition("/")
        listing = self._listings.get(folder) if _IS_POSIX else None
        if listing is None or name in _NO_NAMES or path in self._overlaid or path in self._folders:
            return None
        return name in listing if listing.get(name, False) is not None else None

    def lacks(self, path: str) -> bool:
        """Whether it is sure that nothing lies at ``path``: the folders above can be listed, no link is on the way.

        In memory that is known only of files that are all there are.
        """
        key = self._normal(path)
        if not key or self.exists(key):
            return False
        if self.root is None:
            return self.complete
        folder = ""
        for name in key.split("/"):
            listing = self._listing(folder)
            if listing is None:
                return False
            if name not in listing:
                return True
            if listing[name] is None:
                return False
            folder = f"{folder}/{name}" if folder else name
        return True

    def is_dir(self, path: str) -> bool:
        """Whether ``path`` is a folder inside the root."""
        key = self._normal(path)
        if key is None or key in self._overlaid:
            return False
        if key in self._folders:
            return True
        folder, _, name = key.rpartition("/")
        listing = self._listing(folder)
        known = None if listing is None else listing.get(name, False)
        if known is not None:
            return known
        real = self._real(key)
        return real is not None and os.path.isdir(real)

    def executable(self, path: str) -> bool | None:
        """Whether a file has an executable bit; None if that is unknown: in memory, on Windows, through a link."""
        key = self._normal(path)
        if key is None or self.root is None or os.name == "nt" or key in self._overlaid:
            return None
        real = self._real(key)
        try:
            info = os.lstat(real) if real is not None else None
        except OSError:
            return None
        return bool(info.st_mode & 0o111) if info is not None and stat.S_ISREG(info.st_mode) else None

    def listdir(self, path: str = "") -> list[str]:
        """The names in the folder ``path``, sorted; empty if it is no folder or cannot be listed."""
        key = self._normal(path)
        if key is None:
            return []
        listing, inside = self._listing(key) or {}, self._folders.get(key)
        return sorted({*listing, *inside}) if inside else [*listing]

    def entries(self, path: str = "") -> list[tuple[str, bool]]:
        """The names in the folder ``path``, sorted, each with whether it is a folder."""
        key = self._normal(path)
        if key is None:
            return []
        found = self._entries.get(key)
        if found is not None:
            return found
        listing = self._listing(key) or {}
        found = self._entries[key] = []
        for name in sorted({*listing, *self._folders.get(key, ())}):
            inside = f"{key}/{name}" if key else name
            known = listing.get(name)
            doubtful = known is None or inside in self._overlaid or inside in self._folders
            found.append((name, self.is_dir(inside) if doubtful else known is True))
        return found

    def below(self, path: str = "") -> Below:
        """What lies below the folder ``path``, as far as anybody searches it."""
        key = self._normal(path)
        return Below("", lambda folder: ()) if key is None else below(key, self.entries, self._below)

    def write(self, source: Source, text: str) -> Source:
        """Put ``text`` in place of a file that was read here, in its encoding, and return the new Source.

        On disk the new file takes the place of the old one in one step and keeps its mode; through a symbolic link
        the file it leads to is replaced. Raises WriteError if the file changed since it was read, may not be written,
        or is no longer there. Text that is overlaid is replaced in memory only.
        """
        key = source.path
        after = source.with_text(text)
        if self.root is not None and key not in self._overlaid:
            from dlint.project.writing import replace

            replace(self._real(key), self._sources.get(key), after, self.max_bytes, is_lossy=key in self._lossy)
        self._sources[key] = after
        return after

    # Disk

    def list_found(self, path: str, found: Collection[os.DirEntry[str]]) -> None:
        """Take all that somebody has found in a folder on disk, whose path is in normal form."""
        if path not in self._listings:
            self._reals[path] = self._real(path)
            self._listings[path] = disk.listed(found)

    def _listing(self, key: str) -> dict[str, bool | None] | None:
        """What lies in a folder on disk: name → whether it is a folder, None where a symbolic link decides that.

        None for a folder that may not be listed, though what is in it may be reached.
        """
        if key not in self._listings:
            self._listings[key] = self._list(key)
        return self._listings[key]

    def _list(self, key: str) -> dict[str, bool | None] | None:
        above, _, name = key.rpartition("/")
        # From the root down, unless it is deeper than anybody nests folders. Dockerfiles name many that are not there.
        around = self._listing(above) if key and key.count("/") < 64 else None
        if around is not None and name not in around:
            return {}
        real = self._reals[key] = self._real(key)
        if real is None:
            return {}
        try:
            with os.scandir(real) as entries:
                return disk.listed(entries)
        except OSError as error:
            return None if isinstance(error, PermissionError) else {}

    def _real(self, key: str) -> str | None:
        """The path on disk with symbolic links resolved; None if that is outside the root, or nothing is on disk."""
        if self.root is None:
            return None
        folder, _, name = key.rpartition("/")
        listing = self._listings.get(folder) if name else None
        if listing is not None and listing.get(name, name.isascii() or None) is not None and folder in self._reals:
            # No symbolic link: what is known of the folder says all. Some names no file system can hold.
            return (above := self._reals[folder]) and os.path.join(above, name)
        # The folder is resolved once for all that lies in it, and then only the last step may be a link.
        if name and name.isascii() and os.sep == "/" and key.count("/") < 64:
            if folder not in self._reals:
                self._reals[folder] = self._real(folder)
            path = (above := self._reals[folder]) and os.path.join(above, name)
            if path and not os.path.islink(path):
                return path
        return disk.real_below(os.path.join(self.root, key) if key else self.root, self._real_root)

    def _read_disk(self, key: str) -> Source | None:
        assert self.root is not None
        real = self._real(key)
        if real is None:
            self.problems[key] = f"{key}: a symbolic link leads outside the project, so it is not read"
            return None
        try:
            data, self._stamps[key] = disk.read_stamped(real, self.max_bytes)
        except FileNotFoundError:
            if os.path.lexists(os.path.join(self.root, key)):
                self.problems[key] = f"{key}: the symbolic link leads to a file that does not exist"
            return None
        except NotADirectoryError:
            return None
        except OSError as error:
            self.problems[key] = f"{key}: {disk.reason_of(error)}"
            return None
        if data is None:
            self.problems[key] = self._too_large(key)
            return None
        self._total += len(data)
        if self._total > self.max_total:
            self.problems[key] = (
                f"{key}: not read, since {self.max_total / 1e6:g} MB of the project have been read already; lint fewer"
                " files at a time"
            )
            return None
        source = Source.from_bytes(key, data)
        if source.encoding != "utf-8" and source.encode() != data:
            self._lossy.add(key)
        return source

    def _too_large(self, key: str) -> str:
        return f"{key}: larger than {self.max_bytes / 1e6:g} MB, so it is not read; leave it out with exclude"

    def _enter(self, key: str) -> None:
        """Make the folders above an overlaid file known."""
        self._entries.clear()
        self._below.clear()
        while key:
            key, _, name = key.rpartition("/")
            self._folders.setdefault(key, set()).add(name)
