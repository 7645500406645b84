"""Programs that an installation left out with what is for development: what may have brought them after all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

NODE = "FROM node:22-alpine\nWORKDIR /app\n"
STARTED = "COPY . .\nCMD npm start"
TOP = f"{NODE}COPY package*.json yarn.lock* ./\n"


def manifest(scripts: Mapping[str, str], **more: object) -> str:
    return json.dumps({"scripts": scripts, "devDependencies": {"typescript": "5", "nodemon": "3"}, **more})


def lock(**flags: object) -> str:
    packages = {
        "": {},
        "node_modules/typescript": {"bin": {"tsc": "bin/tsc"}, "dev": True, **flags},
        "node_modules/nodemon": {"bin": {"nodemon": "bin/nodemon.js"}, "dev": True},
        "node_modules/express": {},
    }
    return json.dumps({"lockfileVersion": 3, "packages": packages})


BUILD = manifest({"build": "tsc -p .", "start": "nodemon src/main.ts", "both": "npm run build && node dist"})
FILES = {"package.json": BUILD, "package-lock.json": lock(), ".dockerignore": "node_modules\n"}
YARN = '# yarn lockfile v1\n\n\nnodemon@3:\n  version "3"\n'


def messages(folder: Path, files: Mapping[str, str], name: str = "development-package-left-out") -> list[str]:
    """What the rule says of a project on disk."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return [one.message for one in report.visible if one.rule.name == name]


@pytest.mark.parametrize(
    "dockerfile",
    [
        f"{TOP}RUN npm ci --omit=dev\nCOPY . .\nRUN npm run build",
        f"{TOP}RUN npm ci --omit dev\nCOPY . .\nRUN npm run build",
        f"{TOP}RUN npm install --only=production --no-audit\nCOPY . .\nRUN npm run both",
        f"{TOP}RUN NODE_ENV=production npm ci\nCOPY . .\nRUN npm run build",
        f"{TOP}ENV NODE_ENV production\nRUN npm i\nCOPY . .\nRUN npm run build",
        f"{TOP}RUN export NODE_ENV=production && npm ci && npm run build",
        f"{TOP}RUN npm ci && npm prune --production\nCOPY . .\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev\nRUN npx --no-install tsc",
        f"{TOP}RUN npm ci --omit=dev\nRUN npx tsc",
        f"{TOP}RUN npm ci --omit=dev\nRUN ./node_modules/.bin/tsc -p .",
        f"{TOP}RUN npm ci --omit=dev\nRUN node node_modules/typescript/bin/tsc",
        f"{TOP}RUN npm ci --omit=dev || npm install --omit=dev\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev\nCMD npm start",
        f'{TOP}RUN npm ci --omit=dev\nCMD ["npm", "run", "start"]',
        f'{TOP}RUN npm ci --omit=dev\nENTRYPOINT ["npx", "--no-install"]\nCMD ["nodemon"]',
        f'{TOP}RUN npm ci --omit=dev\nCMD ["node", "node_modules/.bin/nodemon", "x.js"]',
        f'{TOP}RUN npm ci --omit=dev\nCMD ["sh", "-c", "npx --no-install nodemon"]',
        f'{TOP}FROM node:22\nWORKDIR /srv\nCOPY . .\nRUN npm ci --omit=dev\nCMD ["npm", "start"]',
        f"{NODE}COPY . .\nRUN npm ci --omit=dev\nFROM node:22\nWORKDIR /a\nCOPY --from=0 /app ./\nCMD npm start",
        f"{NODE}COPY . .\nRUN npm ci --omit=dev\n{NODE}COPY --from=0 /app/node_modules/ node_modules\n{STARTED}",
        f"{NODE}RUN --mount=type=bind,source=package.json,target=package.json npm ci --omit=dev\n{STARTED}",
        "FROM php:8.4\nWORKDIR /www\nRUN apt-get install -y npm\nCOPY . .\nRUN npm ci --production && npm run build",
    ],
)  # fmt: skip
def test_what_was_left_out_and_is_run_is_reported(tmp_path: Path, dockerfile: str) -> None:
    assert len(messages(tmp_path, {**FILES, "Dockerfile": f"{dockerfile}\n"})) == 1


@pytest.mark.parametrize(
    "dockerfile",
    [
        f"{TOP}RUN npm ci\nCOPY . .\nRUN npm run build",
        f"{TOP}RUN npm ci --include=dev --omit=dev\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=optional\nRUN npm run build",
        f"{TOP}ARG NODE_ENV\nRUN npm ci\nRUN npm run build",
        f"{TOP}RUN npm ci && npm run build && npm prune --omit=dev",
        f"{TOP}RUN npm ci --omit=dev || npm install\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev && npm install typescript\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev && npm install -g typescript@5\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev\nRUN npm run build || true",
        f"{TOP}RUN if [ -n \"$X\" ]; then npm ci --omit=dev; else npm ci; fi\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev\nRUN ./setup.sh\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev\nRUN npx typescript@5 -p .",
        f"{TOP}RUN npm ci --omit=dev\nRUN npm run missing",
        f"{TOP}RUN --mount=type=cache,target=/app/node_modules npm ci --omit=dev\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev\nCOPY --from=example/all:1 /app /app\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev\nRUN npm ci --prefix /app\nRUN npm run build",
        f"{NODE}COPY . .\nRUN npm ci\nFROM node:22\nWORKDIR /app\nCOPY --from=0 /app .\nRUN npm run build",
        f"{TOP}RUN npm ci --omit=dev && npm pkg set scripts.build=true && npm run build",
        "FROM example/node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci --omit=dev && npm run build",
    ],
)  # fmt: skip
def test_what_something_may_have_brought_is_not_reported(tmp_path: Path, dockerfile: str) -> None:
    assert not messages(tmp_path, {**FILES, "Dockerfile": f"{dockerfile}\n"})


