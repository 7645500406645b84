"""The playground: its Python side here, the stand-in for the shell grammar here, and all of it in Chromium."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import pytest

from dlint.library import rules
from dlint.syntax.shell import tree
from places import ROOT
from site_browser import CHROMIUM, DRIVER, Browser

HOME = ROOT / "docs" / "site" / "playground"


def load(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLAYGROUND = load("playground", HOME / "playground.py")
BAD = "FROM debian:12\nMAINTAINER 🐳 Ada\nRUN cd /x && apt-get install curl | sh\nUSER nobody\n"


def lint(**files: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PLAYGROUND.lint(json.dumps(files), "recommended"))
    return found


def test_places_count_as_javascript_does() -> None:
    text = "FROM debian:12\nLABEL a=🐳 b=x\nRUN true \\\n 🐳 && sudo id\nUSER nobody\n"
    (found,) = (finding for finding in lint(Dockerfile=text)["findings"] if finding["rule"] == "sudo")
    units = text.encode("utf-16-le")[2 * found["start"] : 2 * found["end"]].decode("utf-16-le")
    assert units == "sudo"


def test_files_that_are_not_pasted_are_not_missed() -> None:
    compose = "services:\n  a:\n    build: ./api\n    env_file: secret.env\n"
    dockerfile = "FROM debian:12\nCOPY app.py /app/\nUSER nobody\n"
    found = lint(**{"compose.yaml": compose, "Dockerfile": dockerfile, ".dockerignore": "x\n"})
    assert not [
        finding for finding in found["findings"] if "missing" in finding["rule"] and "no-new" not in finding["rule"]
    ]
    assert found["errors"] == []


def test_an_empty_text_is_no_file() -> None:
    assert lint(Dockerfile="  \n", **{"compose.yaml": ""}) == {"findings": [], "errors": []}


def test_files_are_seen_together() -> None:
    files = {
        "Dockerfile": "FROM debian:12\nUSER nobody\n",
        "compose.yaml": "services:\n  a:\n    build:\n      context: .\n      target: gone\n",
    }
    assert "build-target-missing" in {finding["rule"] for finding in lint(**files)["findings"]}


def test_one_fix_leaves_the_others() -> None:
    findings = lint(Dockerfile=BAD)["findings"]
    (key,) = (finding["key"] for finding in findings if finding["rule"] == "maintainer-deprecated")
    after = json.loads(PLAYGROUND.fix(json.dumps({"Dockerfile": BAD, ".dockerignore": ""}), "recommended", key))
    assert "org.opencontainers.image.authors" in after["Dockerfile"]
    assert "apt-get install curl" in after["Dockerfile"]
    assert after[".dockerignore"] == ""


def test_all_safe_fixes() -> None:
    after = json.loads(PLAYGROUND.fix(json.dumps({"Dockerfile": BAD}), "recommended", ""))
    left = [finding for finding in lint(**after)["findings"] if finding["fix"] and finding["fix"]["safe"]]
    assert "apt-get install -y" in after["Dockerfile"]
    assert left == []


# The stand-in for tree_sitter


def numbers(node: Any, field: int, fields: list[str]) -> list[int]:
    """What worker.js makes of a tree, made of tree-sitter's own."""
    below: list[int] = []
    for index, child in enumerate(node.children):
        name = node.field_name_for_child(index)
        below += numbers(child, fields.index(name) if name else 0, fields)
    flags = (1 if node.is_named else 0) | (2 if node.has_error else 0)
    return [node.kind_id, node.start_byte, node.end_byte, flags, field, len(below) // 6, *below]


def stand_in() -> tuple[ModuleType, Any]:
    """The stand-in with a handle over the real grammar."""
    module = load("tree_sitter_in_browser", HOME / "browser" / "tree_sitter" / "__init__.py")
    language = tree._LANGUAGE
    fields = [language.field_name_for_id(number) or "" for number in range(language.field_count + 1)]
    kinds = [language.node_kind_for_id(number) or "" for number in range(language.node_kind_count)]

    def parse(text: str) -> Any:
        found = numbers(tree._PARSER.parse(text.encode("ascii")).root_node, 0, fields)
        return SimpleNamespace(to_py=lambda: found)

    handle = SimpleNamespace(
        kinds=SimpleNamespace(to_py=lambda: kinds), fields=SimpleNamespace(to_py=lambda: fields), parse=parse,
        idForNodeType=lambda kind, named: language.id_for_node_kind(kind, named),
    )  # fmt: skip
    return module, module.Language(handle)


def shown(node: Any) -> Any:
    """A node with all that the shell reader asks of it."""
    body = node.child_by_field_name("body")
    return (
        node.type, node.kind_id, node.start_byte, node.end_byte, node.is_named, node.has_error, node.child_count,
        [child.type for child in node.named_children], body and body.start_byte,
        [child.start_byte for child in node.children_by_field_name("redirect")],
        [shown(child) for child in node.children],
    )  # fmt: skip


def walked(node: Any) -> list[tuple[str, int]]:
    """The nodes in the order of a cursor."""
    cursor = node.walk()
    found = []
    while True:
        found.append((cursor.node.type, cursor.node.start_byte))
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found


@pytest.mark.parametrize(
    "script",
    [
        "a && b | c > d 2>&1; (e; f) || { g; }", "if x; then y; else z; fi",
        "for i in 1 2; do echo $(id) `x` ${y:-z}; done",
        "case $a in b) c;; esac", "a <<< b", "f() { g \"h $(i)\"; }", "x=1 y=2 z", "broken ( ( && |", "",
    ],
)  # fmt: skip
def test_the_stand_in_has_the_tree_of_tree_sitter(script: str) -> None:
    module, language = stand_in()
    real = tree._PARSER.parse(script.encode("ascii")).root_node
    made = module.Parser(language).parse(script.encode("ascii")).root_node
    assert shown(made) == shown(real)
    assert walked(made) == walked(real)
    assert language.id_for_node_kind("command", True) == tree._LANGUAGE.id_for_node_kind("command", True)


# In the browser


class Files(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {
        **SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript", ".wasm": "application/wasm",
    }  # fmt: skip
    asked: ClassVar[list[str]] = []

    def log_message(self, *words: Any) -> None:
        self.asked.append(self.path)


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[ThreadingHTTPServer]:
    if not (site / "playground").is_dir():
        pytest.skip("the playground's npm packages are not to be had here")
    made = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(site)))
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory, server: ThreadingHTTPServer) -> Iterator[Browser]:
    """Chromium with the playground loaded."""
    if not CHROMIUM or not DRIVER:
        pytest.skip("there is no Chromium with its driver here")
    made = Browser(tmp_path_factory.mktemp("profile"))
    try:
        made.requested()
        made.open(f"http://127.0.0.1:{server.server_port}/playground/")
        made.wait(ROOT_ELEMENT + ".dataset.ready && " + FINDINGS + ".length", seconds=240)
        yield made
    finally:
        made.close()


