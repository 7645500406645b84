"""``dlint image``: what is known of an image, and where it is from."""

from __future__ import annotations

import click

from dlint.cli.output import UserError, coloured, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlint.model.facts.images import ImageFacts
    from dlint.syntax.image import ImageRef

_WIDTH = 14


@click.command()
@click.argument("name", metavar="NAME[:TAG]")
@click.option("--platform", help="The platform it is wanted for, such as windows/amd64.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the text.")
def command(name: str, platform: str | None, form: str, color: str) -> int:
    """Print what is known of an image: user, ports, volumes, programs and where it is from."""
    from dlint.model.facts.images import image_facts
    from dlint.syntax.dockerfile.values import platform_problem
    from dlint.syntax.image import parse

    image = parse(name)
    if image is None or image.has_variable or not image.valid:
        reason = "a variable in it has no value here" if image is not None and image.has_variable else None
        raise UserError(f"{name!r} is no reference of an image: {reason or (image.error if image else 'it is empty')}")
    wrong = platform_problem(platform) if platform is not None else None
    if wrong is not None:
        raise UserError(f"--platform {platform}: {wrong}")
    facts = image_facts(image, platform)
    if facts is None:
        raise UserError(_nothing(image, name, platform))
    write(_json(name, facts) if form == "json" else _text(name, facts, coloured(color)))
    return 0


def _nothing(image: ImageRef, name: str, platform: str | None) -> str:
    """Why there is nothing to print."""
    from dlint.model.facts.images import image_facts, known_images, name_of
    from dlint.syntax.suggest import closest

    if image.name == "scratch":
        return "scratch is the empty image: there is nothing in it"
    if platform and image_facts(image) is not None:
        return f"nothing is known of {name} for {platform}"
    known = closest(name_of(image), known_images())
    return f"nothing is known of {name}" + (f"; did you mean {known}?" if known else "")


def _values(facts: ImageFacts) -> dict[str, Any]:
    """What is known, by field, in the order of the output; None where it is not."""
    data = facts.data
    programs = facts.programs
    return {
        "system": " ".join(part for part in (facts.os_family, facts.os_release) if part) or None,
        "shell": facts.sh,
        "user": facts.user,
        "workdir": facts.workdir,
        "entrypoint": _list(facts.entrypoint),
        "command": _list(facts.cmd),
        "ports": _list(facts.ports),
        "volumes": _list(facts.volumes),
        "data": None if data is None else {"path": data.path, "variable": data.variable},
        "stop-signal": facts.stop_signal,
        "health-check": facts.healthcheck,
        "run-shell": _list(facts.shell),
        "onbuild": _list(facts.onbuild),
        "users": _list(facts.users),
        "has": None if programs is None else programs[0],
        "lacks": None if programs is None else programs[1],
        "sets": None if facts.env is None else dict(facts.env),
        "reads": None if facts.knows_env is None else sorted(facts.knows_env),
        "requires": None if facts.requires_env is None else [list(group) for group in facts.requires_env],
        "writes": _list(facts.run_writes),
        "needs": _list(facts.root_needs),
    }


def _list(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _json(name: str, facts: ImageFacts) -> str:
    import json

    origin = facts.origin
    where = {
        "image": origin.image,
        "tag": origin.tag or None,
        "how": origin.how,
        "date": origin.date,
        "exact": origin.exact,
        "moves": origin.moves,
        "source": origin.source or None,
    }
    return json.dumps({"name": name, "from": where, **_values(facts)}, indent=2, ensure_ascii=False) + "\n"


def _text(name: str, facts: ImageFacts, colour: bool) -> str:
    lines = [f"{_bold(name, colour)}\n\n"]
    unknown = []
    for field, value in _values(facts).items():
        if value is None or (field in ("has", "lacks", "sets", "users") and not value):
            unknown += [field] if value is None else []
            continue
        lines.append(_wrapped(field, _words(field, value)))
    if unknown:
        lines.append(_wrapped("unknown", ", ".join(unknown)))
    return "".join([*lines, "\n", _wrapped("from", _origin(facts))])


def _words(field: str, value: Any) -> str:
    if field == "requires":
        return "; ".join(" or ".join(group) for group in value)
    if field == "sets":
        return " ".join(name if text is None else f"{name}={text}" for name, text in value.items())
    if field == "data":
        moved = f", moved by {value['variable']}" if value["variable"] else ""
        return f"{value['path']}{moved}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return (", " if field == "onbuild" else " ").join(value) or "none"
    return str(value)


def _origin(facts: ImageFacts) -> str:
    """Where it is from, in words."""
    origin = facts.origin
    tag = f"{origin.image}:{origin.tag}" if origin.tag else origin.image
    if origin.how == "image":
        what = f"what all known tags of {origin.image} share"
    elif origin.how == "line":
        what = f"what the known tags of {tag} share"
    else:
        what = tag
    moving = ", a tag that moves" if origin.moves else ""
    near = "" if origin.exact else "; from the repository as it was then, not the commit of the tag"
    source = f"; {origin.source}" if origin.source else ""
    return f"{what}{moving}, as of {origin.date}{near}{source}"


def _wrapped(field: str, text: str) -> str:
    import textwrap

    gap = " " * _WIDTH
    width = 100 - _WIDTH
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
    return f"{field:<{_WIDTH}}{lines[0]}\n" + "".join(f"{gap}{line}\n" for line in lines[1:])


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text
