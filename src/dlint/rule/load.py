"""Finds the rules: joins every page with the check of its name, built in or from a plug-in."""

from __future__ import annotations

import importlib
import os
import sys
import types
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader

from dlint.rule.errors import PluginError
from dlint.rule.pages import KINDS, Page, PageError, read_pages
from dlint.rule.rule import Check, Rule

_loaded: dict[str, dict[str, Rule]] = {}


def builtin(kinds: tuple[str, ...] = KINDS) -> dict[str, Rule]:
    """The rules that ship with dlint for ``kinds``, by name. Imports only the checks of those kinds."""
    rules: dict[str, Rule] = {}
    for kind in kinds:
        if kind not in _loaded:
            _loaded[kind] = _join(read_pages((kind,)), _builtin_checks(kind), kind)
        rules.update(_loaded[kind])
    return rules


def _builtin_checks(kind: str) -> dict[str, Check]:
    top = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "checks", kind)
    checks: dict[str, Check] = {}
    for name in _modules(top):
        path = os.path.join(top, *name.split(".")) + ".py"
        checks.update(_checks_of(_module(f"dlint.checks.{kind}.{name}", path)))
    return checks


def _module(name: str, path: str) -> types.ModuleType:
    """The module in a file. Where it lies is known: to have it searched is a sixth of what its import costs."""
    module = sys.modules.get(name)
    if module is None:
        loader = SourceFileLoader(name, path)
        module = sys.modules[name] = types.ModuleType(name)
        module.__spec__ = ModuleSpec(name, loader, origin=path)
        module.__file__, module.__loader__, module.__package__ = path, loader, name.rpartition(".")[0]
        try:
            loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return module


def _modules(folder: str) -> Iterator[str]:
    """The modules in a folder and in the folders in it, by their names below it."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries)
    for name in names:
        if name.endswith(".py") and name != "__init__.py":
            yield name[:-3]
        elif "." not in name and not name.startswith("__"):
            yield from (f"{name}.{inner}" for inner in _modules(os.path.join(folder, name)))


def _checks_of(module: types.ModuleType) -> dict[str, Check]:
    return {value.name: value for value in vars(module).values() if isinstance(value, Check)}


def _join(pages: dict[str, Page], checks: dict[str, Check], where: str) -> dict[str, Rule]:
    lonely = sorted(pages.keys() ^ checks.keys())
    if lonely:
        name = lonely[0]
        missing = "check" if name in pages else "page"
        raise PageError(f"{where}: the rule {name} has no {missing}; a rule is one page and one check of the same name")
    return {name: Rule(page, checks[name]) for name, page in pages.items()}


def plugin(path: str) -> dict[str, Rule]:
    """The rules of a plug-in folder: Python modules beside ``rules/<kind>/*.md`` or ``<kind>/*.md`` pages.

    ``path`` is absolute, or the name of an importable module. The modules are imported under a private name and
    ``sys.path`` is left alone. Raises PluginError, with one sentence, for whatever goes wrong.
    """
    try:
        folder, modules = _plugin_modules(path)
        checks: dict[str, Check] = {}
        for module in modules:
            checks.update(_checks_of(module))
        pages = read_pages(root=folder)
        if os.path.isdir(os.path.join(folder, "rules")):
            pages.update(read_pages(root=os.path.join(folder, "rules")))
        rules = _join(pages, checks, path)
    except PluginError:
        raise
    except PageError as error:
        raise PluginError(f"plug-in {path}: {error}") from error
    except (Exception, SystemExit) as error:
        why = f"{type(error).__name__}: {error}{_line_in(path, error)}"
        raise PluginError(f"plug-in {path} cannot be loaded: {why}") from error
    if not rules:
        raise PluginError(f"plug-in {path} holds no rule; put a page in {path}/dockerfile/ and a check in {path}/*.py")
    taken = sorted(rules.keys() & builtin().keys())
    if taken:
        raise PluginError(f"plug-in {path}: dlint already has a rule called {taken[0]}; choose another name")
    return rules


def _line_in(path: str, error: BaseException) -> str:
    """Where in the plug-in an error arose, as `` (file.py, line 3)``; empty if it says so itself or that is unknown."""
    if isinstance(error, SyntaxError):
        return ""
    line = ""
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(path + os.sep):
            line = f" ({os.path.relpath(file, path)}, line {trace.tb_lineno})"
        trace = trace.tb_next
    return line


def _plugin_modules(path: str) -> tuple[str, list[types.ModuleType]]:
    if not os.path.isabs(path) or not os.path.isdir(path):
        if os.sep in path or path.startswith("."):
            raise PluginError(f"plug-in {path} is not a folder; name a folder or an importable module")
        module = importlib.import_module(path)
        if not module.__file__:
            raise PluginError(f"plug-in {path} has no folder of its own; its pages cannot be found")
        return os.path.dirname(module.__file__), [module]
    from importlib.util import module_from_spec, spec_from_file_location

    modules = []
    prefix = "dlint_plugin_" + "".join(c if c.isalnum() else "_" for c in path)
    for file in sorted(os.listdir(path)):
        if not file.endswith(".py") or file == "__init__.py":
            continue
        name = f"{prefix}.{file[:-3]}"
        spec = spec_from_file_location(name, os.path.join(path, file))
        if spec is None or spec.loader is None:
            continue
        module = module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        modules.append(module)
    return path, modules
