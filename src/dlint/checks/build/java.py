"""How Java is started."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlint.api import Node, Problem, Problems, Related, check, pattern
from dlint.api.build import Build
from dlint.api.dockerfile import started

# docs.oracle.com/en/java/javase/21/docs/specs/man/java.html: java [options] -jar jarfile [args]
_FOR_JAVA = pattern(
    r"-X(?:m[sxn]|ss|X:|log:|share:|int$|debug$)\S*|-(?:javaagent|agentlib|agentpath):\S+|--add-(?:opens|exports|modules)\b\S*"
    r"|-D(?:java|javax|file|user|sun|spring|server|log4j2?|logging|logback|com\.sun)\.\S+"
    r"|\"?\$\{?(?:JAVA_OPTS|JAVA_OPTIONS|JVM_OPTS|JVM_OPTIONS|JAVA_JVM_OPTS)(?::-[^}]*)?\}?\"?"
)


@check(
    on=Build, words=("java", "jdk", "jre", "temurin", "corretto", "semeru", "graalvm", "zulu", "liberica", "sapmachine")
)
def java_option_after_jar(build: Build) -> Problems:
    """Options for Java behind the name of the program, which gets them as its own arguments."""
    for stage in build.graph.shipped:
        for program in started(stage):
            if program.name == "java" and (late := _late(program.words)) is not None:
                yield _problem(program.place, late)
    for script in build.entry_scripts:
        commands = script.commands
        for command in commands.commands if commands is not None and "java" in commands.names else ():
            late = _late([word.text for word in command.words]) if command.name == "java" else None
            if late is not None:
                yield _problem(script.where, late, [Related(command.name_node, "It is started here")])


def _problem(where: Node, late: str, related: Sequence[Related] = ()) -> Problem:
    message = f"{late} stands behind `-jar` and its file, where it is an argument of the program: put it before `-jar`"
    return Problem(where, message, related=related)


def _late(words: Sequence[str]) -> str | None:
    """The first word behind the program's file that is one for Java itself."""
    return next((word.strip('"') for word in _behind(words) if _FOR_JAVA.fullmatch(word)), None)


def _behind(words: Sequence[str]) -> Iterator[str]:
    for at, word in enumerate(words):
        if word == "-jar":
            yield from words[at + 2 :]
            return
