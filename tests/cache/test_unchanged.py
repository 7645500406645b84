"""What earlier runs found is shown only where it still holds: a run with the cache says what one without says."""

from __future__ import annotations

import io
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from dlint.cli.main import call
from dlint.report import formats
from dlint.shellcheck.program import find
from seeds import seeds

# ruff: noqa: E501 - a file a line.
DOCKERFILES = (
    "FROM debian:12\nRUN cd /x && apt-get install -y curl\nCOPY app.py entrypoint.sh /\nCMD [\"/entrypoint.sh\"]\n",
    "FROM debian:12 AS build\nCOPY . /src\nFROM shop/base:1\nCOPY --from=build /src /app\nENTRYPOINT [\"entrypoint.sh\"]\n",
    "FROM shop/base:1\nARG A\nRUN echo $A $b\n# dlint: ignore=no-user until=2026-01-01 -- later\nUSER root\n",
    "# dlint: ignore-file=DL3008,no-such-rule,image-untagged -- why not\nFROM python\nADD vendor.tar.gz /x\nRUN pip install x\n",
    "FROM node:20\nENV TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789\nRUN curl -H 'X: ghp_abcdefghijklmnopqrstuvwxyz0123456789' u\n",
    "FROM scratch\nLABEL a=ghp_abcdefghijklmnopqrstuvwxyz0123456789\nCOPY missing.txt dir/ /\nHEALTHCHECK CMD curl localhost\n",
    "FRM debian\nRUN <<EOF\necho $x\nEOF\nEXPOSE 99999\n",
    "FROM alpine:3.20 AS a\nRUN apk add curl\nFROM a AS b\nCOPY --from=shop/web /a /b\nFROM b\nWORKDIR C:\\\\x\n",
)  # fmt: skip
COMPOSES = (
    "services:\n  web:\n    build: .\n    image: shop/web\n    env_file: .env\n    ports: ['80:8000']\n",
    "services:\n  web:\n    build: {context: ., dockerfile: sub/Dockerfile, args: {A: \"${A:-1}\"}, target: build}\n    privileged: true\n",
    "services:\n  base:\n    build: {context: sub, tags: [\"shop/base:1\"]}\n  two:\n    image: shop/base:1\n    depends_on: [base]\n",
    "services:\n  web:\n    extends: {file: sub/common.yml, service: common}\n    volumes: ['./data:/data', './app.py:/app.py']\n",
    "include: [sub/compose.yaml]\nservices:\n  x:\n    image: \"${IMAGE}\"\n    environment: {DB_PASSWORD: hunter22x, B: \"${B}\"}\n",
    "services:\n  in:\n    build:\n      context: .\n      additional_contexts: {assets: ./sub}\n      dockerfile_inline: |\n        FROM debian\n        COPY --from=assets a /\n        RUN cd /y\n",
    "services:\n  web:\n    ports: ['80:80', 'x']\n    networks: [none]\n",
    "services: {common: {image: nginx, restart: always}}\nx: [1\n",
)  # fmt: skip
IGNORES = ("*\n!app.py\n", "node_modules\nsub\n", "**/*.sh\n# x\n", "missing\n!\n", "")
SETTINGS = (
    "preset = 'strict'\n",
    "select = ['no-user', 'apt-*']\n",
    "ignore = ['cd-instead-of-workdir']\nexclude = ['sub/**']\n",
    "[build-args]\nA = '2'\n",
    "targets = ['build']\n[rules.no-user]\nseverity = 'error'\n",
    "[[paths]]\nfiles = ['sub/**']\nignore = ['no-user']\nreason = 'x'\n",
    "inline-ignores = false\nseverity = 'info'\n",
    "[[services]]\nnames = ['web']\nignore = ['privileged']\nreason = 'needs it'\n",
)
ENVS = (
    "A=1\nIMAGE=nginx:1\n",
    "COMPOSE_FILE=compose.yaml:sub/compose.yaml\n",
    "API_KEY=AKIAIOSFODNN7EXAMPLE\nB=2\n",
    "x\n",
)
BAKES = (
    'target "web" {\n  context = "."\n  tags = ["shop/base:1"]\n  args = { A = "2" }\n}\n',
    'group "default" { targets = ["a", "b"] }\ntarget "a" { dockerfile = "sub/Dockerfile" }\ntarget "b" { inherits = ["a"] target = "build" }\n',
    'target "x" { context = "sub" contexts = { assets = "target:y" } }\ntarget "y" { dockerfile = "web.Dockerfile" }\n',
    'target "x" {\n',
)
WORKFLOWS = (
    "target: build\n",
    "on: push\njobs:\n  b:\n    runs-on: x\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {context: sub, target: build, tags: 'shop/base:1', build-args: A=3}\n",
    "on: push\njobs:\n  b:\n    runs-on: x\n    steps:\n      - uses: docker/bake-action@v5\n        with: {files: docker-bake.hcl, targets: web}\n",
)
CONTAINERS = (
    '{"build": {"dockerfile": "../Dockerfile", "context": "..", "target": "build"}}\n',
    '{"dockerComposeFile": "../compose.yaml", "service": "web"}\n',
)
OTHERS = ("import x\n", "#!/bin/sh\necho\n", "#!/bin/bash\r\nexit\n", "\x1f\x8b\x08\x00", "FROM scratch\nCOPY a b c\n")
FILES = {
    "Dockerfile": DOCKERFILES, "sub/Dockerfile": DOCKERFILES, "web.Dockerfile": DOCKERFILES,
    "sub/deep/Dockerfile": DOCKERFILES, "compose.yaml": COMPOSES, "compose.override.yaml": COMPOSES,
    "sub/compose.yaml": COMPOSES, "sub/common.yml": COMPOSES, "compose.prod.yaml": COMPOSES, ".dockerignore": IGNORES,
    "sub/.dockerignore": IGNORES, "Dockerfile.dockerignore": IGNORES, ".gitignore": IGNORES, "sub/.gitignore": IGNORES,
    "dlint.toml": SETTINGS, "sub/dlint.toml": SETTINGS, ".env": ENVS, "sub/.env": ENVS, "app.py": OTHERS,
    "entrypoint.sh": OTHERS, "vendor.tar.gz": OTHERS, "sub/a": OTHERS, "data/x": OTHERS, "odd": OTHERS,
    ".github/workflows/ci.yml": WORKFLOWS, "docker-bake.hcl": BAKES, ".devcontainer/devcontainer.json": CONTAINERS,
    ".hadolint.yaml": ("ignored: [DL3008]\n", "failure-threshold: error\n"),
}  # fmt: skip


