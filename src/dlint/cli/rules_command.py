"""``dlint rules``: every rule there is."""

from __future__ import annotations

import click

from dlint.cli.output import write


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How to print them.")
@click.option("--preset", help="Only the rules of this preset.")
@click.option("--kind", help="Only rules of this kind: dockerfile, compose, dockerignore, build, file.")
def command(form: str, preset: str | None, kind: str | None) -> int:
    """List the rules."""
    from dlint.config import Config, Layer, validate
    from dlint.lint import rules
    from dlint.pages import KINDS
    from dlint.select import Catalogue, plan

    chosen = [rule for rule in rules() if kind is None or rule.kind == kind]
    if preset:
        config = Config([Layer("--preset", "", validate({"preset": preset}, "--preset"))])
        wanted = plan(config, Catalogue({rule.name: rule for rule in chosen}), KINDS)
        severities = {entry.rule.name: entry.severity for entry in wanted.active}
        chosen = [rule for rule in chosen if rule.name in severities]
    if form == "json":
        import json

        rows = [
            {
                "name": rule.name,
                "kind": rule.kind,
                "title": rule.title,
                "severity": rule.severity.label,
                "category": rule.category,
                "presets": sorted(rule.page.presets),
                "aliases": list(rule.aliases),
                "fix": rule.page.has_fix,
                "options": rule.options,
                "references": list(rule.references),
            }
            for rule in chosen
        ]
        write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return 0
    longest = max((len(rule.name) for rule in chosen), default=0)
    for rule in chosen:
        mark = "fix" if rule.page.has_fix else ""
        preset_word = "on" if "recommended" in rule.page.presets else "off"
        columns = f"{rule.kind:<12} {rule.severity.label:<8} {preset_word:<4} {mark:<4}"
        write(f"{rule.name:<{longest}}  {columns} {rule.title}\n")
    write(f"\n{len(chosen)} rules; on/off: in the preset `recommended`; `dlint explain NAME` for one of them\n")
    return 0
