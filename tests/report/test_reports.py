"""Every format tells the same story, in the shape its readers want, and gives nothing away."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint import report
from dlint.report import sarif
from dlint.report._line_hash import line_hashes, text_hashes
from dlint.report.github import PER_LEVEL
from dlint.report.sarif import MOST_RESULTS, artifact
from dlint.rule.finding import Failure, Report
from dlint.rule.rule import Fix, Related
from dlint.rule.severity import Severity
from dlint.session import Session
from dlint.source import Node, Source, Span
from places import ROOT, TESTS
from sample_report import (
    CASING,
    COMPOSE,
    DOCKERFILE,
    LISTS,
    PIPE,
    SECRET,
    UNTAGGED,
    at,
    found,
    make_report,
    make_rule,
    sample,
)

SCHEMAS = TESTS / "schemas"
Place = tuple[str, str, int, int]


def expected(made: Report) -> list[Place]:
    return sorted((f.rule.name, f.path, f.line, f.column) for f in made.visible)


# ── reading each format back ─────────────────────────────────────────────────────────────────────────────────────────


def from_text(made: Report) -> list[Place]:
    shape = re.compile(r"(.+):(\d+):(\d+)  (?:error|warning|info|style)  .*\[([a-z-]+)\]$")
    rows = [shape.match(line) for line in report.render("text", made, width=100_000).split("\n")]
    return sorted((row[4], row[1], int(row[2]), int(row[3])) for row in rows if row)


def from_markdown(made: Report) -> list[Place]:
    shape = re.compile(r"\| .*\w \| <code>(.+):(\d+):(\d+)</code> \| .* \| <code>([a-z-]+)</code> \|$")
    rows = [shape.match(html.unescape(line)) for line in report.render("markdown", made).split("\n")]
    return sorted((row[4], row[1], int(row[2]), int(row[3])) for row in rows if row)


def from_compact(made: Report) -> list[Place]:
    shape = re.compile(r"^(.+):(\d+):(\d+): (?:error|warning|info|style): .* \[([a-z-]+)\]$")
    rows = [shape.match(line) for line in report.render("compact", made).split("\n")]
    return sorted((row[4], row[1], int(row[2]), int(row[3])) for row in rows if row)


def from_json(made: Report) -> list[Place]:
    findings = json.loads(report.render("json", made))["findings"]
    return sorted((f["rule"], f["path"], f["line"], f["column"]) for f in findings)


def from_sarif(made: Report) -> list[Place]:
    places = []
    for result in json.loads(report.render("sarif", made))["runs"][0]["results"]:
        where = result["locations"][0]["physicalLocation"]
        region = where["region"]
        path = unquote(where["artifactLocation"]["uri"])
        places.append((result["ruleId"], path, region["startLine"], region["startColumn"]))
    return sorted(places)


def from_github(made: Report) -> list[Place]:
    places = []
    for line in report.render("github", made).splitlines():
        command = re.match(r"^::(?:error|warning|notice) (\S.*?)::", line)
        properties = dict(pair.split("=", 1) for pair in command[1].split(",")) if command else {}
        if "line" in properties:
            plain = {key: unquote(value) for key, value in properties.items()}
            places.append((plain["title"], plain["file"], int(plain["line"]), int(plain["col"])))
    return sorted(places)


def from_gitlab(made: Report) -> list[Place]:
    places = []
    for item in json.loads(report.render("gitlab", made)):
        if item["check_name"] != "run-failure":
            begin = item["location"]["positions"]["begin"]
            assert begin["line"] == item["location"]["lines"]["begin"]
            places.append((item["check_name"], item["location"]["path"], begin["line"], begin["column"]))
    return sorted(places)


def from_junit(made: Report) -> list[Place]:
    places = []
    for case in ET.fromstring(report.render("junit", made)).iter("testcase"):
        if case.find("failure") is not None:
            rule, _, place = case.attrib["name"].partition(" at ")
            line, _, column = place.partition(":")
            assert case.attrib["line"] == line
            places.append((rule, case.attrib["file"], int(line), int(column)))
    return sorted(places)


def from_checkstyle(made: Report) -> list[Place]:
    places = []
    for file in ET.fromstring(report.render("checkstyle", made)).iter("file"):
        for error in file.iter("error"):
            rule = error.attrib["source"].removeprefix("dlint.")
            if rule != "run-failure":
                places.append((rule, file.attrib["name"], int(error.attrib["line"]), int(error.attrib["column"])))
    return sorted(places)


def from_rdjson(made: Report) -> list[Place]:
    """Columns are UTF-8 bytes; turned back into characters here with nothing but the text."""
    sources = {finding.path: finding.source for finding in made.findings}
    places = []
    for diagnostic in json.loads(report.render("rdjson", made))["diagnostics"]:
        if "range" in diagnostic["location"]:
            path = diagnostic["location"]["path"]
            start = diagnostic["location"]["range"]["start"]
            line = sources[path].text.split("\n")[start["line"] - 1].encode("utf-8", "surrogateescape")
            column = len(line[: start["column"] - 1].decode("utf-8", "surrogateescape")) + 1
            places.append((diagnostic["code"]["value"], path, start["line"], column))
    return sorted(places)


def from_sonar(made: Report) -> list[Place]:
    """Columns are 0-based UTF-16 units, and missing where the range would be empty."""
    sources = {finding.path: finding.source for finding in made.findings}
    bare = {(f.rule.name, f.path, f.line): f.column for f in made.visible}
    places = []
    for issue in json.loads(report.render("sonar", made))["issues"]:
        where = issue["primaryLocation"]
        if "textRange" in where:
            path, begin = where["filePath"], where["textRange"]
            if "startColumn" in begin:
                units = sources[path].text.split("\n")[begin["startLine"] - 1].encode("utf-16-le", "surrogatepass")
                column = len(units[: 2 * begin["startColumn"]].decode("utf-16-le", "surrogatepass")) + 1
            else:
                column = bare[issue["ruleId"], path, begin["startLine"]]
            places.append((issue["ruleId"], path, begin["startLine"], column))
    return sorted(places)


READERS: dict[str, Callable[[Report], list[Place]]] = {
    name.removeprefix("from_"): reader for name, reader in list(globals().items()) if name.startswith("from_")
}


def test_every_format_has_a_reader_here() -> None:
    missing = [name for name in report.formats() if name not in READERS]
    assert not missing, f"write from_{missing[0]} above: it reads the places of the findings back from the report"
    assert sorted(READERS) == report.formats()


@pytest.mark.parametrize("form", sorted(READERS))
def test_all_formats_report_the_same_findings(form: str) -> None:
    made = sample()
    assert READERS[form](made) == expected(made)
    assert len(expected(made)) == 9


@pytest.mark.parametrize("form", sorted(READERS))
def test_a_clean_run_is_a_valid_report_without_findings(form: str) -> None:
    clean = Report([], [], {"Dockerfile": "dockerfile"}, [(UNTAGGED, UNTAGGED.severity)])
    assert READERS[form](clean) == []
    assert READERS[form](Report([], [], {}, [])) == []


@pytest.mark.parametrize("form", sorted(READERS))
def test_a_failure_of_the_run_shows_in_every_format(form: str) -> None:
    assert "the rule q failed here" in report.render(form, sample())


@pytest.mark.parametrize("form", sorted(READERS))
@pytest.mark.parametrize("shown", [False, True])
def test_no_format_repeats_a_credential(form: str, shown: bool) -> None:
    assert "hunter2" not in report.render(form, sample(), show_suppressed=shown)


@pytest.mark.parametrize("form", ["text", "json", "sarif", "rdjson"])
def test_a_suppressed_credential_is_hidden_all_the_same(form: str) -> None:
    made = sample()
    fix = Fix("Use =", Node(DOCKERFILE, DOCKERFILE.line_span(4)).replace("ENV TOKEN hunter2-hunter2"))
    others = [found(CASING, DOCKERFILE, "ENV TOKEN", fix=fix)]
    for finding in made.findings:
        if finding.rule is SECRET:
            finding.suppressed = made.findings[1].suppressed
            others.append(finding)
    assert "hunter2" not in report.render(form, make_report(others), show_suppressed=True)


def test_unknown_formats_are_refused_and_unused_options_left_out() -> None:
    with pytest.raises(KeyError):
        report.render("_escape", sample())
    assert report.render("gitlab", sample(), color=True, width=3) == report.render("gitlab", sample())


# What a file or a path can hold: bytes that are not UTF-8 are the surrogates U+DC80 to U+DCFF.
texts = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from("\t\r\n\x00\x1b\x7f\x85\u200d\u202e\u2028\ufeff\ufe0f\udc80\udcffé日👩💻ab &<>'\"%:,[]()"),
    max_size=60,
)


@given(
    text=texts,
    message=texts,
    path=texts.map(lambda t: t.strip("/.").replace("\\", "") or "x"),
    ends=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_any_text_gives_sound_reports(text: str, message: str, path: str, ends: tuple[int, int]) -> None:
    source = Source(path, text)
    start, end = sorted(min(offset, len(text)) for offset in ends)
    made = make_report(
        [at(UNTAGGED, source, start, end, message, fix=Fix(message, Node(source, Span(start, end)).replace(text)))]
    )
    for form in report.formats():
        shown = report.render(form, made, color=False)
        shown.encode("utf-8")
        assert shown == report.render(form, made, color=False)
        if form in ("text", "compact"):
            assert not [c for c in shown if not c.isprintable() and c not in "\n\u200d"]
        elif form in ("junit", "checkstyle"):
            ET.fromstring(shown)
        elif form not in ("github", "markdown"):
            json.loads(shown)
    assert not sarif_faults(made)
    assert from_json(made) == [(UNTAGGED.name, re.sub("[\ud800-\udfff]", "\ufffd", path), *source.position(start))]


# ── json, gitlab, rdjson, sonar: their shapes ────────────────────────────────────────────────────────────────────────

STRING = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
ONE_UP = {"type": "integer", "minimum": 1}


def record(required: dict[str, object], optional: dict[str, object] | None = None) -> dict[str, object]:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def array(items: object, **more: object) -> dict[str, object]:
    return {"type": "array", "items": items, **more}


PLACE = {"path": STRING, "line": ONE_UP, "column": ONE_UP, "end_line": ONE_UP, "end_column": ONE_UP}
JSON_SHAPE = record(
    {
        "version": {"const": 1},
        "tool": record({"name": {"const": "dlint"}, "version": STRING}),
        "findings": array(
            record(
                {
                    "rule": STRING,
                    "severity": {"enum": ["error", "warning", "info", "style"]},
                    "category": STRING,
                    "message": STRING,
                    **PLACE,
                    "related": array(record({**PLACE, "message": STRING})),
                    "fix": {
                        "anyOf": [
                            {"type": "null"},
                            record(
                                {
                                    "title": STRING,
                                    "safe": {"type": "boolean"},
                                    "edits": {"anyOf": [{"type": "null"}, array(record({**PLACE, "text": STRING}))]},
                                }
                            ),
                        ]
                    },
                    "suppressed": {
                        "anyOf": [
                            {"type": "null"},
                            record({"kind": {"enum": ["comment", "config"]}, "reason": STRING}),
                        ]
                    },
                    "fingerprint": {"type": "string", "minLength": 16},
                }
            )
        ),
        "errors": array(record({"path": STRING, "message": STRING, "rule": {"type": ["string", "null"]}})),
        "notes": array(STRING),
        "linted": array(record({"path": STRING, "kind": STRING})),
        "summary": record(
            dict.fromkeys("findings error warning info style suppressed files files_with_findings".split(), COUNT)
            | dict.fromkeys("safe_fixes unsafe_fixes fixed".split(), COUNT)
        ),
    }
)
POSITION = record({"line": ONE_UP, "column": ONE_UP})
GITLAB_SHAPE = array(
    record(
        {
            "description": STRING,
            "check_name": STRING,
            "fingerprint": {"type": "string", "minLength": 16},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": record(
                {"path": {"type": "string", "minLength": 1}, "lines": record({"begin": ONE_UP}, {"end": ONE_UP})},
                {"positions": record({"begin": POSITION, "end": POSITION})},
            ),
        }
    )
)
RANGE = record({"start": POSITION, "end": POSITION})
RDJSON_SHAPE = record(
    {
        "source": record({"name": STRING}, {"url": STRING}),
        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
        "diagnostics": array(
            record(
                {
                    "message": STRING,
                    "location": record({"path": STRING}, {"range": RANGE}),
                    "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                    "code": record({"value": STRING}, {"url": STRING}),
                },
                {"suggestions": array(record({"range": RANGE, "text": STRING}), minItems=1)},
            )
        ),
    }
)
SONAR_PLACE = record(
    {"message": STRING, "filePath": STRING},
    {"textRange": record({"startLine": ONE_UP, "endLine": ONE_UP}, {"startColumn": COUNT, "endColumn": COUNT})},
)
SONAR_SHAPE = record(
    {
        "rules": array(
            record(
                {
                    "id": STRING,
                    "name": STRING,
                    "description": {"type": "string", "minLength": 1},
                    "engineId": {"const": "dlint"},
                    "cleanCodeAttribute": {
                        "enum": "CONVENTIONAL COMPLETE EFFICIENT LOGICAL TRUSTWORTHY".split(),
                    },
                    "impacts": array(
                        record(
                            {
                                "softwareQuality": {"enum": ["SECURITY", "RELIABILITY", "MAINTAINABILITY"]},
                                "severity": {"enum": ["LOW", "MEDIUM", "HIGH"]},
                            }
                        ),
                        minItems=1,
                    ),
                    "type": {"enum": ["BUG", "VULNERABILITY", "CODE_SMELL"]},
                    "severity": {"enum": ["BLOCKER", "CRITICAL", "MAJOR", "MINOR", "INFO"]},
                }
            )
        ),
        "issues": array(
            record({"ruleId": STRING, "primaryLocation": SONAR_PLACE, "secondaryLocations": array(SONAR_PLACE)})
        ),
    }
)


@pytest.mark.parametrize(
    ("form", "shape"),
    [("json", JSON_SHAPE), ("gitlab", GITLAB_SHAPE), ("rdjson", RDJSON_SHAPE), ("sonar", SONAR_SHAPE)],
)
def test_json_formats_keep_their_shape(form: str, shape: dict[str, object]) -> None:
    made = json.loads(report.render(form, sample(), show_suppressed=True))
    jsonschema.Draft202012Validator(shape).validate(made)
    if isinstance(made, dict):
        made["surprise"] = 1
    else:
        made[0]["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(shape).validate(made)


def test_json_says_all_there_is_to_know() -> None:
    made = json.loads(report.render("json", sample(), show_suppressed=True))
    by_rule = {finding["rule"]: finding for finding in made["findings"] if not finding["suppressed"]}
    privileged = by_rule["privileged"]
    assert privileged["fix"] == {
        "title": "Drop it",
        "safe": True,
        "edits": [{"path": "compose.yaml", "line": 3, "column": 1, "end_line": 4, "end_column": 1, "text": ""}],
    }
    assert privileged["related"] == [
        {"path": DOCKERFILE.path, "line": 1, "column": 6, "end_line": 1, "end_column": 12, "message": "built [here]"}
    ]
    assert by_rule["base-untagged"]["fix"]["edits"][1]["text"] == "name: x\r\n", "the newline style of the file"
    assert by_rule["secret-in-env"]["fix"] == {"title": "Take it out", "safe": True, "edits": None}
    assert {(f["rule"], f["suppressed"]["kind"]) for f in made["findings"] if f["suppressed"]} == {
        ("casing", "comment"),
        ("base-untagged", "config"),
    }
    assert made["summary"] == {
        "findings": 9, "error": 3, "warning": 1, "info": 4, "style": 1, "suppressed": 2,
        "files": 4, "files_with_findings": 3, "safe_fixes": 4, "unsafe_fixes": 0, "fixed": 0,
    }  # fmt: skip
    assert len(json.loads(report.render("json", sample()))["findings"]) == 9


def test_gitlab_fingerprints_are_unique_and_know_no_line() -> None:
    one, two = (found(UNTAGGED, DOCKERFILE, "apt-get", nth=nth) for nth in (0, 1))
    prints = [item["fingerprint"] for item in json.loads(report.render("gitlab", make_report([one, two])))]
    assert len(set(prints)) == 2
    moved = DOCKERFILE.with_text("# a comment more\n" + DOCKERFILE.text)
    later = make_report([found(UNTAGGED, moved, "apt-get", "in other words", nth=nth) for nth in (0, 1)])
    assert [item["fingerprint"] for item in json.loads(report.render("gitlab", later))] == prints


def test_a_suggestion_holds_the_whole_fix_or_there_is_none() -> None:
    text = "ENV a 1\nENV b 2\n" + "RUN x\n" * 40 + "ENV c 3\n"
    source = Source("Dockerfile", text)
    one, two, far = (Node(source, Span(start, start + 1)) for start in (5, 13, len(text) - 3))
    other = Node(COMPOSE, Span(0, 0)).insert_before("x")
    for edits, wanted in (
        ((two.replace("="), one.replace("=")), {"start": {"line": 1, "column": 6}, "end": {"line": 2, "column": 7}}),
        ((one.replace("="), far.replace("=")), None),
        ((one.replace("="), other), None),
    ):
        finding = found(CASING, source, "ENV", fix=Fix("Use =", *edits))
        (diagnostic,) = json.loads(report.render("rdjson", make_report([finding])))["diagnostics"]
        if wanted is None:
            assert "suggestions" not in diagnostic
        else:
            assert diagnostic["suggestions"] == [{"range": wanted, "text": "=1\nENV b="}]


def test_sonar_ranges_are_never_empty_and_stay_in_their_line() -> None:
    made = sample()
    texts = {finding.path: finding.source.text for finding in made.findings}
    for issue in json.loads(report.render("sonar", made))["issues"]:
        for where in (issue["primaryLocation"], *issue["secondaryLocations"]):
            place = where.get("textRange", {})
            if "startColumn" in place:
                lines = [
                    len(line.rstrip("\r").encode("utf-16-le")) // 2 for line in texts[where["filePath"]].split("\n")
                ]
                start, end = ((place[f"{end}Line"], place[f"{end}Column"]) for end in ("start", "end"))
                assert start < end
                assert start[1] <= lines[start[0] - 1] and end[1] <= lines[end[0] - 1]


# ── xml ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_junit_has_a_suite_for_each_file_and_its_counts_add_up() -> None:
    root = ET.fromstring(report.render("junit", sample()))
    suites = {suite.attrib["name"]: suite for suite in root}
    assert list(suites) == sorted(
        [DOCKERFILE.path, "compose.yaml", "sub/Dockerfile", ".dockerignore", "other/Dockerfile"]
    )
    for suite in suites.values():
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) > 0
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["errors"]) == len(suite.findall("testcase/error"))
    for count in ("tests", "failures", "errors"):
        assert int(root.attrib[count]) == sum(int(suite.attrib[count]) for suite in suites.values())
    assert [len(case) for case in suites[".dockerignore"]] == [0], "a clean file has one passing case"


def test_junit_fails_only_what_fails_the_run() -> None:
    made = sample()
    root = ET.fromstring(report.render("junit", made, fails=lambda finding: finding.severity is Severity.ERROR))
    assert root.attrib["failures"] == "3" and len(root.findall("testsuite/testcase/failure")) == 3
    assert len(root.findall("testsuite/testcase/system-out")) == 6, "the others are said all the same"
    assert root.attrib["tests"] == ET.fromstring(report.render("junit", made)).attrib["tests"]


def test_checkstyle_lists_every_file_once_and_shows_what_xml_forbids() -> None:
    root = ET.fromstring(report.render("checkstyle", sample()))
    assert root.tag == "checkstyle" and root.attrib == {"version": "4.3"}
    names = [file.attrib["name"] for file in root]
    assert len(names) == len(set(names)) == 5
    assert {error.attrib["severity"] for error in root.iter("error")} == {"error", "warning", "info"}
    pipe = next(error for error in root.iter("error") if error.attrib["source"] == "dlint.curl-pipe-shell")
    assert pipe.attrib["message"] == 'What \\x1b[31mthe\nnetwork <sends> is "run" & so on'


# ── github ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_github_commands_are_escaped_and_most_severe_first() -> None:
    lines = report.render("github", sample()).splitlines()
    assert lines[0] == (
        "::error file=other/Dockerfile,title=run-failure::the rule q failed here: ValueError; please report it"
    )
    assert (
        "::error file=compose.yaml,line=3,endLine=3,col=5,endColumn=21,title=privileged"
        "::The container is root on the host"
    ) in lines
    assert (
        "::warning file=app dir/Dockerfile.ü,line=1,endLine=1,col=6,endColumn=12,title=base-untagged"
        "::Name a tag: 100%25 sure, see [docs](1), a:b,c"
    ) in lines
    levels = [line.split(" ")[0] for line in lines[:-1]]
    assert levels == ["::error"] * 4 + ["::warning"] + ["::notice"] * 5
    assert lines[-1] == "::notice title=dlint::ShellCheck is not installed, so its rules are off"
    assert len(lines) == 11, "nothing was left out, so no line says so"
    (pipe,) = report.render("github", make_report([found(PIPE, Source("a:b,c%", "x"), "x", "a\r\nb")])).splitlines()
    assert pipe == "::error file=a%3Ab%2Cc%25,line=1,endLine=1,col=1,endColumn=2,title=curl-pipe-shell::a%0Ab"


def test_github_shows_a_long_region_by_its_first_line() -> None:
    (command,) = report.render(
        "github", make_report([found(LISTS, DOCKERFILE, "RUN apt-get update && \\\n\tapt")])
    ).splitlines()
    assert "line=2,endLine=2,col=1,endColumn=24," in command


def test_github_says_how_many_it_left_out() -> None:
    source = Source("Dockerfile", "x\n" * 40)
    many = [at(UNTAGGED if n % 2 else PIPE, source, 2 * n, 2 * n + 1) for n in range(40)]
    lines = report.render("github", make_report(many)).splitlines()
    assert len(lines) == 2 * PER_LEVEL + 1
    assert [line.split(" ")[0] for line in lines[:-1]] == ["::error"] * PER_LEVEL + ["::warning"] * PER_LEVEL
    assert lines[-1] == "dlint: 20 findings are not annotated, as GitHub shows 10 of each level for a step"


# ── sarif ────────────────────────────────────────────────────────────────────────────────────────────────────────────

SARIF = jsonschema.Draft202012Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text("utf-8")))


def sarif_faults(made: Report, **options: object) -> list[str]:
    log = json.loads(report.render("sarif", made, **options))
    return [f"{error.json_path}: {error.message}" for error in SARIF.iter_errors(log)]


def sarif_run(made: Report, **options: object) -> dict[str, object]:
    (run,) = json.loads(report.render("sarif", made, **options))["runs"]
    return run


def test_sarif_follows_the_schema() -> None:
    assert sarif_faults(sample()) == []
    assert sarif_faults(sample(), show_suppressed=True) == []
    assert sarif_faults(Report([], [], {}, [])) == []
    broken = json.loads(report.render("sarif", sample()))
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert list(SARIF.iter_errors(broken)), "the schema must be able to refuse"


def test_sarif_describes_every_rule_of_the_run_once() -> None:
    made = sample()
    spare = make_rule("spare", body="Only prose.\n" + "long " * 300)
    made.rules.append((spare, spare.severity))
    rules = sarif_run(made)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({rule.name for rule, _ in made.rules})
    by_id = {rule["id"]: rule for rule in rules}
    for rule in rules:
        assert rule["help"]["text"] and rule["help"]["markdown"] and len(rule["fullDescription"]["text"]) <= 1000
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["name"].lower() != rule["id"]
        security = "security" in rule["properties"]["tags"]
        assert security != ("problem.severity" in rule["properties"])
        assert security or "security-severity" not in rule["properties"]
    secret = by_id["secret-in-env"]
    assert secret["properties"] == {
        "tags": ["security", "dockerfile", "external/cwe/cwe-798", "external/cwe/cwe-522", "owasp-docker/12"],
        "precision": "high",
        "security-severity": "9.1",
    }
    assert by_id["privileged"]["properties"]["security-severity"] == "9.0"
    assert by_id["curl-pipe-shell"]["properties"]["tags"][2] == "external/cwe/cwe-494"
    assert by_id["base-untagged"]["helpUri"] == "https://docs.docker.com/build/" and "helpUri" not in secret
    assert {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules} == {
        "base-untagged": "warning", "casing": "note", "curl-pipe-shell": "error", "package-lists-kept": "note",
        "privileged": "error", "secret-in-env": "error", "spare": "warning", "unused-stage": "note",
    }  # fmt: skip


def test_sarif_help_shows_what_an_example_is_and_how_to_ignore_the_rule() -> None:
    rules = {rule["id"]: rule for rule in sarif_run(sample())["tool"]["driver"]["rules"]}
    help_ = rules["base-untagged"]["help"]
    assert "**Wrong**:\n\n```dockerfile\nFROM debian\n```" in help_["markdown"]
    assert "**Right** (`compose.yaml`):\n\n```yaml\nservices: {}\n```" in help_["markdown"]
    assert "Also known as: hadolint/DL3006." in help_["markdown"]
    assert "dlint: ignore=base-untagged" in help_["text"] and "```" not in help_["text"]
    assert rules["base-untagged"]["fullDescription"]["text"] == "First line of the page, second line of it."


def test_sarif_results_point_at_their_rule_their_place_and_related_places() -> None:
    run = sarif_run(sample())
    rules = run["tool"]["driver"]["rules"]
    results = run["results"]
    assert run["columnKind"] == "unicodeCodePoints" and run["automationDetails"] == {"id": "dlint/docker/"}
    assert sarif_run(sample(), category="staging")["automationDetails"] == {"id": "dlint/staging/"}
    for result in results:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])
        assert "suppressions" not in result
    privileged = next(result for result in results if result["ruleId"] == "privileged")
    assert privileged["message"]["text"] == "The container is root on the host. See [built \\[here\\]](1)."
    (related,) = privileged["relatedLocations"]
    assert related["id"] == 1 and related["physicalLocation"]["region"]["startColumn"] == 6
    assert related["physicalLocation"]["artifactLocation"] == {
        "uri": "app%20dir/Dockerfile.%C3%BC",
        "uriBaseId": "%SRCROOT%",
    }
    untagged = next(result for result in results if result["ruleId"] == "base-untagged")
    assert untagged["message"]["text"] == "Name a tag: 100% sure, see \\[docs](1), a:b,c."
    pipe = next(result for result in results if result["ruleId"] == "curl-pipe-shell")
    assert pipe["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 5, "startColumn": 25, "endLine": 5, "endColumn": 63,
    }  # fmt: skip


def test_sarif_fixes_are_whole_and_never_without_a_replacement() -> None:
    fixes = {result["ruleId"]: result.get("fixes") for result in sarif_run(sample())["results"]}
    assert fixes["package-lists-kept"] is None
    assert fixes["secret-in-env"] is None, "its text would repeat the credential"
    (drop,) = fixes["privileged"]
    assert drop["artifactChanges"] == [
        {
            "artifactLocation": {"uri": "compose.yaml", "uriBaseId": "%SRCROOT%"},
            "replacements": [{"deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 4, "endColumn": 1}}],
        }
    ]
    (both,) = fixes["base-untagged"]
    assert [change["artifactLocation"]["uri"] for change in both["artifactChanges"]] == [
        "app%20dir/Dockerfile.%C3%BC",
        "compose.yaml",
    ]
    assert both["artifactChanges"][1]["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
            "insertedContent": {"text": "name: x\r\n"},
        }
    ]
    empty = found(CASING, DOCKERFILE, "from", fix=Fix("Nothing"))
    assert "fixes" not in sarif_run(make_report([empty]))["results"][0]
    unsafe = found(
        CASING, DOCKERFILE, "from", fix=Fix("Use FROM", Node(DOCKERFILE, Span(0, 1)).replace("x"), safe=False)
    )
    assert sarif_run(make_report([unsafe]))["results"][0]["fixes"][0]["description"]["text"] == "Use FROM (unsafe)."


def test_sarif_shows_suppressions_when_asked() -> None:
    results = sarif_run(sample(), show_suppressed=True)["results"]
    by_rule = {(r["ruleId"], bool(r["suppressions"])): r["suppressions"] for r in results}
    (comment,) = by_rule["casing", True]
    assert comment["kind"] == "inSource" and comment["justification"] == "kept as upstream has it"
    assert comment["location"]["physicalLocation"]["region"]["startLine"] == 1
    assert by_rule["base-untagged", True] == [{"kind": "external"}]
    assert by_rule["privileged", False] == []


def test_sarif_tells_what_went_wrong_with_the_run() -> None:
    (invocation,) = sarif_run(sample())["invocations"]
    assert invocation["executionSuccessful"] is False
    failure, note = invocation["toolExecutionNotifications"]
    assert failure["level"] == "error" and "ValueError" in failure["message"]["text"]
    assert failure["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "other/Dockerfile"
    assert note["message"]["text"].startswith("ShellCheck is not installed")
    made = sample()
    made.failures = [Failure("Dockerfile", "it failed", rule="casing")]
    run = sarif_run(made)
    named = run["invocations"][0]["toolExecutionNotifications"][0]["associatedRule"]
    assert run["tool"]["driver"]["rules"][named["index"]]["id"] == named["id"] == "casing"
    made.failures = []
    assert sarif_run(made)["invocations"][0]["executionSuccessful"] is True


def test_sarif_keeps_the_most_severe_when_there_are_too_many() -> None:
    source = Source("Dockerfile", "xy\n" * (MOST_RESULTS + 5))
    many = [at(CASING, source, 3 * n, 3 * n + 1) for n in range(MOST_RESULTS + 4)]
    worst = at(PIPE, source, len(source.text) - 3, len(source.text) - 2)
    run = sarif_run(make_report([*many, worst]))
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][-1]["ruleId"] == "curl-pipe-shell"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("5 findings left out")
    related = [Related(Node(source, Span(0, 1)), "here")] * 200
    (result,) = sarif_run(make_report([at(PIPE, source, 0, 1, related=related)]))["results"]
    assert len(result["relatedLocations"]) == 100 and "](100)." in result["message"]["text"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("Dockerfile", "Dockerfile"),
        ("./a b/#1?.yml", "a%20b/%231%3F.yml"),
        ("a:b/100%", "a%3Ab/100%25"),
        ("ü\udcff", "%C3%BC%FF"),
        ("/etc/Dockerfile", "file:///etc/Dockerfile"),
        ("C:\\work\\Dockerfile", "C%3A%5Cwork%5CDockerfile"),
    ],
)
def test_sarif_paths_are_percent_encoded_and_relative_inside_the_project(path: str, uri: str) -> None:
    made = artifact(path)
    assert made["uri"] == uri
    assert ("uriBaseId" in made) == (not uri.startswith("file:"))


def test_sarif_paths_with_a_drive_are_absolute_on_windows_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "_DRIVES", True)
    assert artifact("C:\\work\\Dockerfile") == {"uri": "file:///C:/work/Dockerfile"}


def test_line_hashes_are_those_of_github() -> None:
    """The values that github/codeql-action tests its own hash with."""
    assert text_hashes(" a\nb\n  \t\tc\n d", {1, 2, 3, 4}) == {
        1: "271789c17abda88f:1",
        2: "54703d4cd895b18:1",
        3: "180aee12dab6264:1",
        4: "a23a3dc5e078b07b:1",
    }
    assert text_hashes("", {1}) == {1: "c129715d7a2bc9a3:1"}


def rolled(text: str) -> dict[int, str]:
    """The same hash, unit by unit through a rolling window, as the description of it reads."""
    codes = text.encode("utf-16-le", "surrogatepass")
    stream = [int.from_bytes(codes[at : at + 2], "little") for at in range(0, len(codes), 2)]
    units: list[int] = []
    after_cr = False
    for code in stream:
        if code in (9, 32) or (after_cr and code == 10):
            after_cr = False
            continue
        after_cr = code == 13
        units.append(10 if code == 13 else code)
    units.append(65535)
    starts = {0: 1}
    for index, unit in enumerate(units[:-1]):
        if unit == 10:
            starts[index + 1] = len(starts) + 1
    window = [0] * 100
    value, result, seen = 0, {}, {}
    for index, unit in enumerate(units + [0] * 100):
        oldest = window.pop(0)
        window.append(unit)
        value = (37 * value + unit - 37**100 * oldest) % 2**64
        line = starts.get(index - 99)
        if line:
            seen[value] = seen.get(value, 0) + 1
            result[line] = f"{value:x}:{seen[value]}"
    return result


@given(
    st.lists(
        st.sampled_from(["a", "FROM x", " ", "\t", "\n", "\r", "\r\n", "é", "👩", "\ufeff", "x" * 120, "\n\n"]),
        max_size=40,
    ).map("".join)
)
def test_line_hashes_equal_a_rolling_window(text: str) -> None:
    wanted = rolled(text)
    assert text_hashes(text, set(wanted)) == wanted


def test_line_hashes_see_the_file_as_it_is_on_disk() -> None:
    marked = Source("x", "a\n", bom=True)
    assert line_hashes(marked, {1}) == text_hashes("\ufeffa\n", {1}) != text_hashes("a\n", {1})
    odd = Source.from_bytes("x", b"a\xff\nb")
    assert line_hashes(odd, {2}) == text_hashes("a\ufffd\nb", {2})
    assert line_hashes(odd, {7}) == {}


def multitool() -> list[str]:
    """The command that runs Microsoft's validator: on the PATH, or through npx, which gets it."""
    if shutil.which("sarif-multitool"):
        return ["sarif-multitool"]
    if shutil.which("npx"):
        package = "@microsoft/sarif-multitool"
        return ["npx", "--yes", "--prefer-offline", "--package", package, "--", "sarif-multitool"]
    pytest.skip("there is no npx here to get the npm package @microsoft/sarif-multitool")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [("Sarif", '"ruleIndex": 1', '"ruleIndex": 99'), ("Ghas", '"rules": [', '"notifications": [')],
)
def test_sarif_pleases_the_validator_of_its_authors(tmp_path: Path, kind: str, right: str, wrong: str) -> None:
    # Where the rules' pages are published, SARIF says so; the validator wants that.
    published, clean = sample(), Report([], [], {}, [(UNTAGGED, UNTAGGED.severity)])
    published.pages = clean.pages = "https://example.org/dlint/"
    shop = Session([str(ROOT / "examples" / "shop")], root=str(ROOT)).lint()
    shop.pages = published.pages
    logs = {
        "shop": report.render("sarif", shop),
        "sample": report.render("sarif", published, show_suppressed=True),
        "clean": report.render("sarif", clean),
        "broken": report.render("sarif", published).replace(right, wrong),
    }
    for name, log in logs.items():
        (tmp_path / f"{name}.sarif").write_text(log, "utf-8")
    files = [str(tmp_path / f"{name}.sarif") for name in logs]
    validate = [*multitool(), "validate", *files, "--rule-kind", kind]
    run = subprocess.run(validate, capture_output=True, text=True, check=False, timeout=180)
    if re.search(r"^npm (?:error|ERR!)", run.stderr, re.MULTILINE):
        pytest.skip("npx cannot get the npm package @microsoft/sarif-multitool")
    assert f"{len(files)} files scanned" in run.stdout, run.stdout + run.stderr
    complaints = re.findall(r"(\w+)\.sarif\(.*?: ((?:error|warning) .*)", run.stdout)
    assert any(name == "broken" for name, _ in complaints), "the validator must be able to refuse"
    assert [(name, said) for name, said in complaints if name != "broken"] == []
