"""What Compose refuses: the schema walked over nodes, and consistency, each fault one sentence at its place."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.model.compose import model
from dlint.model.compose.faults import FaultList
from dlint.model.compose.schema import FORMATS, check_schema, schema
from dlint.model.compose.validate import validate
from dlint.project.files import ProjectFiles
from dlint.source import Source
from dlint.syntax.compose import file as compose
from dlint.syntax.fault import Fault
from dlint.syntax.quantities import is_address
from dlint.syntax.yaml.nodes import to_data


def build(text: str) -> model.ComposeModel:
    sources = {"compose.yaml": Source("compose.yaml", text)}
    return model.build([compose.parse(sources["compose.yaml"])], sources.get, {})


def faults(text: str, *files: str) -> list[Fault]:
    """The faults of a project of one file; ``files`` are other paths that are there."""
    return validate(build(text), lambda path: path in files)


def service(body: str, rest: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"services:\n  web:\n{lines}  db: {{image: y}}\n{rest}"


def test_a_rich_file_has_no_faults() -> None:
    text = """\
name: shop
services:
  web:
    image: nginx:${TAG:-1}
    build: {context: ., args: [A=1], secrets: [key], additional_contexts: {base: "service:db"}, ssh: [default]}
    ports: [80, "8080-8090:80-90", "127.0.0.1:81:81/udp", "[::1]:82:82", "${P}:83", {target: 84, published: "8084"}]
    volumes: ["data:/data", "./x:/x:ro,z", "/anon", {type: bind, source: ., target: /y, bind: {selinux: Z}}]
    environment: {A: 1, B: true, C: , D: "x"}
    depends_on: {db: {condition: service_healthy, required: false}}
    networks: {front: {aliases: [w]}, default: }
    secrets: [key, {source: key, target: /k, mode: 0400}]
    configs: [settings]
    healthcheck: {test: [CMD, x], interval: 1m30s, retries: "3"}
    deploy:
      replicas: 2
      resources: {limits: {cpus: "0.5", memory: 512m}, reservations: {devices: [{capabilities: [gpu]}]}}
    ulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}
    privileged: "yes"
    mem_limit: 0.5g
    tmpfs: /t
    env_file: [{path: gone.env, required: false}]
    develop: {watch: [{path: ., action: sync, target: /src}]}
    x-note: {anything: [goes]}
  db: {build: ./db, healthcheck: {disable: true}, network_mode: bridge}
  old: {image: z, profiles: [debug], links: ["db:alias"], volumes_from: ["container:x"]}
