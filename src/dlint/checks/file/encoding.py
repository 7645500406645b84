"""The bytes of a file: whether they are the UTF-8 text that Docker and Compose read."""

from __future__ import annotations

from dlint.api import Node, Problem, Problems, Severity, Source, Span, check


@check(on=Source)
def file_not_utf8(source: Source) -> Problems:
    """Bytes that are not UTF-8, or a file in another encoding altogether."""
    if source.encoding != "utf-8":
        name = source.encoding.upper().removesuffix("-LE").removesuffix("-BE")
        where = Node(source, Span(0, 0))
        if name == "UTF-16" and source.path.endswith((".yml", ".yaml")):
            said = f"The file is {name}, which Compose reads and git takes for binary; save it as UTF-8"
            yield Problem(where, said, at_most=Severity.WARNING)
        else:
            yield Problem(where, f"The file is {name}, which Docker cannot read; save it as UTF-8")
        return
    bad = source.bad_bytes
    if bad:
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        where = Node(source, Span(bad[0], bad[0] + 1))
        yield Problem(where, f"Byte 0x{ord(where.raw) - 0xDC00:02x} is not UTF-8{more}; save the file as UTF-8")


@check(on=Source)
def file_has_null_bytes(source: Source) -> Problems:
    """A NUL byte: the file is binary or damaged."""
    at = source.text.find("\0")
    if at >= 0 and source.encoding == "utf-8":
        where = Node(source, Span(at, at + 1))
        yield Problem(where, "The file holds a NUL byte, so it is binary or damaged; restore it from version control")
