"""What a short run pays for only when it needs it: patterns, properties and tuples with names.

Compiling patterns is a tenth of a short run's time, and most runs use a third of them. On hot paths there is no cost:
after the first use the methods of a pattern, and the value of a property, are plain attributes.
"""

from __future__ import annotations

import sys
from _collections import _tuplegetter  # type: ignore[import-not-found]

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable
    from hashlib import blake2b as _Hash  # noqa: N812 - a class
    from types import ModuleType
    from typing import Any, Generic, NamedTuple, Protocol, TypeVar, cast

    _Asked = TypeVar("_Asked", bound=Callable[..., Any])

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")


class _Pattern:
    def __init__(self, text: str, flags: int = 0) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = _from_wheel(self._text, self._flags)
        if compiled is None:
            import re

            compiled = re.compile(self._text, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


_patterns: dict[tuple[str, int], tuple[int, str, dict[str, int], tuple[str | None, ...]]] | None = None


def _from_wheel(text: str, flags: int) -> Any:
    """A pattern as ``re.compile`` makes it, of what the wheel has of it (``hatch_build.py``): to compile one takes more
    than half a million instructions. None where it is not there, or another Python has made it.
    """
    global _patterns
    try:
        if _patterns is None:
            table = module_named("dlint.compiled_patterns")
            _patterns = table.PATTERNS if python_of_patterns() == table.PYTHON else {}
    except ImportError:
        _patterns = {}
    known = _patterns.get((text, flags))
    if known is None:
        return None
    all_flags, code, by_name, by_number = known
    return module_named("_sre").compile(
        text, all_flags, [*map(int, code.split())], len(by_number) - 1, by_name, by_number
    )


def python_of_patterns() -> str:
    """What a Python has in common with all others for which a compiled pattern is the same."""
    sre = module_named("_sre")
    return f"{sys.implementation.cache_tag} {sys.byteorder} {sre.MAGIC} {sre.CODESIZE} {sre.MAXREPEAT}"


class _Property:
    def __init__(self, function: Any) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        value = self.function(instance)
        # Not by way of its __dict__: what nobody asks for that keeps its attributes without a dictionary, in less time.
        setattr(instance, self.name, value)
        return value


class _Fields(type):
    """Makes a class of tuples of one whose annotations name the fields, in their order, with defaults last."""

    def __new__(mcs, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> Any:
        fields = tuple(space.get("__annotations__", ())) if bases != (tuple,) else ()
        space["__slots__"] = ()
        if fields:
            space["_fields"] = space["__match_args__"] = fields
            space["_defaults"] = {field: space[field] for field in fields if field in space}
            space.update((field, _tuplegetter(index, "")) for index, field in enumerate(fields))
        return super().__new__(mcs, name, bases, space)


_tuple_of = tuple.__new__


class _NamedTuple(tuple, metaclass=_Fields):  # type: ignore[type-arg]
    _fields: tuple[str, ...] = ()
    _defaults: dict[str, Any] = {}  # noqa: RUF012 - each class has its own

    def __new__(cls, *values: Any, **named: Any) -> Any:
        fields = cls._fields
        if named or len(values) != len(fields):
            given = dict(zip(fields, values, strict=False))
            found = {**cls._defaults, **given, **named}
            wrong = named and not (named.keys() <= set(fields) and given.keys().isdisjoint(named))
            if wrong or len(values) > len(fields) or len(found) != len(fields):
                raise TypeError(f"{cls.__name__} takes {', '.join(fields)}")
            values = tuple(map(found.__getitem__, fields))
        return _tuple_of(cls, values)

    def _replace(self, **named: Any) -> Any:
        return type(self)(**{**dict(zip(self._fields, self, strict=True)), **named})

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        fields = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({', '.join(fields)})"


def once(function: _Asked) -> _Asked:
    """``function``, worked out once for each object it is asked about, as ``lazy`` is for a class of another room.

    That object needs a ``__dict__``; what else is asked with it is the same each time.
    """
    name = sys.intern(f"{function.__module__}.{function.__qualname__}")

    def asked(one: Any, *others: Any) -> Any:
        found = getattr(one, name, asked)
        if found is asked:
            found = function(one, *others)
            setattr(one, name, found)
        return found

    asked.__doc__ = function.__doc__
    return asked  # type: ignore[return-value]


if TYPE_CHECKING:
    import signal

    def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
        """As ``re.compile``, at the first use: a wrong pattern raises ``re.error`` there."""

    # Like ``property``, but worked out once an object and then a plain attribute. The class needs a ``__dict__``.
    lazy = property
else:
    # The module around it makes enumerations of 70 numbers: a hundredth of a short run.
    import _signal as signal

    pattern = _Pattern
    lazy = _Property
    # As those of typing, which is a tenth of a short run's time to import.
    NamedTuple = _NamedTuple
    Any = Protocol = object

    class Generic:
        """A base for classes with a type in brackets."""

        def __class_getitem__(cls, item):
            return cls

    def TypeVar(name, bound=None):  # noqa: N802
        """``name``; only a type checker asks for more."""
        return name

    def cast(kind, value):
        """``value``; only a type checker reads ``kind``."""
        return value


_blake2b: Callable[..., _Hash] | None = None


def blake2b(data: bytes = b"", *, digest_size: int) -> _Hash:
    """``hashlib.blake2b`` without OpenSSL, which hashlib loads first: 3 ms (python -X importtime)."""
    global _blake2b
    if _blake2b is None:
        try:
            from _blake2 import blake2b as made
        except ImportError:
            from hashlib import blake2b as made
        _blake2b = made
    return _blake2b(data, digest_size=digest_size)


_sha256: Callable[[bytes], _Hash] | None = None


def sha256(data: bytes) -> str:
    """The hexadecimal digits of ``hashlib.sha256``, without OpenSSL, as with ``blake2b``."""
    global _sha256
    if _sha256 is None:
        try:
            # As it is called from Python 3.12 on.
            name = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
            _sha256 = module_named(name).sha256
        except ImportError:
            _sha256 = module_named("hashlib").sha256
    return _sha256(data).hexdigest()


class _Reading:
    """What the scanner of JSON that is written in C asks for."""

    strict = True
    object_hook = object_pairs_hook = parse_constant = None
    parse_float, parse_int = float, int
    memo: dict[str, str] = {}  # noqa: RUF012 - the scanner has its own


def json_value(text: str) -> Any:
    """``json.loads`` of a text that ends with its value, without that module. Raises ValueError, RecursionError.

    Its six patterns take 5 M instructions to compile, and what this needs is written in C.
    """
    try:
        from _json import make_scanner
    except ImportError:
        from json import loads

        return loads(text)
    try:
        found, end = make_scanner(_Reading)(text, 0)  # type: ignore[arg-type]
    except (StopIteration, TypeError, SystemError):
        # Nothing more is there; a number that JSON has not: NaN; or a mistake: CPython looks for the exception to raise
        # in json.decoder, among the modules that are there (Modules/_json.c, raise_errmsg).
        end = -1
    if end != len(text):
        raise ValueError("not JSON")
    return found


def json_text(value: Any, *, for_people: bool = False) -> str:
    """``json.dumps`` without that module; of what holds no other objects and not itself.

    Without blanks and in ASCII; ``for_people`` has blanks between the values, and other characters as they are.
    """
    encode = _encoders.get(for_people)
    if encode is None:
        encode = _encoders[for_people] = _encoder(for_people)
    return encode(value)


_encoders: dict[bool, Callable[[Any], str]] = {}


def _encoder(for_people: bool) -> Callable[[Any], str]:
    comma, colon = (", ", ": ") if for_people else (",", ":")
    try:
        from _json import encode_basestring, encode_basestring_ascii, make_encoder

        text = encode_basestring if for_people else encode_basestring_ascii
        # Neither a look for circles nor a function for other objects, which are no function to call then.
        encode = make_encoder(None, None, text, None, colon, comma, False, False, True)  # type: ignore[arg-type]
        return lambda value: "".join(encode(value, 0))
    except (ImportError, TypeError):
        from json import JSONEncoder

        return JSONEncoder(separators=(comma, colon), ensure_ascii=not for_people).encode


def json_array(texts: Iterable[str]) -> str:
    """``json.dumps`` of a list of texts as people write it, without that module and its patterns."""
    try:
        from _json import encode_basestring
    except ImportError:
        from json.encoder import encode_basestring

    return f"[{', '.join(map(encode_basestring, texts))}]"


def module_named(name: str) -> ModuleType:
    """``importlib.import_module`` without that package and what it imports: 2 M instructions."""
    __import__(name)
    return sys.modules[name]


__all__ = [
    "Any",
    "Generic",
    "NamedTuple",
    "Protocol",
    "TypeVar",
    "blake2b",
    "cast",
    "json_array",
    "json_text",
    "json_value",
    "lazy",
    "module_named",
    "once",
    "pattern",
    "python_of_patterns",
    "sha256",
    "signal",
]
