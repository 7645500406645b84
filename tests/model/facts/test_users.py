"""Who is root, and what becomes another user before it starts the program."""

from __future__ import annotations

import pytest

import dlint
from dlint.model.facts.other_users import STEP_DOWN, mentions_step_down
from dlint.model.facts.users import is_root

ALL = (
    "gosu su-exec setpriv runuser su sudo doas chpst setuidgid s6-setuidgid setuser start-stop-daemon fixuid"
).split()  # fmt: skip


def names(text: str) -> set[str]:
    found = dlint.lint_files({"Dockerfile": text}, config={"preset": "all"})
    return {finding.rule.name for finding in found}


def test_one_list() -> None:
    assert sorted(STEP_DOWN) == sorted(ALL)


@pytest.mark.parametrize("program", ALL)
def test_what_starts_such_a_program_needs_no_user(program: str) -> None:
    for start in (f'ENTRYPOINT ["/sbin/{program}", "app", "/srv"]', f"CMD exec {program} app /srv"):
        found = names(f"FROM debian:12\nVOLUME /data\n{start}\n")
        assert not found & {"no-user", "state-as-root"}, start


@pytest.mark.parametrize("program", ["gosu", "su-exec", "setuidgid", "s6-setuidgid", "chpst", "setuser", "fixuid"])
def test_a_program_made_for_that_is_used_where_it_is_brought_or_tried(program: str) -> None:
    for step in (f"RUN install-it {program}", f"COPY {program} /usr/bin/", f"RUN {program} app true"):
        assert "no-user" not in names(f'FROM debian:12\n{step}\nCMD ["/srv"]\n'), step


@pytest.mark.parametrize("program", ["su", "sudo", "doas", "runuser", "setpriv", "start-stop-daemon"])
def test_a_general_one_says_nothing_in_a_build(program: str) -> None:
    for step in (f"RUN apt-get install -y {program}", f"RUN {program} app true"):
        assert "no-user" in names(f'FROM debian:12\n{step}\nCMD ["/srv"]\n'), step


def test_a_script_in_a_here_document_counts() -> None:
    script = 'COPY <<EOF /start\n#!/bin/sh\nexec setpriv --reuid=1000 "$@"\nEOF\n'
    assert "no-user" not in names(f'FROM debian:12\n{script}CMD ["/start"]\n')
    assert "no-user" in names(f'FROM debian:12\n{script.replace("setpriv --reuid=1000 ", "")}CMD ["/start"]\n')


def test_names_inside_other_words_are_none() -> None:
    assert "no-user" in names('FROM debian:12\nCMD ["/srv/result", "--su-x", "x-su"]\n')
    assert not mentions_step_down("result pseudo su_exec xsudo")
    assert mentions_step_down("echo 'app ALL=(ALL)' >> /etc/sudoers")


@pytest.mark.parametrize(("user", "root"), [("root", True), ("0", True), ("00:5", True), ("root:app", True),
                                            ("app", False), ("1000", False), ("", False), ("10:0", False)])  # fmt: skip
def test_root(user: str, root: bool) -> None:
    assert is_root(user) is root
