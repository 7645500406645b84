"""Programs of Python packages that an image starts: what may have installed them, and what surely has not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths
from dlint.model.facts.python_packages import locked_by, requirements
from dlint.model.facts.python_programs import brings, is_whole

BASE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n"
PIP = f"{BASE}RUN pip install -r requirements.txt\n"
CMD = 'CMD ["gunicorn", "app:app"]\n'
UV = """version = 1
[[package]]
name = "app"
source = { virtual = "." }
dependencies = [{ name = "flask" }]

[package.dev-dependencies]
dev = [{ name = "gunicorn" }]

[[package]]
name = "flask"
dependencies = [
    { name = "Click" },
]

[[package]]
name = "click"

[[package]]
name = "gunicorn"
"""
POETRY = '[[package]]\nname = "gunicorn"\ngroups = ["dev"]\n\n[[package]]\nname = "flask"\ngroups = ["main", "dev"]\n'
OLD_POETRY = '[[package]]\nname = "flask"\n\n[package.dependencies]\nclick = ">=8"\n\n[[package]]\nname = "click"\n'
PIPENV = '{"default": {"flask": {}}, "develop": {"gunicorn": {}}}'


def messages(folder: Path, files: Mapping[str, str]) -> list[str]:
    """What the rule says of a project on disk."""
    for path, text in {"app.py": "", **files}.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return [one.message for one in report.visible if one.rule.name == "required-package-missing"]


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": PIP + CMD, "requirements.txt": "flask\n"},
        {"Dockerfile": f"{PIP}CMD gunicorn app:app\n", "requirements.txt": "flask\n"},
        {"Dockerfile": f"{PIP}CMD exec gunicorn app:app\n", "requirements.txt": "flask\n"},
        {"Dockerfile": f'{PIP}ENTRYPOINT ["gunicorn"]\nCMD ["app:app"]\n', "requirements.txt": "flask\n"},
        {"Dockerfile": f"{PIP}CMD python3 manage.py migrate && gunicorn app:app\n", "requirements.txt": "flask\n"},
        {"Dockerfile": f'{PIP}CMD ["python", "-m", "gunicorn", "app"]\n', "requirements.txt": "flask\n"},
        {"Dockerfile": f'{PIP}CMD ["uvicorn", "app:app"]\n', "requirements.txt": "fastapi\n# uvicorn\n"},
        {"Dockerfile": PIP + CMD, "requirements.txt": "-r base.txt\nredis\n", "base.txt": "flask\n"},
        {"Dockerfile": PIP + CMD, "requirements.txt": "ours==1 \\\n  --hash=sha256:0\n    # via app\n"},
        {"Dockerfile": f"{PIP}CMD gunicorn a -k uvicorn.workers.UvicornWorker\n", "requirements.txt": "gunicorn\n"},
        {"Dockerfile": f"{PIP}CMD gunicorn a --worker-class=gevent\n", "requirements.txt": "gunicorn\nflask\n"},
        {"Dockerfile": f"{BASE}RUN pip install flask requests\n{CMD}"},
        {"Dockerfile": f"{BASE}RUN apt-get update && apt-get install -y gcc && pip install flask\n{CMD}"},
        {"Dockerfile": f"{BASE}RUN uv pip install --system -r requirements.txt\n{CMD}", "requirements.txt": "flask"},
        {"Dockerfile": f"{BASE}RUN poetry install --only main\n{CMD}", "poetry.lock": POETRY},
        {"Dockerfile": f"{BASE}RUN poetry install\n{CMD}", "poetry.lock": OLD_POETRY},
        {"Dockerfile": f'{BASE}RUN uv sync --no-dev\nCMD ["uv", "run", "x"]\nENTRYPOINT ["gunicorn"]\n', "uv.lock": UV},
        {"Dockerfile": f"{BASE}RUN pipenv install --system --deploy\n{CMD}", "Pipfile.lock": PIPENV},
        {
            "Dockerfile": f"{BASE}RUN pip wheel -w /wheels -r requirements.txt\n{BASE}COPY --from=0 /wheels /wheels\n"
            f"RUN pip install /wheels/*\n{CMD}",
            "requirements.txt": "flask\n",
        },
    ],
)
def test_a_program_that_nothing_brings_is_reported(tmp_path: Path, files: Mapping[str, str]) -> None:
    assert len(messages(tmp_path, files)) == 1


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": PIP + CMD, "requirements.txt": "flask\ngunicorn\n"},
        {"Dockerfile": PIP + CMD, "requirements.txt": "ours\n"},
        {"Dockerfile": PIP + CMD, "requirements.txt": "# none yet\n"},
        {"Dockerfile": f"{PIP}CMD gunicorn a -k gthread\n", "requirements.txt": "gunicorn\n"},
        {"Dockerfile": f"{PIP}CMD gunicorn a -k gevent\n", "requirements.txt": "gunicorn\nGevent==25.9.1\n"},
        {"Dockerfile": PIP + CMD, "requirements.txt": "flask\n-e .\n"},
        {"Dockerfile": PIP + CMD, "requirements.txt": "flask\ngit+https://example.org/x\n"},
        {"Dockerfile": PIP + CMD, "requirements.txt": "flask\n-r more.txt\n"},
        {"Dockerfile": f'{PIP}CMD ["uvicorn", "a:a"]\n', "requirements.txt": "fastapi[all]\n"},
        {"Dockerfile": f'{PIP}CMD ["flask", "run"]\n', "requirements.txt": "flask-cors\n"},
        {"Dockerfile": f"{PIP}RUN pip install gunicorn\n{CMD}", "requirements.txt": "flask\n"},
        {"Dockerfile": f"{PIP}RUN ./setup.sh\n{CMD}", "requirements.txt": "flask\n"},
        {"Dockerfile": f"{PIP}RUN apt-get install -y gunicorn\n{CMD}", "requirements.txt": "flask\n"},
        {"Dockerfile": f"{PIP}RUN pip install .\n{CMD}", "requirements.txt": "flask\n"},
        {"Dockerfile": f"{PIP}COPY --from=example/x:1 /usr/local /usr/local\n{CMD}", "requirements.txt": "flask\n"},
        {"Dockerfile": f"{PIP}CMD gunicorn a || python a.py\n", "requirements.txt": "flask\n"},
        {"Dockerfile": PIP.replace("python", "example/python") + CMD, "requirements.txt": "flask\n"},
        {"Dockerfile": f"{BASE}RUN poetry install\nCMD poetry run gunicorn a\n", "poetry.lock": POETRY},
        {"Dockerfile": f"{BASE}RUN poetry install --only main\n{CMD}", "poetry.lock": ""},
        {"Dockerfile": f"{BASE}RUN uv sync\nENV PATH=/app/.venv/bin:$PATH\nCMD gunicorn\n", "uv.lock": UV},
        {"Dockerfile": f"{BASE}RUN uv sync --no-dev --group dev\nENV PATH=.venv/bin\nCMD gunicorn\n", "uv.lock": UV},
        {"Dockerfile": f"{BASE}RUN pipenv install --dev --system\n{CMD}", "Pipfile.lock": PIPENV},
        {"Dockerfile": BASE + CMD},
    ],
)  # fmt: skip
def test_what_something_may_bring_is_not_reported(tmp_path: Path, files: Mapping[str, str]) -> None:
    assert not messages(tmp_path, files)


@pytest.mark.parametrize(("volume", "count"), [(".:/app", 1), ("venv:/app/.venv", 0), ("x:/usr/local", 0)])
def test_mounts_may_bring_packages(tmp_path: Path, volume: str, count: int) -> None:
    compose = f"services:\n  web:\n    build: .\n    volumes: ['{volume}']\nvolumes: {{venv: , x: }}\n"
    files = {"Dockerfile": PIP + CMD, "requirements.txt": "flask\n", "compose.yaml": compose}
    assert len(messages(tmp_path, files)) == count


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ("RUN uv sync\nCMD gunicorn app:app", 1),
        ("RUN uv sync --frozen --no-cache\nCMD exec gunicorn app:app", 1),
        ("RUN uv sync\nCMD uv run gunicorn app:app", 0),
        ("RUN uv sync\nCMD .venv/bin/gunicorn app:app", 0),
        ("RUN uv sync\nCMD . .venv/bin/activate && gunicorn app:app", 0),
        ("RUN uv sync\nENV PATH=/app/.venv/bin:$PATH\nCMD gunicorn app:app", 0),
        ("ENV UV_PROJECT_ENVIRONMENT=/usr/local\nRUN uv sync\nCMD gunicorn app:app", 0),
        ("RUN poetry install\nCMD gunicorn app:app", 1),
        ("RUN poetry install\nCMD poetry run gunicorn app:app", 0),
        ("RUN poetry config virtualenvs.create false && poetry install\nCMD gunicorn app:app", 0),
        ("RUN pipenv install --dev\nCMD gunicorn app:app", 1),
        ("RUN pipenv install --dev --system\nCMD gunicorn app:app", 0),
        ("RUN pipenv install --dev && pip install gunicorn\nCMD gunicorn app:app", 0),
    ],
)
def test_a_virtual_environment_is_to_be_in_the_path(tmp_path: Path, steps: str, count: int) -> None:
    locks = {"uv.lock": UV, "poetry.lock": POETRY, "Pipfile.lock": PIPENV}
    found = messages(tmp_path, {"Dockerfile": f"{BASE}{steps}\n", **locks})
    assert len(found) == count
    assert all("virtual environment" in one for one in found)


def test_requirements_are_read() -> None:
    text = "Foo_Bar[x]==1.0 ; python_version > '3'\n--index-url https://x\nbaz>=2 # why\n-r a.txt\n"
    read = requirements(text)
    assert [(one.name, one.extras, one.pinned) for one in read.named] == [
        ("foo-bar", True, True),
        ("baz", False, False),
    ]
    assert read.included == ("a.txt",)
    assert read.known
    assert not requirements("./here\n").known


@pytest.mark.parametrize(
    ("tool", "text", "every", "main"),
    [
        ("uv", UV, {"app", "flask", "click", "gunicorn"}, {"app", "flask", "click"}),
        ("poetry", POETRY, {"flask", "gunicorn"}, {"flask"}),
        ("poetry", OLD_POETRY, {"flask", "click"}, None),
        ("pipenv", PIPENV, {"flask", "gunicorn"}, {"flask"}),
    ],
)
def test_lock_files_are_read(tool: str, text: str, every: set[str], main: set[str] | None) -> None:
    found = locked_by(tool, text)
    assert found is not None
    assert (found.every, found.main) == (every, main)


@pytest.mark.parametrize("text", ["", "{", "[]", "x", "[[package]]"])
def test_what_is_no_lock_file_says_nothing(text: str) -> None:
    for tool in ("uv", "poetry", "pipenv"):
        found = locked_by(tool, text)
        assert found is None or not found.main


def test_what_packages_bring() -> None:
    assert brings("flask-migrate", False, "alembic")
    assert brings("numpy", False, "gunicorn") is False
    assert brings("fastapi", False, "uvicorn") is False
    assert brings("fastapi", True, "uvicorn") is None
    assert brings("ours", False, "uvicorn") is None
    assert is_whole(frozenset(("flask", "werkzeug", "jinja2", "ours")))
    assert not is_whole(frozenset(("flask", "ours")))
    assert not is_whole(frozenset(("ours",)))
