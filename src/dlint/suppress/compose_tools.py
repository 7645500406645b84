"""dclint's comments that hide findings, honoured for the rules that have dclint's name for them as an alias.

# dclint disable-file                the whole file, all rules; in its first lines
# dclint disable [RULE …]            the whole file; in its first lines
# dclint disable-line [RULE …]       the line it stands on, or, on a line of its own, the line below

Without names they hide what dclint checks itself, and nothing that only other tools know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlint.source import Span
from dlint.suppress.comments import Suppression
from dlint.syntax.compose.file import ComposeFile

_FORM = re.compile(r"[ \t]*dclint[ \t]+(disable-file|disable-line|disable)(?:[ \t]+(.*?))?[ \t]*", re.S)
# Blank lines, the mark of a document, and comments before anything else.
_HEAD = re.compile(r"\s*(?:---[^\n]*\n\s*)?(?:#[^\n]*(?:\n\s*|$))*")
_RULES = (
    "no-build-and-image no-duplicate-container-names no-duplicate-exported-ports no-quotes-in-volumes "
    "no-unbound-port-interfaces no-version-field require-project-name-field require-quotes-in-ports "
    "service-container-name-regex service-dependencies-alphabetical-order service-image-require-explicit-tag "
    "service-keys-order service-ports-alphabetical-order services-alphabetical-order top-level-properties-order"
).split()
_NAME = re.compile(r"[\w-]+")


def of_compose(file: ComposeFile) -> Iterator[Suppression]:
    """The comments for dclint in a Compose file."""
    source = file.source
    head = _HEAD.match(source.text)
    first = head.end() if head else 0
    for comment in file.comments:
        match = _FORM.fullmatch(comment.text)
        if match is None:
            continue
        line = comment.line
        if match[1] == "disable-line":
            own = source.line_text(line).lstrip().startswith("#")
            scope = source.full_line_span(min(line + own, source.line_count))
        elif comment.span[0] < first:
            scope = Span(0, len(source.text) + 1)
        else:
            continue
        names = _NAME.findall(match[2] or "") if match[1] != "disable-file" else []
        rules = tuple(f"dclint/{name}" for name in names or _RULES)
        yield Suppression(source, comment.span, tool="dclint", rules=rules, scope=scope)
