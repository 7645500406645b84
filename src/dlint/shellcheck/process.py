"""Runs ShellCheck: gives it all scripts of a run in a few processes, reads what it says.

ShellCheck reads files only, so the scripts lie in a private folder while it works. ``add`` and ``start`` start its
processes, ``poll`` looks after them, ``wait`` waits for scripts and ``take`` gives what it said about them; whatever
goes wrong becomes one sentence in ``trouble``. What it said about a script is kept for the rest of the process, as
fixes lint the same scripts again, and in a cache between runs.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable

from dlint.cache.store import Cache
from dlint.lazy import json_value, pattern
from dlint.shellcheck.program import OPTIONS, find, identity
from dlint.shellcheck.program import cores as _cores
from dlint.shellcheck.scripts import Comment, Replacement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Scripts per process: a few for a short run to use all cores, not many, as a process that hangs loses all of its own.
_FEWEST, _MOST = 8, 100
# Seconds a process may take.
_PATIENCE = 60.0
# Characters of a script, and of what is in it: the time ShellCheck takes grows with their square or cube, and is a
# second or two here (0.11). Of brackets and operators a kind each, of commands, of assignments, and how deep braces go.
_LONGEST = 20_000
_BRACKETS = 400
_OPERATORS = 600
_COMMANDS = 2_000
_ASSIGNMENTS = 400
_DEPTH = 100
_ASSIGNMENT = pattern(r"(?<![^\s;&|({])\w++=")
_BRACE = pattern(r"[{}]")
_KEPT = 10_000


_said: dict[tuple[str, str], list[Comment]] = {}


class ShellCheck:
    """ShellCheck over the scripts of one run. ``program`` is its path or name; empty for the one that comes along.

    ``jobs`` is how many of its processes run at a time; 0: one per core. ``cache`` has its answers of earlier runs.
    Without ``patient`` these are all that counts: no process is started.
    """

    def __init__(self, program: str = "", jobs: int = 0, cache: Cache | None = None, *, patient: bool = True) -> None:
        self.trouble = ""
        self._program = program
        self._path = find(program)
        # Those that are to be read, with how many have asked for each and not yet taken the answer.
        self._wanted: dict[str, int] = {}
        self._answers: dict[str, list[Comment]] = {}
        self._open: set[str] = set()
        self._new: list[str] = []
        self._given_up = False
        self._folder = ""
        self._waiting: list[list[str]] = []
        self._running: list[_Process] = []
        self._cores = jobs or _cores()
        self._cache = cache
        self._patient = patient
        self._identity = "" if cache is None else identity(self._path, everywhere=cache.shared)

    def add(self, scripts: Iterable[str]) -> None:
        """Take these texts; work starts as soon as there are enough for a process. Never raises."""
        for text in scripts:
            self._wanted[text] = self._wanted.get(text, 0) + 1
            if self._wanted[text] > 1 or self._knows(text):
                continue
            if _too_much(text):
                self.trouble = self.trouble or (
                    f"a script of more than {_LONGEST} characters, {_COMMANDS} commands, {_OPERATORS} operators, "
                    f"{_ASSIGNMENTS} assignments or {_BRACKETS} brackets is not shown to ShellCheck, which is slow on"
                    " such"
                )
            elif self._patient:
                self._new.append(text)
                self._open.add(text)
        while len(self._new) >= _MOST:
            self._cut(_MOST)

    def _knows(self, text: str) -> bool:
        """Whether the answer for a script is at hand; if so, it waits to be taken."""
        said = _said.get((self._path, text))
        if said is None and self._remembers(text):
            said = _said[self._path, text]
        if said is not None:
            self._answers[text] = said
        return said is not None

    def _remembers(self, text: str) -> bool:
        """Whether an earlier run has an answer for a script; if so, it is taken."""
        if self._cache is None or not self._identity:
            return False
        rows = self._cache.get(self._cache.key(self._identity, text))
        if rows is None:
            return False
        try:
            _said[self._path, text] = [_comment(row) for row in rows]
        except (KeyError, TypeError, ValueError, OverflowError):
            # Somebody else wrote it.
            return False
        return True

    def start(self) -> None:
        """Start work on what is left. Never raises; ``trouble`` says what went wrong."""
        size = max(-(-len(self._new) // self._cores), _FEWEST)
        while self._new:
            self._cut(size)

    def _cut(self, size: int) -> None:
        """Give the next texts to a process."""
        batch, self._new = self._new[:size], self._new[size:]
        if not self._path and not self._given_up:
            named = f"{self._program} " if self._program else ""
            self._given_up = True
            self.trouble = f"ShellCheck {named}is not installed, so its rules are off"
        if self._given_up:
            self._open.difference_update(batch)
            return
        if not self._folder:
            try:
                self._folder = _private_folder()
            except OSError as error:
                self._open.difference_update(batch)
                self._fails(f"no folder for its files: {error.strerror}")
                return
        self._waiting.append(batch)
        self.poll()

    def poll(self) -> None:
        """Take the results of processes that have ended, start others in their place."""
        for process in self._running[:]:
            if process.ended():
                self._running.remove(process)
                self._take(process)
        while self._waiting and len(self._running) < self._cores:
            batch = self._waiting.pop(0)
            before = hold_signals()
            try:
                self._running.append(_Process(self._path, self._folder, batch))
            except OSError as error:
                self._open.difference_update(batch)
                self._fails(f"{self._path}: {error.strerror or error}")
            finally:
                hold_signals(before)

    def has_read(self, scripts: Iterable[str]) -> bool:
        """Whether there is nothing to wait for: each of these texts has an answer, or will never have one."""
        return self._open.isdisjoint(scripts)

    def wait(self, scripts: Iterable[str]) -> None:
        """Wait until these texts are read."""
        wanted = [*scripts]
        if not self._open.isdisjoint(wanted):
            self.start()
        pause = 0.0005
        while not self._open.isdisjoint(wanted):
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)
            self.poll()

    def take(self, scripts: Iterable[str]) -> dict[str, list[Comment]]:
        """What it says about those of these texts that it has read; each ``add`` is followed by one ``take``."""
        found = {}
        for text in scripts:
            said = self._answers.get(text)
            if said is not None:
                found[text] = said
            self._wanted[text] -= 1
            if not self._wanted[text]:
                del self._wanted[text]
                self._answers.pop(text, None)
        return found

    def collect(self) -> dict[str, list[Comment]]:
        """Wait for all; what it says about each text that it has read."""
        wanted = [*self._wanted]
        self.wait(wanted)
        return self.take(wanted)

    def close(self) -> None:
        """Keep what was said for later runs, end what still runs and take the files away."""
        if self._cache is not None:
            self._cache.save()
        for process in self._running:
            process.kill()
        self._running = []
        if self._folder:
            try:
                for name in os.listdir(self._folder):
                    os.unlink(os.path.join(self._folder, name))
                os.rmdir(self._folder)
            except OSError:
                # Somebody else took them away, or holds them open; the system's own cleaning gets the rest.
                pass
            self._folder = ""

    def _fails(self, reason: str) -> None:
        """Give up: no further process is started."""
        self._given_up = True
        for batch in self._waiting:
            self._open.difference_update(batch)
        self._waiting = []
        self.trouble = self.trouble or f"ShellCheck does not work, so findings of its rules are missing ({reason})"

    def _take(self, process: _Process) -> None:
        self._open.difference_update(process.scripts)
        try:
            answers = process.results()
            said = {text: [_comment(row) for row in rows] for text, rows in answers.items()}
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            self._fails(process.reason or f"its answer cannot be read: {error}")
            return
        if process.reason:
            self._fails(process.reason)
        for text, comments in said.items():
            _said[self._path, text] = self._answers[text] = comments
            if self._cache is not None and self._identity:
                self._cache.put(self._cache.key(self._identity, text), answers[text])
        for old in [*_said][: max(len(_said) - _KEPT, 0)]:
            del _said[old]


def _too_much(text: str) -> bool:
    """Whether ShellCheck would take many seconds for a script, or forever."""
    count = text.count
    return (
        len(text) > _LONGEST
        or max(count("("), count("[")) > _BRACKETS
        or count("&&") + count("||") > _OPERATORS
        or count("\n") + count(";") + count("|") + count("!") > _COMMANDS
        or (count("=") > _ASSIGNMENTS and sum(1 for _ in _ASSIGNMENT.finditer(text)) > _ASSIGNMENTS)
        or (count("{") > _DEPTH and _depth(text) > _DEPTH)
    )


def _depth(text: str) -> int:
    """How many braces are open at a time."""
    depth = deepest = 0
    for match in _BRACE.finditer(text):
        depth = max(depth + (1 if match[0] == "{" else -1), 0)
        deepest = max(deepest, depth)
    return deepest


def _private_folder() -> str:
    """A new folder that only this user can look into. Raises OSError.

    As ``tempfile.mkdtemp`` does; importing that takes longer than ShellCheck needs for a Dockerfile.
    """
    names = ("TMPDIR", "TEMP", "TMP")
    places = [os.environ[name] for name in names if os.environ.get(name)]
    for place in (*places, "/tmp", "/var/tmp", os.getcwd()):
        folder = os.path.join(place, f"dlint-{os.urandom(8).hex()}")
        try:
            os.mkdir(folder, 0o700)
        except OSError:
            continue
        return folder
    raise OSError(0, f"none of {', '.join((*places, '/tmp', '/var/tmp'))} can be written")


def hold_signals(to: set[int] | None = None) -> set[int] | None:
    """Have the signals that end us wait, or with ``to`` do as before.

    One that came between the start of a process and the note of it would leave that process behind.
    """
    if sys.platform == "win32":
        return None
    from dlint.lazy import signal

    if to is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, to)
        return None
    return {*signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGHUP, signal.SIGINT, signal.SIGTERM))}


class _Process:
    """One process and the scripts it reads, numbered files in ``folder``. Raises OSError if it cannot be started."""

    def __init__(self, program: str, folder: str, scripts: list[str]) -> None:
        self.reason = ""
        self.scripts = scripts
        number = len(os.listdir(folder))
        self._files = [os.path.join(folder, f"{number + index}.sh") for index in range(len(scripts))]
        for path, text in zip(self._files, scripts, strict=True):
            with open(path, "wb") as handle:
                handle.write(text.encode("utf-8", "replace"))
        self._out = os.path.join(folder, f"{number}.out")
        self._err = os.path.join(folder, f"{number}.err")
        self._until = time.monotonic() + _PATIENCE
        self._code: int | None = None
        self._start((program, *OPTIONS, *self._files))

    if sys.platform == "win32":

        def _start(self, command: tuple[str, ...]) -> None:
            import subprocess

            with open(self._out, "wb") as out, open(self._err, "wb") as err:
                self._child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err)

        def _poll(self) -> int | None:
            return self._child.poll()

        def kill(self) -> None:
            """End it now."""
            self._child.kill()
            self._child.wait()
    else:
        # Importing subprocess takes as long as ShellCheck needs for a Dockerfile.

        def _start(self, command: tuple[str, ...]) -> None:
            new = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            actions = [
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, self._out, new, 0o600),
                (os.POSIX_SPAWN_OPEN, 2, self._err, new, 0o600),
            ]
            # PATH is for a wrapper script; nothing else of the environment is ShellCheck's business.
            environment = {"PATH": os.pathsep.join(os.get_exec_path()), "LC_ALL": "C.UTF-8"}
            self._pid = os.posix_spawn(
                command[0], command, environment, file_actions=actions, setpgroup=0, setsigmask=()
            )

        def _poll(self) -> int | None:
            try:
                pid, status = os.waitpid(self._pid, os.WNOHANG)
            except ChildProcessError:
                # The program dlint is a part of has waited for it; what it wrote tells whether it went well.
                return 0
            return os.waitstatus_to_exitcode(status) if pid else None

        def kill(self) -> None:
            """End it now, with whatever a wrapper script has started."""
            from dlint.lazy import signal

            try:
                os.killpg(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass

    def ended(self) -> bool:
        """Whether it has ended; one that takes too long is ended here."""
        self._code = self._poll()
        if self._code is None and time.monotonic() > self._until:
            self.kill()
            self._code = -1
            self.reason = f"no answer within {_PATIENCE:.0f} seconds"
        return self._code is not None

    def results(self) -> dict[str, list[dict[str, Any]]]:
        """What it said about each script, as its JSON has it, if it has read them all.

        Raises OSError, ValueError, KeyError, TypeError.
        """
        if self._code not in (0, 1):
            if not self.reason:
                with open(self._err, encoding="utf-8", errors="replace") as handle:
                    said = handle.readline(200).strip()
                self.reason = f"exit code {self._code}" + (f": {said}" if said else "")
            return {}
        with open(self._out, encoding="utf-8") as handle:
            rows = json_value(handle.read().strip())["comments"]
        by_file = dict(zip(self._files, self.scripts, strict=True))
        said_of: dict[str, list[dict[str, Any]]] = {text: [] for text in self.scripts}
        for row in rows:
            said_of[by_file[row.pop("file")]].append(row)
        return said_of


def _comment(row: dict[str, Any]) -> Comment:
    fix = row["fix"] or {"replacements": ()}
    changes = tuple(Replacement(*_place(each), str(each["replacement"])) for each in fix["replacements"])
    return Comment(int(row["code"]), str(row["level"]), str(row["message"]), *_place(row), changes)


def _place(row: dict[str, Any]) -> tuple[int, int, int, int]:
    place = row["line"], row["column"], row["endLine"], row["endColumn"]
    if not all(isinstance(number, int) and number > 0 for number in place):
        raise ValueError("its lines and columns count from 1")
    return place
