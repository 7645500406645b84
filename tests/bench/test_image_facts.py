"""What the generator makes of Dockerfiles: FROM chains, variables, packages that come and go, users, the file."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlint.model.facts import image_store
from dlint.model.facts.images import ImageFacts, image_facts
from places import ROOT

BENCH = str(ROOT / "bench")
sys.path.insert(0, BENCH)

import image_facts as generator  # noqa: E402
import image_file  # noqa: E402

NOTHING: dict[str, Any] = {"entries": [], "outside": [], "aliases": []}


def row(image: str, tags: str, dockerfile: str, as_of: str = "2026-01-01", **more: Any) -> dict[str, Any]:
    return {
        "image": image, "tags": tags.split(), "shared_tags": [], "repository": f"acme/{image}", "commit": "c",
        "at_commit": True, "path": "Dockerfile", "as_of": as_of, "dockerfile": dockerfile, "scripts": {}, **more,
    }  # fmt: skip


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Derives a file from rows and answers from it instead of dlint's own."""

    def derive(*rows: dict[str, Any], reviewed: dict[str, Any] = NOTHING) -> Any:
        file, _ = generator.derive(list(rows), generator.Reviewed(reviewed))
        monkeypatch.setattr(image_store, "_loaded", [image_store.Store(generator.text_of(file))])

        def answer(reference: str, platform: str | None = None) -> ImageFacts:
            found = image_facts(reference, platform)
            assert found is not None, reference
            return found

        return answer

    yield derive


def test_values_come_through_from_row_to_row_down_to_the_root(ask: Any) -> None:
    answer = ask(
        row("base", "1 1.2", 'FROM debian:12-slim\nEXPOSE 80\nUSER app\nENV HOME=/srv\nVOLUME $HOME/data\nCMD ["a"]\n'),
        row(
            "top", "1", 'FROM base:1\nEXPOSE 53/udp\nWORKDIR $HOME\nWORKDIR sub\nSTOPSIGNAL SIGINT\nENTRYPOINT ["b"]\n'
        ),
    )
    top = answer("top:1")
    assert (top.user, top.starts_as_root) == ("app", False)
    assert top.ports == ("80/tcp", "53/udp")
    assert top.volumes == ("/srv/data",)
    assert top.workdir == "/srv/sub"
    # ENTRYPOINT drops the command of the base.
    assert (top.entrypoint, top.cmd) == (("b",), ())
    assert (top.os_family, top.os_release, top.sh) == ("debian", "12", "dash")
    assert (top.stop_signal, answer("base:1").stop_signal) == ("SIGINT", "SIGTERM")
    assert answer("base:1").cmd == ("a",)


def test_stages_are_followed_and_only_the_last_counts(ask: Any) -> None:
    text = (
        "FROM alpine:3.20 AS common\nENV A=1\nFROM common AS build\nUSER builder\nRUN apk add gcc\n"
        'FROM common\nCOPY --from=build /x /usr/local/bin/x\nENTRYPOINT x --port $A\nCMD ["y"]\n'
    )
    facts = ask(row("multi", "1", text))("multi:1")
    assert facts.user == "root"
    assert facts.program("x") is True
    assert facts.program("gcc") is False
    assert facts.entrypoint == ("/bin/sh", "-c", "x --port $A")
    assert facts.env is not None and facts.env["A"] == "1"


def test_a_base_that_nobody_knows_leaves_unknown_what_the_row_does_not_set(ask: Any) -> None:
    facts = ask(row("odd", "1", "FROM nobody/knows:1\nUSER 1000\nEXPOSE 80\nRUN apt-get install -y curl\n"))("odd:1")
    assert facts.user == "1000"
    assert (facts.ports, facts.volumes, facts.workdir, facts.entrypoint, facts.env) == (None,) * 5
    assert (facts.os_family, facts.sh) == (None, None)
    assert (facts.program("curl"), facts.program("wget")) == (True, None)
    assert facts.user_exists("nginx") is None


def test_the_base_is_the_one_of_that_time(ask: Any) -> None:
    answer = ask(
        row("lang", "3.1", "FROM debian:12\nUSER new\n", "2026-01-01"),
        row("lang", "3.1.4", "FROM debian:11\nUSER old\n", "2023-04-01"),
        row("app", "1", "FROM lang:3.1\n", "2023-01-01"),
        row("app", "2", "FROM lang:3.1\n", "2025-01-01"),
    )
    assert (answer("app:1").user, answer("app:1").os_release) == ("old", "11")
    assert (answer("app:2").user, answer("app:2").os_release) == ("new", "12")


