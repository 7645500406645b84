"""Flags in the wrong place or without effect, and comments and shell syntax taken for arguments."""

from __future__ import annotations

import re

from dlint.api import Edit, Fix, Problem, Problems, Span, check, pattern
from dlint.api.dockerfile import (
    FLAGS,
    Add,
    Arg,
    Copy,
    Healthcheck,
    Instruction,
    Stopsignal,
    Volume,
)

# Operators and redirections as words of their own.
_SHELL = pattern(r"(?:\|\|?|&&?|;|[012]?>>?(?:&?[\w/.-]+)?)\Z")


@check(on=(Add, Copy), onbuild=True)
def flag_after_argument(node: Instruction) -> Problems:
    """A flag that stands behind a path, or begins with a dash that is none, and so is taken as a path."""
    if node.json:
        return
    for word in node.words:
        bare = word.text.lstrip("-\u2010\u2011\u2012\u2013\u2014\u2212")
        if bare == word.text or bare.partition("=")[0] not in FLAGS[node.name]:
            continue
        if word.text == f"--{bare}":
            message = f"Move {word.text} before the first path; here it is taken for a path itself"
        else:
            message = f"Write --{bare} with two hyphens, before the first path; as it stands it is taken for a path"
        yield Problem(word, message)


@check(on=(Add, Arg, Copy, Volume), onbuild=True, words=("#",))
def comment_as_argument(node: Instruction) -> Problems:
    """A comment at the end of a line, whose words are taken for paths or names."""
    if node.json or "#" not in node.text:
        return
    for word in node.words[1:]:
        if word.text == "#" or (word.text.startswith("#") and re.match(r"#+[A-Za-z]", word.text)):
            last = node.words[-1]
            what = "names" if isinstance(node, Arg) else "paths"
            comment = word.part(word.span[0], last.span[1])
            message = f"Put the comment on a line of its own: {node.name} takes its words for {what}"
            fix = None
            if "\n" not in comment.raw and node.onbuild is None and node.source.line_text(node.line) == node.raw:
                start = node.words[node.words.index(word) - 1].span[1]
                above = Edit(node.source, Span(node.span[0], node.span[0]), f"# {comment.raw.lstrip('# ')}\n")
                title = "Write the comment above the line, so that its words are no arguments"
                fix = Fix(title, above, Edit(node.source, Span(start, last.span[1]), ""), safe=False)
            yield Problem(comment, message, fix=fix)
            return


@check(on=(Add, Copy), onbuild=True, words=("|", "&", ";", ">"))
def shell_syntax_in_copy(node: Add | Copy) -> Problems:
    """Operators and redirections of a shell, which COPY takes for names of files."""
    if node.json or not any(sign in node.text for sign in "|&;>"):
        return
    at = next((index for index, word in enumerate(node.words) if _SHELL.match(word.text)), None)
    if at is None:
        return
    rest = node.part(node.words[at].span[0], node.words[-1].span[1])
    shown = rest.raw if "\n" not in rest.raw and len(rest.raw) < 80 else node.words[at].text
    fix = None
    if at > 1 and "#" not in rest.raw and node.words[at].text not in ("&&", ";", "|", "&"):
        gone = Edit(node.source, Span(node.words[at - 1].span[1], rest.span[1]), "")
        fix = Fix("Leave it out; the build then stops where a file is missing", gone, safe=False)
    yield Problem(rest, f"{node.name} runs no shell, it takes '{shown}' for names of files: leave it out", fix=fix)


@check(on=(Arg, Stopsignal, Healthcheck), onbuild=True, having=("flags",))
def flag_without_effect(node: Arg | Stopsignal | Healthcheck) -> Problems:
    """A flag where the builder looks at none."""
    if isinstance(node, Healthcheck) and not node.none:
        return
    what = "HEALTHCHECK NONE" if isinstance(node, Healthcheck) else node.name
    for flag in node.flags:
        yield Problem(flag, f"Leave {flag.raw} out: {what} has no flags, and the builder passes over it in silence")
