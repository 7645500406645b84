"""The server behind scripts of package.json and start scripts, and the values that variables give it."""

from __future__ import annotations

import pytest

from dlint.model.final_command import Container, final_server
from dlint.source import Source

PACKAGE = """{
  "name": "site",
  "scripts": {
    "dev": "vite",
    "start": "npm run serve -- --port 4000",
    "serve": "cross-env MODE=x next start",
    "build": "vite build",
    "both": "vite & node api.js",
    "loop": "npm run loop",
    "moved": "cd web && npm run dev",
    "set": "PORT=80 next start"
  }
}
"""
FILES = {
    "/app/package.json": PACKAGE,
    "/app/hands-on.sh": '#!/bin/sh\nset -e\npython manage.py migrate\nexec "$@"\n',
    "/app/as-user.sh": '#!/bin/sh\nif [ "$(id -u)" = 0 ]; then exec gosu app "$0" "$@"; fi\nexec "$@"\n',
    "/app/chooses.sh": '#!/bin/sh\nif [ "$1" = x ]; then exec celery worker; fi\nexec "$@"\n',
    "/app/replaces.sh": '#!/bin/sh\nset -- gunicorn -b :1 app\nexec "$@"\n',
    "/app/serves.sh": "#!/usr/bin/env bash\nexec gunicorn -b 0.0.0.0:${APP_PORT:-9000} app\n",
    "/app/branches.sh": "#!/bin/sh\nif [ -n $A ]; then exec gunicorn -b :1 app; fi\n",
    "/app/exports.sh": '#!/bin/sh\nexport PORT=81\nexec "$@"\n',
    "/app/sources.sh": "#!/bin/sh\n. ./settings\nexec gunicorn -b :$APP_PORT app\n",
    "/app/in-python.sh": "#!/usr/bin/python3\nexec gunicorn\n",
    "/usr/local/bin/entry.sh": '#!/bin/bash\nexec dumb-init -- "$@"\n',
}
VALUES = {"APP_PORT": "8001", "EMPTY": ""}


def container(folder: str | None = "/app") -> Container:
    def read(path: str) -> Source | None:
        return Source(path, FILES[path]) if path in FILES else None

    return Container(VALUES.get, read, folder)


@pytest.mark.parametrize(
    ("line", "program", "port", "by"),
    [
        ("npm run dev", "vite", 5173, 1),
        ("npm run dev -- --port 80", "vite", 80, 1),
        ("npm run dev --port 80", "vite", 5173, 1),
        ("npm --silent run dev", "vite", 5173, 1),
        ("npm start", "next start", 4000, 2),
        ("yarn dev --port 80", "vite", 80, 1),
        ("yarn run dev", "vite", 5173, 1),
        ("yarn next start -p 81", "next start", 81, 0),
        ("pnpm start", "next start", 4000, 2),
        ("bun run dev", "vite", 5173, 1),
        ("dumb-init -- npm run dev", "vite", 5173, 1),
        ("sh -c 'npm install && npm run dev'", "vite", 5173, 1),
        ("sh -c 'cd /app && npm run dev'", "vite", 5173, 1),
        ("./hands-on.sh gunicorn -b :80 app", "gunicorn", 80, 0),
        ("sh hands-on.sh npm run dev", "vite", 5173, 1),
        ("/app/as-user.sh gunicorn -b :80 app", "gunicorn", 80, 0),
        ("entry.sh gunicorn -b :80 app", "gunicorn", 80, 0),
        ("./serves.sh", "gunicorn", 8001, 1),
        ("sh -c 'exec gunicorn -b :$APP_PORT app'", "gunicorn", 8001, 0),
        ("sh -c 'gunicorn -b :${EMPTY:-82} app'", "gunicorn", 82, 0),
        ("dotenv -f .env run -- flask run", "flask run", 5000, 0),
    ],
)
def test_it_is_followed_to_the_server(line: str, program: str, port: int, by: int) -> None:
    import shlex

    found = final_server(shlex.split(line), container())
    assert found is not None, line
    assert (found.server.program, found.server.port, len(found.by)) == (program, port, by)


@pytest.mark.parametrize(
    "line",
    [
        "npm run build",
        "npm run both",
        "npm run loop",
        "npm run moved",
        "npm run set",
        "npm run absent",
        "npm dev",
        "npm --prefix web run dev",
        "yarn workspace web dev",
        "pnpm --filter web dev",
        "sh -c 'cd web && npm run dev'",
        "./chooses.sh gunicorn -b :80 app",
        "./replaces.sh gunicorn -b :80 app",
        "./branches.sh",
        "./exports.sh gunicorn app",
        "./in-python.sh gunicorn app",
        "./hands-on.sh",
    ],
)
def test_what_may_be_another_one_is_not_known(line: str) -> None:
    import shlex

    assert final_server(shlex.split(line), container()) is None


def test_a_value_is_unknown_where_the_shell_may_get_another_one() -> None:
    for words in (
        ["./sources.sh"],
        ["gunicorn", "-b", ":$APP_PORT", "app"],
        ["sh", "-c", "gunicorn -b ':$APP_PORT' app"],
        ["sh", "-c", "read APP_PORT; gunicorn -b :$APP_PORT app"],
        ["sh", "-c", "gunicorn -b :$OTHER app"],
    ):
        found = final_server(words, container())
        assert found is None or found.server.port is None, words


def test_files_are_only_looked_for_where_the_folder_is_known() -> None:
    assert final_server(["npm", "run", "dev"], container(None)) is None
    assert final_server(["sh", "-c", "cd /app && npm run dev"], container(None)) is not None
