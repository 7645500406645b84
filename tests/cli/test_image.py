"""``dlint image``: what is known of an image, and where it is from."""

from __future__ import annotations

import json
import subprocess

from nursery import run
from places import ROOT


def dlint(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run(ROOT, "image", *arguments)


def test_it_prints_what_is_known_what_is_not_and_where_it_is_from() -> None:
    done = dlint("postgres:18-alpine")
    assert done.returncode == 0, done.stderr
    lines = {line.split("  ")[0]: line for line in done.stdout.splitlines() if line and line[0] != " "}
    assert lines["user"].split() == ["user", "root"]
    assert "/var/lib/postgresql/18/docker, moved by PGDATA" in lines["data"]
    assert "as of 2026-" in lines["from"] and "a tag that moves" in lines["from"]
    assert "https://github.com/docker-library/postgres" in done.stdout
    assert "POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE" in lines["requires"]
    assert "data" in [word.strip(",") for word in dlint("debian:12").stdout.partition("unknown")[2].split()]


def test_json_has_null_for_what_is_not_known() -> None:
    done = dlint("--format", "json", "debian:12.5-slim")
    found = json.loads(done.stdout)
    assert (found["system"], found["user"], found["data"]) == ("debian 12", "root", None)
    assert found["from"]["how"] == "line" and found["from"]["image"] == "debian"
    assert "curl" in found["lacks"] and "bash" in found["has"]


def test_an_image_nobody_knows_gets_a_near_name() -> None:
    done = dlint("postgers:16")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean postgres?" in done.stderr
    assert dlint("acme.example/app:1").stderr.count("\n") == 1


def test_what_is_no_reference_is_said_in_one_sentence() -> None:
    for name in ("A/b", "postgres:$TAG", "x:", ""):
        done = dlint(name)
        assert done.returncode == 2
        assert done.stderr.startswith("dlint: ") and done.stderr.count("\n") == 1


def test_the_empty_image_is_known_to_be_empty() -> None:
    assert dlint("scratch").stderr == "dlint: scratch is the empty image: there is nothing in it\n"


def test_nothing_is_said_as_none() -> None:
    assert "\nonbuild       none\n" in dlint("postgres:16").stdout


def test_what_is_no_platform_is_said() -> None:
    done = dlint("--platform", "windos", "golang:1.22")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dlint: --platform windos: ") and done.stderr.count("\n") == 1


def test_the_platform_counts() -> None:
    assert dlint("--platform", "windows/amd64", "golang").stderr.endswith("of golang for windows/amd64\n")
    assert "windows" in dlint("--platform", "windows/amd64", "golang:1.22").stdout
    assert dlint("--platform", "windows/amd64", "postgres:16").returncode == 2
