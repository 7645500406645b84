"""What ``dlint why`` knows of a place: who builds it, with what, where a value is from; as text, and for the pointer.

Every text of the project that is shown went through ``Shown``: no credential is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from dlint.lsp.view import View
from dlint.picture.graph import at_home
from dlint.picture.shown import Shown
from dlint.source import Node
from dlint.why import services
from dlint.why.account import Account, Asked, Fact, Origin
from dlint.why.find import NothingKnownError, know, of_file
from dlint.why.text import UNKNOWN, render

WHY = "dlint.why"
_MOST_WAYS = 3
_MOST_FACTS = 20
_LONGEST = 120
_BUILT_FOR = "built for"
_IN_EFFECT = ("value", "variable", "also in")

_Wanted = Callable[[Fact], bool]


def text(view: View, line: int) -> str:
    """What is known of a line (from 1) of the document, as text; one sentence if that is nothing."""
    if not 1 <= line <= view.source.line_count:
        return f"{view.path} has no line {line}."
    try:
        return render(of_file(_asked(view), view.path, line), lambda path: path)
    except NothingKnownError as error:
        said = str(error)
        return f"{said[:1].upper()}{said[1:]}."


def of_line(view: View, line: int, names: Collection[str] = ()) -> str:
    """The facts of a line, as lists in Markdown, a list a way it is built; with ``names`` only those called so."""
    return _told(view, _accounts(view, line), lambda fact: not names or fact.name in names)


def of_variable(view: View, line: int, name: str) -> str:
    """The values of a variable at a line of a Dockerfile, and where it gets them."""
    return _told(view, _accounts(view, line), lambda fact: fact.name == "value" and fact.of == name)


def of_service(view: View, name: str, names: Collection[str] = ()) -> str:
    """The facts of a service of the document's project; with ``names`` only those called so."""
    model = view.workspace.model_of(view.path)
    service = model.by_name.get(name) if model is not None else None
    if model is None or service is None:
        return ""
    asked = _asked(view)
    know(asked, [model])
    account = services.account_of(asked, model, service)
    return _told(view, [account], lambda fact: not names or fact.name in names)


def in_effect(view: View, line: int, keys: Sequence[str]) -> str:
    """The value that counts for ``keys``, which a line of a Compose file sets; empty if that is what stands there."""
    accounts = [one for one in _accounts(view, line) if one.facts[0].value == ".".join(keys)]
    if not any(_is_news(view, fact) for one in accounts for fact in one.facts if fact.name in _IN_EFFECT):
        return ""
    return _told(view, accounts, lambda fact: fact.name in _IN_EFFECT)


def public(view: View, text: str) -> str:
    """A text made of the files of the document's project, without the credentials in them."""
    asked = _asked(view)
    asked.shown.know([view.path])
    model = view.workspace.model_of(view.path) if view.kind == "compose" else None
    if model is not None:
        know(asked, [model])
    return asked.shown.text(text)


def _is_news(view: View, fact: Fact) -> bool:
    """Whether a fact says more than the line it is about."""
    places = [at_home(one).source.path for one in fact.origin if isinstance(one, Node)]
    return fact.name != "value" or fact.value is None or any(path != view.path for path in places)


def _asked(view: View) -> Asked:
    return Asked(view.workspace, Shown(view.workspace, ()), view.folder.given)


def _accounts(view: View, line: int) -> list[Account]:
    try:
        return of_file(_asked(view), view.path, line)
    except NothingKnownError:
        return []


def _told(view: View, accounts: Sequence[Account], wanted: _Wanted) -> str:
    """A list for each way of building in which the facts differ, with those it is built for above it."""
    lists: dict[str, list[Account]] = {}
    for account in accounts:
        lines = "\n".join(_lines(view, account, wanted))
        if lines:
            lists.setdefault(lines, []).append(account)
    said = []
    for lines, ways in [*lists.items()][:_MOST_WAYS]:
        named = ", ".join(name for way in ways[:_MOST_WAYS] if (name := _built_for(way)))
        shown = len(lists) > 1 and named and f"**{_BUILT_FOR}**" not in lines
        said.append(f"Built for {named}:\n\n{lines}" if shown else lines)
    more = len(lists) - _MOST_WAYS
    return "\n\n".join([*said, *([f"It is built in {more} more ways."] if more > 0 else [])])


def _built_for(account: Account) -> str:
    return next((code(fact.value) for fact in account.facts if fact.name == _BUILT_FOR and fact.value), "")


def _lines(view: View, account: Account, wanted: _Wanted) -> Iterator[str]:
    before = ""
    for fact in [fact for fact in account.facts if wanted(fact)][:_MOST_FACTS]:
        name = "" if fact.name == before else f"**{fact.name}** "
        yield f"- {name}{_value(fact)}{_origins(view, fact.origin, account.line)}"
        before = fact.name


def _value(fact: Fact) -> str:
    value = UNKNOWN if fact.value is None else code(fact.value)
    return f"{code(fact.of)} = {value}" if fact.of else value


def _origins(view: View, origin: Sequence[Origin], line: int | None) -> str:
    """Where a fact is from, other than the line that was asked about."""
    said = [_origin(view, one) for one in origin if not _is_at(view, one, line)]
    joined = "".join(f"{one} " if one.endswith(",") else f"{one}; " for one in said)
    joined = joined.removesuffix("; ").removesuffix(", ")
    return f": {joined}" if joined else ""


def _is_at(view: View, origin: Origin, line: int | None) -> bool:
    node = at_home(origin) if isinstance(origin, Node) else None
    return node is not None and node.source.path == view.path and node.line == line


def _origin(view: View, origin: Origin) -> str:
    """A link to a place; words as they are, without what Markdown would read in them."""
    if not isinstance(origin, Node):
        return "".join(f"\\{one}" if one in "\\`*_<>[]#|~" else one for one in " ".join(origin.split()))
    node = at_home(origin)
    path = node.source.path
    name = f"line {node.line}" if path == view.path else f"{path}:{node.line}"
    uri = view.uri(path)
    return f"[{name}]({uri}#L{node.line})" if uri and not set("[]()\\") & set(name) else code(name)


def code(text: str) -> str:
    """A text of the project in a hover: one line of code, whatever is in it."""
    text = " ".join(text.split()).replace("`", "'")
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"`{shown}`" if shown else "an empty text"
