"""No report repeats a credential, in whatever format, and none hides anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlint.fixing import diff as diff_of
from dlint.library import report_files
from dlint.report import formats, render
from dlint.rule.finding import Report
from dlint.rule.hidden import MASK
from dlint.session import Session
from nursery import run

PW = "k7Rw2pQz9"
TOKEN = "ghp_" + "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW1xY2"
KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqh9w0B\n-----END PRIVATE KEY-----"

DOCKERFILES = {
    "a variable": f"ENV DB_PASSWORD={PW} A =b\nMAINTAINER x\n",
    "an argument above all": "",
    "an option": f"RUN curl -u bot:{PW}   https://h/f\n",
    "an option of a continued command": f"RUN cd /x &&   curl -sS \\\n   --user bot:{PW} https://h/f\n",
    "a header": f'RUN curl -H "X-Key: {PW}{PW}" https://h/f\n',
    "a URL to clone": f"RUN git clone https://oauth2:{PW}@git.corp.test/app.git\n",
    "a URL to add": f"ADD https://oauth2:{PW}@git.corp.test/app.git /app\n",
    "a token": f"RUN echo {TOKEN} > /token\n",
    "a token in a comment": f"# {TOKEN}\nRUN sudo apt-get update\n",
    "an assignment": f"RUN MYSQL_PWD={PW} mysql   -e 'select 1'\n",
    "an export": f"RUN export API_PASSWORD={PW} && sudo make\n",
    "a variable with an innocent name": f"ARG X={PW}\nRUN mysql -p$X -e q\n",
    "a password of a user": f"RUN echo 'root:{PW}' | chpasswd\n",
    "a password of a new user": f"RUN useradd -p {PW} -u 1234567 ada\n",
    "a here-document": f"RUN cat > ~/.pypirc <<EOF\n[pypi]\npassword = {PW}\nEOF\n",
    "a file written in place": f"COPY <<EOF /root/.netrc\nmachine h login bot password {PW}\nEOF\n",
    "a private key": f"COPY <<EOF /key.pem\n{KEY}\nEOF\nRUN cd /x\n",
    "a label": f'LABEL secret={PW} Maintainer="x"\n',
    "a command": f"CMD redis-server --requirepass {PW}\n",
    "an exec form": f'ENTRYPOINT ["redis-server",   "--requirepass", "{PW}"]\nCMD x\nCMD y\n',
    "a health check": f"HEALTHCHECK CMD mysqladmin ping -p{PW}\n",
    "a trigger": f"ONBUILD RUN curl -u bot:{PW} https://h/f\n",
}
DOCKERFILES = {
    **{name: f"FROM debian\n{text}" for name, text in DOCKERFILES.items()},
    "an argument above all": f"ARG DB_PASSWORD={PW}\nFROM debian\nMAINTAINER x\n",
}
SERVICE = "version: '3'\nservices:\n  app:\n    image: x\n"
SERVICES = {
    "a variable": f"    environment: {{DB_PASSWORD: {PW}}}\n",
    "a variable in a list": f"    environment:\n    - DB_PASSWORD={PW}\n    - DB_PASSWORD={PW}\n",
    "a default": f"    environment:\n      DB_PASSWORD: ${{DB_PASSWORD:-{PW}}}\n",
    "a URL": f"    environment: ['URL=amqp://${{USER}}:{PW}@mq']\n",
    "a slip in a key": f"    environmnt: {{PASSWORD: {PW}}}\n",
    "a command": f"    command: redis-server --requirepass {PW} ; x\n",
    "a command in words": f'    command: ["redis-server", "--requirepass", "{PW}"]\n',
    "an entry point": f"    entrypoint: curl -u bot:{PW} https://h\n",
    "a health test": f'    healthcheck: {{test: "mysqladmin ping -p{PW}"}}\n',
    "a build argument": f"    build: {{context: ., args: {{NPM_TOKEN: {PW}}}}}\n",
    "a label": f"    labels: {{secret: {PW}}}\n",
    "a token in a port": f"    ports: [{TOKEN}]\n",
    "a secret written in place": f"secrets: {{s: {{content: {PW}{PW}}}}}\n",
    "a Dockerfile written in place": (
        f"    build:\n      dockerfile_inline: |\n        FROM debian\n        RUN sudo curl -u bot:{PW} https://h\n"
    ),
    "an environment file": "    env_file: svc/.env\n",
}


def report(files: dict[str, str], **config: object) -> Report:
    return report_files(files, config={"preset": "all", "shellcheck": False, **config})


def assert_hidden(found: Report) -> None:
    for name in formats():
        for colour in (False, True):
            text = render(
                name, found, color=colour, width=200, quiet=False, show_suppressed=True, category="x", prefix=""
            )
            assert PW not in text, name
            assert TOKEN not in text and "MIIEvQIB" not in text, name


@pytest.mark.parametrize("text", DOCKERFILES.values(), ids=DOCKERFILES)
def test_no_report_on_a_dockerfile_repeats_it(text: str) -> None:
    found = report({"Dockerfile": text})
    assert found.visible and not found.failures
    assert_hidden(found)
    # Whichever rules run.
    assert_hidden(report({"Dockerfile": text}, ignore=[rule.name for rule, _ in found.rules if rule.about_secrets]))


@pytest.mark.parametrize("text", SERVICES.values(), ids=SERVICES)
def test_no_report_on_a_compose_file_repeats_it(text: str) -> None:
    files = {"compose.yml": SERVICE + text, "svc/.env": f"DB_PASSWORD={PW}\nB ={PW}\n"}
    found = report(files)
    assert found.visible and not found.failures
    assert_hidden(found)
    assert_hidden(report(files, ignore=[rule.name for rule, _ in found.rules if rule.about_secrets]))


@pytest.mark.parametrize("text", [*DOCKERFILES.values(), *(SERVICE + text for text in SERVICES.values())])
def test_no_diff_repeats_it(text: str, tmp_path: Path) -> None:
    (tmp_path / ("compose.yml" if text.startswith("version") else "Dockerfile")).write_text(text)
    session = Session([str(tmp_path)], root=str(tmp_path), overrides={"preset": "all", "shellcheck": False})
    diff, dropped = diff_of(session, unsafe=True)
    assert diff
    for shown in (diff, repr(dropped)):
        assert PW not in shown and TOKEN not in shown and "MIIEvQIB" not in shown


def test_the_advice_to_add_a_repository_does_not_repeat_its_token() -> None:
    found = report({"Dockerfile": DOCKERFILES["a URL to clone"]}, select=["git-clone-in-run"])
    (finding,) = found.visible
    assert MASK in finding.message and "git.corp.test" in finding.message


def test_what_is_no_secret_is_shown() -> None:
    text = (
        "services:\n  app:\n    image: x:1\n    env_file: svc/.env\n    command: redis-server --requirepass "
        f"{PW} --port 6380\n    environment:\n      TOKEN_FILE: /run/secrets/token\n"
    )
    shown = render("text", report({"compose.yml": text, "svc/.env": f"DB_PASSWORD={PW}\n"}), color=False, width=200)
    assert "env_file: svc/.env" in shown
    assert f"command: redis-server --requirepass {MASK} --port 6380" in shown
    assert MASK not in shown.replace(f"--requirepass {MASK}", "")


def test_a_guessable_value_is_not_taken_out_of_sentences() -> None:
    text = "services:\n  postgres:\n    image: postgres\n    environment: {POSTGRES_PASSWORD: postgres}\n"
    messages = [finding.message for finding in report({"compose.yml": text}).visible]
    assert any("service postgres" in message for message in messages)
    assert not any(MASK in message for message in messages)


def test_a_word_that_everybody_guesses_stays_in_sentences_when_it_is_a_password_of_a_url() -> None:
    text = "services:\n  web:\n    image: shop\n    environment: {DATABASE_URL: 'postgres://user:pass@db:5432/shop'}\n"
    messages = [finding.message for finding in report({"compose.yml": text}).visible]
    assert any("pass the password as a secret" in message for message in messages)
    assert not any(MASK in message for message in messages)


def test_the_diff_of_a_masked_line_says_that_it_cannot_be_applied(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM debian:12\nENV DB_PASSWORD {PW}\n")
    done = run(tmp_path, "--diff", "--unsafe-fixes", "--preset", "all", ".")
    assert f"-ENV DB_PASSWORD {MASK}" in done.stdout and PW not in done.stdout + done.stderr
    assert "cannot be applied" in done.stderr
