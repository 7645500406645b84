"""What is said of files, lines and services, where it is from, and what stays unknown."""

from __future__ import annotations

import pytest

from dlint.why.find import NothingKnownError
from why.accounts import facts, service, why

COMPOSE = """\
x-env: &env
  LOG: info
services:
  web:
    extends: {file: parts/base.yml, service: base}
    image: acme/web:${TAG:-1}
    environment:
      <<: *env
      DB_PASSWORD: hunter2-hunter2
      URL: http://${HOST}:${PORT:-80}/
      QUEUE_HOST: mq
    ports: ["80:80"]
    depends_on: [job]
  job:
    build:
      context: app
      args:
        - VERSION=${TAG}
        - OTHER=1
    environment: *env
  mq:
    image: postgres:16
    user: "999"
    command: [postgres, -c, a b]
    volumes: ["data:/var/lib/postgresql/data:ro"]
    healthcheck: {test: [CMD-SHELL, pg_isready]}
"""
TEXTS = {
    "compose.yaml": COMPOSE,
    "compose.override.yaml": """\
services:
  web:
    image: acme/web:2
    ports: !override ["81:80"]
    environment:
      LOG: debug
""",
    "parts/base.yml": "services:\n  base:\n    image: x\n    user: '1000'\n    env_file: ../web.env\n",
    ".env": "TAG=3.12\nAPI_TOKEN=s3cret-value-99\n",
    "web.env": "A=b\n",
    "app/Dockerfile": """\
ARG VERSION=1
FROM python:$VERSION AS build
ARG VERSION
ENV V=$VERSION W=$V
RUN echo $V ${NOWHERE}
FROM build
COPY app.py notes.md gone.txt /srv/
COPY --from=build /x /y
EXPOSE 8000
USER app
CMD python app.py
""",
    "app/.dockerignore": "# what nobody needs\n*.md\n",
    "app/app.py": "",
    "app/notes.md": "",
}


def at(path: str, line: int) -> dict[str, str]:
    return facts(why(TEXTS, path, line))


def test_a_build_argument_is_followed_to_the_env_file() -> None:
    for line, declared in ((2, 1), (3, 3)):
        value = at("app/Dockerfile", line)["value"]
        assert value == f"VERSION = 3.12 compose.yaml:18; .env:1; declared in line {declared}"
    said = why(TEXTS, "app/Dockerfile", 4)
    assert "V = 3.12" in said and "line 4; compose.yaml:18; .env:1; declared in line 3" in said


def test_the_words_of_one_env_do_not_see_each_other() -> None:
    said = why(TEXTS, "app/Dockerfile", 4)
    assert "W = unknown" in said


def test_what_no_line_sets_may_come_from_the_base_image() -> None:
    assert "NOWHERE = unknown" not in why(TEXTS, "app/Dockerfile", 5), "a shell's own variable, as far as dlint knows"
    said = facts(why({"Dockerfile": "FROM a:1\nWORKDIR $NOWHERE\n"}, "Dockerfile", 2))
    assert said["value"] == "NOWHERE = unknown no ARG or ENV above sets it; the base image may"


def test_a_dockerfile_says_who_builds_it_and_with_what() -> None:
    said = facts(why(TEXTS, "app/Dockerfile"))
    assert said["built for"] == "job, the last stage compose.yaml:14"
    assert said["context"] == "app, 3 files :16; ignore file, app/.dockerignore:1"
    assert said["argument"] == "VERSION = 3.12 compose.yaml:18; .env:1; declared in line 1"
    assert "OTHER = 1" in why(TEXTS, "app/Dockerfile") and "no ARG declares it" in why(TEXTS, "app/Dockerfile")
    assert said["runs as"] == "app line 10; no user: for the service"
    assert said["starts"] == '/bin/sh -c "python app.py" line 11; shell form: the shell is process 1'
    assert said["listens"] == "8000/tcp line 9"
    assert said["needed by"] == "web :13"


def test_the_stage_of_a_line_and_what_it_is_for() -> None:
    assert at("app/Dockerfile", 5)["stage"].startswith("build, which what is shipped is built on")
    assert at("app/Dockerfile", 7)["stage"].startswith("the last stage, which is shipped")
    texts = {"Dockerfile": "FROM a:1 AS tests\nRUN x\nFROM b:1\n"}
    said = facts(why(texts, "Dockerfile", 2))
    assert said["stage"].startswith("tests, which this build leaves out")
    assert "runs as" not in said and said["built for"].startswith("nobody that is known")


