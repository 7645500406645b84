"""What ``dlint why`` knows of a line: who builds it, with what, and what comes of it; as text, and for the pointer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlint.lsp.view import View
from dlint.picture.graph import at_home
from dlint.picture.shown import Shown
from dlint.source import Node
from dlint.why.account import Account, Asked, Fact, Origin
from dlint.why.find import NothingKnownError, of_file
from dlint.why.text import UNKNOWN, render

WHY = "dlint.why"
_MOST_ACCOUNTS = 3
_MOST_FACTS = 20
_LONGEST = 120


def text(view: View, line: int) -> str:
    """What is known of a line (from 1) of the document, as text; one sentence if that is nothing."""
    if not 1 <= line <= view.source.line_count:
        return f"{view.path} has no line {line}."
    try:
        return render(_accounts(view, line), lambda path: path)
    except NothingKnownError as error:
        said = str(error)
        return f"{said[:1].upper()}{said[1:]}."


def markdown(view: View, line: int) -> str:
    """The same as lists for the pointer, a list a way it is built; empty if nothing is known."""
    try:
        accounts = _accounts(view, line)
    except NothingKnownError:
        return ""
    lists = ["\n".join(_list(view, account)) for account in accounts[:_MOST_ACCOUNTS] if account.facts]
    more = len(accounts) - _MOST_ACCOUNTS
    return "\n\n".join([*lists, *([f"It is built in {more} more ways."] if more > 0 else [])])


def _accounts(view: View, line: int) -> list[Account]:
    workspace = view.workspace
    return of_file(Asked(workspace, Shown(workspace, ()), view.folder.given), view.path, line)


def _list(view: View, account: Account) -> Iterator[str]:
    before = ""
    for fact in account.facts[:_MOST_FACTS]:
        name = "" if fact.name == before else f"**{fact.name}** "
        yield f"- {name}{_value(fact)}{_origins(view, fact.origin)}"
        before = fact.name


def _value(fact: Fact) -> str:
    value = UNKNOWN if fact.value is None else code(fact.value)
    return f"{code(fact.of)} = {value}" if fact.of else value


def _origins(view: View, origin: Sequence[Origin]) -> str:
    said = [_origin(view, one) for one in origin]
    joined = "".join(f"{one} " if one.endswith(",") else f"{one}; " for one in said)
    joined = joined.removesuffix("; ").removesuffix(", ")
    return f": {joined}" if joined else ""


def _origin(view: View, origin: Origin) -> str:
    """A link to a place; words as they are, without what Markdown would read in them."""
    if not isinstance(origin, Node):
        return "".join(f"\\{one}" if one in "\\`*_<>[]#|~" else one for one in " ".join(origin.split()))
    node = at_home(origin)
    path = node.source.path
    name = f"line {node.line}" if path == view.path else f"{path}:{node.line}"
    uri = view.uri(path)
    return f"[{name}]({uri}#L{node.line})" if uri and "](" not in name else code(name)


def code(text: str) -> str:
    """A text of the project in a hover: one line of code, whatever is in it."""
    text = " ".join(text.split()).replace("`", "'")
    return f"`{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}`"
