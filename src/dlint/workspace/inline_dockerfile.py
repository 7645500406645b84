"""The Dockerfile a Compose file has in place, under ``build.dockerfile_inline``, as a source of its own."""

from __future__ import annotations

from dlint.source import Embedded, Source
from dlint.syntax.interpolation import interpolated
from dlint.syntax.yaml import parser as yamltree
from dlint.syntax.yaml.nodes import YamlMap, YamlScalar


def inline_source(scalar: YamlScalar) -> Embedded:
    """The text the builder gets: decoded, ``$$`` and known variables of Compose replaced.

    A variable whose value is unknown stays as it is written, and no rule is to judge it.
    """
    outer, unknown = interpolated(scalar.text, scalar.expand)

    def read(raw: str) -> str | None:
        document = next(iter(yamltree.parse(Source("", f"k: {raw}")).documents), None)
        value = document.get("k") if isinstance(document, YamlMap) and len(document) == 1 else None
        if not isinstance(value, YamlScalar):
            return None
        return interpolated(value.text, scalar.expand)[0].text

    return Embedded(outer, read, lambda text: text.replace("$", "$$"), unknown)
