"""``dlint rules``: every rule there is."""

from __future__ import annotations

import click

from dlint.cli.output import UserError, write, write_exact
from dlint.rule.words import KINDS, PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlint.rule.rule import Rule


_HEADINGS = {
    "dockerfile": "Dockerfiles",
    "compose": "Compose files",
    "dockerignore": "Ignore files",
    "build": "Builds: a Dockerfile with its context, ignore file and service",
    "file": "Any file",
}


def _tools(rules: list[Rule]) -> list[str]:
    """The tools that rules are aliases for."""
    return sorted({alias.partition("/")[0] for rule in rules for alias in rule.aliases})


def _markdown(rules: list[Rule]) -> str:
    """An index of the rules' pages, for the folder they lie in."""
    lines = [
        "# The rules",
        "",
        "`dlint explain NAME` shows a page in the terminal. On: in the preset `recommended`.",
        "",
    ]
    for kind in KINDS:
        rows = [rule for rule in rules if rule.kind == kind]
        if rows:
            lines += [
                f"## {_HEADINGS[kind]}",
                "",
                "| rule | | on | severity | fix |",
                "| --- | --- | --- | --- | --- |",
            ]
        for rule in rows:
            marks = ("on" if "recommended" in rule.page.presets else "", rule.severity.label)
            fix = "fix" if rule.page.has_fix else ""
            lines.append(f"| [{rule.name}]({kind}/{rule.name}.md) | {rule.title} | {' | '.join(marks)} | {fix} |")
        lines += [""] * bool(rows)
    return "\n".join(lines)


def _json(rules: list[Rule]) -> str:
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
        for rule in rules
    ]
    return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"


def _names(rules: list[Rule], tool: str) -> str:
    """A line for each code of another tool."""
    codes = sorted((a.partition("/")[2], rule.name) for rule in rules for a in rule.aliases if a.startswith(f"{tool}/"))
    longest = max(len(code) for code, _ in codes)
    lines = [f"{code:<{longest}}  {name}\n" for code, name in codes]
    return "".join(lines) + f"\n{len(codes)} names of {tool}; each may stand wherever dlint takes a rule's name\n"


def _table(rules: list[Rule]) -> str:
    """A line for each rule."""
    longest = max((len(rule.name) for rule in rules), default=0)
    lines = []
    for rule in rules:
        mark = "fix" if rule.page.has_fix else ""
        preset_word = "on" if "recommended" in rule.page.presets else "off"
        columns = f"{rule.kind:<12} {rule.severity.label:<8} {preset_word:<4} {mark:<4}"
        lines.append(f"{rule.name:<{longest}}  {columns} {rule.title}\n")
    footer = f"\n{len(rules)} rules; on/off: in the preset `recommended`; `dlint explain NAME` for one of them\n"
    return "".join(lines) + footer


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table", help="How to print them."
)
@click.option("--preset", type=click.Choice([*PRESETS, "all", "none"]), help="Only the rules of this preset.")
@click.option("--kind", type=click.Choice(KINDS), help="Only rules of this kind.")
@click.option("--tool", help="What another tool calls them: a line for each code of hadolint, dclint, compose-lint, …")
def command(form: str, preset: str | None, kind: str | None, tool: str | None) -> int:
    """List the rules, those of the configuration's plug-ins among them."""
    from dlint.cli.plugged import plugged_rules
    from dlint.config.catalogue import Catalogue
    from dlint.config.keys import did_you_mean
    from dlint.config.layers import Config, Layer
    from dlint.config.plan import plan
    from dlint.config.shapes import validate
    from dlint.library import rules

    # The index is of dlint's own pages.
    own = {} if form == "markdown" else plugged_rules()
    known = sorted([*rules(), *own.values()], key=lambda rule: rule.name)
    chosen = [rule for rule in known if kind is None or rule.kind == kind]
    if preset:
        config = Config([Layer("--preset", "", validate({"preset": preset}, "--preset"))])
        wanted = plan(config, Catalogue({rule.name: rule for rule in chosen}), KINDS)
        severities = {entry.rule.name: entry.severity for entry in wanted.active}
        chosen = [rule for rule in chosen if rule.name in severities]
    if tool:
        chosen = [rule for rule in chosen if any(alias.startswith(f"{tool}/") for alias in rule.aliases)]
        if not chosen:
            raise UserError(f"no rule here has a name of {tool!r}{did_you_mean(tool, _tools(rules()))}")
    if form == "json":
        write_exact(_json(chosen))
    elif form == "markdown":
        write_exact(_markdown(chosen))
    else:
        write(_names(chosen, tool) if tool else _table(chosen))
    return 0
