"""The effective Compose model: what several files, extends, include and variables come to, and where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.model.compose import files as compose_files
from dlint.model.compose import loader as model_loader
from dlint.model.compose import model
from dlint.model.compose.model import ComposeModel
from dlint.project.files import ProjectFiles
from dlint.source import Source
from dlint.syntax.compose import file as compose
from dlint.syntax.yaml.nodes import YamlScalar, to_data


def build(files: str | dict[str, str], *mains: str, env: dict[str, str] | None = None) -> ComposeModel:
    """The model of ``mains`` (the first of ``files`` unless given); a string is the one file's text."""
    named = {"compose.yaml": files} if isinstance(files, str) else files
    sources = {path: Source(path, text) for path, text in named.items()}
    chosen = mains or tuple(named)[:1]
    return model.build([compose.parse(sources[path]) for path in chosen], sources.get, env or {})


def both(base: str, over: str) -> ComposeModel:
    """The model of a file and its override."""
    return build({"compose.yaml": base, "over.yaml": over}, "compose.yaml", "over.yaml")


def data(found: ComposeModel, service: str) -> dict[str, object]:
    entry = found.service(service)
    assert entry is not None
    value = to_data(entry.map, literal=True)
    assert isinstance(value, dict)
    return value


def kinds(found: ComposeModel) -> list[str]:
    return [fault.kind for fault in found.faults]


BASE = """\
services:
  web:
    image: x
    environment: {A: 1, B: two}
    ports: ["80:80", "81:81/udp"]
    volumes: [./d:/d, vol:/v]
    command: [x, y]
    labels: [l=1]
    depends_on: [db]
    networks: [one]
    dns: 1.1.1.1
    cap_add: [A, B]
    extra_hosts: [a=1.1.1.1]
    build: ./app
    logging: {driver: syslog, options: {a: "1"}}
  db: {image: y}
"""
OVER = """\
services:
  web:
    image: z
    environment: [B=3, C]
    ports: ["8080:80", {target: 81, published: "81", protocol: udp, name: q}]
    volumes: [wol:/v]
    command: z
    labels: {l: 2, m: }
    depends_on: {db: {condition: service_healthy}}
    networks: {two: }
    dns: [2.2.2.2]
    cap_add: [B, C]
    extra_hosts: {a: 2.2.2.2}
    build: {target: t}
    logging: {driver: json-file}
"""


def test_an_override_file_merges_by_the_specifications_table() -> None:
    found = both(BASE, OVER)
    assert found.faults == []
    assert data(found, "web") == {
        "image": "z",
        "environment": {"A": 1, "B": "3", "C": None},
        "ports": ["80:80", {"target": 81, "published": "81", "protocol": "udp", "name": "q"}, "8080:80"],
        "volumes": ["./d:/d", "wol:/v"],
        "command": "z",
        "labels": {"l": 2, "m": None},
        "depends_on": {"db": {"condition": "service_healthy"}},
        "networks": {"one": None, "two": None},
        "dns": ["1.1.1.1", "2.2.2.2"],
        "cap_add": ["A", "B", "C"],
        "extra_hosts": ["a=1.1.1.1", "a=2.2.2.2"],
        "build": {"context": "./app", "target": "t"},
        "logging": {"driver": "json-file"},
    }
    assert data(found, "db") == {"image": "y"}


def test_every_value_knows_its_file_and_place() -> None:
    found = both(BASE, OVER)
    web = found.service("web")
    assert web is not None and web.image is not None
    assert (web.image.source.path, web.image.line, web.image.raw) == ("over.yaml", 3, "z")
    places = {var.name: (var.source.path, var.value.raw if var.value else None) for var in web.environment}
    assert places == {"A": ("compose.yaml", "1"), "B": ("over.yaml", "3"), "C": ("over.yaml", None)}
    assert [(port.source.path, port.line) for port in web.ports] == [
        ("compose.yaml", 5),
        ("over.yaml", 5),
        ("over.yaml", 5),
    ]
    assert web.key.source.path == "compose.yaml"


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ("environment: !reset {}", {"image": "i", "ports": ["1:1"], "command": "c"}),
        ("ports: !override ['2:2']", {"image": "i", "environment": {"A": 1}, "ports": ["2:2"], "command": "c"}),
        ("environment: ", {"image": "i", "environment": {"A": 1}, "ports": ["1:1"], "command": "c"}),
        ("command: ", {"image": "i", "environment": {"A": 1}, "ports": ["1:1"], "command": None}),
    ],
)
def test_reset_override_and_null(over: str, expected: dict[str, object]) -> None:
    base = "services:\n  a: {image: i, environment: {A: 1}, ports: ['1:1'], command: c}\n"
    found = both(base, f"services:\n  a:\n    {over}\n")
    assert data(found, "a") == expected


