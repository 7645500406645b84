"""What a server listens on, read from its command line, its variables and its settings."""

from __future__ import annotations

import shlex

import pytest

from dlint.model.facts.listeners import listening
from dlint.model.final_command import final_server as started

CASES = [
    ("poetry run uvicorn app:app --port 80", "127.0.0.1", 80),
    ("python -m uvicorn app:app --host=0.0.0.0", "0.0.0.0", 8000),
    ("uvicorn app:app --host 0.0.0.0 --port $PORT", "0.0.0.0", None),
    ("uvicorn app:app --host $HOST", None, 8000),
    ("uv run --no-dev gunicorn -b :8000 app", "0.0.0.0", 8000),
    ("gunicorn -b127.0.0.1:80 -b 0.0.0.0:81 app", "0.0.0.0", None),
    ("gunicorn --bind unix:/run/app.sock app", None, None),
    ("hypercorn -b [::]:80 app", "[::]", 80),
    ("/usr/local/bin/python3.13 manage.py runserver", "127.0.0.1", 8000),
    ("python manage.py runserver 8080", "127.0.0.1", 8080),
    ("python -u manage.py runserver 0:80", "0.0.0.0", 80),
    ("flask --app shop run -h 0.0.0.0 -p 80", "0.0.0.0", 80),
    ("php -S localhost:8000 -t public", "localhost", 8000),
    ("php artisan serve", "127.0.0.1", 8000),
    ("bundle exec rails s -p 3001", None, 3001),
    ("npx --yes vite --host", "0.0.0.0", 5173),
    ("pnpm exec next start -p3001", "0.0.0.0", 3001),
    ("react-scripts start", "0.0.0.0", 3000),
    ("npx docusaurus start --host 0.0.0.0", "0.0.0.0", 3000),
    ("astro dev --host", "0.0.0.0", None),
    ("json-server --watch db.json -p 3004", None, 3004),
    ("infisical run --env dev -- flask run", "127.0.0.1", 5000),
    ("python -m http.server 9000 --bind 127.0.0.1", "127.0.0.1", 9000),
    ("redis-server /etc/redis.conf --port 6380", None, 6380),
]


@pytest.mark.parametrize(("line", "host", "port"), CASES)
def test_a_command_line_says_where_a_server_listens(line: str, host: str | None, port: int | None) -> None:
    found = listening(shlex.split(line))
    assert found is not None and (found.host, found.port) == (host, port)


@pytest.mark.parametrize(
    "line",
    [
        "vite build",
        "ng build",
        "gunicorn -c settings.py app",
        "redis-server --tls-port 6379",
        "python app.py",
        "php-fpm",
        "",
    ],
)
def test_what_is_no_server_or_is_told_elsewhere_is_not_known(line: str) -> None:
    assert listening(shlex.split(line)) is None


def test_the_server_is_the_last_command_in_the_foreground() -> None:
    assert started(["sh", "-c", "python manage.py migrate && exec gunicorn -b :80 app"])
    assert started(["tini", "--", "env", "A=1", "gunicorn", "app"])
    for script in (
        "gunicorn -b :80 app & nginx",
        "gunicorn -b :80 app; sleep 1",
        "PORT=80 gunicorn app",
        "export PORT=80; gunicorn app",
        "gunicorn -b :80 one; gunicorn -b :81 two",
    ):
        assert started(["sh", "-c", script]) is None, script