def test_what_a_copy_takes() -> None:
    said = why(TEXTS, "app/Dockerfile", 7)
    assert facts(said)["copies"] == "app.py line 7"
    assert "nothing of notes.md" in said and ":2; an ignore pattern keeps it out" in said
    assert "gone.txt, which is not there" in said
    assert at("app/Dockerfile", 8)["copies from"] == "build line 2"


def test_builds_with_other_arguments_have_their_own_accounts() -> None:
    texts = {
        "compose.yaml": "services:\n"
        "  old: {build: {context: ., args: {V: '3.11'}}}\n  new: {build: {context: ., args: {V: '3.12'}}}\n"
        "  same: {build: {context: ., args: {V: '3.12'}}}\n",
        "Dockerfile": "ARG V\nFROM python:$V\n",
    }
    said = why(texts, "Dockerfile", 2)
    assert said.count("Dockerfile:2   FROM") == 2
    assert "built for   old, the last stage" in said and "built for   new and same, the last stage" in said
    assert "V = 3.11" in said and "V = 3.12" in said


def test_a_target_that_is_not_there() -> None:
    texts = {"compose.yaml": "services:\n  a: {build: {context: ., target: nope}}\n", "Dockerfile": "FROM a:1\n"}
    assert facts(why(texts, "Dockerfile"))["built for"].startswith("a, but there is no stage nope")
    assert "no such stage" in service(texts, "a")


def test_other_builders_are_named_with_what_they_are() -> None:
    texts = {
        "docker-bake.json": '{"target": {\n  "web": {"context": "web", "target": "nope"},\n'
        '  "api": {"context": "web"}\n}}\n',
        "web/Dockerfile": "FROM nginx:1\n",
    }
    said = why(texts, "web/Dockerfile")
    assert "target web, but there is no stage nope" in said and "built for   target api, the last stage" in said
    assert why(texts, "docker-bake.json").count("built from") == 2
    assert facts(why(texts, "docker-bake.json", 3))["context"] == "web, 1 file line 3; no ignore file"


def test_a_target_that_two_bake_files_make_is_found_in_both() -> None:
    texts = {
        "docker-bake.hcl": 'target "app" {\n  context = "."\n}\ntarget "other" {\n  context = "."\n}\n',
        "docker-bake.override.hcl": 'target "app" {\n  args = { V = "1" }\n}\n',
        "Dockerfile": "FROM nginx:1\nARG V\n",
    }
    for place in (("docker-bake.hcl", 1), ("docker-bake.hcl", 2), ("docker-bake.override.hcl", 2)):
        said = why(texts, *place)
        assert "target app" in said and "target other" not in said
    assert "target other" in why(texts, "docker-bake.hcl", 5)


# Compose files


def test_a_key_that_an_override_sets() -> None:
    said = at("compose.yaml", 6)
    assert said["key"] == "services.web.image"
    assert said["value"] == "acme/web:2 compose.override.yaml:3"
    assert said["also in"] == "overridden line 6"
    said = at("compose.override.yaml", 3)
    assert said["key"] == "services.web.image in the file that is laid over the first"
    assert said["also in"] == "overridden compose.yaml:6"


def test_lists_are_merged_or_replaced() -> None:
    assert at("compose.yaml", 12)["also in"] == "overridden line 12"
    assert at("compose.yaml", 7)["also in"] == "merged compose.override.yaml:6"


def test_an_anchor_is_named() -> None:
    assert at("compose.yaml", 20)["value"] == "1 entry line 20; through *env, which stands in line 2"
    assert at("compose.yaml", 8)["value"].startswith("the keys LOG")


def test_variables_with_and_without_a_value() -> None:
    said = why(TEXTS, "compose.yaml", 10)
    assert facts(said)["value"] == "unknown line 10"
    assert "HOST = unknown" in said and "PORT = 80" in said and "the default;" in said
    assert at("compose.yaml", 18)["value"] == "VERSION = 3.12 line 18; .env:1"
    assert at("compose.yaml", 18)["declared"] == "ARG VERSION app/Dockerfile:1"
    assert at("compose.yaml", 19)["declared"].startswith("nowhere")


def test_a_value_of_an_extended_file() -> None:
    assert at("parts/base.yml", 4)["value"].startswith("1000 line 4")
    assert facts(service(TEXTS, "web"))["runs as"] == "1000 parts/base.yml:4"


