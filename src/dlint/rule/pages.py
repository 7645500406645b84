"""Rule pages: Markdown files in ``rules/<kind>/<name>.md`` with a header, prose and examples that the tests run."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache

from dlint.lazy import NamedTuple, pattern
from dlint.rule.severity import SEVERITIES, Severity
from dlint.rule.words import PRESETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, SupportsIndex

KINDS = ("dockerfile", "compose", "dockerignore", "build", "file")
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


_END = "\n---\n"
_HEADER_SIZE = 1024


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


class Page:
    """The header of a page, read at start-up, and its body, read when somebody asks.

    ``text`` is the page; if it is not ``whole``, it is the header and the rest is read from ``path`` when it is needed.
    """

    __slots__ = (
        "name", "kind", "path", "title", "severity", "presets", "category", "codes", "family", "listed", "gathers",
        "yields_to", "once", "workflows", "cwe", "_header", "_text", "_is_whole", "_code",
    )  # fmt: skip

    def __init__(self, kind: str, name: str, path: str, text: str, *, whole: bool = True) -> None:
        self.kind = kind
        self.name = name
        self.path = path
        self._text = text
        self._is_whole = whole
        self.family = ""
        self.listed = False
        self._code = ""
        try:
            self._take(_header(text))
        except PageError as error:
            raise PageError(f"{path}: {error}") from None

    def _take(self, header: dict[str, str]) -> None:
        self._header = header
        self.title = header["title"].strip()
        self.severity: Severity = _severity(header["severity"].strip())
        self.presets = _presets(header.get("presets", "recommended"), self.severity)
        self.codes = header.get("codes", "").strip()
        # The rules whose findings this one reports in one, where they are not on by themselves.
        self.gathers = _words(header["gathers"]) if "gathers" in header else ()
        # The rules whose findings leave this one nothing to say at the same place.
        self.yields_to = _yields(self.name, header["yields-to"]) if "yields-to" in header else {}
        # Of what its findings are joined to one: file, stage, or nothing.
        self.once = header.get("once", "").strip()
        if self.once not in ("", "file", "stage", "words"):
            raise PageError(f"once is file, stage or words, not {self.once}")
        # Whether findings may stand in a workflow, which is no file of ours but for the builds it asks for.
        self.workflows = header.get("workflows", "").strip() == "yes"
        self.category = header.get("category", "correctness").strip()
        if self.category not in CATEGORIES:
            raise PageError(f"category is one of {', '.join(CATEGORIES)}, not {self.category}")

        # The weaknesses, by their CWE number.
        self.cwe = _words(header["cwe"]) if "cwe" in header else ()

    @property
    def facts(self) -> tuple[Any, ...]:
        """What the header says, for ``known``: plain values and severities."""
        return (
            self.title, self.severity, self.presets, self.category, self.codes, self.gathers, self.yields_to, self.once,
            self.workflows, self.cwe, self._header,
        )  # fmt: skip

    @classmethod
    def known(cls, kind: str, name: str, path: str, facts: tuple[Any, ...]) -> Page:
        """The page whose ``facts`` these are; it is opened when its words are shown."""
        page = object.__new__(cls)
        page.kind, page.name, page.path = kind, name, path
        page.family = page._code = page._text = ""
        page.listed = page._is_whole = False
        (
            page.title, page.severity, page.presets, page.category, page.codes, page.gathers, page.yields_to, page.once,
            page.workflows, page.cwe, page._header,
        ) = facts  # fmt: skip
        return page

    def _names(self, key: str) -> tuple[str, ...]:
        """What a line of the header lists; of a page for many codes, the words with ``{code}`` belong to each code."""
        words = _words(self._header.get(key, ""))
        if self._code:
            return tuple(word.replace("{code}", self._code) for word in words if "{code}" in word)
        return tuple([word for word in words if "{code}" not in word]) if self.codes else words

    @property
    def aliases(self) -> tuple[str, ...]:
        """The codes other tools use for the same concept, as ``tool/CODE``."""
        return self._names("aliases")

    @property
    def references(self) -> tuple[str, ...]:
        """Where the advice comes from: absolute URLs."""
        return self._names("references")

    @property
    def security_severity(self) -> str:
        """``0.0`` to ``10``, of rules about security."""
        return self._header.get("security-severity", "").strip()

    @property
    def cis(self) -> tuple[str, ...]:
        """The sections of the CIS Docker Benchmark."""
        return _words(self._header.get("cis", ""))

    @property
    def owasp(self) -> tuple[str, ...]:
        """The rules of OWASP's Docker cheat sheet."""
        return _words(self._header.get("owasp", ""))

    @property
    def precision(self) -> str:
        """``very-high``, ``high``, ``medium`` or ``low``: how many findings are right."""
        return self._header.get("precision", "high").strip()

    @property
    def excused(self) -> dict[str, str]:
        """The other ways to write its examples (``tests/variations.py``) in which it finds nothing, and why."""
        written = self._header.get("variations", "")
        found: dict[str, str] = {}
        at = 0
        while at < len(written):
            match = _EXCUSE.match(written, at)
            if not match:
                raise PageError(f"{self.path}: variations is a list of `no NAME|NAME (why)`, not {written[at:]!r}")
            found |= dict.fromkeys(match[1].split("|"), match[2])
            at = match.end()
        return found

    def code(self, written: str) -> str | None:
        """The code that ``written`` means (``SC2086``, ``hadolint/sc2086``), if it is one that the page gathers."""
        tool, _, name = written.rpartition("/")
        if not self.codes or not re.fullmatch(self.codes, name, re.IGNORECASE):
            return None
        listed = _words(self._header.get("aliases", ""))
        tools = {"", "dlint", *(alias.partition("/")[0] for alias in listed if "{code}" in alias)}
        return name.upper() if tool.lower() in tools else None

    def of_code(self, code: str) -> Page:
        """The page of one code: its line in the table of codes, then what the page says of all.

        A line is ``| SC2086 | info | What it means |``; a code without one has the page's title.
        """
        page = object.__new__(Page)
        for slot in Page.__slots__:
            setattr(page, slot, getattr(self, slot))
        line = re.search(rf"^\| *{code} *\| *([a-z]+) *\| *(.+?) *\|$", self._whole(), re.M)
        page.name = code
        page.family, page.codes, page.listed = self.name, "", line is not None
        page.title = line[2].replace("\\|", "|") if line else f"{self.title} ({code})"
        page.severity = _severity(line[1]) if line else self.severity
        page.presets = {
            preset: (page.severity, {})
            for preset, (_, options) in self.presets.items()
            if page.severity >= SEVERITIES.get(options.get("level", ""), Severity.STYLE)
            and code not in options.get("quiet", "").split("|")
        }
        page._code = code
        page._is_whole = True
        general = self.prose.partition("\n## ")[0]
        page._text = f"---\n---\n{page.title}.\n\n{general}\n" if line else f"---\n---\n{general}\n"
        return page

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        """A page that comes along is read again where it is unpickled; others are packed whole."""
        if self.path.startswith(f"{pages_dir()}/"):
            return page_of, (self.kind, self.family or self.name, self._code)
        return super().__reduce_ex__(protocol)

    @property
    def body(self) -> str:
        """The Markdown after the header."""
        return self._whole().split("\n---\n", 1)[1].lstrip("\n")

    def _whole(self) -> str:
        """The text of the page."""
        if not self._is_whole:
            self._is_whole = True
            self._text = _read(self.path)
        return self._text

    @property
    def prose(self) -> str:
        """The body without the examples that the tests run."""
        return re.sub(r"\n{3,}", "\n\n", _FENCE.sub("", self.body)).strip()

    @property
    def summary(self) -> str:
        """The first paragraph of the prose, on one line."""
        return " ".join(self.prose.split("\n\n", 1)[0].split())

    @property
    def has_fix(self) -> bool:
        """Whether the page shows a fixed file."""
        return any(example.verdict == "fixed" for example in self.examples())

    def examples(self) -> list[Example]:
        """The examples in order; sibling blocks with ``file=PATH`` up to the next verdict or heading are one."""
        found: list[Example] = []
        text = self._whole()
        last_end = 0
        for match in _FENCE.finditer(text):
            _, _, verdict, info, body = match.groups()
            words = dict(word.split("=", 1) for word in info.split() if "=" in word)
            path = words.pop("file", _DEFAULT_FILE.get(self.kind, "Dockerfile"))
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


