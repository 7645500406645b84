"""Finds dlint's own modules where their names say, and takes what Python has compiled of them.

For each of the 210 modules of a short run Python asks all its finders, which look through folders and compare endings,
and loads it with code that serves all sorts of files. The result here is the same, and whatever is not as usual is left
to Python's own finders and loader.
"""

from __future__ import annotations

import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import (  # type: ignore[attr-defined]
    MAGIC_NUMBER,
    SourceFileLoader,
    _compile_bytecode,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
else:
    ModuleType = type(sys)

_FOLDER = os.path.dirname(os.path.abspath(__file__))
_COMPILED = f"{os.sep}__pycache__{os.sep}"
_ENDING = f".{sys.implementation.cache_tag}.pyc"
# What a file begins with that was compiled of a source of this time and this size (PEP 552).
_BEGINNING = MAGIC_NUMBER + bytes(4)
_FOUR_BYTES = 0xFFFFFFFF
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
# What is read at once: Python sets so much memory aside, and to get more than 128 KiB of it costs a look at each page.
_CHUNK = 65_536
# Python is told to keep compiled files elsewhere, or to compile otherwise.
_PYTHON_KNOWS_BEST = bool(sys.pycache_prefix or sys.flags.optimize)


class Finder:
    """A finder for ``sys.meta_path``."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Where a module lies; None if it is none of ours, or no plain file."""
        if _PYTHON_KNOWS_BEST or not name.startswith("dlint."):
            return None
        place = _FOLDER + name[5:].replace(".", os.sep)
        return _spec(name, f"{place}.py") or _spec(name, f"{place}{os.sep}__init__.py", [place])


def _spec(name: str, path: str, folders: list[str] | None = None) -> ModuleSpec | None:
    """What Python's own finder would say of the module at ``path``; None if there is none."""
    try:
        source = os.stat(path)
    except OSError:
        return None
    loader = Loader(name, path)
    loader.source, loader.compiled = source, _compiled(path)
    spec = ModuleSpec(name, loader, origin=path)
    spec.submodule_search_locations = folders
    spec.has_location = True
    spec.cached = loader.compiled
    return spec


def _compiled(path: str) -> str:
    """Where Python keeps what it has compiled of the module at ``path``."""
    folder, _, name = path.rpartition(os.sep)
    return f"{folder}{_COMPILED}{name[:-3]}{_ENDING}"


class _Module(ModuleType):
    """A module of ours.

    Each ``from … import`` asks a module whether it is a package. Until 3.12 Python then writes a message that nobody
    reads, if it is none, as a module's own look-up fails with one: 5,000 instructions for each of 1,300 imports.
    """

    __slots__ = ()
    __getattribute__ = object.__getattribute__


class Loader(SourceFileLoader):
    """Python's loader with a short way to what is compiled already."""

    source: os.stat_result | None = None
    compiled = ""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """A module that says already what Python would set after a look whether it is there."""
        module = _Module(spec.name)
        module.__file__ = spec.origin
        module.__dict__["__cached__"] = spec.cached
        return module

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of a module."""
        path = self.compiled or _compiled(self.path)
        try:
            source, data = self.source or os.stat(self.path), _read(path)
        except OSError:
            return super().get_code(fullname)
        known = (source.st_size & _FOUR_BYTES) << 32 | int(source.st_mtime) & _FOUR_BYTES
        if data[:16] != _BEGINNING + known.to_bytes(8, "little"):
            return super().get_code(fullname)
        return _compile_bytecode(memoryview(data)[16:], fullname, path, self.path)  # type: ignore[no-any-return]


def _read(path: str) -> bytes:
    descriptor = os.open(path, _FLAGS)
    try:
        data = chunk = os.read(descriptor, _CHUNK)
        while len(chunk) == _CHUNK:
            chunk = os.read(descriptor, _CHUNK)
            data += chunk
        return data
    finally:
        os.close(descriptor)
