"""Package managers of every kind: what counts as a version, what keeps a cache out of the layer, what answers."""

from __future__ import annotations

import pytest

import dlint

MOUNT = "--mount=type=cache,target="
# For each rule the commands it speaks about, and those it passes over.
COMMANDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "npm-unpinned": (
        ("npm i a", "npm add a", "npm install -g a", "npm i @a/b", "yarn add a", "yarn global add a", "pnpm add a",
         "pnpm i a", "bun add a"),
        ("npm ci", "npm i", "npm install", "yarn", "yarn install --frozen-lockfile", "pnpm install", "npm i a@4.1.0",
         "yarn add a@4", "pnpm add a@4", "npm i $A", "npm i a@$V", "npm i ./a", "yarn add file:./a", "bun install"),
    ),
    "pip-unpinned": (
        ("pip install a", "pip install a[b]", "python3 -m pip install a", "uv pip install a",
         "uv pip install --system a", "pipx install a", "uv tool install a"),
        ("pip install -r a.txt", "uv pip install -r a.txt", "uv sync --frozen", "uv add a", "pipx install a==24",
         "uv pip install a==3", "pip install $A", "pip install a==$V", "pip install .", "uv pip install .",
         "pip install --constraint c.txt a", "uv pip install -c c.txt a", "pip install dist/*.whl", "poetry install"),
    ),
    "go-unpinned": (
        ("go get golang.org/x/a", "go install golang.org/x/a@latest", "go install golang.org/x/a",
         "go run golang.org/x/a@latest"),
        ("go get ./...", "go get", "go mod download", "go install ./cmd/a", "go install golang.org/x/a@v1",
         "go install golang.org/x/a@$V", "go run main.go"),
    ),
    "gem-unpinned": (
        ("gem install a", "gem i a", "gem install a b:1"),
        ("gem install a:7", "gem install a -v 7", "gem install a -v $V", "bundle install", "gem update --system"),
    ),
    "cargo-unpinned": (
        ("cargo install a", "cargo install a --locked", "cargo install --git https://example.org/a"),
        ("cargo install --path .", "cargo install a --version 14", "cargo install a@14", "cargo install $A",
         "cargo install --git https://example.org/a --tag v1", "cargo build --release", "cargo install a --vers $V"),
    ),
    "composer-unpinned": (
        ("composer require a/b", "composer global require a/b c/d:1"),
        ("composer install --no-dev", "composer require a/b:1.2", "composer require a/b=1", "composer require a/b ^1",
         "composer require $A", "composer require ext-json"),
    ),
    "pecl-unpinned": (
        ("pecl install a", "pecl install -o -f a", "pecl install a-beta", "pecl install ch/a", "pecl install a_b b-1.2",
         "pecl install channel://pecl.php.net/a", "pear install A_B"),
        ("pecl install a-6.1.0", "pecl install -f a-6", "pecl install ch/a-1.0RC2", "pecl install $A",
         "pecl install a-$V", "pecl install https://example.org/a.tgz", "pecl install ./a", "pecl install a-1.tgz",
         "pecl install package.xml", "pecl channel-update pecl.php.net", "pecl upgrade", "pecl list"),
    ),
    "apt-get-unpinned": (
        ("apt install a", "aptitude install a", "apt-get install a"),
        ("apt install a=1", "apt-get install $A", "apt-get install ./a.deb", "apt install a=$V",
         "apt-get install $(cat a.txt)", "xargs apt-get install -y < a.txt"),
    ),
    "rpm-unpinned": (
        ("dnf in -y a", "dnf install -y a", "dnf5 install a", "tdnf install -y a", "microdnf install a",
         "yum install a", "zypper in a"),
        ("dnf install -y a-8.1", "dnf in -y $A", "zypper in a=1", "zypper in 'a>=1'", "tdnf install -y $A"),
    ),
    "apk-unpinned": (("apk add a", "apk add --no-cache a"), ("apk add a=1", "apk add $A", "apk add a~=8")),
    "apt-get-lists-left": (
        ("apt-get update", "apt update", "aptitude update"),
        (MOUNT + "/var/lib/apt,sharing=locked apt-get update", MOUNT + "/var/lib/apt/lists apt update",
         "apt-get update && rm -rf /var/lib/apt/lists/*", "apt-get update && apt-get dist-clean"),
    ),
    "apk-without-no-cache": (
        ("apk add a",),
        (MOUNT + "/var/cache/apk apk add a", MOUNT + "/etc/apk/cache apk add a", "apk add --no-cache a"),
    ),
    "rpm-cache-left": (
        ("dnf in -y a", "tdnf install -y a", "microdnf install -y a", "yum install -y a", "zypper in -y a"),
        (MOUNT + "/var/cache/dnf dnf in -y a", MOUNT + "/var/cache/libdnf5 dnf in -y a",
         MOUNT + "/var/cache/yum yum install -y a", MOUNT + "/var/cache/zypp zypper in -y a",
         MOUNT + "/var/cache/tdnf tdnf install -y a", "tdnf install -y a && tdnf clean all",
         "microdnf install a && microdnf clean all", MOUNT + "/var/cache microdnf install -y a"),
    ),
    "pip-without-no-cache-dir": (
        ("pip install a", "python3 -m pip install a", "pip3 install -r a.txt"),
        (MOUNT + "/root/.cache/pip pip install a", MOUNT + "/root/.cache pip install a", "pip install --no-cache-dir a",
         "PIP_NO_CACHE_DIR=1 pip install a", "pip install a && rm -rf /root/.cache",
         "pip install a && pip cache purge"),
    ),
    "yarn-cache-left": (
        ("yarn install", "yarn", "yarn add a@1"),
        (MOUNT + "/usr/local/share/.cache/yarn yarn install", MOUNT + "/root/.cache yarn install",
         "yarn install && yarn cache clean"),
    ),
    "rpm-install-without-yes": (
        ("dnf in a", "tdnf install a", "yum install a", "zypper in a"),
        ("dnf in -y a", "zypper -n in a", "yum -y install a", "dnf --assumeyes in a", "yes | dnf install a"),
    ),
    "apt-get-install-without-yes": (
        ("apt install a", "aptitude install a", "apt-get install a"),
        ("apt install -y a", "aptitude -y install a", "apt-get -qq install a", "apt-get install $OPTIONS a"),
    ),
    "apt-get-recommends": (
        ("apt install -y a", "apt-get install -y a", "aptitude install -y a"),
        ("apt install -y --no-install-recommends a", "aptitude install -y --without-recommends a",
         "aptitude install -y -R a"),
    ),
}  # fmt: skip
CASES = [(rule, command, True) for rule, (told, _) in COMMANDS.items() for command in told]
CASES += [(rule, command, False) for rule, (_, passed) in COMMANDS.items() for command in passed]


