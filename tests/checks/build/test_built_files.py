"""Built files that COPY takes: what manifests have made, and where nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from dlint.library import lint_paths
from dlint.model.facts.built_files import cargo_programs, gradle_archives, maven_archive

MAVEN = "FROM maven:3 AS b\nWORKDIR /src\nCOPY . .\nRUN mvn package\nFROM eclipse-temurin:21\n"
CARGO = (
    "FROM rust:1.90 AS b\nWORKDIR /src\nCOPY . .\nRUN cargo build {}\nFROM debian:12\nCOPY --from=b /src/target/{} /x\n"
)
NODE = "FROM node:22 AS b\nWORKDIR /app\nCOPY . .\nRUN npm ci\nRUN {}\nFROM nginx:1\nCOPY --from=b /app/{} /x\n"
POM = "<project><parent><version>3</version></parent><artifactId>shop</artifactId><version>1.1</version></project>"
TOML = '[package]\nname = "shop"\n'


def messages(folder: Path, files: Mapping[str, str]) -> list[str]:
    """What the rule says of a project on disk."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    report = lint_paths([str(folder)])
    assert not report.failures
    return [one.message for one in report.visible if one.rule.name == "built-file-named-otherwise"]


@pytest.mark.parametrize(
    ("copy", "pom", "count"),
    [
        ("target/shop-1.0.jar", POM, 1),
        ("target/shop-1.1.jar", POM, 0),
        ("target/shop-*.jar", POM, 0),
        ("target/shop.jar", POM.replace("</project>", "<build><finalName>app</finalName></build></project>"), 1),
        ("target/app.jar", POM.replace("</project>", "<build><finalName>app</finalName></build></project>"), 0),
        ("target/shop-1.0.jar", POM.replace("1.1", "${v}"), 0),
        ("target/shop-1.0.jar", POM.replace("</project>", "<profiles></profiles></project>"), 0),
        ("target/shop-1.0.war", POM, 1),
        ("target/shop-1.1.war", POM.replace("</project>", "<packaging>war</packaging></project>"), 0),
        ("target/shop-3.jar", POM.replace("<version>1.1</version>", ""), 0),
        ("target/shop-1.0.jar", "", 0),
    ],
)
def test_archives_of_maven(tmp_path: Path, copy: str, pom: str, count: int) -> None:
    stage = {"Dockerfile": f"{MAVEN}COPY --from=b /src/{copy} /app.jar\n", "pom.xml": pom}
    assert len(messages(tmp_path, stage)) == count
    host = {"Dockerfile": f"FROM eclipse-temurin:21\nCOPY {copy} /app.jar\n", ".gitignore": "target/\n"}
    assert len(messages(tmp_path, host)) == count


@pytest.mark.parametrize(
    ("flags", "path", "files", "count"),
    [
        ("--release", "release/server", {}, 1),
        ("--release", "release/shop", {}, 0),
        ("-r", "release/shop", {}, 0),
        ("", "release/shop", {}, 1),
        ("--release", "debug/shop", {}, 1),
        ("--release --target=x86_64-unknown-linux-musl", "release/shop", {}, 1),
        ("--release --target x86_64-unknown-linux-musl", "x86_64-unknown-linux-musl/release/shop", {}, 0),
        ("--release --target $T", "release/shop", {}, 0),
        ("--profile dist", "dist/shop", {}, 0),
        ("--release", "release/server", {"src/bin/server.rs": ""}, 0),
        ("--release", "release/server", {"crates/a/Cargo.toml": '[package]\nname = "server"\n'}, 0),
        ("--release", "release/shop", {".cargo/config.toml": "[build]\n"}, 0),
        ("--release && cp target/release/shop target/release/server", "release/server", {}, 0),
    ],
)
def test_programs_of_cargo(tmp_path: Path, flags: str, path: str, files: Mapping[str, str], count: int) -> None:
    assert len(messages(tmp_path, {"Dockerfile": CARGO.format(flags, path), "Cargo.toml": TOML, **files})) == count


@pytest.mark.parametrize(
    ("run", "copy", "script", "files", "count"),
    [
        ("npm run build", "build", "vite build", {}, 1),
        ("npm run build", "dist", "vite build", {}, 0),
        ("npm run build", "dist", "react-scripts build", {}, 1),
        ("yarn build", "dist", "tsc && npm run b", {}, 0),
        ("npx vite build", "build", "x", {}, 1),
        ("npm run build", "build", "vite build --outDir build", {}, 0),
        ("npm run build", "build", "vite build && node after.js", {}, 0),
        ("npm run build", "build", "vite build", {"vite.config.ts": "build: { outDir: 'build' }"}, 0),
        ("npm run build", "dist", "vite build", {"vite.config.ts": "build: { outDir: 'build' }"}, 1),
        ("npm run build", "build", "vite build", {"vite.config.ts": "build: { outDir: where }"}, 0),
        ("npm run build", "build", "vite build", {"build/a": ""}, 0),
        ("npm run build && mv dist build", "build", "vite build", {}, 0),
        ("npm run build", "build", "tsc && vite build", {"tsconfig.json": '{"outDir": "build"}'}, 0),
        ("npm run build", ".next/standalone", "next build", {}, 1),
        ("npm run build", ".next/standalone", "next build", {"next.config.js": "output: 'standalone'"}, 0),
        ("npm run build", ".next/standalone", "next build", {"next.config.js": "x = require('./y')"}, 0),
    ],
)
def test_folders_of_bundlers(
    tmp_path: Path, run: str, copy: str, script: str, files: Mapping[str, str], count: int
) -> None:
    package = f'{{"scripts": {{"build": "{script}"}}}}'
    project = {"Dockerfile": NODE.format(run, copy), "package.json": package, "package-lock.json": "{}", **files}
    assert len(messages(tmp_path, project)) == count


def test_manifests_are_read() -> None:
    found = maven_archive(f"<!-- <version>9</version> -->{POM}")
    assert found is not None
    assert found.names == ("shop-1.1.jar",)
    assert maven_archive("<project><a>") is None
    gradle = gradle_archives("rootProject.name = 'a'", "version = '1'")
    assert gradle is not None
    assert gradle.names[0] == "a-1.jar"
    assert gradle_archives("rootProject.name = 'a'", "archivesBaseName = 'b'") is None
    cargo = cargo_programs('[package]\nname = "a"\n[dependencies]\nname = "x"\n[[bin]]\nname = "b"\n')
    assert cargo is not None
    assert cargo.names == ("a", "b")
    assert cargo_programs('[workspace]\nmembers = ["a"]\n') is None
