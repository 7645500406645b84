"""YAML events for ``yamltree``: ruamel.yaml's C parser where there is one, its Python parser otherwise.

The reader to agree with is go-yaml v3, which Compose uses: a port of libyaml that also takes ``80:80`` inside
``[...]``. The C parser is an older libyaml that refuses just that; the second of the ``attempts`` makes up for it by
giving it a stand-in for such colons. What the C parser still refuses goes to the Python parser, bent to go-yaml's
rules in ``yaml_scanner``, which has the last word; a text too large for it keeps the C parser's verdict.

Importing ``ruamel.yaml`` whole costs 74 M instructions, of which the C parser needs no more than the classes of what
it makes. So its extension is imported with the events below and with stand-ins for the rest, and given ruamel's own
classes as soon as anybody else asks for it.
"""

from __future__ import annotations

import sys

from dlint.lazy import module_named, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    # What a parser has read: its kind, where it starts and ends, its anchor, its tag, its text, and how it is written.
    Event = tuple[str, int, int, str | None, Any, str, Any]

_EXTENSION = "_ruamel_yaml"
# The modules that the extension takes classes from.
_PARTS = tuple(
    f"ruamel.yaml.{name}"
    for name in (
        "error", "reader", "scanner", "parser", "composer", "constructor", "emitter", "serializer", "representer",
        "tokens", "events", "nodes",
    )
)  # fmt: skip
# A colon inside a plain scalar: not at its start, not before a blank. It stands for a private-use character in the
# text given to the C parser when the file has such colons in flow collections.
_INNER_COLON = pattern(r"(?<=[^\s\[\]{},\"']):(?=\S)")
_STAND_IN = "\ue03a"
_CAREFUL_LIMIT = 200_000
# Words of complaints at which the Python parser stops as well where the C parser does, so that both make one fault of
# it: in any text, and where no collection in braces or brackets, with colons in it, can stand.
_AGREED = (
    "alphabetic or numeric", "values are not allowed", "start any token", "end of stream", "'-' indicator",
    "sequence entries", "document start",
)  # fmt: skip
_AGREED_IN_BLOCKS = (*_AGREED, "expected key", "expected ':'", "node content")
# The two differ in tabs, and in what they make of a key that is missing before its colon.
_DISPUTED = pattern(r"\t|(?m:^)[ -]*:")


def _scalar(anchor: Any, tag: Any, implicit: Any, value: str, start: Any, end: Any, style: Any) -> Event:
    return "scalar", start.index, end.index, anchor, tag, value, style


def _sequence(anchor: Any, tag: Any, implicit: Any, start: Any, end: Any, flow: Any) -> Event:
    return "sequence", start.index, end.index, anchor, tag, "", flow


def _mapping(anchor: Any, tag: Any, implicit: Any, start: Any, end: Any, flow: Any) -> Event:
    return "mapping", start.index, end.index, anchor, tag, "", flow


def _end(start: Any, end: Any, *more: Any) -> Event:
    return "end", start.index, end.index, None, None, "", None


def _alias(anchor: str, start: Any, end: Any) -> Event:
    return "alias", start.index, end.index, anchor, None, "", None


def _stop(start: Any, end: Any) -> Event:
    return "stop", start.index, end.index, None, None, "", None


def _else(start: Any, end: Any, *more: Any) -> Event:
    return "", start.index, end.index, None, None, "", None


_EVENTS: dict[str, Callable[..., Event]] = {
    "ScalarEvent": _scalar,
    "SequenceStartEvent": _sequence,
    "MappingStartEvent": _mapping,
    "SequenceEndEvent": _end,
    "MappingEndEvent": _end,
    "AliasEvent": _alias,
    "StreamEndEvent": _stop,
}


def _maker_of(name: str) -> Callable[..., Any]:
    return _EVENTS.get(name, _else) if name.endswith("Event") else _RefusedError


def read_off(event: Any) -> Event:
    """An event of ruamel's own classes as one of ours."""
    name = type(event).__name__
    make = _maker_of(name)
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    start, end = event.start_mark, event.end_mark
    if name == "ScalarEvent":
        found: Event = make(anchor, tag, None, event.value, start, end, event.style)
    elif make is _mapping or make is _sequence:
        found = make(anchor, tag, None, start, end, event.flow_style)
    else:
        found = make(anchor, start, end) if make is _alias else make(start, end)
    return found


class _RefusedError(Exception):
    """Any error of the extension: like ruamel's, with what ``stopped`` asks for."""

    def __init__(self, context: Any, context_mark: Any, problem: Any, problem_mark: Any, *more: Any) -> None:
        super().__init__(context, problem)
        self.context = context
        self.context_mark = context_mark
        self.problem = problem
        self.problem_mark = problem_mark