def test_credentials_are_never_printed() -> None:
    everything = [why(TEXTS, path, line) for path, line in (("compose.yaml", 9), (".env", 2), ("compose.yaml", 4))]
    everything += [service(TEXTS, name) for name in ("web", "job", "mq")]
    assert "********" in everything[0] and "********" in everything[1]
    assert not any("hunter2" in said or "s3cret" in said for said in everything)


# Services


def test_a_service_of_a_known_image() -> None:
    said = facts(service(TEXTS, "mq"))
    assert said["image"].startswith("postgres:16 line 22; Debian 13 as of 20")
    assert said["runs as"] == "999 line 23"
    assert said["starts"].startswith('docker-entrypoint.sh postgres -c "a b" the image\'s ENTRYPOINT; line 24')
    assert said["listens"].startswith("5432/tcp") and said["published"] == "nothing"
    assert said["health"] == "pg_isready line 26"
    assert said["mounts"] == "data at /var/lib/postgresql/data, read only line 25; where the image keeps its data"
    assert said["must have"].endswith("not given")


def test_a_service_of_an_unknown_image_says_so() -> None:
    said = facts(service(TEXTS, "web"))
    assert said["image"] == "acme/web:2 compose.override.yaml:3; nothing is known of it"
    assert [said[name].split()[0] for name in ("starts", "listens", "health")] == ["unknown"] * 3
    assert said["published"] == "81:80 compose.override.yaml:4"


def test_hosts_in_variables_are_needs() -> None:
    said = service(TEXTS, "web")
    assert "job (started)" in said
    assert "mq (asked, not waited for)" in said and "host in QUEUE_HOST, line 11" in said


def test_a_whole_compose_file_is_its_services() -> None:
    said = why(TEXTS, "compose.yaml")
    assert [line.split()[-1] for line in said.splitlines() if " service " in line and line[0] != " "] == [
        "web", "job", "mq"
    ]  # fmt: skip
    assert why(TEXTS, "compose.yaml", 14).startswith("compose.yaml:14   service job")


# Other files


def test_an_ignore_file_says_for_whom_it_counts_and_what_it_keeps_out() -> None:
    said = at("app/.dockerignore", 2)
    assert said["read for"] == "job compose.yaml:14" and said["keeps out"] == "notes.md"
    assert at("app/.dockerignore", 1)["pattern"] == "none in this line"


def test_a_file_of_variables_says_who_reads_it() -> None:
    said = at(".env", 1)
    assert said["read by"].startswith("compose.yaml, for its values") and said["value"] == "TAG = 3.12 line 1"
    assert said["used in"] == "VERSION=${TAG} :18"
    assert at("web.env", 1)["read by"] == "service web, for its container parts/base.yml:5"
    assert at(".env", 2)["used in"].startswith("nothing")


def test_any_other_file_says_into_which_images_it_gets() -> None:
    assert facts(why(TEXTS, "app/app.py"))["copied for"] == "job app/Dockerfile:7"
    assert facts(why(TEXTS, "app/notes.md"))["kept out of"] == "job app/.dockerignore:2; app/Dockerfile:7"
    texts = {"compose.yaml": "services:\n  a:\n    image: x:1\n    volumes: ['./conf:/etc/x']\n", "conf/x.ini": ""}
    assert facts(why(texts, "conf/x.ini"))["mounted in"] == "a at /etc/x compose.yaml:4"


@pytest.mark.parametrize(("path", "line"), [("compose.yaml", 3), ("nobody.txt", None)])
def test_where_nothing_is_known(path: str, line: int | None) -> None:
    texts = {"compose.yaml": "# a\nservices:\n\n  a: {image: x:1}\n", "nobody.txt": ""}
    with pytest.raises(NothingKnownError):
        why(texts, path, line)


def test_a_service_that_is_not_there_gets_a_near_name() -> None:
    with pytest.raises(NothingKnownError, match="did you mean job"):
        service(TEXTS, "jop")


def test_broken_files_are_told_as_far_as_they_go() -> None:
    remote = "{build: {context: https://x/y.git}, depends_on: [c, b], ports: [[1]]}"
    texts = {
        "compose.yaml": f"services:\n  a: 7\n  b: {remote}\n",
        "Dockerfile": "FROM\nCOPY\nENV\nARG =\n",
    }
    for line in range(1, 5):
        assert why(texts, "Dockerfile", line)
    assert "its context is remote" in service(texts, "b") and "there is no such service" in service(texts, "b")
    assert why(texts, "compose.yaml")
