"""Servers for tests without the second that pygls takes to import: forked from a process that has it already.

What is forked is a process of its own that runs ``dlint lsp --stdio`` from its beginning, in its own folder,
environment and pipes; of packages only others than dlint are there before. Where the start or the end is what is
tested, servers are started as editors do it (``client.started``).
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any


class Forked:
    """As much of ``subprocess.Popen`` as a client needs."""

    def __init__(self, folder: Path | str) -> None:
        stdin, self.stdin = _pipe("wb")
        self.stdout, stdout = _pipe("rb")
        self.stderr, stderr = _pipe("rb")
        self._status, status = _pipe("rb", buffering=0)
        asked, request = _pipe("wb")
        _send(_nursery(), stdin, stdout, stderr, status, asked)
        with request:
            request.write(json.dumps([str(folder), dict(os.environ)]).encode())
        self.pid = int(self._status.readline())
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, negative for a signal."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise TimeoutError(f"the server {self.pid} still runs")
            self.returncode = int(self._status.readline())
        return self.returncode

    def kill(self) -> None:
        """End it, if it has not ended."""
        try:
            self.wait(0)
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)


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
def _nursery() -> socket.socket:
    """The connection to the process that forks; it ends when this one does."""
    ours, its = socket.socketpair()
    command = [sys.executable, __file__, str(its.fileno())]
    process = subprocess.Popen(command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    its.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


# In the other process


def main(connection: socket.socket) -> None:
    """Fork a server for each message, until the connection is closed."""
    # lsprotocol comes with it, which is most of the time.
    import pygls.lsp.server  # noqa: F401

    # Where this file lies; dlint's own way in has no such folder on the path.
    del sys.path[0]
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


def _guard(stdin: int, stdout: int, stderr: int, status: int, asked: int) -> None:
    """Fork the server, and say how it ended."""
    with os.fdopen(asked) as request:
        folder, environment = json.load(request)
    server = os.fork()
    if server == 0:
        os.close(status)
        _become(stdin, stdout, stderr, folder, environment)
    for each in (stdin, stdout, stderr, 0, 1, 2):
        os.close(each)
    os.write(status, b"%d\n" % server)
    _, code = os.waitpid(server, 0)
    os.write(status, b"%d\n" % os.waitstatus_to_exitcode(code))
    os._exit(0)


def _become(stdin: int, stdout: int, stderr: int, folder: str, environment: dict[str, str]) -> None:
    """The server, from its ``main`` on."""
    for number, given in enumerate((stdin, stdout, stderr)):
        os.dup2(given, number)
        os.close(given)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["dlint", "lsp", "--stdio"]
    from dlint.cli.main import main as run

    sys.exit(run())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
