"""The table of packages for people."""

from __future__ import annotations

from dlint.model.facts.unneeded import UNNEEDED


def test_each_package_says_what_it_is_for_and_by_which_program_it_is_used() -> None:
    for name, row in UNNEEDED.items():
        assert row.purpose.split()[0] in ("a", "an", "for"), name
        assert row.programs and all(row.programs), name


def test_what_programs_may_call_is_not_sure() -> None:
    assert UNNEEDED["vim"].sure and UNNEEDED["htop"].sure
    assert not UNNEEDED["netcat-openbsd"].sure and not UNNEEDED["openssh-server"].sure and not UNNEEDED["tmux"].sure
