"""What is known of the files of a stage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.model.dockerfile import graph as stages
from dlint.project.files import ProjectFiles
from dlint.source import Source
from dlint.syntax.dockerfile import parser
from dlint.workspace.build import Build
from dlint.workspace.context import Context
from dlint.workspace.image_tree import ImageTree
from dlint.workspace.image_trees import image_tree, may_lack, tree_lacking
from dlint.workspace.workspace import Workspace

_FILES = {"a.txt": "", "conf/x.yaml": "", "conf/deep/y": "", "web/node_modules/m/i.js": "", "web/a.js": ""}


def tree(text: str, *, complete: bool = True) -> ImageTree:
    """The tree of the last stage."""
    project = ProjectFiles.from_files({"Dockerfile": text, **_FILES}, complete=complete)
    source = project.read("Dockerfile")
    assert source is not None
    graph = stages.build(parser.parse(source))
    build = Build(Workspace(project, {}), graph, [], lambda path: False)
    found = image_tree(build, graph.stages[-1])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "there", "lacking"),
    [
        ("FROM scratch\nCOPY a.txt /\n", ["/a.txt"], ["/b.txt", "/usr/bin/x"]),
        ("FROM scratch\nCOPY a.txt /srv/\n", ["/srv/a.txt", "/srv"], ["/a.txt"]),
        ("FROM scratch\nCOPY a.txt /srv\n", ["/srv"], ["/srv/a.txt"]),
        ("FROM scratch\nCOPY conf /etc/app\n", ["/etc/app/x.yaml", "/etc/app/deep/y"], ["/etc/app/conf"]),
        ("FROM scratch\nWORKDIR /w\nCOPY conf/ .\n", ["/w/x.yaml"], ["/w/conf"]),
        ("FROM scratch\nCOPY <<EOF /motd\nhi\nEOF\n", ["/motd"], ["/x"]),
        ("FROM scratch AS a\nCOPY conf /c\nFROM scratch\nCOPY --from=a /c /d\n", ["/d/x.yaml"], ["/c", "/d/z"]),
        ("FROM scratch AS a\nCOPY a.txt /\nFROM a\nCOPY conf /c\n", ["/a.txt", "/c/x.yaml"], ["/d"]),
        ("FROM alpine\nRUN apk add tar\nCOPY conf /site\n", ["/site/x.yaml"], ["/site/z"]),
        ("FROM alpine\nCOPY conf /app\n", ["/app/x.yaml"], ["/app/z", "/ap/x.yaml"]),
        ("FROM alpine\nWORKDIR /w\nRUN mkdir -p out && cp /etc/hosts out/h\n", ["/w/out/h"], ["/w/h", "/out"]),
        ("FROM golang\nWORKDIR /src\nRUN go mod download\nRUN go build -o /bin/a .\n", ["/bin/a"], ["/out/a"]),
        ("FROM golang\nWORKDIR /src\nCOPY a.txt .\nRUN go build -o server .\n", ["/src/server"], ["/src/a"]),
        ("FROM node\nWORKDIR /app\nRUN npm ci && npm run build\n", ["/app"], ["/src/dist", "/build"]),
        ("FROM node\nWORKDIR /srv/a\nRUN npm ci\n", ["/srv/a"], ["/srv/b/node_modules"]),
        ("FROM node\nRUN touch /x && echo a > /y\n", ["/x", "/y"], ["/z"]),
    ],
)
def test_what_is_there_and_what_is_not(text: str, there: list[str], lacking: list[str]) -> None:
    found = tree(text)
    assert [path for path in there if path not in found.files] == []
    assert [path for path in lacking if not found.lacks(path)] == []
    stage = stages.build(parser.parse(Source("Dockerfile", text))).stages[-1]
    assert [path for path in lacking if not may_lack(stage, path)] == []


def test_nobody_knows_what_lies_in_the_folders_of_a_system() -> None:
    stage = stages.build(parser.parse(Source("Dockerfile", "FROM alpine\nCOPY conf /etc/app\n"))).stages[-1]
    assert not may_lack(stage, "/etc/app/z")
    assert not tree("FROM alpine\nCOPY conf /etc/app\n").lacks("/etc/app/z")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("FROM example/base\n", "/x"),
        ("FROM alpine\nCOPY conf /etc/app\n", "/etc/other"),
        ("FROM example/base\nCOPY conf /app\n", "/app/z"),
        ("FROM alpine\nCOPY conf /site\nRUN ./make.sh\n", "/site/z"),
        ("FROM alpine\nCOPY conf /site\nRUN apk add x > /site/log\n", "/site/log"),
        ("FROM alpine\nRUN ./make.sh\n", "/out"),
        ("FROM alpine\nRUN cd /out && make\n", "/out/a"),
        ("FROM golang\n", "/go/bin/a"),
        ("FROM golang\nWORKDIR /src\nRUN go build ./...\n", "/src/a"),
        ("FROM golang\nWORKDIR /src\nARG OUT=/out\nRUN go build -o $OUT/a\n", "/out/b/a"),
        ("FROM node\nWORKDIR /app\nRUN npm run build\nCOPY conf /app/conf\n", "/app/conf/dist"),
        ("FROM node\nWORKDIR /app\nENV DIST=/dist\nRUN npm run build\n", "/dist/a.js"),
        ("FROM node\nWORKDIR /app\nRUN cd web && npm run build && cp -r dist /site\n", "/site/a.js"),
        ("FROM node\nRUN git clone https://h/r /data\n", "/data/a"),
        ("FROM node\nRUN npm run build\n", "/dist"),
        ("FROM node\nRUN find . | xargs cp -t /all\n", "/all/a"),
        ("FROM node\nARG D\nRUN mkdir $D\n", "/d"),
        ("FROM node\nRUN echo a > $F\n", "/d"),
        ("FROM node AS a\nCOPY --from=x/y / /\n", "/d"),
        ("FROM scratch\nCOPY *.txt /c/\n", "/c/b.txt"),
        ("FROM scratch\nADD all.tar.gz /c/\n", "/c/b"),
        ("FROM scratch\nCOPY missing /c/\n", "/c/b"),
        ("FROM scratch\nCOPY --from=nginx:1 /etc/nginx /c\n", "/c/b"),
        ("FROM scratch\nCOPY --parents conf/x.yaml /\n", "/conf/z"),
        ("FROM scratch\nARG P\nCOPY a.txt $P\n", "/b"),
        ("FROM scratch\nCOPY web /web\n", "/web/node_modules/n/i.js"),
    ],
)
def test_what_is_not_known_is_not_missing(text: str, path: str) -> None:
    assert not tree(text).lacks(path)


def test_where_not_all_files_are_given_a_folder_of_the_context_is_open() -> None:
    assert not tree("FROM scratch\nCOPY conf /c\n", complete=False).lacks("/c/z")


@pytest.mark.parametrize("folder", ["c:/app", "C:\\\\app", "\\\\srv", "c:app"])
def test_nothing_is_known_of_the_paths_of_windows_and_the_search_ends(folder: str) -> None:
    found = tree(f"FROM scratch\nWORKDIR {folder}\nCOPY a.txt .\nCOPY conf {folder}/\n")
    assert not found.knows("c:/app/b.txt")
    assert not found.lacks("c:/app/b.txt")


def test_what_git_leaves_out_may_be_in_a_folder_that_is_copied() -> None:
    project = ProjectFiles.from_files(
        {"Dockerfile": "FROM scratch\nCOPY . /app\n", ".gitignore": "dist\n", "a.txt": ""}, complete=True
    )
    source = project.read("Dockerfile")
    assert source is not None
    graph = stages.build(parser.parse(source))
    found = image_tree(Build(Workspace(project, {}), graph, [], lambda path: False), graph.stages[0])
    assert found is not None
    assert not found.lacks("/app/dist/index.html")
    assert found.lacks("/app/out/index.html")


_STEPS = [
    "COPY a.txt /srv", "COPY a.txt /srv/", "COPY a.txt .", "COPY conf /srv/c", "COPY . .", "COPY . /x", "COPY web /w",
    "COPY nowhere /n", "COPY --from=0 /srv /d", "COPY --from=0 /x/conf /d", "COPY --from=0 /x/a.txt /e/f",
    "COPY --from=0 /x/nowhere /g", "COPY --from=0 / /h", "COPY conf /x/a", "RUN touch /srv/t", "RUN touch /x/conf",
    "RUN mkdir -p /srv/m", "RUN make", "RUN rm -rf /srv", "RUN echo a > /x/conf/deep", "WORKDIR /x", "WORKDIR conf",
    "ADD a.tar /t", "FROM scratch", "FROM alpine", "FROM 0", "FROM nobody/knows", "COPY <<EOF /x/h\nhi\nEOF",
]  # fmt: skip
_PLACES = ("/srv", "/srv/a.txt", "/srv/z", "/srv/c/x.yaml", "/srv/c/z", "/x", "/x/conf", "/x/conf/z", "/x/conf/deep/y",
           "/w/node_modules/z", "/w/z", "/d/z", "/d/x.yaml", "/e/f", "/e/g", "/g/z", "/h/srv/z", "/t/z", "/z", "/x/z/z",
           "/conf/z", "/opt/z", "/app/z")  # fmt: skip


@given(st.lists(st.sampled_from(_STEPS), max_size=9))
def test_a_sketch_rules_nothing_out_that_is_lacking(steps: list[str]) -> None:
    named = [f"{step} AS s{at}" if step.startswith("FROM ") else step for at, step in enumerate(steps)]
    text = "\n".join(["FROM scratch AS first", *named, ""]).replace("FROM 0 ", "FROM first ")
    project = ProjectFiles.from_files({"Dockerfile": text, **_FILES}, complete=True)
    source = project.read("Dockerfile")
    assert source is not None
    graph = stages.build(parser.parse(source))
    build = Build(Workspace(project, {}), graph, [], lambda path: False)
    for stage in graph.stages:
        whole = image_tree(build, stage)
        assert whole is not None
        found = [path for path in _PLACES if tree_lacking(build, stage, path) is not None]
        assert found == [path for path in _PLACES if whole.lacks(path)]


def test_a_folder_that_is_copied_is_not_looked_into_where_a_step_may_have_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "FROM debian\nCOPY . /app\nRUN make\n"
    project = ProjectFiles.from_files({"Dockerfile": text, **_FILES}, complete=True)
    source = project.read("Dockerfile")
    assert source is not None
    graph = stages.build(parser.parse(source))
    monkeypatch.setattr(Context, "kinds", None)
    build = Build(Workspace(project, {}), graph, [], lambda path: False)
    assert tree_lacking(build, graph.stages[0], "/app/bin/server") is None
