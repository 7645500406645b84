"""Lints groups of files in several processes, where there are enough of both; what comes of it is the same.

Each process takes a part of the groups at a time and sends what it found as the rows that are kept between runs. A
process that ends early leaves its groups to the one that started it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from dlint.cache.rows import UnkeptError
from dlint.lint.kept import outcome_of, plain
from dlint.lint.many import Begun, ManyRuns, Slimming
from dlint.lint.outcome import RunOutcome
from dlint.lint.partition import Group, Partition
from dlint.rule.finding import Failure
from dlint.shellcheck.process import hold_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.lint.kept import KeptGroups
    from dlint.lint.settings import RunSettings
    from dlint.source import Source

    Send = Callable[[dict[str, Any]], None]

# Groups that a process takes at a time, and the fewest for each process: below, to start it costs more than it saves.
_PART = 40
FEWEST = 500
_SIZE = 4


def count(groups: int, cores: int, shellcheck: bool) -> int:
    """How many processes pay; 1 for none but this. ShellCheck has processes of its own, one beside each of these."""
    if sys.platform != "linux":
        # A process that is forked elsewhere may hang in the system's own libraries.
        return 1
    threads = sys.modules.get("threading")
    if threads is not None and threads.active_count() > 1:
        return 1
    return max(1, min(cores // 2 if shellcheck else cores, groups // FEWEST))


class Workers:
    """Processes that lint groups; what is ``found`` in each, and ``troubles`` with ShellCheck.

    ``make`` makes the runs of a process of a way to send what it found.
    """

    def __init__(
        self,
        make: Callable[[Send], SendingRuns],
        settings: RunSettings,
        kept: KeptGroups | None,
        read: Callable[[str], Source | None],
    ) -> None:
        self._make = make
        self._settings = settings
        self._kept = kept
        self._read = read
        self._processes: dict[int, int] = {}
        self._joined: list[tuple[Group, list[str]]] = []
        self._slimming = Slimming()
        self.found: dict[Group, RunOutcome] = {}
        self.troubles: dict[str, None] = {}

    def lint(self, partition: Partition, groups: Sequence[Group], count: int) -> list[Group]:
        """Lint groups in ``count`` processes; gives those that are left, and those that come of joining some."""
        parts = [groups[start : start + _PART] for start in range(0, len(groups), _PART)]
        queue, filling = os.pipe()
        os.write(filling, b"".join(number.to_bytes(_SIZE, "big") for number in range(len(parts))))
        os.close(filling)
        gc.freeze()
        try:
            for _ in range(count):
                self._start(partition, parts, queue)
            os.close(queue)
            for message in _messages([*self._processes]):
                self._take(groups, message)
        finally:
            gc.unfreeze()
            self._end()
        joined = [partition.join(group, others) for group, others in self._joined if group.alive]
        return [group for group in (*groups, *joined) if group.alive and group not in self.found]

    def _start(self, partition: Partition, parts: Sequence[Sequence[Group]], queue: int) -> None:
        reading, writing = os.pipe()
        before = hold_signals()
        try:
            process = os.fork()
        except OSError:
            # No more of them are to be had here: those that run, or this one, lint the groups.
            os.close(reading)
            process = -1
        if process:
            os.close(writing)
            if process > 0:
                self._processes[reading] = process
            hold_signals(before)
            return
        code = 1
        try:
            hold_signals(before)
            os.close(reading)
            for other in self._processes:
                os.close(other)
            runs = self._make(lambda message: _send(writing, message))
            while part := os.read(queue, _SIZE):
                runs.lint(partition, parts[int.from_bytes(part, "big")])
                runs.report()
            code = 0
        finally:
            # Nothing of what the first process is about to do, such as to print, is this one's business.
            os._exit(code)

    def _take(self, groups: Sequence[Group], message: Mapping[str, Any]) -> None:
        if "troubles" in message:
            self.troubles.update(dict.fromkeys(message["troubles"]))
            if self._settings.answers is not None:
                for key, answer in message["answers"].items():
                    self._settings.answers.put(key, answer)
            return
        group = groups[message["group"]]
        record = message["record"]
        if message["kept"] and self._kept is not None:
            self._kept.put(group, record, sent=True)
        if "joins" in record:
            self._joined.append((group, record["joins"]))
            return
        outcome = outcome_of(record, self._read)
        for finding in outcome.findings:
            self._slimming.slim(finding)
        outcome.failures = [
            Failure(path, said, rule=rule, detail=more) for path, said, rule, more in message["failures"]
        ]
        outcome.unread = frozenset(message["unread"])
        outcome.unfinished = message["unfinished"]
        self.found[group] = outcome
        for _ in group.targets:
            self._settings.progress()

    def _end(self) -> None:
        """End the processes that still run, with their ShellChecks."""
        for reading, process in self._processes.items():
            os.close(reading)
            try:
                os.kill(process, signal.SIGTERM)
                os.waitpid(process, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        self._processes = {}


class SendingRuns(ManyRuns):
    """The runs of one process, which sends what it found."""

    numbers: Mapping[Group, int]
    send: Send
    read: Callable[[str], Source | None]

    def lint(self, partition: Partition, groups: Sequence[Group]) -> None:
        """Lint these groups; those that are to be joined with others are left to the first process."""
        self.troubles = []
        if self._settings.answers is not None:
            self._settings.answers.lent = True
        super().lint(partition, groups)

    def report(self) -> None:
        """Send what is to be said of the run itself, and what ShellCheck has said anew."""
        answers = self._settings.answers
        self.send({"troubles": self.troubles, "answers": answers.take_new() if answers is not None else {}})

    def _take(self, group: Group, outcome: RunOutcome, record: dict[str, Any] | None) -> None:
        message = {
            "group": self.numbers[group],
            "kept": record is not None,
            "failures": [[one.path, one.message, one.rule, one.detail] for one in outcome.failures],
            "unread": [*outcome.unread],
            "unfinished": [*outcome.unfinished],
        }
        try:
            self.send({**message, "record": record or plain(outcome, self.read, whole=True)})
        except UnkeptError:
            # The first process lints it itself.
            pass

    def _join(self, partition: Partition, begun: Begun, record: dict[str, Any] | None) -> Iterator[Group]:
        number = self.numbers[begun.group]
        found = record or {"joins": [*begun.run.workspace.missed]}
        self.send({"group": number, "kept": record is not None, "record": found})
        yield from ()


def _send(writing: int, message: Mapping[str, Any]) -> None:
    data = json.dumps(message, separators=(",", ":")).encode()
    data = len(data).to_bytes(_SIZE, "big") + data
    while data:
        data = data[os.write(writing, data) :]


def _messages(readings: Sequence[int]) -> Iterator[dict[str, Any]]:
    """What is sent, as it comes, until all have ended."""
    left = dict.fromkeys(readings, b"")
    while left:
        for reading in select.select([*left], [], [])[0]:
            data = os.read(reading, 1 << 16)
            if not data:
                del left[reading]
                continue
            data = left[reading] + data
            while len(data) >= _SIZE and len(data) >= (end := _SIZE + int.from_bytes(data[:_SIZE], "big")):
                yield json.loads(data[_SIZE:end])
                data = data[end:]
            left[reading] = data
