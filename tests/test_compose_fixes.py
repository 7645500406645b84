"""Fixes of Compose files: they change what they are about, and leave comments, anchors, quotes and spelling alone."""

from __future__ import annotations

import pytest

from dlint.config import Config, Layer
from dlint.fix import fix
from dlint.lint import run
from dlint.model.project import Project
from dlint.source import Source
from dlint.syntax_checks import accepts, comments

NAME = "compose.yaml"


def mended(text: str, *rules: str) -> str:
    """The text after all fixes of these rules, as ``--fix --unsafe-fixes`` makes them."""
    project = Project.from_files({NAME: text})
    config = Config([Layer("test", "", {"select": list(rules), "shellcheck": False})])
    source = project.read(NAME)
    assert source is not None

    def lint(sources: dict[str, Source]):  # type: ignore[no-untyped-def]
        report = run(project.with_sources(sources), {NAME: "compose"}, {NAME: "compose"}, lambda _: config, [config])
        assert not report.failures
        return report.visible

    found = fix({NAME: source}, lint, unsafe=True, wanted=lambda _: True, accepts=accepts, comments=comments)  # type: ignore[arg-type]
    return found.sources[NAME].text


@pytest.mark.parametrize(
    ("rule", "text", "wanted"),
    [
        pytest.param(
            "version-obsolete",
            'x-meta:\n  version: 7\nversion: "3.8"\nservices:\n  web:\n    image: a\n',
            "x-meta:\n  version: 7\nservices:\n  web:\n    image: a\n",
            id="the version at the top alone goes",
        ),
        pytest.param(
            "version-obsolete",
            'version:\n  "3.8"\nservices:\n  web:\n    image: a\n',
            "services:\n  web:\n    image: a\n",
            id="a value on the next line goes along",
        ),
        pytest.param(
            "version-obsolete",
            '"version": "3.8"\nservices:\n  web:\n    image: a\n',
            "services:\n  web:\n    image: a\n",
            id="a quoted key is found",
        ),
        pytest.param(
            "top-level-unordered",
            "models:\n  m:\n    model: ai/x\nservices:\n  web:\n    image: a\nname: n\n",
            "name: n\nservices:\n  web:\n    image: a\nmodels:\n  m:\n    model: ai/x\n",
            id="keys nobody named in the order are kept",
        ),
        pytest.param(
            "services-unordered",
            "services:\n  # the page\n  web:\n    image: a\n  # the store\n  db:\n    image: b # big\n",
            "services:\n  # the store\n  db:\n    image: b # big\n  # the page\n  web:\n    image: a\n",
            id="the comment above the first service goes with it",
        ),
        pytest.param(
            "services-unordered",
            "services:\n  web: &w\n    image: a\n  api:\n    <<: *w\n",
            "services:\n  web: &w\n    image: a\n  api:\n    <<: *w\n",
            id="no alias comes before its anchor",
        ),
        pytest.param(
            "dependencies-unordered",
            "services:\n  web:\n    image: a\n    depends_on: [ c, 'b', \"a\" ]  # all\n",
            "services:\n  web:\n    image: a\n    depends_on: [ \"a\", 'b', c ]  # all\n",
            id="items in brackets change places with their quotes",
        ),
        pytest.param(
            "ports-unordered",
            "services:\n  web:\n    image: a\n    ports: [\"443:443\", '80:80']\n",
            "services:\n  web:\n    image: a\n    ports: ['80:80', \"443:443\"]\n",
            id="ports in brackets too",
        ),
        pytest.param(
            "ports-unquoted",
            "services:\n  web:\n    image: a\n    ports: [80:80, 443:443] # both\n",
            "services:\n  web:\n    image: a\n    ports: ['80:80', '443:443'] # both\n",
            id="ports in brackets are quoted",
        ),
        pytest.param(
            "capabilities-not-dropped",
            "services:\n  web:\n    # which\n    image: a # this\n    # why\n    restart: always\n",
            "services:\n  web:\n    # which\n    image: a # this\n    cap_drop:\n      - ALL\n"
            "    # why\n    restart: always\n",
            id="comments between keys stay where they are",
        ),
        pytest.param(
            "capabilities-not-dropped",
            "services:\n  web:\n    image: a\n    cap_drop: [NET_RAW] # one\n",
            "services:\n  web:\n    image: a\n    cap_drop: [NET_RAW, ALL] # one\n",
            id="an item joins a list in brackets",
        ),
        pytest.param(
            "no-new-privileges-missing",
            "services:\n  web:\n    image: a\n    security_opt:\n    - apparmor=x # ours\n    - seccomp=y\n",
            "services:\n  web:\n    image: a\n    security_opt:\n    - apparmor=x # ours\n    - seccomp=y\n"
            "    - no-new-privileges:true\n",
            id="an item joins a list that is not indented",
        ),
        pytest.param(
            "memory-not-limited",
            "x-base: &base\n  restart: always\nservices:\n  web:\n    <<: *base\n    image: a\n",
            "x-base: &base\n  restart: always\nservices:\n  web:\n    <<: *base\n    image: a\n    mem_limit: 512m\n",
            id="the service gets the key, not what it is merged with",
        ),
        pytest.param(
            "memory-not-limited",
            "services:\n  web: &web\n    image: a\n  job:\n    <<: *web\n    command: [x]\n",
            "services:\n  web: &web\n    image: a\n  job:\n    <<: *web\n    mem_limit: 512m\n    command: [x]\n",
            id="an anchor is not changed for those who share it",
        ),
        pytest.param(
            "root-filesystem-writable",
            "services:\n  web:\n    image: a\n    volumes: ['data:/tmp']\nvolumes:\n  data:\n",
            "services:\n  web:\n    image: a\n    read_only: true\n    volumes: ['data:/tmp']\nvolumes:\n  data:\n",
            id="no tmpfs where something is mounted",
        ),
        pytest.param(
            "port-on-all-interfaces",
            "services:\n  web:\n    image: a\n    ports:\n      - '80:80'   # one\n      - \"443:443\"\n      - 22\n",
            "services:\n  web:\n    image: a\n    ports:\n      - '127.0.0.1:80:80'   # one\n"
            '      - "127.0.0.1:443:443"\n      - 127.0.0.1::22\n',
            id="ports keep their quotes",
        ),
        pytest.param(
            "port-on-all-interfaces",
            'x-p: &p\n  - "80:80"\nservices:\n  web:\n    image: a\n    ports: *p\n',
            'x-p: &p\n  - "127.0.0.1:80:80"\nservices:\n  web:\n    image: a\n    ports: *p\n',
            id="a list by an alias is mended where it stands",
        ),
        pytest.param(
            "boolean-in-old-spelling",
            "services:\n  web: {image: a, tty: Yes, init: 'off'} # x\n",
            "services:\n  web: {image: a, tty: true, init: false} # x\n",
            id="booleans in braces",
        ),
        pytest.param(
            "tmpfs-allows-programs",
            "services:\n  web:\n    image: a\n    tmpfs: ['/run:exec,size=1m', /tmp:suid]\n",
            "services:\n  web:\n    image: a\n    tmpfs: ['/run:size=1m', /tmp]\n",
            id="other options of a tmpfs stay",
        ),
        pytest.param(
            "build-and-image",
            "services:\n  web:\n    image: a:1 # name\n    build: .\n",
            "services:\n  web:\n    image: a:1 # name\n    pull_policy: build\n    build: .\n",
            id="pull_policy stands below the image",
        ),
        pytest.param(
            "capabilities-not-dropped",
            "services:\r\n  web:\r\n    image: a\r\n    restart: always\r\n",
            "services:\r\n  web:\r\n    image: a\r\n    cap_drop:\r\n      - ALL\r\n    restart: always\r\n",
            id="line ends of Windows stay",
        ),
    ],
)
def test_a_fix_changes_its_own_matter_only(rule: str, text: str, wanted: str) -> None:
    once = mended(text, rule)
    assert once == wanted
    assert mended(once, rule) == once


def test_all_fixes_together_converge_and_lose_no_comment() -> None:
    text = (
        "# ours\nversion: '3'\nservices:\n  # the page\n  web:\n    build: .\n    image: web:1 # name\n"
        "    ports: [80:80]\n    depends_on:\n      # orders\n      - db\n"
        "  # the store\n  db:\n    image: postgres:17\n    healthcheck: {test: x}\n"
    )
    rules = (
        "version-obsolete", "services-unordered", "ports-unquoted", "port-on-all-interfaces", "build-and-image",
        "capabilities-not-dropped", "dependency-health-not-awaited", "memory-not-limited",
    )  # fmt: skip
    once = mended(text, *rules)
    for comment in ("# ours", "# the page", "# name", "# orders", "# the store"):
        assert once.count(comment) == 1
    assert "      # orders\n      db:\n        condition: service_healthy\n" in once
    assert mended(once, *rules) == once
