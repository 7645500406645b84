"""What the builder refuses about the flags of an instruction."""

from __future__ import annotations

from collections.abc import Callable

from dlint.syntax.dockerfile import values
from dlint.syntax.dockerfile.commands import Healthcheck
from dlint.syntax.dockerfile.grammar import FLAGS, NETWORK_MODES, SECURITY_MODES
from dlint.syntax.dockerfile.instruction import Instruction
from dlint.syntax.dockerfile.validate.base import Faults, fault, meant_for, variable_faults
from dlint.syntax.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


def flag_faults(instruction: Instruction) -> Faults:
    """What is wrong with the flags of an instruction, each for itself."""
    rules = FLAGS.get(instruction.name)
    if rules is None or (isinstance(instruction, Healthcheck) and instruction.none):
        return
    seen: set[str] = set()
    for flag in instruction.flags:
        rule = rules.get(flag.name)
        if rule is None:
            meant = closest(flag.name, rules)
            takes = "takes no flags" if not rules else f"has no flag --{flag.name}"
            hint = meant_for(f"--{meant}" if meant else None)
            yield fault(flag.name_node, "unknown-flag", f"{instruction.name} {takes}{hint}", meant)
            continue
        if flag.name in seen and rule.kind != "list":
            yield fault(flag, "duplicate-flag", f"--{flag.name} may stand only once; keep one of them")
        seen.add(flag.name)
        value = flag.value
        if rule.kind == "bool":
            if value is not None and value.text.lower() not in ("true", "false"):
                wrong = f"is true or false, not {value.text}" if value.text else "has an empty value; leave out the ="
                yield fault(flag, "bad-flag-value", f"--{flag.name} {wrong}")
        elif value is None:
            yield fault(flag, "bad-flag-value", f"--{flag.name} needs a value: --{flag.name}=…")
        else:
            if rule.expanded:
                yield from variable_faults((value,))
            problem = _VALUES.get(flag.name)
            if problem is not None and value.literal is not None:
                reason = problem(value.literal)
                if reason is not None:
                    kind = "bad-healthcheck" if instruction.name == "HEALTHCHECK" else "bad-flag-value"
                    where = value if value.text else flag
                    yield fault(where, kind, f"The builder refuses --{flag.name}={value.text}: {reason}")


def _one_of(*known: str) -> Callable[[str], str | None]:
    return lambda value: None if value in known else f"there are only {', '.join(known)}"


def _from_problem(value: str) -> str | None:
    if "$" not in value:
        return None
    return "it takes no variables; give the image a stage of its own, FROM … AS name, and copy from that"


def _platform_problem(value: str) -> str | None:
    return values.platform_problem(value) if value else None


def _mode_problem(value: str) -> str | None:
    return values.mode_problem(value) if value else None


_VALUES: Final[dict[str, Callable[[str], str | None]]] = {
    "platform": _platform_problem,
    "network": _one_of(*NETWORK_MODES),
    "security": _one_of(*SECURITY_MODES),
    "chmod": _mode_problem,
    "from": _from_problem,
    "interval": values.duration_problem,
    "timeout": values.duration_problem,
    "start-period": values.duration_problem,
    "start-interval": values.duration_problem,
    "retries": values.retries_problem,
}
