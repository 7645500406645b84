"""Writes ``docs/dockerfile-syntax.md`` from the tables the parser works with: ``python tests/syntax_table.py``."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.syntax.dockerfile.grammar import FEATURES, FLAGS, INSTRUCTIONS, MOUNT_KEYS, MOUNT_ONLY, MOUNT_TYPES
from places import ROOT

PAGE = ROOT / "docs" / "dockerfile-syntax.md"

_HEAD = """# What the Dockerfile syntax knows, and since when

`# syntax=docker/dockerfile:1.7` at the top of a Dockerfile pins the version of the frontend that reads it. dlint's rule
`syntax-version-too-old` reports what a pinned version does not know yet; this page lists all it goes by. "Labs" is the
first version of the `-labs` channel that has it, where that was earlier. What has no version was always there.

This page is written from dlint's own tables by `python tests/syntax_table.py`; a test holds it to them. Sources: the
[Dockerfile reference](https://docs.docker.com/reference/dockerfile/) and the
[release notes of the frontend](https://docs.docker.com/build/buildkit/dockerfile-release-notes/).
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *_flags(), "", *_features(), "", *_mounts(), ""))


def _flags() -> Iterator[str]:
    yield "## Instructions and their flags\n"
    yield "| instruction | flag | value | variables | since | labs |"
    yield "|---|---|---|---|---|---|"
    words = {"value": "one", "bool": "`true`, `false` or none", "list": "one; the flag may be repeated"}
    for name in INSTRUCTIONS:
        rules = FLAGS.get(name)
        if not rules:
            yield f"| `{name}` | {'not looked at' if rules is None else 'none'} | | | | |"
        for flag, rule in (rules or {}).items():
            since = "labs only" if rule.since == "labs" else rule.since or ""
            expanded = "expanded" if rule.expanded else ""
            yield f"| `{name}` | `--{flag}` | {words[rule.kind]} | {expanded} | {since} | {rule.labs or ''} |"


def _features() -> Iterator[str]:
    yield "## Everything else that came later\n"
    yield "| what | since | labs |"
    yield "|---|---|---|"
    for feature in sorted(FEATURES.values(), key=lambda feature: int(feature.since.partition(".")[2])):
        yield f"| {feature.what} | {feature.since} | {feature.labs or ''} |"


def _mounts() -> Iterator[str]:
    yield "## Options of `RUN --mount`\n"
    yield f"| option | {' | '.join(MOUNT_TYPES)} |"
    yield "|---|" + "---|" * len(MOUNT_TYPES)
    for key in MOUNT_KEYS:
        cells = ("" if kind in MOUNT_ONLY.get(key, MOUNT_TYPES) else "refused" for kind in MOUNT_TYPES)
        yield f"| `{key}` | {' | '.join(cells)} |"


if __name__ == "__main__":
    PAGE.write_text(markdown(), encoding="utf-8")
