"""Runs the examples of rule pages: what a page shows is what the rule does."""

from __future__ import annotations

from collections.abc import Mapping

from dlint.config.catalogue import Catalogue
from dlint.config.layers import Config, Layer
from dlint.lint.run import run
from dlint.project.files import ProjectFiles
from dlint.project.kinds import kind_or_guess
from dlint.rule.finding import Finding, Report
from dlint.rule.page_text import Example
from dlint.rule.rule import Rule
from dlint.source import Source
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.fix.fixer import FixResult


def failures(rule: Rule, *, details: bool = False) -> list[str]:
    """What is wrong with the examples of a rule's page; one sentence each, none when all hold.

    With ``details`` the traceback of a check that raised follows its sentence.
    """
    page = rule.page
    examples = page.examples()
    wrong: list[str] = []
    if not any(example.verdict == "good" for example in examples):
        wrong.append(f"{page.path}: no `good` block shows when the rule is silent")
    previous: Example | None = None
    for example in examples:
        where = f"{page.path}:{example.line}"
        if example.verdict == "fixed":
            if previous is None or not is_passed_over(previous):
                wrong.extend(f"{where}: {what}" for what in _fixed(rule, previous, example))
            continue
        if not is_passed_over(example):
            wrong.extend(f"{where}: {what}" for what in _judged(rule, example, details))
        previous = example
    return wrong


def is_passed_over(example: Example) -> bool:
    """Whether nothing can be said of an example here: it has a Bake file in HCL, and the package for it is missing."""
    if not any(path.endswith(".hcl") for path in example.files):
        return False
    from dlint.syntax.bake.hcl import is_read

    return not is_read()


def findings(rule: Rule, example: Example) -> list[Finding]:
    """What the rule finds in one example of its page."""
    return [finding for finding in _lint(rule, _project(example.files), example).visible if _of(rule, finding)]


def _judged(rule: Rule, example: Example, details: bool) -> list[str]:
    report = _lint(rule, _project(example.files), example)
    found = [finding for finding in report.visible if _of(rule, finding)]
    problems = [f"{one.message}\n{_indent(one.detail)}" if details else one.message for one in report.failures]
    # Where the tool is missing whose remarks a rule shows, there are none to judge.
    absent = bool(rule.page.codes and report.unread)
    if example.verdict == "bad" and not found and not absent:
        problems.append("the bad block has no finding")
    if example.verdict == "good" and found:
        problems.append(f"the good block has a finding on line {found[0].line}: {found[0].message}")
    return problems


def _fixed(rule: Rule, bad: Example | None, fixed: Example) -> list[str]:
    if bad is None or bad.verdict != "bad":
        return ["a fixed block follows the bad block it fixes"]
    result = _with_fixes(rule, bad)
    problems = []
    for path, want in fixed.files.items():
        got = result.sources[path].text if path in result.sources else ""
        if got != want:
            problems.append(f"the fix gives {path}:\n{_indent(got)}\nnot\n{_indent(want)}")
    if problems:
        problems.extend(_why_unfixed(rule, result))
    else:
        unchanged = {**bad.files, **fixed.files}
        again = _with_fixes(rule, Example("bad", unchanged, bad.settings, fixed.line)).sources
        problems.extend(f"a second fix changes {p} again" for p in fixed.files if again[p].text != fixed.files[p])
    return problems


def _why_unfixed(rule: Rule, result: FixResult) -> list[str]:
    """What the author of a fix cannot see in the text: that there is none, or why it was taken back."""
    refused = [f"the fix was left out: {one.reason}" for one in result.dropped if _of(rule, one.finding)]
    if refused or result.applied:
        return refused
    return ["no finding has a fix: the check yields Problem(…, fix=Fix(title, edit))"]


def _with_fixes(rule: Rule, example: Example) -> FixResult:
    from dlint.fix.fixer import fix
    from dlint.fix.keeps import accepts, comments, hides_failure

    project = _project(example.files)
    sources = {path: project.read(path) for path in example.files if kind_or_guess(project, path)}
    before = {path: source for path, source in sources.items() if source is not None}

    def relint(changed: Mapping[str, Source]) -> list[Finding]:
        return _lint(rule, project.with_sources(dict(changed)), example).visible

    return fix(
        before,
        relint,
        unsafe=True,
        wanted=lambda finding: _of(rule, finding),
        accepts=accepts,
        comments=comments,
        hides=hides_failure,
    )


def _of(rule: Rule, finding: Finding) -> bool:
    """Whether the rule has found it, under its own name or a code."""
    return finding.rule.name == rule.name or rule.page.code(finding.rule.name) is not None


def _project(files: Mapping[str, str]) -> ProjectFiles:
    return ProjectFiles.from_files(files, complete=True)


def _lint(rule: Rule, project: ProjectFiles, example: Example) -> Report:
    from dlint.rule.load import builtin

    rules = {**builtin(), rule.name: rule}
    values: dict[str, Any] = {"enable": (rule.name,), "shellcheck": bool(rule.page.codes)}
    if example.context:
        values["exclude"] = tuple(sorted(example.context))
    defaults = rule.options
    settings = {key: _read(value, defaults.get(key.replace("-", "_"))) for key, value in example.settings.items()}
    if settings:
        values["rules"] = {rule.name: settings}
    config = Config([Layer("the example", "", values)])
    kinds = {path: kind_or_guess(project, path) for path in example.files if _is_known(project, path)}
    linted = {path: kind for path, kind in kinds.items() if path not in example.context}
    return run(Workspace(project, kinds), linted, lambda path: config, [config], catalogue=Catalogue(rules))


def _is_known(project: ProjectFiles, path: str) -> bool:
    from dlint.project.kinds import is_workflow, kind_by_name, kind_of_file

    return (kind_of_file(project, path) if is_workflow(path) else kind_by_name(path)) is not None


def _read(word: str, default: Any = None) -> Any:
    """An option as an info line writes it: ``a|b`` is a list, ``key:value|key:value`` a table where one is wanted."""
    if isinstance(default, Mapping):
        return dict(part.split(":", 1) for part in word.split("|"))
    if word in ("true", "false"):
        return word == "true"
    return int(word) if word.isdigit() else (tuple(word.split("|")) if "|" in word else word)


def _indent(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
