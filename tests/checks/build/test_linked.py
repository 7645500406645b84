"""Programs that are copied to an image without the C library that they are linked to, and packages of other Pythons."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlint.library import lint_paths

RUST = 'FROM {} AS b\nWORKDIR /src\nCOPY . .\nRUN {}\nFROM {}\nCOPY --from=b /src/target/{} /x\nCMD ["/x"]\n'
GO = 'FROM {} AS b\nWORKDIR /src\nCOPY . .\nRUN {}\nFROM {}\nCOPY --from=b /out/x /x\nENTRYPOINT ["/x"]\n'
LIB = "/usr/local/lib"
NET = 'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n)\n'


def count(folder: Path, dockerfile: str, name: str, source: str = NET, config: bool = False) -> int:
    """How often a rule speaks of a project on disk."""
    files = {
        "Dockerfile": dockerfile,
        "Cargo.toml": '[package]\nname = "x"\n',
        "go.mod": "module x\n",
        "main.go": source,
    }
    for path, text in files.items():
        (folder / path).write_text(text)
    if config:
        (folder / ".cargo").mkdir()
        (folder / ".cargo" / "config.toml").write_text("[build]\n")
    report = lint_paths([str(folder)])
    assert not report.failures
    return len([one for one in report.visible if one.rule.name == name])


@pytest.mark.parametrize(
    ("base", "run", "image", "path", "expected"),
    [
        ("rust:1.90", "cargo build --release", "alpine:3.22", "release/x", 1),
        ("rust:1.90-slim", "cargo build --release --locked", "scratch", "release/x", 1),
        ("rust", "cargo build", "gcr.io/distroless/static-debian12", "debug/x", 1),
        ("rust:1.90", "cargo build --release", "debian:12-slim", "release/x", 0),
        ("rust:1.90", "cargo build --release", "gcr.io/distroless/cc-debian12", "release/x", 0),
        ("rust:1.90-alpine", "cargo build --release", "alpine:3.22", "release/x", 0),
        ("rust:1.90", "RUSTFLAGS='-C target-cpu=native' cargo build --release", "alpine:3.22", "release/x", 0),
        ("rust:1.90", "cargo build --target x86_64-unknown-linux-musl", "alpine:3.22", "debug/x", 0),
        ("rust:1.90", "cargo build --release", "alpine:3.22\nRUN apk add --no-cache gcompat", "release/x", 0),
        ("example/rust:1", "cargo build --release", "alpine:3.22", "release/x", 0),
    ],
)
def test_programs_of_rust(tmp_path: Path, base: str, run: str, image: str, path: str, expected: int) -> None:
    dockerfile = RUST.format(base, run, image, path)
    assert count(tmp_path, dockerfile, "program-linked-to-glibc") == expected


def test_a_stage_that_starts_nothing_hands_out_what_was_built(tmp_path: Path) -> None:
    dockerfile = "FROM rust AS b\nWORKDIR /src\nRUN cargo build\nFROM scratch\nCOPY --from=b /src/target/debug/x /\n"
    assert count(tmp_path, dockerfile, "program-linked-to-glibc") == 0


def test_cargo_may_be_told_another_target_by_its_settings(tmp_path: Path) -> None:
    dockerfile = RUST.format("rust:1.90", "cargo build --release", "alpine:3.22", "release/x")
    assert count(tmp_path, dockerfile, "program-linked-to-glibc", config=True) == 0


@pytest.mark.parametrize(
    ("base", "run", "image", "source", "expected"),
    [
        ("golang:1.25", "go build -o /out/x .", "scratch", NET, 1),
        ("golang:1.25-bookworm", "go build -ldflags='-s -w' -o /out/x ./cmd", "alpine:3.22", NET, 1),
        ("golang:1.25", "cd /src && go build -o ../out/x", "alpine", 'import "net"\n', 1),
        ("golang:1.25", "CGO_ENABLED=0 go build -o /out/x .", "scratch", NET, 0),
        ("golang:1.25\nENV CGO_ENABLED=0", "go build -o /out/x .", "scratch", NET, 0),
        ("golang:1.25\nARG TARGETARCH", "GOARCH=$TARGETARCH go build -o /out/x .", "scratch", NET, 0),
        ("golang:1.25-alpine", "go build -o /out/x .", "scratch", NET, 0),
        ("golang:1.25", "go build -o /out/x .", "debian:12", NET, 0),
        ("golang:1.25", "go build -tags netgo -o /out/x .", "scratch", NET, 0),
        ("golang:1.25", "go build -o /out/x .", "scratch", 'package main\n\nimport "fmt"\n', 0),
        ("golang:1.25", "make", "scratch", NET, 0),
    ],
)
def test_programs_of_go(tmp_path: Path, base: str, run: str, image: str, source: str, expected: int) -> None:
    assert count(tmp_path, GO.format(base, run, image), "program-linked-to-glibc", source) == expected


@pytest.mark.parametrize(
    ("make", "own", "copy", "expected"),
    [
        ("python -m venv /v", "3.12", "/v /v", 1),
        ("python3 -m venv --copies /v", "3.12-slim", "/v/ /v", 1),
        ("virtualenv /v", "3.12", "/v /v", 1),
        ("pip install --prefix=/v flask", "3.12", "/v /usr/local", 1),
        ("pip install --user flask", "3.12", "/root/.local /root/.local", 1),
        ("pip install flask", "3.12", "{}/python3.13 {}/python3.12", 1),
        ("pip install flask", "3.13", "{}/python3.12 {}/python3.12", 1),
        ("pip install flask", "3.13", "{}/python3.13 {}/python3.13", 0),
        ("python -m venv /v", "3.13.1", "/v /v", 0),
        ("python -m venv /v", "3", "/v /v", 0),
        ("python -m venv /v", "3.12", "/docs /docs", 0),
        ("uv venv /v", "3.12", "/v /v", 0),
    ],
)  # fmt: skip
def test_packages_of_python(tmp_path: Path, make: str, own: str, copy: str, expected: int) -> None:
    dockerfile = f"FROM python:3.13 AS b\nRUN {make}\nFROM python:{own}\nCOPY --from=b {copy.format(LIB, LIB)}\n"
    assert count(tmp_path, dockerfile, "python-packages-of-other-version") == expected


@pytest.mark.parametrize(
    ("base", "own", "run", "expected"),
    [
        ("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "python:3.14-slim", "uv sync --frozen", 1),
        ("ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "python:3.12-slim", "uv sync --frozen", 0),
        ("python:3.14", "gcr.io/distroless/python3-debian12", "uv sync", 1),
        ("python:3.13", "gcr.io/distroless/python3-debian13", "uv sync", 0),
        ("python:3.14", "gcr.io/distroless/python3-debian12", "uv python install 3.11 && uv sync", 0),
        ("ghcr.io/astral-sh/uv:0.9-debian", "python:3.12-slim", "uv sync", 0),
        ("python:3.14", "python:3.12", "uv pip install flask", 0),
    ],
)
def test_environments_of_uv(tmp_path: Path, base: str, own: str, run: str, expected: int) -> None:
    dockerfile = (
        f"FROM {base} AS b\nWORKDIR /app\nCOPY . .\nRUN {run}\nFROM {own}\nCOPY --from=b /app/.venv /app/.venv\n"
    )
    assert count(tmp_path, dockerfile, "python-packages-of-other-version") == expected
