"""Which nodes and edges a project has."""

from __future__ import annotations

from picture.projects import edges_of, graph_of, workspace_of

SHOP = {
    "shop/compose.yaml": """\
services:
  web:
    build:
      context: web
      target: final
      args: {VERSION: "1.4", API_TOKEN: s3cr3t-t0ken}
    depends_on:
      db: {condition: service_healthy}
    networks: [front, back]
  worker:
    image: acme/web:1
    links: ["db:database"]
    networks: [back]
  other:
    build: {context: web, target: final}
    image: acme/web:1
    profiles: [debug]
  db:
    image: postgres:16
    ports: ["127.0.0.1:5432:5432", "53:53/udp"]
    volumes: ["data:/var/lib/postgresql/data", "./init:/docker-entrypoint-initdb.d:ro", "/cache"]
volumes:
  data: {external: true, name: shop-data}
networks:
  front:
  back:
""",
    "shop/web/Dockerfile": """\
ARG BASE
FROM node:22 AS build
RUN --mount=type=bind,from=tools,source=/t,target=/t make
FROM build AS tests
FROM nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123 AS final
COPY --from=build /app/dist /app/more /srv/
COPY --from=build /x /y
COPY --from=busybox:1 /bin/sh /bin/
FROM $BASE AS tools
""",
    "shop/web/.dockerignore": "*.md\n",
}
DOCKERFILE = "shop/web/Dockerfile"
COMPOSE = "shop/compose.yaml"


def test_stages_their_bases_and_what_they_copy() -> None:
    graph = graph_of(SHOP)
    digest = "nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123"
    assert edges_of(graph, "base") == [
        ("node:22", f"{DOCKERFILE}#0", ""),
        (f"{DOCKERFILE}#0", f"{DOCKERFILE}#1", ""),
        (digest, f"{DOCKERFILE}#2", ""),
        ("$BASE", f"{DOCKERFILE}#3", ""),
    ]
    assert edges_of(graph, "copy") == [
        (f"{DOCKERFILE}#3", f"{DOCKERFILE}#0", "mount /t"),
        (f"{DOCKERFILE}#0", f"{DOCKERFILE}#2", "COPY /app/dist +1"),
        (f"{DOCKERFILE}#0", f"{DOCKERFILE}#2", "COPY /x"),
        ("busybox:1", f"{DOCKERFILE}#2", "COPY /bin/sh"),
    ]
    assert graph.nodes["image:$BASE"].detail == {"tag": None, "digest": None, "known": False}
    assert [graph.nodes[f"stage:{DOCKERFILE}#{index}"].detail["used"] for index in range(4)] == [
        True, False, True, True
    ]  # fmt: skip


def test_builds_say_what_they_are_given_and_mask_credentials() -> None:
    graph = graph_of(SHOP)
    build = next(edge for edge in graph.edges if edge.kind == "build")
    assert (build.start.id, build.end.id) == (f"stage:{DOCKERFILE}#2", f"service:{COMPOSE}#web")
    assert build.detail == {
        "context": "shop/web",
        "target": "final",
        "args": {"VERSION": "1.4", "API_TOKEN": "********"},
        "ignore_file": "shop/web/.dockerignore",
    }
    assert build.label == "VERSION=1.4, API_TOKEN=********"
    assert build.written is not None and build.written.raw == "final"
    assert build.meant is not None and build.meant.line == 5


def test_an_image_that_is_built_here_leads_back_to_its_stage() -> None:
    assert edges_of(graph_of(SHOP), "image") == [
        (f"{DOCKERFILE}#2", f"{COMPOSE}#worker", ""),
        ("postgres:16", f"{COMPOSE}#db", ""),
    ]


def test_dependencies_volumes_and_networks() -> None:
    graph = graph_of(SHOP)
    assert edges_of(graph, "depends") == [
        (f"{COMPOSE}#web", f"{COMPOSE}#db", "healthy"),
        (f"{COMPOSE}#worker", f"{COMPOSE}#db", "link"),
    ]
    assert edges_of(graph, "volume") == [(f"{COMPOSE}#db", f"{COMPOSE}#data", "/var/lib/postgresql/data")]
    assert [end for _, end, _ in edges_of(graph, "network")] == [
        f"{COMPOSE}#{name}" for name in ("front", "back", "back")
    ]
    assert graph.nodes[f"volume:{COMPOSE}#data"].detail == {"external": True, "name": "shop-data"}
    detail = graph.nodes[f"service:{COMPOSE}#db"].detail
    assert detail["ports"] == ["127.0.0.1:5432:5432", "53:53/udp"]
    assert [(one["type"], one["target"], one["read_only"]) for one in detail["mounts"]] == [
        ("volume", "/var/lib/postgresql/data", False), ("bind", "/docker-entrypoint-initdb.d", True),
        ("volume", "/cache", False),
    ]  # fmt: skip


def test_one_file_brings_what_it_builds_and_is_built_by() -> None:
    whole = [*graph_of(SHOP).nodes]
    assert sorted(graph_of(SHOP, only=DOCKERFILE).nodes) == sorted(whole)
    assert sorted(graph_of(SHOP, only=COMPOSE).nodes) == sorted(whole)


