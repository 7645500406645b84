"""What a start script starts: services that stay, and what is none of them."""

from __future__ import annotations

import pytest

from dlint.model.facts.processes import (
    BUILT_IN,
    NEEDS_SHELL,
    SHELLS,
    holds_programs,
    is_init,
    is_shell_call,
    may_need,
    needed_in_text,
    runs_unseen,
    script_of_texts,
    service_name,
    services_in,
)
from dlint.source import Source, Span, Text
from dlint.syntax.shell import wrappers
from dlint.syntax.shell.script import ShellCommand


def command(text: str) -> ShellCommand:
    script = script_of_texts(["sh", "-c", text])
    assert script is not None
    return script.commands[0]


def started(text: str) -> list[str]:
    script = script_of_texts(["bash", "-c", text])
    assert script is not None
    return [service_name(command) for command in services_in(script)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("service nginx start && service php-fpm start && tail -f /dev/null", ["nginx", "php-fpm"]),
        ("/etc/init.d/cron start; exec app", ["cron", "app"]),
        ("systemctl start ssh; app", ["ssh", "app"]),
        ("a & b & wait", ["a", "b"]),
        ("nohup a >log 2>&1 & exec gosu svc b", ["a", "b"]),
        ("su svc -c 'a --port 1' & b", ["a", "b"]),
        ("sshd && app", ["sshd", "app"]),
        ("sshd -D", ["sshd"]),
        ("cron && exec supervisord -n", ["cron", "supervisord"]),
        ("php-fpm -D && nginx -g 'daemon off;'", ["php-fpm", "nginx"]),
        ("php-fpm8.2 --daemonize; nginx", ["php-fpm8.2", "nginx"]),
        ('service cron start; exec "$@"', ["cron", "the command"]),
        ("redis-server --daemonize yes && app", ["redis-server", "app"]),
        # What is no service, or stays alone.
        ("nginx -t && exec app", ["app"]),
        ("Xvfb :1 & app", ["app"]),
        ("while :; do renew; sleep 9; done & app", ["app"]),
        ("tail -f /log & app", ["app"]),
        ("mkdir -p /run/a && exec app", ["app"]),
        ("nginx --version", []),
        ("mysqld & mysql -e x && mysqladmin shutdown; exec mysqld", []),
        ("service mysql start && seed && service mysql stop && exec mysqld", []),
        ("bash", []),
    ],
)
def test_services_of_a_script(text: str, names: list[str]) -> None:
    assert started(text) == names


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["tini", "--", "sh", "-c", "a & b"], True),
        (["/bin/bash", "-ec", "a"], True),
        (["sh", "run.sh"], False),
        (["sh", "-c"], False),
        (["a", "b"], False),
    ],
)
def test_the_script_in_words(words: list[str], found: bool) -> None:
    assert (script_of_texts(words) is not None) is found


@pytest.mark.parametrize(
    ("words", "init"),
    [(["/sbin/tini", "--"], True), (["/init"], True), (["dumb-init"], True), (["/init.sh"], False), ([], False)],
)
def test_init_programs(words: list[str], init: bool) -> None:
    assert is_init(words) is init


def test_shells_are_those_whose_scripts_are_read() -> None:
    assert SHELLS == wrappers.SHELLS


def test_a_word_for_the_shell_alone_is_built_in() -> None:
    assert NEEDS_SHELL < BUILT_IN
    assert "echo" in BUILT_IN and "echo" not in NEEDS_SHELL


@pytest.mark.parametrize("folder", ["/usr/bin", "/usr/local/sbin/", "/usr", "/", ""])
def test_folders_of_programs_and_those_above_hold_programs(folder: str) -> None:
    assert holds_programs(folder)


@pytest.mark.parametrize("folder", ["/usr/lib", "/opt", "/app/bin", "/usr/bin/x"])
def test_other_folders_do_not(folder: str) -> None:
    assert not holds_programs(folder)


@pytest.mark.parametrize("text", ["sh setup", "./setup", "setup.sh", "$SETUP", "make all", ". /env"])
def test_what_is_run_unseen(text: str) -> None:
    assert runs_unseen(command(text))


@pytest.mark.parametrize("text", ["apk add curl", "echo /x.sh", "cp a.sh /b"])
def test_what_is_run_as_it_is_read(text: str) -> None:
    assert not runs_unseen(command(text))


@pytest.mark.parametrize(
    ("script", "needed"),
    [
        ("curl -f http://localhost/", "curl"),
        ("curl -f http://localhost/ || exit 1", "curl"),
        ("curl -f http://localhost/ || wget -q http://localhost/", ""),
        ("pg_isready -U app && curl -f http://localhost/", "pg_isready curl"),
        ("echo x | nc -z localhost 80 || exit 1", "nc"),
        ("A=1 timeout 5 /usr/bin/curl -f localhost", "curl"),
        ('[ "$(curl -s localhost)" = ok ]', "curl"),
        ('[ -z "$(curl -s localhost)" ]', ""),
        ('test "$(curl -s localhost)" != bad', ""),
        ("! curl -f localhost", ""),
        ("curl -f localhost; exit 0", ""),
        ("curl -f localhost; nc -z localhost 80", "nc"),
        ("curl -f localhost; exit $?", "curl"),
        ("curl -f localhost || { echo bad; exit 1; }", "curl"),
        ("curl -f localhost || true", ""),
        ("curl -f localhost || exit 0", ""),
        ("if curl -f localhost; then exit 0; fi", ""),
        ("echo 'a | mongo' | mongosh --quiet", "mongosh"),
    ],
)
def test_the_programs_that_a_script_needs(script: str, needed: str) -> None:
    text = Text.plain(Source("", script), Span(0, len(script)))
    assert " ".join(command.name for command in needed_in_text(text, "sh")) == needed
    assert set(needed.split()) <= set(may_need(script)), "the cheap look finds them all"


def test_a_shell_that_is_given_a_script() -> None:
    assert is_shell_call(["/bin/sh", "-c", "a; b"]) and is_shell_call(("bash", "-ec", "x"))
    assert not is_shell_call(["sh", "run.sh"]) and not is_shell_call(["python", "-c", "x"])
