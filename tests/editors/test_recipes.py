"""The recipes for Neovim and Vim, and those without a server, run by the real editors."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from places import ROOT

RECIPES = ROOT / "editors"
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
NVIM = shutil.which("nvim")
VIM = shutil.which("vim")
KAKOUNE = shutil.which("kak")

# Nobody's own settings, history or swap files.
QUIET = ("-u", "NONE", "-i", "NONE", "-n")

# An emoji before the finding: bytes, characters and screen cells all differ.
DOCKERFILE = "# 🐳 é\nFROM debian:12\nMAINTAINER 🐳 Ada\nRUN echo 🐳 é && sudo id; cd /srv; id\nUSER nobody\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A PATH on which ``dlint`` is this checkout's."""
    programs = tmp_path_factory.mktemp("bin")
    script = programs / "dlint"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dlint "$@"\n')
    script.chmod(0o755)
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


def dlint(folder: Path, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dlint", *arguments],
        cwd=folder, input=text, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def expected(folder: Path) -> dict[str, dict[str, Any]]:
    """The findings by rule."""
    report = json.loads(dlint(folder, "--format", "json", "Dockerfile").stdout)
    found = {finding["rule"]: finding for finding in report["findings"]}
    assert "maintainer-deprecated" in found
    return found


def neovim(folder: Path, environment: dict[str, str], *steps: str) -> None:
    """Run commands in a Neovim without a screen, one after the other."""
    command = [str(NVIM), "--headless", *QUIET, *(word for step in steps for word in ("-c", step))]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False)
    assert (folder / "rows.json").exists(), run.stderr


@pytest.mark.slow
@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed")
def test_neovim_shows_what_dlint_finds_in_the_unsaved_buffer(folder: Path, environment: dict[str, str]) -> None:
    shutil.copy(RECIPES / "neovim" / "without-server.lua", folder / "dlint.lua")
    (folder / "probe.lua").write_text(
        """
        vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50)
        local rows = {}
        for _, d in ipairs(vim.diagnostic.get(0)) do
          local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, false)[1]
          table.insert(rows, { d.code, d.lnum, d.severity, d.source, line:sub(d.col + 1, d.end_col) })
        end
        vim.fn.writefile({ vim.fn.json_encode(rows) }, "rows.json")
        vim.cmd("qall!")
        """,
        encoding="utf-8",
    )
    wanted = expected(folder)
    neovim(folder, environment, "luafile dlint.lua", "edit Dockerfile", "luafile probe.lua")
    opened = {row[0]: row[1:] for row in json.loads((folder / "rows.json").read_text(encoding="utf-8"))}
    assert {rule: row[0] + 1 for rule, row in opened.items()} == {rule: each["line"] for rule, each in wanted.items()}
    # The buffer has one line more than the file, so findings lie one line lower; nothing else is ever shown.
    steps = ("edit Dockerfile", "call append(0, '# unsaved')", "doautocmd InsertLeave", "luafile probe.lua")
    neovim(folder, environment, "luafile dlint.lua", *steps)
    rows = {row[0]: row[1:] for row in json.loads((folder / "rows.json").read_text(encoding="utf-8"))}
    assert rows.keys() == wanted.keys()
    line, severity, source, text = rows["maintainer-deprecated"]
    levels = {"error": 1, "warning": 2, "info": 3, "style": 4}
    lines = DOCKERFILE.split("\n")
    for rule, (line, severity, source, text) in rows.items():
        finding = wanted[rule]
        assert (line, severity, source) == (finding["line"], levels[finding["severity"]], "dlint")
        if finding["end_line"] == finding["line"]:
            assert text == lines[finding["line"] - 1][finding["column"] - 1 : finding["end_column"] - 1]


