"""Typed views over a Compose file: short and long forms alike, every part with its own place, unknown as a value."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlint.source import Node, Source
from dlint.syntax.compose import file as compose
from dlint.syntax.compose.command_words import split_command
from dlint.syntax.compose.service import Service
from dlint.syntax.compose.values import boolean, duration, integer, number, size
from dlint.syntax.quantities import parse_duration, parse_size
from dlint.syntax.yaml.nodes import YamlScalar


def service(body: str) -> Service:
    lines = "\n".join("    " + line for line in body.strip("\n").split("\n"))
    found = compose.parse(Source("compose.yaml", f"services:\n  web:\n{lines}\n"))
    assert not found.faults
    return found.services[0]


def shown(node: Node | None) -> tuple[str, str | None] | None:
    """A part's characters in the file and its interpolated value."""
    return None if node is None else (node.raw, node.literal)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("item", "host_ip", "published", "target", "protocol"),
    [
        ("80", None, None, ("80", "80"), "tcp"),
        ('"8080:80"', None, ("8080", "8080"), ("80", "80"), "tcp"),
        ('"127.0.0.1:8080:80/udp"', ("127.0.0.1", "127.0.0.1"), ("8080", "8080"), ("80", "80"), "udp"),
        ("127.0.0.1::80", ("127.0.0.1", "127.0.0.1"), None, ("80", "80"), "tcp"),
        ('"[::1]:81:80"', ("[::1]", "[::1]"), ("81", "81"), ("80", "80"), "tcp"),
        ('"${IP}:${PORT:-81}:80"', ("${IP}", None), ("${PORT:-81}", "81"), ("80", "80"), "tcp"),
        ('"${A:-1:2}:3"', ('"${A:-1:2}:3"', "1"), ('"${A:-1:2}:3"', "2"), ('"${A:-1:2}:3"', "3"), "tcp"),
        ('"80/${PROTO}"', None, None, ("80", "80"), None),
        (
            "{target: 80, published: '81', host_ip: '::1', protocol: UDP}",
            ("::1", "::1"),
            ("81", "81"),
            ("80", "80"),
            "udp",
        ),
        ("{target: 80}", None, None, ("80", "80"), "tcp"),
    ],
)
def test_ports(item: str, host_ip: object, published: object, target: object, protocol: str | None) -> None:
    (port,) = service(f"ports:\n  - {item}").ports
    assert port.raw == item
    assert (shown(port.host_ip), shown(port.published), shown(port.target)) == (host_ip, published, target)
    assert port.protocol == protocol


def test_port_ranges() -> None:
    port, broken, unknown = service('ports: ["9000-9010:80-90", "x:80", "${P}:80"]').ports
    assert (port.published_range, port.target_range) == ((9000, 9010), (80, 90))
    assert (broken.published_range, unknown.published_range) == (None, None)
    assert unknown.target_range == (80, 80)


@pytest.mark.parametrize(
    ("item", "kind", "source", "target", "read_only"),
    [
        ("./a:/b:ro", "bind", ("./a", "./a"), ("/b", "/b"), True),
        ("data:/b", "volume", ("data", "data"), ("/b", "/b"), False),
        ("/anonymous", "volume", None, ("/anonymous", "/anonymous"), False),
        ("'~/a:/b'", "bind", ("~/a", "~/a"), ("/b", "/b"), False),
        ("C:\\a:/b:ro", "bind", ("C:\\a", "C:\\a"), ("/b", "/b"), True),
        ("${D}:/b", None, ("${D}", None), ("/b", "/b"), False),
        ("./${D}:/b", "bind", ("./${D}", None), ("/b", "/b"), False),
        ("${D:-./x}:/b", "bind", ("${D:-./x}", "./x"), ("/b", "/b"), False),
        ("{type: bind, source: /a, target: /b, read_only: yes}", "bind", ("/a", "/a"), ("/b", "/b"), True),
        ("{type: tmpfs, target: /b}", "tmpfs", None, ("/b", "/b"), False),
    ],
)
def test_mounts(item: str, kind: str | None, source: object, target: object, read_only: bool) -> None:
    (mount,) = service(f"volumes:\n  - {item}").mounts
    assert mount.raw == item
    assert (mount.type, shown(mount.source_part), shown(mount.target)) == (kind, source, target)
    assert mount.read_only is read_only


