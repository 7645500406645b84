"""The keys of a configuration: their shapes, defaults and what each does."""

from __future__ import annotations

from dlint.lazy import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names the file, the key and the remedy."""


class Key(NamedTuple):
    """One key of the configuration: the shape of its value, its default and a sentence on what it does."""

    shape: str
    default: Any
    doc: str


KEYS: dict[str, Key] = {
    "preset": Key(
        "preset",
        "recommended",
        "The set of rules to start from, or a list of several: what the last one says of a rule counts.",
    ),
    "select": Key("names", (), "Run only these rules (names, aliases or `kind/*`); empty means the preset decides."),
    "enable": Key("names", (), "Rules to switch on besides the preset's."),
    "ignore": Key("names", (), "Rules to switch off."),
    "severity": Key("severity", "style", "The lowest severity that is shown."),
    "fail-on": Key("threshold", "warning", "The lowest severity that makes the exit code 1; `never` for none."),
    "baseline": Key("string", "", "A file of findings that are not shown, relative to this one; see `dlint baseline`."),
    "exclude": Key("strings", (), "Path patterns that are not linted, also when named on the command line."),
    "extends": Key("strings", (), "Other configuration files to build on, relative to this one."),
    "plugins": Key("strings", (), "Folders (`./lint`) or modules with rules of your own. They run as code."),
    "build-args": Key("string-table", {}, "Values for build arguments, as `docker build --build-arg` gives them."),
    "targets": Key("strings", (), "The stages that are built; the last stage of each Dockerfile when empty."),
    "shellcheck": Key("program", True, "Whether ShellCheck reads shell scripts; or its path, if it is not found."),
    "unsafe-fixes": Key("names", (), "Rules whose unsafe fixes `--fix` and `--diff` apply like safe ones."),
    "inline-ignores": Key("bool", True, "Whether comments in linted files may hide findings."),
    "rule-pages": Key(
        "url", "", "Where the site with the rules' pages is published; reports and `explain` link there."
    ),
    "rules": Key("rules", {}, "Per rule: `severity` (error, warning, info, style, off) and the rule's own options."),
    "paths": Key("paths", (), "Tables with `files` (patterns), and `ignore`, `enable` or `rules`, and a `reason`."),
    "services": Key("services", (), "Tables with `names` (patterns of Compose services), `ignore` and a `reason`."),
}


# Characters of a value that a sentence about it shows.
_LONGEST = 80
ADDING = ("enable", "ignore", "unsafe-fixes", "exclude", "plugins", "paths", "services")


def shortened(value: Any) -> str:
    """A value as a sentence may show it."""
    try:
        text = repr(value)
    except RecursionError:
        return "something nested too deep"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def did_you_mean(word: str, known: Iterable[str], spelled: Mapping[str, str] | None = None) -> str:
    """`` (did you mean X?)`` for the closest of ``known``, or nothing; ``spelled``: how to show those it has."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    if not close:
        return ""
    return f" (did you mean {(spelled or {}).get(close[0], close[0])}?)"
