"""How the page of a rule is written: a header between lines of ``---``, prose, and examples that the tests run."""

from __future__ import annotations

import re
from functools import lru_cache

from dlint.lazy import NamedTuple, pattern
from dlint.rule.severity import SEVERITIES, Severity
from dlint.rule.words import PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Presets = dict[str, tuple[Severity, dict[str, str]]]
    # Severity, presets, category, codes, gathers, yields_to, once, workflows, about_secrets.
    Facts = tuple[Severity, Presets, str, str, tuple[str, ...], dict[str, tuple[str, ...]], str, bool, bool]

CATEGORIES = ("security", "correctness", "validity", "efficiency", "reproducibility", "style")
_KEYS = frozenset(
    (
        "title severity presets aliases references category security-severity cis owasp cwe precision codes gathers "
        "yields-to once variations workflows"
    ).split()
)
_PRESET = pattern(r"\s*([a-z-]+)(?:\s*\{([^}]*)\})?\s*(?:,|$)")
_EXCUSE = pattern(r"\s*no ([a-z-]+(?:\|[a-z-]+)*) \(([^()]+)\)\s*(?:,|\Z)")
_YIELD = pattern(r"([\w-]+)(?:\{([\w|]+)\})?")
_FENCE = pattern(r"^(`{3,})([a-z]+)\s+(bad|good|fixed)\b([^\n]*)\n(.*?)^\1[ \t]*$", re.M | re.S)
# Hard-coded credentials, and badly protected ones.
_CREDENTIALS = frozenset(("522", "798", "CWE-522", "CWE-798"))

END = "\n---\n"


class PageError(ValueError):
    """A page that does not follow the format; the message names the file and what is wrong."""


class Example(NamedTuple):
    """One fenced block: ``verdict`` is bad, good or fixed; ``files`` maps paths to contents.

    ``settings`` are the rule's options for the block (``option=value`` words of its info line); ``context`` are the
    files that are there but not linted, which have the word ``context`` on theirs.
    """

    verdict: str
    files: dict[str, str]
    settings: dict[str, str]
    line: int
    context: frozenset[str] = frozenset()


def header(text: str) -> dict[str, str]:
    """The lines of a page's header. Raises PageError."""
    if not text.startswith("---\n"):
        raise PageError("a page starts with a header between two lines of ---")
    end = text.find(END, 3)
    if end < 0:
        raise PageError("the header has no closing ---")
    lines = text[4:end].split("\n")
    header = {key: value.strip() for key, _, value in [line.partition(":") for line in lines]}
    if not header.keys() <= _KEYS:
        bad = next(line for line in lines if line.partition(":")[0] not in _KEYS)
        raise PageError(f"unknown header line {bad!r}; the keys are {', '.join(sorted(_KEYS))}")
    for key in ("title", "severity"):
        if not header.get(key):
            raise PageError(f"the header needs {key}:")
    return header


def facts(name: str, lines: Mapping[str, str]) -> Facts:
    """What a run decides by, of the header of the rule ``name``. Raises PageError."""
    severity = _severity(lines["severity"])
    category = lines.get("category", "correctness")
    if category not in CATEGORIES:
        raise PageError(f"category is one of {', '.join(CATEGORIES)}, not {category}")
    once = lines.get("once", "")
    if once not in ("", "file", "stage", "words"):
        raise PageError(f"once is file, stage or words, not {once}")
    return (
        severity,
        _presets(lines.get("presets", "recommended"), severity),
        category,
        lines.get("codes", ""),
        words(lines["gathers"]) if "gathers" in lines else (),
        _yields(name, lines["yields-to"]) if "yields-to" in lines else {},
        once,
        lines.get("workflows", "") == "yes",
        (category == "security" and "secret" in name) or not _CREDENTIALS.isdisjoint(words(lines.get("cwe", ""))),
    )


def _severity(word: str) -> Severity:
    if word not in SEVERITIES:
        raise PageError(f"severity is one of {', '.join(SEVERITIES)}, not {word}")
    return SEVERITIES[word]


