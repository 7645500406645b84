"""What ``run.py`` and ``instructions.py`` measure: files, how many of them, and how dlint is called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dlint.project.files import ProjectFiles
from dlint.workspace.discover import discover

ROOT = Path(__file__).resolve().parent.parent
FILES = ROOT / "bench" / "files"
SINGLE = ("Dockerfile", "compose.yaml")
"""The files of ``FILES``, each of which is linted alone."""
SERVICES = 3000
MANY = 10_000
MOST = 5.0
"""Per cent of instructions by which a run over a single file may grow between two checkouts."""
PATIENCE = 900
"""Seconds for one call."""
RULES_ALONE = ("--config", "shellcheck=false")


def alone(folder: Path, file: Path) -> Path:
    """A project in a new ``folder`` that has one file and nothing around it."""
    (folder / ".git").mkdir(parents=True)
    shutil.copy(file, folder / file.name)
    return folder


def found(folder: Path, kind: str) -> list[str]:
    """The files of a kind in a folder, by their paths from there; none if there is no such folder."""
    files = discover(ProjectFiles.on_disk(str(folder))).files if folder.is_dir() else []
    return [path for path, of in files if of == kind]


def some(paths: list[str], count: int) -> list[str]:
    """So many of the paths, from all over the list."""
    return paths[:: max(1, len(paths) // count)][:count]


def large_compose(services: int) -> str:
    """A Compose file of that many services, each with an image, a port, a variable, a volume and a dependency."""
    body = "".join(
        f"  service{number}:\n    image: registry.example.org/app:1.{number}\n    restart: unless-stopped\n"
        f'    ports: ["127.0.0.1:{10000 + number}:80"]\n    environment:\n      LEVEL: info\n'
        f"    volumes:\n      - data:/data\n    depends_on: [service{number - 1}]\n"
        for number in range(1, services)
    )
    return f"services:\n  service0:\n    image: registry.example.org/db:1.0\n{body}volumes:\n  data:\n"


def multiplied(folder: Path, paths: list[str], to: Path, count: int) -> list[str]:
    """So many Dockerfiles in a new folder, made of those in another by a change in each RUN; their names."""
    names = []
    to.mkdir(parents=True)
    for number in range(count):
        text = (folder / paths[number % len(paths)]).read_bytes()
        turn = number // len(paths)
        names.append(f"{number:05}.Dockerfile")
        (to / names[-1]).write_bytes(text.replace(b"\nRUN ", b"\nRUN : %d && " % turn) if turn else text)
    return names


def program(name: str) -> str | None:
    """The path of a program: the one beside this Python, else on PATH."""
    beside = Path(sys.executable).parent / name
    return str(beside) if beside.exists() else shutil.which(name)


def installed(checkout: Path, packages: Path) -> str:
    """Install a checkout in a new folder as users have it; what is wrong if that fails."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    call = [*pip, "--target", str(packages), str(checkout)]
    done = subprocess.run(call, env=environment(packages), capture_output=True, text=True, check=False)
    return f"{checkout} cannot be installed: {done.stderr.strip()}" if done.returncode else ""


def environment(packages: Path, cache: str = os.devnull) -> dict[str, str]:
    """What a process of dlint sees: the dlint in ``packages``, compiled modules, and where it keeps what it knows."""
    seen = {**os.environ, "PYTHONPATH": str(packages), "PYTHONHASHSEED": "0", "XDG_CACHE_HOME": cache}
    # A workplace may say otherwise of compiled modules; installed programs have theirs beside the source.
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX"):
        seen.pop(name, None)
    return seen