def pages_dir() -> str:
    """The folder of the built-in pages: inside the package in a wheel, at the top of a checkout otherwise."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    packed = os.path.join(here, "rules")
    return packed if os.path.isdir(packed) else os.path.join(here, "..", "..", "rules")


def read_pages(kinds: tuple[str, ...] = KINDS, root: str | None = None) -> dict[str, Page]:
    """The pages of ``kinds`` by rule name. Raises PageError for a page that breaks the format."""
    whole = root is not None
    root = pages_dir() if root is None else root
    pages: dict[str, Page] = {}
    for kind in kinds:
        folder = os.path.join(root, kind)
        if not os.path.isdir(folder):
            continue
        for file in sorted(os.listdir(folder)):
            if file.endswith(".md"):
                # Of the pages that come along only the headers are read: few of the others' words are ever shown.
                pages[file[:-3]] = read_page(kind, file[:-3], root, whole=whole)
    return pages


def read_page(kind: str, name: str, root: str, *, whole: bool = False) -> Page:
    """One page; without ``whole`` its header. Raises PageError if it breaks the format, OSError if there is none."""
    path = f"{root}/{kind}/{name}.md"
    text = _read(path) if whole else _read_header(path)
    return Page(kind, name, path, text, whole=whole)


@cache
def page_of(kind: str, name: str, code: str = "") -> Page:
    """One page that comes along, or what it says of a code. Raises ValueError if there is none."""
    if kind not in KINDS or not name.replace("-", "").isalnum():
        raise ValueError(f"{kind}/{name} is no rule")
    try:
        page = read_page(kind, name, pages_dir())
    except OSError as error:
        raise ValueError(f"{kind}/{name} is no rule") from error
    if not code:
        return page
    if page.code(code) != code:
        raise ValueError(f"{kind}/{name}/{code} is no rule")
    return page.of_code(code)


def _read(path: str) -> str:
    with open(path, "rb") as handle:
        return handle.read().decode("utf-8").replace("\r\n", "\n")


def _read_header(path: str) -> str:
    """The beginning of a page up to the end of its header."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        start = os.read(descriptor, _HEADER_SIZE)
    finally:
        os.close(descriptor)
    text, end, _ = start.replace(b"\r\n", b"\n").partition(b"\n---\n")
    return text.decode("utf-8") + _END if end else _read(path)