def write(root: Path, path: str, chance: random.Random) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.write_text(chance.choice(FILES[path]), newline="")


def change(root: Path, chance: random.Random) -> None:
    """Do something to the project that a user, Git or an editor may do."""
    there = [path for path in sorted(root.rglob("*")) if (path.is_file() or path.is_symlink()) and path.name != ".git"]
    kind = chance.choice(("write", "write", "write", "write", "delete", "rename", "touch", "mode", "link", "tweak"))
    if kind == "write" or not there:
        write(root, chance.choice(sorted(FILES)), chance)
        return
    file = chance.choice(there)
    other = root / chance.choice(sorted(FILES))
    if kind == "delete":
        file.unlink()
    elif kind == "rename" and not other.is_dir():
        other.parent.mkdir(parents=True, exist_ok=True)
        file.rename(other)
    elif file.is_symlink():
        # What it leads to may lie outside.
        file.unlink()
    elif kind == "touch":
        os.utime(file, (1, chance.randrange(10**9)))
    elif kind == "mode":
        file.chmod(chance.choice((0o644, 0o755)))
    elif kind == "link" and not other.exists() and not other.is_symlink():
        other.parent.mkdir(parents=True, exist_ok=True)
        other.symlink_to(chance.choice((file, root.parent / "outside", "nowhere")))
    elif kind == "tweak":
        data = file.read_bytes()
        at = chance.randrange(len(data) + 1)
        file.write_bytes(data[:at] + chance.choice((b"#", b"\n", b"x", b" ", b"\xff")) + data[at + 1 :])


ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {}, {}, {}, {"FORCE_COLOR": "1"}, {"FORCE_COLOR": "1", "FORCE_HYPERLINK": "1"}, {"NO_COLOR": "1"}, {"A": "7", "B": "8"},
    {"COMPOSE_FILE": "sub/compose.yaml"}, {"GITHUB_SERVER_URL": "https://x.org", "GITHUB_REPOSITORY": "a/b", "GITHUB_SHA": "c"},
    {"DLINT_TRUST": "1"},
)  # fmt: skip


def damage(cache: Path, chance: random.Random) -> None:
    """Do something to the cache that a full disk, another dlint or a stranger may do."""
    there = sorted(path for path in cache.rglob("*") if path.is_file())
    if not there:
        return
    file, other = chance.choice(there), chance.choice(there)
    data = file.read_bytes()
    at = chance.randrange(len(data) + 1)
    kind = chance.choice(("cut", "flip", "empty", "other", "future", "delete", "folder", "clear"))
    if kind in ("cut", "empty"):
        file.write_bytes(data[: at if kind == "cut" else 0])
    elif kind == "flip":
        file.write_bytes(data[:at] + b"~" + data[at + 1 :])
    elif kind == "other":
        file.write_bytes(other.read_bytes())
    elif kind == "future":
        file.write_bytes(data.replace(b"dlint results", b"dlint results 9", 1))
    elif kind == "clear":
        shutil.rmtree(cache / "dlint")
    else:
        file.unlink()
        if kind == "folder":
            file.mkdir()