def test_mount_kinds_and_propagation() -> None:
    long_form = "{type: bind, source: x, target: /d, bind: {propagation: slave}}"
    bind, volume, long = service(f"volumes: [./a:/b:rshared, data:/c, {long_form}]").mounts
    assert bind.host_path is not None and bind.volume is None and bind.propagation == "rshared"
    assert volume.volume is not None and volume.host_path is None and volume.propagation is None
    assert long.propagation == "slave"


@pytest.mark.parametrize(
    "body",
    [
        "environment:\n  - A=1\n  - B=x=${Y:-2}\n  - C\n  - D=",
        'environment:\n  A: 1\n  B: "x=${Y:-2}"\n  C:\n  D: ""',
    ],
)
def test_environment_in_both_spellings(body: str) -> None:
    found = service(body).environment
    assert [(var.name, var.key.raw, var.assigned, var.literal) for var in found] == [
        ("A", "A", True, "1"),
        ("B", "B", True, "x=2"),
        ("C", "C", False, None),
        ("D", "D", True, ""),
    ]
    assert found[1].value is not None and "x=${Y:-2}" in found[1].value.raw
    assert [use.name for use in found[1].variables] == ["Y"]
    assert found[2].value is None


def test_build() -> None:
    assert service("image: x").build is None
    short = service("build: ./app").build
    assert short is not None and short.context is not None and short.context.literal == "./app"
    long = service("build: {context: ., dockerfile: D, target: t, args: [A=1, B], labels: {x: y}, secrets: [s]}").build
    assert long is not None and long.dockerfile is not None and long.dockerfile.value == "D"
    assert [(arg.name, arg.literal) for arg in long.args] == [("A", "1"), ("B", None)]
    assert [label.name for label in long.labels] == ["x"]
    assert [secret.name for secret in long.secrets] == ["s"]
    inline = service("build:\n  dockerfile_inline: |\n    FROM a\n    RUN b\n").build
    assert inline is not None and inline.context is None and inline.dockerfile_inline is not None
    text = inline.dockerfile_inline
    assert text.at(text.value.index("RUN"), len(text.value) - 1).raw == "RUN b"


def test_dependencies_in_both_spellings() -> None:
    (short,) = service("depends_on: [db]").depends_on
    assert (short.name, short.condition, short.required, short.raw) == ("db", "service_started", True, "db")
    (long,) = service("depends_on:\n  db: {condition: service_healthy, required: false}").depends_on
    assert (long.name, long.condition, long.required) == ("db", "service_healthy", False)
    assert long.raw == "db: {condition: service_healthy, required: false}" and long.key.raw == "db"


def test_references() -> None:
    found = service("networks: {back: {aliases: [x]}, front: }\nsecrets: [a, {source: b, target: c}]\nconfigs: [d]")
    assert [(ref.name, ref.short) for ref in found.networks] == [("back", False), ("front", True)]
    assert [(ref.name, ref.key.raw) for ref in found.secrets] == [("a", "a"), ("b", "b")]
    assert shown(found.secrets[1].target) == ("c", "c")
    assert [ref.name for ref in found.configs] == ["d"]


def test_env_files_devices_tmpfs_ulimits() -> None:
    found = service(
        "env_file: [a.env, {path: b.env, required: false}]\ndevices: [/dev/a:/dev/b:r]\n"
        "tmpfs: /run:size=1m,exec\nulimits: {nproc: 5, nofile: {soft: 1, hard: 2}}"
    )
    assert [(shown(file.path), file.required) for file in found.env_files] == [
        (("a.env", "a.env"), True),
        (("b.env", "b.env"), False),
    ]
    device = found.devices[0]
    assert (shown(device.source_part), shown(device.target), shown(device.permissions)) == (
        ("/dev/a", "/dev/a"),
        ("/dev/b", "/dev/b"),
        ("r", "r"),
    )
    assert (found.tmpfs[0].path.literal, found.tmpfs[0].options) == ("/run", ["size=1m", "exec"])
    assert [
        (limit.name, limit.soft and limit.soft.value, limit.hard and limit.hard.value) for limit in found.ulimits
    ] == [
        ("nproc", "5", "5"),
        ("nofile", "1", "2"),
    ]
    assert service("env_file: one.env").env_files[0].path is not None


def test_command_lines() -> None:
    found = service("command: run --name 'a b'\nentrypoint: [sh, -c, \"$$X ${Y}\"]\nhealthcheck: {test: [NONE]}")
    assert found.command is not None and found.command.arguments == ["run", "--name", "a b"]
    assert found.entrypoint is not None and found.entrypoint.listed and found.entrypoint.arguments is None
    assert found.healthcheck is not None and found.healthcheck.disabled
    checked = service("healthcheck: {test: curl x, interval: 1m30s}").healthcheck
    assert checked is not None and not checked.disabled and duration(checked.interval) == 90


