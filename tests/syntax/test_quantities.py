"""Sizes, durations, port ranges and addresses: what Go's packages take, tried with compose-go."""

from __future__ import annotations

import pytest

from dlint.syntax.quantities import is_address, is_all_interfaces, parse_duration, parse_size, port_range


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (".5g", 536_870_912), ("1.g", 1 << 30), ("1e3", 1000), ("1e3k", 1_024_000), ("+5m", 5_242_880),
        ("1_000", 1000), ("1_0k", 10_240), ("1 k", 1024), ("1. k", 1024), ("5 ", 5), ("5 b", 5), ("5B", 5),
        ("1KB", 1024), ("1kib", 1024), ("1tib", 1 << 40), ("1p", 1 << 50), ("0x1p4", 16), ("-0", 0),
        ("99999999999g", 1 << 63),
        ("9" * 300 + "p", 1 << 63),
    ],
)  # fmt: skip
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text",
    ["2ib", "", "k", " 5", "1  k", "0x1f", "inf", "nan", "1e400", "9" * 400, "5bb",
     "5 ib", "-1", "1e", "1eb", "1xib", "12ki",
     "1__0", "1_", "1.5.2", "٣m"],
)  # fmt: skip
def test_no_sizes(text: str) -> None:
    assert parse_size(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1m30s", 90),
        (".5s", 0.5),
        ("1.h", 3600),
        ("0", 0),
        ("-0", 0),
        ("+1s", 1),
        ("-1s", -1),
        ("2562047h", 9223369200),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds, rel=3e-3)


@pytest.mark.parametrize("text", ["", "30", "s", ".s", "1 s", "1y", "1d", "1w", "2562048h", "1s "])
def test_no_durations(text: str) -> None:
    assert parse_duration(text) is None


def test_days_and_weeks_count_where_asked_for() -> None:
    assert parse_duration("1d2w", days=True) == 15 * 86_400
    assert parse_duration("1y", days=True) is None


def test_port_ranges() -> None:
    assert port_range("80") == (80, 80)
    assert port_range("8000-8010") == (8000, 8010)
    assert [port_range(text) for text in ("", "-1", "80-", "8 0", "1-2-3", "1" * 21)] == [None] * 6


@pytest.mark.parametrize(
    ("text", "address", "everywhere"),
    [
        ("127.0.0.1", True, False), ("0.0.0.0", True, True), ("::", True, True), ("::1", True, False),
        ("0:0:0:0:0:0:0:0", True, True), ("::ffff:0.0.0.0", True, True), ("[::]", False, True), ("", False, True),
        ("*", False, True), ("0", False, True), ("1.2.3", False, False), ("1.2.3.4.", False, False),
        ("01.2.3.4", False, False), ("256.1.1.1", False, False), ("fe80::1%eth0", False, False), ("x::", False, False),
    ],
)  # fmt: skip
def test_addresses(text: str, address: bool, everywhere: bool) -> None:
    assert (is_address(text), is_all_interfaces(text)) == (address, everywhere)
