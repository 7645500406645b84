"""Which paths git leaves out: the patterns of ``.gitignore`` files (grammar: gitignore(5)), also used for ``exclude``.

Not the grammar of ``.dockerignore``: here a pattern without ``/`` fits at any depth, a nested file adds to those above
it, and nothing below an ignored folder can come back.
"""

from __future__ import annotations

from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dlint.project.git_patterns import IgnoreRule

_PATHS = pattern(r"(?m)^[ \t]*path[ \t]*=[ \t]*+(.*\S)")


class IgnoreRules:
    """The patterns in force in one folder: those of the folders above first, its own last."""

    __slots__ = ("_rules",)

    def __init__(self, rules: tuple[IgnoreRule, ...] = ()) -> None:
        self._rules = rules

    def plus(self, folder: tuple[str, ...], text: str) -> IgnoreRules:
        """These patterns, and those of a file in ``folder`` (parts from the root) with precedence over them."""
        from dlint.project.git_patterns import rules_in

        own = rules_in(folder, text)
        return IgnoreRules(self._rules + own) if own else self

    def ignores(self, parts: tuple[str, ...], is_dir: bool) -> bool:
        """Whether the last pattern that fits the path itself leaves it out; folders above it are not asked."""
        for rule in reversed(self._rules):
            if rule.fits(parts, is_dir):
                return not rule.negated
        return False

    def ignores_any(self, parts: tuple[str, ...], is_dir: bool) -> bool:
        """Whether the path or a folder above it is left out."""
        whole = len(parts)
        return bool(self._rules) and any(
            self.ignores(parts[:depth], is_dir or depth < whole) for depth in range(1, whole + 1)
        )


def ignored_by_git(text: Callable[[str], str], path: str) -> bool:
    """Whether the ``.gitignore`` files from the root down leave out the file ``path``.

    ``text`` gives the text of a file by its path from the root, empty if there is none.
    """
    parts = tuple(path.split("/"))
    return _rules_for(text, parts).ignores_any(parts, False)


def leaves_out_one(text: Callable[[str], str], folder: str, names: Iterable[str]) -> bool:
    """Whether the same files leave out one of these files of a folder."""
    above = tuple(folder.split("/")) if folder else ()
    rules = _rules_for(text, (*above, ""))
    return any(rules.ignores_any((*above, name), False) for name in names)


def _rules_for(text: Callable[[str], str], parts: tuple[str, ...]) -> IgnoreRules:
    rules = IgnoreRules()
    for depth in range(len(parts)):
        written = text("/".join((*parts[:depth], ".gitignore")))
        if written:
            rules = rules.plus(parts[:depth], written)
    return rules


def comes_later(text: Callable[[str], str], path: str) -> bool:
    """Whether git leaves a file or folder out on purpose, or fills it as (a part of) a submodule.

    ``text`` is as in ``ignored_by_git``. Source: gitmodules(5).
    """
    parts = tuple(path.split("/"))
    inner = (*parts, "x")
    rules = _rules_for(text, inner)
    if rules.ignores_any(parts, False) or rules.ignores_any(inner, False):
        return True
    modules = text(".gitmodules")
    found = _PATHS.findall(modules) if modules else []
    return any(path == one or path.startswith(one + "/") for one in found)