class Lint:
    """Runs dlint in a folder with several options; what it prints and writes, and what it leaves of the project."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.reports = root.parent / "reports"
        self.before = root.parent / "before"
        self.capsys = capsys
        self.monkeypatch = monkeypatch

    def __call__(self, *arguments: str) -> dict[str, object]:
        for file in self.reports.iterdir():
            file.unlink()
        code = call(["check", *arguments])
        said = self.capsys.readouterr()
        written: dict[str, object] = {file.name: file.read_bytes() for file in self.reports.iterdir()}
        return {**written, "out": said.out, "err": said.err, "code": code}

    def plain(self, *arguments: str) -> dict[str, object]:
        """As people call it."""
        return self(*arguments)

    def every_format(self, *arguments: str) -> dict[str, object]:
        """All reports, hidden findings among them."""
        return self("--show-suppressed", *(f"--output={form}={self.reports / form}" for form in formats()), *arguments)

    def diff(self, *arguments: str) -> dict[str, object]:
        """What would be fixed."""
        return self("--diff", "--unsafe-fixes", *arguments)

    def fix(self, *arguments: str) -> dict[str, object]:
        """What is fixed, and how the files look then; they are put back."""
        shutil.copytree(self.root, self.before, symlinks=True)
        said = self("--fix", *arguments)
        found = {
            str(path): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git/" not in str(path)
        }
        for path in self.root.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        shutil.copytree(self.before, self.root, symlinks=True, dirs_exist_ok=True)
        shutil.rmtree(self.before)
        return {**said, "files": found}

    def stdin(self, *arguments: str) -> dict[str, object]:
        """An editor's text in the place of a file."""
        text = SimpleNamespace(buffer=io.BytesIO(b"FROM shop/base:1\nRUN cd /x\n"))
        self.monkeypatch.setattr("sys.stdin", text)
        kept = [word for word in arguments if word.startswith("-")]
        return self("--stdin-filename=sub/Dockerfile", *kept, "-")


@pytest.fixture
def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lint:
    root = tmp_path / "project"
    for folder in (root, root / ".git", tmp_path / "reports"):
        folder.mkdir()
    (tmp_path / "outside").write_text("FROM debian\n")
    monkeypatch.chdir(root)
    monkeypatch.setattr("dlint.cache.identity.identity", lambda: "this one")
    return Lint(root, capsys, monkeypatch)


def targets(chance: random.Random) -> list[str]:
    one = chance.choice((".", ".", ".", "Dockerfile", "sub", "compose.yaml", ".env", "odd", ".dockerignore"))
    return [one, *(["Dockerfile"] if chance.random() < 0.1 else [])]


OPTIONS: tuple[tuple[str, ...], ...] = (
    (), (), (), ("--preset=all",), ("--no-inline-ignores",), ("--severity=warning",), ("--exclude=sub",),
    ("--fail-on=error",), ("--quiet",), ("--group-by=rule",), ("--statistics",), ("--baseline=../known.json",),
    ("--since=HEAD",),
)  # fmt: skip


def commit(root: Path) -> None:
    """Have Git know the project as it is."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(root)]
    shutil.rmtree(root / ".git")
    for words in (("init", "-q"), ("add", "-A", "-f"), ("commit", "-q", "--allow-empty", "-m", "x")):
        subprocess.run([*git, *words], check=True, capture_output=True)


@pytest.mark.skipif(os.name == "nt" or not shutil.which("git"), reason="there are neither modes nor links")
# In two of the histories a folder's configuration is broken once nothing in it is linted any more (207, 323); in the
# other one Git has lost what was in a file that nobody has changed.
@pytest.mark.parametrize("seed", [*seeds(3), 207, 301, 323])
def test_after_random_changes_a_run_says_what_one_without_the_cache_says(
    lint: Lint, seed: int, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    options = ["--config=shellcheck=false"] if seed % 3 or not find() else []
    for path in ("Dockerfile", "compose.yaml", "app.py", "sub/Dockerfile", "sub/compose.yaml"):
        write(lint.root, path, chance)
    commit(lint.root)
    call(["baseline", "--output=../known.json", *options, "."])
    lint.capsys.readouterr()
    ways: tuple[Callable[..., dict[str, object]], ...] = (
        lint.plain, lint.plain, lint.plain, lint.every_format, lint.every_format, lint.diff, lint.fix, lint.stdin
    )  # fmt: skip
    for step in range(12):
        for _ in range(chance.choice((0, 1, 1, 2))):
            change(lint.root, chance)
        if chance.random() < 0.2:
            damage(own_cache, chance)
        with monkeypatch.context() as patch:
            for name, value in chance.choice(ENVIRONMENTS).items():
                patch.setenv(name, value)
            way = chance.choice(ways)
            arguments = [*options, *chance.choice(OPTIONS), *targets(chance)]
            with_cache = way(*arguments)
            assert with_cache == way(*arguments, "--no-cache"), (seed, step, way.__name__, arguments)
            assert way(*arguments) == with_cache, (seed, step, way.__name__, arguments)
