"""What dlint knows of images: the shipped facts, and how a reference finds its own."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.model.facts import image_store, images
from dlint.model.facts.image_store import extends, lines_of, split_tag, store, unpacked
from dlint.model.facts.images import ImageFacts, image_facts
from dlint.syntax.image import parse

FILE = Path(images.__file__).with_name("images.json")


def known(reference: str, platform: str | None = None) -> ImageFacts:
    found = image_facts(reference, platform)
    assert found is not None, reference
    return found


@pytest.mark.parametrize(
    "name",
    ["postgres:16", "docker.io/library/postgres:16", "library/postgres:16", "public.ecr.aws/docker/library/postgres:16",
     "mirror.gcr.io/library/postgres:16", "arm64v8/postgres:16", "index.docker.io/library/postgres:16"],
)  # fmt: skip
def test_one_image_under_many_names(name: str) -> None:
    facts = known(name)
    assert (facts.origin.image, facts.origin.tag, facts.ports) == ("postgres", "16", ("5432/tcp",))


@pytest.mark.parametrize(
    "name",
    ["", "acme/postgres:16", "ghcr.io/acme/app", "registry.local:5000/postgres:16", "postgres:$TAG", "Post", "a b"],
)
def test_what_nothing_is_known_of(name: str) -> None:
    assert image_facts(name) is None


def test_the_tag_then_its_line_then_the_image() -> None:
    assert known("postgres:16.4-bookworm").origin.how == "tag"
    line = known("postgres:16.99-bookworm")
    assert (line.origin.how, line.origin.tag, line.os_release, line.program("psql")) == (
        "line",
        "16-bookworm",
        "12",
        True,
    )
    image = known("postgres:16-acme")
    assert (image.origin.how, image.ports) == ("image", ("5432/tcp",))
    # These differ from tag to tag: nobody can know them for a tag that is not listed.
    assert (image.volumes, image.os_family, image.env, image.users) == (None, None, None, None)
    assert (image.program("psql"), image.user_exists("postgres"), image.group_exists("postgres")) == (None, None, None)
    assert image.user_numbers("postgres") == (None, None)


def test_images_with_some_known_tags_say_nothing_of_the_others() -> None:
    assert known("mcr.microsoft.com/dotnet/aspnet:8.0").user == "root"
    assert known("mcr.microsoft.com/dotnet/aspnet:8.0").user_numbers("app") == (1654, 1654)
    for tag in ("8.0-jammy-chiseled", "latest"):
        assert image_facts(f"mcr.microsoft.com/dotnet/aspnet:{tag}") is None
    assert known("gitea/gitea:1.21.4").ports == ("22/tcp", "3000/tcp")
    assert image_facts("gitea/gitea:1.21.4-rootless") is None


def test_a_tag_that_moves_says_its_date() -> None:
    for tag in ("latest", "alpine", "18", "18-alpine"):
        origin = known(f"postgres:{tag}").origin
        assert origin.moves and origin.date >= "2026-08", tag
    assert not known("postgres:16.4-bookworm").origin.moves
    assert str(known("postgres:alpine").origin).startswith("postgres:alpine as of 2026-")


def test_a_digest_is_what_any_build_of_the_tag_may_be() -> None:
    digest = "@sha256:" + "a" * 64
    assert known(f"postgres{digest}").origin.how == "image"
    pinned = known(f"postgres:16{digest}")
    assert (pinned.origin.how, pinned.volumes) == ("line", ("/var/lib/postgresql/data",))
    assert known(f"postgres:latest{digest}").volumes is None


def test_postgres_keeps_its_data_elsewhere_since_18() -> None:
    old, new = known("postgres:17"), known("postgres:18-alpine")
    assert old.data is not None and (old.data.path, old.data.variable) == ("/var/lib/postgresql/data", "PGDATA")
    assert new.data is not None and new.data.path == "/var/lib/postgresql/18/docker"
    assert (old.volumes, new.volumes) == (("/var/lib/postgresql/data",), ("/var/lib/postgresql",))
    moving = known("postgres").data
    assert moving is not None and moving.path.startswith("/var/lib/postgresql/1")


@pytest.mark.parametrize(
    ("image", "names"),
    [
        ("postgres:16", {"POSTGRES_PASSWORD", "POSTGRES_PASSWORD_FILE", "POSTGRES_HOST_AUTH_METHOD=trust"}),
        ("mysql:8.0", {"MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"}),
        ("mariadb:11", {"MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD", "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD"}),
        ("mcr.microsoft.com/mssql/server:2022-latest", {"ACCEPT_EULA"}),
    ],
)
def test_what_must_be_set(image: str, names: set[str]) -> None:
    groups = known(image).requires_env
    assert groups is not None and names <= set(groups[0])
    assert known("redis:7").requires_env is None


@pytest.mark.parametrize(
    ("image", "has", "lacks"),
    [
        ("debian:12-slim", "bash perl apt-get", "curl wget ps python3 ping"),
        ("debian:bookworm-20240311-slim", "bash", "curl"),
        ("alpine:3.20.3", "wget nc ash apk", "curl bash python3 git"),
        ("alpine", "wget", "curl"),
        ("ubuntu:22.04", "bash", "curl wget git"),
        ("busybox:1.36", "wget sh", "curl bash"),
        ("node:20-slim", "node npm bash", "curl wget git"),
        ("node:20-alpine", "node wget", "curl bash"),
        ("python:3.12-slim", "python3 python bash", "curl wget git"),
        ("python:3.12", "curl wget git gcc", "tini"),
        ("postgres:16", "psql pg_isready gosu", "curl wget mysql"),
        ("redis:7-alpine", "redis-cli wget", "curl bash"),
        ("mysql:8.0", "mysqladmin mysql", "psql"),
        ("mariadb:11", "mariadb-admin healthcheck.sh", "mysqladmin curl"),
        ("mariadb:10.6", "mysqladmin", ""),
        ("mongo:7", "mongosh", "mongo"),
        ("nginx:1.27-alpine", "curl nginx wget", "bash"),
        ("rabbitmq:3-management", "rabbitmq-diagnostics", "curl"),
        ("gcr.io/distroless/static-debian12", "", "sh bash curl wget"),
        ("gcr.io/distroless/java21-debian12", "java", "sh bash curl wget"),
        ("gcr.io/distroless/nodejs22-debian12:nonroot", "node", "sh bash curl wget"),
        ("gcr.io/distroless/nodejs22-debian12:debug", "node sh wget", ""),
        ("scratch-like/none", "", ""),
    ],
)
def test_programs(image: str, has: str, lacks: str) -> None:
    facts = image_facts(image)
    if not has and not lacks:
        assert facts is None
        return
    assert facts is not None
    assert [name for name in has.split() if facts.program(name) is not True] == []
    assert [name for name in lacks.split() if facts.program(name) is not False] == []
    assert facts.program("no-such-program-at-all") is None


@pytest.mark.parametrize(
    ("image", "sh"),
    [("debian:12", "dash"), ("ubuntu:24.04", "dash"), ("alpine:3.20", "busybox"), ("oraclelinux:9-slim", "bash"),
     ("gcr.io/distroless/base-debian12", "none"), ("postgres:16", "dash"), ("amazonlinux:2023", "bash")],
)  # fmt: skip
def test_what_sh_is(image: str, sh: str) -> None:
    assert known(image).sh == sh


@pytest.mark.parametrize(
    ("image", "user", "root"),
    [("postgres:16", "root", True), ("haproxy:3.0", "haproxy", False), ("memcached:1.6", "memcache", False),
     ("docker.elastic.co/elasticsearch/elasticsearch:8.18.8", "1000:0", False),
     ("prom/prometheus:v2.53.0", "nobody", False),
     ("grafana/grafana", "472", False), ("gcr.io/distroless/static-debian12:nonroot", "65532", False)],
)  # fmt: skip
def test_who_it_starts_as(image: str, user: str, root: bool) -> None:
    facts = known(image)
    assert (facts.user, facts.starts_as_root) == (user, root)


def test_users_are_there_not_there_or_unknown() -> None:
    facts = known("node:20-slim")
    assert (facts.user_exists("node"), facts.user_numbers("node")) == (True, (1000, 1000))
    assert (facts.user_exists("www-data"), facts.user_numbers("www-data")) == (True, (33, 33))
    assert facts.user_exists("appuser") is False
    assert facts.user_exists("nginx") is None
    assert known("ubuntu:24.04").user_exists("ubuntu") is True
    assert known("ubuntu:22.04").user_exists("ubuntu") is False


def test_stop_signals_writes_and_capabilities() -> None:
    assert known("nginx:1.27").stop_signal == "SIGQUIT"
    assert known("php:8.2-apache").stop_signal == "SIGWINCH"
    assert known("redis:7").stop_signal == "SIGTERM"
    assert known("nginx:1.27-alpine").run_writes == ("/var/cache/nginx", "/var/run")
    assert known("postgres:16").root_needs == ("CHOWN", "SETGID", "SETUID")
    assert "POSTGRES_DB" in (known("postgres:16").knows_env or ())


def test_windows() -> None:
    facts = known("golang:1.22", "windows/amd64")
    assert (facts.os_family, facts.sh, facts.user, facts.program("curl")) == ("windows", None, None, None)
    assert known("golang:1.22", "linux/arm64").os_family == "debian"
    assert image_facts("postgres:16", "windows/amd64") is None


def test_versions_lines_and_variants() -> None:
    assert split_tag("16.4-bookworm") == ("16.4", "-bookworm")
    assert split_tag("17.0.9_9-jdk-alpine") == ("17.0.9_9", "-jdk-alpine")
    assert split_tag("8u392-b08-jdk") == ("8u392-b08", "-jdk")
    assert split_tag("3.13.0-rc.2-management") == ("3.13.0-rc.2", "-management")
    assert split_tag("latest") == ("", "latest")
    assert list(lines_of("16.4.1")) == ["16.4", "16"]
    assert extends("16.4", "16") and not extends("160", "16") and not extends("16", "16")


def test_every_image_and_every_row_can_be_asked() -> None:
    file = store()
    for name in file.images:
        for line in (file.images.get(name) or {})["lines"][:40]:
            variant = line.partition("\t")[0].split("|")[0]
            version = next(unpacked(line.partition("=")[2].partition(";")[0]))
            facts = image_facts(parse(f"{name}:{version}{variant}") or "") or image_facts(name)
            assert facts is not None, (name, line)
            for asked in (
                facts.user,
                facts.env,
                facts.users,
                facts.programs,
                facts.data,
                facts.sh,
                facts.os_family,
                str(facts.origin),
            ):
                assert asked is None or asked is not facts


def test_the_file_is_small_sorted_and_dated() -> None:
    raw = FILE.read_bytes()
    assert len(zlib.compress(raw, 9)) <= 300_000
    file = store()
    assert list(file.images) == sorted(file.images)
    assert file.date >= "2026-08-21"
    assert file.dates == sorted(file.dates)


@pytest.mark.parametrize(
    ("image", "other"),
    [
        ("debian:12", "debian:12-slim"),
        ("node:22-bookworm", "node:22-bookworm-slim"),
        ("python:3.12-bookworm", "python:3.12-slim-bookworm"),
        ("docker.io/library/python:3.12", "docker.io/library/python:3.12-slim"),
        ("eclipse-temurin:21-jdk", "eclipse-temurin:21-jre"),
        ("php:8.3-fpm", "php:8.3-fpm-alpine"),
        ("registry.access.redhat.com/ubi9:latest", "registry.access.redhat.com/ubi9-minimal"),
        ("node:22-slim", None),
        ("nginx:1.29-alpine", None),
        ("ubuntu:24.04", None),
        ("php:8.3-apache", None),
        ("node", None),
        ("node:99", None),
        ("example.org/node:22", None),
    ],
)
def test_a_smaller_image_of_the_same_version(image: str, other: str | None) -> None:
    reference = parse(image)
    assert reference is not None
    assert images.smaller(reference) == other


_TAG_PARTS = "22 1 . v - bookworm alpine rc rc1 b b5 beta dev early u m RC _ + é A slim p ea 8".split()


@given(st.lists(st.sampled_from(_TAG_PARTS), min_size=1).map("".join))
def test_plain_tags_are_split_as_the_pattern_splits_all(tag: str) -> None:
    match = image_store._VERSION.match(tag)
    assert split_tag(tag) == ((match[0], tag[match.end() :]) if match else ("", tag))
