"""Count the scripts of Dockerfiles about which ShellCheck is not asked, and ask it about them.

Usage: ``python bench/silent_scripts.py FOLDER…``. All files of the folders are read as Dockerfiles. A script is what
a RUN has its shell do, for a shell that ShellCheck knows. Ends with 1 if ShellCheck says something of a script about
which dlint does not ask it (decision 0002).
"""

from __future__ import annotations

import sys
from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from unittest import mock

from dlint.model.dockerfile.graph import build
from dlint.shellcheck import scripts
from dlint.shellcheck.process import ShellCheck
from dlint.shellcheck.silent import is_silent
from dlint.source import Source
from dlint.syntax.dockerfile.parser import Onbuild, Run, parse

Judged = tuple[str, bool]


def main(folders: Sequence[str]) -> int:
    """Print the figures of the Dockerfiles in these folders."""
    paths = sorted(path for folder in folders for path in Path(folder).rglob("*") if path.is_file())
    files = [found for path in paths if (found := judged(path.read_bytes()))]
    each = [script for found in files for script in found]
    if not each:
        print("no scripts there")
        return 1
    known = [silent for _, silent in each]
    alone = [all(silent for _, silent in found) for found in files]
    print(f"{len(each)} scripts in {len(files)} of {len(paths)} files; ShellCheck is not asked about {share(known)}")
    print(f"{share(alone)} of these files have no other, so that no process is started")
    left = sorted({content for content, silent in each if silent})
    minded = spoken(left)
    print(f"of {len(left)} different ones ShellCheck minds {len(minded)}")
    for content, codes in minded.items():
        print(f"  {codes}: {content!r}")
    return 1 if minded else 0


def share(yes: Sequence[bool]) -> str:
    """How many of all that is, in per cent."""
    return f"{100 * sum(yes) / len(yes):.1f} %"


def judged(data: bytes) -> list[Judged]:
    """The scripts of a Dockerfile as ShellCheck would read them, each with whether it is not asked about it."""
    found: list[bool] = []

    def noted(text: str, dialect: str, names: Container[str]) -> bool:
        found.append(is_silent(text, dialect, names))
        return False

    with mock.patch.object(scripts, "is_silent", noted):
        contents = [*_contents(Source.from_bytes("Dockerfile", data))]
    return [*zip(contents, found, strict=True)]


def _contents(source: Source) -> Iterator[str]:
    for stage in build(parse(source)).stages:
        for node in stage.instructions:
            run = node.trigger if isinstance(node, Onbuild) else node
            if isinstance(run, Run):
                yield from (script.content for script in scripts.of_instruction(stage, run, ""))


def spoken(contents: Sequence[str]) -> dict[str, list[int]]:
    """What ShellCheck says of these scripts: the codes, for those of which it says something."""
    check = ShellCheck()
    check.add(contents)
    check.start()
    try:
        return {content: [one.code for one in said] for content, said in check.collect().items() if said}
    finally:
        check.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
