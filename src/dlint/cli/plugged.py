"""What the configuration of the working directory says of rules: its plug-ins' own, and where pages are."""

from __future__ import annotations

import os

from dlint.cli.output import AsUserError, say
from dlint.cli.trust import trusts, withheld

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.rule.rule import Rule


def rule_pages() -> str:
    """Where the working directory's configuration says that the rules' pages are published. Raises UserError."""
    from dlint.config import load as settings
    from dlint.project.roots import root_of

    folder = os.getcwd()
    with AsUserError():
        return str(settings.load(folder, root=root_of(folder))["rule-pages"])


def plugged_rules() -> dict[str, Rule]:
    """Rules of one's own, by name. Loads, that is runs, the plug-ins, if the user allows it. Raises UserError."""
    from dlint.config import load as settings
    from dlint.project.roots import root_of
    from dlint.rule.plugin import plugin

    folder = os.getcwd()
    root = root_of(folder)
    rules: dict[str, Rule] = {}
    with AsUserError():
        config = settings.load(folder, root=root, trusted=trusts(root))
        for sentence in withheld(config):
            say(sentence)
        for path in config["plugins"]:
            rules.update(plugin(path))
    return rules