@pytest.mark.parametrize(
    ("text", "words", "dropped"),
    [
        ('run \'a b\' "c\\"d" e\\ f', ["run", "a b", 'c"d', "e f"], None),
        ("a ''", ["a", ""], None),
        ("a; b", ["a"], "; b"),
        ("a && b", ["a"], "&& b"),
        ("a 'b;c' 2>d", ["a", "b;c"], ">d"),
        ("a `b c` $(d e)", ["a", "`b c`", "$(d e)"], None),
        ("a 'b", None, None),
        ("a (b)", None, None),
        ("a \\", None, None),
    ],
)
def test_command_strings_are_split_without_a_shell(text: str, words: list[str] | None, dropped: str | None) -> None:
    found = split_command(text)
    assert found.words == words
    assert (text[found.end :] if found.end >= 0 else None) == dropped


def test_what_a_command_loses_has_a_place() -> None:
    found = service("command: sh run.sh && echo done\nentrypoint: [a, '&&', b]")
    assert found.command is not None and found.command.arguments == ["sh", "run.sh"]
    assert found.command.dropped is not None and found.command.dropped.raw == "&& echo done"
    assert found.entrypoint is not None and found.entrypoint.dropped is None


def test_scalars_lists_and_the_rest() -> None:
    found = service(
        "image: a:${T:-1}\nprivileged: yes\ncap_add: [A, B]\ndns: 1.1.1.1\nmem_limit: 1.5gb\nscale: 3\ncpus: '0.5'\n"
        "logging: {driver: none, options: {a: b}}\ndeploy: {replicas: 2, resources: {limits: {cpus: '1', memory: 5m}}}"
    )
    assert isinstance(found.image, YamlScalar) and found.image.literal == "a:1" and found.image.value == "a:${T:-1}"
    assert boolean(found.privileged) is True
    assert [item.value for item in found.cap_add] == ["A", "B"]
    assert [item.value for item in found.dns] == ["1.1.1.1"]
    assert (size(found.mem_limit), integer(found.scale), number(found.cpus)) == (1610612736, 3, 0.5)
    assert found.logging is not None and found.logging.driver is not None and found.logging.driver.value == "none"
    assert found.deploy is not None and size(found.deploy.limit("memory")) == 5 * 1024**2
    assert found.user is None and found.healthcheck is None and found.ports == []


def test_merge_keys_and_aliases_count_and_keep_their_places() -> None:
    text = (
        "x-base: &base\n  restart: always\n  ports: &p [80:80]\n"
        "services:\n  a:\n    <<: *base\n    image: x\n  b:\n    ports: *p\n"
    )
    file = compose.parse(Source("compose.yaml", text))
    first, second = file.services
    assert first.restart is not None and first.restart.line == 2
    assert first.key.raw == "a" and first.raw.startswith("a:\n    <<: *base")
    assert [port.line for port in second.ports] == [3]
    assert second.get("ports") is not None and second.scalar("nothing", "there") is None


def test_top_level() -> None:
    file = compose.parse(
        Source(
            "compose.yaml",
            "name: p\nversion: '3'\ninclude: [a.yaml, {path: [b.yaml, c.yaml], project_directory: d}]\n"
            "services: {s: {image: x}}\nnetworks: {n: {external: true}}\nvolumes: {v: }\n"
            "configs: {c: {content: x}}\nsecrets: {k: {file: f}}\nmodels: {m: {model: y}}\n",
        )
    )
    assert file.name is not None and file.name.value == "p" and file.version is not None
    assert [[path.value for path in item.paths] for item in file.include] == [["a.yaml"], ["b.yaml", "c.yaml"]]
    assert [network.name for network in file.networks] == ["n"] and file.networks[0].external is True
    assert [volume.external for volume in file.volumes] == [False]
    assert [item.name for item in [*file.configs, *file.secrets, *file.models]] == ["c", "k", "m"]
    assert file.service("s") is file.services[0] and file.service("t") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1g", 2**30),
        ("1gib", 2**30),
        ("1.5k", 1536),
        ("1 m", 2**20),
        ("7", 7),
        ("5B", 5),
        ("1x", None),
        ("-1g", None),
        ("", None),
        ("1  g", None),
    ],
)
def test_sizes(text: str, expected: int | None) -> None:
    assert parse_size(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1m30s", 90),
        ("1.5h", 5400),
        ("10ms", 0.01),
        ("0", 0),
        ("-1s", -1),
        ("10", None),
        ("1y", None),
        ("", None),
    ],
)
def test_durations(text: str, expected: float | None) -> None:
    assert parse_duration(text, days=True) == expected


