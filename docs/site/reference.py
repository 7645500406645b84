"""The references made of docstrings.

``python docs/site/reference.py > docs/plugin-api.md`` writes the one for plug-ins.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from dlint.lazy import lazy

MODULES = (
    "dlint.api", "dlint.api.dockerfile", "dlint.api.compose", "dlint.api.build", "dlint.api.dockerignore",
    "dlint.api.file",
)  # fmt: skip


_HEAD = """# What a rule may use

Made from the docstrings of `dlint.api` by `python docs/site/reference.py > docs/plugin-api.md`. Nothing else of dlint
is stable; [how to write a rule](plugins.md), [what stays](versioning.md).

A class's attributes are listed where it is first named; a class that another module names too is explained once. Spans
are offsets of characters, `(start, end)`, the end exclusive."""


def plugins() -> str:
    """What a rule may use: every name of ``dlint.api``, with attributes and methods."""
    parts = [_HEAD]
    seen: set[int] = set()
    for name in MODULES:
        parts += _module(import_module(name), seen)
    return "\n\n".join(parts) + "\n"


def library() -> str:
    """The Python API: what ``import dlint`` offers."""
    import dlint
    from dlint.rule.rule import Fix, Related, Rule
    from dlint.rule.severity import Severity

    parts = ["# Python", _doc(dlint), "```python\nimport dlint\n\n" + _USE + "```"]
    parts += [_function(name, getattr(dlint, name)) for name in ("lint_files", "lint_paths", "rules")]
    for made in (dlint.Report, dlint.Finding, Rule, Severity, Fix, Related, dlint.ConfigError):
        parts.append(_class(made.__name__, made))
    return "\n\n".join(parts) + "\n"


_USE = """for finding in dlint.lint_files({"Dockerfile": "FROM debian\\n"}, config={"preset": "strict"}):
    print(finding.path, finding.line, finding.rule.name, finding.message)
"""


def _first_line(module: ModuleType) -> str:
    return (_doc(module).splitlines() or [""])[0]


def _module(module: ModuleType, seen: set[int]) -> list[str]:
    parts = [f"## {module.__name__}", _doc(module)]
    plain: list[str] = []
    known: list[str] = []
    for name in sorted(module.__all__, key=str.lower):
        value = getattr(module, name)
        if isinstance(value, type) and id(value) in seen:
            known.append(f"`{name}`")
        elif inspect.isclass(value) and value.__module__.startswith("dlint"):
            seen.add(id(value))
            parts.append(_class(name, value))
        elif inspect.isfunction(inspect.unwrap(value) if callable(value) else value):
            parts.append(_function(name, value))
        elif inspect.ismodule(value):
            plain.append(f"- `{name}`: {_first_line(value)}")
        else:
            plain.append(f"- `{name}`: {_value(value)}")
    if plain:
        parts.append("### Values\n\n" + "\n".join(plain))
    if known:
        parts.append("Also here: " + ", ".join(known) + ".")
    return parts


def _value(value: Any) -> str:
    if isinstance(value, frozenset | set | dict | list | tuple):
        few = sorted(map(str, value))[:6]
        return f"{len(value)} entries, such as " + ", ".join(f"`{_cell(item)}`" for item in few)
    shown = str(value).replace("typing.", "").replace("collections.abc.", "")
    return f"`{re.sub(r'dlint[.][a-z_.]+[.]', '', shown)}`"


def _function(name: str, function: Callable[..., Any]) -> str:
    return f"### {name}\n\n```python\n{name}{_signature(function)}\n```\n\n{_doc(function)}"


def _class(name: str, made: type) -> str:
    parts = [f"### {name}"]
    bases = [base.__name__ for base in made.__mro__[1:] if base.__module__.startswith("dlint")]
    if bases:
        parts.append("A " + ", a ".join(f"`{base}`" for base in bases) + ".")
    parts.append(_doc(made))
    rows = _attributes(made)
    if rows:
        parts.append("| attribute | type | |\n| --- | --- | --- |\n" + "\n".join(rows))
    methods = [
        f"- `{key}{_cell(_signature(value))}`: {_line(value)}"
        for key, value in _members(made)
        if inspect.isfunction(value) and value.__doc__
    ]
    if methods:
        parts.append("\n".join(methods))
    return "\n\n".join(parts)


def _members(made: type) -> list[tuple[str, Any]]:
    """The public members that dlint defines, those of the bases after its own."""
    found: dict[str, Any] = {}
    for base in made.__mro__:
        if base.__module__.startswith("dlint"):
            for key, value in vars(base).items():
                if not key.startswith("_"):
                    found.setdefault(key, value)
    return list(found.items())


def _attributes(made: type) -> list[str]:
    types = _plain_types(made)
    members = dict(_members(made))
    rows = []
    for key, value in members.items():
        getter = value.fget if isinstance(value, property) else getattr(value, "function", None)
        if isinstance(value, (property, lazy)) and getter is not None:
            rows.append((key, getter.__annotations__.get("return", ""), _line(value)))
        elif inspect.isdatadescriptor(value) or key in getattr(made, "_fields", ()):
            rows.append((key, types.get(key, ""), ""))
    # A class without slots has what its constructor sets.
    if made.__dictoffset__ and made is not lazy:
        rows += [(key, kind, "") for key, kind in types.items() if key[0] != "_" and key not in members]
    return [f"| `{key}` | {_type(kind)} | {_cell(doc)} |" for key, kind, doc in rows]


def _plain_types(made: type) -> dict[str, str]:
    """The types of plain attributes, as the constructors annotate what they are set from."""
    types: dict[str, str] = {}
    for base in reversed(made.__mro__):
        if not base.__module__.startswith("dlint"):
            continue
        types.update({key: _written(kind) for key, kind in vars(base).get("__annotations__", {}).items()})
        init = vars(base).get("__init__")
        if not inspect.isfunction(init):
            continue
        given = {key: str(kind) for key, kind in init.__annotations__.items() if key != "return"}
        text = inspect.getsource(init)
        types.update(re.findall(r"self\.(\w+): (.+?) = ", text))
        for key, source in re.findall(r"self\.(\w+) = (\w+)\n", text):
            types.setdefault(key, given.get(source, ""))
    return types


def _written(kind: Any) -> str:
    """An annotation as it is written; a NamedTuple wraps its own."""
    return str(getattr(kind, "__forward_arg__", kind))


def _type(kind: Any) -> str:
    shown = kind if isinstance(kind, str) else getattr(kind, "__name__", str(kind))
    return f"`{_cell(shown)}`" if shown else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _signature(function: Callable[..., Any]) -> str:
    """The signature with annotations as they are written."""
    try:
        signature = inspect.signature(function)
    except ValueError:
        return "(…)"
    shown = re.sub(r"'([^']*)'", r"\1", str(signature))
    return re.sub(r"^\(self(?:, )?", "(", shown)


def _doc(value: Any) -> str:
    text = re.sub(r"``([^`]+)``", r"`\1`", inspect.getdoc(value) or "")
    # A word with an underscore, a star or a bracket outside of code would be read as Markdown.
    return re.sub(r"(?<![`\w])<(\w+)>(?!`)", r"`<\1>`", text)


def _line(value: Any) -> str:
    return " ".join(_doc(value).split("\n\n")[0].split())


if __name__ == "__main__":
    sys.stdout.write(plugins())
