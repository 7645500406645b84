"""Sizes, durations, port ranges and addresses, each as the Go package reads it that Docker and Compose hand it to.

Every function takes plain text, quotes and variables gone, and gives ``None`` or ``False`` for what is none.
"""

from __future__ import annotations

from dlint.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

# Digits as strconv.ParseFloat takes them: an underscore only between two of them.
_DIGITS: Final = r"[0-9](?:_?[0-9])*"
_HEX: Final = r"[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_FLOAT = pattern(rf"[-+]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][-+]?{_DIGITS})?")
_HEX_FLOAT = pattern(rf"[-+]?0[xX]_?(?:{_HEX}(?:\.(?:{_HEX})?)?|\.{_HEX})[pP][-+]?{_DIGITS}")
_SIZE_UNIT = pattern(r"([kmgtp])(?:i?b)?|b?")
_POWERS: Final = {"k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_LARGEST: Final = 2.0**63


def parse_size(text: str) -> int | None:
    """The bytes of a size such as ``512m``, ``.5g``, ``1e3`` or ``2GiB``: docker/go-units, size.go, RAMInBytes."""
    at = max(map(text.rfind, "0123456789. "))
    number = _float(text[:at] if text[at : at + 1] == " " else text[: at + 1])
    unit = _SIZE_UNIT.fullmatch(text[at + 1 :].lower())
    if number is None or number < 0 or unit is None:
        return None
    return int(min(number * 1024.0 ** _POWERS.get(unit[1], 0), _LARGEST))


def _float(text: str) -> float | None:
    """The number that Go's ``strconv.ParseFloat`` reads; None for none, and for one that is too large."""
    try:
        if _FLOAT.fullmatch(text):
            number = float(text)
        elif _HEX_FLOAT.fullmatch(text):
            number = float.fromhex(text.replace("_", ""))
        else:
            return None
    except OverflowError:
        return None
    return number if abs(number) != float("inf") else None


_DURATION_PART = pattern(r"([0-9]*+\.?+[0-9]*+)([^0-9.]+)")
_SECONDS: Final = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0,
    "d": 86_400.0, "w": 604_800.0,
}  # fmt: skip
# Both packages count nanoseconds in 64 bits.
_LONGEST: Final = 2.0**63 / 1e9


def parse_duration(text: str, *, days: bool = False) -> float | None:
    """The seconds of a duration such as ``1m30s``, as Go's ``time.ParseDuration`` reads it.

    ``days``: ``d`` and ``w`` count too, as in xhit/go-str2duration, which reads those of a Compose file.
    """
    rest = text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0.0
    total, at = 0.0, 0
    while at < len(rest):
        part = _DURATION_PART.match(rest, at)
        if part is None or part[1] in ("", ".") or part[2] not in _SECONDS or (part[2] in "dw" and not days):
            return None
        total += float(part[1]) * _SECONDS[part[2]]
        at = part.end()
    if not at or total >= _LONGEST:
        return None
    return -total if text[:1] == "-" else total


LAST_PORT: Final = (1 << 16) - 1


def port_range(text: str) -> tuple[int, int] | None:
    """The first and the last port of ``8000`` or ``8000-8010`` (docker/go-connections), whatever numbers they are."""
    first, dash, last = text.partition("-")
    if not _is_number(first) or (dash and not _is_number(last)):
        return None
    return int(first), int(last or first)


def _is_number(text: str) -> bool:
    return 0 < len(text) <= 20 and not text.strip("0123456789")


_IPV4 = pattern(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}")


def is_address(text: str) -> bool:
    """Whether it is an IPv4 or IPv6 address, as Go's ``net.ParseIP`` has it: no brackets, no zone."""
    if _IPV4.fullmatch(text):
        return True
    if ":" not in text or "%" in text:
        return False
    from ipaddress import IPv6Address

    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def without_brackets(address: str) -> str:
    """The address inside ``[…]``, which keeps the colons of IPv6 apart from a port's; any other text as it is."""
    return address[1:-1] if address.startswith("[") and address.endswith("]") else address


def is_all_interfaces(address: str) -> bool:
    """Whether what is published there can be reached on every interface: no address, ``*``, ``0`` or the zero one."""
    text = address.strip("[]")
    if text in ("", "*", "0", "0.0.0.0", "::"):
        return True
    if ":" not in text:
        return False
    from ipaddress import IPv6Address

    try:
        parsed = IPv6Address(text)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped
    return parsed.is_unspecified or (mapped is not None and mapped.is_unspecified)
