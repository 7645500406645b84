"""Rule pages: Markdown files in ``rules/<kind>/<name>.md`` with a header, prose and examples that the tests run."""

from __future__ import annotations

import os
from functools import cache

from dlint import __version__
from dlint.lazy import module_named
from dlint.rule.severity import SEVERITIES, Severity
from dlint.rule.words import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, SupportsIndex

    from dlint.rule.page_text import Example, Facts, Presets

_HEADER_SIZE = 1024


class Page:
    """What the page of a rule says: ``facts``, by which a run decides, and words, read when somebody asks.

    ``lines`` are those of its header, ``text`` is the whole page; without them they are read at ``path``.
    """

    __slots__ = (
        "kind", "name", "path", "severity", "presets", "category", "codes", "gathers", "yields_to", "once", "workflows",
        "about_secrets", "family", "listed", "_title", "_lines", "_text", "_code",
    )  # fmt: skip

    def __init__(
        self, kind: str, name: str, path: str, facts: Facts, lines: Mapping[str, str] | None = None, text: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        self.path = path
        # ``gathers`` are the rules whose findings this one reports in one, where they are not on by themselves;
        # ``yields_to`` those whose findings leave this one nothing to say at the same place. ``once`` is of what its
        # findings are joined to one: file, stage, words, or nothing. ``workflows``: findings may stand in a workflow,
        # which is no file of ours but for the builds it asks for. ``about_secrets``: what it points at is a credential,
        # which no report may repeat, as CWE-798 or CWE-522 on its page says, or ``secret`` in a security rule's name.
        (
            self.severity, self.presets, self.category, self.codes, self.gathers, self.yields_to, self.once,
            self.workflows, self.about_secrets,
        ) = facts  # fmt: skip
        self._lines = lines
        self._text = text
        self._title = self.family = self._code = ""
        self.listed = False

    @property
    def facts(self) -> Facts:
        """What a run decides by: plain values and severities."""
        return (
            self.severity, self.presets, self.category, self.codes, self.gathers, self.yields_to, self.once,
            self.workflows, self.about_secrets,
        )  # fmt: skip

    @property
    def header(self) -> Mapping[str, str]:
        """The lines of its header."""
        if self._lines is None:
            lines = _read_header(self.path).partition("\n---\n")[0].split("\n")[1:]
            self._lines = {key: value.strip() for key, _, value in [line.partition(":") for line in lines]}
        return self._lines

    @property
    def title(self) -> str:
        """One line: what is wrong."""
        return self._title or self.header["title"]

    @property
    def cwe(self) -> tuple[str, ...]:
        """The weaknesses, by their CWE number."""
        return _words(self.header.get("cwe", ""))

    def _own(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Of the words of a page for many codes, those with ``{code}`` belong to each code."""
        if self._code:
            return tuple(word.replace("{code}", self._code) for word in words if "{code}" in word)
        return tuple([word for word in words if "{code}" not in word]) if self.codes else words

    @property
    def aliases(self) -> tuple[str, ...]:
        """The codes other tools use for the same concept, as ``tool/CODE``."""
        return self._own(self.all_aliases)

    @property
    def all_aliases(self) -> tuple[str, ...]:
        """The same with those of the codes that it gathers, in which ``{code}`` stands for a code."""
        if self._lines is None:
            known: tuple[str, ...] | None = from_wheel(f"aliases_{self.kind}").get(self.name)
            if known is not None:
                return known
        return _words(self.header.get("aliases", ""))

    @property
    def references(self) -> tuple[str, ...]:
        """Where the advice comes from: absolute URLs."""
        return self._own(_words(self.header.get("references", "")))

    @property
    def security_severity(self) -> str:
        """``0.0`` to ``10``, of rules about security."""
        return self.header.get("security-severity", "")

    @property
    def cis(self) -> tuple[str, ...]:
        """The sections of the CIS Docker Benchmark."""
        return _words(self.header.get("cis", ""))

    @property
    def owasp(self) -> tuple[str, ...]:
        """The rules of OWASP's Docker cheat sheet."""
        return _words(self.header.get("owasp", ""))

    @property
    def precision(self) -> str:
        """``very-high``, ``high``, ``medium`` or ``low``: how many findings are right."""
        return self.header.get("precision", "high")

    @property
    def excused(self) -> dict[str, str]:
        """The other ways to write its examples (``tests/variations.py``) in which it finds nothing, and why."""
        from dlint.rule.page_text import PageError, excused

        try:
            return excused(self.header.get("variations", ""))
        except PageError as error:
            raise PageError(f"{self.path}: {error}") from None

    def code(self, written: str) -> str | None:
        """The code that ``written`` means (``SC2086``, ``hadolint/sc2086``), if it is one that the page gathers."""
        import re

        tool, _, name = written.rpartition("/")
        if not self.codes or not re.fullmatch(self.codes, name, re.IGNORECASE):
            return None
        tools = {"", "dlint", *(alias.partition("/")[0] for alias in self.all_aliases if "{code}" in alias)}
        return name.upper() if tool.lower() in tools else None

    def of_code(self, code: str) -> Page:
        """The page of one code: its line in the table of codes, then how the page begins and what it says of the code.

        A line is ``| SC2086 | info | What it means |``; a code without one has the page's title.
        """
        from dlint.rule.page_text import line_of_code

        line = line_of_code(self._whole(), code)
        severity = line[0] if line else self.severity
        presets: Presets = {
            preset: (severity, {})
            for preset, (_, options) in self.presets.items()
            if severity >= SEVERITIES.get(options.get("level", ""), Severity.STYLE)
            and code not in options.get("quiet", "").split("|")
        }
        title = line[1] if line else f"{self.title} ({code})"
        first, *rest = self.prose.partition("\n## ")[0].strip().split("\n\n")
        more = f"`dlint explain {self.name}` prints the rest: how scripts are read, and what is no finding."
        general = "\n\n".join([first, *_about_code(rest, code), more])
        text = f"---\n---\n{title}.\n\n{general}\n" if line else f"---\n---\n{general}\n"
        page = Page(
            self.kind, code, self.path, (severity, presets, self.category, "", *self.facts[4:]), self.header, text
        )
        page.family, page.listed, page._title, page._code = self.name, line is not None, title, code
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
        if not self._text:
            self._text = _read(self.path)
        return self._text

    @property
    def prose(self) -> str:
        """The body without the examples that the tests run."""
        from dlint.rule.page_text import prose

        return prose(self.body)

    @property
    def summary(self) -> str:
        """The first paragraph of the prose, on one line."""
        from dlint.rule.page_text import summary

        return summary(self.prose)

    @property
    def has_fix(self) -> bool:
        """Whether the page shows a fixed file."""
        return any(example.verdict == "fixed" for example in self.examples())

    def examples(self) -> list[Example]:
        """The examples in order; sibling blocks with ``file=PATH`` up to the next verdict or heading are one."""
        from dlint.rule.page_text import examples

        return examples(self._whole(), self.kind)


def page_of_text(kind: str, name: str, path: str, text: str, *, whole: bool = True) -> Page:
    """The page of this text; if that is not the ``whole``, the rest is read when it is needed. Raises PageError."""
    from dlint.rule.page_text import PageError, facts, header

    try:
        lines = header(text)
        return Page(kind, name, path, facts(name, lines), lines, text if whole else "")
    except PageError as error:
        raise PageError(f"{path}: {error}") from None


def from_wheel(name: str) -> dict[str, Any]:
    """What a module that a wheel has beside this one says of rules, by their names; {} where there is none like it.

    Whatever is wrong with it, the pages and the checks are there, too.
    """
    try:
        module = module_named(f"{__package__}.{name}")
        return module.ROWS if __version__ == module.VERSION else {}
    except Exception:
        return {}


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
    return page_of_text(kind, name, path, text, whole=whole)


def _about_code(paragraphs: Iterable[str], code: str) -> Iterator[str]:
    """The paragraphs that speak of a code; of a list its items, with the sentence that leads to it."""
    before = ""
    for paragraph in paragraphs:
        items = paragraph.replace("\n  ", " ").split("\n") if paragraph.startswith("- ") else []
        about = [item for item in items if code in item]
        if about:
            yield "\n\n".join([before, "\n".join(about)])
        elif not items and code in paragraph:
            yield paragraph
        before = paragraph


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
    return f"{text.decode()}\n---\n" if end else _read(path)


def _words(line: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in line.split(",") if word.strip())
