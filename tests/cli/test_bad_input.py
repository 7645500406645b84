"""Bad input: one clear sentence or finding each, the other files still linted, the right exit code, no traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dlint
from dlint.library import report_files
from places import ROOT

BAD = "FROM debian\nMAINTAINER Ada\n"


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dlint", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "Dockerfile").write_text(BAD)
    return tmp_path


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user lets code of the project run."""
    monkeypatch.setenv("DLINT_TRUST", "1")


def others_are_linted(done: subprocess.CompletedProcess[str]) -> bool:
    return "maintainer-deprecated" in done.stdout and "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "data",
    [
        b"FROM debian:12\nLABEL a=\xff\xfe\n",
        b"FROM debian:12\nRUN echo \0\n",
        "FROM debian:12\nRUN true\n".encode("utf-16"),
        b"",
        b"# nothing here\n\n# at all\n",
        b"\x7fELF\x02\x01\x01\0\0\0\x89\xab",
    ],
    ids=["not-utf8", "nul", "utf-16", "empty", "comments", "binary"],
)
def test_an_odd_file_is_a_finding_and_the_rest_is_linted(project: Path, data: bytes) -> None:
    (project / "Dockerfile").write_bytes(data)
    done = run(".", "--format", "compact", cwd=project)
    assert done.returncode == 1
    assert any(line.startswith("Dockerfile:") for line in done.stdout.splitlines()), done.stdout
    assert others_are_linted(done)


def test_a_compose_file_in_utf_16_is_read_and_no_error(project: Path) -> None:
    """Compose reads it, UTF-32 it refuses."""
    for encoding, said in (
        ("utf-16", "warning: The file is UTF-16, which Compose reads"),
        ("utf-32", "error: The file is"),
    ):
        text = "services:\n  web:\n    image: nginx:1.27\n    ports: [80:80:80:80]\n"
        (project / "compose.yaml").write_bytes(text.encode(encoding))
        found = run("compose.yaml", "--format", "compact", cwd=project).stdout
        assert f"compose.yaml:1:1: {said}" in found and "compose.yaml:4:" in found, found


def test_a_directory_called_dockerfile_is_passed_over(project: Path) -> None:
    (project / "Dockerfile").mkdir()
    assert others_are_linted(run(".", cwd=project))


def test_dangling_links_and_loops_are_passed_over(project: Path) -> None:
    (project / "Dockerfile").symlink_to("nowhere")
    (project / "loop").symlink_to(".")
    (project / "self.Dockerfile").symlink_to("self.Dockerfile")
    done = run(".", cwd=project)
    assert others_are_linted(done)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_exits_two_and_names_it(project: Path) -> None:
    (project / "Dockerfile").write_text(BAD)
    (project / "Dockerfile").chmod(0)
    done = run(".", cwd=project)
    assert done.returncode == 2
    assert "Dockerfile" in done.stdout + done.stderr
    assert others_are_linted(done)


def test_a_file_over_the_limit_is_named(project: Path) -> None:
    (project / "Dockerfile").write_bytes(b"FROM debian:12\n" + b"# x\n" * 1_600_000)
    done = run(".", cwd=project)
    assert done.returncode == 2
    assert "large" in done.stdout + done.stderr
    assert others_are_linted(done)
    assert "1 of 1 file: 1 Dockerfile" in done.stdout
    assert "Nothing was linted" in run("Dockerfile", cwd=project).stdout


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*{'a' if i == 0 else f'b{i - 1}'}, *a]\n" for i in range(200)),
        "x: " + "[" * 20_000,
        "services:\n  web:\n\timage: nginx:1.27\n",
        "services:\n  web:\n    image: nginx:1.27\n    image: nginx:1.28\n",
    ],
    ids=["aliases", "deep", "tab", "duplicate"],
)
def test_odd_yaml_is_a_finding(text: str) -> None:
    report = report_files({"compose.yaml": text}, config={"shellcheck": False})
    assert report.visible
    assert not report.failures


def test_two_documents_are_read_as_compose_reads_them() -> None:
    text = "services:\n  web:\n    image: nginx:1.27\n---\nservices:\n  web:\n    privileged: true\n"
    assert not report_files({"compose.yaml": text}).failures