def test_extends_in_the_same_file_and_across_files() -> None:
    found = build(
        {
            "compose.yaml": "services:\n  a:\n    extends: b\n    cap_add: [Z]\n    ports: !reset []\n"
            "  b:\n    extends: {file: sub/base.yaml, service: mid}\n    ports: ['1:1']\n",
            "sub/base.yaml": "services:\n  mid:\n    extends: {file: more.yaml, service: root}\n"
            "    cap_add: [Y]\n    env_file: m.env\n",
            "sub/more.yaml": "services:\n  root:\n    image: ${IMAGE:-base}\n    cap_add: [X]\n",
        }
    )
    assert found.faults == []
    assert data(found, "a") == {"image": "base", "cap_add": ["X", "Y", "Z"], "env_file": "m.env"}
    assert data(found, "b")["ports"] == ["1:1"]
    service = found.service("a")
    assert service is not None and service.image is not None
    assert service.image.source.path == "sub/more.yaml"
    file = service.env_files[0]
    assert found.path(file, "m.env") == "sub/m.env"
    assert found.path(service.key, "../x") is None


def test_include_brings_its_own_folder_and_variables() -> None:
    found = build(
        {
            "compose.yaml": "include: [inc/a.yaml]\nservices:\n  web: {image: x, depends_on: [other]}\n",
            "inc/a.yaml": "services:\n  other:\n    image: i:${V}-${W}\n    volumes: [./k:/k]\nnetworks: {n: }\n",
            "inc/.env": "V=7\nW=8\n",
            ".env": "W=9\n",
        }
    )
    assert found.faults == []
    other = found.service("other")
    assert other is not None and other.image is not None and other.image.literal == "i:7-9"
    assert found.path(other.mounts[0], "./k") == "inc/k"
    assert [network.name for network in found.networks] == ["n"]


def test_variables_come_from_the_file_beside_never_from_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYSTEM", "leaked")
    lines = "".join(f"      - {item}\n" for item in ("S=$SYSTEM", "D=${X:-d}", "G=$GIVEN", "C=$$y"))
    found = build(
        {
            "app/compose.yaml": "services:\n  a:\n    image: i:${T}\n    environment:\n" + lines,
            "app/.env": "T=1\nGIVEN=file\n",
        },
        env={"GIVEN": "caller"},
    )
    service = found.service("a")
    assert service is not None and service.image is not None and service.image.literal == "i:1"
    assert {var.name: var.literal for var in service.environment} == {"S": None, "D": "d", "G": "caller", "C": "$y"}


def test_documents_and_merge_keys() -> None:
    found = build(
        "x-a: &a {image: i, environment: &e {A: 1}}\nservices:\n  s: {<<: *a, environment: {<<: *e, B: 2}}\n"
        "---\nservices:\n  s: {image: j}\n"
    )
    assert data(found, "s") == {"image": "j", "environment": {"B": 2, "A": 1}}


def test_lists_are_unique_by_what_tells_items_apart() -> None:
    found = build(
        "services:\n  s:\n    environment: [A=1, A=2, B]\n    cap_add: [X, X]\n    volumes: ['a1:/x', 'b1:/x']\n"
        "    ports: ['80:80', '80:80', '81:80']\n    security_opt: [a, a]\n"
    )
    assert data(found, "s") == {
        "environment": ["A=2", "B"],
        "cap_add": ["X"],
        "volumes": ["b1:/x"],
        "ports": ["80:80", "81:80"],
        "security_opt": ["a", "a"],
    }


ONE = "services: {a: {image: i}}\n"
TO_B = "services:\n  a: {extends: {file: b.yaml, service: b}}\n"


