"""Finds dlint's own modules where their names say, and takes what Python has compiled of them.

For each of the 240 modules of a short run Python asks all its finders, which look through folders and compare endings,
and loads it with code that serves all sorts of files. The result here is the same, and whatever is not as usual is left
to Python's own finders and loader.
"""

from __future__ import annotations

import os
import sys
from _frozen_importlib_external import (  # type: ignore[attr-defined]
    MAGIC_NUMBER,
    SourceFileLoader,
    _compile_bytecode,
    spec_from_file_location,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _frozen_importlib import ModuleSpec
    from types import CodeType

_FOLDER = os.path.dirname(os.path.abspath(__file__))
_COMPILED = f"{os.sep}__pycache__{os.sep}"
_ENDING = f".{sys.implementation.cache_tag}.pyc"
# What a file begins with that was compiled of a source of this time and this size (PEP 552).
_BEGINNING = MAGIC_NUMBER + bytes(4)
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)
# What is read at once: Python sets so much memory aside, and to get more than 128 KiB of it costs a look at each page.
_CHUNK = 65_536


class Finder:
    """A finder for ``sys.meta_path``."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Where a module lies; None if it is none of ours, or no plain file."""
        if not name.startswith("dlint."):
            return None
        place = _FOLDER + name[5:].replace(".", os.sep)
        file = f"{place}.py"
        if os.path.isfile(file):
            return spec_from_file_location(name, file, loader=_LOADER(name, file))
        file = f"{place}{os.sep}__init__.py"
        if os.path.isfile(file):
            loader = _LOADER(name, file)
            return spec_from_file_location(name, file, loader=loader, submodule_search_locations=[place])
        return None


class Loader(SourceFileLoader):
    """Python's loader with a short way to what is compiled already."""

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of a module."""
        folder, _, name = self.path.rpartition(os.sep)
        compiled = f"{folder}{_COMPILED}{name[:-3]}{_ENDING}"
        try:
            source, data = os.stat(self.path), _read(compiled)
        except OSError:
            return super().get_code(fullname)
        if data[:16] != _BEGINNING + _four(int(source.st_mtime)) + _four(source.st_size):
            return super().get_code(fullname)
        return _compile_bytecode(memoryview(data)[16:], fullname, compiled, self.path)  # type: ignore[no-any-return]


# Where Python is told to keep compiled files elsewhere, or to compile otherwise, it knows best.
_LOADER = SourceFileLoader if sys.pycache_prefix or sys.flags.optimize else Loader


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


def _four(number: int) -> bytes:
    return (number & 0xFFFFFFFF).to_bytes(4, "little")
