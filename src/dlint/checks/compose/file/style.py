"""How scalars are quoted in ports and volumes."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.api import Fix, Problem, Problems, check
from dlint.api.compose import ComposeFile, YamlMap, YamlScalar, YamlSeq


def _items(file: ComposeFile, *keys: str) -> Iterator[tuple[str, YamlScalar, bool]]:
    """The scalars in lists of the services as they are written: the list's key, and whether it is in brackets."""
    for document in file.documents:
        services = document.get("services")
        if not isinstance(services, YamlMap) or services.alias is not None:
            continue
        for entry in services.entries:
            service = entry.value
            if not isinstance(service, YamlMap) or service.alias is not None:
                continue
            for key in keys:
                node = service.get(key)
                if isinstance(node, YamlSeq) and node.alias is None:
                    for item in node.items:
                        if isinstance(item, YamlScalar) and item.alias is None:
                            yield key, item, node.flow


@check(on=ComposeFile)
def ports_unquoted(
    file: ComposeFile, *, quote_type: str = "single", ports_sections: tuple[str, ...] = ("ports", "expose")
) -> Problems:
    """Ports that are not quoted in the agreed way."""
    mark = '"' if quote_type == "double" else "'"
    for key, item, _ in _items(file, *ports_sections):
        style = item.style
        if style == quote_type or (quote_type == "any" and style in ("single", "double")):
            continue
        fix = None
        if item.value and not any(char in item.value for char in "'\"\\\n"):
            fix = Fix("Quote the port", item.replace(f"{mark}{item.value}{mark}"))
        word = "in quotes" if quote_type == "any" else f"in {quote_type} quotes"
        yield Problem(item, f"Write `{item.value}` in `{key}` {word}", fix=fix)


@check(on=ComposeFile)
def volumes_quoted(file: ComposeFile) -> Problems:
    """Mounts in quotes that need none."""
    for _, item, flow in _items(file, "volumes"):
        if item.style in ("single", "double") and _plain(item.value, flow):
            yield Problem(
                item, f"`{item.value}` needs no quotes", fix=Fix("Remove the quotes", item.replace(item.value))
            )


def _plain(text: str, flow: bool) -> bool:
    """Whether the text reads the same without quotes; ``flow``: in a list in brackets."""
    signs = (": ", " #", "\n", "\t", "\\", *(",[]{}" if flow else ""))
    return (
        bool(text)
        and text == text.strip()
        and (text[0] in "./~$_" or text[0].isalpha())
        and not text.endswith(":")
        and not any(sign in text for sign in signs)
        and text.lower() not in ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~")
    )
