"""``dlint check``: lint files, print the findings, mend them if asked."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from dlint import report
from dlint.cli.output import UserError, coloured, width, write, write_file
from dlint.pages import PRESETS
from dlint.rule import SEVERITIES

if TYPE_CHECKING:
    from dlint.rule import Report
    from dlint.session import Session

NOTHING_TO_LINT = 3


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="PATHS...")
@click.option("--stdin-filename", metavar="PATH", help="With - as path: what the text on standard input is.")
@click.option("--select", multiple=True, metavar="RULE", help="Run only these rules. May repeat; commas separate.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave these rules out.")
@click.option("--enable", multiple=True, metavar="RULE", help="Run these rules besides the preset's.")
@click.option("--preset", type=click.Choice([*PRESETS, "all", "none"]), help="The set of rules to start from.")
@click.option("--severity", type=click.Choice(list(SEVERITIES)), help="Show only findings this bad or worse.")
@click.option(
    "--fail-on", type=click.Choice([*SEVERITIES, "never"]), help="Exit 1 from this severity up (default: warning)."
)
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@click.option("--config", "config", multiple=True, metavar="FILE|KEY=VALUE", help="A configuration file, or one value.")
@click.option("--format", "form", default="text", show_default=True, metavar="FORMAT", help="What to print.")
@click.option("--output", multiple=True, metavar="FORMAT=FILE", help="Also write a report to a file. May repeat.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: mend also what may change the result.")
@click.option("--diff", is_flag=True, help="Print the fixes as a diff; write nothing.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out paths that fit.")
@click.option("--root", metavar="DIR", help="The project's root (default: the git top level, else this folder).")
@click.option("--no-plugins", is_flag=True, help="Do not load plug-ins the configuration names.")
@click.option("--no-inline-ignores", is_flag=True, help="Do not let comments hide findings.")
@click.option("--show-suppressed", is_flag=True, help="Report hidden findings too, marked as such.")
@click.option("--no-cache", is_flag=True, help="Do not use cached results.")
@click.option("--jobs", type=click.IntRange(0), default=0, metavar="N", help="Processes to use (0: as many as pay).")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text report.")
@click.option("-v", "--verbose", is_flag=True, help="Show tracebacks of rules that failed.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only, no summary.")
def command(**options: Any) -> int:
    """Lint Dockerfiles, Compose files and ignore files (the default command)."""
    from dlint.config import ConfigError
    from dlint.load import PluginError

    outputs = _outputs(options["form"], options["output"])
    try:
        session = _session(options)
        return _run(session, options, outputs)
    except (ConfigError, PluginError) as error:
        raise UserError(str(error)) from error


def _outputs(form: str, extra: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pairs of format and file; the file ``""`` is standard output."""
    known = report.formats()
    outputs = [(form, "")]
    for item in extra:
        name, equals, path = item.partition("=")
        if not equals or not path:
            raise UserError(f"--output takes FORMAT=FILE, such as sarif=dlint.sarif, not {item!r}")
        outputs.append((name, path))
    for name, _ in outputs:
        if name not in known:
            from dlint.config import did_you_mean

            raise UserError(f"unknown format {name!r}{did_you_mean(name, known)}; there are {', '.join(known)}")
    return outputs


def _session(options: dict[str, Any]) -> Session:
    from dlint.session import Session

    overrides, named = _overrides(options)
    stdin = None
    paths = list(options["paths"])
    if "-" in paths:
        if paths != ["-"]:
            raise UserError("- (standard input) goes alone; name the file it stands for with --stdin-filename")
        paths = []
        stdin = (options["stdin_filename"] or "Dockerfile", sys.stdin.buffer.read())
    elif options["stdin_filename"]:
        raise UserError("--stdin-filename goes with - as path")
    elif not paths:
        paths = ["."]
    return Session(
        paths,
        root=options["root"],
        overrides=overrides,
        config_file=named,
        stdin=stdin,
        plugins=not options["no_plugins"],
    )


