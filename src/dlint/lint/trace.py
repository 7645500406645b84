"""What the findings of a whole run rest on, so that a later run asks once for all files instead of group by group."""

from __future__ import annotations

from dlint.lazy import blake2b
from dlint.shellcheck.program import find, identity

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from dlint.config.folders import FolderConfigs
    from dlint.project.questions import Answers

# What decides about findings after they are made.
_LATER = frozenset(("fail-on", "baseline", "rule-pages"))


def hash_of(*parts: object) -> str:
    """A hash of plain values."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class SettingsHashes:
    """What the configurations of a run say, as far as findings depend on it, and which ShellCheck that means."""

    __slots__ = ("_configs", "_digests", "_known", "_programs")

    def __init__(self, configs: FolderConfigs) -> None:
        self._configs = configs
        self._known: dict[int, str] = {}
        self._programs: dict[str, str] = {}
        self._digests: dict[tuple[str, ...], str] = {}

    def of(self, path: str) -> str:
        """The hash of what counts for a path."""
        config = self._configs.looked_up(path)
        known = self._known.get(id(config))
        if known is None:
            values = sorted((key, value) for key, value in config.values.items() if key not in _LATER)
            known = self._known[id(config)] = hash_of(config.folder, values, self._program(config["shellcheck"]))
        return known

    def digest(self, folders: Iterable[str]) -> str:
        """One hash over what counts in some folders."""
        hashes = tuple([self.of(_inside(folder)) for folder in folders])
        found = self._digests.get(hashes)
        if found is None:
            found = self._digests[hashes] = hash_of(hashes)
        return found

    def use(self, folders: Iterable[str]) -> None:
        """Take the configurations of some folders for this run, so that it says which cannot be used."""
        for folder in folders:
            self._configs.of(_inside(folder))

    def _program(self, setting: bool | str) -> str:
        if not setting:
            return ""
        program = setting if isinstance(setting, str) else ""
        if program not in self._programs:
            self._programs[program] = identity(find(program))
        return self._programs[program]


def _inside(folder: str) -> str:
    return f"{folder}/x" if folder else "x"


class Trace:
    """What a run rests on, taken from the records of its groups: all of their questions, each once."""

    __slots__ = ("_answers", "_asked", "_day", "_folders")

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._asked: dict[str, None] = {}
        self._folders: dict[str, None] = {}
        self._day = ""

    def take(self, record: Mapping[str, Any], paths: Sequence[str] = ()) -> None:
        """Take what a record rests on, and the settings of its files."""
        self._asked.update(dict.fromkeys(record["asked"]))
        self._folders.update(dict.fromkeys(record.get("configs", ())))
        self._folders.update(dict.fromkeys(path.rpartition("/")[0] for path in paths))
        self._day = self._day or record.get("day", "")

    def record(self, settings: SettingsHashes) -> dict[str, Any] | None:
        """What a later run is to ask, with one hash over the answers; None if groups were given different ones."""
        if not self._answers.agree:
            return None
        asked, folders = [*self._asked], [*self._folders]
        return {
            "asked": asked,
            "answers": self._answers.digest(asked),
            "configs": folders,
            "settings": settings.digest(folders),
            "day": self._day,
        }


def holds(record: Mapping[str, Any], answers: Answers, settings: SettingsHashes, today: str) -> bool:
    """Whether what a record rests on is as it was. Raises TypeError, ValueError or KeyError for what is no record."""
    if (
        record["day"] not in ("", today)
        or settings.digest(record["configs"]) != record["settings"]
        or answers.digest(record["asked"]) != record["answers"]
    ):
        return False
    settings.use(record["configs"])
    return True
