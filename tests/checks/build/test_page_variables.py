"""Variables of pages that a service gives too late: who builds the pages, and who hands them out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

BUILD = "FROM node:22 AS b\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"
NGINX = "FROM nginx:1\nCOPY --from=b /app/dist /usr/share/nginx/html\n"


def messages(folder: Path, dockerfile: str, script: str, files: Mapping[str, str]) -> list[str]:
    """What the rule says of a project on disk."""
    given = "VITE_A=1, REACT_APP_A=1, NEXT_PUBLIC_A=1, NUXT_PUBLIC_A=1"
    service = f"services:\n  web:\n    build: .\n    environment: [{given}]\n"
    package = f'{{"scripts": {{"build": "{script}", "start": "next start"}}}}'
    own = {"Dockerfile": dockerfile, "compose.yaml": service, "package.json": package, "package-lock.json": "{}"}
    for path, text in {**own, **files}.items():
        (folder / path).write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return [one.message for one in report.visible if one.rule.name == "page-variable-given-too-late"]


@pytest.mark.parametrize(
    ("dockerfile", "script"),
    [
        (f"{BUILD}RUN npm run build\n{NGINX}", "tsc && vite build"),
        (f"{BUILD}RUN npx vite build\n{NGINX}", "x"),
        (f"{BUILD}RUN yarn build\n{NGINX}", "react-scripts build"),
        (f"{BUILD}RUN npm run build\n{NGINX}CMD nginx -g 'daemon off;'\n", "vite build"),
        (f"{BUILD}RUN npm run build\nCMD npm start\n", "next build"),
        (f"{BUILD}RUN npm run build\nCMD npx serve -s build\n", "react-scripts build"),
        (f"{BUILD}RUN yarn build\nFROM node\nCOPY --from=b /app/.next/standalone .\nCMD node server.js", "next build"),
        (f"{BUILD}RUN npm run build\nARG VITE_A\n{NGINX}", "vite build"),
    ],
)  # fmt: skip
def test_a_value_that_comes_after_the_build_is_reported(tmp_path: Path, dockerfile: str, script: str) -> None:
    assert len(messages(tmp_path, dockerfile, script, {})) == 1


@pytest.mark.parametrize(
    ("dockerfile", "script", "files"),
    [
        (f"{BUILD}ARG VITE_A\nRUN npm run build\n{NGINX}", "vite build", {}),
        (f"{BUILD}ENV VITE_A=__A__\nRUN npm run build\n{NGINX}", "vite build", {}),
        (f"{BUILD}RUN VITE_A=1 npm run build\n{NGINX}", "vite build", {}),
        (f"{BUILD}RUN cp .env.docker .env && npm run build\n{NGINX}", "vite build", {}),
        (f"{BUILD}RUN npm run build\n{NGINX}", "vite build", {".env": "VITE_A=2\n"}),
        (f"{BUILD}RUN npm run build\n{NGINX}", "nuxt build", {}),
        (f"{BUILD}RUN npm run build\n{NGINX}COPY 1.sh /docker-entrypoint.d/\n", "vite build", {"1.sh": ""}),
        (f"{BUILD}RUN npm run build\n{NGINX}CMD envsubst < a > b && nginx\n", "vite build", {}),
        (f"{BUILD}RUN npm run build\nCMD node server.js\n", "vite build", {}),
        (f"{BUILD}CMD npm run build && npx serve dist\n", "vite build", {}),
        (f"{BUILD}CMD npm run dev\n", "vite build", {}),
    ],
)
def test_what_may_reach_the_pages_is_not_reported(
    tmp_path: Path, dockerfile: str, script: str, files: Mapping[str, str]
) -> None:
    assert not messages(tmp_path, dockerfile, script, files)
