"""What an image starts, and what is known of a command in its stage."""

from __future__ import annotations

import pytest

from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.commands import made_before, made_by, program_name, recent, start_of, started
from dlint.model.dockerfile.stage import Stage
from dlint.source import Source
from dlint.syntax.dockerfile import parser as dockerfile


def stage(text: str) -> Stage:
    return stages.build(dockerfile.parse(Source("Dockerfile", f"FROM debian:12 AS base\n{text}\n"))).stages[-1]


@pytest.mark.parametrize(
    ("start", "programs"),
    [
        ('CMD ["php-fpm","-F"]', ["php-fpm"]),
        ("CMD php-fpm -F", ["php-fpm"]),
        ("CMD exec php-fpm8.2 -F", ["php-fpm"]),
        ('CMD ["/usr/sbin/php-fpm7.4"]', ["php-fpm"]),
        ('CMD ["sh", "-c", "exec python3.11 app.py"]', ["python"]),
        ('ENTRYPOINT ["tini", "--", "env", "A=1", "node", "x.js"]', ["node"]),
        ('ENTRYPOINT ["/entrypoint.sh"]\nCMD ["gunicorn", "app"]', ["entrypoint.sh", "gunicorn"]),
        ("CMD migrate && exec serve", ["migrate", "serve"]),
        ("CMD a\nCMD b", ["b"]),
        ("CMD a\nENTRYPOINT []", ["a"]),
        ("RUN true", []),
    ],
)
def test_programs_that_are_started(start: str, programs: list[str]) -> None:
    assert [program.name for program in started(stage(start))] == programs


def test_an_entrypoint_clears_the_command_of_its_base() -> None:
    found = stage('CMD ["old"]\nFROM base\nENTRYPOINT ["new"]')
    assert [program.name for program in started(found)] == ["new"]
    found = stage('ENTRYPOINT ["old"]\nFROM base\nCMD ["new"]')
    assert [program.name for program in started(found)] == ["old", "new"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/usr/bin/python3.11", "python"),
        ("C:\\x\\node.exe", "node"),
        ("7z", "7z"),
        ("mysqld-8.0", "mysqld"),
    ],
)
def test_names_of_programs(path: str, name: str) -> None:
    assert program_name(path) == name


def test_what_is_looked_at_is_bounded() -> None:
    long = stage("\n".join(f"RUN x{number}" for number in range(1000)))
    assert len(list(made_by(long))) == 200
    assert len(list(made_before(long.instructions[-1], long))) == 200
    assert recent(list(range(1000)))[0] == 800
    assert start_of(long) == []
