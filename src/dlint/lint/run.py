"""One run over the files of a project: each group of files by itself, and what was found in all of them together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence

from dlint.config.load import Config
from dlint.lint.outcome import RunOutcome, merged, once, out_of_time
from dlint.lint.partition import Group, Partition
from dlint.lint.settings import MOST_SECONDS, RunSettings, today
from dlint.rule.finding import Report, number
from dlint.workspace.groups import closure, graph_of
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.config.catalogue import Catalogue
    from dlint.lint.kept import KeptGroups
    from dlint.rule.rule import Rule
    from dlint.rule.severity import Severity
    from dlint.workspace.graph import ProjectGraph


def run(
    workspace: Workspace,
    targets: Mapping[str, str],
    config_of: Callable[[str], Config],
    configs: Sequence[Config],
    *,
    settings: RunSettings | None = None,
    catalogue: Catalogue | None = None,
    keep: Callable[[RunSettings, ProjectGraph], KeptGroups] | None = None,
    found: dict[tuple[str, ...], RunOutcome] | None = None,
) -> Report:
    """Lint ``targets`` (path → kind) of a workspace.

    ``config_of`` gives the configuration for a path and ``configs`` all there are. ``catalogue`` holds the rules to
    choose from (default: built in and plugged in). ``keep`` gives what earlier runs found, and keeps what this
    one does; ``found`` takes what came of each group of files. Raises ConfigError.
    """
    settings = settings or RunSettings(today())
    workspace = workspace.knowing(targets)
    graph = graph_of(workspace, "compose" in targets.values())
    strangers = {path: kind for path, kind in targets.items() if not kind}
    partition = Partition(graph, targets, closure(workspace, strangers) if strangers else ())
    kept = keep(settings, graph) if keep is not None else None
    known: dict[Group, RunOutcome] = {}
    todo = _recall(partition, kept, known, settings) if kept is not None else partition.wanted
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


def _recall(
    partition: Partition, kept: KeptGroups, found: dict[Group, RunOutcome], settings: RunSettings
) -> list[Group]:
    """Take what earlier runs found in groups; gives those of which that is not known or does not hold any more."""
    left = []
    waiting = deque(partition.wanted)
    while waiting:
        group = waiting.popleft()
        if not group.alive:
            continue
        known = kept.found(group)
        if known is None:
            left.append(group)
        elif isinstance(known, RunOutcome):
            found[group] = known
            for _ in group.targets:
                settings.progress()
        else:
            waiting.append(partition.join(group, known))
    return [group for group in left if group.alive]


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