@pytest.mark.slow
@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed")
def test_nvim_lint_reads_the_report(folder: Path, environment: dict[str, str]) -> None:
    """The plug-in itself is not here: it runs the command and reads its output, which is done by hand."""
    shutil.copy(RECIPES / "nvim-lint" / "dlint.lua", folder / "dlint.lua")
    (folder / "probe.lua").write_text(
        """
        local lint = require("lint")
        local command = { lint.linters.dlint.cmd }
        for _, word in ipairs(lint.linters.dlint.args) do
          table.insert(command, type(word) == "function" and word() or word)
        end
        local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\\n") .. "\\n"
        local rows = {}
        for _, d in ipairs(lint.linters.dlint.parser(vim.fn.system(command, text), 0)) do
          local line = vim.api.nvim_buf_get_lines(0, d.lnum, d.lnum + 1, false)[1]
          rows[d.code] = { d.lnum + 1, line:sub(d.col + 1, d.end_col) }
        end
        vim.fn.writefile({ vim.fn.json_encode({ rows, lint.linters_by_ft.dockerfile, tried }) }, "rows.json")
        vim.cmd("qall!")
        """,
        encoding="utf-8",
    )
    plugin = "package.loaded.lint = { linters = {}, linters_by_ft = {}, try_lint = function() tried = true end }"
    steps = (
        f"lua {plugin}",
        "luafile dlint.lua",
        "edit Dockerfile",
        "lua vim.wait(60000, function() return tried end)",
        "luafile probe.lua",
    )
    neovim(folder, environment, *steps)
    rows, linters, tried = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    assert rows["sudo"] == [4, "sudo"]
    assert rows.keys() == expected(folder).keys()
    assert (linters, tried) == (["dlint"], True)


@pytest.mark.slow
@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed")
def test_neovim_with_the_server_shows_fixes_and_fixes_on_save(folder: Path, environment: dict[str, str]) -> None:
    pytest.importorskip("pygls")
    recipe = (RECIPES / "neovim" / "neovim-0.7.lua").read_text(encoding="utf-8")
    # Nobody waits for the save here: it may take as long as a busy machine needs.
    assert recipe.count(", 3000, buffer)") == 2
    (folder / "dlint.lua").write_text(recipe.replace(", 3000, ", ", 60000, "), encoding="utf-8")
    (folder / "probe.lua").write_text(
        """
        local function codes()
          return vim.tbl_map(function(d) return { d.code, d.lnum, d.col } end, vim.diagnostic.get(0))
        end
        local function has(code)
          return function()
            return #vim.tbl_filter(function(row) return row[1] == code end, codes()) > 0
          end
        end
        local rows = {}
        vim.wait(60000, has("maintainer-deprecated"), 50)
        rows.opened = codes()
        -- A quick fix, as a person chooses it.
        vim.api.nvim_win_set_cursor(0, { 3, 3 })
        local params = vim.lsp.util.make_range_params()
        params.context = { diagnostics = {}, only = { "quickfix" } }
        for id, answer in pairs(vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 60000) or {}) do
          for _, action in ipairs(answer.result) do
            if action.isPreferred then
              vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(id).offset_encoding)
              break
            end
          end
        end
        rows.fixed = vim.api.nvim_buf_get_lines(0, 0, -1, false)
        vim.wait(60000, function() return not has("maintainer-deprecated")() end, 50)
        rows.after = codes()
        -- Fix on save.
        vim.api.nvim_buf_set_lines(0, 2, 3, false, { "MAINTAINER Grace" })
        vim.cmd("write")
        rows.saved = vim.fn.readfile("Dockerfile")
        vim.fn.writefile({ vim.fn.json_encode(rows) }, "rows.json")
        vim.cmd("qall!")
        """,
        encoding="utf-8",
    )
    neovim(folder, environment, "luafile dlint.lua", "edit Dockerfile", "luafile probe.lua")
    rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    opened = {code: (line, column) for code, line, column in rows["opened"]}
    assert opened["maintainer-deprecated"] == (2, 0)
    # Neovim counts bytes.
    assert opened["sudo"] == (3, len("RUN echo 🐳 é && ".encode()))
    label = 'LABEL org.opencontainers.image.authors="🐳 Ada"'
    assert rows["fixed"] == DOCKERFILE.replace("MAINTAINER 🐳 Ada", label).rstrip("\n").split("\n")
    assert "maintainer-deprecated" not in [code for code, _, _ in rows["after"]]
    assert 'LABEL org.opencontainers.image.authors="Grace"' in rows["saved"]


