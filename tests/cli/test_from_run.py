"""``dlint compose from-run``: what it prints where, its exit codes, and that it repeats no credential."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import dlint
from dlint.cli.main import call

REFUSALS = [rule.name for rule in dlint.rules() if rule.category == "validity" and rule.name != "compose-file-missing"]
QUIET = "shellcheck = false\n"


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Run:
    """Calls ``dlint compose from-run`` in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, *arguments: str) -> Done:
        code = call(["compose", "from-run", *arguments])
        return Done(code, *self.capsys.readouterr())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    (tmp_path / ".git").mkdir()
    (tmp_path / "dlint.toml").write_text(QUIET)
    monkeypatch.chdir(tmp_path)
    return Run(tmp_path, capsys)


PLAIN = "services:\n  nginx:\n    image: nginx:1.27\n    tty: true\n"


def test_a_command_in_quotes_its_words_and_standard_input_are_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "docker run -t nginx:1.27"
    assert run("--no-lint", text) == (0, PLAIN, "")
    assert run(text, "--no-lint") == (0, PLAIN, "")
    assert run("--no-lint", *text.split()) == (0, PLAIN, "")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"\ufeff$ {text}\r\n".encode())))
    assert run("--no-lint", "-") == (0, PLAIN, "")


def test_several_commands_make_several_services(run: Run) -> None:
    done = run("--no-lint", "--name", "web", "--name", "db", "docker run a", "docker run b")
    assert list(YAML(typ="safe").load(done.out)["services"]) == ["web", "db"]


def test_findings_point_into_the_command_line(run: Run) -> None:
    done = run("docker run -d \\\n  -p 6379:80 --privileged redis:8.2")
    assert done.code == 1
    assert done.out.startswith("services:\n")
    assert ":2:3  warning  Service redis publishes port 6379" in done.err
    assert ":2:14  error  " in done.err
    assert "│   -p 6379:80 --privileged redis:8.2" in done.err
    assert "^^^^^^^^^^^^" in done.err


def test_the_configuration_at_hand_counts(run: Run) -> None:
    (run.folder / "dlint.toml").write_text(f'{QUIET}select = ["service-privileged"]\n')
    assert run("docker run -p 80:80 nginx").code == 0
    (run.folder / "dlint.toml").write_text("no-such-key = 1\n")
    done = run("docker run nginx")
    assert done.code == 2
    assert "no-such-key" in done.err


def test_fix_prints_the_hardened_form(run: Run) -> None:
    (run.folder / "dlint.toml").write_text(f'{QUIET}preset = ["strict", "style"]\n')
    text = "docker run -d -p 8080:80 -p 8081:80 nginx:1.27"
    safe = run("--fix", text)
    assert "- '8080:80'\n      - '8081:80'\n" in safe.out
    hard = run("--fix", "--unsafe-fixes", text)
    assert "'127.0.0.1:8080:80'" in hard.out
    assert "no-new-privileges:true" in hard.out
    assert hard.code == 0, hard.err


def test_what_remains_after_fixes_points_into_the_command_line(run: Run) -> None:
    done = run("--fix", "--unsafe-fixes", "docker run -p 80:80 --privileged nginx")
    assert "1:21  error" in done.err


def test_the_file_is_written_and_no_other_is_lost(run: Run) -> None:
    target = run.folder / "compose.yaml"
    assert run("--no-lint", "--output", "compose.yaml", "docker run -t nginx:1.27") == (0, "", "")
    assert target.read_text() == PLAIN
    done = run("--no-lint", "--output", "compose.yaml", "docker run b")
    assert done == (2, "", "dlint: compose.yaml exists already; --force replaces it\n")
    assert run("--no-lint", "--force", "--output", "compose.yaml", "docker run b").code == 0
    assert "image: b" in target.read_text()