@pytest.mark.parametrize(
    "text", ["", "- a", "services: 3", "services: [a]", "services: {a: , b: x, c: []}", "a: &a [*a]"]
)
def test_odd_shapes_give_empty_views(text: str) -> None:
    file = compose.parse(Source("compose.yaml", text))
    for found in file.services:
        every_view(found)
    assert file.networks == [] and file.include == []


def every_view(found: Service) -> None:
    """Ask for everything a service has."""
    for name in dir(type(found)):
        if not name.startswith("_"):
            getattr(found, name)


WORDS = st.sampled_from(
    ["x", "80:80", "${A}", "a=b", "/a:/b", "", "~", "true", "c:d:e:f", "{}", "[]", "[a, {b: c}]", "{a: b}"]
)
KEYS = st.sampled_from(
    (
        "ports volumes environment build depends_on networks secrets env_file devices tmpfs ulimits command "
        "healthcheck deploy logging labels configs image cap_add extra_hosts"
    ).split()
)


@settings(max_examples=300)
@given(st.dictionaries(KEYS, st.one_of(WORDS, st.lists(WORDS).map(lambda words: "[" + ", ".join(words) + "]"))))
def test_views_take_any_shape(fields: dict[str, str]) -> None:
    text = "services:\n  a:\n" + "".join(f"    {key}: {value}\n" for key, value in fields.items())
    for found in compose.parse(Source("compose.yaml", text)).services:
        every_view(found)
        for item in [*found.ports, *found.mounts, *found.environment, *found.depends_on]:
            assert 0 <= item.span.start <= item.span.end <= len(text)


def test_hooks_watches_and_definitions_have_views() -> None:
    text = """\
services:
  web:
    image: x
    pre_start: [{command: [a, b]}]
    post_start: [{command: c d, user: root, environment: {A: 1}}]
    pre_stop: [{command: e}, odd]
    develop: {watch: [{path: ., action: sync, target: /app, ignore: [n/]}]}
    gpus: [{driver: nvidia, count: 2, capabilities: [gpu]}]
    storage_opt: {size: 1G}
networks: {front: {name: real, labels: [a=b], driver_opts: {c: d}, enable_ipv6: true}}
models: {m: {model: x, context_size: 5, runtime_flags: [-q]}}
"""
    file = compose.parse(Source("compose.yaml", text))
    (web,) = file.services
    (hook,) = web.post_start
    assert hook.command is not None and hook.command.arguments == ["c", "d"]
    assert hook.user is not None and hook.user.value == "root" and hook.environment[0].name == "A"
    assert [len(hooks) for hooks in (web.pre_start, web.pre_stop)] == [1, 1]
    (watch,) = web.watch
    assert watch.target is not None and watch.target.value == "/app" and watch.ignore[0].value == "n/"
    (gpu,) = web.gpus
    assert gpu.count is not None and gpu.count.value == "2" and gpu.capabilities[0].value == "gpu"
    assert web.storage_opt[0].name == "size"
    (front,) = file.networks
    assert front.name == "front" and front.given_name is not None and front.given_name.value == "real"
    assert (front.labels[0].name, front.driver_opts[0].name) == ("a", "c")
    (brain,) = file.models
    assert brain.context_size is not None and brain.runtime_flags[0].value == "-q"


@pytest.mark.parametrize(
    ("written", "port"),
    (("80", "80"), ("0x1f", "31"), ("0o17", "15"), ("017", "15"), ("1_000", "1000"), ("0b11", "3"), ("+80", "80"),
     ('"0x1f"', "0x1f"), ("'017'", "017"), ("!!str 0x1f", "0x1f"), ("${P:-0x1f}", "0x1f")),
)  # fmt: skip
def test_a_port_that_yaml_reads_as_a_number_is_that_number(written: str, port: str) -> None:
    short, long = service(f"image: a\nports:\n  - {written}\n  - target: {written}\n    published: {written}").ports
    assert short.target is not None and short.target.literal == port
    assert long.target is not None and long.target.literal == port
    assert long.published is not None and long.published.literal == port
