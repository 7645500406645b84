"""Lints the groups of which nothing is known, in this process or in several."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlint.config.catalogue import Catalogue
from dlint.config.layers import Config
from dlint.lint.many import ManyRuns, Rules
from dlint.lint.outcome import RunOutcome
from dlint.lint.partition import Group, Partition
from dlint.lint.settings import RunSettings
from dlint.shellcheck.program import cores
from dlint.workspace.graph import ProjectGraph
from dlint.workspace.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.lint.kept import KeptGroups
    from dlint.lint.workers import Send, SendingRuns

# Fewer groups are linted here, whatever else: see ``workers.FEWEST``.
_FEW = 1000


def lint(
    workspace: Workspace,
    graph: ProjectGraph,
    partition: Partition,
    groups: Sequence[Group],
    found: dict[Group, RunOutcome],
    config_of: Callable[[str], Config],
    configs: Sequence[Config],
    settings: RunSettings,
    kept: KeptGroups | None,
    catalogue: Catalogue | None,
) -> list[str]:
    """Lint groups; ``found`` takes what is found in each. Gives sentences on what went wrong. Raises ConfigError."""
    rules = Rules(configs, catalogue)
    rules.check_names(workspace.files, {path: graph.kinds[path] for group in groups for path in group.paths})
    troubles: dict[str, None] = {}
    if len(groups) >= _FEW and catalogue is None and not any(config["plugins"] for config in configs):
        from dlint.lint.workers import SendingRuns, Workers, count

        shellcheck = any(config["shellcheck"] for config in configs)
        processes = count(len(groups), settings.jobs or cores(), shellcheck)
        if processes > 1:
            numbers = {group: number for number, group in enumerate(groups)}

            def make(send: Send) -> SendingRuns:
                runs = SendingRuns(workspace, graph, rules, config_of, settings.alone(), kept)
                runs.numbers, runs.send, runs.read = numbers, send, workspace.files.read
                return runs

            workers = Workers(make, settings, kept, workspace.files.read)
            groups = workers.lint(partition, groups, processes)
            found.update(workers.found)
            troubles.update(workers.troubles)
    if groups:
        here = ManyRuns(workspace, graph, rules, config_of, settings, kept)
        here.lint(partition, groups)
        found.update(here.found)
        troubles.update(dict.fromkeys(here.troubles))
    if settings.answers is not None:
        settings.answers.save()
    return [*troubles]
