"""What is known of an image: of one built in the project, and of others."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dlint.model.image import Image
from dlint.project.files import ProjectFiles
from dlint.project.kinds import kind_or_guess
from dlint.workspace.workspace import Workspace


def image(files: Mapping[str, str], name: str = "app") -> Image | None:
    """The image of a service of a project in memory."""
    project = ProjectFiles.from_files(files)
    kinds = {path: kind for path in files if (kind := kind_or_guess(project, path))}
    model = Workspace(project, kinds).model_of("compose.yaml")
    assert model is not None
    service = model.service(name)
    assert service is not None
    return model.image_of(service)


def built(dockerfile: str, build: str = "build: .") -> Image:
    found = image({"compose.yaml": f"services:\n  app:\n    {build}\n", "Dockerfile": dockerfile})
    assert found is not None
    return found


def test_values_of_the_dockerfile_win_over_those_of_the_base() -> None:
    found = built("FROM nginx:1.27\nUSER 1000\nSTOPSIGNAL SIGINT\nWORKDIR /srv\nHEALTHCHECK CMD true\n")
    assert found.user is not None and found.user.value == "1000" and found.user.own
    assert found.stop_signal is not None and found.stop_signal.value == "SIGINT"
    assert found.workdir is not None and found.workdir.value == "/srv"
    assert found.healthcheck is not None and found.healthcheck.value


def test_what_it_does_not_say_is_that_of_the_base() -> None:
    found = built("FROM nginx:1.27\nCOPY index.html /usr/share/nginx/html/\n")
    assert found.user is not None and found.user.value == "root" and not found.user.own
    assert found.stop_signal is not None and found.stop_signal.value == "SIGQUIT"
    assert found.ports is not None and [port.value[:3] for port in found.ports] == [(80, 80, "tcp")]
    assert found.cmd is not None and found.cmd.value.words[0] == "nginx"
    assert found.cmd.where is not None and found.cmd.where.raw == "nginx:1.27"


def test_an_unknown_base_leaves_everything_unknown() -> None:
    found = built("FROM registry.example.org/base:3\n")
    values = (found.user, found.ports, found.volumes, found.workdir, found.cmd, found.stop_signal, found.healthcheck)
    assert values == (None,) * len(values)
    assert found.program("sh") is None and found.user_exists("app") is None and found.sets("PATH") is None


def test_scratch_is_known_to_have_nothing() -> None:
    found = built("FROM scratch\nCOPY app /app\n")
    assert found.program("sh") is False and found.user_exists("app") is False and found.user_exists("root") is True
    assert found.cmd is not None and not found.cmd.value.words
    assert found.healthcheck is not None and not found.healthcheck.value


def test_an_entrypoint_drops_the_command_of_the_base() -> None:
    found = built('FROM nginx:1.27\nENTRYPOINT ["/start.sh"]\n')
    assert found.cmd is not None and found.cmd.value.words == ()
    same = built('FROM nginx:1.27\nCMD ["nginx", "-t"]\nENTRYPOINT ["/start.sh"]\n')
    assert same.cmd is not None and same.cmd.value.words == ("nginx", "-t")


def test_relative_workdirs_start_from_that_of_the_base() -> None:
    found = built("FROM redis:7.4\nWORKDIR a\nWORKDIR b\n")
    assert found.workdir is not None and found.workdir.value == "/data/a/b"


def test_shell_form_is_one_word_behind_the_shell() -> None:
    found = built("FROM debian:12\nENTRYPOINT serve $PORT\n")
    assert found.entrypoint is not None and found.entrypoint.value.shell
    assert found.entrypoint.value.words == ("/bin/sh", "-c", "serve $PORT")


def test_arguments_and_target_of_the_build_count() -> None:
    text = "ARG TAG=3.13\nFROM python:${TAG} AS dev\nUSER 1\nFROM dev\nUSER 2\n"
    assert built(text).program("curl") is True
    found = built(text, "build: {context: ., target: dev, args: {TAG: 3.13-slim}}")
    assert found.program("curl") is False
    assert found.user is not None and found.user.value == "1"


def test_the_image_of_another_service_is_the_base() -> None:
    found = image(
        {
            "compose.yaml": "services:\n  base:\n    build: ./base\n    image: acme/base:1\n  app:\n    build: ./app\n",
            "base/Dockerfile": "FROM debian:12\nEXPOSE 7000\nUSER 5\n",
            "app/Dockerfile": "FROM acme/base:1\nEXPOSE 8000/udp\n",
        }
    )
    assert found is not None and found.user is not None and found.user.value == "5"
    assert {port.value for port in found.ports or ()} == {(7000, 7000, "tcp"), (8000, 8000, "udp")}


def test_a_service_that_runs_an_image_built_here_has_that_image() -> None:
    files = {
        "compose.yaml": "services:\n  app:\n    image: acme/web:1\n  web:\n    build: .\n    image: acme/web:1\n",
        "Dockerfile": "FROM debian:12\nUSER 7\n",
    }
    found = image(files)
    assert found is not None and found.user is not None and found.user.value == "7"


@pytest.mark.parametrize("reference", ["${IMAGE}", "registry.example.org/nginx:1", "no-such-image:1"])
def test_nothing_is_known_of_other_images(reference: str) -> None:
    assert image({"compose.yaml": f"services:\n  app:\n    image: {reference}\n"}) is None


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("RUN adduser -D other", False),
        ("RUN adduser -D app", None),
        ("ARG NAME=app\nRUN adduser -D $NAME", None),
        ("RUN ./users.sh", None),
        ("COPY passwd /etc/passwd", None),
        ("COPY rootfs /", None),
        ("COPY app.conf /etc/app.conf", False),
    ],
)
def test_who_may_create_a_user(line: str, known: bool | None) -> None:
    assert built(f"FROM alpine:3.22\n{line}\n").user_exists("app") is known


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("RUN apk add --no-cache jq", False),
        ("RUN apk add --no-cache curl", None),
        ("RUN apk add $PACKAGES", None),
        ("COPY --from=example/tools:1 /bin/curl /usr/bin/curl", None),
        ("COPY bin /usr/local/bin", None),
        ("RUN make tools", None),
        ("COPY app.sh /app.sh", False),
    ],
)
def test_what_may_bring_a_program(line: str, known: bool | None) -> None:
    assert built(f"FROM alpine:3.22\n{line}\n").program("curl") is known


def test_a_start_of_its_own_makes_what_scripts_know_unknown() -> None:
    assert built("FROM postgres:17\n").requires_env
    assert built('FROM postgres:17\nCMD ["serve"]\n').requires_env is None
    assert built('FROM debian:12\nENTRYPOINT ["gosu", "app", "serve"]\n').root_needs == ("SETGID", "SETUID")


def test_names_of_images_say_that_they_do_not_start_as_root() -> None:
    assert built("FROM example/web:1-rootless\n").as_root is False
    assert built("FROM example/web:1\n").as_root is None
    assert built("FROM nginx:1.27\n").as_root is True


def test_circles_of_builds_end() -> None:
    files = {
        "compose.yaml": "services:\n  app:\n    build: ./a\n    image: a:1\n  b:\n    build: ./b\n    image: b:1\n",
        "a/Dockerfile": "FROM b:1\n",
        "b/Dockerfile": "FROM a:1\n",
    }
    found = image(files)
    assert found is None or found.user is None


def test_the_command_of_the_base_written_once_more_changes_no_start() -> None:
    base = Image.named("nginx:1.27", None)
    again = built('FROM nginx:1.27\nCMD ["nginx", "-g", "daemon off;"]\n')
    assert again.root_needs and again.root_needs == base.root_needs
    assert again.run_writes and again.run_writes == base.run_writes
    other = built('FROM nginx:1.27\nCMD ["nginx-debug", "-g", "daemon off;"]\n')
    assert other.root_needs is None
    assert other.run_writes is None
