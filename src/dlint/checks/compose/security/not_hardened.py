"""What a service lacks to be confined, in one finding."""

from __future__ import annotations

from dlint.api import Edit, Fix, Gathered, Problem, Problems, Source, Span, check


@check(on=Gathered)
def service_not_hardened(missing: Gathered) -> Problems:
    """A service without limits, or with privileges that it was never asked to give up."""
    wanted = ", ".join(part.gist for part in missing.parts)
    edits = _joined([edit for part in missing.parts if part.fix is not None for edit in part.fix.edits])
    title = "Add what is missing; try the service, it may need more memory, capabilities or a tmpfs"
    partial = any(part.fix is None for part in missing.parts)
    fix = Fix(title, *edits, safe=False, partial=partial) if edits else None
    yield Problem(missing, f"Service {missing.name} is not confined; add {wanted}", fix=fix)


def _joined(edits: list[Edit]) -> list[Edit]:
    """The edits with those at one place made one: a fix writes each place once."""
    joined: dict[tuple[Source, Span], list[str]] = {}
    for source, span, text in edits:
        joined.setdefault((source, span), []).append(text)
    return [Edit(*place, "".join(texts)) for place, texts in joined.items()]