def _overrides(options: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """What the command line says in the configuration's keys, and the configuration file it names."""
    from dlint.config import KEYS

    values: dict[str, Any] = {}
    named: str | None = None
    for item in options["config"]:
        key, equals, value = item.partition("=")
        if equals and (key.split(".")[0] in KEYS or not os.path.exists(item)):
            _set(values, key, value)
        elif named:
            raise UserError("--config names one file at most; let it extend the other")
        else:
            named = item
    for key in ("select", "ignore", "enable", "exclude"):
        words = [word.strip() for item in options[key] for word in item.split(",") if word.strip()]
        if words:
            values[key] = words
    for key in ("preset", "severity", "fail_on"):
        if options[key]:
            values[key.replace("_", "-")] = options[key]
    if options["no_inline_ignores"]:
        values["inline-ignores"] = False
    return values, named


def _set(values: dict[str, Any], key: str, text: str) -> None:
    """Set ``rules.NAME.option`` or a plain key to a TOML value, or to the text itself where it is none."""
    import tomllib

    try:
        value: Any = tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        value = text
    *parents, last = key.split(".")
    table = values
    for part in parents:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise UserError(f"--config {key}: {part} is not a table")
    table[last] = value


def _run(session: Session, options: dict[str, Any], outputs: list[tuple[str, str]]) -> int:
    fixing = options["fix"] or options["diff"]
    if options["unsafe_fixes"] and not fixing:
        raise UserError("--unsafe-fixes goes with --fix or --diff")
    for message in (*session.errors, *session.notes):
        click.echo(f"dlint: {message}", err=True)
    if session.excluded and not session.targets and not session.errors:
        click.echo(f"dlint: nothing linted: the configuration excludes {', '.join(session.excluded[:5])}", err=True)
        return 0
    if not session.targets:
        if not session.errors:
            click.echo("dlint: nothing to lint here: no Dockerfile, Compose file or ignore file", err=True)
        return 2 if session.errors else NOTHING_TO_LINT
    if options["stdin_filename"] and options["fix"]:
        return _fixed_stdin(session, options)
    if options["diff"]:
        diff, dropped = session.diff(unsafe=options["unsafe_fixes"])
        write(diff)
        _say_dropped(dropped)
        return 1 if diff else 0
    failed = list(session.errors)
    result = session.fix(unsafe=options["unsafe_fixes"]) if options["fix"] else None
    found = result.report if result else session.lint()
    if result:
        _say_dropped(result.dropped)
        for message in result.unwritten:
            click.echo(f"dlint: {message}", err=True)
        failed.extend(result.unwritten)
    for name, path in outputs:
        text = _rendered(found, name, options, terminal=not path, session=session)
        if path:
            write_file(path, text)
        else:
            if name == "github":
                write(_rendered(found, "text", options, terminal=True, session=session))
            write(text)
    for failure in found.failures:
        if options["form"] not in ("text", "compact", "github"):
            click.echo(f"dlint: {failure.message}", err=True)
        if options["verbose"] and failure.detail:
            click.echo(failure.detail, err=True)
    if found.failures or failed:
        return 2
    if options["exit_zero"]:
        return 0
    return 1 if session.fails(found) else 0


def _rendered(found: Report, name: str, options: dict[str, Any], *, terminal: bool, session: Session) -> str:
    return report.render(
        name,
        found,
        color=terminal and coloured(options["color"]),
        width=width() if terminal else 100,
        quiet=options["quiet"],
        show_suppressed=options["show_suppressed"],
        prefix=session.prefix if terminal else "",
    )


def _say_dropped(dropped: list[tuple[str, str]]) -> None:
    for what, reason in dropped:
        click.echo(f"dlint: not mended: {what}: {reason}", err=True)


def _fixed_stdin(session: Session, options: dict[str, Any]) -> int:
    """Print the mended text of standard input and nothing else, as editors want it; findings go to stderr."""
    result = session.fix(unsafe=options["unsafe_fixes"], write=False)
    (path,) = session.targets
    sys.stdout.flush()
    sys.stdout.buffer.write(result.sources[path].encode())
    text = report.render("compact", result.report, color=False, width=100, quiet=True)
    click.echo(text, err=True, nl=False)
    return 2 if result.report.failures else (1 if session.fails(result.report) else 0)
