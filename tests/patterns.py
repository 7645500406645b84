"""All patterns of the package, how each is used, and texts that a pattern may need more than linear time for."""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import pkgutil
import re
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any, NamedTuple

import dlint
import dlint.lazy
from dlint.model.facts import credential_shapes
from places import PACKAGE

_FUNCTIONS = ("compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
# What looks for every place that fits, where ``search`` ends at the first.
_EVERY = {"sub", "subn", "split", "findall", "finditer"}
# So many rounds of a loop.
_SIZES = (20, 400, 2_000)
# Seconds of processor time below which no growth can be told; most patterns take a hundredth of it.
_TELLING = 0.003
# Seconds for which four times as much can be waited for.
_BEARABLE = 0.01
# Four times the text may cost this many times as much: a square costs 16 times.
_SLACK = 9.0
# A loop that ends before so many rounds is none.
_MANY = 64


class Used(NamedTuple):
    """A pattern of the package: where it stands, the methods by which it is asked."""

    where: str
    text: str
    flags: int
    methods: frozenset[str]


@functools.cache
def all_patterns() -> list[Used]:
    """Those at module level, wherever they are kept, and those in functions."""
    names = [module.name for module in pkgutil.walk_packages([str(PACKAGE)], "dlint.")]
    modules = {name: importlib.import_module(name) for name in names if not name.endswith("__main__")}
    nodes = {file: list(ast.walk(tree)) for file, tree in _trees()}
    asked = _asked(nodes)
    found: dict[tuple[str, int], tuple[str, set[str]]] = {}

    def note(where: str, text: str, flags: int, methods: set[str]) -> None:
        found.setdefault((text, flags & ~re.UNICODE), (where, set()))[1].update(methods or {"sub"})

    kept: dict[int, tuple[str, Any, set[str]]] = {}
    for name, module in modules.items():
        for variable, value in vars(module).items():
            for each in _within(value, 3):
                known = kept.setdefault(id(each), (f"{name}.{variable}", each, set()))
                known[2].update(asked.get((name, variable), ()))
    for where, each, methods in kept.values():
        if isinstance(each, dlint.lazy._Pattern) or isinstance(each.pattern, str):
            note(where, *_written(each), methods)
    for each in gc.get_objects():
        if isinstance(each, types.FunctionType) and (each.__module__ or "").startswith("dlint."):
            for cell in each.__closure__ or ():
                if isinstance(cell.cell_contents, dlint.lazy._Pattern):
                    note(f"{each.__module__}.{each.__qualname__}", *_written(cell.cell_contents), _called(each))
    shapes = credential_shapes.shapes_of(tuple(credential_shapes._SHAPES), True)
    note(credential_shapes.__name__, *_written(shapes), {"finditer"})
    for file, all_of_it in nodes.items():
        for function in all_of_it:
            if isinstance(function, ast.FunctionDef):
                for text, flags, methods in _in_function(function):
                    note(file.relative_to(PACKAGE).as_posix(), text, flags, methods)
    return [Used(where, text, flags, frozenset(methods)) for (text, flags), (where, methods) in found.items()]


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    """Of each module that may ask a pattern, its syntax tree."""
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if any(f".{name}" in text for name in _FUNCTIONS):
            yield file, ast.parse(text)


def _called(function: types.FunctionType) -> set[str]:
    """The methods of patterns among the names that a function uses."""
    return {*function.__code__.co_names} & {*_FUNCTIONS}


def _written(each: Any) -> tuple[Any, int]:
    return (each._text, each._flags) if isinstance(each, dlint.lazy._Pattern) else (each.pattern, each.flags)


def _within(value: Any, depth: int) -> Iterator[Any]:
    if isinstance(value, (dlint.lazy._Pattern, re.Pattern)):
        yield value
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from _within(each, depth - 1)
    elif depth and isinstance(value, (tuple, list, set, frozenset)):
        for each in value:
            yield from _within(each, depth - 1)


def _asked(nodes: dict[Path, list[ast.AST]]) -> dict[tuple[str, str], set[str]]:
    """The methods called on each name of a module, there and where it is imported."""
    found: dict[tuple[str, str], set[str]] = {}
    for file, all_of_it in nodes.items():
        name = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
        homes: dict[str, tuple[str, str]] = {}
        for node in all_of_it:
            if isinstance(node, ast.ImportFrom) and node.module:
                homes.update((each.asname or each.name, (node.module, each.name)) for each in node.names)
        for node in all_of_it:
            if not (isinstance(node, ast.Attribute) and node.attr in _FUNCTIONS):
                continue
            owner = node.value
            if isinstance(owner, ast.Name):
                found.setdefault(homes.get(owner.id, (name, owner.id)), set()).add(node.attr)
            elif isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name) and owner.value.id in homes:
                found.setdefault((".".join(homes[owner.value.id]), owner.attr), set()).add(node.attr)
    return found


