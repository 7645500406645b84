"""After any series of edits the diagnostics are those of a fresh run over the same texts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("pygls")
from dlint.lint.group_run import lint_workspace
from dlint.lint.settings import RunSettings, today
from dlint.lsp.documents import Buffer
from dlint.lsp.folder import ProjectFolder
from dlint.lsp.settings import Settings, own_rules
from dlint.project.files import ProjectFiles
from dlint.rule.finding import Finding
from dlint.workspace.discover import discover
from dlint.workspace.workspace import Workspace
from seeds import seeds

FILES = {
    "Dockerfile": "ARG BASE=debian:12.5\nFROM $BASE AS base\nRUN cd /x && make\nFROM base AS web\nCOPY app /srv/\n"
    "COPY --from=base /out /out\nEXPOSE 8080\nUSER nobody\n",
    "api/Dockerfile": "FROM team/web AS api\nARG VERSION\nENV V=$VERSION\nCOPY . /srv\n"
    "HEALTHCHECK CMD curl localhost\n",
    "compose.yaml": "services:\n  web:\n    build: {context: ., target: web, args: {BASE: 'debian:12.5'}}\n"
    "    image: team/web\n    ports: ['8080:8080']\n  api:\n    build: ./api\n    env_file: api.env\n"
    "    depends_on: [web]\n    user: '1000'\n    extends: {file: common.yaml, service: logged}\n",
    "compose.override.yaml": "services:\n  api:\n    build:\n      args: {VERSION: '${TAG:-1}'}\n"
    "    privileged: true\n",
    "common.yaml": "services:\n  logged:\n    logging: {driver: json-file}\n    volumes: [data:/data]\n",
    "shop/compose.yaml": "include: [../common.yaml]\nservices:\n  shop:\n    image: team/web\n"
    "    depends_on: [logged]\n  cart:\n    build: {context: ../api, args: {VERSION: '4'}}\n    environment: {URL: 'http://web:8080'}\n",
    "docker-bake.json": '{"target": {"api": {"context": "api", "args": {"VERSION": "5"}, "tags": ["team/api"]}}}\n',
    ".dockerignore": "*.log\n.git\n",
    "api/.dockerignore": "secret\n",
    ".env": "TAG=2\n",
    "api.env": "A=1\n",
    "app": "x\n",
    "dlint.toml": 'preset = "recommended"\n',
}
PIECES = (
    "\n", " ", "#", "web", "api", "app\n", "USER root\n", "FROM base\n", "FROM debian\n", "  x:\n", "target: web\n",
    "    privileged: true\n", "TAG=latest\n", "!", "*", "'", "- ", "MAINTAINER x\n", "ignore = ['no-user']\n", "\\\n",
    "# dlint: ignore=no-user\n", "🐳", "\r\n", "{", "extends: web\n", "    image: team/web\n", "ARG VERSION=3\n",
)  # fmt: skip


def shown(findings: list[Finding], path: str) -> list[tuple[object, ...]]:
    return [
        (
            finding.rule.name, finding.severity, finding.span, finding.message, finding.suppressed is not None,
            finding.key,
            [(edit.source.path, edit.span, edit.text) for edit in finding.fix.edits] if finding.fix is not None else [],
            [(related.where.source.path, related.where.span, related.message) for related in finding.related],
        )
        for finding in findings
        if finding.path == path
    ]  # fmt: skip


def fresh(root: Path, folder: ProjectFolder, path: str) -> list[tuple[object, ...]]:
    """What a new run over the disk and the open texts finds."""
    files = ProjectFiles.on_disk(str(root))
    for other, buffer in folder.open.items():
        files.overlay(other, buffer.text.encode("utf-8", "surrogatepass"))
    found = discover(ProjectFiles.on_disk(str(root)), [str(root)]).files
    workspace = Workspace(files, {**dict(found), **folder.targets})
    settings = RunSettings(today(), at_cause=True, elsewhere=folder.targets.keys(), patient=False)
    outcome = lint_workspace(workspace, own_rules(), folder.configs.of, settings, {path: folder.targets[path]})
    return shown(outcome.findings, path)


def edited(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 0, 1, 3, 12)))
    return text[:start] + chance.choice(("", *PIECES)) + text[end:]


@pytest.mark.parametrize("seed", seeds(3))
def test_after_random_edits_nothing_stale_is_shown(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    root = tmp_path.resolve()
    (root / ".git").mkdir()
    for path, text in FILES.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    folder = ProjectFolder(str(root), Settings())
    buffers: dict[str, Buffer] = {}
    checked = 0
    for step in range(30):
        changed: set[str] = set()
        path = chance.choice([*FILES])
        what = chance.random()
        if what < 0.6 or not buffers:
            text = buffers[path].text if path in buffers else FILES[path]
            buffers[path] = Buffer(path, "", step, edited(text, chance))
        elif what < 0.75:
            buffers.pop(path, None)
        elif what < 0.9:
            (root / path).write_bytes(edited((root / path).read_bytes().decode(), chance).encode())
            changed = {path}
        else:
            buffers[path] = Buffer(path, "", step, FILES[path])
        folder.take(buffers, changed)
        if step % 7 == 0:
            folder.discovered(dict(discover(ProjectFiles.on_disk(str(root)), [str(root)]).files))
        for target in folder.targets:
            linted = folder.lint(target)
            if linted is not None:
                assert shown(linted, target) == fresh(root, folder, target), (seed, step, target)
                assert not folder.failures, (seed, step, target)
                checked += 1
    assert checked > 10
