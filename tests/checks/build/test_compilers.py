"""Packages that pip compiles, options for Java that the program gets, and servers that leave the foreground."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

NAMES = {"python-package-needs-compiler", "java-option-after-jar", "run-program-missing"} | {
    "server-in-background",
    "nginx-daemon-set-twice",
    "setting-ends-with-step",
}
SLIM = "FROM python:3.13-slim\nWORKDIR /app\n"
FILE = SLIM + "COPY requirements.txt .\nRUN pip install -r requirements.txt\n"
NGINX = "FROM nginx:1.29\nCOPY nginx.conf /etc/nginx/nginx.conf\n"
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
        ('FROM alpine:3.22\nENTRYPOINT ["nginx", "-q"]\n', {}, "server-in-background"),
        ("FROM debian:12\nCMD service cron start && service nginx start\n", {}, "server-in-background"),
        ("FROM debian:12\nCMD exec /usr/sbin/sshd -e\n", {}, "server-in-background"),
        ('FROM node:24\nCMD ["pm2", "start", "app.js"]\n', {}, "server-in-background"),
        (NGINX + 'CMD ["nginx"]\n', {"nginx.conf": "events {}\n"}, "server-in-background"),
        (NGINX, {"nginx.conf": "daemon off;\nevents {}\n"}, "nginx-daemon-set-twice"),
        ("FROM continuumio/miniconda3\nRUN conda activate web\n", {}, "setting-ends-with-step"),
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
        ('FROM alpine:3.22\nENTRYPOINT ["nginx"]\nCMD ["-g", "daemon off;"]\n', {}),
        ("FROM debian:12\nCMD service cron start && tail -f /dev/null\n", {}),
        ("FROM debian:12\nCMD /usr/sbin/sshd -De\n", {}),
        ('FROM debian:12\nENTRYPOINT ["/start"]\nCMD ["nginx"]\n', {}),
        ('FROM node:24\nCMD ["pm2", "start", "app.js", "--no-daemon"]\n', {}),
        (NGINX + 'CMD ["nginx"]\n', {"nginx.conf": "daemon off;\n"}),
        (NGINX, {"nginx.conf": "# daemon off;\n"}),
        ("FROM continuumio/miniconda3\nRUN conda activate web && pip list\n", {}),
    ],
)  # fmt: skip
def test_what_may_be_right_is_silent(tmp_path: Path, dockerfile: str, files: Mapping[str, str]) -> None:
    assert found(tmp_path, dockerfile, files) == set()
