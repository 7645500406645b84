"""Commands to a Compose file: each option's key, the names of services, what is declared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from dlint.from_run.fault import FromRunError
from dlint.from_run.options import OPTIONS
from dlint.from_run.render import render
from dlint.from_run.translate import Translation, translate
from dlint.source import Source
from dlint.syntax.yaml import parser as yamltree

TEXTS = st.text(st.sampled_from("ab1 -=:/\"'\\$`<>|&;(){}[]%^~#,.\n\t\N{EN DASH}é"), max_size=40)


def made(text: str, *names: str) -> Translation:
    return translate(Source("line", text), names)


def data(text: str, *names: str) -> Any:
    return YAML(typ="safe").load(render(made(text, *names)).text)


def service(options: str, image: str = "x") -> Any:
    """The one service of ``docker run`` without its image."""
    (found,) = data(f"docker run {options} {image}")["services"].values()
    return {key: value for key, value in found.items() if key != "image"}


def notes(text: str) -> list[str]:
    return [note.message for note in made(text).notes]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--add-host a:1.2.3.4", {"extra_hosts": ["a:1.2.3.4"]}),
        ("--annotation a=b", {"annotations": {"a": "b"}}),
        ("--blkio-weight 300", {"blkio_config": {"weight": 300}}),
        ("--blkio-weight-device /dev/a:2", {"blkio_config": {"weight_device": [{"path": "/dev/a", "weight": 2}]}}),
        ("--cap-add A --cap-drop B --cap-add A", {"cap_add": ["A"], "cap_drop": ["B"]}),
        ("--cgroupns host", {"cgroup": "host"}),
        ("-c 5 --cpus 1.5 --cpuset-cpus 0,1", {"cpu_shares": 5, "cpus": 1.5, "cpuset": "0,1"}),
        ("--device-read-bps /dev/a:1mb", {"blkio_config": {"device_read_bps": [{"path": "/dev/a", "rate": "1mb"}]}}),
        ("--dns 1.1.1.1 --dns-opt a --dns-search b", {"dns": ["1.1.1.1"], "dns_opt": ["a"], "dns_search": ["b"]}),
        ("--entrypoint /bin/sh", {"entrypoint": "/bin/sh"}),
        ("--entrypoint '/my prog'", {"entrypoint": ["/my prog"]}),
        ("--entrypoint ''", {"entrypoint": []}),
        ("-e A=1 -e B -e C= -e A=2", {"environment": {"A": "2", "B": None, "C": ""}}),
        ("--env-file a.env", {"env_file": [{"path": "a.env", "format": "raw"}]}),
        ("--expose 80", {"expose": ["80"]}),
        ("--gpus all", {"gpus": "all"}),
        ("--gpus 2", {"gpus": [{"count": 2}]}),
        ("--gpus '\"device=0,2\",driver=nvidia'", {"gpus": [{"device_ids": ["0", "2"], "driver": "nvidia"}]}),
        ("--health-cmd 'a || b' --health-retries 3", {"healthcheck": {"test": "a || b", "retries": 3}}),
        ("--no-healthcheck", {"healthcheck": {"disable": True}}),
        ("-h web -it --init", {"hostname": "web", "stdin_open": True, "tty": True, "init": True}),
        ("--tty=false", {}),
        ("-l a=b -l c", {"labels": {"a": "b", "c": ""}}),
        ("--log-driver x --log-opt a=1", {"logging": {"driver": "x", "options": {"a": "1"}}}),
        ("--mac-address 92:d0:c6:0a:29:33", {"mac_address": "92:d0:c6:0a:29:33"}),
        ("-m 300m --memory-swap -1", {"mem_limit": "300m", "memswap_limit": -1}),
        ("--network host", {"network_mode": "host"}),
        ("--network default", {"network_mode": "bridge"}),
        ("--network container:gone", {"network_mode": "container:gone"}),
        ("--network a --net b", {"networks": ["a", "b"]}),
        ("--network-alias w --network a", {"networks": {"a": {"aliases": ["w"]}}}),
        ("--ip 1.2.3.4", {"networks": {"default": {"ipv4_address": "1.2.3.4"}}}),
        (
            "--network 'name=a,alias=w,\"driver-opt=k=1,2\",gw-priority=1'",
            {"networks": {"a": {"aliases": ["w"], "driver_opts": {"k": "1,2"}, "gw_priority": 1}}},
        ),
        ("-p 80:80 -p 53:53/udp", {"ports": ["80:80", "53:53/udp"]}),
        ("--pull always --platform linux/amd64", {"pull_policy": "always", "platform": "linux/amd64"}),
        ("--restart no", {"restart": "no"}),
        ("--stop-timeout 30", {"stop_grace_period": "30s"}),
        ("--sysctl a.b=1 --storage-opt size=1G", {"sysctls": {"a.b": "1"}, "storage_opt": {"size": "1G"}}),
        ("--ulimit nofile=1:2 --ulimit nproc=3", {"ulimits": {"nofile": {"soft": 1, "hard": 2}, "nproc": 3}}),
        ("-u 1:2 -w /w --read-only", {"user": "1:2", "working_dir": "/w", "read_only": True}),
        ("-v /a -v /b:/c:ro -v ./d:/e", {"volumes": ["/a", "/b:/c:ro", "./d:/e"]}),
        ("-v $PWD:/a -v \"$(pwd)\"/b:/b -v ${HOME:-$X/h}:/c", {"volumes": [".:/a", "./b:/b", "${HOME:-${X}/h}:/c"]}),
        (r"-v 'C:\a:/b'", {"volumes": [r"C:\a:/b"]}),
        ("--volumes-from c:ro", {"volumes_from": ["container:c:ro"]}),
        ("--link db:mysql", {"external_links": ["db:mysql"]}),
        ("-d --rm -q --sig-proxy=false", {}),
    ],
)  # fmt: skip
def test_options_become_keys(options: str, expected: dict[str, Any]) -> None:
    assert service(options) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            "type=bind,src=$(pwd)/a,dst=/b,readonly,bind-propagation=rslave",
            {
                "type": "bind",
                "source": "./a",
                "target": "/b",
                "read_only": True,
                "bind": {"propagation": "rslave", "create_host_path": False},
            },
        ),
        ("type=tmpfs,destination=/t,tmpfs-size=1m", {"type": "tmpfs", "target": "/t", "tmpfs": {"size": "1m"}}),
        (
            "source=v,target=/d,volume-nocopy,volume-subpath=s",
            {"type": "volume", "source": "v", "target": "/d", "volume": {"nocopy": True, "subpath": "s"}},
        ),
    ],
)
def test_mounts_become_the_long_form(options: str, expected: dict[str, Any]) -> None:
    assert service(f"--mount {options}") == {"volumes": [expected]}


def test_the_mode_of_a_tmpfs_is_octal() -> None:
    assert "mode: 01770\n" in render(made("docker run --mount type=tmpfs,dst=/t,tmpfs-mode=1770 x")).text


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("redis-server --save 60", "redis-server --save 60"),
        ("nginx -g 'daemon off;'", ["nginx", "-g", "daemon off;"]),
        ("echo $X '$Y'", ["echo", "${X}", "$$Y"]),
        ("a a", "a a"),
        ("'a b' 'a b'", ["a b", "a b"]),
    ],
)
def test_the_command_is_one_text_where_that_splits_into_the_same_words(command: str, expected: object) -> None:
    assert service("", f"x {command}")["command"] == expected


def test_every_option_of_the_tables_is_translated_or_said() -> None:
    """None falls through: it has a key, a sentence, or is about the start alone."""
    values = {
        "--mount": "source=a,target=/a",
        "--ulimit": "a=1",
        "--credential-spec": "file://a",
        "--placement-pref": "spread=a",
    }
    for verb, table in OPTIONS.items():
        command = {"run": "docker run", "service": "docker service create"}.get(verb)
        for name, option in table.items() if command else ():
            if option.kind in ("help", "start", "name"):
                continue
            value = f" {values.get(option.name, 'a=b')}" if option.takes_value else ""
            text = f"{command} {name}{value} x"
            (keys,) = data(text)["services"].values()
            found = made(text)
            said = any(note.message.startswith(option.name) for note in found.notes)
            assert len(keys) > 1 or said or option.kind == "driver", text
            if option.kind == "none":
                assert option.name in found.comments["services", "x"]


def test_service_create_becomes_deploy() -> None:
    text = (
        "docker service create --name api --replicas 3 --constraint node.role==worker --placement-pref spread=a"
        " --limit-cpu .5 --reserve-memory 64m --restart-condition any --update-order start-first -l a=b"
        " --container-label c=d -p published=80,target=8080,mode=host --secret source=s,target=/t,mode=0400"
        " --generic-resource GPU=2 nginx:1"
    )
    found = data(text)
    assert found["services"]["api"] == {
        "image": "nginx:1",
        "secrets": [{"source": "s", "target": "/t", "mode": "0400"}],
        "ports": [{"published": "80", "target": 8080, "mode": "host"}],
        "labels": {"c": "d"},
        "deploy": {
            "replicas": 3,
            "placement": {"constraints": ["node.role==worker"], "preferences": [{"spread": "a"}]},
            "resources": {
                "limits": {"cpus": ".5"},
                "reservations": {
                    "memory": "64m",
                    "generic_resources": [{"discrete_resource_spec": {"kind": "GPU", "value": 2}}],
                },
            },
            "restart_policy": {"condition": "any"},
            "update_config": {"order": "start-first"},
            "labels": {"a": "b"},
        },
    }
    assert found["secrets"] == {"s": {"external": True}}


def test_podman_has_ways_of_its_own() -> None:
    found = data('podman run --net a:ip=1.2.3.4 --entrypoint \'["a", "b c"]\' x')
    assert found["services"]["x"]["networks"] == {"a": {"ipv4_address": "1.2.3.4"}}
    assert found["services"]["x"]["entrypoint"] == ["a", "b c"]
    assert notes("podman run --pod p x") == ["--pod: left out, as Compose has no key for it"]


def test_services_find_each_other() -> None:
    found = data(
        "docker run --name db-1 -d postgres:16\n"
        "docker run --link db-1:db --volumes-from db-1:ro --network container:db-1 --pid container:db-1 web\n"
    )["services"]
    assert found["web"] == {
        "image": "web",
        "volumes_from": ["postgres:ro"],
        "network_mode": "service:postgres",
        "pid": "service:postgres",
        "links": ["postgres:db"],
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker run registry.example:5000/a/nginx:1@sha256:0", ["nginx"]),
        ("docker run --name web nginx", ["nginx"]),
        ("docker run nginx; docker run --name web nginx; docker run nginx", ["nginx", "web", "nginx-2"]),
        ("docker run %%IMAGE%%:1", ["image"]),
        ("docker run ${REG:-docker.io/x}/app:$TAG", ["app"]),
        ("docker service create --name api nginx", ["api"]),
    ],
)
def test_services_have_names(text: str, expected: list[str]) -> None:
    assert list(data(text)["services"]) == expected


def test_names_can_be_given() -> None:
    assert list(data("docker run nginx; docker run redis", "web")["services"]) == ["web", "redis"]
    for names in (("a", "b"), ("a b",)):
        with pytest.raises(FromRunError):
            made("docker run nginx", *names)


def test_volumes_keep_their_names_and_networks_have_to_exist() -> None:
    found = data("docker run -v data:/d -v ${P}-x:/x --volume-driver nfs --network net x")
    assert found["volumes"] == {"data": {"name": "data", "driver": "nfs"}, "p-x": {"name": "${P}-x", "driver": "nfs"}}
    assert found["services"]["x"]["volumes"] == ["data:/d", "p-x:/x"]
    assert found["networks"] == {"net": {"external": True}}


def test_networks_and_volumes_that_the_text_makes_are_made() -> None:
    found = data(
        "docker network create net -d bridge --subnet 10.0.0.0/16 --gateway 10.0.0.1 --aux-address a=10.0.0.5"
        " --internal --label a=b -o k=v\n"
        "docker volume create --driver local --opt type=tmpfs --opt o=size=1m data\n"
        "docker run --network net -v data:/d x"
    )
    assert found["networks"] == {
        "net": {
            "driver": "bridge",
            "internal": True,
            "labels": {"a": "b"},
            "driver_opts": {"k": "v"},
            "ipam": {"config": [{"subnet": "10.0.0.0/16", "gateway": "10.0.0.1", "aux_addresses": {"a": "10.0.0.5"}}]},
        }
    }
    assert found["volumes"] == {
        "data": {"name": "data", "driver": "local", "driver_opts": {"type": "tmpfs", "o": "size=1m"}}
    }


@pytest.mark.parametrize("word", ["<OPTIONS>", "$OPTIONS", "[OPTIONS]"])
def test_options_that_nobody_knows_are_left_out_and_said(word: str) -> None:
    found = made(f"docker run {word} -t x '[OPTIONS]'")
    assert data(f"docker run {word} -t x '[OPTIONS]'")["services"]["x"] == {
        "image": "x",
        "tty": True,
        "command": ["[OPTIONS]"],
    }
    assert [note.message for note in found.notes] == ["which options this stands for is unknown, so it is left out"]
    assert found.variables == []


def test_what_is_left_out_is_said_and_stands_in_a_comment() -> None:
    found = made("docker run --rm --cidfile /secret x")
    assert [note.message.partition(":")[0] for note in found.notes] == ["--rm", "--cidfile"]
    text = render(found).text
    assert "# Left out, as Compose has no key for it: --rm" in text
    assert "/secret" not in text


def test_keys_and_quotes_are_in_order() -> None:
    assert render(made("docker run --tty -w /w -p 80:80 -e A=yes -e B=1.0 -e 'C=x: y' -u 1:2 --name web x")).text == (
        "services:\n"
        "  x:\n"
        "    image: x\n"
        "    container_name: web\n"
        "    environment:\n"
        '      A: "yes"\n'
        '      B: "1.0"\n'
        '      C: "x: y"\n'
        "    ports:\n"
        '      - "80:80"\n'
        "    working_dir: /w\n"
        '    user: "1:2"\n'
        "    tty: true\n"
    )


def test_each_line_knows_its_option() -> None:
    line = "docker run -p 80:80 -e A=b nginx sh"
    rendered = render(made(line))
    places = {
        text.strip(): line[origin[0] : origin[1]]
        for text, origin in zip(rendered.text.splitlines(), rendered.origins, strict=True)
        if origin is not None
    }
    assert places == {
        "nginx:": "docker run",
        "image: nginx": "nginx",
        "environment:": "-e A=b",
        "A: b": "-e A=b",
        "ports:": "-p 80:80",
        '- "80:80"': "-p 80:80",
        "command: sh": "sh",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no command in this"),
        ("echo hello", "no command in this"),
        ("docker network create a", "no command in this"),
        ("docker run", "names no image"),
        ("docker run -it", "names no image"),
        ("docker run ''", "image is empty"),
        ("docker run --help", "starts nothing"),
        ("docker volume create; docker run x", "without a name"),
        ("docker run --mount 'type=bind,\"x' y", "comma-separated"),
        ("docker run a\n" * 1001, "commands"),
    ],
)
def test_what_cannot_be_translated_is_refused_in_one_sentence(text: str, message: str) -> None:
    with pytest.raises(FromRunError) as error:
        made(text)
    assert message in error.value.message


@given(TEXTS)
@example("docker run ${a:-'}'} x")
@example("docker run x <<")
def test_any_text_is_translated_or_refused(text: str) -> None:
    for line in (text, f"docker run {text} x", f"docker run --mount {text} --network {text} --gpus {text} x"):
        try:
            rendered = render(made(line))
        except FromRunError as error:
            assert error.message
            continue
        assert yamltree.parse(Source("compose.yaml", rendered.text)).faults == []
        assert len(rendered.origins) == rendered.text.count("\n")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0'"), max_size=30))
@example("yes")
@example("- x")
@example("\u2028\x85\x7f")
def test_a_value_comes_out_as_it_went_in(value: str) -> None:
    (found,) = data(f"docker run -e 'A={value}' x")["services"].values()
    assert found["environment"]["A"] == value.replace("$", "$$")