@pytest.mark.slow
@pytest.mark.skipif(NVIM is None, reason="Neovim is not installed")
def test_neovim_shows_the_graph_and_what_is_known_of_a_line(folder: Path, environment: dict[str, str]) -> None:
    pytest.importorskip("pygls")
    shutil.copy(RECIPES / "neovim" / "neovim-0.7.lua", folder / "dlint.lua")
    shutil.copy(RECIPES / "neovim" / "commands.lua", folder / "commands.lua")
    (folder / "compose.yaml").write_text("services:\n  web: {build: .}\n", encoding="utf-8")
    (folder / "probe.lua").write_text(
        """
        local rows = { said = {} }
        vim.notify = function(text) table.insert(rows.said, text) end
        local function windows() return #vim.api.nvim_list_wins() end
        local function lines() return vim.api.nvim_buf_get_lines(0, 0, -1, false) end
        vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 50)
        vim.api.nvim_buf_set_lines(0, 1, 2, false, { "FROM alpine:3.20" })
        vim.cmd("DlintGraph")
        vim.wait(60000, function() return windows() == 2 end, 50)
        rows.graph, rows.filetype = lines(), vim.bo.filetype
        vim.cmd("close!")
        vim.api.nvim_win_set_cursor(0, { 2, 0 })
        vim.cmd("DlintWhy")
        vim.wait(60000, function() return windows() == 2 end, 50)
        for _, window in ipairs(vim.api.nvim_list_wins()) do
          if vim.api.nvim_win_get_config(window).relative ~= "" then
            rows.why = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
          end
        end
        vim.cmd("DlintGraph png")
        vim.wait(60000, function() return #rows.said > 0 end, 50)
        vim.cmd("enew | DlintWhy")
        vim.fn.writefile({ vim.fn.json_encode(rows) }, "rows.json")
        vim.cmd("qall!")
        """,
        encoding="utf-8",
    )
    neovim(folder, environment, "luafile dlint.lua", "luafile commands.lua", "edit Dockerfile", "luafile probe.lua")
    rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    graph = "\n".join(rows["graph"])
    assert rows["filetype"] == "mermaid" and "alpine:3.20" in graph and "web" in graph
    assert any("built for" in line and "web, the last stage" in line for line in rows["why"])
    assert "There is no format png" in rows["said"][0]
    assert rows["said"][1] == "dlint does not run for this file"


@pytest.mark.slow
@pytest.mark.skipif(VIM is None, reason="Vim is not installed")
def test_vim_fills_the_quickfix_list(folder: Path, environment: dict[str, str]) -> None:
    shutil.copy(RECIPES / "vim" / "make.vim", folder / "recipe.vim")
    (folder / "probe.vim").write_text(
        "silent make!\n"
        "call writefile([json_encode(map(getqflist(), {_, q -> "
        "[bufname(q.bufnr), q.lnum, q.col, q.type, q.text]}))], 'rows.json')\nqall!\n",
        encoding="utf-8",
    )
    command = [str(VIM), "-es", "-N", *QUIET, "-c", "source recipe.vim", "-c", "source probe.vim"]
    subprocess.run([*command, "Dockerfile"], cwd=folder, env=environment, timeout=60, check=False)
    rows = json.loads((folder / "rows.json").read_text(encoding="utf-8"))
    wanted = expected(folder)
    assert len(rows) == len(wanted)
    finding = wanted["maintainer-deprecated"]
    row = next(row for row in rows if row[4].endswith("[maintainer-deprecated]"))
    assert row[:4] == ["Dockerfile", finding["line"], finding["column"], finding["severity"][0]]


def test_vs_code_understands_the_report(folder: Path) -> None:
    (task,) = json.loads((RECIPES / "vscode-task" / "tasks.json").read_text(encoding="utf-8"))["tasks"]
    pattern = task["problemMatcher"]["pattern"]
    report = dlint(folder, *task["args"]).stdout.splitlines()
    wanted = expected(folder)
    found = {}
    for line in report:
        match = re.search(pattern["regexp"], line)
        assert match, line
        found[match[pattern["code"]]] = (
            match[pattern["file"]],
            int(match[pattern["line"]]),
            int(match[pattern["column"]]),
        )
    assert found == {rule: ("Dockerfile", f["line"], f["column"]) for rule, f in wanted.items()}


