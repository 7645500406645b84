"""What a project's own files say of the release of a language that they need, and tools that refuse to work below it.

Only what stops surely is here: Go, Cargo, the .NET SDK, Composer, Bundler, Poetry and pip end with an error, and javac
knows no release newer than its own. npm only warns of ``engines``; uv and rustup fetch what is asked for.
"""

from __future__ import annotations

from dlint.lazy import NamedTuple, pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Final

    from dlint.syntax.image import ImageRef

Version = tuple[int, ...]


class Demand(NamedTuple):
    """A release that a file asks for, as it is ``named`` in a sentence, and where it stands in the text."""

    version: Version
    named: str
    start: int
    end: int


class Toolchain(NamedTuple):
    """A language: images that have a release of it, tools that refuse an older one, and where that is asked for.

    ``images`` are familiar names; ``tag`` finds the release in a tag. ``tools`` are the commands with the subcommands
    that look at ``file``, in the folder that they run in. ``demands`` find the release in it, each by its group.
    ``elsewhere`` are words of a Dockerfile, and ``unless`` of the file, by which another release may be used.
    """

    language: str
    images: frozenset[str]
    tag: re.Pattern[str]
    tools: dict[str, frozenset[str]]
    file: str
    demands: tuple[re.Pattern[str], ...]
    elsewhere: tuple[str, ...]
    unless: tuple[str, ...] = ()
    since: Version = ()


_FIRST = pattern(r"\Av?(\d+(?>(?:\.\d+)*))(?=$|-)")
_JDK = pattern(r"(?:^|(?:^|-)(?:jdk|openjdk|eclipse-temurin|amazoncorretto|sapmachine|ibm-semeru)-?)(\d+)(?=$|[-.u_])")
_PHP = pattern(r"\"php\"[ \t]*:[ \t]*\"[ \t]*+(?:(?:\^|~|>=?)[ \t]*+)?v?(\d++(?>(?:\.\d++)*))(?>(?:\.\*)?)[^|\"\n]*+\"")
_MAVEN = frozenset("compile test package verify install deploy spring-boot:run".split())

