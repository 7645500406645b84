"""What a changed file shows in others: it alone is named, and every finding that rests on it has a place in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

_COPY = "FROM alpine:3.20\nWORKDIR /app\nCOPY src src\nCOPY . .\n"
_BUILD = "services:\n  api:\n    build:\n      context: {context}\n      target: {target}\n"


def caused(root: Path, files: Mapping[str, str], changed: str) -> dict[str, tuple[str, int]]:
    """The rules whose findings are shown when ``changed`` alone is named: where each stands.

    Every finding stands in the file or has a related place in it.
    """
    (root / ".git").mkdir()
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    report = lint_paths([str(root / changed)], root=str(root), config={"preset": "all", "shellcheck": False})
    assert not report.failures
    for finding in report.visible:
        places = [finding.path, *(related.where.source.path for related in finding.related)]
        assert changed in places, (finding.rule.name, places)
    return {finding.rule.name: (finding.path, finding.line) for finding in report.visible if finding.path != changed}


CASES: dict[str, tuple[dict[str, str], str, str, tuple[str, int]]] = {
    "an ignore file breaks a COPY": (
        {"Dockerfile": _COPY, ".dockerignore": "src\n", "src/x": ""},
        ".dockerignore",
        "copy-ignored-file",
        ("Dockerfile", 3),
    ),
    "an ignore file lets credentials in": (
        {"Dockerfile": _COPY, ".dockerignore": "*.key\n!server.key\n", "server.key": "", "src/x": ""},
        ".dockerignore",
        "context-copies-secrets",
        ("Dockerfile", 4),
    ),
    "an ignore file leaves out what is watched": (
        {
            "Dockerfile": _COPY,
            ".dockerignore": "lib\n",
            "lib/x": "",
            "src/x": "",
            "compose.yaml": "services:\n  api:\n    build: .\n    develop:\n      watch:\n"
            "        - {action: rebuild, path: ./lib}\n",
        },
        ".dockerignore",
        "watch-path-ignored",
        ("compose.yaml", 6),
    ),
    "an ignore file stops the build of a file": (
        {"Dockerfile": _COPY, ".dockerignore": "*.log\n[\n", "src/x": ""},
        "Dockerfile",
        "invalid-ignore-pattern",
        (".dockerignore", 2),
    ),
    "a service brings in one that needs another": (
        {
            "compose.yaml": "services:\n  web:\n    extends: {file: base.yaml, service: b}\n",
            "base.yaml": "services:\n  b:\n    image: i:1\n    depends_on: [c]\n  c:\n    image: i:1\n",
        },
        "compose.yaml",
        "service-undefined",
        ("base.yaml", 4),
    ),
    "a base excludes what its override adds": (
        {
            "compose.yaml": "services:\n  web:\n    image: i:1\n    network_mode: host\n",
            "compose.override.yaml": "services:\n  web:\n    networks: [a]\nnetworks:\n  a:\n",
        },
        "compose.yaml",
        "compose-exclusive-keys",
        ("compose.override.yaml", 3),
    ),
    "an override builds another Dockerfile": (
        {
            "compose.yaml": _BUILD.format(context="./a", target="prod"),
            "compose.override.yaml": "services:\n  api:\n    build: {context: ./b}\n",
            "a/Dockerfile": "FROM alpine:3.20 AS prod\n",
            "b/Dockerfile": "FROM alpine:3.20 AS dev\n",
        },
        "compose.override.yaml",
        "build-target-missing",
        ("compose.yaml", 5),
    ),
    "a file that is extended": (
        {
            "compose.yaml": "services:\n  api:\n    extends: {file: base.yaml, service: base}\n",
            "base.yaml": "services:\n  base:\n    build: {context: ./a, args: {VERSON: 1}}\n",
            "a/Dockerfile": "FROM alpine:3.20\nARG VERSION=1\nCOPY x /x\n",
            "a/xx": "",
        },
        "base.yaml",
        "copy-source-missing",
        ("a/Dockerfile", 3),
    ),
    "a file that extends": (
        {
            "compose.yaml": "services:\n  api:\n    extends: {file: base.yaml, service: base}\n",
            "base.yaml": _BUILD.format(context="./a", target="prod").replace("api", "base"),
            "a/Dockerfile": "FROM alpine:3.20 AS dev\n",
        },
        "compose.yaml",
        "build-target-missing",
        ("base.yaml", 5),
    ),
    "a file that includes": (
        {
            "compose.yaml": "include:\n  - deploy/stack.yaml\n",
            "deploy/stack.yaml": _BUILD.format(context="../a", target="prod"),
            "a/Dockerfile": "FROM alpine:3.20 AS dev\n",
        },
        "compose.yaml",
        "build-target-missing",
        ("deploy/stack.yaml", 5),
    ),
    "a variable is a target": (
        {
            "compose.yaml": _BUILD.format(context=".", target="${STAGE}"),
            ".env": "A=1\nSTAGE=prod\n",
            "Dockerfile": "FROM alpine:3.20 AS dev\n",
        },
        ".env",
        "build-target-missing",
        ("compose.yaml", 5),
    ),
    "a variable is a folder": (
        {"compose.yaml": "services:\n  api:\n    build: ./${WHERE}\n", ".env": "WHERE=nowhere\n"},
        ".env",
        "context-missing",
        ("compose.yaml", 3),
    ),
    "a variable is a tag": (
        {
            "compose.yaml": "services:\n  api:\n    build:\n      context: a\n      args: {TAG: '${TAG}'}\n",
            ".env": "TAG=latest\n",
            "a/Dockerfile": "ARG TAG=3.20\nFROM alpine:$TAG\n",
        },
        ".env",
        "base-image-latest",
        ("compose.yaml", 5),
    ),
    "a Dockerfile without the stage": (
        {"compose.yaml": _BUILD.format(context="a", target="prod"), "a/Dockerfile": "FROM alpine:3.20 AS dev\n"},
        "a/Dockerfile",
        "build-target-missing",
        ("compose.yaml", 5),
    ),
    "a Dockerfile without the argument": (
        {
            "compose.yaml": "services:\n  api:\n    build:\n      context: a\n      args: {MODE: fast}\n",
            "a/Dockerfile": "FROM alpine:3.20\n",
        },
        "a/Dockerfile",
        "build-argument-undeclared",
        ("compose.yaml", 5),
    ),
    "a Dockerfile that mounts a secret": (
        {
            "compose.yaml": "services:\n  api:\n    build: a\n",
            "a/Dockerfile": "FROM alpine:3.20\nRUN --mount=type=secret,id=key,required=true ./x\n",
        },
        "a/Dockerfile",
        "build-secret-not-given",
        ("compose.yaml", 3),
    ),
    "a Compose file with another context": (
        {
            "compose.yaml": "services:\n  api:\n    build: {context: ., dockerfile: a/Dockerfile}\n",
            "a/Dockerfile": "FROM alpine:3.20\nCOPY main.py /\n",
            "a/main.py": "",
        },
        "compose.yaml",
        "copy-source-missing",
        ("a/Dockerfile", 2),
    ),
    "an ignore file beside one that counts": (
        {
            "compose.yaml": "services:\n  api:\n    build: {context: ., dockerfile: a/Dockerfile}\n",
            "a/Dockerfile": "FROM alpine:3.20\n",
            "a/.dockerignore": "x\n",
        },
        "compose.yaml",
        "ignore-file-unread",
        ("a/.dockerignore", 1),
    ),
    "a data file that has another name now": (
        {"a/Dockerfile": "FROM alpine:3.20\nCOPY reqs.txt /\n", "a/requirements.txt": ""},
        "a/requirements.txt",
        "copy-source-missing",
        ("a/Dockerfile", 2),
    ),
}

_STAGES = "FROM alpine:3.20 AS build\nARG VERSION\nFROM build AS run\n"
_STEP = "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n"

CASES |= {
    "a Dockerfile has no stage that Bake asks for": (
        {"Dockerfile": _STAGES, "docker-bake.hcl": 'target "a" {\n  target = "prod"\n}\n'},
        "Dockerfile",
        "build-target-missing",
        ("docker-bake.hcl", 2),
    ),
    "a Dockerfile takes no argument that a workflow gives": (
        {"Dockerfile": _STAGES, ".github/workflows/a.yml": _STEP + "          context: .\n          build-args: V=1\n"},
        "Dockerfile",
        "build-argument-undeclared",
        (".github/workflows/a.yml", 7),
    ),
    "a Dockerfile has no stage that a dev container asks for": (
        {
            "Dockerfile": _STAGES,
            ".devcontainer.json": '{\n "build": {\n  "dockerfile": "Dockerfile", "target": "x"}}\n',
        },
        "Dockerfile",
        "build-target-missing",
        (".devcontainer.json", 3),
    ),
    "a Bake file gives a secret that a step does not mount": (
        {
            "Dockerfile": "FROM alpine:3.20\nRUN --mount=type=ssh,required=true true\n",
            "docker-bake.json": '{"target": {"a": {}}}\n',
            ".github/workflows/a.yml": _STEP + "          context: .\n",
        },
        ".github/workflows/a.yml",
        "build-ssh-not-given",
        ("Dockerfile", 2),
    ),
    "an override of Bake says what is built": (
        {
            "a/Dockerfile": _STAGES,
            "docker-bake.hcl": 'target "a" {\n  target = "prod"\n}\n',
            "docker-bake.override.json": '{"target": {"a": {"context": "a"}}}\n',
        },
        "docker-bake.override.json",
        "build-target-missing",
        ("docker-bake.hcl", 2),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_changed_file_alone_shows_what_it_causes(name: str, tmp_path: Path) -> None:
    files, changed, rule, place = CASES[name]
    assert caused(tmp_path, files, changed).get(rule) == place


def test_a_file_that_causes_nothing_shows_nothing_elsewhere(tmp_path: Path) -> None:
    files = {
        "compose.yaml": _BUILD.format(context="a", target="dev"),
        "a/Dockerfile": "FROM alpine:3.20 AS dev\nCOPY lib /x\n",
        "a/lib/x": "",
        ".env": "A=1\n",
    }
    assert caused(tmp_path, files, ".env") == {}