def _stand_in(name: str, ask: Callable[[str], Any]) -> ModuleType:
    """A module whose names are what ``ask`` says, but for those that tell Python what it is."""
    module = type(sys)(name)

    def named(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return ask(name)

    vars(module)["__getattr__"] = named
    return module


def _given_back(extension: ModuleType) -> ModuleType:
    """The extension with ruamel's classes in place of ours."""
    sys.modules[_EXTENSION] = extension
    names = vars(extension)
    for part in map(module_named, _PARTS):
        names.update((name, value) for name, value in vars(part).items() if name in names and isinstance(value, type))
    return extension


def _import_lightly() -> Any:
    """The extension without ruamel's own modules, which get it as it should be; None where there is none."""
    sys.modules.update((part, _stand_in(part, _maker_of)) for part in _PARTS)
    try:
        extension = module_named(_EXTENSION)
    except ImportError:
        return None
    finally:
        for part in _PARTS:
            del sys.modules[part]
    sys.modules[_EXTENSION] = _stand_in(_EXTENSION, lambda name: getattr(_given_back(extension), name))
    return extension


def _import_c_parser() -> Any:
    """ruamel's ``CParser`` class, or None where the extension is missing."""
    if not sys.modules.keys() & {"ruamel.yaml", _EXTENSION}:
        return getattr(_import_lightly(), "CParser", None)
    try:
        from _ruamel_yaml import CParser
    except ImportError:
        return None
    return CParser


class _LazyPackage(type(sys)):  # type: ignore[misc]
    """The package ``ruamel.yaml`` before its body has run: submodules import, any other name runs the body."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__class__ = type(sys)  # type: ignore[assignment]
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def _install_lazy_package() -> None:
    """Put ``ruamel.yaml`` into ``sys.modules`` without running its body; nothing if it is already there."""
    if "ruamel.yaml" in sys.modules:
        return
    from _frozen_importlib_external import PathFinder

    import ruamel

    spec = PathFinder.find_spec("ruamel.yaml", ruamel.__path__)
    if spec is None:
        # Whoever brings it along otherwise knows how to load it.
        return
    package = _LazyPackage("ruamel.yaml")
    package.__spec__, package.__loader__, package.__file__ = spec, spec.loader, spec.origin
    package.__package__, package.__path__ = "ruamel.yaml", spec.submodule_search_locations or []
    sys.modules["ruamel.yaml"] = vars(ruamel)["yaml"] = package


class StopError(Exception):
    """The parser refuses the text: ``problem`` in its own words, at character ``index``.

    ``context`` says what it was reading and ``context_index`` where that began (None if unsaid).
    """

    def __init__(self, context: str, context_index: int | None, problem: str, index: int) -> None:
        super().__init__(problem)
        self.context = context
        self.context_index = context_index
        self.problem = problem
        self.index = index


_c_parser: Any = None
_c_parser_looked_for = False


def c_parser() -> Any:
    """ruamel's C parser class, or None where there is none."""
    global _c_parser, _c_parser_looked_for
    if not _c_parser_looked_for:
        _c_parser_looked_for = True
        _c_parser = _import_c_parser()
    return _c_parser


def attempts(text: str) -> list[Callable[[], tuple[Callable[[], Any], str]]]:
    """The ways to parse ``text``, best first: each opens a parser when called.

    A way gives a function that returns the next event (or raises, see ``stopped``) and the stand-in character that
    every value must have turned back into a colon ("" if none). The last way has the last word on errors. libyaml
    takes any version in ``%YAML``, go-yaml v3 does not: a text with that directive is left to the Python parser.
    """
    parser = c_parser()
    ways: list[Callable[[], tuple[Callable[[], Any], str]]] = []
    if parser is not None and "%YAML" not in text:
        ways.append(lambda: (parser(text).get_event, ""))
        if ("[" in text or "{" in text) and _STAND_IN not in text:
            ways.append(lambda: (parser(_INNER_COLON.sub(_STAND_IN, text)).get_event, _STAND_IN))
    if not ways or len(text) <= _CAREFUL_LIMIT:
        ways.append(lambda: (_careful(text), ""))
    return ways


def is_settled(stop: StopError, text: str) -> bool:
    """Whether the Python parser would refuse ``text`` where the C parser did, for the same reason.

    To import it costs more than to lint a short file.
    """
    words = _AGREED_IN_BLOCKS if "[" not in text and "{" not in text else _AGREED
    return any(word in stop.problem for word in words) and not _DISPUTED.search(text)


def _careful(text: str) -> Callable[[], Any]:
    _install_lazy_package()
    from dlint.syntax.yaml.scanner import careful_parser

    return careful_parser(text)


def stopped(error: Exception, length: int) -> StopError:
    """What an exception of either parser says, with places clamped to ``length`` characters."""
    problem = getattr(error, "problem", None) or str(error)
    mark = getattr(error, "problem_mark", None)
    context_mark = getattr(error, "context_mark", None)
    index = mark.index if mark is not None else length
    begun = min(context_mark.index, length) if context_mark is not None else None
    return StopError(getattr(error, "context", None) or "", begun, problem, min(index, length))
