"""When a script fails: what the exit statuses of its commands make of the whole (POSIX Shell Command Language, 2.8).

A script is run with a guess for each command whether it succeeds. Two scripts are compared by giving the commands that
they share the same guesses: the second hides a failure if some guess makes the first fail and the second succeed. That
is no proof, but for short scripts every guess is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, combinations

from dlint.syntax.shell.options import set_options
from dlint.syntax.shell.steps import DEPTH, Program, Step, UnclearError, commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Comparisons of more commands are not worked out.
_MOST = 400
# Up to so many commands every guess is made, up to so many each two of them fail.
_ALL, _PAIRS = 9, 40
_ALWAYS: Final = frozenset(("true", ":"))


class _ExitError(Exception):
    """The shell ends (``exit``), or a function returns, with a status."""

    def __init__(self, good: bool, *, function: bool = False) -> None:
        super().__init__()
        self.good = good
        self.function = function


class _BreakError(Exception):
    """A loop is left or begun anew."""


class _Shell:
    """One run of a script; ``guess`` says of each command whether it succeeds, ``met`` whether ``target`` ran."""

    def __init__(
        self, guess: Callable[[Step], bool], errexit: bool, pipefail: bool, target: Step | None = None
    ) -> None:
        self.target = target
        self.met = False
        self.guess = guess
        self.errexit = errexit
        self.pipefail = pipefail
        self.functions: dict[str, Step] = {}
        self.good = True
        self.depth = 0

    def ends(self, step: Step) -> bool:
        """Whether a whole script ends with 0. Raises UnclearError."""
        try:
            return self.run(step, False)
        except _ExitError as end:
            return end.good
        except _BreakError:
            return True

    def run(self, step: Step, tested: bool) -> bool:
        """The status of a step; ``tested``: errexit does not look at it.

        Raises _ExitError, _BreakError and UnclearError.
        """
        self.met = self.met or step is self.target
        self.depth += 1
        if self.depth > 5 * DEPTH:
            raise UnclearError
        try:
            self.good = getattr(self, f"_{step.kind}")(step, tested)
        finally:
            self.depth -= 1
        if not self.good and self.errexit and not tested and step.kind in ("run", "pipe", "subshell", "script"):
            raise _ExitError(False)
        return self.good

    def _seq(self, step: Step, tested: bool) -> bool:
        good = True
        for part in step.parts:
            good = self.run(part, tested)
        return good

    def _chain(self, step: Step, tested: bool) -> bool:
        good = self.run(step.parts[0], True if len(step.parts) > 1 else tested)
        for index, (operator, part) in enumerate(zip(step.words, step.parts[1:], strict=True), 2):
            if good == (operator == "&&"):
                good = self.run(part, tested or index < len(step.parts))
        return good

    def _pipe(self, step: Step, tested: bool) -> bool:
        good = [self._apart(part, tested) for part in step.parts]
        return all(good) if self.pipefail else good[-1]

    def _not(self, step: Step, tested: bool) -> bool:
        return not self.run(step.parts[0], True)

    def _subshell(self, step: Step, tested: bool) -> bool:
        return self._apart(step.parts[0], tested)

    def _script(self, step: Step, tested: bool) -> bool:
        inner = _Shell(self.guess, "e" in step.words[0], False, self.target)
        try:
            return inner.ends(step.parts[0])
        finally:
            self.met = self.met or inner.met

    def _background(self, step: Step, tested: bool) -> bool:
        return True

    def _apart(self, step: Step, tested: bool) -> bool:
        kept = self.errexit, self.pipefail, dict(self.functions)
        try:
            return self.run(step, tested)
        except _ExitError as end:
            return end.good
        except _BreakError:
            return True
        finally:
            self.errexit, self.pipefail, self.functions = kept

    def _if(self, step: Step, tested: bool) -> bool:
        at = 0
        while at + 1 < len(step.parts):
            if self.run(step.parts[at], True):
                return self.run(step.parts[at + 1], tested)
            at += 2
        return self.run(step.parts[at], tested) if at < len(step.parts) else True

    def _while(self, step: Step, tested: bool) -> bool:
        try:
            return self.run(step.parts[1], tested) if self.run(step.parts[0], True) else True
        except _BreakError:
            return True

    def _for(self, step: Step, tested: bool) -> bool:
        try:
            return self.run(step.parts[0], tested)
        except _BreakError:
            return True

    def _case(self, step: Step, tested: bool) -> bool:
        for item, body in zip(step.parts[::2], step.parts[1::2], strict=True):
            if self.guess(item):
                return self.run(body, tested)
        return True

    def _function(self, step: Step, tested: bool) -> bool:
        self.functions[step.name] = step.parts[0]
        return True

    def _run(self, step: Step, tested: bool) -> bool:
        name = step.name
        if name in self.functions:
            try:
                return self.run(self.functions[name], tested)
            except _ExitError as end:
                if not end.function:
                    raise
                return end.good
        if name in _ALWAYS:
            return True
        if name == "false":
            return False
        if name in ("break", "continue"):
            raise _BreakError
        if name in ("exit", "return"):
            raise _ExitError(self._given(step), function=name == "return")
        if name == "set":
            return self._set(step)
        good = self.guess(step)
        if name == "exec" and len(step.words) > 1:
            raise _ExitError(good)
        return good

    def _given(self, step: Step) -> bool:
        """The status that ``exit`` is given."""
        if len(step.words) < 2:
            return self.good
        word = step.words[1]
        return int(word) % 256 == 0 if word.isdecimal() and len(word) < 9 else self.guess(step)

    def _set(self, step: Step) -> bool:
        options = set_options(step.words[1:])
        self.errexit = options.get("errexit", self.errexit)
        self.pipefail = options.get("pipefail", self.pipefail)
        return True


def ends(program: Program, guess: Callable[[Step], bool]) -> bool:
    """Whether a script ends with 0 if its commands succeed as ``guess`` says. Raises UnclearError."""
    return _Shell(guess, program.errexit, program.pipefail).ends(program.step)


def always_reached(program: Program, target: Step) -> bool:
    """Whether a command or inner script runs whenever the script ends with 0. Raises UnclearError."""
    each = list(commands(program.step))
    if len(each) > _MOST:
        raise UnclearError
    for failing in _guesses(len(each)):
        shell = _Shell(_failing({id(each[index]) for index in failing}), program.errexit, program.pipefail, target)
        if shell.ends(program.step) and not shell.met:
            return False
    return True


def always_fails(program: Program, target: Step) -> bool:
    """Whether a script ends with another status than 0 wherever a command fails. Raises UnclearError."""
    each = list(commands(program.step))
    if len(each) > _MOST:
        raise UnclearError
    failures = ({id(target), *(id(each[index]) for index in failing)} for failing in _guesses(len(each)))
    return not any(ends(program, _failing(failing)) for failing in failures)


def hides_failure(before: Sequence[Program], after: Sequence[Program]) -> bool:
    """Whether the scripts ``after`` may all end with 0 where one of ``before`` fails. Raises UnclearError.

    Commands that stand in one of the two only succeed: a fix takes away what it means to.
    """
    old = list(chain.from_iterable(commands(program.step) for program in before))
    new = list(chain.from_iterable(commands(program.step) for program in after))
    if max(len(old), len(new)) > _MOST:
        raise UnclearError
    pairs = _aligned(old, new)
    for failing in _guesses(len(pairs)):
        bad_old = {id(old[pairs[index][0]]) for index in failing}
        bad_new = {id(new[pairs[index][1]]) for index in failing}
        if not _all_good(before, bad_old) and _all_good(after, bad_new):
            return True
    return False


def _all_good(programs: Sequence[Program], failing: set[int]) -> bool:
    return all(ends(program, _failing(failing)) for program in programs)


def _failing(failing: set[int]) -> Callable[[Step], bool]:
    """The guess that just these commands fail."""
    return lambda step: id(step) not in failing


def _guesses(count: int) -> Iterator[tuple[int, ...]]:
    """Which of so many commands fail: every choice for a few, else none, each, and each two."""
    sizes = range(count + 1) if count <= _ALL else range(3 if count <= _PAIRS else 2)
    return chain.from_iterable(combinations(range(count), size) for size in sizes)


def _aligned(old: Sequence[Step], new: Sequence[Step]) -> list[tuple[int, int]]:
    """The commands that both have, as pairs of indexes: by what is written, between those by the program's name."""
    found: list[tuple[int, int]] = []
    texts = _matched([step.text for step in old], [step.text for step in new])
    at_old = at_new = 0
    for one, two in (*texts, (len(old), len(new))):
        names = _matched([step.name for step in old[at_old:one]], [step.name for step in new[at_new:two]])
        found += [(at_old + left, at_new + right) for left, right in names]
        if one < len(old):
            found.append((one, two))
        at_old, at_new = one + 1, two + 1
    return found


def _matched(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [(block.a + index, block.b + index) for block in blocks for index in range(block.size)]
