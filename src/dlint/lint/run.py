"""One run over the files of a project: each group of files by itself, and what was found in all of them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dlint.config.layers import Config
from dlint.lint.outcome import RunOutcome, merged, once, out_of_time
from dlint.lint.partition import Group
from dlint.lint.recall import Recalled, recall
from dlint.lint.settings import MOST_SECONDS, RunSettings, today
from dlint.rule.finding import Report, number
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.config.catalogue import Catalogue
    from dlint.rule.rule import Rule
    from dlint.rule.severity import Severity


def run(
    workspace: Workspace,
    targets: Mapping[str, str],
    config_of: Callable[[str], Config],
    configs: Sequence[Config],
    *,
    settings: RunSettings | None = None,
    catalogue: Catalogue | None = None,
    recalled: Recalled | None = None,
    found: dict[tuple[str, ...], RunOutcome] | None = None,
) -> Report:
    """Lint ``targets`` (path → kind) of a workspace.

    ``config_of`` gives the configuration for a path and ``configs`` all there are. ``catalogue`` holds the rules to
    choose from (default: built in and plugged in). ``recalled`` is what earlier runs found, and keeps what this one
    does; ``found`` takes what came of each group of files. Raises ConfigError.
    """
    settings = settings or RunSettings(today())
    recalled = recalled or recall(workspace, targets, settings)
    workspace, graph, partition, kept = recalled.workspace, recalled.graph, recalled.partition, recalled.kept
    recalled.is_spent = True
    known: dict[Group, RunOutcome] = {}
    todo = _left(recalled, known)
    troubles: list[str] = []
    if todo:
        from dlint.lint.linting import lint

        troubles = lint(workspace, graph, partition, todo, known, config_of, configs, settings, kept, catalogue)
        if kept is not None:
            kept.save()
    graph.groups = partition.groups
    outcomes = {group.paths: known[group] for group in partition.wanted}
    if found is not None:
        found.update(outcomes)
    return report_of(
        workspace,
        targets,
        config_of,
        configs,
        [*outcomes.values()],
        troubles,
        seconds=settings.seconds,
        catalogue=catalogue,
    )


def _left(recalled: Recalled, found: dict[Group, RunOutcome]) -> list[Group]:
    """The groups to lint; ``found`` takes what the records of the others say."""
    left = [*recalled.left]
    for group, record in recalled.records.items():
        outcome = recalled.kept.outcome(record) if recalled.kept is not None else None
        if outcome is None:
            left.append(group)
        else:
            found[group] = outcome
    return left


def report_of(
    workspace: Workspace,
    targets: Mapping[str, str],
    config_of: Callable[[str], Config],
    configs: Sequence[Config],
    outcomes: Sequence[RunOutcome],
    troubles: Sequence[str],
    *,
    seconds: float = MOST_SECONDS,
    catalogue: Catalogue | None = None,
) -> Report:
    """The report of what was found in all groups; ``troubles`` are notes on the run. For the rest see ``run``."""
    outcome = merged(outcomes)
    failures = [*outcome.failures, *out_of_time(outcome.unfinished, seconds)]
    if not all(targets.values()):
        # Files that belong to no group: several may have found the same there.
        outcome.findings = once(outcome.findings)
        number(outcome.findings)
    return Report(
        outcome.findings,
        failures,
        {path: kind for path, kind in sorted(targets.items()) if kind and workspace.files.read(path) is not None},
        lambda: _rules(workspace, targets, config_of, configs, catalogue),
        list(dict.fromkeys([*outcome.notes, *troubles])),
        unread=outcome.unread,
        hidden=outcome.hidden,
        pages=next((config["rule-pages"] for config in configs if config["rule-pages"]), ""),
    )


def _rules(
    workspace: Workspace,
    targets: Mapping[str, str],
    config_of: Callable[[str], Config],
    configs: Sequence[Config],
    catalogue: Catalogue | None,
) -> list[tuple[Rule, Severity]]:
    """The rules that are on for some target with the severity each has, by name."""
    from dlint.lint.many import Rules
    from dlint.lint.rules import rules_of

    return rules_of(workspace.files, targets, config_of, Rules(configs, catalogue).of(workspace.files, targets))


__all__ = ["run", "today"]
