"""Rules, findings and a report made by hand, for the tests of reporters and of the fix engine."""

from __future__ import annotations

from collections.abc import Iterator

from dlint.rule.finding import Failure, Finding, Report, Suppressed
from dlint.rule.pages import page_of_text
from dlint.rule.rule import Fix, Problem, Related, Rule, check
from dlint.rule.severity import Severity
from dlint.source import Node, Source, Span

BODY = """First line of the page,
second line of it.

More to read.

```dockerfile bad
FROM debian
```
```dockerfile fixed
FROM debian:12
```
```yaml good file=compose.yaml
services: {}
```
"""


def make_rule(name: str, severity: str = "warning", *, kind: str = "dockerfile", body: str = BODY, **head: str) -> Rule:
    """A rule with a page of its own; ``head`` are header keys, with ``_`` for ``-``."""
    title = head.pop("title", name.replace("-", " ").capitalize())
    keys = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in head.items())

    def seen(node: Node) -> Iterator[Problem]:
        yield Problem(node)

    page = page_of_text(kind, name, f"{name}.md", f"---\ntitle: {title}\nseverity: {severity}\n{keys}---\n{body}")
    return Rule(page, check(on=Node)(seen))


def found(rule: Rule, source: Source, text: str, message: str = "", *, nth: int = 0, **more: object) -> Finding:
    """A finding on the ``nth`` place where ``text`` stands in ``source``."""
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return at(rule, source, start, start + len(text), message, **more)


def at(rule: Rule, source: Source, start: int, end: int, message: str = "", **more: object) -> Finding:
    """A finding on the characters ``start`` to ``end`` of ``source``."""
    return Finding(rule, rule.severity, source, Span(start, end), message or rule.title, **more)  # type: ignore[arg-type]


def make_report(findings: list[Finding], **more: object) -> Report:
    """A report of these findings; files and rules are those of the findings, unless given."""
    findings = sorted(findings, key=lambda finding: (finding.path, finding.span, finding.rule.name))
    rules: dict[str, tuple[Rule, Severity]] = {f.rule.name: (f.rule, f.rule.severity) for f in findings}
    linted = {finding.path: "compose" if finding.path.endswith("yaml") else "dockerfile" for finding in findings}
    parts = {"failures": [], "linted": linted, "rules": [rules[name] for name in sorted(rules)], **more}
    return Report(findings, **parts)  # type: ignore[arg-type]


UNTAGGED = make_rule("base-untagged", references="https://docs.docker.com/build/", aliases="hadolint/DL3006", cis="4.2")
LISTS = make_rule("package-lists-kept", "info", category="efficiency", title="Package lists stay in the layer")
SECRET = make_rule("secret-in-env", "error", category="security", cwe="798, 522", security_severity="9.1", owasp="12")
PIPE = make_rule("curl-pipe-shell", "error", category="security", cwe="CWE-494", precision="medium")
CASING = make_rule("casing", "style", category="style")
PRIVILEGED = make_rule("privileged", "error", kind="compose", category="security", security_severity="9")
UNUSED = make_rule("unused-stage", "info", category="validity")

DOCKERFILE = Source(
    "app dir/Dockerfile.ü",
    "FROM debian AS build\n"
    "RUN apt-get update && \\\n"
    "\tapt-get install -y curl\n"
    "ENV TOKEN=hunter2-hunter2 OTHER=1\n"
    "RUN echo '日本語 👩‍💻 é' && curl -k https://example.org/\x1b[31m | sh\n"
    "from scratch\n",
)
COMPOSE = Source("compose.yaml", "services:\r\n  web:\r\n    privileged: true\r\n    image: web\r\n", bom=True)
EMPTY = Source("sub/Dockerfile", "")


def sample() -> Report:
    """Findings of every severity and shape, over several files, with fixes, related places and suppressions."""
    image = Node(DOCKERFILE, Span(5, 11))
    line = COMPOSE.text.index("    privileged")
    privileged = Fix("Drop it", Node(COMPOSE, Span(line, COMPOSE.text.index("    image"))).replace(""))
    both = Fix("Name the stage", image.insert_after(":12"), Node(COMPOSE, Span(0, 0)).insert_before("name: x\n"))
    token = Node(DOCKERFILE, Span(DOCKERFILE.text.index("hunter2"), DOCKERFILE.text.index(" OTHER")))
    newline = DOCKERFILE.text.index("\n")
    hidden = found(CASING, DOCKERFILE, "AS", "Keywords in one case")
    hidden.suppressed = Suppressed("comment", "kept as upstream has it", Node(DOCKERFILE, Span(0, 4)))
    ignored = found(UNTAGGED, COMPOSE, "web\r", "Name a tag")
    ignored.suppressed = Suppressed("config", "")
    findings = [
        found(UNTAGGED, DOCKERFILE, "debian", "Name a tag: 100% sure, see [docs](1), a:b,c", fix=both),
        found(LISTS, DOCKERFILE, "RUN apt-get update && \\\n\tapt-get install -y curl", fix=None),
        at(
            SECRET,
            DOCKERFILE,
            *token.span,
            "The value of TOKEN looks like a credential",
            fix=Fix("Take it out", token.replace("")),
        ),
        found(
            PIPE,
            DOCKERFILE,
            "curl -k https://example.org/\x1b[31m | sh",
            'What \x1b[31mthe\nnetwork <sends> is "run" & so on',
        ),
        found(
            CASING,
            DOCKERFILE,
            "from",
            fix=Fix(
                "Use FROM", Node(DOCKERFILE, Span(len(DOCKERFILE.text) - 13, len(DOCKERFILE.text) - 9)).replace("FROM")
            ),
        ),
        at(UNUSED, DOCKERFILE, newline, newline + 1, "The line ends here"),
        at(UNUSED, DOCKERFILE, len(DOCKERFILE.text), len(DOCKERFILE.text), "The file ends here"),
        found(
            PRIVILEGED,
            COMPOSE,
            "privileged: true",
            "The container is root on the host",
            fix=privileged,
            related=[Related(image, "built [here]")],
        ),
        at(UNUSED, EMPTY, 0, 0, "The file is empty"),
        hidden,
        ignored,
    ]
    return make_report(
        findings,
        failures=[Failure("other/Dockerfile", "the rule q failed here: ValueError; please report it", rule="q")],
        linted={
            DOCKERFILE.path: "dockerfile",
            "compose.yaml": "compose",
            EMPTY.path: "dockerfile",
            ".dockerignore": "dockerignore",
        },
        notes=["ShellCheck is not installed, so its rules are off"],
    )