def test_paths_are_shown_from_the_folder_that_all_lie_in() -> None:
    graph = graph_of(SHOP)
    assert (graph.folder, graph.short(DOCKERFILE)) == ("shop", "web/Dockerfile")
    assert graph_of({"a/Dockerfile": "FROM a:1\n", "b/Dockerfile": "FROM b:1\n"}).folder == ""


def test_the_arguments_of_each_build_count() -> None:
    graph = graph_of(
        {
            "compose.yaml": "services:\n"
            "  old: {build: {context: ., args: {V: '3.11'}}}\n  new: {build: {context: ., args: {V: '3.12'}}}\n",
            "Dockerfile": "ARG V=3.10\nFROM python:$V\n",
        }
    )
    assert [start for start, _, _ in edges_of(graph, "base")] == ["python:3.11", "python:3.12"]
    assert [(end, label) for _, end, label in edges_of(graph, "build")] == [
        ("compose.yaml#old", "V=3.11"), ("compose.yaml#new", "V=3.12")
    ]  # fmt: skip


def test_a_base_that_is_built_elsewhere_is_that_stage() -> None:
    graph = graph_of(
        {
            "compose.yaml": "services:\n  base: {build: base}\n"
            "  app: {build: {context: app, additional_contexts: {root: service:base, logos: ./logos}}}\n",
            "base/Dockerfile": "FROM debian:12\n",
            "app/Dockerfile": "FROM root\nCOPY --from=logos x /x\n",
        }
    )
    assert ("base/Dockerfile#0", "app/Dockerfile#0", "") in edges_of(graph, "base")
    assert edges_of(graph, "copy") == []


BAKED = {
    "docker-bake.json": """{
  "target": {
    "web": {"context": "web", "tags": ["acme/web:1"], "args": {"V": "2"}},
    "lost": {"context": "web", "target": "nope"}
  }
}
""",
    "web/Dockerfile": "ARG V\nFROM nginx:$V AS last\n",
    "compose.yaml": "services:\n  web: {image: acme/web:1}\n",
}


def test_what_other_builders_ask_for_has_nodes_and_gives_its_image_to_services() -> None:
    graph = graph_of(BAKED)
    assert [(node.name, node.detail["noun"]) for node in graph.of_kind("builder")] == [
        ("web", "target"), ("lost", "target")
    ]  # fmt: skip
    assert edges_of(graph, "build") == [("web/Dockerfile#0", "docker-bake.json#web", "V=2")]
    assert edges_of(graph, "base") == [("nginx:2", "web/Dockerfile#0", "")]
    assert edges_of(graph, "image") == [("web/Dockerfile#0", "compose.yaml#web", "")]
    assert "builder:docker-bake.json#web" in graph_of(BAKED, only="docker-bake.json").nodes


def test_a_dockerfile_in_a_compose_file_has_stages_too() -> None:
    graph = graph_of(
        {
            "compose.yaml": "services:\n  a:\n    build:\n      dockerfile_inline: |\n"
            "        FROM alpine:3\n        RUN x\n"
        }
    )
    stage = next(graph.of_kind("stage"))
    assert (stage.detail["inline"], stage.path, stage.where and stage.where.line) == (True, "compose.yaml", 5)
    assert len(edges_of(graph, "build")) == 1


def test_a_file_laid_over_another_is_drawn_where_that_is_not() -> None:
    texts = {
        "compose.yaml": "services:\n  a: {image: a:1}\n",
        "compose.prod.yaml": "services:\n  a: {restart: always}\n",
    }
    assert [*graph_of(texts).nodes] == ["service:compose.yaml#a", "image:a:1"]
    assert [*graph_of(texts, only="compose.prod.yaml").nodes] == ["service:compose.prod.yaml#a", "image:a:1"]


def test_secrets_in_env_files_are_shown_nowhere() -> None:
    graph = graph_of(
        {
            ".env": "DB_PASSWORD=hunter2-hunter2\nREGISTRY=acme\n",
            "compose.yaml": "services:\n  a:\n    image: $REGISTRY/a:1\n"
            "    build: {context: ., args: {DSN: 'pg://u:${DB_PASSWORD}@db', LAST: hunter2-hunter2}}\n",
            "Dockerfile": "FROM a:1\nCOPY --from=x hunter2-hunter2 /y\n",
        }
    )
    from dlint.picture.json import render

    text = render(graph)
    assert "hunter2" not in text and "acme/a:1" in text


def test_what_is_broken_is_drawn_as_far_as_it_is_known() -> None:
    graph = graph_of(
        {
            "compose.yaml": "services:\n  a: {build: {context: ., target: nope}, depends_on: [b, a, 1]}\n"
            "  x: 7\n  y:\n",
            "Dockerfile": "COPY a b\nFROM\nFROM a AS a\nFROM a\nCOPY --from=7 x y\nCOPY --from=a\n",
            "empty/Dockerfile": "",
            "bad/compose.yaml": "services: [a\n",
        }
    )
    assert edges_of(graph, "build", "depends") == []
    assert "service:compose.yaml#x" in graph.nodes


def test_a_workspace_without_files_gives_an_empty_graph() -> None:
    assert not graph_of({"README.md": "x"}).nodes
    assert workspace_of({}).projects is None
