"""Compose files made wrong, or differently right: small seeded changes of a good file, one or two at a time.

Every change is a text edit at a node of the parsed file, so that comments, quoting and layout stay as people write
them. The same seed gives the same files.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from dlint.source import Source
from dlint.syntax.compose import file as compose
from dlint.syntax.yaml.nodes import YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq

VALUES: dict[str, tuple[str, ...]] = {
    "annotations": ("{a: b}", "[a=b]", "[a, a]", "{a: [b]}", "3"),
    "attach": ("true", '"no"', "1", "maybe"),
    "blkio_config": ("{weight: 300}", "{weight: 5000}", "{weight: x}", "{device_read_bps: [{path: /d, rate: 1mb}]}"),
    "build": (".", "{context: .}", "{context: . , args: [A=1, A=2]}", "{dockerfile_inline: FROM scratch}", "[]"),
    "cap_add": ("[ALL]", "[NET_ADMIN, NET_ADMIN]", "NET_ADMIN", "[1]"),
    "cgroup": ("host", "private", "other", "1"),
    "command": ("echo hi", "[echo, hi]", "'echo \"hi'", "[1]", "null", "{a: b}"),
    "configs": ("[nowhere]", "[{source: nowhere, target: /x}]", "[{target: /x}]"),
    "container_name": ("fixed-name", '"-bad"', '""', "a", '"has space"', "7"),
    "cpu_count": ("2", "-1", "1.5", '"2"', "x"),
    "cpu_percent": ("50", "500", "x"),
    "cpu_shares": ("10", '"10"', "1.5", "x"),
    "cpus": ("0.5", '"0.5"', "x", "[1]"),
    "cpuset": ("0-3", "[0]"),
    "credential_spec": ("{file: x.json}", "{file: a, config: b}", "{other: a}"),
    "depends_on": ("[nobody]", "{nobody: {condition: service_healthy}}", "{nobody: {condition: soon}}", "nobody"),
    "deploy": (
        "{replicas: 2}",
        "{replicas: two}",
        "{replicas: -1}",
        "{mode: replicated, unknown: 1}",
        "{resources: {limits: {cpus: '0.5', memory: 1g}}}",
        "{resources: {limits: {memory: lots}}}",
        "{resources: {reservations: {devices: [{count: 1}]}}}",
        "{resources: {reservations: {devices: [{capabilities: [gpu], count: 1, device_ids: ['0']}]}}}",
        "{restart_policy: {condition: any, delay: 5s, max_attempts: 3}}",
        "{restart_policy: {delay: 5}}",
        "{update_config: {parallelism: 1, order: start-first}}",
        "{update_config: {order: sideways}}",
        "{endpoint_mode: vip, labels: {a: b}}",
        "{placement: {constraints: [a==b]}}",
        "{rollback_config: {failure_action: pause, monitor: 1x}}",
    ),
    "develop": (
        "{watch: [{path: ., action: rebuild}]}",
        "{watch: [{path: ., action: sync}]}",
        "{watch: [{path: ., action: sync, target: /app}]}",
        "{watch: [{action: rebuild}]}",
        "{watch: [{path: ., action: pull}]}",
    ),
    "device_cgroup_rules": ('["c 1:3 mr"]', '["a 7:* rmw", "a 7:* rmw"]', "c"),
    "devices": ('["/dev/a:/dev/b"]', '["/dev/a:/dev/b:rwm"]', '[":/dev/b"]', "[{source: /dev/a}]", "[{target: /x}]"),
    "dns": ("1.1.1.1", "[1.1.1.1, 1.1.1.1]", "{a: b}", "1"),
    "dns_opt": ("[use-vc]", "use-vc", "[use-vc, use-vc]"),
    "domainname": ("example.org", "1"),
    "entrypoint": ("/x", "[]", "[/x]", "'\"'", "{}"),
    "env_file": ("missing.env", "[{path: missing.env, required: false}]", "[{required: false}]", "{path: x}"),
    "environment": ("{A: 1}", "[A=1]", "[A=1, A=2]", "{A: [1]}", "{A: {b: c}}", '["A =1"]', "[{A: 1}]", "{A: 1.5e3}"),
    "expose": ("[80]", '["80-85"]', '["85-80"]', '["80/tcp"]', '["x"]', "80"),
    "extends": ("{service: nobody}", "nobody", "{file: missing.yaml, service: a}", "{file: missing.yaml}", "[]"),
    "external_links": ("[a:b]", "[a, a]", "a"),
    "extra_hosts": ('["a:1.2.3.4"]', '["a=1.2.3.4"]', "{a: 1.2.3.4}", '["a"]', "{a: [1.1.1.1, 2.2.2.2]}", "{a: 1}"),
    "gpus": ("all", "none", "[{count: 1}]", "[{driver: x, count: all}]", "[{count: 1, device_ids: [a]}]"),
    "group_add": ("[mail]", "[100]", "[mail, mail]", "mail"),
    "healthcheck": (
        "{test: [CMD, x]}",
        "{test: [x]}",
        "{test: x, interval: 30}",
        "{test: x, interval: 30s, timeout: 1m30s, retries: 3}",
        "{interval: 1d}",
        "{interval: 1fortnight}",
        "{disable: true}",
        "{disable: perhaps}",
        "{retries: many}",
        "{test: []}",
        "{start_interval: 5ms, start_period: 1h}",
    ),
    "hostname": ("web", "a_b", "1"),
    "image": ("x", '""', "null", "1", "[x]", "UPPER/Case", "'a b'", "x@sha256:12"),
    "init": ("true", "2", "x", '"true"'),
    "ipc": ("host", "shareable", "service:nobody", "odd"),
    "isolation": ("default", "odd", "1"),
    "label_file": ("missing.labels", "[missing.labels]", "{a: b}"),
    "labels": ("{a: b}", "[a=b]", "[a=b, a=b]", "{a: [b]}", "{1: b}", "{a: true}", "a"),
    "links": ("[nobody]", '["nobody:alias"]', "[]", "nobody"),
    "logging": ("{driver: json-file, options: {max-size: 10m}}", "{options: {max-file: 3}}", "{level: x}", "x"),
    "mac_address": ('"02:42:ac:11:65:43"', "1"),
    "mem_limit": ("512m", "1.5g", "1x", "-1", "'1 g'", '""', "536870912", "true"),
    "mem_reservation": ("64m", "64q"),
    "mem_swappiness": ("10", "200", "x"),
    "memswap_limit": ("1g", "-1", "x"),
    "models": ("[nobody]", "{nobody: {endpoint_var: A}}", "{nobody: {other: A}}"),
    "network_mode": ("host", "none", '"service:nobody"', "bridge", "1"),
    "networks": ("[nowhere]", "{nowhere: {}}", "[default]", "{default: {aliases: [a, a]}}", "{default: {ipv4: x}}"),
    "oom_kill_disable": ("true", "x"),
    "oom_score_adj": ("500", "5000", "x"),
    "pid": ("host", "service:nobody", "1"),
    "pids_limit": ("100", "-1", "x", "'100'"),
    "platform": ("linux/amd64", "odd", "1"),
    "ports": (
        '["80:80"]',
        "[80]",
        '["80:80/udp"]',
        '["80:80/icmp"]',
        '["70000:80"]',
        '["80-82:80-81"]',
        '["8000-8002:80"]',
        '["80-79:80-79"]',
        '["a:80"]',
        '["host:80:80"]',
        '["1.2.3:80:80"]',
        '["[::1]:80:80"]',
        '["::1:80:80"]',
        '["127.0.0.1::80"]',
        '["127.0.0.1:80"]',
        '[":80"]',
        '["80:"]',
        '[""]',
        '["80:80", "80:80"]',
        "[22:22]",
        "[{target: 80}]",
        "[{published: 80}]",
        "[{target: 80, published: '8080-8090', protocol: tcp, mode: host}]",
        "[{target: 0}]",
        "[{target: 99999}]",
        "[{target: x}]",
        "[{target: 80, host_ip: here}]",
        "[{target: 80, host_ip: ''}]",
        "[{target: 80, port: 1}]",
        "80",
        "{a: b}",
    ),
    "post_start": ("[{command: x}]", "[{user: x}]", "[{command: [x], privileged: maybe}]", "{command: x}"),
    "privileged": ("true", '"yes"', "maybe", "1", "[]"),
    "profiles": ("[debug]", '["-bad"]', "debug", "[a, a]", "[1]"),
    "provider": ("{type: x}", "{options: {a: b}}", "{type: x, options: {a: [b, c]}}"),
    "pull_policy": ("always", "sometimes", "daily", "every_2h", "every_x"),
    "pull_refresh_after": ("1h", "1"),
    "read_only": ("true", "'off'", "off", "x"),
    "restart": ("always", "no", '"no"', "on-failure:3", "sometimes", "3"),
    "runtime": ("runc", "1"),
    "scale": ("2", "-1", "x", "1.5", "'2'"),
    "secrets": ("[nowhere]", "[{source: nowhere}]", "[{source: nowhere, mode: 0400}]", "[{file: x}]"),
    "security_opt": ("[no-new-privileges:true]", "[a, a]", "a"),
    "shm_size": ("64m", "64", "64x", "'1gb'"),
    "stdin_open": ("true", "x"),
    "stop_grace_period": ("10s", "10", "1m30", "1h2m3s4ms", "'-1s'", "1.5s", "x"),
    "stop_signal": ("SIGTERM", "9"),
    "storage_opt": ("{size: 1G}", "[a]", "{size: 1}"),
    "sysctls": ("{a.b: 1}", "[a.b=1]", "[a.b=1, a.b=1]", "{a.b: [1]}"),
    "tmpfs": ("/run", "[/run, /tmp]", "[/run, /run]", "{a: b}", "[/run:size=64m]"),
    "tty": ("true", "x"),
    "ulimits": ("{nproc: 5}", "{nofile: {soft: 1, hard: 2}}", "{nofile: {soft: 1}}", "{Bad: 5}", "{nproc: x}"),
    "use_api_socket": ("true", "x"),
    "user": ("root", "1000", '"1000:1000"', "[a]"),
    "userns_mode": ("host", "1"),
    "uts": ("host", "1"),
    "volumes": (
        '["./a:/a"]',
        '["nowhere:/a"]',
        '["/a"]',
        '["a:/b:ro"]',
        '["./a:/b:nonsense"]',
        '["./a:/b:ro:z:q"]',
        '["./a::/b"]',
        '[":/b"]',
        '[""]',
        '["C:/x:/y"]',
        '["a:/x"]',
        '["~/x:/y"]',
        "[{type: bind, source: ., target: /x}]",
        "[{type: bind, target: /x}]",
        "[{type: volume, target: /x}]",
        "[{type: tmpfs, target: /x, tmpfs: {size: 64m, mode: 0700}}]",
        "[{type: tmpfs, target: /x, tmpfs: {size: lots}}]",
        "[{type: odd, target: /x}]",
        "[{source: ., target: /x}]",
        "[{type: bind, source: ., target: /x, bind: {propagation: rshared, create_host_path: maybe}}]",
        "[{type: bind, source: ., target: /x, read_only: x}]",
        "[{type: image, source: x, target: /x, image: {subpath: a}}]",
        "[{type: bind, source: ., target: /x, consistency: cached, extra: 1}]",
        "['/a:/b', '/c:/b']",
        "./a:/a",
        "{a: b}",
        "[1]",
    ),
    "volumes_from": ("[nobody]", "['nobody:ro']", "['container:x']", "['container:x:ro']", "x"),
    "working_dir": ("/x", "1"),
}
"""Values of each key of a service, good and bad ones."""

TOP: tuple[str, ...] = (
    "version: banana",
    "version: 3",
    "name: shop",
    "name: Shop!",
    "name: 3",
    "x-any: {a: [1, {b: c}]}",
    "unknown: 1",
    "networks: {front: {driver: bridge, ipam: {config: [{subnet: 10.0.0.0/8}]}}}",
    "networks: {front: {external: true, name: x}}",
    "networks: {front: {external: {name: x}}}",
    "networks: {front: {external: {name: x}, name: y}}",
    "networks: {front: {driver: [bridge]}}",
    "networks: {front: {ipam: {config: {subnet: x}}}}",
    "networks: {front: {internal: maybe, enable_ipv6: 'true'}}",
    "networks: [front]",
    "volumes: {store: }",
    "volumes: {store: {external: true, driver: local}}",
    "volumes: {store: {driver_opts: {type: nfs, size: 1}}}",
    "volumes: {store: {driver_opts: {type: [nfs]}}}",
    "volumes: {bad name: {}}",
    "volumes: [store]",
    "secrets: {key: {file: ./key}}",
    "secrets: {key: {environment: KEY}}",
    "secrets: {key: {file: ./key, environment: KEY}}",
    "secrets: {key: {}}",
    "secrets: {key: {external: true}}",
    "secrets: {key: {external: true, name: k}}",
    "secrets: {key: {driver: x}}",
    "secrets: {key: {content: x}}",
    "configs: {conf: {content: hello}}",
    "configs: {conf: {file: ./a, content: b}}",
    "configs: {conf: {}}",
    "configs: {conf: {external: maybe}}",
    "configs: {conf: {file: ./a, template_driver: golang}}",
    "models: {brain: {model: ai/x}}",
    "models: {brain: {context_size: 1}}",
    "models: {brain: {model: ai/x, context_size: x}}",
    "include: missing.yaml",
    "include: [missing.yaml]",
    "include: [{path: missing.yaml, env_file: a}]",
    "include: []",
    "123: x",
    "true: x",
    "x-date: 2024-01-01",
    "x-more: *nothing",
    "x-bad: ${",
    "x-need: ${NEEDED:?say it}",
    "x-money: $$HOME $HOME ${HOME:-x} $(x) $1",
    "---\nservices: {second: {image: y}}",
    "---\nservices: {second: }",
    "---\n[1]",
    "...",
)
"""Entries for the top level, good and bad ones."""

BUILD: tuple[str, ...] = (
    "{context: ., dockerfile: A, dockerfile_inline: FROM scratch}",
    "{context: ., args: {A: 1, B: }}",
    "{context: ., args: {A: [1]}}",
    "{context: ., args: 3}",
    "{context: ., secrets: [nowhere]}",
    "{context: ., ssh: [default, 'a=b']}",
    "{context: ., ssh: default}",
    "{context: ., platforms: [linux/amd64]}",
    "{context: ., platforms: linux/amd64}",
    "{context: ., additional_contexts: {a: 'service:nobody'}}",
    "{context: ., additional_contexts: ['a=./b']}",
    "{context: ., cache_from: [a], cache_to: [b], no_cache: 'true', pull: maybe}",
    "{context: ., target: [a]}",
    "{context: ., shm_size: 1x}",
    "{context: ., ulimits: {nofile: 3}}",
    "{context: ., tags: [a, a]}",
    "{context: ., entitlements: [security.insecure], privileged: true}",
    "{context: ., extra_hosts: [a]}",
    "{context: ., network: host, isolation: default, labels: [a=b]}",
    "{context: ., provenance: mode=max, sbom: true}",
    "{context: ., unknown: 1}",
    "{args: {A: 1}}",
    "{context: }",
)
SCALARS: tuple[str, ...] = (
    *("null", "~", "yes", "12", "0x1f", "1.50", '""', "text", "[x]", "{a: b}", "2024-01-01", "'it''s'", "*nothing"),
    *("${UNSET}", "${A:-b}", "${}", "${A!}", "${A-x", "$A", "!!str 3", "!!int x", "!reset null", "!override x"),
)
"""What any scalar may become."""

Edit = tuple[int, int, str]
Change = Callable[["Victim", random.Random], "Edit | None"]


class Victim:
    """A parsed file and the nodes a change may pick from."""

    def __init__(self, text: str) -> None:
        self.source = Source("compose.yaml", text)
        self.file = compose.parse(self.source)
        self.entries: list[YamlEntry] = []
        self.scalars: list[YamlScalar] = []
        self.items: list[YamlNode] = []
        for document in self.file.stream.documents:
            self._gather(document)
        self.services = [service for service in self.file.services if isinstance(service.node, YamlMap)]

    def _gather(self, node: YamlNode) -> None:
        if node.alias is not None:
            return
        if isinstance(node, YamlMap):
            for entry in node.entries:
                self.entries.append(entry)
                self._gather(entry.value)
        elif isinstance(node, YamlSeq):
            self.items.extend(node.items)
            for item in node.items:
                self._gather(item)
        elif isinstance(node, YamlScalar) and node.span[1] > node.span[0]:
            self.scalars.append(node)

    def in_service(self, text: str, rng: random.Random) -> Edit | None:
        """An entry put at the start of some service."""
        blocks = [service for service in self.services if service.map.entries and not service.map.flow]
        if not blocks:
            return None
        service = rng.choice(blocks)
        start = service.map.entries[0].span[0]
        margin = " " * (start - self.source.line_span(self.source.line(start)).start)
        return start, start, f"{text}\n{margin}"


def _drop(victim: Victim, rng: random.Random) -> Edit | None:
    node = rng.choice([*victim.entries, *victim.items])
    return node.span[0], node.span[1], ""


def _drop_lines(victim: Victim, rng: random.Random) -> Edit | None:
    node = rng.choice(victim.entries)
    first, last = node.line, victim.source.line(max(node.span[0], node.span[1] - 1))
    return victim.source.full_line_span(first)[0], victim.source.full_line_span(last)[1], ""


def _rename(victim: Victim, rng: random.Random) -> Edit | None:
    key = rng.choice(victim.entries).key
    text = key.value
    at = rng.randrange(len(text)) if text else 0
    return key.span[0], key.span[1], text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :] or "a"


def _retype(victim: Victim, rng: random.Random) -> Edit | None:
    scalar = rng.choice(victim.scalars)
    return scalar.span[0], scalar.span[1], rng.choice(SCALARS)


def _retype_known(victim: Victim, rng: random.Random) -> Edit | None:
    """Another value for a key of a service that is there."""
    found = [entry for service in victim.services for entry in service.map.entries if entry.key.value in VALUES]
    if not found:
        return None
    entry = rng.choice(found)
    return entry.value.span[0], entry.value.span[1], rng.choice(VALUES[entry.key.value])


def _add_key(victim: Victim, rng: random.Random) -> Edit | None:
    name = rng.choice(sorted(VALUES))
    return victim.in_service(f"{name}: {rng.choice(VALUES[name])}", rng)


def _add_build(victim: Victim, rng: random.Random) -> Edit | None:
    return victim.in_service(f"build: {rng.choice(BUILD)}", rng)


def _add_top(victim: Victim, rng: random.Random) -> Edit | None:
    end = len(victim.source.text)
    return end, end, ("" if victim.source.text.endswith("\n") else "\n") + rng.choice(TOP) + "\n"


def _reference(victim: Victim, rng: random.Random) -> Edit | None:
    """A reference to another service, or to itself."""
    if not victim.services:
        return None
    name = rng.choice(victim.services).name
    form = rng.choice(
        (
            "depends_on: [{}]",
            "depends_on: {{{}: {{condition: service_started}}}}",
            "links: ['{}:other']",
            "volumes_from: [{}]",
            "network_mode: 'service:{}'",
            "ipc: 'service:{}'",
            "pid: 'service:{}'",
            "extends: {{service: {}}}",
            "extends: {}",
            "build: {{context: ., additional_contexts: {{base: 'service:{}'}}}}",
        )
    )
    return victim.in_service(form.format(name), rng)


def _merge(victim: Victim, rng: random.Random) -> Edit | None:
    form = rng.choice(("<<: {read_only: true}", "<<: [{tty: true}, {tty: false}]", "<<: 3", "<<: *nothing", "<<: []"))
    return victim.in_service(form, rng)


def _tag(victim: Victim, rng: random.Random) -> Edit | None:
    node = rng.choice([*victim.scalars, *(entry.value for entry in victim.entries)])
    tag = rng.choice(("!reset ", "!override ", "!!str ", "!!int ", "!!map ", "!!seq ", "!unknown ", "&a ", "&a &b "))
    return node.outer.span[0], node.outer.span[0], tag


def _damage(victim: Victim, rng: random.Random) -> Edit | None:
    """One character more or less."""
    text = victim.source.text
    at = rng.randrange(len(text))
    insert = rng.choice(("", "", "", "\t", " ", ":", "-", '"', "'", "{", "]", "#", "&", "*", "!", "$", "%", "@", "\n"))
    return at, at + (not insert), insert


def _indent(victim: Victim, rng: random.Random) -> Edit | None:
    line = rng.randrange(1, victim.source.line_count + 1)
    start = victim.source.full_line_span(line)[0]
    if victim.source.text[start : start + 2] == "  " and rng.random() < 0.5:
        return start, start + 2, ""
    return start, start, rng.choice((" ", "  ", "\t"))


def _repeat(victim: Victim, rng: random.Random) -> Edit | None:
    line = rng.randrange(1, victim.source.line_count + 1)
    start, end = victim.source.full_line_span(line)
    return start, start, victim.source.text[start:end]


CHANGES: tuple[tuple[Change, int], ...] = (
    (_drop, 2),
    (_drop_lines, 3),
    (_rename, 4),
    (_retype, 4),
    (_retype_known, 5),
    (_add_key, 12),
    (_add_build, 3),
    (_add_top, 4),
    (_reference, 4),
    (_merge, 2),
    (_tag, 2),
    (_damage, 2),
    (_indent, 2),
    (_repeat, 2),
)
"""The kinds of change and how often each is taken."""


def mutations(texts: list[str], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """``count`` pairs of the names of the changes and the changed text; only texts without YAML faults are changed."""
    rng = random.Random(seed)
    kinds, weights = zip(*CHANGES, strict=True)
    victims = [text for text in texts if not compose.parse(Source("compose.yaml", text)).faults]
    made = 0
    while made < count and victims:
        text = rng.choice(victims)
        names = []
        for change in rng.choices(kinds, weights, k=rng.choice((1, 1, 2))):
            victim = Victim(text)
            edit = change(victim, rng) if victim.scalars and victim.entries else None
            if edit is not None:
                text = text[: edit[0]] + edit[2] + text[edit[1] :]
                names.append(change.__name__.strip("_"))
        if names:
            made += 1
            yield "+".join(names), text