def _in_function(tree: ast.FunctionDef) -> Iterator[tuple[str, int, set[str]]]:
    """The patterns that a function writes down, with the methods by which it asks them."""
    named: dict[int, str] = {}
    asked: dict[str, set[str]] = {}
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named[id(node.value)] = node.targets[0].id
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _FUNCTIONS:
            asked.setdefault(node.value.id, set()).add(node.attr)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Call) and node.attr in _FUNCTIONS:
            named[id(node.value)] = f"its {node.attr}"
            asked[f"its {node.attr}"] = {node.attr}
    for node in nodes:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if getattr(node.func.value, "id", "") != "re" or node.func.attr not in _FUNCTIONS:
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            text = first.value
        elif isinstance(first, ast.JoinedStr):
            text = "".join(str(v.value) if isinstance(v, ast.Constant) else "word" for v in first.values)
        else:
            continue
        flags = re.M if any(ast.unparse(arg).endswith(("re.M", "re.MULTILINE")) for arg in node.args[1:]) else 0
        method = {node.func.attr} - {"compile"}
        yield text, flags, method or asked.get(named.get(id(node), ""), set())


# Attacks


def slow(used: Used) -> str:
    """A text that takes more than linear time, described; "" if none was found."""
    compiled = re.compile(used.text, used.flags)
    every = bool(used.methods & _EVERY)
    names = [
        name for name in ("match", "fullmatch", "search") if name in used.methods and not (every and name == "search")
    ]
    ways = [getattr(compiled, name) for name in names]
    if every:
        ways.append(lambda text: compiled.sub("", text))
    for head, loop, tail in attacks(used.text, used.flags):
        for way in ways:
            if _grows(way, head, loop, tail):
                name = getattr(way, "__name__", "sub")
                return f"{used.where}: {name} in {head[:40]!r} + {loop!r} * n + {tail!r}: {used.text[:200]!r}"
    return ""


def _grows(way: Callable[[str], Any], head: str, loop: str, tail: str) -> bool:
    """Whether the time grows faster than the text."""
    for size in _SIZES:
        spent = _time(way, head + loop * size + tail)
        if spent > _TELLING:
            break
    else:
        # On a fast machine it takes more to tell a square.
        if 16 * spent < _TELLING:
            return False
        size *= 4
        spent = _time(way, head + loop * size + tail)
        if spent < _TELLING:
            return False
    small, large = (size, 4 * size) if spent < _BEARABLE and size > _SIZES[0] else (size // 4, size)
    for _ in range(3):
        least = min(_time(way, head + loop * small + tail) for _ in range(3))
        if _time(way, head + loop * large + tail) < _SLACK * max(least, 1e-6):
            return False
    return True


def _time(way: Callable[[str], Any], text: str) -> float:
    start = time.thread_time()
    way(text)
    return time.thread_time() - start


def attacks(text: str, flags: int) -> list[tuple[str, str, str]]:
    """Beginning, what is repeated, and end: from each loop of the pattern, and from the characters it tells apart."""
    tree = _parser.parse(text, flags)
    letters = _letters(tree, flags)
    loops = [(head, body) for head, body in _loops(tree, letters, "")]
    if not loops:
        return []
    tails = ["", *letters[:4], "\0"]
    heads = list(dict.fromkeys(["", *(head for head, _ in loops)]))
    rounds = list(
        dict.fromkeys(["\n" * bool(flags & re.M), *(body for _, bodies in loops for body in bodies), *letters[:12]])
    )
    made = []
    for head in heads[:4]:
        for loop in rounds[:12]:
            if loop:
                made += [(head, loop, tail) for tail in tails]
    return made


def _letters(tree: Any, flags: int) -> list[str]:
    """One character for each answer that the sets of the pattern give together."""
    sets = [re.compile(each, flags) for each in dict.fromkeys(_sets(tree))]
    found: dict[tuple[bool, ...], str] = {}
    for character in [*"aA0_ \t\n-.:/=$#\"'\\,;&|<>(){}[]@%+*!?~^`\r", *map(chr, range(33, 127)), "é"]:
        found.setdefault(tuple(one.match(character) is not None for one in sets), character)
    return list(found.values())


def _sets(tree: Any) -> Iterator[str]:
    for op, value in tree:
        name = str(op)
        if name in ("LITERAL", "NOT_LITERAL"):
            yield ("[^" if name == "NOT_LITERAL" else "[") + re.escape(chr(value)) + "]"
        elif name == "IN":
            yield _set(value)
        elif name == "ANY":
            yield "."
        else:
            for inner in _inner(op, value):
                yield from _sets(inner)


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d", "CATEGORY_NOT_DIGIT": r"\D", "CATEGORY_SPACE": r"\s", "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w", "CATEGORY_NOT_WORD": r"\W",
}  # fmt: skip


