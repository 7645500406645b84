"""Scripts that images and services start: what only files on disk, or carriage returns, can show."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths

CRLF = '#!/bin/sh\r\nexec "$@"\r\n'
PLAIN = '#!/bin/sh\nexec "$@"\n'
COPIED = 'FROM alpine:3.22\nCOPY e.sh /e.sh\nENTRYPOINT ["/e.sh"]\n'
CHECKED = 'FROM alpine:3.22\nCOPY e.sh /e.sh\nHEALTHCHECK CMD /e.sh || exit 1\nCMD ["sleep", "60"]\n'
TESTED = "services:\n  job:\n    build: .\n    command: sleep 60\n    healthcheck:\n      test: [CMD, /e.sh]\n"
BOUND = "FROM alpine:3.22\nRUN --mount=type=bind,source=e.sh,target=/e.sh /e.sh\n"
CALLED = "FROM alpine:3.22\nCOPY e.sh /usr/bin/\nRUN e.sh --all\n"
MOUNTED = 'services:\n  job:\n    image: alpine:3.22\n    entrypoint: ["/e.sh"]\n    volumes: ["./e.sh:/e.sh:ro"]\n'


def rules(folder: Path, files: Mapping[str, str], mode: int = 0o644) -> set[str]:
    """The names of the rules about scripts that have findings in a project on disk."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        if name.endswith(".sh"):
            path.chmod(mode)
    report = lint_paths([str(folder)])
    assert not report.failures
    return {finding.rule.name for finding in report.visible if "script" in finding.rule.name}


@pytest.mark.parametrize(
    ("files", "mode", "expected"),
    [
        ({"Dockerfile": COPIED, "e.sh": PLAIN}, 0o644, {"script-not-executable"}),
        ({"Dockerfile": COPIED, "e.sh": PLAIN}, 0o755, set()),
        ({"Dockerfile": COPIED, "e.sh": CRLF}, 0o755, {"script-with-crlf"}),
        ({"Dockerfile": COPIED.replace("COPY", "COPY --chmod=0755"), "e.sh": PLAIN}, 0o644, set()),
        ({"Dockerfile": COPIED.replace("COPY", "COPY --chmod=0644"), "e.sh": PLAIN}, 0o644, {"script-not-executable"}),
        ({"Dockerfile": COPIED.replace("ENTRYPOINT", "RUN chmod +x /e.sh\nENTRYPOINT"), "e.sh": PLAIN}, 0o644, set()),
        ({"Dockerfile": COPIED.replace("ENTRYPOINT", "RUN dos2unix /e.sh\nENTRYPOINT"), "e.sh": CRLF}, 0o755, set()),
        ({"Dockerfile": COPIED.replace('["/e', '["sh", "/e'), "e.sh": CRLF}, 0o644, set()),
        ({"Dockerfile": CHECKED, "e.sh": PLAIN}, 0o644, {"script-not-executable"}),
        ({"Dockerfile": CHECKED, "e.sh": CRLF}, 0o755, {"script-with-crlf"}),
        ({"Dockerfile": CHECKED.replace("CMD /", "CMD sh /"), "e.sh": CRLF}, 0o644, set()),
        (
            {"Dockerfile": "FROM alpine:3.22\nCOPY e.sh /e.sh\n", "compose.yaml": TESTED, "e.sh": PLAIN},
            0o644,
            {"script-not-executable"},
        ),
        (
            {
                "Dockerfile": "FROM alpine:3.22\nCOPY e.sh /e.sh\n",
                "e.sh": PLAIN,
                "compose.yaml": TESTED + "    volumes: [./tools:/e.sh:ro]\n",
            },
            0o644,
            set(),
        ),
        (
            {"Dockerfile": COPIED.replace("ENTRYPOINT", "RUN chmod +x /bin/sh\nENTRYPOINT"), "e.sh": PLAIN},
            0o644,
            {"script-not-executable"},
        ),
        ({"Dockerfile": BOUND, "e.sh": PLAIN}, 0o644, {"script-not-executable"}),
        ({"Dockerfile": BOUND, "e.sh": CRLF}, 0o755, {"script-with-crlf"}),
        ({"Dockerfile": BOUND.replace("RUN ", "RUN --mount=type=tmpfs,target=/x "), "e.sh": PLAIN}, 0o755, set()),
        ({"Dockerfile": BOUND.replace(" /e.sh", " sh /e.sh"), "e.sh": PLAIN}, 0o644, set()),
        ({"Dockerfile": BOUND.replace("source", "from=example/x:1,source"), "e.sh": PLAIN}, 0o644, set()),
        ({"Dockerfile": CALLED, "e.sh": PLAIN}, 0o644, {"script-not-executable"}),
        ({"Dockerfile": CALLED.replace("RUN ", "RUN chmod +x /usr/bin/e.sh && "), "e.sh": PLAIN}, 0o644, set()),
        ({"Dockerfile": CALLED.replace("/usr/bin/", "/opt/"), "e.sh": PLAIN}, 0o644, set()),
        ({"compose.yaml": MOUNTED, "e.sh": PLAIN}, 0o644, {"mounted-script-not-executable"}),
        ({"compose.yaml": MOUNTED, "e.sh": CRLF}, 0o755, {"mounted-script-with-crlf"}),
        ({"compose.yaml": MOUNTED, "e.sh": PLAIN}, 0o755, set()),
        ({"compose.yaml": MOUNTED.replace('["/e', '["sh", "/e', 1), "e.sh": CRLF}, 0o644, set()),
    ],
)
def test_scripts_on_disk(tmp_path: Path, files: Mapping[str, str], mode: int, expected: set[str]) -> None:
    assert rules(tmp_path, files, mode) == expected


def test_a_script_of_a_copied_folder_is_found(tmp_path: Path) -> None:
    files = {
        "compose.yaml": "services:\n  app:\n    build: .\n",
        "Dockerfile": 'FROM alpine:3.22\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["./bin/e.sh"]\n',
        "bin/e.sh": CRLF,
    }
    assert rules(tmp_path, files) == {"script-with-crlf", "script-not-executable"}


def test_a_link_out_of_the_project_says_nothing(tmp_path: Path) -> None:
    inner = tmp_path / "project"
    inner.mkdir()
    (tmp_path / "outer.sh").write_text(CRLF)
    (inner / ".git").mkdir()
    (inner / "Dockerfile").write_text(COPIED)
    (inner / "e.sh").symlink_to(tmp_path / "outer.sh")
    assert rules(inner, {}) == set()
