"""Build the site: ``python docs/site/build.py`` writes it to ``build/site``.

It is made of what is there: README, docs/, the rules' pages, the docstrings, the schemas; pages that exist only on the
site (the index with search, the presets compared, the playground) are made from the rules themselves. MkDocs with
Material lays it out (kept, in Python, searches without a server). The playground needs npm, which fetches the versions
that docs/site/playground/package-lock.json fixes; without npm the site is built without it.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import reference
import rule_pages

from dlint.config.schema import config_schema
from dlint.library import rules
from dlint.rule.words import PRESETS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PLAYGROUND = HERE / "playground"
# In this order in the menu; other pages of docs/ follow by their titles.
ORDER = (
    "comparison",
    "advice", "configuration", "compose", "graph", "why", "from-run", "ci", "editors", "migrate", "known-images",
    "dockerfile-syntax", "plugins", "plugin-api", "versioning",
)  # fmt: skip
# What of the npm packages the playground loads.
VENDORED = {
    "pyodide": ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"),
    "web-tree-sitter": ("web-tree-sitter.js", "web-tree-sitter.wasm", "LICENSE"),
    "tree-sitter-bash": ("tree-sitter-bash.wasm", "LICENSE"),
}
# What dlint imports, without what only its command line does.
PURE = ("ruamel.yaml", "packaging")
_NAMED_BLOCK = re.compile(r"^(`{3,})([a-z]+) file=(\S+)$", re.M)
_PICTURE = re.compile(r"(!\[[^\]]*\])\((?:docs/)?([\w-]+\.(?:svg|png))\)")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?!https?://|#|mailto:)([^)\s#]+)(#[^)\s]*)?\)")


def main(arguments: list[str] | None = None) -> int:
    """Build the site as the command line says."""
    parser = argparse.ArgumentParser(description="Build the site of dlint.")
    parser.add_argument("--out", default=str(ROOT / "build" / "site"), help="the folder to write it to")
    parser.add_argument("--url", default="", help="where it will lie, for canonical links")
    parser.add_argument("--repository", default="", help="the repository's URL, for links to files that are no pages")
    parser.add_argument("--npm", default="", help="a node_modules folder that has the playground's packages")
    parser.add_argument("--no-playground", action="store_true", help="leave the playground out")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        modules = None if options.no_playground else _npm(Path(folder), options.npm)
        write_pages(pages, options.repository.rstrip("/"), modules)
        return _mkdocs(pages, Path(options.out).resolve(), options.url, modules is not None)


def write_pages(pages: Path, repository: str, modules: Path | None) -> None:
    """Everything the site is made of, as Markdown and files."""
    homes = _homes()
    for source, home in homes.items():
        text = _NAMED_BLOCK.sub(r"`\3`:\n\n\1\2", (ROOT / source).read_text(encoding="utf-8"))
        _write(pages / home, relinked(text, source, homes, repository))
    known = rules()
    for rule in known:
        source = f"rules/{rule.kind}/{rule.name}.md"
        _write(pages / source, relinked(rule_pages.page(rule), source, homes, repository))
    _write(pages / "rules" / "index.md", rule_pages.index(known))
    _write(pages / "presets.md", rule_pages.presets(known))
    _write(pages / "python.md", reference.library())
    _write(pages / "schemas" / "config.json", json.dumps(config_schema(known), indent=2) + "\n")
    for schema in sorted((ROOT / "docs" / "schemas").glob("*.json")):
        _write(pages / "schemas" / schema.name, schema.read_text(encoding="utf-8"))
    _write(pages / "schemas" / "index.md", _schemas())
    for kind in ("*.svg", "*.png"):
        for picture in sorted((ROOT / "docs").glob(kind)):
            shutil.copy(picture, pages / picture.name)
    for name in ("site.css", "rules.js"):
        shutil.copy(HERE / name, pages / name)
    if modules is not None:
        write_playground(pages / "playground", modules)


def write_playground(folder: Path, modules: Path) -> None:
    """The playground's page with all that it loads."""
    folder.mkdir(parents=True)
    for name in ("app.js", "worker.js", "playground.css"):
        shutil.copy(PLAYGROUND / name, folder / name)
    choices = "".join(f"<option>{name}</option>" for name in (*PRESETS, "all"))
    _write(folder / "index.md", (PLAYGROUND / "index.md").read_text(encoding="utf-8").replace("PRESETS", choices))
    for package, names in VENDORED.items():
        target = folder / "vendor" / package
        target.mkdir(parents=True)
        for name in names:
            shutil.copy(modules / package / name, target / name)
    write_archive(folder / "python.zip")


