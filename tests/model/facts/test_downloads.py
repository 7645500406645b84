"""What curl and wget fetch, where it goes, and what tells that it is the right thing."""

from __future__ import annotations

import pytest

from dlint.model.facts.downloads import checks, downloads_in, is_internal, is_plain, takes
from dlint.model.facts.processes import script_of_texts
from dlint.syntax.shell.script import Script


def script(text: str) -> Script:
    found = script_of_texts(["bash", "-c", text])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("curl -fsSLo /a/b https://h.example/x", [("https://h.example/x", "/a/b")]),
        ("curl --output=b https://h.example/x", [("https://h.example/x", "b")]),
        ("curl -O https://h.example/x.tgz?y=1", [("https://h.example/x.tgz?y=1", "x.tgz")]),
        ("curl https://h.example/x > /a", [("https://h.example/x", "/a")]),
        ("curl https://h.example/x | tar xz", [("https://h.example/x", None)]),
        ("curl -o /dev/null https://h.example/x", [("https://h.example/x", None)]),
        ("curl --url https://h.example/x -o a", [("https://h.example/x", "a")]),
        ("wget https://h.example/x", [("https://h.example/x", "x")]),
        ("wget -P /d https://h.example/x", [("https://h.example/x", "/d/x")]),
        ("wget -qO- https://h.example/x", [("https://h.example/x", None)]),
        ("wget -T 5 -O a https://h.example/x", [("https://h.example/x", "a")]),
        ("wget --spider https://h.example/x", []),
        ("curl -X POST https://h.example/x", []),
        ("curl -I https://h.example/x", []),
    ],
)
def test_downloads(text: str, found: list[tuple[str, str | None]]) -> None:
    assert [(one.url, one.target) for one in downloads_in(script(text))] == found


@pytest.mark.parametrize(
    ("url", "plain", "internal"),
    [
        ("http://h.example.com/x", True, False),
        ("ftp://u:p@ftp.example.org/x", True, False),
        ("https://h.example.com/x", False, False),
        ("http://localhost:80/x", False, True),
        ("http://10.1.2.3/x", False, True),
        ("http://172.20.0.1/x", False, True),
        ("http://172.32.0.1/x", True, False),
        ("http://mirror/x", False, True),
        ("http://mirror.corp/x", False, True),
        ("http://$HOST/x", False, False),
    ],
)
def test_where_a_url_leads(url: str, plain: bool, internal: bool) -> None:
    assert (is_plain(url), is_internal(url)) == (plain, internal)


@pytest.mark.parametrize(
    ("text", "is_check"),
    [
        ("sha256sum -c a", True),
        ("gpg --verify a.asc a", True),
        ("gpg --dearmor", False),
        ("gpg --import key", False),
        ("openssl dgst -sha256 a", True),
        ("openssl req -new", False),
        ("cosign verify-blob a", True),
        ("rpm -K a.rpm", True),
        ("tar xf a", False),
    ],
)
def test_what_checks(text: str, is_check: bool) -> None:
    assert checks(script(text).commands[-1]) is is_check


@pytest.mark.parametrize(
    ("use", "what"),
    [
        ("tar xf x.tgz", "unpack"),
        ("tar -xf /tmp/x.tgz -C /opt", "unpack"),
        ("tar xf *.tgz", "unpack"),
        ("dpkg -i x.tgz", "install"),
        ("rpm --import x.tgz", None),
        ("chmod +x x.tgz", "run"),
        ("chmod 755 x.tgz", "run"),
        ("chmod 644 x.tgz", None),
        ("mv x.tgz /usr/local/bin/x", "run"),
        ("mv x.tgz /srv", None),
        ("tar xf other.tgz", None),
    ],
)
def test_what_takes_a_file(use: str, what: str | None) -> None:
    found = script(f"curl -O https://h.example/x.tgz; {use}")
    assert takes(found.commands[-1], downloads_in(found)[0]) == what
