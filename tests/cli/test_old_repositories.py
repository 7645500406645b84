"""An old repository takes up dlint: baselines, --since and ignore comments, in a repository of thirty commits."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from nursery import run as dlint

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

COMMITS = 30
SERVICE = "FROM debian\nRUN apt-get update\nRUN apt-get install -y curl\nCOPY . /app\nCMD /app/run\n"


def git(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    return subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=True
    ).stdout


def found(folder: Path, *arguments: str) -> set[str]:
    """``path rule`` of each finding that is shown."""
    report = json.loads(dlint(folder, "--format", "json", *arguments, ".").stdout)
    return {f"{finding['path']} {finding['rule']}" for finding in report["findings"]}


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six services that came one after the other and were edited since."""
    folder = tmp_path_factory.mktemp("old")
    git(folder, "init", "-qb", "main", ".")
    (folder / "dlint.toml").write_text("shellcheck = false\n")
    services: list[str] = []
    for number in range(COMMITS):
        name = f"svc{number % 6}"
        place = folder / name / "Dockerfile"
        if not place.exists():
            place.parent.mkdir()
            place.write_text(SERVICE)
            (place.parent / "run").write_text("#!/bin/sh\n")
            (place.parent / "run").chmod(0o755)
            services.append(f"  {name}:\n    build: {name}\n    privileged: true\n")
            (folder / "compose.yaml").write_text("services:\n" + "".join(services))
        else:
            place.write_text(f"# edit {number}\n{place.read_text()}ENV N{number}={number}\n")
        commit(folder, f"change {number}")
    assert git(folder, "rev-list", "--count", "HEAD").strip() == str(COMMITS)
    return folder


