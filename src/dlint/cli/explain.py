"""``dlint explain``: a rule's page."""

from __future__ import annotations

import click

from dlint.cli.output import UserError, coloured, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.config.catalogue import Catalogue
    from dlint.rule.rule import Rule


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the page.")
def command(names: tuple[str, ...], color: str) -> int:
    """Explain a rule, named by its name or by another tool's code (DL3008, CL-0001...)."""
    from dlint.cli.markdown import render
    from dlint.cli.plugged import rule_pages

    found = [rule for name in names for rule in _meant(name)]
    pages = rule_pages()
    write("\n\n".join(render(rule, coloured(color), pages) for rule in dict.fromkeys(found)) + "\n")
    return 0


def _meant(written: str) -> list[Rule]:
    """The rules of that name, which may stand in brackets, as in a report. Raises UserError if there is none."""
    from dlint.cli.plugged import plugged_rules
    from dlint.config.catalogue import Catalogue
    from dlint.rule.load import builtin

    name = written.removeprefix("[").removesuffix("]")
    catalogue = Catalogue(builtin())
    found = catalogue.find(name)
    if not found:
        catalogue = Catalogue({**builtin(), **plugged_rules()})
        found = catalogue.find(name)
    if not found:
        raise UserError(f"there is no rule called {name!r}{_hint(catalogue, name)}")
    return found


def _hint(catalogue: Catalogue, name: str) -> str:
    from dlint.rule.words import PRESETS

    if name in PRESETS:
        return f"; it is a preset, and `dlint rules --preset {name}` lists its rules"
    return f"{catalogue.hint(name)}; `dlint rules` lists them"
