"""The file as a whole: that it is read, the obsolete ``version``, its ``name``, and services at all."""

from __future__ import annotations

import posixpath

from dlint.api import Edit, Fix, Node, Problem, Problems, Related, Span, check
from dlint.api.compose import ComposeFile, ComposeModel, YamlEntry, YamlMap, is_for_swarm

_RUN = {"image", "build"}


@check(on=ComposeFile)
def compose_file_unread(file: ComposeFile, model: ComposeModel) -> Problems:
    """A file of a usual name beside another one, whose name comes first."""
    path = file.source.path
    first = model.read_instead(path) if file.services else None
    if first is None:
        return
    one, other = posixpath.basename(path), posixpath.basename(first.path)
    yield Problem(
        file.documents[0].entries[0].key,
        f"`docker compose` does not read {one}, as there is {other} in its folder: keep one of the two, or call the"
        " file after what it is for",
        related=[Related(Node(first, Span(0, 0)), "This is read")],
    )


@check(on=ComposeFile)
def version_obsolete(file: ComposeFile) -> Problems:
    """``version``, which Compose ignores with a warning."""
    if is_for_swarm(file.source.path):
        return
    for document in file.documents:
        entry = document.entry("version")
        if entry is not None:
            fix = None if document.flow or entry.value.anchor is not None else _removal(entry)
            yield Problem(entry.key, fix=fix)


def _removal(entry: YamlEntry) -> Fix | None:
    """Take out the lines of the entry, and the blank line after it if nothing or a blank line stands above."""
    source = entry.source
    first, last = source.line(entry.span[0]), source.line(max(entry.span[0], entry.span[1] - 1))
    start, end = source.full_line_span(first)[0], source.full_line_span(last)[1]
    if source.text[start : entry.span[0]].strip():
        return None
    bare = source.text[:start].strip() in ("", "---") or not source.line_text(first - 1).strip()
    if bare and last < source.line_count and not source.line_text(last + 1).strip():
        end = source.full_line_span(last + 1)[1]
    return Fix("Remove `version`", Edit(source, Span(start, end), ""))


@check(on=ComposeModel)
def project_name_missing(model: ComposeModel) -> Problems:
    """No name for the project, so that it is the folder's."""
    if model.broken or not model.map.entries or "name" in model.map or "COMPOSE_PROJECT_NAME" in model.variables:
        return
    source = model.files[0].source
    start, end = source.line_span(1)
    yield Problem(model.files[0].part(start, max(end, min(start + 1, len(source.text)))))


@check(on=ComposeModel)
def compose_without_services(model: ComposeModel) -> Problems:
    """A file with other things than services, which nothing is laid over."""
    entries = [entry for entry in model.map.entries if entry.key.value != "version"]
    if not entries or model.services or model.broken or not model.whole or "include" in model.map:
        return
    # Compose's first format has its services at the top level, which is a fault of its own.
    if not any(isinstance(entry.value, YamlMap) and _RUN & entry.value.index.keys() for entry in entries):
        yield Problem(entries[0].key, "Nothing here can be started; include this file, or name it in COMPOSE_FILE")