@pytest.fixture
def old(history: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "old"
    shutil.copytree(history, folder, symlinks=True)
    return folder


@pytest.fixture
def based(old: Path) -> Path:
    assert dlint(old, "baseline").returncode == 0
    (old / "dlint.toml").write_text('shellcheck = false\nbaseline = "dlint-baseline.json"\n')
    commit(old, "take up dlint")
    return old


class TestBaseline:
    def test_the_day_after_nothing_is_shown_and_the_run_passes(self, based: Path) -> None:
        done = dlint(based, ".")
        assert done.returncode == 0, done.stdout
        assert re.search(r"No findings in .*; \d\d+ suppressed", done.stdout)
        assert dlint(based, "svc3/Dockerfile").returncode == 0, "one file alone as well, and nothing is called stale"
        assert "nothing any more" not in dlint(based, "svc3/Dockerfile").stdout

    def test_it_says_neither_lines_nor_texts(self, based: Path) -> None:
        text = (based / "dlint-baseline.json").read_text()
        data = json.loads(text)
        assert data["dlint-baseline"] == 1 and list(data["files"]) == sorted(data["files"])
        assert "apt-get update" not in text and '"line"' not in text
        marks = [mark for rules in data["files"].values() for each in rules.values() for mark in each]
        assert all(re.fullmatch(r"[0-9a-f]{16}", mark) for mark in marks)

    def test_what_comes_anew_is_shown_and_only_that(self, based: Path) -> None:
        place = based / "svc2" / "Dockerfile"
        place.write_text("# top\n\n" + place.read_text() + "MAINTAINER Ada\n")
        assert found(based) == {"svc2/Dockerfile maintainer-deprecated"}
        assert dlint(based, "--fail-on", "info", ".").returncode == 1

    def test_one_more_of_the_same_is_new(self, based: Path) -> None:
        place = based / "svc2" / "Dockerfile"
        place.write_text(place.read_text() + "RUN apt-get update\n")
        assert "svc2/Dockerfile package-index-update-alone" in found(based)

    def test_moved_and_renamed_files_keep_theirs(self, based: Path) -> None:
        git(based, "mv", "svc1", "api")
        git(based, "mv", "svc4/Dockerfile", "svc4/Containerfile")
        compose = based / "compose.yaml"
        text = compose.read_text().replace("build: svc1", "build: api")
        compose.write_text(text.replace("build: svc4", "build: {context: svc4, dockerfile: Containerfile}"))
        assert found(based) == set()
        assert "nothing any more" not in dlint(based, ".").stdout
        assert dlint(based, "baseline", "--update").returncode == 0
        files = json.loads((based / "dlint-baseline.json").read_text())["files"]
        assert "api/Dockerfile" in files and "svc4/Containerfile" in files and "svc1/Dockerfile" not in files
        assert found(based) == set()

    def test_it_counts_as_an_editor_on_windows_leaves_it(self, based: Path) -> None:
        file = based / "dlint-baseline.json"
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
        assert found(based, "--baseline", "dlint-baseline.json") == set()

    def test_a_copy_is_no_move(self, based: Path) -> None:
        shutil.copytree(based / "svc1", based / "svc9")
        assert "svc9/Dockerfile base-image-untagged" in found(based)

    def test_a_stage_in_front_and_a_name_for_the_stage_change_nothing(self, based: Path) -> None:
        place = based / "svc0" / "Dockerfile"
        text = place.read_text().replace("FROM debian\n", "FROM debian:12.8 AS build\nRUN true\n\nFROM debian AS run\n")
        place.write_text(text)
        assert {item for item in found(based) if "base-image-untagged" in item or "alone" in item} == set()

    def test_it_only_shrinks(self, based: Path) -> None:
        place = based / "svc5" / "Dockerfile"
        before = place.read_text()
        place.write_text(before.replace("CMD /app/run\n", 'CMD ["/app/run"]\n') + "MAINTAINER Ada\n")
        assert "1 entry hides nothing any more" in dlint(based, ".").stdout
        done = dlint(based, "baseline", "--update")
        assert done.returncode == 0 and "1 taken out" in done.stdout and "a baseline only shrinks" in done.stdout
        assert "svc5/Dockerfile maintainer-deprecated" in found(based), "what is new does not get in"
        place.write_text(before)
        assert found(based) == {"svc5/Dockerfile shell-form-command"}, "what was fixed does not come back"

    def test_an_update_of_a_part_leaves_the_rest(self, based: Path) -> None:
        size = len(json.loads((based / "dlint-baseline.json").read_text())["files"])
        assert dlint(based, "baseline", "--update", "svc1").returncode == 0
        assert dlint(based, "baseline", "--update", "--select", "no-user").returncode == 0
        assert len(json.loads((based / "dlint-baseline.json").read_text())["files"]) == size
        assert found(based) == set()

    def test_there_is_no_second_one_by_accident(self, based: Path) -> None:
        done = dlint(based, "baseline")
        assert done.returncode == 2 and "--update" in done.stderr

    def test_fixes_leave_alone_what_it_hides(self, based: Path) -> None:
        place = based / "svc2" / "Dockerfile"
        place.write_text(place.read_text() + "MAINTAINER Ada\n")
        diff = dlint(based, "--diff", ".").stdout
        assert "-MAINTAINER Ada" in diff and "apt-get" not in re.sub(r"(?m)^ .*\n", "", diff)

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "not JSON"),
            ("[" * 100_000, "not JSON"),
            ("[]", "not a baseline of dlint's"),
            ('{"files": {}}', "not a baseline of dlint's"),
            ('{"dlint-baseline": 99, "files": {}}', "version 99"),
            ('{"dlint-baseline": 1, "files": []}', "broken"),
            ('{"dlint-baseline": 1, "files": {"a": 3}}', "broken"),
            ('{"dlint-baseline": 1, "files": {"a": {"b": [1]}}}', "broken"),
        ],
    )
    def test_what_is_no_baseline_is_refused_in_one_sentence(self, tmp_path: Path, text: str, says: str) -> None:
        (tmp_path / "Dockerfile").write_text("FROM debian\n")
        (tmp_path / "b.json").write_text(text)
        done = dlint(tmp_path, "--baseline", "b.json", ".")
        assert done.returncode == 2 and says in done.stderr
        assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr

    def test_a_configuration_of_the_tree_reads_no_file_outside_it(self, tmp_path: Path) -> None:
        (tmp_path / "x.json").write_text('{"dlint-baseline": 1, "files": {}}')
        inner = tmp_path / "project"
        (inner / ".git").mkdir(parents=True)
        (inner / "Dockerfile").write_text("FROM debian\n")
        (inner / "dlint.toml").write_text('baseline = "../x.json"\n')
        done = dlint(inner, ".")
        assert done.returncode == 2 and "outside the project" in done.stderr
        assert dlint(inner, "--baseline", "../x.json", ".").returncode == 1


