"""The bench that runs fixed steps sees which failures a change loses, and that others are none."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from places import ROOT

sys.path.insert(0, str(ROOT / "bench"))

import fix_statuses
from fix_statuses import Fixed, Step

_CAN = sys.platform == "linux" and os.geteuid() == 0 and all(map(shutil.which, ("chroot", "ldd", "bash")))


@pytest.mark.skipif(not _CAN, reason="needs root, chroot and bash")
@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("a; b", "a; b; rm -rf /x", True),
        ("a; b", "a; b && rm -rf /x", False),
        ("set -e; a; b", "a; b", True),
        ("sh -c 'a && b'", "sh -c 'a; b'", True),
        ("/usr/bin/a && b", "/usr/bin/a; b", True),
        ("cd /x && make", "cd /x; make", True),
        ("if a; then b; fi", "if a; then b; fi && c", False),
        ("a && b", "a \\\n    && b", False),
    ],
)
def test_what_is_lost(before: str, after: str, lost: bool) -> None:
    assert bool(fix_statuses.losses(Step(before, ""), Step(after, ""))) is lost


def test_steps_that_became_one_stop_where_one_fails() -> None:
    pairs = list(fix_statuses.changed_steps(Fixed("", "FROM a\nRUN b\nRUN c\n", "FROM a\nRUN b && c\n")))
    assert [(one.script.count("|| exit 1"), other.script.count("|| exit 1")) for one, other in pairs] == [(2, 1)]
