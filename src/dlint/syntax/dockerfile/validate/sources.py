"""Faults in what the flags of ADD say of its sources."""

from __future__ import annotations

from dlint.syntax.dockerfile import values
from dlint.syntax.dockerfile.instructions import Add
from dlint.syntax.dockerfile.nodes import Word
from dlint.syntax.dockerfile.validate.base import Faults, fault


def faults_of_add(node: Add, sources: list[Word]) -> Faults:
    """Flags that contradict a source, or fit none such."""
    for source in sources if _keeps_git(node) else ():
        literal = source.literal
        if literal and values.is_git(literal) and values.drops_git(literal) and values.git_problem(literal) is None:
            yield fault(source, "bad-source", "This says keep-git-dir=false, the flag true; keep one of them")
    checksum = node.flag("checksum")
    if checksum is not None and checksum.value is not None and checksum.value.literal:
        yield from _checksum(checksum.value, checksum.value.literal, sources)


def _keeps_git(node: Add) -> bool:
    flag = node.flag("keep-git-dir")
    return flag is not None and (flag.value is None or flag.value.literal in values.TRUE)


def _checksum(where: Word, checksum: str, sources: list[Word]) -> Faults:
    if len(sources) != 1:
        message = "--checksum fits one source only; split the ADD"
        yield fault(where, "bad-flag-value", message)
        return
    literal = sources[0].literal
    if literal is None:
        return
    git = values.is_git(literal)
    if not git and not values.is_url(literal):
        yield fault(where, "bad-flag-value", "--checksum fits downloads and git repositories only; leave it out")
        return
    reason = values.checksum_problem(checksum, git)
    if reason is not None:
        yield fault(where, "bad-flag-value", f"The builder refuses this checksum: {reason}")