def write_archive(path: Path) -> None:
    """dlint as its wheel holds it, what it needs in the browser, and the playground's own module."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, name in _archived():
            archive.write(file, name)


def _archived() -> Iterator[tuple[Path, str]]:
    for file in sorted((ROOT / "src" / "dlint").rglob("*")):
        outside = {"__pycache__", "lsp", "cli"} & set(file.parts)
        if file.is_file() and not outside:
            yield file, file.relative_to(ROOT / "src").as_posix()
    for file in sorted((ROOT / "rules").glob("*/*.md")):
        yield file, f"dlint/{file.relative_to(ROOT).as_posix()}"
    for package in PURE:
        for entry in distribution(package).files or ():
            if entry.suffix == ".py" and ".." not in entry.parts:
                yield Path(str(entry.locate())), entry.as_posix()
    yield PLAYGROUND / "playground.py", "playground.py"
    for file in sorted((PLAYGROUND / "browser").rglob("*.py")):
        yield file, file.relative_to(PLAYGROUND / "browser").as_posix()


def relinked(text: str, source: str, homes: dict[str, str], repository: str) -> str:
    """A page's text with links that hold on the site.

    A file that is no page is linked in the repository, or, where its URL is not given, named without a link.
    """

    def link(match: re.Match[str]) -> str:
        words, target, anchor = match[1], match[2], match[3] or ""
        path = os.path.normpath(os.path.join(os.path.dirname(source), target)).replace(os.sep, "/")
        path = "rules/index.md" if path == "rules/README.md" else path
        if path in homes or (path.startswith("rules/") and (ROOT / path).is_file()) or path == "rules/index.md":
            home = os.path.dirname(homes.get(source, source))
            return f"[{words}]({os.path.relpath(homes.get(path, path), home or '.').replace(os.sep, '/')}{anchor})"
        if repository:
            return f"[{words}]({repository}/blob/main/{path}{anchor})"
        return words

    return _LINK.sub(link, _PICTURE.sub(r"\1(\2)", text))


def _homes() -> dict[str, str]:
    """Where each Markdown file of the repository stands on the site, by its path."""
    homes = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "SECURITY.md": "security.md"}
    homes |= {f"docs/{page.name}": page.name for page in sorted((ROOT / "docs").glob("*.md"))}
    return {source: home for source, home in homes.items() if (ROOT / source).is_file()}


def _schemas() -> str:
    return (
        "# Schemas\n\nJSON Schemas (draft 2020-12) for editors and for programs that read reports.\n\n"
        "- [config.json](config.json): `dlint.toml`, as `dlint config schema` prints it\n"
        "- [report-1.json](report-1.json): the report of `dlint --format json`, version 1\n"
        "- [graph-1.json](graph-1.json): what `dlint graph --format json` prints, version 1\n"
        "- [why-1.json](why-1.json): what `dlint why --format json` prints, version 1\n"
    )


def _menu(pages: Path, playground: bool) -> list[Any]:
    docs = [name for name in ORDER if (pages / f"{name}.md").is_file()]
    top = {"index", "presets", "python", "changelog", "security", *docs}
    docs[-1:-1] = sorted(page.stem for page in pages.glob("*.md") if page.stem not in top)
    return [
        {"Home": "index.md"},
        *([{"Playground": "playground/index.md"}] if playground else []),
        {"Rules": ["rules/index.md", "presets.md"]},
        {"Manual": [f"{name}.md" for name in docs]},
        {"Reference": ["python.md", "schemas/index.md", "changelog.md", "security.md"]},
    ]


def _mkdocs(pages: Path, out: Path, url: str, playground: bool) -> int:
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort

    config = load_config(
        str(HERE / "mkdocs.yml"), docs_dir=str(pages), site_dir=str(out), site_url=url, strict=True,
        nav=_menu(pages, playground),
    )  # fmt: skip
    # What is wrong with a page goes to standard error: a build that fails says why.
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        build(config)
    except Abort as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{out}: {sum(1 for _ in out.rglob('*.html'))} pages")
    return 0


def _npm(folder: Path, given: str) -> Path | None:
    """The folder with the playground's npm packages, fetched if none is given; None where there is no npm."""
    if given:
        return Path(given)
    npm = shutil.which("npm")
    if npm is None:
        print("there is no npm here: the site is built without the playground", file=sys.stderr)
        return None
    work = folder / "npm"
    work.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PLAYGROUND / name, work / name)
    # No package's own script is run: what is copied is in the packages as they are.
    subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=work, check=True)
    return work / "node_modules"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