def _header(text: str) -> dict[str, str]:
    if not text.startswith("---\n"):
        raise PageError("a page starts with a header between two lines of ---")
    end = text.find(_END, 3)
    if end < 0:
        raise PageError("the header has no closing ---")
    lines = text[4:end].split("\n")
    try:
        # As fast as it gets: some 250 pages are read at each start.
        header = dict([f"{line} ".split(": ", 1) for line in lines])
    except ValueError:
        header = {key: value for key, _, value in [line.partition(":") for line in lines]}
    if not header.keys() <= _KEYS:
        bad = next(line for line in lines if line.partition(":")[0] not in _KEYS)
        raise PageError(f"unknown header line {bad!r}; the keys are {', '.join(sorted(_KEYS))}")
    for key in ("title", "severity"):
        if not header.get(key, "").strip():
            raise PageError(f"the header needs {key}:")
    return header


def _severity(word: str) -> Severity:
    if word not in SEVERITIES:
        raise PageError(f"severity is one of {', '.join(SEVERITIES)}, not {word}")
    return SEVERITIES[word]


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _yields(name: str, value: str) -> dict[str, tuple[str, ...]]:
    """``other-rule, another{SC2164}`` as the name of a finding → the rules it yields to: the rule's, or its codes'."""
    yields: dict[str, tuple[str, ...]] = {}
    for word in _words(value):
        match = _YIELD.fullmatch(word)
        if not match:
            raise PageError(f"yields-to is a list of rules, each with codes in braces at most, not {value!r}")
        for own in (match[2] or name).split("|"):
            yields[own] = (*yields.get(own, ()), match[1])
    return yields


@lru_cache(maxsize=256)
def _presets(value: str, severity: Severity) -> dict[str, tuple[Severity, dict[str, str]]]:
    """``strict, hadolint{severity=error, every-stage=true}`` as preset → (severity, options as text)."""
    presets: dict[str, tuple[Severity, dict[str, str]]] = {}
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
