"""Results of earlier runs: where they lie, what is kept and what not, and that none is trusted."""

from __future__ import annotations

import json
import os
import random
import stat
import sys
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from dlint.cache import identity, results, store
from dlint.cache.packing import PackedText, unpacked
from dlint.cache.results import Results
from dlint.cli.main import call
from dlint.lint.many import ManyRuns
from dlint.lint.partition import Group, Partition

SECRET = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
NOISE = random.Random(1).randbytes(500).hex()
TEXT = "FROM debian:12\nRUN cd /x\n"


class Runs:
    """Runs over a project; which files were linted anew in the last one."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.capsys = capsys
        self.linted: list[str] = []
        lint = ManyRuns.lint

        def noted(run: ManyRuns, partition: Partition, groups: list[Group]) -> None:
            lint(run, partition, groups)
            self.linted += sorted(path for group in run.found for path in group.paths)

        monkeypatch.setattr(ManyRuns, "lint", noted)

    def __call__(self, *arguments: str) -> str:
        self.linted.clear()
        call(["check", "--format=json", "--config=shellcheck=false", *arguments])
        return self.capsys.readouterr().out


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runs:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dlint.cache.identity.identity", lambda: "this one")
    return Runs(tmp_path, capsys, monkeypatch)


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "swept")


def text_of(path: Path) -> str:
    """What a file of results holds."""
    head, _, body = path.read_bytes().partition(b"\n")
    return (unpacked(body, store.LARGEST) if head.endswith(b" packed") else body).decode()


def write(root: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def test_what_has_not_changed_is_not_linted_again(run: Runs) -> None:
    write(run.root, {"Dockerfile": TEXT, "sub/Dockerfile": TEXT})
    first = run(".")
    assert run.linted == ["Dockerfile", "sub/Dockerfile"]
    assert run(".") == first
    assert run.linted == []
    write(run.root, {"sub/Dockerfile": TEXT + "USER x\n"})
    second = run(".")
    assert run.linted == ["sub/Dockerfile"]
    assert run(".", "--no-cache") == second
    assert run.linted == ["Dockerfile", "sub/Dockerfile"]


@pytest.mark.parametrize(
    ("files", "after"),
    [
        ({"Dockerfile": TEXT + "COPY a /\n"}, {"a": ""}),
        ({"Dockerfile": TEXT + "COPY a /\n", "a": ""}, {".dockerignore": "a\n"}),
        ({"Dockerfile": "FROM debian\nARG X\n", "compose.yaml": "services: {w: {build: .}}"}, {"compose.yaml": "x: 1"}),
        ({"compose.yaml": "services: {w: {image: '$I'}}"}, {".env": "I=nginx"}),
        ({"Dockerfile": TEXT}, {"dlint.toml": "ignore = ['cd-instead-of-workdir']"}),
        ({"a/Dockerfile": "FROM own:1\n", "b/compose.yaml": "{}"}, {"b/compose.yaml": "services: {x: {build: .}}"}),
    ],
)
def test_what_a_finding_rests_on_is_asked_again(run: Runs, files: dict[str, str], after: dict[str, str]) -> None:
    write(run.root, files)
    run(".")
    write(run.root, after)
    found = run(".")
    assert run.linted
    assert found == run(".", "--no-cache")


def test_a_file_belongs_with_those_that_build_its_image(run: Runs) -> None:
    write(
        run.root,
        {
            "base/Dockerfile": "FROM scratch\nUSER app\n",
            "base/compose.yaml": "services: {base: {build: ., image: 'own/base:1'}}\n",
            "app/Dockerfile": "FROM own/base:1\n",
        },
    )
    first = run(".")
    assert "no-user" not in first
    assert run(".") == first
    assert run.linted == []
    write(run.root, {"base/Dockerfile": "FROM scratch\nUSER root\n"})
    assert run(".") == run(".", "--no-cache")
    assert run("app/Dockerfile") == run("app/Dockerfile", "--no-cache")


def test_the_day_counts_only_where_a_comment_has_one(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = "# dlint: ignore=cd-instead-of-workdir until=2030-01-01 -- later\n"
    write(run.root, {"Dockerfile": TEXT, "b.Dockerfile": TEXT.replace("RUN", f"{hidden}RUN")})
    run(".")
    monkeypatch.setattr("dlint.session.today", lambda: "2031-01-01")
    late = run(".")
    assert run.linted == ["b.Dockerfile"]
    assert "ran out" in late


def test_another_dlint_and_plug_ins_have_nothing_of_it(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    write(run.root, {"Dockerfile": TEXT})
    run(".")
    monkeypatch.setattr("dlint.cache.identity.identity", lambda: "another")
    run(".")
    assert run.linted
    plugin = (
        "from dlint.api import Problem, check\nfrom dlint.api.dockerfile import Dockerfile\n\n@check(on=Dockerfile)\n"
    )
    write(run.root, {"lint/own.py": f"{plugin}def own(file):\n    yield Problem(file.instructions[0])\n"})
    write(run.root, {"lint/dockerfile/own.md": "---\ntitle: Mine\nseverity: error\n---\nText.\n"})
    write(run.root, {"dlint.toml": "plugins = ['./lint']\n"})
    for _ in range(2):
        assert '"own"' in run(".", "--trust")
        assert run.linted


def test_an_installed_wheel_is_told_by_its_hash_and_a_checkout_only_on_demand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "__file__", str(tmp_path / "dlint" / "cache" / "identity.py"))
    write(tmp_path, {"dlint/a.py": "1"})
    assert identity.identity() == ""
    monkeypatch.setenv("DLINT_CACHE_SOURCES", "1")
    first = identity.identity()
    write(tmp_path, {"dlint/a.py": "2"})
    assert first and identity.identity() != first
    monkeypatch.delenv("DLINT_CACHE_SOURCES")
    found = set()
    for made in ("1", "2"):
        monkeypatch.setitem(sys.modules, "dlint.cache.built", SimpleNamespace(HASH=made))
        found.add(identity.identity())
    assert len(found) == 2 and "" not in found


def test_nothing_lies_in_the_project_and_only_the_user_may_look(run: Runs, own_cache: Path) -> None:
    write(run.root, {"Dockerfile": TEXT})
    run(".")
    assert [path.name for path in kept(run.root)] == ["Dockerfile"]
    for path in own_cache.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_no_credential_is_kept(run: Runs, own_cache: Path) -> None:
    write(
        run.root,
        {
            "Dockerfile": f"FROM debian\nENV TOKEN={SECRET}\nRUN curl -u admin:{SECRET} https://x && cd {SECRET}\n",
            "compose.yaml": f"services: {{w: {{image: nginx, environment: {{API_TOKEN: '{SECRET}'}}}}}}\n",
        },
    )
    first = run(".", "--preset=all")
    assert SECRET not in first
    assert kept(own_cache)
    assert not any(SECRET in text_of(path) for path in kept(own_cache))
    for form in ("text", "sarif", "json"):
        cached = run(".", "--preset=all", f"--format={form}")
        assert run.linted == []
        assert cached == run(".", "--preset=all", f"--format={form}", "--no-cache")


def test_a_run_that_failed_is_not_kept(run: Runs) -> None:
    write(run.root, {"Dockerfile": TEXT})
    (run.root / "Dockerfile").write_text("x" * 1_000_001)
    for _ in range(2):
        assert "larger than" in run(".")
        assert run.linted == ["Dockerfile"]


def damaged(data: bytes) -> list[bytes]:
    head, _, body = data.partition(b"\n")
    key, _, record = body.decode().partition(" ")
    other = json.loads(record)

    def sealed(text: str | bytes, how: bytes = b"plain") -> bytes:
        sealed = text.encode() if isinstance(text, str) else text
        digest = results.blake2b(sealed, digest_size=16).hexdigest().encode()
        known = head.partition(b" plain ")[0]
        return known + (b" packed" if how == b"packed" else b" plain " + digest) + b"\n" + sealed

    rows = other.get("found") or []
    changes: list[dict[str, object]] = [
        {}, {"found": 1}, {"found": [[1]]}, {"found": [rows[0][:-1]] if rows else [[]]}, {"hidden": None}, {"day": 7},
        {"asked": ["zz"]}, {"asked": 3}, {"configs": None}, {"joins": 4}, {"notes": 3},
        {"found": [["../../etc/passwd", *rows[0][1:]]] if rows else 1},
        {"found": [["dockerfile/../x", *rows[0][1:]]] if rows else 1},
        {"found": [[*rows[0][:3], 0, 99999, *rows[0][5:]]] if rows else 1},
        {"found": [[*rows[0][:2], "/etc/passwd", *rows[0][3:]]] if rows else 1},
        {"found": [[rows[0][0], 9, *rows[0][2:]]] if rows else 1},
    ]  # fmt: skip
    whole = [sealed(f"{key} {json.dumps({**other, **change})}") for change in changes]
    return [
        b"", b"x", b"\n", head, data[:-2], data.replace(b"results 5", b"results 6"), data + b" ", b"\0" * 100,
        sealed(b""), sealed(b"x"), sealed(body[:-3]), sealed(f"{key} ["), sealed(key), sealed("\n\n"),
        sealed(b"x", b"packed"), sealed(zlib.compress(body)[:-3], b"packed"), sealed(zlib.compress(b"\n\n"), b"packed"),
        sealed(zlib.compress(b"x" * 20_000_000), b"packed"), sealed(b"\xff"), sealed(body, b"packed"),
        sealed(f"{key} " + "[" * 100_000), sealed(f"{key} 3"), sealed(f"{key} null"), *whole,
    ]  # fmt: skip


def test_a_broken_cut_or_forged_cache_is_none(run: Runs, own_cache: Path) -> None:
    write(run.root, {"Dockerfile": TEXT})
    first = run(".")
    files = {path: path.read_bytes() for path in kept(own_cache)}
    assert len(files) == 2
    for path, data in files.items():
        for number, wrong in enumerate(damaged(data)):
            path.write_bytes(wrong)
            assert run(".") == first, (path.name, number)
            path.write_bytes(data)
    for path in files:
        path.write_bytes(b"x" * (store.LARGEST + 1))
    assert run(".") == first


def test_a_cache_that_may_not_be_written_is_none(run: Runs, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(run.root, {"Dockerfile": TEXT})

    def refuse(old: str, new: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refuse)
    assert run(".") == run(".")
    assert kept(own_cache) == []


def test_what_a_killed_run_has_left_behind_hinders_nobody(run: Runs, own_cache: Path) -> None:
    """In a container each run has the same number."""
    write(run.root, {"Dockerfile": TEXT})
    run(".")
    for path in kept(own_cache):
        path.rename(path.with_name(f"{path.name}.{os.getpid()}"))
    run(".")
    run(".")
    assert run.linted == []


def test_a_project_has_a_bound_and_all_have(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LARGEST", 3000)
    for number in range(8):
        one = Results("/project", "dlint")
        one.put(f"file{number}", f"k{number}.x", NOISE)
        one.save()
        for age, path in enumerate(sorted(kept(own_cache), key=lambda path: path.stat().st_mtime)):
            os.utime(path, (1_000_000_000 + age, 1_000_000_000 + age))
    assert sum(path.stat().st_size for path in kept(own_cache)) <= 3000
    assert Results("/project", "dlint").get("file7", "k7.x") == NOISE
    monkeypatch.setattr(store, "LARGEST_OF_ALL", 2500)
    os.utime(own_cache / "dlint" / "swept", (1, 1))
    for path in kept(own_cache):
        os.utime(path)
    other = Results("/other", "dlint")
    other.put("a", "b.c", NOISE)
    other.save()
    assert sum(path.stat().st_size for path in kept(own_cache)) <= 2500


def test_what_thousands_of_findings_make_is_kept_and_what_is_beyond_measure_is_not(own_cache: Path) -> None:
    one = Results("/project", "dlint")
    finding = [
        "rule-of-a-usual-name",
        1,
        "compose.yaml",
        0,
        10,
        "A sentence of the usual length about a place",
        *"x" * 9,
    ]
    thousands, beyond = [finding] * 10_000, [finding] * 50_000
    assert one.put("compose.yaml", "k.x", thousands)
    assert not one.put("compose.yaml", "other.x", beyond)
    one.save()
    later = Results("/project", "dlint")
    assert later.get("compose.yaml", "k.x") == thousands
    assert later.get("compose.yaml", "other.x") is None


def test_thousands_of_records_are_packed_as_they_come_and_found_in_any_order(own_cache: Path) -> None:
    names = [f"{number}/Dockerfile" for number in range(0, 61 * 40, 61)]
    one = Results("/project", "dlint")
    for turn in ("old", "new"):
        for name in names:
            assert one.put(name, f"{name}.{turn}", [turn, name, NOISE * 5])
        assert one.get(names[0], f"{names[0]}.{turn}") == [turn, names[0], NOISE * 5]
        one.save()
        one = Results("/project", "dlint")
    for name in reversed(names):
        assert [one.get(name, f"{name}.{turn}") for turn in ("old", "new")] == [
            [turn, name, NOISE * 5] for turn in ("old", "new")
        ]
        assert not one.get(name, f"{name}.other")


def test_a_long_report_lies_behind_its_record(own_cache: Path) -> None:
    name = f"{results.REPORTS}all"
    for turn in ("a", "b"):
        one = Results("/project", "dlint")
        text = PackedText()
        for number in range(20_000):
            text.append(f"{turn} {number} é\udc80")
        one.put_report(name, f"r.{turn}", {"code": turn}, text)
        one.save()
    last = Results("/project", "dlint")
    for turn in ("a", "b"):
        record, found = last.with_text(name, f"r.{turn}")
        assert record == {"code": turn}
        assert found == "".join(f"{turn} {number} é\udc80" for number in range(20_000))


def test_of_one_group_a_few_configurations_are_kept(own_cache: Path) -> None:
    one = Results("/project", "dlint")
    for number in range(9):
        one.put("a", f"group.{number}", number)
    one.save()
    last = Results("/project", "dlint")
    assert [last.get("a", f"group.{number}") for number in range(9)] == [None] * 5 + [5, 6, 7, 8]


def test_two_runs_at_once_lose_at_most_what_one_has_kept(own_cache: Path) -> None:
    one, two = Results("/project", "dlint"), Results("/project", "dlint")
    one.put("a", "a.1", 1)
    two.put("a", "a.2", 2)
    one.save()
    two.save()
    last = Results("/project", "dlint")
    assert (last.get("a", "a.1"), last.get("a", "a.2")) == (None, 2)


def test_the_command_shows_and_clears(run: Runs, own_cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(run.root, {"Dockerfile": TEXT})
    run(".")
    assert call(["cache"]) == 0
    shown = capsys.readouterr().out
    assert str(own_cache / "dlint") in shown and "1 project" in shown
    assert call(["cache", "--clear"]) == 0
    assert kept(own_cache) == []
    run(".")
    assert run.linted == ["Dockerfile"]


def test_only_the_door_to_the_project_opens_its_files(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """While files are linted, nobody else asks the file system about the project."""
    import sys

    write(
        run.root,
        {
            "Dockerfile": TEXT + "COPY a entry.sh x.tar /\nCMD /entry.sh\nFROM own:1\n",
            "compose.yaml": "services: {w: {build: ., env_file: .env, extends: {file: b.yml, service: b}}}",
            "b.yml": "services: {b: {image: 'own:1'}}", "entry.sh": "#!/bin/sh\n", "x.tar": "x", ".env": "A=1\n",
            ".dockerignore": "b\n", ".gitignore": "c\n",
        },
    )  # fmt: skip
    seen: set[str] = set()
    lint = ManyRuns.lint
    active = False
    doors = {"files.py", "disk.py"}
    root = str(run.root)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if not active or not (event == "open" or event.startswith("os.")):
            return
        if not any(isinstance(one, str) and one.startswith(root) for one in arguments):
            return
        frame = sys._getframe(1)
        while frame.f_back is not None and os.sep + "dlint" + os.sep not in frame.f_code.co_filename:
            frame = frame.f_back
        seen.add(os.path.basename(frame.f_code.co_filename))

    def watched(self: ManyRuns, partition: Partition, groups: list[Group]) -> None:
        nonlocal active
        active = True
        try:
            lint(self, partition, groups)
        finally:
            active = False

    monkeypatch.setattr(ManyRuns, "lint", watched)
    sys.addaudithook(watch)
    run(".", "--preset=all")
    assert seen and seen <= doors


def test_what_follows_from_a_listing_is_not_asked_again(run: Runs, own_cache: Path) -> None:
    """``COPY`` of a name that is not there looks for one like it among all that its folder holds."""
    names = [f"file{number}.txt" for number in range(200)]
    write(run.root, dict.fromkeys(names, ""))
    write(
        run.root,
        {"a/Dockerfile": TEXT, "Dockerfile": TEXT + "COPY flie1.txt /\n", "b.Dockerfile": "FROM a\nCOPY file7.txt /\n"},
    )
    first = run(".")
    assert run(".") == first
    assert run.linted == []
    assert sum(path.stat().st_size for path in kept(own_cache)) < 10_000
    (run.root / "file1.txt").unlink()
    assert run(".") == run(".", "--no-cache")
    (run.root / "file1.txt").symlink_to("nowhere")
    assert run(".") == run(".", "--no-cache")
