"""What a service lacks to be confined, in one finding."""

from __future__ import annotations

from dlint.api import Edit, Fix, Gathered, Problem, Problems, Source, Span, check
from dlint.api.compose import ComposeModel, Service

# For each of the gathered rules what a service that is fine has: keys, and a limit below `deploy.resources`.
_GIVEN_BY = {
    "capabilities-not-dropped": (("cap_drop",), ""),
    "root-filesystem-writable": (("read_only",), ""),
    "memory-not-limited": (("mem_limit",), "memory"),
    "cpu-not-limited": (("cpus", "cpu_quota"), "cpus"),
    "pids-not-limited": (("pids_limit",), "pids"),
}


@check(on=Gathered)
def service_not_hardened(missing: Gathered, model: ComposeModel | None, *, every: bool = True) -> Problems:
    """A service without limits, or with privileges that it was never asked to give up.

    ``every``: whatever is missing; else only what other services of the project have.
    """
    others = [service for service in model.services if service.name != missing.name] if model is not None else []
    parts = [part for part in missing.parts if every or any(_has(service, part.rule.name) for service in others)]
    if not parts:
        return
    wanted = ", ".join(part.gist for part in parts)
    edits = _joined([edit for part in parts if part.fix is not None for edit in part.fix.edits])
    title = "Add what is missing; try the service, it may need more memory, capabilities or a tmpfs"
    partial = any(part.fix is None for part in parts)
    fix = Fix(title, *edits, safe=False, partial=partial) if edits else None
    said = "is not confined" if every else "is less confined than others here"
    yield Problem(missing, f"Service {missing.name} {said}; add {wanted}", fix=fix)


def _has(service: Service, rule: str) -> bool:
    """Whether a service has that of which ``rule`` reports the lack."""
    if rule == "no-new-privileges-missing":
        return any("no-new-privileges" in (item.literal or "") for item in service.security_opt)
    keys, limit = _GIVEN_BY[rule]
    below_deploy = bool(limit) and service.get("deploy", "resources", "limits", limit) is not None
    return below_deploy or any(key in service.map for key in keys)


def _joined(edits: list[Edit]) -> list[Edit]:
    """The edits with those at one place made one: a fix writes each place once."""
    joined: dict[tuple[Source, Span], list[str]] = {}
    for source, span, text in edits:
        joined.setdefault((source, span), []).append(text)
    return [Edit(*place, "".join(texts)) for place, texts in joined.items()]
