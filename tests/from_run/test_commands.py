"""Which commands of a text are translated, and how their options are read."""

from __future__ import annotations

import pytest

from dlint.from_run.arguments import parse
from dlint.from_run.commands import find
from dlint.from_run.fault import FromRunError
from dlint.source import Source


def verbs(text: str) -> list[tuple[str, str, str]]:
    found = find(Source("line", text)).found
    return [(command.engine, command.verb, text[command.head[0] : command.head[1]]) for command in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run x", ("docker", "run", "docker run")),
        ("$ docker run x", ("docker", "run", "docker run")),
        ("sudo -E -u root docker run x", ("docker", "run", "docker run")),
        ("A=1 env B=2 docker run x", ("docker", "run", "docker run")),
        ("docker container run x", ("docker", "run", "docker container run")),
        ("docker container create x", ("docker", "run", "docker container create")),
        ("docker create x", ("docker", "run", "docker create")),
        ("docker -H tcp://h:1 --tls run x", ("docker", "run", "docker -H tcp://h:1 --tls run")),
        ("/usr/bin/podman run x", ("podman", "run", "/usr/bin/podman run")),
        ("nerdctl -n k8s.io run x", ("nerdctl", "run", "nerdctl -n k8s.io run")),
        ("docker service create x", ("docker", "service", "docker service create")),
        ("docker network create x", ("docker", "network", "docker network create")),
        ("docker volume create x", ("docker", "volume", "docker volume create")),
        ("ID=$(docker run x)", ("docker", "run", "docker run")),
        ("if true; then docker run x; fi", ("docker", "run", "docker run")),
    ],
)
def test_the_command_is_found(text: str, expected: tuple[str, str, str]) -> None:
    assert verbs(text) == [expected]


def test_other_commands_are_named_and_left_out() -> None:
    commands = find(Source("line", "docker pull x\ncurl $TOKEN > y\ndocker run x\n'a b c' d"))
    assert len(commands.found) == 1
    assert [note.message for note in commands.notes] == [
        "docker pull is left out: it starts no container",
        "curl is left out: it starts no container",
        "a command is left out: it starts no container",
    ]
    assert commands.variables == []


def options(text: str) -> list[tuple[str, str]]:
    (command,) = find(Source("line", text)).found
    return [(argument.name, argument.value) for argument in parse(command).options]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-itd", [("--interactive", "true"), ("--tty", "true"), ("--detach", "true")]),
        ("-p80:80 -p=81:81", [("--publish", "80:80"), ("--publish", "81:81")]),
        ("-itp 80:80", [("--interactive", "true"), ("--tty", "true"), ("--publish", "80:80")]),
        ("-t=false --init=true", [("--tty", "false"), ("--init", "true")]),
        ("--name web --name=web2", [("--name", "web"), ("--name", "web2")]),
        ("--net a --net-alias b", [("--network", "a"), ("--network-alias", "b")]),
        ("\N{EN DASH}name web \N{EM DASH}d", [("--name", "web"), ("--detach", "true")]),
    ],
)
def test_options_are_read_as_the_client_reads_them(text: str, expected: list[tuple[str, str]]) -> None:
    assert options(f"docker run {text} x --name not-mine") == expected


def test_operands_of_create_may_stand_before_options() -> None:
    assert options("docker network create net -d bridge --internal") == [("--driver", "bridge"), ("--internal", "true")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("docker run --nmae web x", "unknown option --nmae; did you mean --name?"),
        ("docker run --utterly-unknown x", "unknown option --utterly-unknown"),
        ("docker run -ijt x", "unknown option -j"),
        ("docker run --name", "--name needs a value"),
        ("docker run -p", "-p needs a value"),
        ("docker run --init=maybe x", "--init is true or false, nothing else"),
        ("docker run '--a b' x", "no option begins like this word"),
    ],
)
def test_what_the_client_refuses_is_refused(text: str, message: str) -> None:
    with pytest.raises(FromRunError) as error:
        options(text)
    assert error.value.message == message
