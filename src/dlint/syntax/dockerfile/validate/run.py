"""What the builder refuses about the ``--mount`` and ``--device`` flags of RUN."""

from __future__ import annotations

import posixpath
import re

from dlint.source import Node
from dlint.syntax.dockerfile import values, words
from dlint.syntax.dockerfile.grammar import CACHE_SHARING, MOUNT_BARE_KEYS, MOUNT_KEYS, MOUNT_ONLY, MOUNT_TYPES
from dlint.syntax.dockerfile.nodes import Mount, MountOption, Word
from dlint.syntax.dockerfile.validate.base import Faults, remedy
from dlint.syntax.fault import Fault
from dlint.syntax.suggest import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


def mount_faults(mount: Mount, escape: str) -> Faults:
    """What is wrong with one mount, as far as it shows without the values of variables."""
    if mount.csv_error is not None:
        yield _bad(mount, f"The builder cannot read this mount: {mount.csv_error}")
        return
    kind: str | None = "bind"
    for field in mount.fields:
        key = field.key.text.lower()
        if key == "type" and field.value is not None:
            literal = field.value.literal
            kind = literal.lower() if literal is not None else None
            if kind is not None and kind not in MOUNT_TYPES:
                meant = closest(kind, MOUNT_TYPES)
                message = f"There is no mount type {literal or 'without a name'}, only {', '.join(MOUNT_TYPES)}"
                where = field.value if field.value.text else field
                yield _bad(where, message + (f"; did you mean {meant}?" if meant else ""), meant)
                return
            continue
        yield from _option_faults(field, key, kind)
    if kind is not None:
        yield from _type_faults(mount, kind)


def _bad(where: Node, message: str, suggestion: str | None = None) -> Fault:
    return Fault(where.source, where.span, "bad-mount", message, suggestion)


def _option_faults(field: MountOption, key: str, kind: str | None) -> Faults:
    """What is wrong with one option, given the type known so far (``None`` if it depends on a variable)."""
    written = field.key.text
    if key not in MOUNT_KEYS:
        meant = closest(key, MOUNT_KEYS)
        yield _bad(field.key, f"Mounts have no option {written}" + (f", did you mean {meant}?" if meant else ""), meant)
        return
    if field.value is None:
        if key not in MOUNT_BARE_KEYS:
            yield _bad(field, f"The mount option {written} needs a value: {written}=…")
            return
    elif key == "from":
        if re.search(r"\$.", field.value.text):
            message = (
                "A mount's from takes no variables; give the image a stage of its own, FROM … AS name, and use that"
            )
            yield _bad(field.value, message)
        elif field.value.text.endswith("$"):
            yield _bad(field.value, f"No image and no stage can be called {field.value.text}")
        return
    if key in ("size", "required") and kind is not None and kind not in MOUNT_ONLY[key]:
        only = " and ".join(sorted(MOUNT_ONLY[key]))
        yield _bad(field, f"Only {only} mounts have the option {written}, and the builder wants type= before it")
        return
    if field.value is None:
        return
    if field.value.literal is None:
        reason = words.check(field.value.text, field.value.escape) if field.value.escape else None
        if reason is not None:
            yield _bad(field.value, f"The builder cannot expand `{field.value.text}`: {remedy(reason)}")
        return
    reason = _value_problem(key, field.value.literal)
    if reason is not None:
        yield _bad(field, f"The mount option {field.key.text} cannot be {field.value.text}: {reason}")


_NUMBER_BASES: Final = {"mode": 8, "uid": 10, "gid": 10}


def _value_problem(key: str, value: str) -> str | None:
    if key in MOUNT_BARE_KEYS:
        return None if value in values.TRUE or value in values.FALSE else "it is true or false"
    if key == "size":
        return values.size_problem(value)
    if key == "sharing":
        return None if value.lower() in CACHE_SHARING else f"there are only {', '.join(CACHE_SHARING)}"
    if key in _NUMBER_BASES:
        return values.number_problem(value, _NUMBER_BASES[key])
    return None


def _type_faults(mount: Mount, kind: str) -> Faults:
    """What is wrong with the options taken together."""
    for key in ("mode", "uid", "gid", "sharing"):
        option = mount.options.get(key)
        if option is not None and kind not in MOUNT_ONLY[key] and not (key == "sharing" and _empty(option)):
            only = ", ".join(sorted(MOUNT_ONLY[key]))
            yield _bad(option, f"A {kind} mount has no option {key}; only these have: {only}")
    source, target, name, origin = (mount.option(key) for key in ("source", "target", "id", "from"))
    if kind in ("bind", "cache", "tmpfs"):
        literal = target.value.literal if target is not None and target.value is not None else None
        if literal is not None and literal.startswith("/") and posixpath.normpath(literal).strip("/") == "":
            assert target is not None
            yield _bad(target, "A mount cannot cover the root directory; name a directory below it")
    elif kind == "secret":
        if origin is not None and not _empty(origin):
            yield _bad(origin, "A secret mount has no option from; the secret comes from the build's --secret")
        if all(option is None or _empty(option) for option in (source, target, name)):
            yield _bad(mount, "A secret mount needs an id: --mount=type=secret,id=…")
        elif source is not None and name is not None and not _empty(source) and not _empty(name):
            yield _bad(source, "In a secret mount source is another name for id; keep one of them")
    elif kind == "ssh" and source is not None and not _empty(source):
        yield _bad(source, "An ssh mount has no option source; choose the agent with id")


def _empty(option: MountOption) -> bool:
    return option.value is not None and option.value.literal == ""


def device_faults(value: Word) -> Faults:
    """What is wrong with the value of ``--device``: a name, bare or as ``name=``, and perhaps ``required``."""
    named = False
    for index, field in enumerate(value.text.split(",")):
        key, equals, setting = field.partition("=")
        key = key.lower()
        reason = None
        if not equals and key == "required":
            continue
        if key == "required":
            if setting not in values.TRUE and setting not in values.FALSE:
                reason = f"required is true or false, not {setting}"
        elif key == "name" or index == 0 or (not equals and not named):
            if named:
                reason = "it names two devices; use the flag twice"
            named = True
        elif not equals:
            reason = f"{field} is no key=value pair"
        else:
            reason = f"there is no option {key}"
        if reason is not None:
            yield Fault(value.source, value.span, "bad-flag-value", f"The builder refuses this --device: {reason}")