networks: {front: }
volumes: {data: {external: true, name: q}}
secrets: {key: {environment: KEY}}
configs: {settings: {content: text}}
models: {m: {model: ai/x}}
"""
    assert [fault.message for fault in faults(text)] == []


@pytest.mark.parametrize(
    ("body", "kind", "place", "words", "suggestion"),
    [
        ("build: .\nimge: x", "unknown-key", "imge", "services.web`: did you mean `image`", "image"),
        ("image: x\nqqqq: x", "unknown-key", "qqqq", "x-qqqq", None),
        ("image: x\nnet: host", "unknown-key", "net", "did you mean `network_mode`", "network_mode"),
        ("image: x\nnetwork: host", "unknown-key", "network", "did you mean `network_mode`", "network_mode"),
        ("image: x\nenv: [A=b]\nenvironment: [C=d]", "unknown-key", "env", "did you mean `environment`", None),
        (
            "build: .\ndockerfile: x",
            "unknown-key",
            "dockerfile",
            "`build.dockerfile`, with `context: .` beside it",
            None,
        ),
        ("image: x\nrestart_policy: always", "unknown-key", "restart_policy", "mean `restart`", "restart"),
        ("image: x\nrestart_policy: {}", "unknown-key", "restart_policy", "mean `deploy.restart_policy`", None),
        ("image: x\nports: [{target: 1, host: 2}]", "unknown-key", "host", "did you mean `published`", "published"),
        ("image: x\ndb: {image: y}", "unknown-key", "db", "indent it like `web`", None),
        ("image: x\nuser: 1000", "wrong-type", "1000", "services.web.user` must be text, this is a number", '"1000"'),
        ("image: x\ncommand: [a, 5]", "wrong-type", "5", "services.web.command[1]", '"5"'),
        ("image:", "wrong-type", "image", "empty", None),
        ("image: x\nenvironment: {D: 2024-01-01}", "wrong-type", "2024-01-01", "a date", '"2024-01-01"'),
        ("image: x\nports: 80", "wrong-type", "80", "a list", "[80]"),
        ("image: x\nhealthcheck: {interval: 10}", "wrong-type", "10", "10s", "10s"),
        ("image: x\nstop_grace_period: '10'", "bad-value", "'10'", "unit", "10s"),
        ("image: x\nprivileged: maybe", "bad-value", "maybe", "true", None),
        ("image: x\nprivileged: ${P:-maybe}", "bad-value", "${P:-maybe}", "`maybe`", None),
        ("image: x\nmem_limit: 1x", "bad-value", "1x", "512m", None),
        ("image: x\ncgroup: hots", "bad-value", "hots", "`host`", "host"),
        ("image: x\npull_policy: sometimes", "bad-value", "sometimes", "always", None),
        ("image: x\nhealthcheck: {retries: -1}", "bad-value", "-1", "at least 0", None),
        ("image: x\ndepends_on: {db: {restart: true}}", "missing-key", "db", "`condition`", None),
        ("image: x\nsecurity_opt: [a, a]", "duplicate-item", "a", "twice", None),
        ("image: x\nextra_hosts: [a]", "bad-value", "a", "address", None),
        ("restart: always", "no-image", "web", "neither", None),
        ("image: ''", "no-image", "''", "neither", None),
        ("image: x\nnetworks: [font]", "undefined-network", "font", "did you mean `front`", "front"),
        ("image: x\nvolumes: ['dada:/x']", "undefined-volume", "dada", "did you mean `data`", "data"),
        ("image: x\nsecrets: [{source: s}]", "undefined-secret", "s", "secrets", None),
        ("image: x\nconfigs: [s]", "undefined-config", "s", "configs", None),
        ("image: x\nmodels: [s]", "undefined-model", "s", "models", None),
        ("image: x\nbuild: {context: ., secrets: [s]}", "undefined-secret", "s", "secrets", None),
        ("image: x\ndepends_on: [dbb]", "undefined-service", "dbb", "did you mean `db`", "db"),
        ("image: x\nlinks: ['gone:x']", "undefined-service", "gone", "gone", None),
        ("image: x\nnetwork_mode: service:gone", "undefined-service", "service:gone", "gone", None),
        ("image: x\nvolumes_from: [gone]", "undefined-service", "gone", "gone", None),
        ("image: x\ndepends_on: [web]", "dependency-cycle", "web", "web -> web", None),
        ("image: x\ndepends_on: [off]", "disabled-dependency", "off", "profile `p`", None),
        ("build: {additional_contexts: ['a=service:db']}", "bad-build-context", "service:db", "not built", None),
        ("build: {dockerfile: D, dockerfile_inline: FROM x}", "exclusive-keys", "dockerfile_inline", "keep one", None),
        ("build: {context: ., platforms: [a/b]}\nplatform: c/d", "bad-value", "c/d", "platforms", None),
        ("image: x\nnetwork_mode: host\nnetworks: [front]", "exclusive-keys", "network_mode", "networks", None),
        ("image: x\ncontainer_name: ab\nscale: 2", "exclusive-keys", "ab", "share", None),
        ("image: x\nscale: 2\ndeploy: {replicas: 3}", "exclusive-keys", "2", "deploy.replicas", None),
        ("image: x\ncpus: 1\ndeploy: {resources: {limits: {cpus: '2'}}}", "exclusive-keys", "1", "limits.cpus", None),
        (
            "image: x\nmem_limit: 1g\ndeploy: {resources: {limits: {cpus: '2'}}}",
            "exclusive-keys",
            "mem_limit",
            "open",
            None,
        ),
        ("image: x\nprivileged: '1'", "bad-value", "'1'", "truth", None),
        (
            f"image: x\nmem_limit: '{'9' * 300}g'\ndeploy: {{resources: {{limits: {{memory: 1g}}}}}}",
            "exclusive-keys",
            f"'{'9' * 300}g'",
            "equal",
            None,
        ),
        ("image: x\nmem_limit: 1e3x", "bad-value", "1e3x", "size", None),
        ("image: x\nenvironment: {'': x}", "unknown-key", "''", "empty", None),
        ("image: x\nsecrets: [{target: /x}]", "undefined-secret", "{target: /x}", "name of a secret", None),
        ("image: x\nlinks: [':a']", "undefined-service", "':a'", "name of a service", None),
        ("image: x\ndevices: ['/a:/b:r:w']", "bad-value", "'/a:/b:r:w'", "colons", None),
        ("image: x\nports: ['a:80']", "bad-port", "a", "host", None),
        ("image: x\nports: ['80:70000']", "bad-port", "70000", "65535", None),
        ("image: x\nports: ['1-3:1-2']", "bad-port", "'1-3:1-2'", "equal", None),
        ("image: x\nports: ['85-80']", "bad-port", "85-80", "80-85", None),
        ("image: x\nports: ['localhost:80:80']", "bad-port", "localhost", "127.0.0.1", None),
        ("image: x\nports: ['80/tpc']", "bad-port", "tpc", "udp", None),
        ("image: x\nports: [{published: 80}]", "bad-port", "{published: 80}", "target", None),
        ("image: x\nvolumes: [':/b']", "bad-mount", "':/b'", "empty", None),
        ("image: x\nvolumes: ['/a:/b:ro:z']", "bad-mount", "'/a:/b:ro:z'", "colons", None),
        ("image: x\nvolumes: [{type: bind, target: /b}]", "bad-mount", "{type: bind, target: /b}", "source", None),
        ("image: x\ntmpfs: /x\nvolumes: ['data:/x/']", "bad-mount", "'data:/x/'", "already", None),
        (
            "image: x\nvolumes: ['data:/x', {type: tmpfs, target: /x/}]",
            "bad-mount",
            "{type: tmpfs, target: /x/}",
            "already",
            None,
        ),
        ("image: x\nhealthcheck: {test: [curl]}", "bad-value", "curl", "CMD-SHELL", None),
        ("image: x\ncommand: run (it)", "bad-value", "run (it)", "parentheses", None),
        ("image: x\nenvironment: ['A = 1']", "bad-value", "A = ", "blank", "A="),
        ("image: x\nenvironment: ['A =']", "bad-value", "A =", "blank", "A="),
        ("image: x\ndevelop: {watch: [{path: a, action: sync}]}", "missing-key", "sync", "target", None),
        ("image: x\ngpus: [{count: 1, device_ids: ['0']}]", "exclusive-keys", "device_ids", "count", None),
        ("image: x\nenv_file: gone.env", "missing-env-file", "gone.env", "required: false", None),
        ("image: x\nlabel_file: gone.labels", "missing-label-file", "gone.labels", "add it", None),
    ],
)
def test_faults_of_a_service(body: str, kind: str, place: str, words: str, suggestion: str | None) -> None:
    rest = "  off: {image: z, profiles: [p]}\nnetworks: {front: }\nvolumes: {data: }\n"
    (fault,) = faults(service(body, rest))
    assert (fault.kind, fault.raw) == (kind, place)
    assert words in fault.message and not fault.message.endswith(".")
    assert fault.suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "kind", "place", "words"),
    [
        ("", "empty-file", "", "services"),
        ("# note\n", "empty-file", "#", "services"),
        ("- a\n", "wrong-type", "- a", "mapping"),
        ("services: {a: {image: x}}\n---\n", "wrong-type", "", "document"),
        ("services:\n", "wrong-type", "services", "mapping"),
        ("services:\n  - web: {image: x}\n", "wrong-type", "- web: {image: x}", "dashes"),
        ("web: {image: x}\ndb: {build: .}\n", "first-format", "web", "services:"),
        ("service: {a: {image: x}}\n", "unknown-key", "service", "`services`"),
        ("services: {a: {image: x}}\ndb: {image: y}\n", "unknown-key", "db", "below `services`"),
        ("services: {a: {image: x}}\nports: [1]\n", "unknown-key", "ports", "a key of a service"),
        ("services: {a b: {image: x}}\n", "unknown-key", "a b", "letters"),
        ("version: 3\n", "wrong-type", "3", "quotes"),
        ("version: '3'\n", "empty-file", "version", "services"),
        ("{}\n", "empty-file", "{}", "services"),
        ("name: Ä\nservices: {a: {image: x}}\n", "bad-value", "Ä", "project's name"),
        ("volumes: {a: {external: true, driver: x}}\n", "exclusive-keys", "driver", "external"),
        ("networks: {a: {name: x, external: {name: y}}}\n", "exclusive-keys", "name", "external.name"),
        ("secrets: {a: {}}\n", "bad-secret", "a", "environment"),
        ("secrets: {a: {environment: ''}}\n", "bad-secret", "a", "environment"),
        ("secrets: {a: {file: x, environment: Y}}\n", "exclusive-keys", "environment", "file"),
        ("configs: {a: {}}\n", "bad-config", "a", "content"),
        ("services:\n  a: &a {image: x, container_name: nm}\n  b: *a\n", "duplicate-container-name", "nm", "`a`"),
    ],
)
def test_faults_of_the_top_level(text: str, kind: str, place: str, words: str) -> None:
    (fault,) = faults(text)
    assert (fault.kind, fault.raw) == (kind, place)
    assert words in fault.message


def test_circles_are_named_once() -> None:
    text = "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, ipc: service:c}\n  c: {image: x, links: [a]}\n"
    (fault,) = faults(text)
    assert fault.kind == "dependency-cycle" and "a -> b -> c -> a" in fault.message


@pytest.mark.parametrize(
    "body",
    [
        "image: i${I}\nprivileged: ${P}x\nscale: ${S}1\nmem_limit: ${M}g\nstop_grace_period: ${T}s",
        "image: x\nports: ['${A}:${B}:80', '${C}0', '${D}:80/${E}']\nvolumes: ['${V}/a:/x', '${W}']",
        "image: x\nnetworks: ['${N}']\ndepends_on: ['${D}']\nenv_file: ['${F}']",
        "extends: {file: ../elsewhere.yaml, service: x}",
        "image: x\nenv_file: [/etc/x.env, ../up.env]",
    ],
)
def test_what_is_unknown_is_no_fault(body: str) -> None:
    assert faults(service(body)) == []


def test_a_file_that_is_there_is_no_fault() -> None:
    assert faults(service("image: x\nenv_file: [./a.env]\nlabel_file: b"), "a.env", "b") == []


def test_a_document_that_is_no_mapping_hides_no_other_fault() -> None:
    found = faults("services: {a: {image: x}}\n---\nservices: {a: {tyt: true}}\n---\n- x\n")
    assert [(fault.kind, fault.raw) for fault in found] == [("wrong-type", "- x"), ("unknown-key", "tyt")]


def test_a_fragment_is_told_apart_from_a_file_that_stands_alone() -> None:
    for path, words in (("compose.yaml", "add one"), ("compose.prod.yaml", "add one, or lint the file together")):
        file = compose.parse(Source(path, "services: {a: {ports: [80]}}\n"))
        (fault,) = validate(model.build([file], lambda path: None, {}), lambda path: True)
        assert fault.kind == "no-image" and words in fault.message
        assert ("laid over" in fault.message) is (path != "compose.yaml")


@pytest.mark.parametrize(
    ("keys", "file", "words"),
    [
        ("env_file: [e.env]", "A B=2\n", "In `e.env`, line 1: "),
        ("env_file: [{path: e.env, format: raw}]", "A='\n", ""),
        ("env_file: [{path: e.env, format: odd}]", "A=1\n", "`odd` is no format"),
        ("label_file: e.env", "a='\n", "In `e.env`, line 1: "),
        ("env_file: ['']", "", "no name here"),
    ],
)
def test_environment_files_that_are_there_must_be_readable(keys: str, file: str, words: str) -> None:
    files = {"compose.yaml": service(f"image: x\n{keys}"), "e.env": file}
    project = ProjectFiles.from_files(files)
    found = build(files["compose.yaml"])
    found.project = project
    said = [fault.message for fault in validate(found, project.exists)]
    assert len(said) == bool(words) and all(words in message for message in said)


def test_a_project_that_unfolds_without_end_is_not_checked_without_end() -> None:
    base = "services:\n  b:\n    image: x\n    environment:\n" + "".join(f"      K{i}: 1\n" for i in range(700))
    text = base + "".join(f"  s{i}: {{extends: b, environment: {{X: 1}}}}\n" for i in range(700))
    assert [fault.kind for fault in faults(text)] == ["too-large"]


def test_yaml_faults_stop_the_search() -> None:
    assert faults("services:\n  a: {imge: x}\n  b: [\n") == []


def test_a_key_that_stands_twice_hides_no_other_fault() -> None:
    found = faults("services:\n  a: {image: x, tty: true, tty: false, imge: y}\n  b: {imag: z, image: z}\n")
    assert [fault.raw for fault in found] == ["imge", "imag"]


def test_a_valid_file_imports_no_validator() -> None:
    program = (
        "import sys\n"
        "from dlint.source import Source\n"
        "from dlint.model.compose import model, validate\n"
        "from dlint.syntax.compose import file as compose\n"
        "found = model.build([compose.parse(Source('c', 'services: {a: {image: x}}'))], lambda path: None, {})\n"
        "assert validate.validate(found, lambda path: True) == []\n"
        "print([name for name in ('jsonschema', 'difflib', 'ipaddress', 'ruamel.yaml.main') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("fe80::1%eth0", False),
        ("1.2.3", False),
        ("01.2.3.4", False),
        ("256.1.1.1", False),
        ("", False),
        ("a::g", False),
    ],
)
def test_addresses(text: str, expected: bool) -> None:
    assert is_address(text) is expected


def test_the_schema_is_a_schema_and_describes_every_key() -> None:
    whole = schema()
    jsonschema.Draft202012Validator.check_schema(whole)
    undescribed = []

    def visit(node: Any, path: str) -> None:
        if isinstance(node, dict):
            for name, below in node.get("properties", {}).items():
                target = below.get("$ref", "").rpartition("/")[2]
                if not (below.get("description") or whole["$defs"].get(target, {}).get("description")):
                    undescribed.append(f"{path}.{name}")
            for name, below in node.items():
                visit(below, f"{path}.{name}")
        elif isinstance(node, list):
            for number, below in enumerate(node):
                visit(below, f"{path}[{number}]")

    visit(whole, "")
    assert undescribed == []
    assert set(re.findall(r'"format": "([a-z]+)"', json.dumps(whole))) == set(FORMATS)


KEYS = st.sampled_from([*sorted(set(schema()["$defs"]["service"]["properties"]) - {"extends", "image"}), "x-a", "imge"])
VALUES = st.sampled_from(
    """5