ROOT_ELEMENT = "document.getElementById('dl-playground')"
FINDINGS = "document.querySelectorAll('[data-part=findings] li')"
TEXT = "document.querySelector(`[data-path='${arguments[0]}'] textarea`)"
STATUS = "document.querySelector('[data-part=status]').textContent"


def paste(browser: Browser, path: str, text: str) -> None:
    """Put a text into its field as a paste does, and wait for what dlint says of it."""
    browser.run(
        f"const field = {TEXT}; field.focus(); field.select();"
        "document.execCommand('insertText', false, arguments[1]);"
        f"{ROOT_ELEMENT}.dataset.busy = 'true';",
        path,
        text,
    )
    idle(browser)


def idle(browser: Browser) -> None:
    browser.wait(f"!{ROOT_ELEMENT}.dataset.busy", seconds=120)


def found(browser: Browser) -> list[str]:
    return list(browser.run(f"return [...{FINDINGS}].map((item) => item.querySelector('a, code').textContent)"))


@pytest.mark.slow
def test_paste_finding_fix_share(browser: Browser, server: ThreadingHTTPServer, tmp_path: Path) -> None:
    paste(browser, "compose.yaml", "")
    paste(browser, "Dockerfile", "FROM debian:12\nMAINTAINER Ada\nUSER nobody\n")
    assert "maintainer-deprecated" in found(browser)
    marks = browser.run(
        "return [...document.querySelectorAll('[data-path=Dockerfile] mark')].map((m) => m.textContent)"
    )
    assert "MAINTAINER" in marks
    browser.run(f"{ROOT_ELEMENT}.dataset.busy = 'true'")
    browser.click("[data-part=findings] .dl-fix")
    browser.wait(f"{TEXT}.value.includes('org.opencontainers.image.authors')", "Dockerfile")
    idle(browser)
    assert "maintainer-deprecated" not in found(browser)
    browser.click("[data-part=share]")
    browser.wait(f"{STATUS}.includes('link')")
    link = browser.run("return location.href")
    assert link.startswith(f"http://127.0.0.1:{server.server_port}/playground/#p=")
    text = browser.run(f"return {TEXT}.value", "Dockerfile")
    browser.run(f"{TEXT}.value = ''; location.hash = ''", "Dockerfile")
    browser.run("location.href = arguments[0]", link)
    browser.wait(f"{TEXT}.value === arguments[1]", "Dockerfile", text)


