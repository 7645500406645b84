"""``dlint explain``: a rule's page."""

from __future__ import annotations

import click

from dlint.cli.output import UserError, coloured, write


@click.command()
@click.argument("name")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the page.")
def command(name: str, color: str) -> int:
    """Explain a rule, named by its name or by another tool's code (DL3008, CL-0001...)."""
    from dlint.cli.markdown import render
    from dlint.cli.plugged import plugged_rules, rule_pages
    from dlint.config.catalogue import Catalogue
    from dlint.rule.load import builtin

    catalogue = Catalogue(builtin())
    found = catalogue.find(name)
    if not found:
        catalogue = Catalogue({**builtin(), **plugged_rules()})
        found = catalogue.find(name)
    if not found:
        raise UserError(f"there is no rule called {name!r}{catalogue.hint(name)}; `dlint rules` lists them")
    pages = rule_pages()
    write("\n\n".join(render(rule, coloured(color), pages) for rule in found) + "\n")
    return 0
