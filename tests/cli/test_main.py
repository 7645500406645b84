"""The command line: what it prints, what it writes, how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BAD = "FROM debian:12\nMAINTAINER Ada\n"
GOOD = 'FROM debian:12\nLABEL org.opencontainers.image.authors="Ada"\n'
ONLY = ("--select", "maintainer-deprecated", "--config", "rules.maintainer-deprecated.severity=warning")


def dlint(*arguments: str, cwd: Path, stdin: bytes | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "dlint", *arguments],
        cwd=cwd,
        input=stdin if stdin is not None else b"",
        capture_output=True,
        env={**environment, **env},
        timeout=60,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(BAD)
    return tmp_path


def test_findings_exit_one_and_name_the_place(project: Path) -> None:
    done = dlint(".", *ONLY, cwd=project)
    assert done.returncode == 1
    assert b"Dockerfile" in done.stdout
    assert b"2:1" in done.stdout
    assert b"maintainer-deprecated" in done.stdout
    assert b"^^^^^^^^^^" in done.stdout
    assert b"1 finding" in done.stdout
    assert b"\x1b[" not in done.stdout
    assert done.stderr == b""


def test_clean_exits_zero_and_says_what_was_linted(project: Path) -> None:
    (project / "Dockerfile").write_text(GOOD)
    done = dlint("check", ".", *ONLY, cwd=project)
    assert done.returncode == 0
    assert b"1 Dockerfile" in done.stdout


def test_nothing_to_lint_exits_three(tmp_path: Path) -> None:
    done = dlint(".", cwd=tmp_path)
    assert done.returncode == 3
    assert b"nothing to lint" in done.stderr


def test_a_hook_over_excluded_files_alone_passes_and_says_so(project: Path) -> None:
    done = dlint("Dockerfile", "--exclude", "Dockerfile", cwd=project)
    assert done.returncode == 0
    assert b"excludes Dockerfile" in done.stderr


def test_a_missing_path_exits_two_with_one_sentence(project: Path) -> None:
    done = dlint("nowhere/Dockerfile", cwd=project)
    assert done.returncode == 2
    assert b"nowhere/Dockerfile" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--format", "sarfi", "."), "did you mean sarif"),
        (("--select", "maintainer-deprecatd", "."), "did you mean maintainer-deprecated"),
        (("--config", "presett=strict", "."), "did you mean preset"),
        (("--preset", "loud", "."), "loud"),
        (("--select", "DL30", "."), "no rule is called DL30"),
        (("chek", "."), "chek: no such file or folder (did you mean the command check?)"),
        (("--no-cache", "explain", "DL3008"), "the command comes first, before its options: `dlint explain …`"),
        (("fix", "."), "fix: no such file or folder; `dlint --fix .` does that"),
        (("from-run", "docker run a"), "`dlint compose from-run` does that"),
        (("--root", "nowhere", "."), "--root nowhere: no such folder"),
        (("-", "--stdin-filename", "."), "--stdin-filename names a file, and . is a folder"),
        (("/dev/stdin",), "/dev/stdin is no file of a project; `dlint -` reads standard input"),
        (("explain", "strict"), "it is a preset, and `dlint rules --preset strict` lists its rules"),
        (("rules", "--preset", "loud"), "'loud' is not one of"),
        (("--severity", "warn", "."), "'info', 'style' (did you mean warning?)"),
        (("rules", "--kind", "loud"), "'loud' is not one of"),
        (("config",), "Usage: dlint config"),
        (("help", "explian"), "there is no command explian (did you mean explain?)"),
        (("completion",), "Choose from: bash, zsh, fish\n"),
        (("--unsafe-fixes", "."), "--fix"),
        (("--output", "sarif", "."), "FORMAT=FILE"),
        (("--output", "report", "."), "FORMAT=FILE"),
        (("--no-such-option", "."), "no-such-option"),
        (("--stdin-filename", "x", "."), "--stdin-filename"),
        (("-", "Dockerfile"), "standard input"),
        (("--config", "rules.maintainer-deprecated.loud=true", "."), "unknown option"),
    ],
)
def test_a_wrong_call_exits_two_and_says_how_to_do_it_right(
    project: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = dlint(*arguments, cwd=project)
    assert done.returncode == 2, done.stdout
    assert says in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize("word", ["chek", "lint"])
def test_who_mistakes_a_command_is_shown_no_findings(project: Path, word: str) -> None:
    done = dlint(word, ".", cwd=project)
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("--help",), ("config", "--help"), ("compose", "--help")])
def test_what_a_command_does_is_said_in_whole(project: Path, arguments: tuple[str, ...]) -> None:
    lines = dlint(*arguments, cwd=project).stdout.decode().splitlines()
    assert len(lines) > 5 and not any(line.endswith("...") for line in lines[1:])
    assert max(map(len, lines)) <= 100


def test_help_of_a_command_is_that_of_the_command(project: Path) -> None:
    for asked, meant in (
        (("help", "why"), ("why", "--help")),
        (("help", "config", "show"), ("config", "show", "--help")),
    ):
        done = dlint(*asked, cwd=project)
        assert done.returncode == 0
        assert done.stdout == dlint(*meant, cwd=project).stdout


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help"), (".",), ("explain", "no-user")])
def test_a_full_disk_is_no_internal_error(project: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "dlint", *arguments]
        done = subprocess.run(command, cwd=project, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"dlint: cannot write")
    assert done.stderr.rstrip().endswith(b"No space left on device")


def test_the_threshold_decides_the_exit_code(project: Path) -> None:
    assert dlint(".", *ONLY, "--fail-on", "error", cwd=project).returncode == 0
    assert dlint(".", *ONLY, "--fail-on", "warning", cwd=project).returncode == 1
    assert dlint(".", *ONLY, "--fail-on", "never", cwd=project).returncode == 0
    assert dlint(".", *ONLY, "--exit-zero", cwd=project).returncode == 0


def test_severity_hides_what_is_milder(project: Path) -> None:
    assert b"maintainer" not in dlint(".", *ONLY, "--severity", "error", cwd=project).stdout


def test_fix_mends_the_file_and_reports_afresh(project: Path) -> None:
    done = dlint("--fix", *ONLY, ".", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "Dockerfile").read_text() == GOOD
    assert b"maintainer-deprecated" not in done.stdout


def test_diff_writes_nothing(project: Path) -> None:
    done = dlint("--diff", *ONLY, ".", cwd=project)
    assert done.returncode == 1
    assert b"-MAINTAINER Ada" in done.stdout
    assert b"+LABEL org.opencontainers.image.authors" in done.stdout
    assert (project / "Dockerfile").read_text() == BAD


def test_fix_keeps_crlf_bom_and_mode(project: Path) -> None:
    path = project / "Dockerfile"
    path.write_bytes(b"\xef\xbb\xbf" + BAD.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    assert dlint("--fix", *ONLY, ".", cwd=project).returncode == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()
    assert path.stat().st_mode & 0o777 == 0o640


def test_standard_input_is_linted_under_its_name(project: Path) -> None:
    done = dlint(
        "-", "--stdin-filename", "sub/Dockerfile", "--format", "compact", *ONLY, cwd=project, stdin=BAD.encode()
    )
    assert done.returncode == 1
    assert done.stdout.startswith(b"sub/Dockerfile:2:1:")


def test_unsaved_text_wins_over_the_file_on_disk(project: Path) -> None:
    done = dlint("-", "--stdin-filename", "Dockerfile", *ONLY, cwd=project, stdin=GOOD.encode())
    assert done.returncode == 0


def test_fix_of_standard_input_prints_the_mended_text(project: Path) -> None:
    for name in (("--stdin-filename", "Dockerfile"), ()):
        done = dlint("-", *name, "--fix", *ONLY, cwd=project, stdin=BAD.encode())
        assert done.stdout.decode() == GOOD
    assert (project / "Dockerfile").read_text() == BAD
    assert (project / "Dockerfile").read_text() == BAD


def test_several_reports_in_one_run(project: Path) -> None:
    done = dlint(".", *ONLY, "--output", "sarif=out.sarif", "--output", "json=out.json", cwd=project)
    assert done.returncode == 1
    sarif = json.loads((project / "out.sarif").read_text())
    plain = json.loads((project / "out.json").read_text())
    assert sarif["runs"][0]["results"][0]["ruleId"] == "maintainer-deprecated"
    assert plain["findings"][0]["rule"] == "maintainer-deprecated"


def test_same_input_same_bytes(project: Path) -> None:
    runs = {dlint(".", "--preset", "all", "--format", "sarif", cwd=project, PYTHONHASHSEED=s).stdout for s in "123"}
    assert len(runs) == 1


def test_colour_only_where_asked_for(project: Path) -> None:
    assert b"\x1b[" in dlint(".", *ONLY, "--color", "always", cwd=project).stdout
    assert b"\x1b[" not in dlint(".", *ONLY, cwd=project, NO_COLOR="1").stdout


def test_github_format_prints_the_report_and_the_commands(project: Path) -> None:
    out = dlint(".", *ONLY, "--format", "github", cwd=project).stdout.decode()
    assert "::warning file=Dockerfile,line=2" in out
    assert "1 finding" in out


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("gen/Dockerfile", b"FROM debian\r\nMAINTAINER \xff\n", 0),
        ("pod.yaml", b"kind: Pod\n", 0),
        ("notes.txt", b"", 0),
        ("Dockerfile", b"FROM scratch\n" + b"\n" * 1_000_001, 2),
    ],
)
def test_text_that_is_not_linted_comes_back_as_it_is(project: Path, name: str, text: bytes, code: int) -> None:
    """An editor puts what it gets in place of its text."""
    (project / "dlint.toml").write_text('exclude = ["gen/**"]\n')
    done = dlint("-", "--fix", "--stdin-filename", name, cwd=project, stdin=text)
    assert (done.stdout, done.returncode) == (text, code)
    assert dlint("-", "--stdin-filename", name, cwd=project, stdin=text).returncode == code


def test_a_long_report_of_lesser_findings_says_how_to_see_the_others(project: Path) -> None:
    services = "".join(f"  s{n}:\n    image: x:1\n    ports: ['80{n:02}:80']\n" for n in range(47))
    (project / "compose.yaml").write_text(f"services:\n{services}")
    hint = b"findings are below warning; --severity warning leaves them out"
    (project / "dlint.toml").write_text('select = ["restart-policy-missing", "capabilities-not-dropped"]\n')
    assert b"of 94 " + hint in dlint("compose.yaml", cwd=project).stderr
    for arguments in (["--quiet"], ["--severity", "warning"], ["--fail-on", "info"], ["--format", "json"]):
        assert hint not in dlint("compose.yaml", *arguments, cwd=project).stderr


def test_explain_by_name_and_by_foreign_code(project: Path) -> None:
    for name in ("maintainer-deprecated", "DL4000", "hadolint/DL4000", "dlint/maintainer-deprecated"):
        done = dlint("explain", name, cwd=project)
        assert done.returncode == 0
        assert b"maintainer-deprecated" in done.stdout
    assert dlint("explain", "no-such-rule", cwd=project).returncode == 2
    assert b"did you mean NoEmptyContinuation?" in dlint("explain", "noemptycontinuations", cwd=project).stderr


def test_explain_takes_several_names_as_a_report_writes_them(project: Path) -> None:
    done = dlint("explain", "[no-user]", "DL3008", "no-user", cwd=project)
    assert done.returncode == 0
    assert done.stdout.count(b"no-user \xe2\x80\x94 ") == 1
    assert b"apt-get-unpinned \xe2\x80\x94 " in done.stdout


def test_rules_lists_every_rule_as_table_and_json(project: Path) -> None:
    table = dlint("rules", cwd=project).stdout.decode()
    rows = json.loads(dlint("rules", "--format", "json", cwd=project).stdout)
    assert all(row["name"] in table for row in rows)
    assert any("hadolint/DL4000" in row["aliases"] for row in rows)


def test_init_below_a_configuration_says_that_it_counts_no_more(project: Path) -> None:
    (project / "api" / "x").mkdir(parents=True)
    assert dlint("init", cwd=project).stderr == b""
    for folder, above in (("api", "../dlint.toml"), ("api/x", "../dlint.toml")):
        done = dlint("init", cwd=project / folder)
        assert (done.returncode, done.stdout) == (0, b"wrote dlint.toml\n")
        assert f'extends = ["{above}"] builds on it'.encode() in done.stderr
    (project / "api" / "dlint.toml").unlink()
    assert b'extends = ["../../dlint.toml"]' in dlint("init", "--force", cwd=project / "api" / "x").stderr


def test_config_show_says_where_a_value_comes_from(project: Path) -> None:
    (project / "dlint.toml").write_text('preset = "strict"\n')
    out = dlint("config", "show", "Dockerfile", cwd=project).stdout.decode()
    line = next(line for line in out.splitlines() if line.startswith("preset"))
    assert '"strict"' in line
    assert "dlint.toml" in line


def test_the_configuration_schema_accepts_our_own_start_file(project: Path) -> None:
    import tomllib

    import jsonschema

    schema = json.loads(dlint("config", "schema", cwd=project).stdout)
    assert dlint("init", cwd=project).returncode == 0
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(tomllib.loads((project / "dlint.toml").read_text()))
    assert not validator.is_valid({"presett": "strict"})
    assert dlint("init", cwd=project).returncode == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_commands(project: Path, shell: str) -> None:
    out = dlint("completion", shell, cwd=project).stdout.decode()
    assert "explain" in out
    assert "unsafe-fixes" in out


def modules_after(code: str) -> list[str]:
    """The names of the modules that are imported once ``code`` has run in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, dlint\n{code}\nprint(*sys.modules, sep='\\n')"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_the_version_needs_neither_yaml_nor_rules() -> None:
    code = "from dlint.cli.main import call\ncall(['--version'])"
    tops = {name.split(".")[0] for name in modules_after(code)}
    assert not tops & {"ruamel", "click", "tree_sitter"}
    assert not [name for name in modules_after(code) if "checks" in name]


