"""When a script fails: what the exit statuses of its commands make of the whole (POSIX Shell Command Language, 2.8).

A script is run with a guess for each command whether it succeeds. Two scripts are compared by giving the commands that
they share the same guesses: the second hides a failure if some guess makes the first fail and the second succeed. That
is no proof, but for short scripts every guess is made.

A script is run once, with all guesses at the same time. Whatever holds in some of these cases only is a number with a
bit for each case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain, combinations

from dlint.syntax.shell.options import set_options
from dlint.syntax.shell.steps import DEPTH, Program, Step, UnclearError, commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    # The cases in which a command fails.
    Fails = Callable[[Step], int]
    # The cases in which something succeeded, and those in which the script goes on behind it.
    Status = tuple[int, int]

# Comparisons of more commands are not worked out.
_MOST = 400
# Up to so many commands every guess is made, up to so many each two of them fail.
_ALL, _PAIRS = 9, 40
_ALWAYS: Final = frozenset(("true", ":"))
_STOPPING: Final = frozenset(("run", "pipe", "subshell", "script"))


class _Left:
    """The cases in which a part of a script was left before its end: by ``exit`` or an error, ``return`` or ``break``.

    In some it ended with 0.
    """

    __slots__ = ("broken", "exited", "exited_good", "returned", "returned_good")

    def __init__(self) -> None:
        self.exited = self.exited_good = self.returned = self.returned_good = self.broken = 0

    def ended(self, good: int, on: int) -> Status:
        """The status of a shell of its own, in which this was left."""
        good |= self.exited_good | self.returned_good | self.broken
        return good, on | self.exited | self.returned | self.broken


class _Shell:
    """The runs of a script in some cases; ``fails`` says in which of them a command fails.

    ``met`` are those in which ``target`` ran, ``unclear`` those in which nobody can tell how the script ends.
    """

    def __init__(self, fails: Fails, cases: int, errexit: int, pipefail: int, target: Step | None = None) -> None:
        self.fails = fails
        self.target = target
        self.errexit = errexit
        self.pipefail = pipefail
        self.met = self.unclear = 0
        # For each name what it runs, and in which cases.
        self.functions: dict[str, list[tuple[Step, int]]] = {}
        self.left = _Left()
        self.good = cases
        self.depth = 0

    def ends(self, step: Step, cases: int) -> int:
        """The cases in which a whole script ends with 0."""
        return self.left.ended(*self.run(step, False, cases))[0]

    def run(self, step: Step, tested: bool, cases: int) -> Status:
        """The status of a step; ``tested``: errexit does not look at it."""
        if step is self.target:
            self.met |= cases
        if self.depth >= 5 * DEPTH:
            self.unclear |= cases
            return 0, 0
        self.depth += 1
        good, on = getattr(self, f"_{step.kind}")(step, tested, cases)
        self.depth -= 1
        self.good = self.good & ~on | good
        if self.errexit and not tested and step.kind in _STOPPING:
            stopped = on & ~good & self.errexit
            self.left.exited |= stopped
            on &= ~stopped
        return good, on

    def _seq(self, step: Step, tested: bool, cases: int) -> Status:
        good = on = cases
        for part in step.parts:
            if on:
                good, on = self.run(part, tested, on)
        return good, on

    def _chain(self, step: Step, tested: bool, cases: int) -> Status:
        good, on = self.run(step.parts[0], tested or len(step.parts) > 1, cases)
        for index, (operator, part) in enumerate(zip(step.words, step.parts[1:], strict=True), 2):
            wanted = good if operator == "&&" else on & ~good
            if wanted:
                found, left = self.run(part, tested or index < len(step.parts), wanted)
                good, on = good & ~wanted | found, on & ~wanted | left
        return good, on

    def _pipe(self, step: Step, tested: bool, cases: int) -> Status:
        good = all_good = on = cases
        for part in step.parts:
            good, on = self._apart(part, tested, on)
            all_good &= good
        return good & ~self.pipefail | all_good & self.pipefail, on

    def _not(self, step: Step, tested: bool, cases: int) -> Status:
        good, on = self.run(step.parts[0], True, cases)
        return on & ~good, on

    def _subshell(self, step: Step, tested: bool, cases: int) -> Status:
        return self._apart(step.parts[0], tested, cases)

    def _script(self, step: Step, tested: bool, cases: int) -> Status:
        inner = _Shell(self.fails, cases, cases if "e" in step.words[0] else 0, 0, self.target)
        good = inner.ends(step.parts[0], cases)
        self.met |= inner.met
        self.unclear |= inner.unclear
        return good, cases & ~inner.unclear

    def _background(self, step: Step, tested: bool, cases: int) -> Status:
        return cases, cases

    def _apart(self, step: Step, tested: bool, cases: int) -> Status:
        kept = self.errexit, self.pipefail, dict(self.functions), self.left
        self.left = left = _Left()
        good, on = self.run(step, tested, cases)
        self.errexit, self.pipefail, self.functions, self.left = kept
        return left.ended(good, on)

    def _if(self, step: Step, tested: bool, cases: int) -> Status:
        good = on = at = 0
        while at + 1 < len(step.parts) and cases:
            true, cases = self.run(step.parts[at], True, cases)
            if true:
                found, left = self.run(step.parts[at + 1], tested, true)
                good, on, cases = good | found, on | left, cases & ~true
            at += 2
        if cases:
            found, left = self.run(step.parts[at], tested, cases) if at < len(step.parts) else (cases, cases)
            good, on = good | found, on | left
        return good, on

    def _while(self, step: Step, tested: bool, cases: int) -> Status:
        broken, self.left.broken = self.left.broken, 0
        true, on = self.run(step.parts[0], True, cases)
        good = on & ~true
        if true:
            found, left = self.run(step.parts[1], tested, true)
            good, on = good | found, on & ~true | left
        broken, self.left.broken = self.left.broken, broken
        return good | broken, on | broken

    def _for(self, step: Step, tested: bool, cases: int) -> Status:
        broken, self.left.broken = self.left.broken, 0
        good, on = self.run(step.parts[0], tested, cases)
        broken, self.left.broken = self.left.broken, broken
        return good | broken, on | broken

    def _case(self, step: Step, tested: bool, cases: int) -> Status:
        good = on = 0
        for item, body in zip(step.parts[::2], step.parts[1::2], strict=True):
            fits = cases & ~self.fails(item)
            if fits:
                found, left = self.run(body, tested, fits)
                good, on, cases = good | found, on | left, cases & ~fits
        return good | cases, on | cases

    def _function(self, step: Step, tested: bool, cases: int) -> Status:
        others = [(body, where & ~cases) for body, where in self.functions.get(step.name, ())]
        self.functions[step.name] = [*others, (step.parts[0], cases)]
        return cases, cases

    def _run(self, step: Step, tested: bool, cases: int) -> Status:
        good = on = 0
        for body, where in self.functions.get(step.name, ()):
            if cases & where:
                found, left = self._called(body, tested, cases & where)
                good, on, cases = good | found, on | left, cases & ~where
        if cases:
            found, left = self._command(step, cases)
            good, on = good | found, on | left
        return good, on

    def _called(self, body: Step, tested: bool, cases: int) -> Status:
        """The status of a function."""
        around, self.left = self.left, _Left()
        good, on = self.run(body, tested, cases)
        left, self.left = self.left, around
        around.exited |= left.exited
        around.exited_good |= left.exited_good
        around.broken |= left.broken
        return good | left.returned_good, on | left.returned

    def _command(self, step: Step, cases: int) -> Status:
        name = step.name
        if name in _ALWAYS:
            return cases, cases
        if name == "false":
            return 0, cases
        if name in ("break", "continue"):
            self.left.broken |= cases
            return 0, 0
        if name == "return":
            self.left.returned |= cases
            self.left.returned_good |= cases & self._given(step)
            return 0, 0
        if name == "exit":
            return self._exit(cases & self._given(step), cases)
        if name == "set":
            return self._set(step, cases)
        good = cases & ~self.fails(step)
        return self._exit(good, cases) if name == "exec" and len(step.words) > 1 else (good, cases)

    def _exit(self, good: int, cases: int) -> Status:
        self.left.exited |= cases
        self.left.exited_good |= good
        return 0, 0

    def _given(self, step: Step) -> int:
        """The cases in which the status that ``exit`` is given is 0."""
        if len(step.words) < 2:
            return self.good
        word = step.words[1]
        if word.isdecimal() and len(word) < 9:
            return 0 if int(word) % 256 else -1
        return ~self.fails(step)

    def _set(self, step: Step, cases: int) -> Status:
        options = set_options(step.words[1:])
        for name in ("errexit", "pipefail"):
            if name in options:
                others = getattr(self, name) & ~cases
                setattr(self, name, others | cases if options[name] else others)
        return cases, cases


def ends(program: Program, guess: Callable[[Step], bool]) -> bool:
    """Whether a script ends with 0 if its commands succeed as ``guess`` says. Raises UnclearError."""
    shell = _started(program, lambda step: 0 if guess(step) else 1, 1)
    return _any(shell.ends(program.step, 1), shell.unclear)


def always_reached(program: Program, target: Step) -> bool:
    """Whether a command or inner script runs whenever the script ends with 0. Raises UnclearError."""
    cases, failing = _guesses(_count(program))
    shell = _started(program, _failing(commands(program.step), failing), cases, target)
    return not _any(shell.ends(program.step, cases) & ~shell.met, shell.unclear)


def always_fails(program: Program, target: Step) -> bool:
    """Whether a script ends with another status than 0 wherever a command fails. Raises UnclearError."""
    cases, failing = _guesses(_count(program))
    others = _failing(commands(program.step), failing)
    shell = _started(program, lambda step: cases if step is target else others(step), cases)
    return not _any(shell.ends(program.step, cases), shell.unclear)


def hides_failure(before: Sequence[Program], after: Sequence[Program]) -> bool:
    """Whether the scripts ``after`` may all end with 0 where one of ``before`` fails. Raises UnclearError.

    Commands that stand in one of the two only succeed: a fix takes away what it means to.
    """
    old = list(chain.from_iterable(commands(program.step) for program in before))
    new = list(chain.from_iterable(commands(program.step) for program in after))
    if max(len(old), len(new)) > _MOST:
        raise UnclearError
    pairs = _aligned(old, new)
    cases, failing = _guesses(len(pairs))
    good, unclear = _all_good(before, _failing([old[one] for one, _ in pairs], failing), cases)
    hidden, doubtful = _all_good(after, _failing([new[two] for _, two in pairs], failing), cases & ~good & ~unclear)
    return _any(hidden, unclear | doubtful)


def _all_good(programs: Sequence[Program], fails: Fails, cases: int) -> Status:
    """The cases in which all of some scripts end with 0, and those in which nobody can tell."""
    unclear = 0
    for program in programs:
        shell = _started(program, fails, cases)
        cases = shell.ends(program.step, cases)
        unclear |= shell.unclear
    return cases, unclear


def _started(program: Program, fails: Fails, cases: int, target: Step | None = None) -> _Shell:
    """A shell for a script."""
    return _Shell(fails, cases, cases if program.errexit else 0, cases if program.pipefail else 0, target)


def _any(cases: int, unclear: int) -> bool:
    """Whether there is a case before the first of those that are unclear. Raises UnclearError if there is but that."""
    if cases and (not unclear or cases & -cases < unclear & -unclear):
        return True
    if unclear:
        raise UnclearError
    return False


def _count(program: Program) -> int:
    """How many commands a script has. Raises UnclearError for too many."""
    found = len(list(commands(program.step)))
    if found > _MOST:
        raise UnclearError
    return found


def _failing(steps: Iterable[Step], failing: Sequence[int]) -> Fails:
    """Guesses by which each step fails in the cases given for it, and no other ever does."""
    known = dict(zip(map(id, steps), failing, strict=True))
    return lambda step: known.get(id(step), 0)


@cache
def _guesses(count: int) -> tuple[int, list[int]]:
    """All cases, and those in which each of so many commands fails.

    There is a case for every choice from a few commands, else for none, each, and each two.
    """
    sizes = range(count + 1) if count <= _ALL else range(3 if count <= _PAIRS else 2)
    failing = [0] * count
    bit = 1
    for chosen in chain.from_iterable(combinations(range(count), size) for size in sizes):
        for index in chosen:
            failing[index] |= bit
        bit <<= 1
    return bit - 1, failing


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

    if not (old and new):
        return []
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [(block.a + index, block.b + index) for block in blocks for index in range(block.size)]