@pytest.mark.parametrize(
    ("text", "others", "kind", "place", "words"),
    [
        ("services:\n  wep: {image: i}\n  a: {extends: web}\n", {}, "missing-service", "web", "`wep`"),
        (TO_B, {}, "missing-file", "b.yaml", "extend"),
        (TO_B, {"b.yaml": "services: {c: }"}, "missing-service", "b", "b.yaml"),
        (TO_B, {"b.yaml": "a: 1"}, "missing-service", "b.yaml", "no services"),
        (TO_B, {"b.yaml": "a: ["}, "unreadable-file", "b.yaml", "line 1"),
        ("services:\n  a: {extends: b}\n  b: {extends: a}\n", {}, "extends-cycle", "a", "circle"),
        ("services:\n  a: {extends: {file: b.yaml}}\n", {"b.yaml": ""}, "bad-extends", "{file: b.yaml}", "service"),
        ("include: [compose.yaml]\n", {}, "include-cycle", "compose.yaml", "circle"),
        ("include: [no.yaml]\n", {}, "missing-file", "no.yaml", "include"),
        ("include: [{path: b.yaml, env_file: no.env}]\n", {"b.yaml": ONE}, "missing-file", "no.env", "variables"),
        ("include: [b.yaml]\n" + ONE, {"b.yaml": ONE.replace("i}", "j}")}, "include-conflict", "a", "different"),
        ("x: i${A\n", {}, "bad-interpolation", "${A", "closing brace"),
        ("x: i${A:?set me}\n", {}, "demanded-variable", "${A:?set me}", "set me"),
        ("x: 1\n", {".env": "A='1\n"}, "bad-dotenv", "'", "never closed"),
    ],
)
def test_what_cannot_be_put_together_is_a_fault(
    text: str, others: dict[str, str], kind: str, place: str, words: str
) -> None:
    fault = build({"compose.yaml": text, **others}).faults[0]
    assert (fault.kind, fault.raw) == (kind, place)
    assert words in fault.message and not fault.message.endswith(".")


def test_an_included_file_may_be_there_twice_if_it_is_equal() -> None:
    assert build({"compose.yaml": "include: [b.yaml]\n" + ONE, "b.yaml": ONE}).faults == []


def test_shapes_that_do_not_fit_are_a_fault() -> None:
    found = both("services:\n  a: {ports: ['1:1']}\n", "services:\n  a: {ports: {a: b}}\n")
    assert kinds(found) == ["merge-conflict"]
    fault = found.faults[0]
    assert (
        fault.source.path == "over.yaml" and fault.related is not None and fault.related.source.path == "compose.yaml"
    )


@pytest.mark.parametrize(
    "extends",
    [
        "{file: ../out.yaml, service: b}",
        "{file: /abs.yaml, service: b}",
        "{file: '${F}', service: b}",
        "{file: 'https://x/y', service: b}",
    ],
)
def test_what_lies_outside_is_unknown_and_no_fault(extends: str) -> None:
    found = build(f"services:\n  a: {{extends: {extends}}}\n  c: {{extends: a}}\n  d: {{image: i}}\n")
    assert found.faults == []
    assert [service.name for service in found.services if found.is_partial(service)] == ["a", "c"]
    assert build("include: [https://x/y.yaml]\n").whole is False


def test_read_only_sees_normal_paths_below_the_root() -> None:
    asked: list[str] = []

    def read(path: str) -> Source | None:
        asked.append(path)
        return None

    text = (
        "include: [./x/../i.yaml]\nservices:\n  a: {extends: {file: ../../up.yaml, service: b}}\n"
        "  b: {extends: {file: ../s.yaml, service: b}}\n"
    )
    model.build([compose.parse(Source("app/compose.yaml", text))], read, {})
    assert asked == ["app/.env", "s.yaml", "app/i.yaml"]


def test_a_file_with_yaml_faults_marks_the_model() -> None:
    assert build("services:\n  a: {image: i}\n").broken is False
    assert build("services:\n  a: [\n").broken is True


def test_long_chains_and_wide_fans_are_bounded() -> None:
    chain = "services:\n" + "".join(f"  s{i}: {{extends: s{i + 1}}}\n" for i in range(300)) + "  s300: {image: i}\n"
    assert "extends-cycle" in kinds(build(chain))
    files = {f"f{i}.yaml": f"include: [f{i + 1}.yaml]\n" for i in range(400)}
    found = build(files)
    assert kinds(found) == ["too-large"] and not found.whole
    assert f"f{model_loader.MAX_FILES}.yaml" in found.faults[0].message
    body = "services:\n  b:\n    image: x\n    environment:\n" + "".join(f"      K{i}: 1\n" for i in range(2000))
    found = build(body + "".join(f"  s{i}: {{extends: b}}\n" for i in range(1000)))
    assert kinds(found) == ["too-large"] and len(found.partial) > 900
    assert sum(len(service.environment) for service in found.services) <= model_loader.MAX_UNFOLDED + 2000


def test_no_files_give_an_empty_model() -> None:
    found = model.build([], lambda path: None, {})
    assert found.services == [] and found.faults == []


