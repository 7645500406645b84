"""What becomes of a finding that stands for several places: in each format, and where some of them are known, hidden,
changed or fixed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from dlint.cache.rows import findings_of, rows_of
from dlint.library import lint_files
from dlint.report import render
from dlint.rule.finding import Finding, Report
from dlint.rule.hidden import NOTHING
from dlint.rule.joined import places
from dlint.source import Source
from nursery import run as dlint
from seeds import seeds

RULE = "legacy-key-value"
HEAD, TAIL = "FROM debian:13-slim\n", "USER 1000\n"
CONFIG = "shellcheck = false\n"


def written(names: list[str]) -> str:
    return HEAD + "".join(f"ENV {name} {name.lower()}\n" for name in names) + TAIL


def lines_of(names: list[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, 2)}


def shown(folder: Path, *arguments: str) -> list[int]:
    """The lines at which the rule finds something, those of the places that are only related included."""
    found = [one for one in report(folder, *arguments)["findings"] if one["rule"] == RULE and not one["suppressed"]]
    return sorted(line for one in found for line in (one["line"], *(other["line"] for other in one["related"])))


def report(folder: Path, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dlint(folder, "--format", "json", *arguments, ".").stdout)
    return found


def git(folder: Path, *arguments: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, env=environment, capture_output=True, check=True)


def project(folder: Path, names: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "dlint.toml").write_text(CONFIG)
    (folder / "Dockerfile").write_text(written(names))


def some(chance: random.Random, most: int = 6) -> list[str]:
    return chance.sample("ALPHA BETA GAMMA DELTA EPSILON ZETA ETA THETA".split(), chance.randint(1, most))


def mixed(chance: random.Random, old: list[str], new: list[str]) -> list[str]:
    """Old and new ones in any order, the old ones in their own."""
    names = list(old)
    for name in new:
        names.insert(chance.randint(0, len(names)), name)
    return names


@pytest.mark.parametrize("seed", seeds(3))
def test_a_baseline_hides_the_places_that_it_knows_and_no_other(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    old = some(chance)
    project(tmp_path, old)
    assert dlint(tmp_path, "baseline").returncode == 0
    assert shown(tmp_path, "--baseline", "dlint-baseline.json") == []
    names = mixed(chance, [name for name in old if chance.random() < 0.8], ["NEW", "NEWER"][: chance.randint(0, 2)])
    (tmp_path / "Dockerfile").write_text(written(names))
    expected = sorted(line for name, line in lines_of(names).items() if name not in old)
    assert shown(tmp_path, "--baseline", "dlint-baseline.json") == expected
    assert dlint(tmp_path, "baseline", "--update").returncode == 0
    assert shown(tmp_path, "--baseline", "dlint-baseline.json") == expected
    # What is hidden is said to be, and is no part of what is shown.
    both = report(tmp_path, "--baseline", "dlint-baseline.json", "--show-suppressed")["findings"]
    hidden = [one for one in both if one["rule"] == RULE and one["suppressed"]]
    lines = [line for one in hidden for line in (one["line"], *(other["line"] for other in one["related"]))]
    assert sorted(lines) == sorted(line for name, line in lines_of(names).items() if name in old)
    assert len({one["fingerprint"] for one in both}) == len(both)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
@pytest.mark.parametrize("seed", seeds(3))
def test_since_shows_the_places_that_are_new_or_changed(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    old = some(chance)
    project(tmp_path, old)
    git(tmp_path, "init", "-qb", "main", ".")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "before")
    assert shown(tmp_path, "--since", "HEAD") == []
    names = mixed(chance, old, ["NEW"])
    changed = chance.choice(old)
    text = written(names).replace(f"ENV {changed} {changed.lower()}\n", f"ENV {changed} other\n")
    (tmp_path / "Dockerfile").write_text(text)
    assert shown(tmp_path, "--since", "HEAD") == sorted(lines_of(names)[name] for name in ("NEW", changed))


@pytest.mark.parametrize("seed", seeds(3))
def test_a_comment_at_any_place_takes_that_one_out(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    names = some(chance)
    out = set(chance.sample(names, chance.randint(0, len(names))))
    lines, expected = [HEAD], []
    for name in names:
        if name in out:
            lines.append(f"# dlint: ignore={RULE} -- as it was\n")
        else:
            expected.append(len(lines) + 1)
        lines.append(f"ENV {name} x\n")
    project(tmp_path, [])
    (tmp_path / "Dockerfile").write_text("".join([*lines, TAIL]))
    assert shown(tmp_path) == expected


@pytest.mark.parametrize("seed", seeds(3))
def test_fix_changes_the_places_that_are_shown_and_no_other(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    old = some(chance)
    project(tmp_path, old)
    assert dlint(tmp_path, "baseline").returncode == 0
    names = mixed(chance, old, ["NEW", "NEWER"])
    text = written(names)
    for name in chance.sample(old, chance.randint(0, len(old))):
        text = text.replace(f"ENV {name} ", f"# dlint: ignore={RULE} -- as it was\nENV {name} ")
    (tmp_path / "Dockerfile").write_text(text)
    done = dlint(tmp_path, "--fix", "--baseline", "dlint-baseline.json", ".")
    assert "1 fixed" in done.stdout
    expected = text.replace("ENV NEW new", "ENV NEW=new").replace("ENV NEWER newer", "ENV NEWER=newer")
    assert (tmp_path / "Dockerfile").read_text() == expected


def test_a_place_that_cannot_be_fixed_leaves_the_others_to_be_fixed(tmp_path: Path) -> None:
    project(tmp_path, ["A", "B", "C"])
    path = tmp_path / "Dockerfile"
    path.write_text(path.read_text().replace("ENV B b\n", "ENV B \\\n  # kept\n  b\n"))
    dlint(tmp_path, "--fix", ".")
    assert "ENV A=a\n" in path.read_text() and "ENV C=c\n" in path.read_text() and "# kept" in path.read_text()


def found_in(text: str, **config: object) -> list[Finding]:
    return [f for f in lint_files({"Dockerfile": text}, config={"shellcheck": False, **config}) if f.rule.name == RULE]


@pytest.mark.parametrize("seed", seeds(5))
def test_it_is_the_same_finding_whichever_places_it_has(seed: int) -> None:
    chance = random.Random(seed)
    old = some(chance)
    (before,) = found_in(written(old))
    (after,) = found_in(written(mixed(chance, old[chance.randint(0, len(old) - 1) :], ["NEW"])))
    assert after.key == before.key
    assert line_hash(after) == line_hash(before)
    # Where each place is reported by itself, each has its own.
    alone = found_in(written(old), preset="all")
    assert len({one.key for one in alone}) == len(old) and before.key not in {one.key for one in alone}


def test_a_comment_at_its_first_place_leaves_it_the_same_finding() -> None:
    text = written(["A", "B", "C"])
    (before,) = found_in(text)
    (after,) = found_in(text.replace("ENV A", f"# dlint: ignore={RULE} -- as it was\nENV A"))
    assert (after.line, after.key) == (4, before.key)


def line_hash(finding: Finding) -> str:
    log = json.loads(render("sarif", Report([finding], [], {"Dockerfile": "dockerfile"}, [])))
    found: str = log["runs"][0]["results"][0]["partialFingerprints"]["primaryLocationLineHash"]
    return found


def test_what_is_kept_between_runs_is_the_same() -> None:
    text = written(["A", "B", "C"])
    source = Source("Dockerfile", text)
    found = lint_files({"Dockerfile": text}, config={"shellcheck": False})
    for one in places(found):
        one.source = source
        one.related = [type(r)(type(r.where)(source, r.where.span), r.message) for r in one.related]
        if one.fix is not None:
            one.fix = one.fix.moved([type(edit)(source, edit.span, edit.text) for edit in one.fix.edits])
    for one in found:
        one.source = source
    rows = json.loads(json.dumps(rows_of(found, NOTHING, lambda path: source)))
    again = findings_of(rows, lambda path: source)
    for form in ("json", "sarif", "text", "github"):
        one, other = (render(form, Report(f, [], {"Dockerfile": "dockerfile"}, [])) for f in (found, again))
        assert one == other


SERVICES = "".join(f"  {name}:\n    image: example.org/{name}:3.1\n" for name in ("web", "mail", "shop"))


def test_each_format_says_where_the_other_places_are() -> None:
    (finding,) = lint_files({"compose.yaml": f"services:\n{SERVICES}"}, config={"shellcheck": False})
    report = Report([finding], [], {"compose.yaml": "compose"}, [])
    (one,) = json.loads(render("json", report))["findings"]
    assert [(r["line"], r["column"], r["end_column"]) for r in one["related"]] == [(4, 3, 7), (6, 3, 7)]
    # What is wrong at another place is said as it would be there.
    assert [r["message"].split(" is ")[0] for r in one["related"]] == ["Service mail", "Service shop"]
    (result,) = json.loads(render("sarif", report))["runs"][0]["results"]
    regions = [place["physicalLocation"]["region"] for place in result["relatedLocations"]]
    assert [(r["startLine"], r["startColumn"], r["endColumn"]) for r in regions] == [(4, 3, 7), (6, 3, 7)]
    (issue,) = json.loads(render("sonar", report))["issues"]
    assert [place["textRange"]["startLine"] for place in issue["secondaryLocations"]] == [4, 6]
    assert "see also 4:3, 6:3\n" in render("text", report)
    assert "; also in lines 4, 6\n" in render("github", report)