def words(value: str) -> tuple[str, ...]:
    """What a line of a header lists."""
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _yields(name: str, value: str) -> dict[str, tuple[str, ...]]:
    """``other-rule, another{SC2164}`` as the name of a finding → the rules it yields to: the rule's, or its codes'."""
    yields: dict[str, tuple[str, ...]] = {}
    for word in words(value):
        match = _YIELD.fullmatch(word)
        if not match:
            raise PageError(f"yields-to is a list of rules, each with codes in braces at most, not {value!r}")
        for own in (match[2] or name).split("|"):
            yields[own] = (*yields.get(own, ()), match[1])
    return yields


@lru_cache(maxsize=256)
def _presets(value: str, severity: Severity) -> Presets:
    """``strict, hadolint{severity=error, every-stage=true}`` as preset → (severity, options as text)."""
    presets: Presets = {}
    at = 0
    while at < len(value):
        match = _PRESET.match(value, at)
        if not match or (match.group(1) not in PRESETS and match.group(1) != "off"):
            raise PageError(f"presets is a list of {', '.join(PRESETS)} or off, not {value!r}")
        at = match.end()
        if match.group(1) == "off":
            continue
        settings = dict(part.strip().split("=", 1) for part in (match.group(2) or "").split(",") if part.strip())
        word = settings.pop("severity", None)
        presets[match.group(1)] = (_severity(word) if word else severity, settings)
    return presets


def excused(written: str) -> dict[str, str]:
    """What the line ``variations`` says: names of other ways to write examples, and why they do not apply."""
    found: dict[str, str] = {}
    at = 0
    while at < len(written):
        match = _EXCUSE.match(written, at)
        if not match:
            raise PageError(f"variations is a list of `no NAME|NAME (why)`, not {written[at:]!r}")
        found |= dict.fromkeys(match[1].split("|"), match[2])
        at = match.end()
    return found


def prose(body: str) -> str:
    """The body of a page without the examples that the tests run."""
    return re.sub(r"\n{3,}", "\n\n", _FENCE.sub("", body)).strip()


def summary(prose: str) -> str:
    """The first paragraph of the prose, on one line."""
    return " ".join(prose.split("\n\n", 1)[0].split())


def line_of_code(text: str, code: str) -> tuple[Severity, str] | None:
    """How bad a code is and what it means, by its line ``| SC2086 | info | What it means |``. Raises PageError."""
    line = re.search(rf"^\| *{code} *\| *([a-z]+) *\| *(.+?) *\|$", text, re.M)
    return (_severity(line[1]), line[2].replace("\\|", "|")) if line else None


def examples(text: str, kind: str) -> list[Example]:
    """The examples of a page in order; sibling blocks with ``file=PATH`` up to the next verdict or heading are one."""
    found: list[Example] = []
    last_end = 0
    for match in _FENCE.finditer(text):
        _, _, verdict, info, body = match.groups()
        words = dict(word.split("=", 1) for word in info.split() if "=" in word)
        path = words.pop("file", _DEFAULT_FILE.get(kind, "Dockerfile"))
        context = frozenset((path,)) if "context" in info.split() else frozenset()
        between = text[last_end : match.start()]
        joined = (
            found
            and found[-1].verdict == verdict
            and "file=" in info
            and path not in found[-1].files
            and not between.strip()
        )
        if joined:
            found[-1].files[path] = body
            found[-1].settings.update(words)
            found[-1] = found[-1]._replace(context=found[-1].context | context)
        else:
            line = text.count("\n", 0, match.start()) + 1
            found.append(Example(verdict, {path: body}, words, line, context))
        last_end = match.end()
    return found


_DEFAULT_FILE = {
    "dockerfile": "Dockerfile",
    "compose": "compose.yaml",
    "dockerignore": ".dockerignore",
    "build": "Dockerfile",
    "file": "Dockerfile",
}