def _set(items: Any) -> str:
    written = ""
    for op, value in items:
        name = str(op)
        if name == "NEGATE":
            written += "^"
        elif name == "LITERAL":
            written += re.escape(chr(value))
        elif name == "RANGE":
            written += f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        else:
            written += _CATEGORIES[str(value)]
    return f"[{written}]"


def _inner(op: Any, value: Any) -> list[Any]:
    name = str(op)
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [value[2]]
    if name == "SUBPATTERN":
        return [value[3]]
    if name == "BRANCH":
        return list(value[1])
    if name in ("ASSERT", "ASSERT_NOT"):
        return [value[1]]
    if name == "ATOMIC_GROUP":
        return [value]
    if name == "GROUPREF_EXISTS":
        return [each for each in value[1:] if each is not None]
    return []


def _loops(tree: Any, letters: list[str], head: str) -> Iterator[tuple[str, list[str]]]:
    """The loops with a text that leads to each, and texts for one round of it."""
    for op, value in tree:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, body = value
            if high >= _MANY:
                yield head, _rounds(body, letters)
            yield from _loops(body, letters, head + _sample(body, letters, 0) * max(low - 1, 0))
        elif name == "BRANCH":
            for branch in value[1]:
                yield from _loops(branch, letters, head)
        else:
            for inner in _inner(op, value):
                yield from _loops(inner, letters, head)
        if name not in ("ASSERT", "ASSERT_NOT"):
            head += _sample([(op, value)], letters, 0)


def _rounds(body: Any, letters: list[str]) -> list[str]:
    """Texts for one round: by each branch, and twice the least."""
    texts = [_sample(body, letters, number) for number in range(6)]
    return list(dict.fromkeys(text for text in texts if text))


def _sample(tree: Any, letters: list[str], number: int) -> str:
    """A short text that fits; ``number`` says which branch and which character of a set is taken."""
    text = ""
    for op, value in tree:
        name = str(op)
        if name == "LITERAL":
            text += chr(value)
        elif name in ("NOT_LITERAL", "IN", "ANY"):
            written = "." if name == "ANY" else _set(value) if name == "IN" else f"[^{re.escape(chr(value))}]"
            fitting = [letter for letter in letters if re.match(written, letter, re.S)]
            text += fitting[number % len(fitting)] if fitting else ""
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            low, high, body = value
            text += _sample(body, letters, number) * min(max(low, number % 2), high)
        elif name == "SUBPATTERN":
            text += _sample(value[3], letters, number)
        elif name == "BRANCH":
            text += _sample(value[1][number % len(value[1])], letters, number)
        elif name == "ATOMIC_GROUP":
            text += _sample(value, letters, number)
    return text
