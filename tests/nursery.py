"""Processes of dlint, forked from one that has imported already what they need, which is most of a short run.

What is forked is a process of its own, which runs dlint's ``main`` in its own folder, environment and pipes. Where the
start or the end is what is tested, processes are started as users and editors do it.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

CAN_FORK = hasattr(socket, "send_fds")
PYGLS = "pygls.lsp.server"
"""For servers: the package that they need longest for, and nothing of dlint."""
DLINT = "dlint.*"
"""For commands: all of dlint."""


def run(
    folder: Path | str, *arguments: str, stdin: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """What ``python -m dlint ARGUMENTS`` says and ends with in a folder."""
    if not CAN_FORK:
        command = [sys.executable, "-m", "dlint", *arguments]
        return subprocess.run(
            command, cwd=folder, env=environment, input=stdin, capture_output=True, encoding="utf-8", check=False
        )
    process = Forked(folder, arguments, DLINT, environment)
    errors: list[bytes] = []
    # It may write more than a pipe holds before it reads: all three are served at once.
    threads = [
        threading.Thread(target=_give, args=(process.stdin, stdin.encode())),
        threading.Thread(target=lambda: errors.append(process.stderr.read())),
    ]
    for thread in threads:
        thread.start()
    output = process.stdout.read()
    for thread in threads:
        thread.join()
    said = (text.decode().replace("\r\n", "\n") for text in (output, errors[0]))
    return subprocess.CompletedProcess(arguments, process.wait(120), *said)


class Forked:
    """As much of ``subprocess.Popen`` as tests need."""

    def __init__(
        self,
        folder: Path | str,
        arguments: tuple[str, ...],
        ready: str,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        stdin, self.stdin = _pipe("wb")
        self.stdout, stdout = _pipe("rb")
        self.stderr, stderr = _pipe("rb")
        self._status, status = _pipe("rb", buffering=0)
        asked, request = _pipe("wb")
        _send(_nursery(ready), stdin, stdout, stderr, status, asked)
        with request:
            given = os.environ if environment is None else environment
            request.write(json.dumps([str(folder), ["dlint", *arguments], dict(given)]).encode())
        self.pid = int(self._status.readline())
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise TimeoutError(f"the process {self.pid} still runs")
            self.returncode = int(self._status.readline())
        return self.returncode

    def kill(self) -> None:
        """End it, if it has not ended."""
        try:
            self.wait(0)
        except TimeoutError:
            # It may end by itself before the signal comes.
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


def _give(pipe: Any, data: bytes) -> None:
    """Write all of an input; a process that reads none may have ended before."""
    with suppress(BrokenPipeError), pipe:
        pipe.write(data)


def _pipe(mode: str, buffering: int = -1) -> Any:
    """A pipe's ends, to read and to write: ours as a file, the other as a descriptor."""
    read, write = os.pipe()
    return (read, os.fdopen(write, mode)) if mode == "wb" else (os.fdopen(read, mode, buffering), write)


def _send(connection: socket.socket, *descriptors: int) -> None:
    """Give descriptors away."""
    socket.send_fds(connection, [b"."], [*descriptors])
    for each in descriptors:
        os.close(each)


@functools.cache
def _nursery(ready: str) -> socket.socket:
    """The connection to a process that forks; it ends when this one does."""
    ours, its = socket.socketpair()
    command = [sys.executable, __file__, str(its.fileno()), ready]
    process = subprocess.Popen(command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    its.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


# In the other process


def main(connection: socket.socket, ready: str) -> None:
    """Fork a process for each message, until the connection is closed."""
    # Where this file lies; dlint's own way in has no such folder on the path.
    del sys.path[0]
    _import(ready)
    gc.collect()
    gc.freeze()
    while True:
        byte, given, _, _ = socket.recv_fds(connection, 1, 5)
        if not byte:
            return
        if os.fork() == 0:
            connection.close()
            _guard(*given)
        for each in given:
            os.close(each)
        with suppress(ChildProcessError):
            while os.waitpid(0, os.WNOHANG)[0]:
                pass


def _import(name: str) -> None:
    """Import a module; for ``package.*`` all of a package that commands may need."""
    package = importlib.import_module(name.removesuffix(".*"))
    if name.endswith(".*"):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(".__main__") and ".lsp" not in module.name:
                importlib.import_module(module.name)


def _guard(stdin: int, stdout: int, stderr: int, status: int, asked: int) -> None:
    """Fork the process that was asked for, and say how it ended."""
    with os.fdopen(asked) as request:
        folder, arguments, environment = json.load(request)
    process = os.fork()
    if process == 0:
        os.close(status)
        _become(stdin, stdout, stderr, folder, arguments, environment)
    for each in (stdin, stdout, stderr, 0, 1, 2):
        os.close(each)
    os.write(status, b"%d\n" % process)
    _, code = os.waitpid(process, 0)
    os.write(status, b"%d\n" % os.waitstatus_to_exitcode(code))
    os._exit(0)


def _become(
    stdin: int, stdout: int, stderr: int, folder: str, arguments: list[str], environment: dict[str, str]
) -> None:
    """Run ``main`` as a new process does."""
    for number, given in enumerate((stdin, stdout, stderr)):
        os.dup2(given, number)
        os.close(given)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = arguments
    from dlint.cli.main import main as begin

    sys.exit(begin())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