def test_packages_of_a_virtual_one_go_with_it(ask: Any) -> None:
    script = (
        "apk add --no-cache --virtual .build-deps gcc make curl; ./configure; make install;"
        " apk add --no-cache --virtual .run-deps bash; apk del --no-network .build-deps"
    )
    facts = ask(row("a", "1", f"FROM alpine:3.20\nRUN set -eux; {script}\n"))("a:1")
    assert facts.program("bash") is True
    assert facts.program("curl") is False
    assert facts.program("wget") is True
    assert facts.program("gcc") is False


def test_what_apt_mark_saved_stays_and_the_rest_goes(ask: Any) -> None:
    script = (
        "apt-get update; apt-get install -y --no-install-recommends less; "
        'savedAptMark="$(apt-mark showmanual)"; apt-get install -y --no-install-recommends wget gnupg jq;'
        " apt-mark auto '.*' > /dev/null; apt-mark manual jq;"
        ' [ -z "$savedAptMark" ] || apt-mark manual $savedAptMark > /dev/null;'
        " apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false"
    )
    facts = ask(row("d", "1", f"FROM debian:12-slim\nRUN {script}\n"))("d:1")
    names = "less jq wget gpg curl bash"
    assert [facts.program(name) for name in names.split()] == [True, True, False, False, False, True]


def test_variables_of_the_script_name_packages(ask: Any) -> None:
    script = "fetchDeps='ca-certificates wget'; apt-get install -y --no-install-recommends $fetchDeps"
    gone = f"{script}; apt-get purge -y --auto-remove $fetchDeps"
    answer = ask(
        row("v", "1", f"FROM debian:12-slim\nRUN {script}\n"), row("v", "2", f"FROM debian:12-slim\nRUN {gone}\n")
    )
    assert (answer("v:1").program("wget"), answer("v:2").program("wget")) == (True, False)


def test_packages_without_a_name_may_bring_anything(ask: Any) -> None:
    answer = ask(
        row("w", "1", "FROM debian:12-slim\nRUN apt-get install -y --no-install-recommends $(cat /list)\n"),
        row("w", "2", "FROM debian:12-slim\nRUN apt-get install -y --no-install-recommends frobnicator\n"),
        row("w", "3", "FROM debian:12-slim\nADD rootfs.tar /\n"),
        row("w", "4", "FROM debian:12-slim\nRUN if true; then apt-get install -y --no-install-recommends curl; fi\n"),
    )
    assert [answer(f"w:{at}").program("curl") for at in "1234"] == [None] * 4
    assert [answer(f"w:{at}").program("wget") for at in "1234"] == [None, None, None, False]
    assert [answer(f"w:{at}").user_exists("app") for at in "1234"] == [None, None, None, False]


def test_programs_come_by_download_copy_link_and_by_what_the_build_runs(ask: Any) -> None:
    text = (
        "FROM debian:12-slim\nRUN wget -O /usr/local/bin/gosu https://x/gosu && chmod +x /usr/local/bin/gosu"
        " && ln -s /opt/n/bin/node /usr/local/bin/node && node --version && rm /usr/local/bin/gosu.asc\n"
        'COPY docker-entrypoint.sh healthcheck.sh /usr/local/bin/\nCMD ["serverd"]\n'
    )
    facts = ask(row("p", "1", text))("p:1")
    for name in ("gosu", "node", "docker-entrypoint.sh", "healthcheck.sh", "serverd"):
        assert facts.program(name) is True, name
    assert facts.program("php") is False


def test_users_with_their_numbers_and_those_taken_away(ask: Any) -> None:
    text = (
        "FROM ubuntu:24.04\nRUN groupadd -r app --gid=999; useradd -r -g app --uid=998 app; userdel -r ubuntu;"
        " if true; then useradd perhaps; fi\n"
    )
    answer = ask(
        row("u", "1", text),
        row("u", "2", "FROM alpine:3.20\nRUN addgroup -g 70 -S pg && adduser -u 70 -S -D -G pg pg\n"),
    )
    facts = answer("u:1")
    assert (facts.user_exists("app"), facts.user_numbers("app")) == (True, (998, 999))
    assert (facts.user_exists("ubuntu"), facts.user_exists("nobody")) == (False, True)
    assert facts.user_exists("somebody") is False
    # A package may have made it: nobody knows.
    assert facts.user_exists("nginx") is None
    assert answer("u:2").user_numbers("pg") == (70, 70)
    assert answer("u:2").group_exists("pg") is True