def test_a_dockerfile_run_imports_no_yaml_reader() -> None:
    names = modules_after("dlint.lint_files({'Dockerfile': 'FROM debian:12\\nRUN true\\n'})")
    assert not [name for name in names if name.startswith("ruamel") or name.endswith((".yamltree", ".jsonschema"))]


def test_a_compose_run_imports_no_shell_grammar() -> None:
    names = modules_after("dlint.lint_files({'compose.yaml': 'services:\\n  web:\\n    image: nginx:1.27\\n'})")
    assert not [name for name in names if name.startswith("tree_sitter")]


def test_a_missing_path_is_named_as_it_was_written(project: Path) -> None:
    (project / "sub").mkdir()
    done = dlint("../nope", "./x/../y", cwd=project / "sub")
    assert done.stderr.decode().splitlines() == [
        "dlint: ../nope: no such file or folder",
        "dlint: ./x/../y: no such file or folder",
    ]


def test_excluded_folders_are_left_out_and_named_if_nothing_else_is_there(project: Path) -> None:
    (project / "Dockerfile").rename(project / "other")
    (project / "vendor" / "x").mkdir(parents=True)
    (project / "vendor" / "x" / "Dockerfile").write_text(BAD)
    done = dlint(".", "--exclude", "vendor", cwd=project)
    assert done.returncode == 0
    assert done.stderr == b"dlint: nothing linted: the configuration excludes vendor\n"


def test_a_file_that_cannot_be_read_is_named_once_in_every_format(project: Path) -> None:
    (project / "big.Dockerfile").write_bytes(b"#" * 1_000_001)
    for form in ("text", "compact", "json"):
        done = dlint("big.Dockerfile", "--format", form, cwd=project)
        lines = [line for line in (done.stdout + done.stderr).decode().splitlines() if "larger than" in line]
        assert [line.count("big.Dockerfile") for line in lines if "dlint:" in line or form != "json"] == [1], form
        assert done.returncode == 2