@pytest.mark.parametrize(
    ("files", "count"),
    [
        ({"package-lock.json": lock(dev=False)}, 0),
        ({"package-lock.json": lock(dev=False, devOptional=True)}, 0),
        ({"package-lock.json": lock(bin={"other": "x"})}, 0),
        ({"package-lock.json": "{"}, 0),
        ({".npmrc": "include=dev\n"}, 1),
        ({"package.json": manifest({"build": "tsc || true"})}, 0),
        ({"package.json": manifest({"build": "test -d dist && tsc"})}, 1),
        ({"package.json": manifest({"build": "cross-env A=1 tsc"})}, 1),
        ({"package.json": manifest({"build": "node x.js", "prebuild": "tsc"})}, 1),
        ({"package.json": manifest({"build": "node -r typescript/lib x.js"})}, 1),
        ({"package.json": manifest({"build": "tsc"}, dependencies={"nodemon": "3"})}, 1),
    ],
)  # fmt: skip
def test_the_lock_file_and_the_script_decide(tmp_path: Path, files: Mapping[str, str], count: int) -> None:
    dockerfile = f"{TOP}RUN npm ci --omit=dev\nRUN npm run build\n"
    assert len(messages(tmp_path, {**FILES, "Dockerfile": dockerfile, **files})) == count


@pytest.mark.parametrize(
    ("install", "scripts", "count"),
    [
        ("npm ci --omit=dev", {"prepare": "tsc"}, 1),
        ("npm install --production", {"postinstall": "npm run build", "build": "tsc"}, 1),
        ("npm ci --omit=dev --ignore-scripts", {"prepare": "tsc"}, 0),
        ("npm ci --omit=dev", {"prepare": "tsc || true"}, 0),
        ("npm ci --omit=dev", {"prepack": "tsc"}, 0),
        ("npm ci", {"prepare": "tsc"}, 0),
    ],
)
def test_scripts_run_once_packages_are_installed(
    tmp_path: Path, install: str, scripts: Mapping[str, str], count: int
) -> None:
    files = {**FILES, "package.json": manifest(scripts), "Dockerfile": f"{TOP}RUN {install}\n"}
    assert len(messages(tmp_path, files)) == count


@pytest.mark.parametrize(
    ("install", "locked", "count"),
    [
        ("yarn install --production", YARN, 1),
        ("yarn --prod --frozen-lockfile", YARN, 1),
        ("yarn --prod && yarn build", YARN.replace("nodemon", "typescript"), 2),
        ("yarn --production=false", YARN, 0),
        ("yarn install --production", YARN.replace("yarn lockfile v1", "yarn"), 0),
        ("yarn install --production", f'{YARN}\nexpress@4:\n  dependencies:\n    nodemon "3"\n', 0),
    ],
)
def test_yarn_1_is_told_in_its_own_way(tmp_path: Path, install: str, locked: str, count: int) -> None:
    dockerfile = f"{TOP}RUN {install}\nCOPY src src\nCMD yarn start\n"
    files = {"Dockerfile": dockerfile, "package.json": BUILD, "yarn.lock": locked, "src/main.ts": ""}
    assert len(messages(tmp_path, files)) == count


@pytest.mark.parametrize(
    ("service", "count"),
    [
        ("command: npm start", 1),
        ("command: [npx, --no-install, nodemon]", 1),
        ("entrypoint: npm start", 1),
        ("command: node main.js", 0),
        ("command: npm start\n    volumes: ['.:/app']", 0),
        ("command: npm start\n    volumes: ['deps:/app/node_modules']", 0),
        ("command: npm start\n    working_dir: /other", 0),
    ],
)
def test_a_command_of_a_service_counts(tmp_path: Path, service: str, count: int) -> None:
    compose = f"services:\n  web:\n    build: .\n    {service}\nvolumes: {{deps: }}\n"
    dockerfile = f'{TOP}RUN npm ci --omit=dev\nCMD ["node", "main.js"]\n'
    assert len(messages(tmp_path, {**FILES, "Dockerfile": dockerfile, "compose.yaml": compose})) == count


def test_a_package_of_the_programs_name_is_fetched_instead_which_is_a_warning(tmp_path: Path) -> None:
    dockerfile = f'{TOP}RUN npm ci --omit=dev\nCMD ["npx", "nodemon", "x.js"]\n'
    (found,) = messages(tmp_path, {**FILES, "Dockerfile": dockerfile})
    assert "fetched instead" in found
