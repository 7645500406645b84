"""Comments for Semgrep and KICS in Compose files, honoured for the rules that have the tool's name as an alias.

# nosemgrep: RULE[,RULE]     the line it stands on, or, on a line of its own, the line below; without names all of
#                            Semgrep's
# kics-scan ignore           the whole file; in its first lines
# kics-scan ignore-line      the line below
# kics-scan ignore-block     the entry below, with all that is in it
"""

from __future__ import annotations

from collections.abc import Iterator

from dlint.source import Span
from dlint.suppress.comments import Below, Suppression
from dlint.suppress.dockerfile_tools import KICS, SEMGREP, kics_unread, semgrep_rules
from dlint.syntax.compose.file import ComposeFile


def of_compose(file: ComposeFile, below: Below) -> Iterator[Suppression]:
    """The comments for these tools in a Compose file."""
    source = file.source
    for comment in file.comments:
        text = comment.text.strip()
        own = source.line_text(comment.line).lstrip().startswith("#")
        line = source.full_line_span(min(comment.line + own, source.line_count))
        if match := SEMGREP.fullmatch(text):
            rules = semgrep_rules(match[1])
            yield Suppression(source, comment.span, tool="semgrep", rules=rules, scope=line)
        elif match := KICS.fullmatch(text):
            word = match[1]
            covered = below(comment) if word == "ignore-block" else line
            scope = Span(0, len(source.text) + 1) if word == "ignore" else covered
            wrong = kics_unread(word) if "=" in word else ""
            yield Suppression(source, comment.span, tool="kics", rules=("kics/*",), scope=scope, malformed=wrong)
