"""What is asked of the files of a project, written down with the answers: whoever asks again knows what has changed.

A question is a text: a letter for what is asked, then the path as it was given. Answers are hashed from what was read
or listed; neither sizes nor times are believed.
"""

from __future__ import annotations

from dlint.lazy import blake2b
from dlint.project.files import ProjectFiles
from dlint.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# What lies in a folder is asked for many files; hashed once, it is not hashed again.
_LISTINGS = "ns"


class AskedFiles(ProjectFiles):
    """The files of a project, seen by somebody whose questions are written down: question → the first answer.

    What was read and listed is shared with ``files``. ``listings`` are hashes of answers that several share. A question
    whose answer follows from what a folder holds is left out, unless ``every`` one is wanted.
    """

    __slots__ = ("_every", "_listed", "asked", "listings")

    def __init__(self, files: ProjectFiles, listings: dict[str, bytes], *, every: bool = False) -> None:
        for slot in ProjectFiles.__slots__:
            setattr(self, slot, getattr(files, slot))
        # Texts are hashed when it comes to that.
        self.asked: dict[str, bytes | Source] = {}
        self.listings = listings
        # Folders whose names were asked for: what lies in them is known by that.
        self._listed: set[str] = set()
        self._every = every

    def digest(self, questions: Iterable[str]) -> str:
        """One hash over the answers to questions that were asked, in their order."""
        made = blake2b(digest_size=16)
        for question in questions:
            answer = self.asked[question]
            if not isinstance(answer, bytes):
                answer = self.asked[question] = _of_text(answer)
            made.update(len(answer).to_bytes(4, "big") + answer)
        return made.hexdigest()

    def read(self, path: str) -> Source | None:
        """As for any files."""
        found = ProjectFiles.read(self, path)
        question = "r" + path
        if question not in self.asked:
            self.asked[question] = _of_nothing(self, path) if found is None else found
        return found

    def first_bytes(self, path: str, count: int) -> bytes | None:
        """As for any files."""
        found = ProjectFiles.first_bytes(self, path, count)
        self.asked.setdefault(f"b{count}:{path}", b"" if found is None else b"=" + found)
        return found

    def exists(self, path: str) -> bool:
        """As for any files."""
        known = self.asked.get("e" + path)
        if known is not None:
            return known == _YES
        found = ProjectFiles.exists(self, path)
        if not self._is_known(path):
            self.asked["e" + path] = _WORDS[found]
        return found

    def lacks(self, path: str) -> bool:
        """As for any files."""
        found = ProjectFiles.lacks(self, path)
        self.asked.setdefault("l" + path, _WORDS[found])
        return found

    def is_dir(self, path: str) -> bool:
        """As for any files."""
        known = self.asked.get("d" + path)
        if known is not None:
            return known == _YES
        found = ProjectFiles.is_dir(self, path)
        if not self._is_known(path):
            self.asked["d" + path] = _WORDS[found]
        return found

    def executable(self, path: str) -> bool | None:
        """As for any files."""
        found = ProjectFiles.executable(self, path)
        self.asked.setdefault("x" + path, _WORDS[found])
        return found

    def listdir(self, path: str = "") -> list[str]:
        """As for any files."""
        found = ProjectFiles.listdir(self, path)
        self._list_asked("n" + path, found)
        return found

    def entries(self, path: str = "") -> list[tuple[str, bool]]:
        """As for any files."""
        found = ProjectFiles.entries(self, path)
        self._list_asked("s" + path, found)
        return found

    def path(self, path: str) -> str | None:
        """As for any files; where an absolute path leads the file system decides."""
        found = self._normal(path)
        if path[:1] == "/" or path[1:2] == ":":
            self.asked.setdefault("p" + path, _of_path(found))
        return found

    def _list_asked(self, question: str, found: Sequence[object]) -> None:
        if question in self.asked:
            return
        folder = question[1:]
        listing = self._listings.get(folder)
        answer = self.listings.get(question)
        if answer is None:
            answer = self.listings[question] = _hash(repr((found, sorted((listing or {}).items()))).encode())
        self.asked[question] = answer
        if listing is not None and not self._every:
            self._listed.add(folder)

    def _is_known(self, path: str) -> bool:
        """Whether what lies there is known by what lies in its folder: it is no symbolic link."""
        folder, _, name = path.rpartition("/")
        if folder not in self._listed or name in ("", ".", "..") or path in self._overlaid:
            return False
        listing = self._listings.get(folder)
        return listing is not None and listing.get(name, False) is not None


class Answers:
    """Asks questions again, each once a run."""

    __slots__ = ("_files",)

    def __init__(self, files: ProjectFiles, listings: dict[str, bytes]) -> None:
        self._files = AskedFiles(files, listings, every=True)

    def digest(self, questions: Iterable[str]) -> str:
        """One hash over the answers to these questions as they are now. Raises ValueError for what is no question."""
        wanted = [*questions]
        for question in wanted:
            if question not in self._files.asked:
                _ask(self._files, question)
        return self._files.digest(wanted)


def _ask(files: AskedFiles, question: str) -> None:
    what, path = question[:1], question[1:]
    if what in _LISTINGS and question in files.listings:
        files.asked[question] = files.listings[question]
    elif what == "b":
        count, _, path = path.partition(":")
        files.first_bytes(path, int(count))
    else:
        ask = _QUESTIONS.get(what)
        if ask is None:
            raise ValueError(f"{question!r} is no question")
        ask(files, path)
    if question not in files.asked:
        raise ValueError(f"{question!r} is no question")


_QUESTIONS: dict[str, Callable[[AskedFiles, str], object]] = {
    "r": AskedFiles.read,
    "e": AskedFiles.exists,
    "l": AskedFiles.lacks,
    "d": AskedFiles.is_dir,
    "x": AskedFiles.executable,
    "n": AskedFiles.listdir,
    "s": AskedFiles.entries,
    "p": AskedFiles.path,
}
_YES = b"1"
_WORDS = {True: _YES, False: b"0", None: b"?"}


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _of_text(source: Source) -> bytes:
    return _hash(f"{source.encoding} {source.bom} {source.text}".encode("utf-8", "surrogatepass"))


def _of_nothing(files: ProjectFiles, path: str) -> bytes:
    why = files.problems.get(path) or files.problems.get(files._normal(path) or "") or ""
    return b"?" + why.encode("utf-8", "surrogatepass")


def _of_path(path: str | None) -> bytes:
    return b"?" if path is None else b"=" + path.encode("utf-8", "surrogatepass")