class TestSince:
    def test_without_a_change_nothing_is_shown(self, old: Path) -> None:
        assert found(old) and found(old, "--since", "HEAD") == set()

    def test_what_a_change_brings_is_shown(self, old: Path) -> None:
        place = old / "svc1" / "Dockerfile"
        place.write_text("# a new first line\n" + place.read_text() + "MAINTAINER Ada\n")
        assert found(old, "--since", "HEAD") == {"svc1/Dockerfile maintainer-deprecated"}
        commit(old, "more")
        assert found(old, "--since", "HEAD") == set()
        assert found(old, "--since", "HEAD~1") == {"svc1/Dockerfile maintainer-deprecated"}

    def test_what_it_touches_is_shown_though_it_was_there(self, old: Path) -> None:
        place = old / "svc1" / "Dockerfile"
        place.write_text(place.read_text().replace("RUN apt-get update\n", "RUN apt-get update -q\n"))
        assert "svc1/Dockerfile package-index-update-alone" in found(old, "--since", "HEAD")

    def test_what_it_causes_elsewhere_is_shown(self, old: Path) -> None:
        compose = old / "compose.yaml"
        compose.write_text(compose.read_text().replace("build: svc3", "build: {context: svc3, target: run}"))
        place = old / "svc3" / "Dockerfile"
        place.write_text(place.read_text().replace("FROM debian\n", "FROM debian AS run\n"))
        commit(old, "a target")
        place.write_text(place.read_text().replace("AS run", "AS main"))
        assert "compose.yaml build-target-missing" in found(old, "--since", "HEAD")
        git(old, "checkout", "-q", "svc3")
        git(old, "rm", "-q", "svc3/Dockerfile")
        assert found(old, "--since", "HEAD") == {"compose.yaml dockerfile-missing"}

    def test_a_renamed_file_brings_nothing(self, old: Path) -> None:
        git(old, "mv", "svc1", "api")
        compose = old / "compose.yaml"
        compose.write_text(compose.read_text().replace("build: svc1", "build: api"))
        assert found(old, "--since", "HEAD") == set()

    def test_new_files_count_before_they_are_added(self, old: Path) -> None:
        (old / "extra.Dockerfile").write_text("FROM debian\n")
        assert "extra.Dockerfile base-image-untagged" in found(old, "--since", "HEAD")

    def test_what_went_on_elsewhere_is_not_of_the_change(self, old: Path) -> None:
        git(old, "checkout", "-qb", "topic")
        place = old / "svc1" / "Dockerfile"
        place.write_text(place.read_text() + "MAINTAINER Ada\n")
        commit(old, "topic")
        git(old, "checkout", "-q", "main")
        fixed = old / "svc2" / "Dockerfile"
        fixed.write_text(fixed.read_text().replace("FROM debian\n", "FROM debian:12.8\n"))
        commit(old, "fixed on main")
        git(old, "checkout", "-q", "topic")
        assert found(old, "--since", "main") == {"svc1/Dockerfile maintainer-deprecated"}

    @pytest.mark.parametrize("revision", ["nowhere", "--output=x", "-h", "HEAD; true", "HEAD:compose.yaml", ""])
    def test_what_is_no_revision_is_refused_in_one_sentence(self, old: Path, revision: str) -> None:
        done = dlint(old, f"--since={revision}", ".")
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
        assert not (old / "x").exists()

    def test_without_a_repository_it_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "Dockerfile").write_text("FROM debian\n")
        done = dlint(tmp_path, "--since", "HEAD", ".")
        assert done.returncode == 2 and "needs a Git repository" in done.stderr

    def test_no_program_that_the_repository_names_is_run(self, old: Path) -> None:
        program = old.parent / "program"
        program.write_text(f"#!/bin/sh\ntouch {old.parent}/ran\ncat\n")
        program.chmod(0o755)
        (old / ".gitattributes").write_text("* diff=evil filter=evil\n")
        for key in ("core.fsmonitor", "core.pager", "diff.external", "diff.evil.textconv", "diff.evil.command"):
            git(old, "config", key, str(program))
        for key in ("filter.evil.clean", "filter.evil.smudge", "core.sshCommand", "core.editor"):
            git(old, "config", key, str(program))
        hooks = old / ".git" / "hooks"
        hooks.mkdir(exist_ok=True)
        for name in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman"):
            shutil.copy(program, hooks / name)
        place = old / "svc1" / "Dockerfile"
        place.write_text(place.read_text() + "MAINTAINER Ada\n")
        assert "svc1/Dockerfile maintainer-deprecated" in found(old, "--since", "HEAD~3")
        assert not (old.parent / "ran").exists()