def test_a_buffer_is_linted_as_if_it_were_saved(folder: Path) -> None:
    disk = json.loads(dlint(folder, "--format", "json", "Dockerfile").stdout)
    (folder / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    buffer = dlint(folder, "check", "-", "--stdin-filename", "Dockerfile", "--format", "json", text=DOCKERFILE)
    assert json.loads(buffer.stdout)["findings"] == disk["findings"]


def test_fixing_a_buffer_prints_the_mended_text_and_nothing_else(folder: Path) -> None:
    run = dlint(folder, "check", "--fix", "-", "--stdin-filename", "Dockerfile", text=DOCKERFILE)
    assert 'LABEL org.opencontainers.image.authors="🐳 Ada"' in run.stdout
    assert run.stdout.splitlines()[:2] == DOCKERFILE.splitlines()[:2]
    assert (folder / "Dockerfile").read_text(encoding="utf-8") == DOCKERFILE


def test_jetbrains_filter_fits_the_report(folder: Path) -> None:
    output_filter = re.search(r"Output filters \| `(.+?)`", PAGE)
    assert output_filter
    pattern = re.escape(output_filter[1]).replace(r"\$FILE_PATH\$", r"(\S+)")
    pattern = re.sub(r"\\\$(LINE|COLUMN)\\\$", r"(\\d+)", pattern).replace(r"\$MESSAGE\$", "(.+)")
    for line in dlint(
        folder, "check", "--format", "compact", "--quiet", str(folder / "Dockerfile")
    ).stdout.splitlines():
        assert re.fullmatch(pattern, line)


@pytest.mark.slow
@pytest.mark.skipif(KAKOUNE is None, reason="Kakoune is not installed")
def test_kakoune_shows_findings_and_fixes_them(folder: Path, environment: dict[str, str], tmp_path: Path) -> None:
    session = f"dlint-{os.getpid()}"
    environment = {**environment, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    recipe = RECIPES / "kakoune" / "without-server.kak"

    def tell(commands: str) -> None:
        subprocess.run(
            [str(KAKOUNE), "-p", session], input=commands, text=True, env=environment, check=False, timeout=60
        )  # fmt: skip

    def shown() -> str:
        ask = f"evaluate-commands -buffer {folder}/Dockerfile %{{ echo -to-file {folder}/shown %opt{{lint_messages}} }}"
        for _ in range(300):
            tell(f"try %{{ {ask} }}")
            text = (folder / "shown").read_text(encoding="utf-8") if (folder / "shown").exists() else ""
            if "sudo" in text:
                return text
            time.sleep(0.1)
        raise AssertionError("Kakoune shows nothing")

    command = [str(KAKOUNE), "-d", "-s", session, "-E", f"source {recipe}"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, env=environment, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        while not (tmp_path / "kakoune" / session).exists():
            assert server.poll() is None, "Kakoune has ended"
            time.sleep(0.05)
        tell(f"edit {folder}/Dockerfile; set-option buffer filetype dockerfile; lint")
        assert "[maintainer-deprecated]" in shown()
        tell(f"evaluate-commands -buffer {folder}/Dockerfile %{{ format; write }}")
        wanted = DOCKERFILE.replace("MAINTAINER 🐳 Ada", 'LABEL org.opencontainers.image.authors="🐳 Ada"')
        for _ in range(600):
            if (folder / "Dockerfile").read_text(encoding="utf-8") == wanted:
                break
            time.sleep(0.1)
        assert (folder / "Dockerfile").read_text(encoding="utf-8") == wanted
    finally:
        tell("kill!")
        server.kill()
        server.wait()


def recipes(*suffixes: str) -> list[Path]:
    """The recipes of some kinds, without the extension, which is a program of its own."""
    folders = [each for each in RECIPES.iterdir() if each.is_dir() and each.name != "vscode"]
    return sorted(path for each in folders for path in each.rglob("*") if path.suffix in suffixes)


def test_configurations_can_be_read() -> None:
    found = recipes(".json", ".toml", ".sublime-settings")
    assert len(found) == 5
    for path in found:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        assert '"dlint"' in json.dumps(values) or "dlint lsp" in json.dumps(values)


def test_every_recipe_is_on_the_page() -> None:
    found = recipes(".el", ".json", ".kak", ".lua", ".sublime-settings", ".toml", ".vim")
    named = [path for path in found if path.parent.name != "dlint"]
    assert all(f"(../editors/{path.relative_to(RECIPES).as_posix()})" in PAGE for path in named)
