"""What tells one dlint from another: what it finds depends on its modules, its pages and the parsers it uses."""

from __future__ import annotations

import os
import sys

from dlint.lazy import blake2b, module_named

# The parsers, by the names of their distributions.
_PARSERS = ("ruamel_yaml", "ruamel.yaml", "tree_sitter", "packaging")


def identity() -> str:
    """A hash of this dlint, its parsers and Python's version; empty if it is not an installed wheel.

    A wheel has a hash of what it was built of. In a checkout anything may change at any time: there the hash is one
    over all files if ``DLINT_CACHE_SOURCES`` is set, which takes longer than to lint a file.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    made = blake2b(digest_size=16)
    built = _built()
    if built:
        made.update(built.encode())
    elif os.environ.get("DLINT_CACHE_SOURCES"):
        for folder in (package, os.path.join(os.path.dirname(os.path.dirname(package)), "rules")):
            for part in _files(folder):
                made.update(part)
    else:
        return ""
    made.update(repr((sys.version_info[:2], sys.implementation.name, _parsers())).encode())
    return made.hexdigest()


def _built() -> str:
    """The hash that ``hatch_build.py`` puts into a wheel; empty in a checkout."""
    try:
        found: str = module_named("dlint.cache.built").HASH
        return found
    except ImportError:
        return ""


def _files(folder: str) -> list[bytes]:
    found: list[bytes] = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            with open(os.path.join(where, name), "rb") as handle:
                found += [name.encode(), handle.read()]
    return found


def _parsers() -> list[str]:
    """The folders that say which versions of the parsers are installed."""
    found: list[str] = []
    own = os.path.dirname(os.__file__)
    for folder in sys.path:
        if folder in (own, f"{own}{os.sep}lib-dynload"):
            # Python's own modules: hundreds of names, and no distribution's.
            continue
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        found += [name for name in names if name.startswith(_PARSERS) and name.endswith(".dist-info")]
    return sorted({*found})