def test_values_of_another_version_are_not_kept(ask: Any) -> None:
    answer = ask(
        row("db", "18 18.1", "FROM debian:13\nENV MAJOR=18 DATA=/var/lib/db/18/x DB_VERSION=18.1-1 MODE=fast\n"),
        row(
            "db", "17 17.3 16 16.9", "FROM debian:13\nENV MAJOR=17 DATA=/var/lib/db/17/x DB_VERSION=17.3-1 MODE=fast\n"
        ),
    )
    assert answer("db:18").env == {**answer("db:18").env, "MAJOR": "18", "DATA": "/var/lib/db/18/x", "MODE": "fast"}
    assert answer("db:18").env["DB_VERSION"] is None
    assert {answer("db:16").env[name] for name in ("MAJOR", "DATA", "DB_VERSION")} == {None}
    assert answer("db:16").env["MODE"] == "fast"


def test_tags_of_one_row_that_name_several_releases_each_have_their_own(ask: Any) -> None:
    answer = ask(
        row("s", "1 1-alpine3.20 1-alpine3.21 stable-alpine3.21", "FROM alpine:3.20\n"),
        row("s", "2 2-alpine3.21", "FROM alpine:3.20\n"),
    )
    assert (answer("s:1-alpine3.20").os_release, answer("s:1-alpine3.21").os_release) == ("3.20", "3.21")
    assert answer("s:stable-alpine3.21").os_release == "3.21"
    assert (answer("s:1").os_family, answer("s:1").os_release) == ("alpine", None)
    # The Dockerfile is older than the tags: they know better.
    assert (answer("s:2").os_release, answer("s:2-alpine3.21").os_release) == ("3.21", "3.21")


def test_windows_is_windows_and_answers_for_its_platform(ask: Any) -> None:
    answer = ask(
        row("go", "1.2", 'FROM debian:12\nCMD ["go"]\n'),
        row(
            "go",
            "1.2-windowsservercore-ltsc2022",
            "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nEXPOSE 80\n",
        ),
    )
    assert (answer("go:1.2").os_family, answer("go:1.2", "linux/arm64").os_family) == ("debian", "debian")
    windows = answer("go:1.2", "windows/amd64")
    assert (windows.os_family, windows.ports, windows.user, windows.program("curl")) == (
        "windows",
        ("80/tcp",),
        None,
        None,
    )
    assert answer("go:1.2-windowsservercore-ltsc2022").shell == ("cmd", "/S", "/C")


def test_scripts_tell_which_variables_they_read(ask: Any) -> None:
    script = "#!/bin/sh\n# $COMMENTED\nfile_env 'DB_PASSWORD'\necho \"${MODE:-x} $HOME\"\n"
    facts = ask(row("k", "1", "FROM alpine:3.20\n", scripts={"e.sh": script}))("k:1")
    assert facts.knows_env == {"DB_PASSWORD", "DB_PASSWORD_FILE", "MODE"}


ENTRY = {
    "images": ["r"],
    "quotes": ["must be set", "VOLUME"],
    "facts": {"requires_env": [["A", "B"]], "data": ["$D", "D"]},
}


def test_a_reviewed_entry_counts_where_its_words_are(ask: Any) -> None:
    with_words = {"e.sh": "echo A must be set"}
    answer = ask(
        row("r", "1", "FROM alpine:3.20\nENV D=/d\nVOLUME /d\n", scripts=with_words),
        row("r", "2", "FROM alpine:3.20\nVOLUME /d\n"),
        row("r", "3", "FROM r:1\n"),
        reviewed={
            **NOTHING,
            "entries": [ENTRY, {"images": ["r"], "quotes": ["FROM"], "tags": "2", "facts": {"programs": "!sh z"}}],
        },
    )
    for tag in ("1", "3"):
        assert answer(f"r:{tag}").requires_env == (("A", "B"),)
        data = answer(f"r:{tag}").data
        assert data is not None and (data.path, data.variable) == ("/d", "D")
    assert (answer("r:2").requires_env, answer("r:2").data) == (None, None)
    assert (answer("r:2").program("z"), answer("r:2").program("sh")) == (True, False)
    assert answer("r:1").program("z") is None