SERVICE = st.sampled_from(
    """{image: i}
{extends: b}
{extends: {service: a, file: over.yaml}}
{ports: [1, '2:2'], build: .}
[x]
~
3
{environment: [A=$B, C], labels: {a: "${A:-b}"}}
{environment: {A: 1}, labels: [x=y], networks: [n]}
!reset {}
{ports: !override [], networks: {n: {aliases: [a, a]}}, depends_on: [a]}
{depends_on: {a: {}}, build: {args: [a]}}""".split("\n")
)
FILE = st.dictionaries(st.sampled_from(["a", "b", "c"]), SERVICE).map(
    lambda services: "services:\n" + "".join(f"  {name}: {text}\n" for name, text in services.items())
)


@settings(max_examples=300)
@given(FILE, FILE, st.sampled_from(["", "include: [over.yaml]\n", "include: [{path: compose.yaml}]\n"]))
def test_any_two_files_make_a_model(first: str, second: str, include: str) -> None:
    found = both(include + first, second)
    for service in found.services:
        for port in service.ports:
            assert port.source.text[port.span.start : port.span.end] == port.raw
        for var in service.environment:
            assert isinstance(var.scalar, YamlScalar)


@pytest.mark.parametrize(
    ("env", "path", "expected"),
    [
        ("", "compose.prod.yaml", ("compose.prod.yaml",)),
        ("COMPOSE_FILE=compose.yaml:compose.prod.yaml\n", "compose.prod.yaml", ("compose.yaml", "compose.prod.yaml")),
        ("COMPOSE_FILE='b.yaml;./compose.yaml'\n", "compose.yaml", ("b.yaml", "compose.yaml")),
        ("COMPOSE_PATH_SEPARATOR=,\nCOMPOSE_FILE=b.yaml,sub/c.yaml\n", "sub/c.yaml", ("b.yaml", "sub/c.yaml")),
        ("COMPOSE_FILE=compose.yaml:gone.yaml\n", "compose.yaml", ("compose.yaml", "compose.override.yml")),
        ("COMPOSE_FILE=b.yaml\n", "compose.override.yml", ("compose.yaml", "compose.override.yml")),
    ],
)
def test_compose_file_in_dotenv_says_which_files_belong_together(
    env: str, path: str, expected: tuple[str, ...]
) -> None:
    names = ("compose.yaml", "compose.override.yml", "compose.prod.yaml", "b.yaml", "sub/c.yaml")
    project = ProjectFiles.from_files({**dict.fromkeys(names, "services: {a: {image: x}}\n"), ".env": env})
    assert compose_files.group(project, path, (), lambda name: None) == expected
    assert compose_files.in_folder(project, "sub") == ()


@pytest.mark.parametrize(
    ("path", "rest", "expected"),
    [
        ("docker-stack.prod.yml", "", True),
        ("compose.yaml", "    deploy: {placement: {constraints: [node.role == manager]}}\n", True),
        ("compose.yaml", "    deploy: {mode: global}\n", True),
        ("compose.yaml", "networks: {back: {driver: overlay}}\n", True),
        ("compose.yaml", "    deploy: {replicas: 2, resources: {limits: {memory: 1g}}}\n", False),
        ("stack.yml", "networks: {back: {driver: bridge}}\n", False),
    ],
)
def test_what_is_made_for_swarm(path: str, rest: str, expected: bool) -> None:
    assert build({path: f"services:\n  web:\n    image: x\n{rest}"}).for_swarm is expected


@pytest.mark.parametrize(
    ("files", "path", "first"),
    [
        (("compose.yaml", "docker-compose.yml"), "docker-compose.yml", "compose.yaml"),
        (("a/compose.yml", "a/docker-compose.yaml"), "a/docker-compose.yaml", "a/compose.yml"),
        (
            ("compose.override.yml", "docker-compose.override.yml"),
            "docker-compose.override.yml",
            "compose.override.yml",
        ),
        (("compose.yaml", "docker-compose.yml"), "compose.yaml", None),
        (("compose.yaml", "docker-compose.override.yml"), "docker-compose.override.yml", None),
        (("compose.yaml", "compose.prod.yaml"), "compose.prod.yaml", None),
        (("compose.yaml", "a/docker-compose.yml"), "a/docker-compose.yml", None),
    ],
)
def test_of_two_files_of_a_kind_the_first_name_is_read(files: tuple[str, ...], path: str, first: str | None) -> None:
    project = ProjectFiles.from_files(dict.fromkeys(files, "services: {}\n"))
    assert compose_files.read_instead(project, path) == first


def test_a_file_that_the_project_lists_is_read_whatever_its_name() -> None:
    files = {"compose.yaml": "", "docker-compose.yml": "", ".env": "COMPOSE_FILE=compose.yaml:docker-compose.yml\n"}
    assert compose_files.read_instead(ProjectFiles.from_files(files), "docker-compose.yml") is None