def test_a_file_for_a_place_is_linted_as_one_of_that_place(run: Run) -> None:
    (run.folder / "dlint.toml").write_text(f'{QUIET}select = ["env-file-missing"]\nfail-on = "info"\n')
    assert run("--output", "compose.yaml", "docker run --env-file a.env b").code == 1
    (run.folder / "a.env").write_text("A=1\n")
    assert run("--force", "--output", "compose.yaml", "docker run --env-file a.env b").code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("docker run --nmae web x",), "1:12: unknown option --nmae; did you mean --name?"),
        (("docker run 'x",), "1:12: the single quote that opens here is never closed"),
        (("docker run -it --rm",), "1:1: docker run names no image"),
        (("docker run \0",), "1:12: a NUL character, which no command line can hold"),
        (("docker run \udc80",), "1:12: bytes that are not UTF-8"),
        (("docker run -p " + "8" * 200_000 + " x",), "1:1: more than 131,072 characters are no command line"),
        (("docker run -p nonsense x",), "1:12: "),
        (("docker run --network host --network a x",), ""),
        (("echo hello",), "1:1: no command in this starts a container, as `docker run` does"),
        (("docker", "run", "--nmae", "x"), "1:12: unknown option --nmae; did you mean --name?"),
        (("-", "x"), "- (standard input) goes alone"),
        (("--fix", "--no-lint", "docker run x"), "--fix needs the findings that --no-lint leaves out"),
        (("--unsafe-fixes", "docker run x"), "--unsafe-fixes goes with --fix"),
        (("--name", "a b", "docker run x"), "letters, digits"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_printed(
    run: Run, arguments: tuple[str, ...], message: str
) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


def test_without_words_help_is_shown(run: Run) -> None:
    done = run()
    assert done.code == 2
    assert "COMMAND" in done.err


SECRET = "tr0ub4dor-zq81xx"


@pytest.mark.parametrize(
    "command",
    [
        f"docker run -p 80:80 --privileged -e DB_PASSWORD={SECRET} nginx",
        f"docker run -p 80:80 --privileged -e 'DB_PASSWORD={SECRET}' nginx",
        f"docker run -p 80:80 -e URL=postgres://u:{SECRET}@db/x nginx",
        f"docker run -p 80:80 nginx --password={SECRET}",
        f"docker run -p 80:80 -l api-token={SECRET} nginx",
        f"docker run -p nonsense -e DB_PASSWORD={SECRET} nginx",
        f"docker run -e DB_PASSWORD={SECRET} --nmae nginx",
        f"docker run -e DB_PASSWORD={SECRET} 'nginx",
        f"curl {SECRET}; docker run -p 80:80 nginx",
    ],
)
@pytest.mark.parametrize("options", [(), ("--no-lint",), ("--fix", "--unsafe-fixes")])
def test_no_credential_is_repeated(run: Run, command: str, options: tuple[str, ...]) -> None:
    assert SECRET not in run(*options, command).err


def test_a_value_in_the_file_is_offered_a_better_place(run: Run) -> None:
    done = run("--no-lint", "docker run -e DB_PASSWORD=x -e MODE=y -e OTHER_TOKEN=$T db:1")
    assert "the file holds the value of DB_PASSWORD: write ${NAME}" in done.err
    assert "the file needs a value for T: in .env" in done.err


WORDS = st.lists(
    st.one_of(
        st.sampled_from(
            "docker podman run create service network volume -it -p 80:80 -v a:/b --mount type=bind,src=/a,dst=/b"
            " -e A=b --network host --name web --link web:w --rm nginx --ulimit a=1 --gpus all --privileged $X"
            " $(pwd) ; | <x>"
            " --restart always --health-cmd --cpus 0.5 -m 1g --replicas 3 --entrypoint --label --volumes-from".split()
        ),
        st.text(max_size=6),
    ),
    max_size=9,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(WORDS)
@example(["--restart", "sometimes", "x"])
@example(["-v", "a", "--cpus", "inf", "x"])
@example(["--memory", "much", "x"])
def test_any_words_give_a_valid_file_or_a_sentence(run: Run, words: list[str]) -> None:
    for text in (" ".join(words), " ".join(["docker", "run", *words, "image"])):
        done = run("--no-lint", "--", text)
        assert done.code in (0, 2)
        assert "internal error" not in done.err
        if done.code:
            assert done.err
            assert not done.out
            continue
        found = dlint.lint_files({"compose.yaml": done.out}, config={"select": REFUSALS, "shellcheck": False})
        assert [finding for finding in found if finding.severity.label == "error"] == []
