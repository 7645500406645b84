"""``dlint graph``. ``DLINT_PIN=1 python -m pytest tests/cli/test_graph.py`` draws the pictures in docs/ anew."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from nursery import run
from places import ROOT

DOCS = ROOT / "docs"
MERMAID = re.compile(r"(^```mermaid\n)(.*?)(^```)", re.S | re.M)


def dlint(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return run(cwd, "graph", *arguments)


def test_the_picture_in_the_readme_is_what_it_draws() -> None:
    done = dlint("examples/shop", "--format", "svg")
    assert (done.returncode, done.stderr) == (0, "")
    picture = DOCS / "graph-shop.svg"
    if os.environ.get("DLINT_PIN"):
        picture.write_text(done.stdout, encoding="utf-8")
    assert picture.read_text(encoding="utf-8") == done.stdout
    assert "](docs/graph-shop.svg)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_flowchart_on_the_page_is_what_it_draws() -> None:
    page = DOCS / "graph.md"
    drawn = dlint("examples/shop").stdout
    if os.environ.get("DLINT_PIN"):
        page.write_text(MERMAID.sub(lambda m: m[1] + drawn + m[3], page.read_text(encoding="utf-8")), encoding="utf-8")
    shown = MERMAID.search(page.read_text(encoding="utf-8"))
    assert shown is not None and shown[2] == drawn


def test_the_page_has_every_kind_of_node_and_edge_and_every_format() -> None:
    from dlint.picture.graph import EDGE_KINDS, NODE_KINDS

    page = (DOCS / "graph.md").read_text(encoding="utf-8")
    assert all(f"`{word}`" in page for word in (*NODE_KINDS, *EDGE_KINDS, "mermaid", "svg", "dot", "json"))


def test_the_shop_has_what_its_files_say() -> None:
    data = json.loads(dlint("examples/shop", "--format", "json").stdout)
    nodes = {node["id"]: node for node in data["nodes"]}
    assert data["folder"] == "examples/shop"
    assert nodes["service:examples/shop/compose.yaml#api"]["severity"] == "error"
    build = next(edge for edge in data["edges"] if edge["kind"] == "build")
    assert build["label"] == "APP_VERSION=1.4" and build["written"]["path"] == "examples/shop/compose.yaml"
    assert "kittens-and-cream" not in json.dumps(data)


def test_a_file_is_written_in_the_format_of_its_ending(tmp_path: Path) -> None:
    for name, start in (
        ("a.svg", "<svg "),
        ("a.dot", "digraph"),
        ("a.mmd", "flowchart"),
        ("a.json", "{"),
        ("a", "flow"),
    ):
        done = dlint("--no-findings", "examples/tidy", "--output", str(tmp_path / name))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    dlint("--no-findings", "examples/tidy", "--format", "dot", "--output", str(tmp_path / "b.svg"))
    assert (tmp_path / "b.svg").read_text(encoding="utf-8").startswith("digraph")


def test_without_findings_nothing_is_marked() -> None:
    assert "classDef" not in dlint("--no-findings", "examples/shop").stdout
    assert "classDef" in dlint("examples/shop").stdout


def test_the_configuration_leaves_out_and_gives_arguments(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("ARG V\nFROM a:$V AS x\nFROM b:1\n", encoding="utf-8")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "Dockerfile").write_text("FROM c:1\n", encoding="utf-8")
    config = 'exclude = ["old/*"]\ntargets = ["x"]\n[build-args]\nV = "3"\n'
    (tmp_path / "dlint.toml").write_text(config, encoding="utf-8")
    drawn = dlint(cwd=tmp_path).stdout
    assert "a:3" in drawn and "c:1" not in drawn


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("nowhere",), 2, "nowhere"),
        (("examples/shop", "--output", "-"), 2, "--output names a file"),
        (("examples/shop", "--output", "nowhere/x.svg"), 2, "cannot write nowhere/x.svg"),
        (("examples/shop", "--output", "x.png"), 2, "--output x.png: there is no format png"),
        (("README.md",), 3, "there is nothing to draw"),
        (("--config", "nowhere.toml", "examples/shop"), 2, "nowhere.toml"),
    ],
)
def test_errors_are_one_clear_sentence(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = dlint(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr.splitlines()[-1]
    assert all(line.startswith("dlint: ") for line in done.stderr.splitlines())


def test_a_plain_run_imports_nothing_of_it() -> None:
    code = (
        "import sys; from dlint.cli.main import call; call(['examples/tidy']);"
        "print([name for name in sys.modules if 'picture' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "[]"
