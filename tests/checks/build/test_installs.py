"""Files that a step which installs packages does not do without: what may bring them, and what surely does not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

NODE = "FROM node:22-alpine\nWORKDIR /app\n"
SCRIPT = '{"scripts": {"postinstall": "node scripts/a.js"}}'
LOCKED = {"package.json": '{"dependencies": {"ws": "8"}}', "package-lock.json": "{}"}
SCRIPTED = {"package.json": SCRIPT, "scripts/a.js": ""}
CLI = '{"workspaces": ["packages/*"], "scripts": {"postinstall": "npm run patch", "patch": "echo"}}'
PACKAGES = {"package.json": CLI, "packages/cli/package.json": SCRIPT, "packages/cli/scripts/a.js": ""}
PIP = {"prod.txt": "-r base.txt\n", "base.txt": ""}
GO_TOOL = "FROM golang:1.26\nWORKDIR /app\nCOPY go.mod ./\n"
GO_FOLDERS = (
    "module a\nrequire (\n\tb v1.0.0\n\tc v0.0.0 // indirect\n)\nreplace (\n\tb => ../b\n\tc v0.0.0 => ./c\n)\n"
)
MEMBER = "FROM %s\nWORKDIR /app\nCOPY . .\nWORKDIR /app/packages/api\nRUN %s\n"


def messages(folder: Path, dockerfile: str, files: Mapping[str, str]) -> list[str]:
    """What the rule says of a project on disk."""
    for name, text in {"Dockerfile": dockerfile, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return [one.message for one in report.visible if one.rule.name == "install-file-missing"]


@pytest.mark.parametrize(
    ("steps", "files"),
    [
        ("COPY package.json .\nRUN npm ci", LOCKED),
        ("COPY package.json .\nRUN npm ci --omit=dev && npm cache clean --force", LOCKED),
        ("COPY package.json .\nRUN npm clean-install", LOCKED),
        ("COPY package.json .\nRUN npm install -g npm@11 && npm ci", LOCKED),
        ("RUN apk add --no-cache python3 make g++\nCOPY package.json .\nRUN npm ci", LOCKED),
        ("COPY . .\nRUN npm ci", {**LOCKED, ".dockerignore": "package-lock.json\n"}),
        ("COPY package*.json ./\nRUN npm install", SCRIPTED),
        ("COPY package.json ./\nRUN yarn", SCRIPTED),
        ("COPY package.json ./\nRUN pnpm install", SCRIPTED),
        ("COPY package.json ./\nCOPY packages/cli/package.json packages/cli/\nRUN npm install", PACKAGES),
        ("COPY prod.txt ./\nRUN python -m pip install --requirement=prod.txt", PIP),
        ("COPY prod.txt /tmp/\nRUN pip install -r /tmp/prod.txt", PIP),
        ("COPY package*.json .\nRUN npm ci", {"package.json": "{}"}),
        ("COPY . .\nRUN npm ci", {"package.json": "{}", "yarn.lock": ""}),
    ],
)
def test_a_step_that_surely_lacks_a_file_is_reported(tmp_path: Path, steps: str, files: Mapping[str, str]) -> None:
    base = "FROM python:3.14-slim\nWORKDIR /app\n" if "pip" in steps else NODE
    assert len(messages(tmp_path, base + steps + "\n", files)) == 1


@pytest.mark.parametrize(
    ("steps", "files"),
    [
        ("COPY package*.json .\nRUN npm ci", LOCKED),
        ("COPY package.json .\nRUN npm ci || npm install", LOCKED),
        ("COPY package.json .\nRUN npm install --package-lock-only && npm ci", LOCKED),
        ("COPY package.json .\nRUN npm install\nRUN npm ci", LOCKED),
        ("COPY package.json .\nRUN if [ -f package-lock.json ]; then npm ci; else npm i; fi", LOCKED),
        ("COPY package.json .\nRUN --mount=type=bind,target=. npm ci", LOCKED),
        ("COPY package.json .\nRUN --mount=type=bind,source=package-lock.json,target=package-lock.json npm ci", LOCKED),
        ("COPY package.json .\nCOPY --from=docker.io/acme/locks / ./\nRUN npm ci", LOCKED),
        ("COPY package.json .\nRUN curl -o package-lock.json https://example.org/l\nRUN npm ci", LOCKED),
        ("COPY package*.json .\nRUN npm ci", {"package.json": "{}", ".gitignore": "package-lock.json\n"}),
        ("COPY . .\nRUN npm install && npm ci", {"package.json": "{}"}),
        ("COPY . .\nRUN go build .", {"go.mod": "module a\nrequire b v1.0.0\n", "vendor/modules.txt": ""}),
        ("COPY package.json .\nRUN npm ci --prefix /srv", LOCKED),
        ("COPY package.json .\nRUN npm install --ignore-scripts", SCRIPTED),
        ("ENV npm_config_ignore_scripts=true\nCOPY package.json .\nRUN npm install", SCRIPTED),
        ("COPY package.json .\nRUN npm install", {**SCRIPTED, ".npmrc": "ignore-scripts=true\n"}),
        ("COPY package.json .\nRUN npm install express", SCRIPTED),
        ("COPY package.json .\nRUN mkdir scripts && touch scripts/a.js && npm install", SCRIPTED),
        ("COPY package.json .\nCOPY scripts scripts\nRUN npm install", SCRIPTED),
        ("COPY package.json .\nRUN npm install", {"package.json": SCRIPT.replace("node", "test -f x || node")}),
        ("COPY package.json .\nRUN npm install", {"package.json": "[", "scripts/a.js": ""}),
    ],
)
def test_what_may_be_there_is_not_missed(tmp_path: Path, steps: str, files: Mapping[str, str]) -> None:
    assert messages(tmp_path, NODE + steps + "\n", files) == []


def test_a_base_image_of_the_project_may_have_everything(tmp_path: Path) -> None:
    text = "FROM acme/node-app:1.0\nWORKDIR /app\nCOPY package.json .\nRUN npm ci\n"
    assert messages(tmp_path, text, LOCKED) == []


def test_the_ignore_file_is_named_where_it_keeps_the_file_out(tmp_path: Path) -> None:
    (said,) = messages(tmp_path, f"{NODE}COPY . .\nRUN npm ci\n", {**LOCKED, ".dockerignore": "*.lock\n*-lock.json\n"})
    assert said.endswith(": .dockerignore keeps it out of the context")


@pytest.mark.parametrize(
    ("base", "steps", "files"),
    [
        ("rust:1.91", "COPY Cargo.toml .\nRUN cargo fetch --locked", {"Cargo.toml": "[package]", "Cargo.lock": ""}),
        ("golang:1.25", "COPY go.mod *.go ./\nRUN go build", {"go.mod": "require a v1", "go.sum": "", "a.go": ""}),
        ("ruby:3.4", "ENV BUNDLE_DEPLOYMENT=1\nCOPY Gemfile .\nRUN bundle", {"Gemfile": "", "Gemfile.lock": ""}),
        ("python:3.14", "COPY Pipfile .\nRUN pipenv sync --system", {"Pipfile": "", "Pipfile.lock": ""}),
        ("python:3.14", "COPY pyproject.toml .\nRUN uv sync --frozen", {"pyproject.toml": "", "uv.lock": ""}),
        ("node:24", "COPY package.json .\nRUN yarn install --immutable", {"package.json": '{"dependencies":{}}',
                                                                          "yarn.lock": ""}),
    ],
)  # fmt: skip
def test_each_tool_keeps_to_its_lock_file(tmp_path: Path, base: str, steps: str, files: Mapping[str, str]) -> None:
    assert len(messages(tmp_path, f"FROM {base}\nWORKDIR /app\n{steps}\n", files)) == 1
    loose = steps.replace("--locked", "").replace("--frozen", "").replace("--immutable", "").replace("=1", "=0")
    if loose != steps:
        assert messages(tmp_path, f"FROM {base}\nWORKDIR /app\n{loose}\n", files) == []


SERVICE = {"compose.yaml": "services:\n  web:\n    build: .\n"}


@pytest.mark.parametrize(
    ("base", "steps", "files"),
    [
        ("rust:1.91", "COPY . .\nRUN cargo build", {"Cargo.toml": "", ".dockerignore": "Cargo.toml\n"}),
        ("rust:1.91", "COPY src .\nRUN cargo build", {"Cargo.toml": "", "src/main.rs": ""}),
        ("rust:1.91", "COPY src .\nRUN cd x && cargo build", {"Cargo.toml": "", "src/x/main.rs": ""}),
        ("golang:1.25", "COPY cmd/ .\nRUN go mod download", {"go.mod": "", "cmd/main.go": ""}),
        ("maven:3", "ADD src ./\nRUN mvn -B package", {"pom.xml": "", "src/A.java": ""}),
        ("gradle:9", "COPY src .\nRUN gradle build", {"build.gradle.kts": "", "src/A.java": ""}),
        ("debian:13", "COPY src .\nRUN make", {"Makefile": "", "src/a.c": ""}),
        ("node:24", "COPY src .\nRUN npm run build", {"package.json": "{}", "src/a.js": ""}),
        ("node:24", "COPY . .\nRUN npm --prefix web run build", {"web/a.js": "", **SERVICE}),
        ("node:24", "COPY . .\nRUN npm run build", {"web/package.json": "{}", **SERVICE}),
        ("python:3.14", "COPY . .\nRUN pip install -r requirement.txt", {"requirements.txt": "", **SERVICE}),
        ("python:3.14", "COPY . .\nRUN pip install .", {"setup.py": "", ".dockerignore": "*.py\n"}),
    ],
)
def test_a_tool_that_finds_no_project_is_reported(
    tmp_path: Path, base: str, steps: str, files: Mapping[str, str]
) -> None:
    assert len(messages(tmp_path, f"FROM {base}\nWORKDIR /srv/app\n{steps}\n", files)) == 1


@pytest.mark.parametrize(
    ("base", "steps", "files"),
    [
        ("rust:1.91", "COPY . .\nRUN cargo build", {"Cargo.toml": ""}),
        ("rust:1.91", "COPY src .\nCOPY Cargo.toml ..\nRUN cargo build", {"Cargo.toml": "", "src/main.rs": ""}),
        ("rust:1.91", "COPY src .\nRUN cargo init && cargo build", {"Cargo.toml": "", "src/main.rs": ""}),
        ("rust:1.91", "COPY src .\nRUN cargo build || true", {"Cargo.toml": "", "src/main.rs": ""}),
        ("rust:1.91", "COPY . .\nRUN cargo build", {"api/Cargo.toml": ""}),
        ("node:24", "COPY . .\nRUN npm run build", {"web/package.json": "{}"}),
        ("node:24", "COPY . .\nRUN npm install", {"web/package.json": "{}", **SERVICE}),
        ("node:24", "COPY . .\nRUN npm run build", {".gitignore": "package.json\n", "a.js": "", **SERVICE}),
        ("node:24", "COPY . .\nRUN cd web && npm run build", {"web/package.json": "{}", **SERVICE}),
        ("node:24", "COPY . .\nRUN npm --prefix=web run build", {"web/package.json": "{}", **SERVICE}),
        ("node:24", "COPY web .\nRUN --mount=type=bind,source=package.json,target=package.json npm run build",
         {"package.json": "{}", "web/a.js": ""}),
        ("acme/node:24", "COPY src .\nRUN npm run build", {"package.json": "{}", "src/a.js": ""}),
    ],
)  # fmt: skip
def test_a_tool_that_may_find_a_project_is_not(tmp_path: Path, base: str, steps: str, files: Mapping[str, str]) -> None:
    assert messages(tmp_path, f"FROM {base}\nWORKDIR /srv/app\n{steps}\n", files) == []


def test_one_mistake_is_said_once(tmp_path: Path) -> None:
    text = f"{NODE}COPY server.js ./\nRUN npm run build\n"
    files = {"Dockerfile": text, "server.js": "", "package.json": "{}"}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    rules = [
        one.rule.name
        for one in lint_paths([str(tmp_path)]).visible
        if "finds no" in one.message or "find it" in one.message
    ]
    assert rules == ["install-before-files"]


@pytest.mark.parametrize(
    ("image", "step", "manifest", "lock"),
    [
        ("node:24", "npm ci", "package.json", "package-lock.json"),
        ("node:24", "pnpm install --frozen-lockfile", "package.json", "pnpm-lock.yaml"),
        ("node:24", "yarn install --immutable", "package.json", "yarn.lock"),
        ("rust:1.90", "cargo build --locked", "Cargo.toml", "Cargo.lock"),
        ("python:3.14", "uv sync --frozen", "pyproject.toml", "uv.lock"),
    ],
)
def test_the_lock_file_of_a_workspace_lies_above(
    tmp_path: Path, image: str, step: str, manifest: str, lock: str
) -> None:
    files = {f"packages/api/{manifest}": '{"dependencies": {"ws": "8"}}'}
    assert not messages(tmp_path, MEMBER % (image, step), {**files, lock: ""})
    (tmp_path / lock).unlink()
    assert len(messages(tmp_path, MEMBER % (image, step), files)) == 1


def test_a_lock_file_above_that_is_not_copied_is_none(tmp_path: Path) -> None:
    files = {"packages/api/package.json": "{}", "package-lock.json": "{}"}
    assert messages(tmp_path, NODE + "COPY packages/api/package.json ./\nRUN npm ci\n", files)


@pytest.mark.parametrize(
    ("dockerfile", "module"),
    [
        (GO_TOOL + "RUN go install github.com/air-verse/air@latest\nCOPY . .\n", "module a\nrequire b v1.0.0\n"),
        (GO_TOOL + "RUN go run golang.org/x/tools/cmd/goimports@v0.38.0 .\n", "module a\nrequire b v1.0.0\n"),
        (GO_TOOL + "COPY . .\nRUN go build .\n", GO_FOLDERS),
    ],
)
def test_go_without_modules_of_others_needs_no_sums(tmp_path: Path, dockerfile: str, module: str) -> None:
    assert not messages(tmp_path, dockerfile, {"go.mod": module})


def test_go_with_one_module_of_others_needs_its_sum(tmp_path: Path) -> None:
    module = GO_FOLDERS.replace("\tc v0.0.0 => ./c\n", "")
    assert messages(tmp_path, GO_TOOL + "COPY . .\nRUN go build .\n", {"go.mod": module})


@pytest.mark.parametrize(("lock", "severity"), [("package-lock.json", "error"), ("yarn.lock", "warning")])
def test_what_the_caller_may_make_is_no_error(tmp_path: Path, lock: str, severity: str) -> None:
    files = {"Dockerfile": NODE + "COPY package.json .\nRUN npm ci\n", "package.json": "{}", lock: ""}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    report = lint_paths([str(tmp_path)])
    assert [one.severity.label for one in report.visible if one.rule.name == "install-file-missing"] == [severity]