@pytest.mark.parametrize(("rule", "command", "told"), CASES, ids=lambda value: str(value))
def test_a_command_is_told_or_passed_over(rule: str, command: str, told: bool) -> None:
    text = f"FROM debian:12\nRUN {command}\n"
    config = {"select": [rule], "shellcheck": False}
    found = dlint.lint_files({"Dockerfile": text}, targets=["Dockerfile"], config=config)
    assert [finding.line for finding in found] == ([2] if told else [])


def test_a_stability_is_no_part_of_what_to_write() -> None:
    (finding,) = dlint.lint_files(
        {"Dockerfile": "FROM php:8\nRUN pecl install ssh2-BETA\n"}, config={"select": ["pecl-unpinned"]}
    )
    assert "write ssh2-<version>" in finding.message


@pytest.mark.parametrize(
    "line",
    (
        "mvn -q package", "./mvnw -f app/pom.xml dependency:go-offline", "gradle build -x test",
        "./gradlew :app:shadowJar",
        "poetry install --no-root", "pdm sync", "pipenv install --deploy", "mix deps.get --only prod",
        "mvn org.apache.maven.plugins:maven-dependency-plugin:3.8.1:resolve", '["mvn", "verify"]',
    ),
)  # fmt: skip
def test_build_tools_load_what_their_project_names(line: str) -> None:
    assert _cache_findings(line)
    assert not _cache_findings(line, "--mount=type=cache,target=/root/.store ")


@pytest.mark.parametrize(
    "line",
    ("mvn --version", "mvn -o package", "gradle --offline build", "gradle wrapper", "mix test"),
)
def test_build_tools_that_load_nothing(line: str) -> None:
    assert not _cache_findings(line)


def _cache_findings(line: str, mount: str = "") -> list[dlint.Finding]:
    text = f"FROM debian:12\nRUN {mount}{line}\n"
    return list(dlint.lint_files({"Dockerfile": text}, config={"select": ["package-cache-not-mounted"]}))