def test_an_unknown_configuration_key_is_refused(project: Path) -> None:
    (project / "dlint.toml").write_text("presett = 'strict'\n")
    done = run(".", cwd=project)
    assert done.returncode == 2
    assert "did you mean preset" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("trusted")
def test_a_plugin_that_raises_on_import_is_named(project: Path) -> None:
    (project / "lint").mkdir()
    (project / "lint" / "rules.py").write_text("raise RuntimeError('no luck')\n")
    (project / "dlint.toml").write_text("plugins = ['./lint']\n")
    done = run(".", cwd=project)
    assert done.returncode == 2
    assert "no luck" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("trusted")
def test_rules_of_a_plugin_are_listed_and_explained(project: Path) -> None:
    (project / "dlint.toml").write_text(f'plugins = ["{ROOT / "examples" / "plugin"}"]\n')
    assert "base-image-not-from-mirror " in run("rules", cwd=project).stdout
    done = run("explain", "base-image-not-from-mirror", cwd=project)
    assert "Right, with mirror=" in done.stdout
    (project / "dlint.toml").write_text('plugins = ["./lint"]\n')
    (project / "lint").mkdir()
    for text, why in (
        ("\nnonsense\n", "NameError: name 'nonsense' is not defined (a.py, line 2)"),
        ("exit(3)", "SystemExit: 3"),
    ):
        (project / "lint" / "a.py").write_text(text)
        for arguments in ((".",), ("rules",), ("explain", "base-image-not-from-mirror")):
            done = run(*arguments, cwd=project)
            assert (done.returncode, why in done.stderr) == (2, True)
        assert run("explain", "no-user", cwd=project).returncode == 0


@pytest.mark.usefixtures("trusted")
def test_a_rule_that_raises_is_named_and_the_others_go_on(project: Path) -> None:
    shutil.copytree(ROOT / "examples" / "plugin", project / "lint")
    code = (project / "lint" / "registries.py").read_text()
    (project / "lint" / "registries.py").write_text(code.replace("image = stage.image", "raise KeyError('oh')"))
    (project / "dlint.toml").write_text("plugins = ['./lint']\n")
    line = next(n for n, text in enumerate(code.splitlines(), 1) if "image = stage.image" in text)
    sentence = f"base-image-not-from-mirror failed here (at registries.py:{line}): KeyError: 'oh'"
    done = run(".", "--format", "compact", cwd=project)
    assert done.returncode == 2
    assert sentence in done.stdout + done.stderr
    assert others_are_linted(done)
    assert "Traceback" in run(".", "-v", cwd=project).stderr
    done = run("test", "lint", cwd=project)
    assert (done.returncode, sentence in done.stdout, "Traceback" in done.stdout) == (1, True, False)
    done = run("test", "-v", "lint", cwd=project)
    assert "base-image-not-from-mirror: " in done.stdout
    assert "Traceback" in done.stdout


@pytest.mark.usefixtures("trusted")
def test_the_plugin_example_works(project: Path) -> None:
    shutil.copytree(ROOT / "examples" / "plugin", project / "lint")
    assert run("test", "lint", cwd=project).returncode == 0
    (project / "dlint.toml").write_text("plugins = ['./lint']\n")
    assert "Pull debian through mirror.example.org" in run(".", cwd=project).stdout
    assert "Pull debian" not in run(".", "--no-plugins", cwd=project).stdout


def test_edits_of_a_fix_that_are_given_as_a_list_are_said_with_their_line(project: Path) -> None:
    shutil.copytree(ROOT / "examples" / "plugin", project / "lint")
    checks = project / "lint" / "registries.py"
    text = checks.read_text().replace("import Problem,", "import Fix, Problem,")
    checks.write_text(text.replace('{mirror}")', "{mirror}\", fix=Fix('x', [stage.from_.replace('y')]))"))
    done = run("test", "lint", cwd=project)
    assert done.returncode == 1
    assert "(at registries.py:14): TypeError: the edits of a Fix are given one by one, as in Fix(" in done.stdout


