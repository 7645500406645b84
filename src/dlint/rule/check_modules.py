"""The modules of the checks that come along, imported from where they lie."""

from __future__ import annotations

import os
import sys
import types
from _thread import allocate_lock
from collections.abc import Iterator

from dlint.rule.rule import Check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_CHECKS = "dlint.checks."
# They are loaded as this module was, with ``dlint.finder`` or without.
_SPEC: Any = __spec__
_Spec, _Loader = type(_SPEC), type(_SPEC.loader)
# A module that one thread is loading is none yet for another.
_LOADING = allocate_lock()


def modules_of(kind: str) -> Iterator[types.ModuleType]:
    """The modules with the checks of a kind."""
    for name in _names(os.path.join(_PACKAGE, "checks", kind)):
        yield module(f"{_CHECKS}{kind}.{name}")


def module(name: str) -> types.ModuleType:
    """A module of checks. Where it lies is known: to have it searched is a sixth of what its import costs."""
    with _LOADING:
        return sys.modules.get(name) or _load(name)


def _load(name: str) -> types.ModuleType:
    path = f"{_PACKAGE}{name[5:].replace('.', os.sep)}.py"
    loader = _Loader(name, path)
    module = sys.modules[name] = types.ModuleType(name)
    module.__spec__ = _Spec(name, loader, origin=path)
    module.__file__, module.__loader__, module.__package__ = path, loader, name.rpartition(".")[0]
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def checks_in(module: types.ModuleType) -> dict[str, Check]:
    """The checks of a module, by name."""
    return {value.name: value for value in vars(module).values() if isinstance(value, Check)}


def _names(folder: str) -> Iterator[str]:
    """The modules in a folder and in the folders in it, by their names below it."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        if name.endswith(".py") and name != "__init__.py":
            yield name[:-3]
        elif "." not in name and not name.startswith("__"):
            yield from (f"{name}.{inner}" for inner in _names(os.path.join(folder, name)))
