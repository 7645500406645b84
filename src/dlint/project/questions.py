"""What is asked of the files of a project, written down with the answers: whoever asks again knows what has changed.

A question is a text: a letter for what is asked, then the path as it was given. Answers are hashed from what was read
or listed; neither sizes nor times are believed.
"""

from __future__ import annotations

from operator import attrgetter

from dlint.lazy import blake2b
from dlint.project.below import Below
from dlint.project.files import ProjectFiles
from dlint.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_YES = b"1"
_WORDS: dict[bool | None, bytes] = {True: _YES, False: b"0", None: b"?"}
_slots_of = attrgetter(*ProjectFiles.__slots__)


class AskedFiles(ProjectFiles):
    """The files of a project, seen by somebody whose questions are written down: question → the first answer.

    What was read and listed is shared with ``files``. ``listings`` are hashes of answers that several share. A question
    whose answer follows from what a folder holds is left out.
    """

    __slots__ = ("_listed", "asked", "listings")

    def __init__(self, files: ProjectFiles, listings: dict[str, bytes]) -> None:
        for slot, value in zip(ProjectFiles.__slots__, _slots_of(files), strict=True):
            setattr(self, slot, value)
        # Texts are hashed when it comes to that.
        self.asked: dict[str, bytes | Source] = {}
        self.listings = listings
        # Folders whose names were asked for: what lies in them is known by that.
        self._listed: set[str] = set()

    @property
    def answers(self) -> list[bytes]:
        """The answers, in the order of the questions."""
        return [found if isinstance(found, bytes) else _of_text(found) for found in self.asked.values()]

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
        found = self._by_listing(path)
        if found is not None:
            if path.rpartition("/")[0] not in self._listed:
                self.asked.setdefault("e" + path, _WORDS[found])
            return found
        if self._is_known(path):
            return ProjectFiles.exists(self, path)
        known = self.asked.get("e" + path)
        if known is not None:
            return known == _YES
        found = ProjectFiles.exists(self, path)
        self.asked["e" + path] = _WORDS[found]
        return found

    def lacks(self, path: str) -> bool:
        """As for any files."""
        found = ProjectFiles.lacks(self, path)
        self.asked.setdefault("l" + path, _WORDS[found])
        return found

    def is_dir(self, path: str) -> bool:
        """As for any files."""
        if self._is_known(path):
            return ProjectFiles.is_dir(self, path)
        known = self.asked.get("d" + path)
        if known is not None:
            return known == _YES
        found = ProjectFiles.is_dir(self, path)
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
        self._list_asked("n", path, found)
        return found

    def entries(self, path: str = "") -> list[tuple[str, bool]]:
        """As for any files."""
        found = ProjectFiles.entries(self, path)
        self._list_asked("s", path, found)
        return found

    def below(self, path: str = "") -> Below:
        """As for any files."""
        found = ProjectFiles.below(self, path)
        for folder in found.folders:
            if "s" + folder not in self.asked:
                self.entries(folder)
        return found

    def path(self, path: str) -> str | None:
        """As for any files; where an absolute path leads the file system decides."""
        found = self._normal(path)
        if path[:1] == "/" or path[1:2] == ":":
            self.asked.setdefault("p" + path, _of_path(found))
        return found

    def _list_asked(self, what: str, folder: str, found: Sequence[object]) -> None:
        question = what + folder
        if question in self.asked:
            return
        self.asked[question] = _of_folder(self, question, found, self.listings)
        if self._listings.get(folder) is not None:
            self._listed.add(folder)

    def _is_known(self, path: str) -> bool:
        """Whether what lies there is known by what lies in its folder: it is no symbolic link."""
        folder, _, name = path.rpartition("/")
        if folder not in self._listed or name in ("", ".", "..") or path in self._overlaid:
            return False
        listing = self._listings.get(folder)
        return listing is not None and listing.get(name, False) is not None


