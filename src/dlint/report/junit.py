"""``junit``: JUnit XML as CI servers read it. One suite for each file, one case for each finding.

A case fails if its finding fails the run; any other passes and says what was found.
"""

from __future__ import annotations

from collections.abc import Callable

from dlint.report._escape import said as fit
from dlint.report._escape import xml
from dlint.report._places import RUN_FAILURE, by_path
from dlint.rule.finding import Failure, Finding, Report


def render(report: Report, *, fails: Callable[[Finding], bool] = lambda finding: True) -> str:
    """The suites, sorted by path; a clean file has one passing case. ``fails`` says which findings fail the run."""
    failed: dict[str, list[Failure]] = {}
    for failure in report.failures:
        failed.setdefault(failure.path, []).append(failure)
    groups = by_path(report.visible, [*report.linted, *failed])
    suites: list[str] = []
    tests = 0
    for path, findings in groups.items():
        cases = [_case(finding, fails(finding)) for finding in findings] + [
            _error(failure) for failure in failed.get(path, [])
        ]
        errors = len(failed.get(path, []))
        failures = sum(map(fails, findings))
        if not cases:
            cases = [f'    <testcase name="dlint" classname="{xml(path)}" file="{xml(path)}" time="0"/>\n']
        tests += len(cases)
        counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="0" time="0"'
        suites.append(f'  <testsuite name="{xml(path)}" {counts}>\n{"".join(cases)}  </testsuite>\n')
    totals = f'tests="{tests}" failures="{sum(map(fails, report.visible))}" errors="{len(report.failures)}" time="0"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="dlint" {totals}>\n{"".join(suites)}</testsuites>\n'
    )


def _case(finding: Finding, failed: bool) -> str:
    path, rule, message = xml(finding.path), xml(finding.rule.name), xml(fit(finding.message))
    place = f"{finding.line}:{finding.column}"
    said = f"{path}:{place}: {message} [{rule}]"
    if failed:
        said = f'<failure type="{finding.severity.label}" message="{message}">{said}</failure>'
    else:
        said = f"<system-out>{finding.severity.label}: {said}</system-out>"
    return (
        f'    <testcase name="{rule} at {place}" classname="{path}" file="{path}" line="{finding.line}" time="0">\n'
        f"      {said}\n"
        "    </testcase>\n"
    )


def _error(failure: Failure) -> str:
    path, message = xml(failure.path), xml(fit(failure.message))
    return (
        f'    <testcase name="{RUN_FAILURE}" classname="{path}" file="{path}" time="0">\n'
        f'      <error type="{RUN_FAILURE}" message="{message}">{message}</error>\n'
        "    </testcase>\n"
    )
