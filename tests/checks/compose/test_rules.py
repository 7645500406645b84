"""Compose rules together: every fault has its rule, files that belong together, other linters' settings, fixes."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

import dlint
from dlint.checks.compose.file.ordering import alphabetical
from dlint.library import report_files
from dlint.rule.finding import Finding
from dlint.rule.load import builtin

SRC = Path(dlint.__file__).parent
MODULES = [
    *sorted(SRC.glob("model/compose/*.py")),
    SRC / "syntax/compose/dotenv.py",
    *(SRC / f"syntax/yaml/{name}.py" for name in ("faults", "builder", "parser")),
]
SECTIONS = ("service", "network", "volume", "secret", "config", "model")
WEB = "services:\n  web:\n    image: nginx:1.27\n"


def found(
    files: dict[str, str], *rules: str, targets: list[str] | None = None, exclude: tuple[str, ...] = ()
) -> list[Finding]:
    config = {"select": list(rules), "shellcheck": False, "exclude": list(exclude)}
    report = report_files(files, targets=targets, config=config)
    assert not report.failures
    return report.visible


def mended(text: str, rule: str) -> str:
    for finding in found({"compose.yaml": text}, rule):
        if finding.fix:
            for edit in sorted(finding.fix.edits, key=lambda edit: -edit.span[0]):
                text = text[: edit.span[0]] + edit.text + text[edit.span[1] :]
            return text
    raise AssertionError("no fix")


def made_kinds() -> set[str]:
    """The kinds that the modules give their faults: kebab words handed to whatever makes one."""
    kinds: set[str] = set()
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in ("add", "_fault", "make", "here", "Fault"):
                continue
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if isinstance(argument, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z]+)+|tab", str(argument.value)):
                    kinds.add(str(argument.value))
    kinds |= {"missing-env-file", "missing-label-file", "bad-container-name", "bad-value", "yaml-syntax"}
    return kinds | {f"undefined-{section}" for section in SECTIONS} | {"bad-secret", "bad-config"}


def claims() -> dict[str, tuple[str, ...]]:
    """The kinds of fault each Compose rule reports."""
    return {rule.name: rule.check.faults for rule in builtin(("compose",)).values() if rule.check.faults}


def test_every_kind_of_fault_is_claimed_by_one_rule() -> None:
    claimed = Counter(kind for kinds in claims().values() for kind in kinds)
    assert [kind for kind, times in claimed.items() if times > 1] == []
    assert set(claimed) == made_kinds()


def test_the_claims_are_the_rules_of_category_validity() -> None:
    names = {rule.name for rule in dlint.rules() if rule.kind == "compose" and rule.category == "validity"}
    assert names == set(claims())


def test_a_fragment_is_read_with_the_file_it_is_laid_over() -> None:
    files = {"compose.yaml": WEB, "compose.prod.yaml": "services:\n  web:\n    restart: always\n"}
    assert found(files, "service-without-image", targets=["compose.prod.yaml"]) == []


def test_a_fragment_whose_service_the_base_lacks_is_on_its_own() -> None:
    files = {"compose.yaml": WEB, "compose.prod.yaml": "services:\n  api:\n    restart: always\n"}
    assert [f.line for f in found(files, "service-without-image", targets=["compose.prod.yaml"])] == [2]


def test_a_fault_in_a_file_that_is_left_out_is_shown_where_it_came_in() -> None:
    base = "services:\n  b:\n    image: i\n    depends_on: [c]\n  c:\n    image: i\n"
    files = {"compose.yaml": "services:\n  web:\n    extends: {file: base.yaml, service: b}\n", "base.yaml": base}
    assert [(f.path, f.line) for f in found(files, "service-undefined")] == [("base.yaml", 4)]
    (caused,) = found(files, "service-undefined", targets=["compose.yaml"])
    assert [(related.where.source.path, related.where.line) for related in caused.related] == [("compose.yaml", 3)]
    (finding,) = found(files, "service-undefined", exclude=("base.yaml",))
    assert (finding.path, finding.line) == ("compose.yaml", 3)
    assert finding.message.startswith("In `base.yaml`, line 4: ")
    assert finding.fix is None


@pytest.mark.parametrize(
    ("first", "second"),
    [("a", "b"), ("a", "B"), ("A", "b"), ("a", "A"), ("a_1", "a1"), ("a-1", "a1"), ("a1", "ab"), ("app", "app-1")],
)
def test_alphabetical_order_is_that_of_people(first: str, second: str) -> None:
    assert alphabetical(first) < alphabetical(second)


def test_sorting_moves_comments_along_and_leaves_blank_lines_in_place() -> None:
    text = "services:\n  # front\n  web:\n    image: a # x\n\n  # store\n  # of orders\n  db:\n    image: b\n"
    wanted = "services:\n  # store\n  # of orders\n  db:\n    image: b\n\n  # front\n  web:\n    image: a # x\n"
    assert mended(text, "services-unordered") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  web: &w\n    image: a\n  api: *w\n",
        "services: {web: {image: a}, api: {image: b}}\n",
        "services:\n  web:\n    image: a\n    command: |+\n      x\n\n  api:\n    image: b\n",
    ],
)
def test_sorting_is_not_offered_where_it_could_change_the_meaning(text: str) -> None:
    (finding,) = found({"compose.yaml": text}, "services-unordered")
    assert finding.fix is None


def test_the_comment_at_the_top_of_the_file_stays() -> None:
    text = "# ours\nvolumes:\n  d:\nservices:\n  a:\n    image: a\n"
    assert mended(text, "top-level-unordered") == "# ours\nservices:\n  a:\n    image: a\nvolumes:\n  d:\n"


def test_dclint_settings_count_where_dlint_has_none() -> None:
    text = 'version: "3"\n' + WEB
    settings = '{"rules": {"no-version-field": 0}}'
    only = {"shellcheck": False, "preset": "recommended"}

    def names(files: dict[str, str]) -> set[str]:
        return {f.rule.name for f in report_files(files, targets=["compose.yaml"], config=only).visible}

    assert "version-obsolete" in names({"compose.yaml": text})
    assert "version-obsolete" not in names({"compose.yaml": text, ".dclintrc": settings})
    assert "version-obsolete" in names({"compose.yaml": text, ".dclintrc": settings, "dlint.toml": ""})


def test_dclint_options_are_taken_over() -> None:
    files = {
        "compose.yaml": 'services:\n  web:\n    image: a\n    ports: ["80:80"]\n',
        ".dclintrc.yaml": "rules:\n  require-quotes-in-ports: [2, {quoteType: double}]\n",
    }
    assert found(files, "ports-unquoted") == []
    del files[".dclintrc.yaml"]
    assert len(found(files, "ports-unquoted")) == 1


def test_hadolint_settings_are_taken_over() -> None:
    files = {"Dockerfile": "FROM debian:12\nMAINTAINER me\n", ".hadolint.yaml": "override: {info: [DL4000]}\n"}
    assert [f.severity.label for f in found(files, "maintainer-deprecated")] == ["info"]
    files[".hadolint.yaml"] = "ignored: [DL4000]\n"
    assert found(files, "maintainer-deprecated") == []


@pytest.mark.parametrize(
    "text", ["", "rules: 3\n", "rules: {x: [], y: {z: 1}, z: 7}\n", "ignored: x\n", "[", "- a\n", "a: *b\n"]
)
@pytest.mark.parametrize("name", [".hadolint.yaml", ".dclintrc", ".compose-lint.yml"])
def test_settings_that_make_no_sense_are_passed_over(name: str, text: str) -> None:
    assert found({"compose.yaml": WEB, name: text}, "yaml-tab") == []


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ('version: "3" # dclint disable-line no-version-field\n', True),
        ('version: "3" # dclint disable-line\n', True),
        ('version: "3" # dclint disable-line other-rule\n', False),
        ('# dclint disable-line no-version-field\nversion: "3"\n', True),
        ('# dclint disable no-version-field\nversion: "3"\n', True),
        ('---\n\n# dclint disable-file\nversion: "3"\n', True),
        ('version: "3"\n# dclint disable no-version-field\n', False),
    ],
)
def test_dclint_comments_hide_findings(text: str, hidden: bool) -> None:
    assert (found({"compose.yaml": text + WEB}, "version-obsolete") == []) is hidden


def test_dclint_comments_hide_nothing_dclint_does_not_know() -> None:
    text = "# dclint disable-file\nservices:\n  a:\n    image: i\n    links: [b]\n  b:\n    image: i\n"
    assert len(found({"compose.yaml": text}, "links-legacy")) == 1


def test_the_configuration_excuses_services_with_a_reason() -> None:
    text = "services:\n  a:\n    image: i\n    links: [b]\n  b:\n    image: i\n    links: [c]\n  c:\n    image: i\n"
    table = {"names": ["a*"], "ignore": ["links-legacy"], "reason": "old client"}
    config = {"select": ["links-legacy"], "services": [table]}
    report = report_files({"compose.yaml": text}, config=config)
    assert [finding.line for finding in report.visible] == [7]
    (hidden,) = [finding.suppressed for finding in report.findings if finding.suppressed]
    assert (hidden.kind, hidden.reason) == ("config", "old client")


def test_compose_lint_exclusions_become_excuses() -> None:
    from dlint.config.peers import read

    values = read(
        ".compose-lint.yml", "rules: {CL-0002: {exclude_services: {dind: needs it}}, CL-0003: {enabled: false}}"
    ).values
    assert values["ignore"] == ["compose-lint/CL-0003"]
    assert values["services"] == [{"names": ["dind"], "ignore": ["compose-lint/CL-0002"], "reason": "needs it"}]


def test_a_fragment_with_a_service_of_its_own_still_meets_its_base() -> None:
    files = {"compose.yaml": WEB, "compose.dev.yaml": "services:\n  web:\n    tty: true\n  mail:\n    tty: true\n"}
    assert [f.line for f in found(files, "service-without-image", targets=["compose.dev.yaml"])] == [4]


def test_settings_of_others_are_found_above_the_file_on_disk(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app").mkdir()
    (tmp_path / "app/compose.yaml").write_text('version: "3"\n' + WEB)
    (tmp_path / ".dclintrc.json").write_text('{"rules": {"no-version-field": 2}}')
    report = dlint.lint_paths([str(tmp_path)])
    severities = {f.rule.name: f.severity.label for f in report.visible}
    assert severities["version-obsolete"] == "error"