class Answers:
    """Asks questions again, each once a run. ``listings`` are hashes of answers that several share.

    ``agree`` is whether those who have asked in this run were given the same: a file may change while it lasts.
    """

    __slots__ = ("_known", "agree", "files", "listings")

    def __init__(self, files: ProjectFiles, listings: dict[str, bytes]) -> None:
        self.files = files
        self.listings = listings
        self.agree = True
        self._known: dict[str, bytes] = {}

    def learn(self, files: AskedFiles) -> tuple[list[str], str]:
        """The questions that were asked of ``files``, and one hash over the answers, which are known from now on."""
        known, answers = self._known, files.answers
        for question, answer in zip(files.asked, answers, strict=True):
            if known.setdefault(question, answer) != answer:
                self.agree = False
        return [*files.asked], _of_all(answers)

    def check(self, questions: Sequence[str], digest: str) -> None:
        """Note whether another process was given the same answers."""
        self.agree = self.agree and self.digest(questions) == digest

    def digest(self, questions: Sequence[str]) -> str:
        """One hash over the answers to these questions as they are now. Raises ValueError for what is no question."""
        known = self._known
        for question in questions:
            if question not in known:
                known[question] = self._ask(question)
        return _of_all([known[question] for question in questions])

    def _ask(self, question: str) -> bytes:
        what, path = question[:1], question[1:]
        if what == "n" or what == "s":
            names = self.files.listdir(path) if what == "n" else self.files.entries(path)
            return _of_folder(self.files, question, names, self.listings)
        ask = _QUESTIONS.get(what)
        if ask is None:
            raise ValueError(f"{question!r} is no question")
        return ask(self.files, path)


def _of_bytes(files: ProjectFiles, path: str) -> bytes:
    count, _, path = path.partition(":")
    found = files.first_bytes(path, int(count))
    return b"" if found is None else b"=" + found


def _of_file(files: ProjectFiles, path: str) -> bytes:
    found = files.read(path)
    return _of_nothing(files, path) if found is None else _of_text(found)


_QUESTIONS: dict[str, Callable[[ProjectFiles, str], bytes]] = {
    "b": _of_bytes,
    "r": _of_file,
    "e": lambda files, path: _WORDS[files.exists(path)],
    "l": lambda files, path: _WORDS[files.lacks(path)],
    "d": lambda files, path: _WORDS[files.is_dir(path)],
    "x": lambda files, path: _WORDS[files.executable(path)],
    "p": lambda files, path: _of_path(files.path(path)),
}


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).digest()


def _of_text(source: Source) -> bytes:
    return _hash(f"{source.encoding} {source.bom} {source.text}".encode("utf-8", "surrogatepass"))


def _of_nothing(files: ProjectFiles, path: str) -> bytes:
    if not files.problems:
        return b"?"
    why = files.problems.get(path) or files.problems.get(files._normal(path) or "") or ""
    return b"?" + why.encode("utf-8", "surrogatepass")


def _of_folder(files: ProjectFiles, question: str, found: Sequence[object], known: dict[str, bytes]) -> bytes:
    """What lies in a folder is asked for many files; hashed once, it is not hashed again."""
    answer = known.get(question)
    if answer is None:
        listing = files._listings.get(question[1:]) or {}
        if not found and not listing:
            # No folder, or an empty one.
            answer = b"-"
        else:
            answer = _hash(repr((found, sorted(listing.items()))).encode("utf-8", "surrogatepass"))
        known[question] = answer
    return answer


def _of_all(answers: Sequence[bytes]) -> str:
    """One hash over answers, in their order; their lengths at the end say where each begins."""
    lengths = repr([*map(len, answers)]).encode("ascii")
    return blake2b(b"".join([*answers, lengths]), digest_size=16).hexdigest()


def _of_path(path: str | None) -> bytes:
    return b"?" if path is None else b"=" + path.encode("utf-8", "surrogatepass")
