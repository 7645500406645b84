"""Accounts as text: one line a fact, places as short as they can be."""

from __future__ import annotations

from dlint.picture.graph import at_home
from dlint.report._escape import columns, one_line
from dlint.source import Node
from dlint.why.account import Account, Fact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

UNKNOWN = "unknown"
_NAME, _VALUE = 12, 34


def render(accounts: Sequence[Account], named: Callable[[str], str], colour: bool = False) -> str:
    """The accounts; ``named`` gives a path as people in the working directory would write it."""
    return "\n".join("".join(_account(account, named, colour)) for account in accounts)


def _account(account: Account, named: Callable[[str], str], colour: bool) -> list[str]:
    place = at_home(account.subject)
    path = one_line(named(place.source.path))
    if account.line is not None:
        head = f"{path}:{account.line}   {one_line(account.text)}".rstrip()
    else:
        head = f"{path}:{place.line}   {one_line(account.title)}" if place.span[0] else path
    lines = [_paint(head, "1", colour) + "\n"]
    before = ""
    places = _Places(place.source.path, named)
    for fact in account.facts:
        lines.append(_fact(fact, "" if fact.name == before else fact.name, places, colour))
        before = fact.name
    return lines


def _fact(fact: Fact, name: str, places: _Places, colour: bool) -> str:
    value = one_line(fact.value) if fact.value is not None else UNKNOWN
    subject = f"{one_line(fact.of)} = " if fact.of else ""
    origin = one_line("".join(map(places.words, fact.origin)).removesuffix("; ").removesuffix(", "))
    wide = " " * max(_VALUE - columns(subject + value), 0)
    shown = subject + (value if fact.value is not None else _paint(value, "33", colour))
    tail = f"{wide}  {_paint(origin, '2', colour)}" if origin else ""
    return f"  {name:<{_NAME - 1}} {shown}{tail}\n"


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour and text else text


class _Places:
    """Names places: a line of the subject's own file, a line of the file that was named last, or path and line."""

    def __init__(self, own: str, named: Callable[[str], str]) -> None:
        self.own = own
        self.named = named
        self.last = ""

    def words(self, origin: Node | str) -> str:
        """A place or what is said instead of one."""
        return f"{self._of(origin)}; " if not str(origin).endswith(",") else f"{origin} "

    def _of(self, origin: Node | str) -> str:
        if isinstance(origin, str):
            return origin
        node = at_home(origin)
        path = node.source.path
        if path == self.own:
            return f"line {node.line}"
        if path == self.last:
            return f":{node.line}"
        self.last = path
        return f"{self.named(path)}:{node.line}"