-1
1.5
abc
"5"
""
true
"yes"
~
[a]
[5]
[a, a]
[{a: b}]
{a: b}
[]
{}
"10s"
"5m"
{a: {}}
{a: }
"a=b"
["a=b", c]
{a: [b]}
{test: [CMD], interval: 5s, retries: 3}
{context: ., args: {A: 1}, target: 5}
{replicas: "2", resources: {limits: {cpus: 1, memory: 5m, pids: x}}}
[{target: 80, published: "80"}, 80, "80:80", {foo: 1}]
[{type: bind, source: a, target: /b}, "a:/b", {type: odd, target: 5}]
{db: {condition: service_started}, web: {restart: true}}
{soft: 1, hard: 2}
{nofile: {soft: 1, hard: 2}, nproc: 5}
{driver: x, options: {a: 1, b: [c]}}""".split("\n")
)


@settings(max_examples=600)
@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_the_walk_agrees_with_the_jsonschema_library(fields: dict[str, str]) -> None:
    """An independent validator, given the same schema and formats, accepts and refuses the same services."""
    text = "services:\n  web:\n    image: x\n" + "".join(f"    {k}: {v}\n" for k, v in fields.items())
    tree = build(text).map
    ours = FaultList()
    check_schema(tree, ours)
    checker = jsonschema.FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value) is None)
    library = jsonschema.Draft202012Validator(schema(), format_checker=checker)
    assert bool(ours.found) == (not library.is_valid(to_data(tree, literal=True)))
    for fault in ours.found:
        assert 0 <= fault.span.start <= fault.span.end <= len(text)


@pytest.mark.parametrize(
    "body",
    [
        "volumes: [./a:/x/, ./b:/x]",
        "volumes: [./a:/x//y, ./b:/x/y/]",
        "volumes: [./a:/x/, {type: bind, source: ./b, target: /x}]",
        "volumes: [{type: tmpfs, target: /x}, {type: bind, source: ./b, target: /x}]",
        "tmpfs: [/x, /x/]",
        "tmpfs: /x/\nvolumes: [./a:/x]",
    ],
)
def test_a_mount_in_the_place_of_another_is_taken_as_the_loader_reads_paths(body: str) -> None:
    assert faults(service(f"image: x\n{body}")) == []


@pytest.mark.parametrize(
    "line",
    [
        "read_only: ${X}", "cpus: $X", "mem_limit: ${X}", "stop_grace_period: ${X}", "container_name: ${X}",
        "pull_policy: ${X}", "healthcheck: {retries: '${X}'}", "deploy: {replicas: '${X}'}", "ports: ['${X}:${X}']",
        "ports: ['127.0.0.1:80:${X}/udp']", "volumes: ['${X}:/data']",
    ],
)  # fmt: skip
def test_a_variable_without_a_value_is_named_where_compose_refuses_nothing(line: str) -> None:
    found = faults(service(f"image: x\n{line}"))
    assert [(fault.kind, "X is not set" in fault.message) for fault in found] == [("required-variable", True)]


@pytest.mark.parametrize(
    "line", ["restart: ${X}", "ports: ['${X}:80']", "user: ${X}", "read_only: ${X:-false}", "environment: {A: '${X}'}"]
)
def test_a_variable_without_a_value_may_stand_where_compose_takes_nothing(line: str) -> None:
    assert faults(service(f"image: x\n{line}")) == []


@pytest.mark.parametrize(
    ("image", "names"),
    [
        ("${I}", ["I"]),
        ("${I}${J}", ["I", "J"]),
        ("${I:-nginx}", []),
        # Compose takes what is left; the engine alone refuses it.
        ("nginx:${TAG}", []),
        ("${R}/web:${TAG:-1}", []),
        ("nginx${SUFFIX}", []),
        ("nginx:${TAG:?}", ["TAG"]),
    ],
)
def test_an_image_needs_the_values_that_are_all_of_it(image: str, names: list[str]) -> None:
    found = faults(f"services:\n  web:\n    image: {image}\n")
    assert all(fault.kind in ("required-variable", "demanded-variable") for fault in found)
    assert [next(name for name in names if f" {name} " in fault.message) for fault in found] == names


def test_a_variable_without_a_value_is_named_once() -> None:
    text = service("image: ${X}\nread_only: ${X}\nhostname: ${Y:?}\ndomainname: ${Y:?}")
    assert [fault.kind for fault in faults(text)] == ["demanded-variable", "required-variable"]


def test_what_a_section_defines_that_stands_twice_is_not_missed() -> None:
    text = "volumes:\n  aa:\nservices:\n  web: {image: x, volumes: ['aa:/a', 'cc:/c']}\nvolumes:\n  bb:\n"
    (missing,) = [fault for fault in faults(text) if fault.kind == "undefined-volume"]
    assert missing.raw == "cc"