@pytest.mark.slow
def test_the_findings_are_those_of_the_command_line(browser: Browser) -> None:
    """The first wrong example of each rule, through the browser's Python and the browser's shell grammar."""
    texts = [
        example.files
        for rule in rules()
        if rule.kind in ("dockerfile", "compose")
        for example in rule.page.examples()[:1]
        if not {*example.files} - {"Dockerfile", "compose.yaml", ".dockerignore"}
    ][::3]
    assert len(texts) > 60
    answers = browser.run(
        "const worker = new Worker('worker.js', {type: 'module'});"
        "const answers = await new Promise((resolve, reject) => {"
        "  const made = [];"
        "  worker.onerror = (event) => reject(event.message);"
        "  worker.onmessage = ({data}) => {"
        "    if (data.failed) return reject(data.failed);"
        "    if (data.ready) return;"
        "    made.push(data.error ?? data.answer);"
        "    if (made.length === arguments[0].length) resolve(made);"
        "  };"
        "  for (const files of arguments[0]) {"
        "    worker.postMessage({id: 1, call: 'lint', values: [JSON.stringify(files), 'all']});"
        "  }"
        "});"
        "worker.terminate();"
        "return answers;",
        texts,
    )
    for files, answer in zip(texts, answers, strict=True):
        assert answer == json.loads(PLAYGROUND.lint(json.dumps(files), "all")), files


@pytest.mark.slow
def test_the_keyboard_reaches_everything(browser: Browser) -> None:
    paste(browser, "Dockerfile", "FROM debian:12\nMAINTAINER Ada\nUSER nobody\n")
    browser.run("document.querySelector('[data-part=preset]').focus()")
    reached = set()
    for _ in range(20):
        browser.type("\ue004")
        reached.add(browser.run("const e = document.activeElement; return e.dataset.part || e.id || e.classList[0]"))
    assert {"share", "example", "clear", "dl-dockerfile", "dl-compose", "dl-ignore", "dl-place"} <= reached
    browser.run("document.querySelector('.dl-place').focus()")
    browser.type("\ue007")
    selected = browser.run(f"const t = {TEXT}; return t.value.slice(t.selectionStart, t.selectionEnd)", "Dockerfile")
    assert browser.run("return document.activeElement.id") == "dl-dockerfile"
    assert selected


@pytest.mark.slow
def test_a_screen_reader_has_names_for_everything(browser: Browser) -> None:
    nameless = browser.run(
        f"return [...{ROOT_ELEMENT}.querySelectorAll('button, select, textarea')].filter((element) =>"
        "  !element.textContent.trim() && !(element.labels && element.labels.length)).length"
    )
    assert nameless == 0
    assert browser.run("return document.querySelector('[data-part=status]').getAttribute('role')") == "status"
    assert browser.run("return document.querySelector('[data-path] pre').getAttribute('aria-hidden')") == "true"


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_the_screen(browser: Browser, width: int, tmp_path: Path) -> None:
    browser.resize(width, 844)
    browser.wait("document.documentElement.scrollWidth <= arguments[0]", width, seconds=10)
    shots = Path(os.environ.get("DLINT_SCREENSHOTS", tmp_path))
    browser.screenshot(shots / f"playground-{width}.png")


@pytest.mark.slow
def test_it_works_offline_and_nothing_leaves_the_page(browser: Browser, server: ThreadingHTTPServer) -> None:
    """Last, as nothing may have been asked for since the page loaded, in none of the tests above."""
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    browser.devtools("Network.enable", {})
    browser.devtools("Network.emulateNetworkConditions", offline)
    before = len(Files.asked)
    paste(browser, "Dockerfile", "FROM alpine:3.20\nRUN a && { apk add curl; } | b\nUSER nobody\n")
    assert "apk-without-no-cache" in found(browser)
    assert len(Files.asked) == before
    own = f"http://127.0.0.1:{server.server_port}/"
    urls = [url for url in browser.requested() if url.startswith(("http:", "https:", "ws:", "wss:"))]
    assert urls
    assert [url for url in urls if not url.startswith(own)] == []
    assert [entry["message"] for entry in browser.log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []


if sys.platform == "win32":
    pytestmark = pytest.mark.skip(reason="the browser is looked for as Debian names it")
