"""Hover, definition, references, rename, outline, links, folding, hints and completion over real files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")
from lsp.client import MODERN, Client, applied

FILES = {
    "Dockerfile": "ARG TAG=12.5\nFROM debian:$TAG AS base\nARG VERSION=1.0\nENV HOME_DIR=/srv\n"
    "RUN --mount=type=cache,target=/c echo $VERSION\nFROM base AS web\nARG VERSION\nCOPY --from=base /a /a\n"
    "COPY app.txt $HOME_DIR/\nRUN --mount=from=base,target=/m id ${VERSION:-2}\nUSER nobody\n",
    "compose.yaml": "x-log: &log\n  driver: json-file\nservices:\n  web:\n    build:\n      context: .\n"
    "      target: web\n"
    "      args:\n        VERSION: '3'\n    image: team/web:${TAG}\n    env_file: web.env\n    logging: *log\n"
    "    networks: [front]\n    volumes:\n      - data:/data\n    secrets: [key]\n"
    "  api:\n    image: nginx:1.27\n    depends_on:\n      web: {condition: service_started}\n"
    "    network_mode: service:web\nnetworks:\n  front:\nvolumes:\n  data:\nsecrets:\n  key:\n    file: key.txt\n",
    "compose.override.yaml": "services:\n  web:\n    image: team/web:dev\n    links: [api]\n",
    "web.env": "A=1\n",
    "key.txt": "k\n",
    ".env": "TAG=7\n",
    "app.txt": "x\n",
}


class Project:
    """A project that is open in an editor."""

    def __init__(self, folder: Path, start: Any) -> None:
        self.folder = folder
        for path, text in FILES.items():
            (folder / path).write_text(text)
        self.client = start(folder, MODERN)
        self.uris = {
            path: self.client.open(folder / path, language="yaml" if path.endswith("yaml") else "dockerfile")
            for path in ("Dockerfile", "compose.yaml", "compose.override.yaml")
        }
        self.client.pulled(self.uris["Dockerfile"])

    def place(self, path: str, text: str, inside: int = 0, nth: int = 1) -> dict[str, Any]:
        offset = -1
        for _ in range(nth):
            offset = FILES[path].index(text, offset + 1)
        before = FILES[path][: offset + inside]
        return {
            "textDocument": {"uri": self.uris[path]},
            "position": {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1},
        }

    def ask(self, method: str, path: str, text: str, inside: int = 0, nth: int = 1, **more: Any) -> Any:
        return self.client.request(f"textDocument/{method}", {**self.place(path, text, inside, nth), **more})

    def texts(self, locations: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
        found = []
        for each in locations:
            path = each["uri"].rpartition("/")[2]
            line = (self.folder / path).read_text().split("\n")[each["range"]["start"]["line"]]
            text = line[each["range"]["start"]["character"] : each["range"]["end"]["character"]]
            found.append((path, each["range"]["start"]["line"] + 1, text))
        return found

    def hover(self, path: str, text: str, inside: int = 0, nth: int = 1) -> str:
        answer = self.ask("hover", path, text, inside, nth)
        return "" if answer is None else str(answer["contents"]["value"])

    def offers(self, path: str, text: str) -> list[str]:
        """What is offered at the end of a file when ``text`` is written there."""
        uri = self.uris[path]
        whole = FILES[path] + text
        self.client.change(uri, whole)
        line, _, last = whole.rpartition("\n")
        position = {"line": line.count("\n") + 1, "character": len(last)}
        answer = self.client.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
        self.client.change(uri, FILES[path])
        return [each["label"] for each in answer["items"]]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """For tests that only ask, or leave all as it was: a server takes longer to start than to answer them."""
    folder = tmp_path_factory.mktemp("shared").resolve()
    (folder / ".git").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        project = Project(folder, Client)
    yield project
    project.client.process.kill()
    project.client.process.wait()


@pytest.fixture
def project(folder: Path, start: Any) -> Project:
    return Project(folder, start)


def test_definitions_lead_across_files(shared: Project) -> None:
    where = lambda *place, **more: shared.texts(shared.ask("definition", *place, **more))  # noqa: E731
    assert where("Dockerfile", "--from=base", 8) == [("Dockerfile", 2, "base")]
    assert where("Dockerfile", "mount=from=base", 12) == [("Dockerfile", 2, "base")]
    assert where("Dockerfile", "FROM base", 6) == [("Dockerfile", 2, "base")]
    assert where("compose.yaml", "target: web", 9) == [("Dockerfile", 6, "web")]
    assert where("compose.yaml", "*log", 2) == [("compose.yaml", 1, "log")]
    assert where("compose.yaml", "[front]", 2) == [("compose.yaml", 23, "front")]
    assert where("compose.yaml", "- data:/data", 3) == [("compose.yaml", 25, "data")]
    assert where("compose.yaml", "[key]", 2) == [("compose.yaml", 27, "key")]
    assert ("compose.override.yaml", 2, "web") in where("compose.yaml", "service:web", 9)
    assert where("compose.override.yaml", "[api]", 2) == [("compose.yaml", 17, "api")]
    assert where("compose.yaml", "${TAG}", 3) == [(".env", 1, "TAG")]
    assert [path for path, _, _ in where("compose.yaml", "web.env", 2)] == ["web.env"]
    assert [path for path, _, _ in where("compose.yaml", "key.txt", 2)] == ["key.txt"]
    assert [path for path, _, _ in where("Dockerfile", "app.txt", 2)] == ["app.txt"]
    assert where("Dockerfile", "USER", 1) == []


def test_references_are_found_across_files(shared: Project) -> None:
    found = shared.texts(shared.ask("references", "Dockerfile", "AS web", 4, context={"includeDeclaration": True}))
    assert found == [("Dockerfile", 6, "web"), ("compose.yaml", 7, "web")]
    uses = shared.texts(shared.ask("references", "Dockerfile", "VERSION", 2, context={"includeDeclaration": False}))
    assert uses == [("Dockerfile", 5, "VERSION"), ("Dockerfile", 10, "VERSION"), ("compose.yaml", 9, "VERSION")]
    assert len(shared.ask("documentHighlight", "Dockerfile", "VERSION", 2)) == 4


@pytest.mark.parametrize(
    ("path", "text", "inside", "name", "count"),
    [
        ("Dockerfile", "AS base", 4, "builder", 4),
        ("Dockerfile", "AS web", 4, "site", 2),
        ("Dockerfile", "VERSION", 2, "RELEASE", 5),
        ("compose.yaml", "  api:", 3, "back", 2),
        ("compose.yaml", "  web:", 3, "site", 4),
        ("compose.yaml", "[front]", 2, "edge", 2),
        ("compose.yaml", "- data", 3, "store", 2),
        ("compose.yaml", "&log", 2, "logs", 2),
    ],
)
def test_a_rename_changes_every_place_and_brings_no_finding(
    project: Project, path: str, text: str, inside: int, name: str, count: int
) -> None:
    def said() -> list[str]:
        run = subprocess.run(
            [sys.executable, "-m", "dlint", "check", "--format", "compact", "--quiet", "."],
            cwd=project.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return [line.rpartition("[")[2] for line in run.stdout.splitlines()]

    before = said()
    prepared = project.ask("prepareRename", path, text, inside)
    assert prepared["placeholder"] in text
    answer = project.ask("rename", path, text, inside, newName=name)
    changes = answer["documentChanges"]
    assert sum(len(change["edits"]) for change in changes) == count
    for change in changes:
        file = project.folder / change["textDocument"]["uri"].rpartition("/")[2]
        file.write_text(applied(file.read_text(), change["edits"]))
    assert said() == before


def test_what_cannot_be_renamed_is_refused_with_a_reason(shared: Project) -> None:
    def refused(path: str, text: str, inside: int, name: str) -> str:
        params = {**shared.place(path, text, inside), "newName": name}
        answer = shared.client.answer(shared.client.start("textDocument/rename", params))
        return str(answer["error"]["message"])

    assert "already" in refused("compose.yaml", "  api:", 3, "web")
    assert "cannot be the name" in refused("Dockerfile", "AS base", 4, "1 2")
    assert "programs" in refused("Dockerfile", "HOME_DIR", 2, "PLACE")
    assert shared.ask("prepareRename", "Dockerfile", "HOME_DIR", 2) is None
    assert shared.ask("prepareRename", "Dockerfile", "USER", 2) is None


def test_a_rename_that_is_refused_is_one_line_in_the_log(project: Project) -> None:
    params = {**project.place("Dockerfile", "AS base", 4), "newName": "1 2"}
    project.client.answer(project.client.start("textDocument/rename", params))
    assert project.client.close() == 0
    said = b"".join(project.client.stderr)
    assert said.count(b"\n") == 1 and b"cannot be the name of this" in said


def test_the_definition_of_a_variable_is_the_one_that_counts_there(project: Project) -> None:
    uri = project.uris["Dockerfile"]
    text = (
        "ARG V=1\nFROM debian:$V AS a\nARG V\nRUN echo $V\nENV V=2$V\nCOPY $V /\n"
        "FROM a\nRUN echo ${V}\nARG V\nRUN id $V\n"
    )
    project.client.change(uri, text)
    lines = text.split("\n")
    for line, wanted in ((1, 0), (3, 2), (4, 2), (5, 4), (7, 4), (9, 8)):
        place = {"line": line, "character": lines[line].rindex("V")}
        found = project.client.request("textDocument/definition", {"textDocument": {"uri": uri}, "position": place})
        assert [each["range"]["start"]["line"] for each in found] == [wanted], line


def test_hover_says_what_is_known(shared: Project) -> None:
    assert "`VERSION` = `3`: [compose.yaml:9](file:" in shared.hover("Dockerfile", "${VERSION", 4)
    assert "`HOME_DIR` = `/srv`: [line 4](file:" in shared.hover("Dockerfile", "$HOME_DIR", 3)
    assert "`TAG` = `12.5`: [line 1](file:" in shared.hover("Dockerfile", "$TAG", 2)
    assert "**copies** `app.txt`" in shared.hover("Dockerfile", "app.txt", 2)
    assert "debian:12.5" in shared.hover("Dockerfile", "debian", 2)
    assert "Stage `base`" in shared.hover("Dockerfile", "--from=base", 8)
    assert "COPY [flags]" in shared.hover("Dockerfile", "COPY", 1)
    assert "`--from`" in shared.hover("Dockerfile", "--from", 3)
    assert "`target`" in shared.hover("Dockerfile", "target=/c", 2)
    assert "`depends_on`" in shared.hover("compose.yaml", "depends_on", 3)
    assert "json-file" not in shared.hover("compose.yaml", "driver", 2) and shared.hover("compose.yaml", "driver", 2)
    for inside in ("team/web", "image:"):
        assert "**value** `team/web:dev`: [compose.override.yaml:3](" in shared.hover("compose.yaml", inside, 2)
    assert "**built from** `Dockerfile, web`" in shared.hover("compose.yaml", "web: {condition", 1)
    assert "**context** `.," in shared.hover("compose.yaml", "target: web", 9)
    assert shared.hover("compose.yaml", "- data", 0) == ""


def test_hover_on_a_flag_marks_it_with_its_dashes(project: Project) -> None:
    answer = project.ask("hover", "Dockerfile", "--from=base", 1)
    assert answer["range"]["end"]["character"] - answer["range"]["start"]["character"] == len("--from")


def test_hover_tells_variables_of_the_shell_from_unknown_ones(project: Project) -> None:
    text = "FROM debian:12.5\nRUN file=a && cat $file $other\n"
    uri = project.uris["Dockerfile"]
    project.client.change(uri, text)
    for name, said in (("$file", "`file` is a variable of the shell."), ("$other", "`other` is not known here.")):
        at = {"line": 1, "character": text.split("\n")[1].index(name) + 2}
        answer = project.client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": at})
        assert said in answer["contents"]["value"]


def test_hover_on_an_extension_says_what_it_stands_for(project: Project) -> None:
    text = "x-app: &app\n  image: a:1\nx-note: 1\nservices:\n  web:\n    <<: *app\n    command: echo $$HOME\n"
    uri = project.uris["compose.yaml"]
    project.client.change(uri, text)

    def said(line: int, column: int) -> str:
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
        return str(project.client.request("textDocument/hover", place))

    assert "An extension" in said(0, 2) and "It stands for `services.web`" in said(0, 2)
    assert "An extension" in said(2, 2) and "stands for" not in said(2, 2)
    # Two dollars are one for the shell: nothing of that is a variable of Compose.
    assert "Value" not in said(6, 20)


def test_hover_says_where_a_value_differs_between_the_ways_a_file_is_built(project: Project) -> None:
    changed = FILES["compose.yaml"].replace(
        "  api:\n    image: nginx:1.27\n", "  api:\n    build: {context: ., args: {VERSION: '4'}}\n"
    )
    project.client.change(project.uris["compose.yaml"], changed)
    said = project.hover("Dockerfile", "ARG VERSION\n", 5)
    assert "Built for `web, the last stage`:\n\n- **value** `VERSION` = `3`" in said
    assert "Built for `api, the last stage`:\n\n- **value** `VERSION` = `4`" in said


def test_hover_on_a_finding_and_on_an_ignore_comment_shows_the_page(project: Project) -> None:
    uri = project.uris["Dockerfile"]
    project.client.change(
        uri, "FROM debian:12.5\n# dlint: ignore=sudo -- why\nRUN sudo id\nMAINTAINER Ada\nUSER nobody\n"
    )
    for line, character, word in ((1, 18, "sudo"), (3, 3, "maintainer-deprecated")):
        params = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        text = project.client.request("textDocument/hover", params)["contents"]["value"]
        assert f"(`{word}`)" in text and "severity" in text


def test_hover_and_hints_never_show_credentials(project: Project) -> None:
    uri = project.uris["Dockerfile"]
    text = "FROM debian:12.5\nARG DB_PASSWORD=hunter22x\nLABEL a=$DB_PASSWORD\nUSER nobody\n"
    project.client.change(uri, text)
    params = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 12}}
    assert "hunter22x" not in str(project.client.request("textDocument/hover", params))
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    hints = project.client.request("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole})
    assert "hunter22x" not in str(hints)


def test_hover_never_shows_the_credentials_of_a_file_that_is_merged_in(project: Project) -> None:
    with_secret = FILES["compose.yaml"].replace(
        "    env_file: web.env\n", "    environment: {API_KEY: 'k3y-7x9q2mvz', URL: 'http://ada:pw-8812-x@db/'}\n"
    )
    project.client.change(project.uris["compose.yaml"], with_secret)
    override = FILES["compose.override.yaml"] + "    environment:\n      URL: ${URL:-http://ada:pw-8812-x@db/}\n"
    uri = project.uris["compose.override.yaml"]
    project.client.change(uri, override)
    for line, character in ((4, 8), (5, 8), (5, 20)):
        params = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        said = str(project.client.request("textDocument/hover", params))
        assert "k3y-7x9q2mvz" not in said and "pw-8812-x" not in said
    assert "environment" in str(
        project.client.request(
            "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 8}}
        )
    )


def test_outline_links_folds_and_hints(shared: Project) -> None:
    def of(method: str, path: str, **more: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = shared.client.request(
            f"textDocument/{method}", {"textDocument": {"uri": shared.uris[path]}, **more}
        )
        return found

    outline = of("documentSymbol", "Dockerfile")
    assert [each["name"] for each in outline] == ["ARG TAG=12.5", "base", "web"]
    assert [each["name"].split()[0] for each in outline[2]["children"]] == [
        "FROM",
        "ARG",
        "COPY",
        "COPY",
        "RUN",
        "USER",
    ]
    names = {
        each["name"]: [child["name"] for child in each["children"]] for each in of("documentSymbol", "compose.yaml")
    }
    assert names["services"] == ["web", "api"] and names["volumes"] == ["data"]
    links = {each["target"].rpartition("/")[2] for each in of("documentLink", "compose.yaml")}
    assert links == {"Dockerfile", "web.env", "key.txt"}
    assert [each["target"].rpartition("/")[2] for each in of("documentLink", "Dockerfile")] == ["app.txt"]
    folds = {(each["startLine"], each["endLine"]) for each in of("foldingRange", "compose.yaml")}
    assert {(2, 20), (3, 15)} <= folds
    assert (1, 4) in {(each["startLine"], each["endLine"]) for each in of("foldingRange", "Dockerfile")}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    assert [each["label"] for each in of("inlayHint", "Dockerfile", range=whole)] == ["= debian:12.5", "= /srv/"]
    (hint,) = [each["label"] for each in of("inlayHint", "compose.yaml", range=whole)]
    assert hint == "→ team/web:dev (compose.override.yaml)"


@pytest.mark.parametrize(
    ("path", "text", "wanted", "unwanted"),
    [
        ("Dockerfile", "HEA", {"HEALTHCHECK", "COPY"}, {"web"}),
        ("Dockerfile", "COPY --", {"--from=", "--link"}, {"--mount="}),
        ("Dockerfile", "COPY --from=", {"base"}, {"COPY"}),
        ("Dockerfile", "FROM ", {"base", "web"}, {"COPY"}),
        ("Dockerfile", "RUN --mount=", {"type=", "target=", "readonly"}, {"base"}),
        ("Dockerfile", "RUN --mount=type=", {"cache", "secret"}, {"base"}),
        ("Dockerfile", "RUN --mount=type=bind,from=", {"base"}, {"cache"}),
        ("Dockerfile", "RUN --network=", {"none", "host"}, {"base"}),
        ("Dockerfile", "RUN echo ${", {"VERSION", "HOME_DIR"}, {"RUN"}),
        ("Dockerfile", "# dlint: ignore=no-user,", {"sudo", "no-user"}, {"RUN"}),
        ("Dockerfile", "# dlint: ", {"ignore=", "ignore-file="}, {"RUN"}),
        ("Dockerfile", "FROM debian A", {"AS"}, {"base"}),
        ("Dockerfile", "FROM debian:1", {"12-slim"}, {"base", "web"}),
        ("Dockerfile", "COPY ", {"app.txt", "web.env"}, {"base", ".git"}),
        ("Dockerfile", "RUN --mount=type=bind,source=ap", {"app.txt"}, {"base"}),
        ("Dockerfile", "FROM base AS new\nARG ", {"VERSION", "TARGETARCH"}, {"HOME_DIR"}),
        ("Dockerfile", "HEALTHCHECK ", {"CMD", "NONE"}, {"COPY"}),
        ("Dockerfile", "STOPSIGNAL SIG", {"SIGQUIT"}, {"COPY"}),
        ("Dockerfile", "# syn", set(), {"syntax=docker/dockerfile:1"}),
        ("compose.yaml", "services:\n  x:\n    restart: ", {"unless-stopped", '"no"'}, {"web"}),
        ("compose.yaml", "services:\n  x:\n    logging:\n      driver: ", {"json-file"}, {"bridge"}),
        ("compose.override.yaml", "    logging: *", set(), {"web"}),
        ("compose.override.yaml", "    env_file: w", {"web.env", "app.txt"}, {"web"}),
        ("compose.override.yaml", "    env_file:\n      - ./", {"./web.env"}, {"web"}),
        ("compose.override.yaml", "    build: ", set(), {"web.env", ".git"}),
        ("compose.override.yaml", "    depends_on: [", {"api"}, {"web"}),
        ("compose.override.yaml", "    re", {"restart"}, {"image", "links"}),
        ("compose.yaml", "x-more: {a: *", {"log"}, {"web"}),
        ("compose.yaml", "vol", {"models", "include"}, {"image", "services"}),
        ("compose.override.yaml", "    re", {"restart", "read_only"}, {"services"}),
        ("compose.override.yaml", "    depends_on:\n      - ", {"api"}, {"web"}),
        ("compose.override.yaml", "    depends_on:\n      api:\n        condition: ", {"service_healthy"}, {"api"}),
        ("compose.override.yaml", "    read_only: ", {"true", "false"}, {"api"}),
        ("compose.override.yaml", "    build:\n      target: ", {"base", "web"}, {"true"}),
        ("compose.override.yaml", "    healthcheck:\n      ", {"interval", "test"}, {"image"}),
        ("compose.override.yaml", "    networks:\n      - ", {"front"}, {"data"}),
        ("compose.yaml", "services:\n  x:\n    image: a:${", {"TAG"}, {"image"}),
        ("compose.override.yaml", "    environment:\n      MODE: ", set(), {"true", "false"}),
        ("compose.override.yaml", "    command: |\n      set -e\n      re", set(), {"restart", "read_only"}),
    ],
)
def test_completion_offers_what_fits(
    shared: Project, path: str, text: str, wanted: set[str], unwanted: set[str]
) -> None:
    found = {*shared.offers(path, text)}
    assert wanted <= found
    assert not unwanted & found


def test_a_directive_is_offered_above_everything_else_alone(project: Project) -> None:
    uri = project.uris["Dockerfile"]
    project.client.change(uri, "# s\nFROM debian:12.5\n")
    params = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 3}}
    found = project.client.request("textDocument/completion", params)
    assert "syntax=docker/dockerfile:1" in [each["label"] for each in found["items"]]


def test_the_keys_of_an_anchor_are_those_of_where_it_is_used(project: Project) -> None:
    uri = project.uris["compose.yaml"]
    text = "x-app: &app\n  image: a\n  \nservices:\n  web:\n    <<: *app\n"
    project.client.change(uri, text)
    params = {"textDocument": {"uri": uri}, "position": {"line": 2, "character": 2}}
    found = [each["label"] for each in project.client.request("textDocument/completion", params)["items"]]
    assert "environment" in found and "image" not in found and "services" not in found
    params = {"textDocument": {"uri": uri}, "position": {"line": 1, "character": 4}}
    assert "The image to run" in str(project.client.request("textDocument/hover", params))


def test_a_list_of_images_that_is_cut_short_says_so(project: Project) -> None:
    uri = project.uris["Dockerfile"]
    for text, more in (("FROM python:", True), ("FROM python:3.14.0-slim-b", False)):
        project.client.change(uri, text)
        params = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": len(text)}}
        assert project.client.request("textDocument/completion", params)["isIncomplete"] is more


def test_completion_in_the_configuration(folder: Path, start: Any) -> None:
    client = start(folder, MODERN)
    uri = client.open(folder / "dlint.toml", "", "toml")
    for text, wanted in (
        ("", "preset"), ('preset = "', "strict"), ('ignore = ["no-user", "', "sudo"), ("[rules.", "sudo"),
        ('[rules.sudo]\nseverity = "', "off"), ('ignore = [\n  "', "sudo"),
    ):  # fmt: skip
        client.change(uri, text)
        position = {"line": text.count("\n"), "character": len(text) - text.rfind("\n") - 1}
        answer = client.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": position})
        assert wanted in [each["label"] for each in answer["items"]], text
