"""Packages that pip compiles, and options for Java that the program gets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

NAMES = {"python-package-needs-compiler", "java-option-after-jar", "run-program-missing"}
SLIM = "FROM python:3.13-slim\nWORKDIR /app\n"
FILE = SLIM + "COPY requirements.txt .\nRUN pip install -r requirements.txt\n"
JAVA = "FROM eclipse-temurin:21-jre\nCOPY a.jar /a.jar\n"


def found(folder: Path, dockerfile: str, files: Mapping[str, str] | None = None) -> set[str]:
    for name, text in {"Dockerfile": dockerfile, "a.jar": "", **(files or {})}.items():
        (folder / name).write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return {one.rule.name for one in report.visible} & NAMES


@pytest.mark.parametrize(
    ("dockerfile", "files", "rule"),
    [
        (FILE, {"requirements.txt": "Flask\npsycopg2>=2.9\n"}, "python-package-needs-compiler"),
        (FILE.replace("-r req", "--requirement=req"), {"requirements.txt": "uWSGI\n"}, "python-package-needs-compiler"),
        (SLIM + "RUN python -m pip install --no-cache-dir 'mysqlclient==2.2.7'\n", {}, "python-package-needs-compiler"),
        (f"{JAVA}CMD java -jar /a.jar -XX:MaxRAMPercentage=75\n", {}, "java-option-after-jar"),
        (f'{JAVA}ENTRYPOINT ["java", "-jar", "/a.jar", "-Dserver.port=80"]\n', {}, "java-option-after-jar"),
        ("FROM alpine:3.22\nRUN groupadd -r app && useradd -r -g app app\n", {}, "run-program-missing"),
        ("FROM debian:13\nRUN adduser --system app\n", {}, "run-program-missing"),
    ],
)  # fmt: skip
def test_what_fails_is_reported(tmp_path: Path, dockerfile: str, files: Mapping[str, str], rule: str) -> None:
    assert found(tmp_path, dockerfile, files) == {rule}


@pytest.mark.parametrize(
    ("dockerfile", "files"),
    [
        (FILE, {"requirements.txt": "psycopg2-binary\npsycopg2==2.7.7\nuwsgi; os_name == 'nt'\n# mysqlclient\n"}),
        (FILE, {"requirements.txt": "--extra-index-url https://a.example/simple\npsycopg2\n"}),
        (FILE.replace("install -r", "install -f /wheels -r"), {"requirements.txt": "psycopg2\n"}),
        (FILE.replace("COPY", "COPY --from=other.example/wheels:1 /w /w\nCOPY"), {"requirements.txt": "psycopg2\n"}),
        (FILE.replace("RUN", "RUN apt-get update && apt-get install -y build-essential libpq-dev\nRUN"),
         {"requirements.txt": "psycopg2\n"}),
        (FILE.replace("-slim", ""), {"requirements.txt": "psycopg2\n"}),
        (f"{JAVA}CMD java -Xmx1g -jar /a.jar -Dname=value --add\n", {}),
        ("FROM alpine:3.22\nRUN apk add shadow\nRUN useradd app\n", {}),
        ("FROM alpine:3.22\nRUN adduser -D app\n", {}),
        ("FROM debian:12\nRUN adduser --system app\n", {}),
        ("FROM debian:13\nRUN apt-get update && apt-get install -y cron\nRUN adduser --system app\n", {}),
        ("FROM ubuntu:25.10\nRUN adduser --system app\n", {}),
    ],
)  # fmt: skip
def test_what_may_be_right_is_silent(tmp_path: Path, dockerfile: str, files: Mapping[str, str]) -> None:
    assert found(tmp_path, dockerfile, files) == set()
