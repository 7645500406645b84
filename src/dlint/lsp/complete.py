"""Completion: what may stand where the cursor is, by the text before it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lsprotocol import types

from dlint.config.keys import KEYS
from dlint.config.load import FILES
from dlint.lsp import complete_compose, complete_dockerfile, images
from dlint.lsp.offer import Offer
from dlint.lsp.view import View
from dlint.rule.severity import SEVERITIES
from dlint.rule.words import PRESETS
from dlint.source import Span

_WORD = re.compile(r"(?<![\w.@/-])[\w.@/-]*$")
# Within a quote of a list of rules' names, which may go over lines.
_IN_NAMES = re.compile(r"""^[ \t]*(?:select|enable|ignore)[ \t]*=[ \t]*+\[?[^\]=]*["'][\w./*-]*\Z""", re.M)


def complete(view: View, position: types.Position) -> types.CompletionList:
    """What may stand at a position. Of images there may be more: the editor asks again when more is typed."""
    offset = view.offset(position)
    before = view.source.text[view.source.text.rfind("\n", 0, offset) + 1 : offset]
    typed = _WORD.search(before)
    start = offset - (len(typed[0]) if typed is not None else 0)
    span = Span(start, offset)
    found = [*_offers(view, offset, before)]
    more = sum(offer.kind is types.CompletionItemKind.Module for offer in found) >= images.MOST_NAMES
    return types.CompletionList(more, [_item(view, offer, span, number) for number, offer in enumerate(found)])


def _item(view: View, offer: Offer, span: Span, number: int) -> types.CompletionItem:
    return types.CompletionItem(
        offer.word,
        kind=offer.kind,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, offer.meaning) if offer.meaning else None,
        sort_text=f"{number:04}",
        filter_text=offer.text or offer.word,
        text_edit=types.TextEdit(view.places.range(view.source, span), offer.text or offer.word),
    )


def _offers(view: View, offset: int, before: str) -> Iterator[Offer]:
    if posixpath.basename(view.path) in FILES:
        yield from _in_configuration(view, offset, before)
    elif "#" in before and re.search(r"#\s*dlint\s*:\s*ignore(-stage|-file)?\s*=[\w./,\s-]*$", before):
        yield from _rules(view)
    elif re.search(r"#\s*dlint\s*:\s*[\w-]*$", before):
        for verb, meaning in (
            ("ignore=", "Hide findings of the line or instruction below."),
            ("ignore-stage=", "Hide findings of the whole stage."),
            ("ignore-file=", "Hide findings of the whole file."),
        ):
            yield Offer(verb, types.CompletionItemKind.Keyword, meaning)
    elif view.kind == "dockerfile":
        yield from complete_dockerfile.offers(view, offset, before)
    elif view.kind == "compose":
        yield from complete_compose.offers(view, offset, before)


def _rules(view: View) -> Iterator[Offer]:
    for name, rule in sorted(view.folder.configs.catalogue.rules.items()):
        yield Offer(name, types.CompletionItemKind.EnumMember, rule.title)


# dlint.toml


def _in_configuration(view: View, offset: int, before: str) -> Iterator[Offer]:
    text = view.source.text[:offset]
    header = re.findall(r"^[ \t]*\[++([^\]\n]*+)\]", text, re.M)
    table = header[-1].strip().removeprefix("tool.dlint").strip(".") if header else ""
    if re.match(r"[ \t]*\[+[ \t]*(tool\.dlint\.)?rules\.[\w-]*$", before) or _IN_NAMES.search(text):
        yield from _rules(view)
    elif re.match(r"[ \t]*preset[ \t]*=[ \t]*\W*[\w-]*$", before):
        yield from (Offer(name, types.CompletionItemKind.EnumMember) for name in (*PRESETS, "all", "none"))
    elif re.match(r"[ \t]*(?:severity|fail-on)[ \t]*=[ \t]*\W*[\w-]*$", before):
        more = ("off",) if table.startswith("rules") else ("never",) if "fail-on" in before else ()
        yield from (Offer(name, types.CompletionItemKind.EnumMember) for name in (*SEVERITIES, *more))
    elif re.fullmatch(r"[ \t]*[\w-]*", before):
        if not table:
            yield from (Offer(key, types.CompletionItemKind.Property, KEYS[key].doc) for key in KEYS)
        elif table == "rules":
            yield from _rules(view)