def test_a_check_without_a_page_and_a_page_without_a_check_are_named(project: Path) -> None:
    shutil.copytree(ROOT / "examples" / "plugin", project / "lint")
    page = project / "lint" / "dockerfile" / "base-image-not-from-mirror.md"
    page.rename(page.with_name("other-name.md"))
    done = run("test", "lint", cwd=project)
    assert done.returncode == 2
    assert "plug-in lint: the check base-image-not-from-mirror has no page; " in done.stderr
    (project / "lint" / "registries.py").write_text("")
    done = run("test", "lint", cwd=project)
    assert "plug-in lint: the page lint/dockerfile/other-name.md has no check; " in done.stderr


def test_a_closed_pipe_is_quiet(project: Path) -> None:
    command = f"{sys.executable} -m dlint --format json . | true"
    done = subprocess.run(["sh", "-c", command], cwd=project, capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(
    "arguments", [".", "", "rules", "rules --help", "explain DL3008", "graph", "why good/Dockerfile"]
)
def test_no_command_takes_a_closed_pipe_for_findings(project: Path, arguments: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "dlint", *arguments.split()]
    done = subprocess.run(command, cwd=project, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_the_api_says_when_a_configuration_is_wrong() -> None:
    with pytest.raises(dlint.ConfigError, match="did you mean"):
        dlint.lint_files({"Dockerfile": BAD}, config={"presett": "strict"})


def test_a_read_only_file_is_not_mended_and_the_others_are(project: Path) -> None:
    (project / "Dockerfile").write_text(BAD)
    (project / "Dockerfile").chmod(0o444)
    done = run("--fix", ".", cwd=project)
    assert done.returncode == 2
    assert done.stderr.count("Dockerfile: not written, since the file is read-only") == 1
    assert (project / "Dockerfile").read_text() == BAD
    assert "LABEL" in (project / "good" / "Dockerfile").read_text()
    assert "1 fixed, 1 can be fixed" in done.stdout
    assert others_are_linted(done)


RULE = """
import os, signal
from pathlib import Path
from dlint.api import Problem, check
from dlint.api.dockerfile import Dockerfile

@check(on=Dockerfile)
def meddles(file):
    DEED
    yield from ()
"""
PAGE = "---\ntitle: It meddles\nseverity: info\n---\nWhat happens while a run goes on.\n"


def meddling(project: Path, deed: str) -> None:
    """Give the project a rule that does ``deed`` in the middle of each run."""
    (project / "lint" / "dockerfile").mkdir(parents=True)
    (project / "lint" / "meddles.py").write_text(RULE.replace("DEED", deed))
    (project / "lint" / "dockerfile" / "meddles.md").write_text(PAGE)
    (project / "dlint.toml").write_text("plugins = ['./lint']\n")


@pytest.mark.usefixtures("trusted")
def test_a_file_that_changed_since_it_was_read_is_left_alone(project: Path) -> None:
    meddling(project, f"Path({str(project / 'Dockerfile')!r}).write_text('FROM debian:11\\n')")
    (project / "Dockerfile").write_text(BAD)
    done = run("--fix", ".", cwd=project)
    assert done.returncode == 2
    assert done.stderr.count("Dockerfile: not written, since the file changed after it was read; run dlint again") == 1
    assert (project / "Dockerfile").read_text() == "FROM debian:11\n"
    assert "LABEL" in (project / "good" / "Dockerfile").read_text()


@pytest.mark.usefixtures("trusted")
@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("arguments", [("--fix", "."), (".",), (".", "--format", "sarif", "--output", "json=out.json")])
def test_ctrl_c_ends_the_run_in_one_line_and_writes_nothing(project: Path, arguments: tuple[str, ...]) -> None:
    meddling(project, "os.kill(os.getpid(), signal.SIGINT)")
    done = run(*arguments, cwd=project)
    assert done.returncode == 130
    assert done.stderr.strip() == "dlint: interrupted"
    assert done.stdout == ""
    assert (project / "good" / "Dockerfile").read_text() == BAD
    assert sorted(path.name for path in (project / "good").iterdir()) == ["Dockerfile"]
    assert not (project / "out.json").exists()


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a shell command in which ``dlint`` is this one."""
    line = f'dlint() {{ "{sys.executable}" -m dlint "$@"; }}; {command}'
    return subprocess.run(["sh", "-c", line], cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


posix_only = pytest.mark.skipif(os.name == "nt", reason="shells and devices are others there")


@posix_only
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ".",
        "--format sarif .",
        "--version",
        "explain DL3008",
        "rules",
        "- --fix --stdin-filename Dockerfile < good/Dockerfile",
    ],
)
def test_a_full_disk_under_standard_output_is_said(project: Path, arguments: str) -> None:
    done = shell(f"dlint {arguments} > /dev/full", project)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "dlint: cannot write to standard output: No space left on device\n"


@posix_only
def test_closed_streams_are_no_reason_to_crash(project: Path) -> None:
    clean = project / "clean.Dockerfile"
    clean.write_text("FROM scratch\nUSER 1000\nCOPY a /a\n", encoding="utf-8")
    for streams in (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"):
        assert shell(f"dlint {clean.name} {streams}", project).returncode == 0
        assert shell(f"dlint good/Dockerfile {streams}", project).returncode == 1
        assert shell(f"dlint no-such-file {streams}", project).returncode == 2


@posix_only
def test_a_working_directory_that_is_gone_is_said(project: Path) -> None:
    for arguments in (".", "/tmp", "- < /dev/null", "config show x"):
        done = shell(f"mkdir gone && cd gone && rmdir ../gone && dlint {arguments}", project)
        assert done.returncode == 2
        assert done.stderr == "dlint: the working directory does not exist any more; change to another one\n"


@posix_only
def test_a_report_takes_the_place_of_files_only(project: Path) -> None:
    done = shell("mkfifo pipe; cat pipe > copy & dlint --output json=pipe .; wait; test -p pipe && cat copy", project)
    assert done.returncode == 0
    assert '"findings"' in done.stdout
    (project / "link.json").symlink_to("real.json")
    shell("umask 077; dlint --output json=link.json good", project)
    assert (project / "link.json").is_symlink()
    assert (project / "real.json").stat().st_mode & 0o777 == 0o600
    assert "--format json" in shell("dlint --output json=- .", project).stderr
    assert not (project / "-").exists()


@posix_only
def test_what_the_report_draws_with_has_a_plain_form(project: Path) -> None:
    drawn = shell("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 dlint good", project).stdout
    assert drawn.isascii()
    assert " | " in drawn and "\\u" not in drawn


@posix_only
def test_what_programs_read_is_utf_8_in_every_locale(project: Path) -> None:
    """Of a name that the locale's encoding lacks, and of one that is in no encoding."""
    for name in ("d\u00e9j\u00e0.Dockerfile", os.fsdecode(b"caf\xe9.Dockerfile")):
        text = "FROM debian:12\nRUN apt-get update\nRUN apt-get install -y curl\nLABEL a=\u00e9\n"
        (project / name).write_text(text, encoding="utf-8")
    for encoding in ("ascii", "latin-1", "utf-8:strict"):

        def raw(*arguments: str, given: str = encoding) -> bytes:
            command = [sys.executable, "-m", "dlint", *arguments]
            env = {**os.environ, "PYTHONIOENCODING": given}
            return subprocess.run(command, cwd=project, env=env, capture_output=True, check=False, timeout=60).stdout

        for form in ("json", "sarif"):
            assert json.loads(raw("--format", form, ".").decode("utf-8"))
        assert json.loads(raw("graph", "--format", "json").decode("utf-8"))
        assert json.loads(raw("why", "--format", "json", "d\u00e9j\u00e0.Dockerfile").decode("utf-8"))
        assert b"caf\xe9.Dockerfile\nd\xc3\xa9j\xc3\xa0.Dockerfile\n" in raw("--list-files", ".")
        apply = ["git", "apply", "--check", "-"]
        applied = subprocess.run(apply, cwd=project, input=raw("--diff", "."), capture_output=True, check=False)
        assert (applied.returncode, applied.stderr) == (0, b"")
