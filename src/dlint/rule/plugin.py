"""The rules of plug-ins."""

from __future__ import annotations

import os
import sys
import types

from dlint.lazy import module_named
from dlint.rule.check_modules import checks_in
from dlint.rule.errors import PluginError
from dlint.rule.load import builtin
from dlint.rule.page_text import PageError
from dlint.rule.pages import read_pages
from dlint.rule.rule import Check, Rule
from dlint.rule.sources import join


def plugin(path: str) -> dict[str, Rule]:
    """The rules of a plug-in folder: Python modules beside ``rules/<kind>/*.md`` or ``<kind>/*.md`` pages.

    ``path`` is absolute, or the name of an importable module. The modules are imported under a private name and
    ``sys.path`` is left alone. Raises PluginError, with one sentence, for whatever goes wrong.
    """
    try:
        folder, modules = _plugin_modules(path)
        checks: dict[str, Check] = {}
        for module in modules:
            checks.update(checks_in(module))
        pages = read_pages(root=folder)
        if os.path.isdir(os.path.join(folder, "rules")):
            pages.update(read_pages(root=os.path.join(folder, "rules")))
        rules = join(pages, checks)
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
        try:
            module = module_named(path)
        except ModuleNotFoundError as error:
            if error.name != path.partition(".")[0]:
                raise
            raise PluginError(f"plug-in {path}: there is no such folder and no such module") from error
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