def test_an_entry_whose_words_are_gone_stops_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                     monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    data, listed, target = tmp_path / "rows.jsonl", tmp_path / "reviewed.json", tmp_path / "images.json"
    data.write_text(json.dumps(row("r", "1", "FROM alpine:3.20\n")) + "\n")
    listed.write_text(json.dumps({**NOTHING, "entries": [ENTRY]}))
    monkeypatch.setattr(generator, "REVIEWED", listed)
    assert generator.main([str(data), "--write", "--target", str(target)]) == 1
    assert "must be set" in capsys.readouterr().err
    assert not target.exists()
    listed.write_text(json.dumps(NOTHING))
    assert generator.main([str(data), "--write", "--target", str(target)]) == 0
    before = target.read_text()
    assert generator.main([str(data), "--target", str(target)]) == 0
    target.write_text(before.replace("3.20", "3.2"))
    assert generator.main([str(data), "--target", str(target)]) == 1


def test_images_outside_the_data_stand_on_a_base_and_name_their_source(ask: Any) -> None:
    outside = {
        "images": ["acme/x", "quay.io/acme/x"], "tags": ["*"], "source": "https://example.org/x", "date": "2026-02-02",
        "base": "debian:12-slim", "facts": {"user": "1001", "ports": ["9000/tcp"]},
    }  # fmt: skip
    answer = ask(
        row("a", "1", "FROM alpine:3.20\n"),
        reviewed={**NOTHING, "outside": [outside], "aliases": [{"name": "reg.example/x", "image": "acme/x"}]},
    )
    for name in ("acme/x", "quay.io/acme/x:v7", "reg.example/x:1"):
        facts = answer(name)
        assert (facts.user, facts.ports, facts.program("curl")) == ("1001", ("9000/tcp",), False)
        assert (facts.origin.source, facts.origin.date) == ("https://example.org/x", "2026-02-02")


@pytest.mark.parametrize(
    ("own", "known"), [({}, None), ({"env": {"APP_UID": "1654"}}, {"PATH": "/bin", "APP_UID": "1654"})]
)
def test_variables_of_an_image_outside_the_data_are_those_that_the_list_names(own: Any, known: Any) -> None:
    found = generator._on_base({"user": "root", "env": {"PATH": "/bin"}}, {"ports": [], **own})
    assert (found.get("env"), found["user"], found["ports"]) == (known, "root", [])


@pytest.mark.slow
@pytest.mark.skipif("IMAGE_FACTS_DATA" not in os.environ, reason="IMAGE_FACTS_DATA names no file with the data")
def test_the_file_of_the_wheel_is_what_the_data_give() -> None:
    assert generator.main([os.environ["IMAGE_FACTS_DATA"]]) == 0


def test_versions_are_packed_and_unpacked() -> None:
    versions = ["1", "1.2", "1.3", "1.3.1", "1.3.2", "2.0-rc.1", "2.0-rc.2", "10_5", "10_6"]
    packed = image_file.packed(versions)
    assert len(packed) < len(" ".join(versions))
    assert list(image_store.unpacked(packed)) == versions


def test_the_same_rows_give_the_same_file() -> None:
    rows = [row("b", "1", "FROM debian:12\nRUN useradd a b c\n"), row("a", "1 2", "FROM b:1\nVOLUME /z /y\n")]
    texts = {generator.text_of(generator.derive(rows, generator.Reviewed(NOTHING))[0]) for _ in range(2)}
    assert len(texts) == 1


def test_the_file_of_the_wheel_is_what_the_reviewed_list_says() -> None:
    """Where the data are not at hand, at least its images are there, dated and with their sources."""
    written = json.loads(generator.TARGET.read_text(encoding="utf-8"))
    reviewed = json.loads(generator.REVIEWED.read_text(encoding="utf-8"))
    assert generator.text_of({**written, "sets": written["sets"]}) == generator.TARGET.read_text(encoding="utf-8")
    for entry in reviewed["outside"]:
        assert entry["source"].startswith("https://") and len(entry["date"]) == 10
        for name in entry["images"]:
            assert written["images"][name]["source"].startswith("https://")
    for entry in reviewed["entries"]:
        assert entry["quotes"] and all(entry["quotes"])