TOOLCHAINS: Final = (
    # https://go.dev/doc/toolchain: the official image sets GOTOOLCHAIN=local, and from 1.21 on a newer `go` line stops.
    Toolchain(
        "Go", frozenset(("golang",)), _FIRST,
        {"go": frozenset("build generate list mod run test vet".split())}, "go.mod",
        (pattern(r"(?m)^go[ \t]+(\d+(?:\.\d+){1,2})[ \t]*(?://.*)?$"),), ("GOTOOLCHAIN",), (), (1, 21),
    ),
    # https://doc.rust-lang.org/cargo/reference/rust-version.html; edition 2024 came with 1.85.
    Toolchain(
        "Rust", frozenset(("rust", "lukemathwalker/cargo-chef")), pattern(r"(?:^|-rust-)(\d+(?:\.\d+)*)(?=$|-)"),
        {"cargo": frozenset("build check run test".split())}, "Cargo.toml",
        (
            pattern(r"(?m)^rust-version[ \t]*=[ \t]*[\"'](\d+(?:\.\d+)*)[\"']"),
            pattern(r"(?m)^edition[ \t]*=[ \t]*[\"'](2024)[\"']"),
        ),
        ("rustup", "rust-toolchain", "ignore-rust-version", "+nightly", "RUSTC_BOOTSTRAP"),
    ),
    # https://learn.microsoft.com/dotnet/core/tools/sdk-errors/netsdk1045
    Toolchain(
        ".NET", frozenset(("mcr.microsoft.com/dotnet/sdk",)), _FIRST,
        {"dotnet": frozenset("build pack publish restore run test".split())}, ".csproj",
        (pattern(r"<TargetFrameworks?>[ \t]*(?:[\w.-]+;)*net(\d+\.\d+)(?:-[a-z]+)?[ \t]*(?:;[\w.-]*)*</"),),
        ("dotnet-install", "--framework", " -f "), ("Condition=",), (5,),
    ),
    # https://getcomposer.org/doc/articles/composer-platform-dependencies.md
    Toolchain(
        "PHP", frozenset(("php",)), _FIRST, {"composer": frozenset(("install", "update"))}, "composer.json",
        (_PHP,),
        ("ignore-platform", "IGNORE_PLATFORM"), ('"platform"',),
    ),
    # https://bundler.io/man/gemfile.5.html#RUBY
    Toolchain(
        "Ruby", frozenset(("ruby",)), _FIRST, {"bundle": frozenset(("", "install"))}, "Gemfile",
        (pattern(r"(?m)^ruby[ \t(]+[\"'](?:~>|>=|=)?[ \t]*(\d+(?:\.\d+)*)[\"']"),), ("rbenv", "rvm", "BUNDLE_GEMFILE"),
    ),
    # https://packaging.python.org/specifications/core-metadata/#requires-python and python-poetry.org/docs/pyproject
    Toolchain(
        "Python", frozenset(("python",)), _FIRST,
        {"poetry": frozenset(("install",)), "pip": frozenset(("install",))}, "pyproject.toml",
        (
            pattern(r"(?m)^requires-python[ \t]*=[ \t]*[\"'](?:>=|~=|==)[ \t]*(\d+\.\d+(?:\.\d+)?)[^|\"'\n]*[\"']"),
            pattern(r"(?m)^python[ \t]*=[ \t]*[\"'](?:\^|~|>=)[ \t]*(\d+\.\d+(?:\.\d+)?)[^|\"'\n]*[\"']"),
        ),
        ("pyenv", "conda", "uv python", "ignore-requires-python"),
    ),
    # https://openjdk.org/jeps/247: "release version N not supported"
    Toolchain(
        "Java",
        frozenset("amazoncorretto eclipse-temurin ibm-semeru-runtimes ibmjava maven openjdk sapmachine".split()), _JDK,
        {"mvn": _MAVEN, "mvnw": _MAVEN}, "pom.xml",
        (
            pattern(r"<maven\.compiler\.(?:release|source|target)>[ \t]*(?:1\.)?(\d+)[ \t]*</"),
            pattern(r"<java\.version>[ \t]*(?:1\.)?(\d+)[ \t]*</"),
        ),
        ("-Djava.version", "-Dmaven.compiler", "toolchain", "sdkman", "JAVA_HOME", "jdk install", "openjdk-"),
        ("kotlin", "toolchain"),
    ),
)  # fmt: skip
_EDITIONS: Final = {"2024": (1, 85)}
_COMMENT = pattern(r"<!--[^-]*(?:-[^-]+)*-->")


def release_of(image: ImageRef) -> tuple[Toolchain, Version, str] | None:
    """The language of an image, and the release that its tag surely names."""
    # A tag of Maven begins with its own version.
    tag = (image.tag or "").partition("-")[2] if image.familiar == "maven" else image.tag or ""
    toolchain = next((one for one in TOOLCHAINS if image.familiar in one.images), None)
    match = toolchain.tag.search(tag) if toolchain is not None and "$" not in tag else None
    if toolchain is None or match is None:
        return None
    version = numbers(match[1])
    return (toolchain, version, match[1]) if version >= toolchain.since else None


def demanded(toolchain: Toolchain, text: str) -> Demand | None:
    """The highest release that a project's file asks for; None if it asks for none, or leaves a choice."""
    if any(word in text for word in toolchain.unless):
        return None
    if toolchain.file == "pom.xml":
        text = _COMMENT.sub(lambda comment: " " * len(comment[0]), text).partition("<profiles>")[0]
    found = (_demand(toolchain, match) for one in toolchain.demands for match in one.finditer(text))
    return max((one for one in found if one is not None), default=None)


def _demand(toolchain: Toolchain, match: re.Match[str]) -> Demand | None:
    written = match[1]
    # By itself the property means nothing: Spring Boot's parent hands it to the compiler.
    if match[0].startswith("<java.version") and "spring-boot-starter-parent" not in match.string:
        return None
    edition = match[0].startswith("edition")
    named = f"the edition {written} of {toolchain.language}" if edition else f"{toolchain.language} {written}"
    return Demand(_EDITIONS[written] if edition else numbers(written), named, match.start(1), match.end(1))


def numbers(text: str) -> Version:
    """A release as numbers."""
    return tuple(int(part) for part in text.split(".") if len(part) < 6)


def is_older(version: Version, needed: Version) -> bool:
    """Whether a release surely comes before another one: a tag of fewer numbers stands for the last of its branch."""
    common = min(len(version), len(needed))
    return version[:common] < needed[:common]