class TestIgnore:
    WHY = ("--reason", "replaced next quarter", "--until", "2099-01-31")

    def test_every_finding_gets_its_comment_and_the_run_passes(self, old: Path) -> None:
        before = (old / "svc1" / "Dockerfile").read_text()
        done = dlint(old, "ignore", "--add", *self.WHY, ".")
        assert done.returncode == 0, done.stderr
        assert found(old) == set()
        after = (old / "svc1" / "Dockerfile").read_text()
        assert "# dlint: ignore=base-image-untagged,no-user until=2099-01-31 -- replaced next quarter\nFROM" in after
        assert [line for line in after.splitlines() if "dlint:" not in line] == before.splitlines()

    def test_only_the_rules_and_paths_that_are_named(self, old: Path) -> None:
        assert dlint(old, "ignore", "--add", "DL3006", "svc1", *self.WHY).returncode == 0
        diff = git(old, "diff", "--stat")
        assert "svc1/Dockerfile" in diff and "1 file changed, 1 insertion" in diff
        assert "svc1/Dockerfile base-image-untagged" not in found(old)

    @pytest.mark.parametrize(
        ("text", "comment"),
        [
            ("# about\n\nFROM debian:9 AS a\nRUN true\nFROM debian:9\nRUN id\n", "ignore-file"),
            ("FROM a:1\nENV a b\nENV c d\nFROM b:1\n", "ignore-stage"),
            ("FROM debian:9 AS a\nRUN true\n", "ignore"),
        ],
    )
    def test_a_finding_that_stands_for_several_is_hidden_with_them(
        self, tmp_path: Path, text: str, comment: str
    ) -> None:
        (tmp_path / "Dockerfile").write_text(text)
        names = ("base-image-out-of-support", "legacy-key-value")
        done = dlint(tmp_path, "ignore", "--add", *names, *self.WHY, ".")
        assert (done.returncode, done.stderr) == (0, "dlint: 1 of 1 finding is ignored\n")
        after = (tmp_path / "Dockerfile").read_text()
        assert after.count(f"# dlint: {comment}=") == after.count("# dlint:") == 1
        assert not [one for one in found(tmp_path) if one.endswith(names)]

    def test_so_it_is_in_a_compose_file(self, tmp_path: Path) -> None:
        service = "  {}:\n    image: nginx:1.27\n    env_file:\n      - .env\n"
        (tmp_path / "compose.yaml").write_text("services:\n" + service.format("a") + service.format("b"))
        done = dlint(tmp_path, "ignore", "--add", "env-file-missing", *self.WHY, ".")
        assert (done.returncode, done.stderr) == (0, "dlint: 1 of 1 finding is ignored\n")
        assert (tmp_path / "compose.yaml").read_text().startswith("# dlint: ignore-file=env-file-missing until=")
        assert "compose.yaml env-file-missing" not in found(tmp_path)

    def test_what_cannot_be_written_is_not_said_to_be_ignored(self, tmp_path: Path) -> None:
        for name in ("Dockerfile", "b.Dockerfile"):
            (tmp_path / name).write_text("FROM debian:12\nRUN id\n")
        (tmp_path / "Dockerfile").chmod(0o444)
        done = dlint(tmp_path, "ignore", "--add", "no-user", *self.WHY, ".")
        assert done.returncode == 2
        assert "Dockerfile: not written, since the file is read-only\n" in done.stderr
        assert done.stderr.endswith("1 of 2 findings are ignored\n")

    def test_nothing_to_ignore_is_said(self, old: Path) -> None:
        done = dlint(old, "ignore", "--add", "DL3011", *self.WHY)
        assert done.returncode == 0
        assert done.stderr == "dlint: nothing to ignore: no finding of invalid-port here\n"

    def test_a_dry_run_writes_nothing(self, old: Path) -> None:
        done = dlint(old, "ignore", "--add", "service-privileged", "--diff", *self.WHY)
        assert done.returncode == 0 and done.stdout.count("\n+ ") == 6, done.stdout
        assert git(old, "status", "--porcelain") == ""

    def test_places_that_are_hard(self, tmp_path: Path) -> None:
        (tmp_path / "dlint.toml").write_text("shellcheck = false\n")
        text = (
            "services:\n  a:\n    image: nginx  # the proxy\n    build:\n      context: .\n"
            "      dockerfile_inline: |\n        FROM debian\n        RUN apt-get update\n"
        )
        (tmp_path / "compose.yaml").write_bytes(text.replace("\n", "\r\n").encode())
        done = dlint(tmp_path, "ignore", "--add", *self.WHY, ".")
        assert done.returncode == 0, done.stderr
        assert found(tmp_path) == set()
        after = (tmp_path / "compose.yaml").read_bytes()
        assert after.count(b"\n") == after.count(b"\r\n")
        assert b"# the proxy\r\n" in after and b"        # dlint: ignore=" in after

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("--add",), "--reason"),
            (("--add", "--reason", " "), "--reason"),
            (("--add", "--reason", "a\nb"), "one line"),
            (("--reason", "x"), "--add"),
            (("--add", "--reason", "x", "--until", "soon"), "2027-01-31"),
            (("--add", "--reason", "x", "--until", "2001-01-01"), "over already"),
            (("--add", "no-such-rule", "--reason", "x"), "unknown rule"),
            (("--add", "DL9999", "--reason", "x"), "DL9999: no rule of dlint's"),
        ],
    )
    def test_wrong_calls_say_what_is_missing(self, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
        (tmp_path / "Dockerfile").write_text("FROM debian\n")
        done = dlint(tmp_path, "ignore", *arguments)
        assert done.returncode == 2 and says in done.stderr
        assert (tmp_path / "Dockerfile").read_text() == "FROM debian\n"
