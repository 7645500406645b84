"""YAML events for ``yamltree``: ruamel.yaml's C parser where there is one, its Python parser otherwise.

The reader to agree with is go-yaml v3, which Compose uses: a port of libyaml that also takes ``80:80`` inside
``[...]``. The C parser is an older libyaml that refuses just that; the second of the ``attempts`` makes up for it by
giving it a stand-in for such colons. What the C parser still refuses goes to the Python parser, bent to go-yaml's
rules in ``yaml_scanner``, which has the last word; a text too large for it keeps the C parser's verdict.

Importing ``ruamel.yaml`` whole costs 12 ms, of which dlint needs the events, the errors and one parser: 2 ms. So its
package is put in place as a lazy module that runs its real body when somebody asks it for a name.
"""

from __future__ import annotations

import sys
from types import ModuleType

from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_PLACEHOLDERS = {
    "reader": "ReaderError",
    "scanner": "ScannerError",
    "parser": "ParserError",
    "composer": "ComposerError",
    "constructor": "ConstructorError",
    "emitter": "EmitterError",
    "serializer": "SerializerError",
    "representer": "RepresenterError",
}
# A colon inside a plain scalar: not at its start, not before a blank. It stands for a private-use character in the
# text given to the C parser when the file has such colons in flow collections.
_INNER_COLON = pattern(r"(?<=[^\s\[\]{},\"']):(?=\S)")
_STAND_IN = "\ue03a"
_CAREFUL_LIMIT = 200_000


class _LazyPackage(ModuleType):
    """The package ``ruamel.yaml`` before its body has run: submodules import, any other name runs the body."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]
        spec = self.__spec__
        assert spec is not None and spec.loader is not None
        spec.loader.exec_module(self)
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


def _import_c_parser() -> Any:
    """ruamel's ``CParser`` class, or None where the extension is missing.

    The extension imports nine modules of ruamel for one error class each. Placeholders serve it, and leave
    ``sys.modules`` right after, so that whoever imports the real ones gets them.
    """
    _install_lazy_package()
    from ruamel.yaml.error import MarkedYAMLError

    placed = []
    for name, error in _PLACEHOLDERS.items():
        full = f"ruamel.yaml.{name}"
        if full not in sys.modules:
            module = ModuleType(full)
            setattr(module, error, type(error, (MarkedYAMLError,), {}))
            sys.modules[full] = module
            placed.append(full)
    try:
        from _ruamel_yaml import CParser
    except ImportError:
        return None
    finally:
        for full in placed:
            del sys.modules[full]
    return CParser


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


def _careful(text: str) -> Callable[[], Any]:
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
