"""Which word of a command line is the file that an interpreter runs."""

from __future__ import annotations

import shlex

import pytest

from dlint.model.facts.interpreters import run_by


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("python main.py --port 80", "main.py"),
        ("/usr/bin/python3.13 -u -W ignore src/main.py", "src/main.py"),
        ("node --enable-source-maps dist/index.js", "dist/index.js"),
        ("node -r dotenv/config server.js", "server.js"),
        ("java -Xmx1g -jar /app.jar --debug", "/app.jar"),
        ("java -cp lib/x.jar -jar app.jar", "app.jar"),
        ("dotnet Shop.dll", "Shop.dll"),
        ("bash -e run.sh", "run.sh"),
        ("ruby -Ilib bin/x.rb", "bin/x.rb"),
        ("php -d memory_limit=1G artisan.php", "artisan.php"),
    ],
)
def test_it_is_found_behind_options(line: str, file: str) -> None:
    words = shlex.split(line)
    at = run_by(words)
    assert at is not None and words[at] == file


@pytest.mark.parametrize(
    "line",
    ["python -m http.server", "python -c pass x.py", "python -mflask x.py", "node -e 1", "node .", "node dist/main",
     "java -cp x.jar Main", "java Main.jar", "sh -c run.sh", "dotnet exec x.dll", "nginx x.py", "python", ""],
)  # fmt: skip
def test_what_runs_no_file_or_does_not_say_which(line: str) -> None:
    assert run_by(shlex.split(line)) is None
