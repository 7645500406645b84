"""``dlint test``: run the examples on the pages of rules, your own or dlint's."""

from __future__ import annotations

import os

import click

from dlint.cli.output import UserError, from_here, say, write_shown
from dlint.why.words import counted


@click.command()
@click.argument("folders", nargs=-1, metavar="[PLUGIN...]")
@click.option("--rule", multiple=True, help="Only this rule.")
@click.option("-v", "--verbose", is_flag=True, help="Name each rule; show why one failed to run.")
def command(folders: tuple[str, ...], rule: tuple[str, ...], verbose: bool) -> int:
    """Run the examples of a plug-in's rule pages (of dlint's own without a folder)."""
    from dlint.examples import failures, is_passed_over
    from dlint.rule.errors import PluginError
    from dlint.rule.load import builtin
    from dlint.rule.plugin import plugin

    rules = {}
    try:
        for folder in folders:
            rules.update(plugin(os.path.abspath(folder) if os.path.isdir(folder) else folder))
    except PluginError as error:
        raise UserError(from_here(str(error))) from error
    if not folders:
        rules = builtin()
    chosen = [rules[name] for name in sorted(rules) if not rule or name in rule]
    if not chosen:
        where = ", ".join(folders) or "dlint itself; name your plug-in's folder as well"
        raise UserError(f"there is no rule called {', '.join(rule)} in {where}")
    wrong = 0
    for entry in chosen:
        messages = failures(entry, details=verbose)
        if verbose:
            write_shown(f"{entry.name}: {counted(len(entry.page.examples()), 'example')}, {len(messages)} wrong\n")
        for message in messages:
            wrong += 1
            write_shown(f"{message}\n")
    examples = [example for entry in chosen for example in entry.page.examples()]
    write_shown(f"{counted(len(chosen), 'rule')}, {counted(len(examples), 'example')}, {wrong} wrong\n")
    unread = sum(map(is_passed_over, examples))
    if unread:
        from dlint.workspace.builders import UNREAD

        say(f"{counted(unread, 'example')} with a Bake file in HCL: {UNREAD}")
    return 1 if wrong else 0
