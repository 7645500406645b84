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

    __slots__ = ("_by_name", "_placed", "_rules")

    def __init__(self, rules: tuple[IgnoreRule, ...] = ()) -> None:
        self._rules = rules
        # The patterns for which it counts where a path is, last first; of the others a name says which is the last that
        # fits (-1: none), and a tree has the same names again and again.
        self._placed = [at for at, rule in enumerate(rules) if rule.anchored or rule.folder][::-1]
        self._by_name: dict[tuple[str, bool], int] = {}

    def plus(self, folder: tuple[str, ...], text: str) -> IgnoreRules:
        """These patterns, and those of a file in ``folder`` (parts from the root) with precedence over them."""
        from dlint.project.git_patterns import rules_in

        own = rules_in(folder, text)
        return IgnoreRules(self._rules + own) if own else self

    def ignores(self, parts: tuple[str, ...], is_dir: bool) -> bool:
        """Whether the last pattern that fits the path itself leaves it out; folders above it are not asked."""
        name = parts[-1], is_dir
        last = self._by_name.get(name)
        if last is None:
            last = self._by_name[name] = self._last(*name)
        for at in self._placed:
            if at < last:
                break
            if self._rules[at].fits(parts, is_dir):
                last = at
                break
        return last >= 0 and not self._rules[last].negated

    def _last(self, name: str, is_dir: bool) -> int:
        for at in range(len(self._rules) - 1, -1, -1):
            rule = self._rules[at]
            if not (rule.anchored or rule.folder) and rule.fits((name,), is_dir):
                return at
        return -1

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
