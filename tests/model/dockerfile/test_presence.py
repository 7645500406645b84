"""What may lie at a path of an image: there, not there, or unknown."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlint.model.dockerfile import graph as stages
from dlint.model.dockerfile.presence import ANY, BY_HAND, SOURCE, Presence
from dlint.project.files import ProjectFiles
from dlint.syntax.dockerfile import parser
from dlint.workspace.build import Build
from dlint.workspace.workspace import Workspace

_FILES = {"a.txt": "", "conf/x.yaml": "", "conf/deep/y": "", "web/node_modules/m/i.js": "", "web/a.js": ""}


def built(text: str, files: Mapping[str, str] = _FILES, *, complete: bool = True) -> Build:
    """The build of a Dockerfile beside these files."""
    project = ProjectFiles.from_files({"Dockerfile": text, **files}, complete=complete)
    source = project.read("Dockerfile")
    assert source is not None
    return Build(Workspace(project, {}), stages.build(parser.parse(source)), [], lambda path: False)


def at(text: str, path: str, kind: str = ANY, *, complete: bool = True) -> bool | None:
    """The answer for the last stage's end."""
    build = built(text, complete=complete)
    return build.presence.at(path, build.graph.stages[-1], kind=kind)


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
    assert [path for path in there if at(text, path) is False] == []
    assert [path for path in lacking if at(text, path) is not False] == []


def test_nobody_knows_what_lies_in_the_folders_of_a_system() -> None:
    assert at("FROM alpine\nCOPY conf /etc/app\n", "/etc/app/z") is None


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
        ("FROM scratch\nADD all.tar.gz /c/\n", "/c/b"),
        ("FROM scratch\nCOPY missing /c/\n", "/c/b"),
        ("FROM scratch\nCOPY --from=nginx:1 /etc/nginx /c\n", "/c/b"),
        ("FROM scratch\nCOPY --parents conf/x.yaml /\n", "/conf/z"),
        ("FROM scratch\nARG P\nCOPY a.txt $P\n", "/b"),
        ("FROM scratch\nCOPY web /web\n", "/web/node_modules/n/i.js"),
    ],
)
def test_what_is_not_known_is_not_missing(text: str, path: str) -> None:
    assert at(text, path) is not False


def test_where_not_all_files_are_given_a_folder_of_the_context_is_open() -> None:
    assert at("FROM scratch\nCOPY conf /c\n", "/c/z", complete=False) is None


@pytest.mark.parametrize("folder", ["c:/app", "C:\\\\app", "\\\\srv", "c:app"])
def test_nothing_is_known_of_the_paths_of_windows(folder: str) -> None:
    assert at(f"FROM scratch\nWORKDIR {folder}\nCOPY a.txt .\nCOPY conf {folder}/\n", "c:/app/b.txt") is None


def test_what_git_leaves_out_may_be_in_a_folder_that_is_copied() -> None:
    build = built("FROM scratch\nCOPY . /app\n", {".gitignore": "dist\n", "a.txt": ""})
    stage = build.graph.stages[0]
    assert build.presence.at("/app/dist/index.html", stage) is None
    assert build.presence.at("/app/out/index.html", stage) is False


@pytest.mark.parametrize(
    ("text", "path", "kind", "answer"),
    [
        ("FROM node\nWORKDIR /usr/src/app\nCOPY a.txt .\n", "/usr/src/app/package.json", BY_HAND, False),
        ("FROM node\nWORKDIR /usr/src/app\nCOPY a.txt .\n", "/usr/src/app/package.json", ANY, None),
        ("FROM x/y\nWORKDIR /app\nCOPY a.txt .\n", "/app/package.json", BY_HAND, None),
        ("FROM node\nWORKDIR /app\nRUN npm ci\n", "/app/run.sh", BY_HAND, False),
        ("FROM node\nWORKDIR /app\nRUN npm ci\n", "/app/run.js", SOURCE, False),
        ("FROM node\nWORKDIR /app\nRUN npm run build\n", "/app/run.js", SOURCE, None),
        ("FROM node\nWORKDIR /app\nRUN git clone https://h/r .\n", "/app/run.sh", BY_HAND, None),
        ("FROM node\nWORKDIR /app\nRUN ./fetch run.sh\n", "/app/run.sh", BY_HAND, None),
        ("FROM node\nWORKDIR /app\nONBUILD COPY . .\n", "/app/run.sh", BY_HAND, False),
        ("FROM node AS a\nONBUILD COPY . .\nFROM a\nWORKDIR /app\n", "/app/run.sh", BY_HAND, None),
        ("FROM nginx\nRUN true\n", "/docker-entrypoint.sh", BY_HAND, None),
        ("FROM scratch\nCOPY --exclude=*.yaml conf /c\n", "/c/x.yaml", ANY, None),
        ("FROM scratch\nCOPY con* /c/\n", "/c/x.yaml", ANY, True),
        ("FROM scratch\nCOPY con* /c/\n", "/c/conf", ANY, False),
        ("FROM scratch\nCOPY *.txt /c/\n", "/c/a.txt", ANY, True),
        ("FROM scratch\nCOPY *.txt /c/\n", "/c/b.txt", ANY, False),
        ("FROM scratch\nCOPY *.json /c/\n", "/c/b.json", ANY, None),
        ("FROM scratch\nVOLUME /c\nCOPY a.txt /c/\n", "/c/a.txt", ANY, True),
        ("FROM scratch\nADD https://h/x.json /c/\n", "/c/x.json", ANY, None),
        ("FROM scratch\nADD https://h/r.git#main /c/\n", "/c/x", ANY, None),
        ("FROM scratch AS a\nCOPY conf /k\nFROM scratch\nCOPY --from=a /nowhere /d\n", "/d/z", ANY, None),
        ("FROM debian\nRUN git clone https://h/r.git\nWORKDIR /r\n", "/r/Makefile", SOURCE, None),
        ("FROM debian\nWORKDIR /r\nRUN git clone https://h/r.git /x\n", "/r/Makefile", SOURCE, None),
        ("FROM golang\nRUN go install h/x@latest\nCOPY conf /src\n", "/src/z", ANY, False),
        ("FROM x/y\nRUN touch /src/a\nCOPY conf /src\n", "/src/z", ANY, None),
        ("FROM x/y\nRUN ./make.sh\nCOPY conf /src\n", "/src/z", ANY, False),
        ("FROM x/y\nWORKDIR /src\nCOPY conf /src\n", "/src/z", ANY, None),
        (
            "FROM node\nWORKDIR /app\nRUN npm install -g pnpm\nRUN npm config set fund false\n",
            "/app/package.json",
            SOURCE,
            False,
        ),
        ("FROM node\nWORKDIR /app\nRUN corepack enable\n", "/app/package.json", SOURCE, False),
        ("FROM node\nWORKDIR /app\nRUN npm install ws\n", "/app/package.json", SOURCE, None),
    ],
)
def test_how_a_file_may_have_come(text: str, path: str, kind: str, answer: bool | None) -> None:
    assert at(text, path, kind) is answer


def test_an_ignore_file_keeps_a_file_out() -> None:
    build = built("FROM scratch\nCOPY . /c\n", {".dockerignore": "*.lock\n", "a.lock": "", "b": ""})
    stage = build.graph.stages[0]
    assert build.presence.at("/c/a.lock", stage) is False
    assert build.presence.at("/c/b", stage) is True


@pytest.mark.parametrize(
    ("mount", "path", "answer"),
    [
        ("type=bind,target=.", "/w/a.txt", True),
        ("type=bind,target=.", "/w/z", False),
        ("type=bind,source=conf,target=/w/c", "/w/c/x.yaml", True),
        ("source=conf,target=/w/c", "/w/c/z", False),
        ("type=bind,source=a.txt,target=a.txt", "/w/a.txt", True),
        ("type=bind,source=a.txt,target=a.txt", "/w/z", False),
        ("type=cache,target=/w", "/w/z", None),
        ("type=tmpfs,target=/w", "/w/b", False),
        ("type=bind,from=first,target=/w", "/w/x.yaml", True),
        ("type=bind,from=first,target=/w", "/w/z", False),
        ("type=bind,from=other/image,target=/w", "/w/z", None),
        ("type=bind,target=$PLACE", "/w/z", None),
    ],
)
def test_what_is_mounted_for_a_step_lies_over_what_was_there(mount: str, path: str, answer: bool | None) -> None:
    build = built(f"FROM scratch AS first\nCOPY conf /\nFROM scratch\nWORKDIR /w\nRUN --mount={mount} true\nCOPY . .\n")
    stage = build.graph.stages[1]
    assert build.presence.at(path, stage, stage.instructions[2]) is answer


def test_only_what_comes_before_a_step_counts() -> None:
    build = built("FROM scratch\nRUN true\nCOPY a.txt /\n")
    stage = build.graph.stages[0]
    assert build.presence.at("/a.txt", stage, stage.instructions[1]) is False
    assert build.presence.at("/a.txt", stage) is True


def test_a_long_way_through_stages_ends() -> None:
    steps = "".join(
        f"FROM scratch AS s{n}\nCOPY --from=s{n - 1} /a /b /\nCOPY --from=s{n - 1} / /\n" for n in range(1, 90)
    )
    build = built(f"FROM scratch AS s0\n{steps}")
    assert build.presence.at("/b/b/a", build.graph.stages[-1]) is None


# A forward simulation of what a build does, for steps that are all clear.

_COPIES = [
    ("a.txt", "/srv"), ("a.txt", "/srv/"), ("a.txt", "."), ("conf", "/srv/c"), (".", "."), (".", "/x"),
    ("web", "/x/w/"), ("conf/deep", "/x"), ("a.txt", "/x/w"), ("conf/x.yaml", "/srv/c/y.yaml"), ("a.txt", "/"),
]  # fmt: skip
_FOLDERS = ["/x", "/srv", "conf", "/x/w"]
_PLACES = (
    "/srv /srv/a.txt /srv/c/x.yaml /srv/c/y.yaml /srv/c/z /x /x/a.txt /x/conf/x.yaml /x/conf/z /x/y /x/w /x/w/a.js"
    " /x/w/a.txt /a.txt /conf/a.txt /conf/x.yaml /z /k/x.yaml /k/deep/y /k/conf /d/a.txt /d/conf/x.yaml /d /conf"
).split()
_STEP = st.one_of(
    st.sampled_from(_COPIES).map(lambda pair: ("COPY", *pair)),
    st.sampled_from(_FOLDERS).map(lambda folder: ("WORKDIR", folder, "")),
    st.sampled_from(["/srv", "/x", "/", "/x/conf", "/k"]).map(lambda folder: ("TAKE", folder, "/d")),
)
_CLEAR = {name: text for name, text in _FILES.items() if "node_modules" not in name}


def _put(tree: dict[str, bool], path: str, folder: bool) -> None:
    while path != "/":
        tree.setdefault(path, folder)
        path, folder = posixpath.dirname(path), True


def _simulated(steps: list[tuple[str, str, str]], other: dict[str, bool]) -> dict[str, bool] | None:
    """The paths of an image, each with whether it is a folder; None if the build stops, or is not clear."""
    tree: dict[str, bool] = {"/": True}
    folder = "/"
    for step, source, target in steps:
        if step == "WORKDIR":
            folder = posixpath.join(folder, source)
            if not tree.get(folder, True):
                return None
            _put(tree, folder, True)
            continue
        have = {f"/{name}": False for name in _CLEAR} if step == "COPY" else other
        whole: dict[str, bool] = {}
        for path, is_folder in have.items():
            _put(whole, path, is_folder)
        source = posixpath.normpath(posixpath.join("/", source))
        into = posixpath.normpath(posixpath.join(folder, target))
        if source != "/" and source not in whole:
            return None
        if source == "/" or whole[source]:
            names = {
                one[len(source.rstrip("/")) + 1 :]: kind
                for one, kind in whole.items()
                if one.startswith(source.rstrip("/") + "/")
            }
            places = {posixpath.join(into, name): kind for name, kind in names.items()} | {into: True}
        else:
            in_folder = target.endswith(("/", ".")) or tree.get(into, False)
            places = {posixpath.join(into, posixpath.basename(source)) if in_folder else into: False}
        for place, kind in places.items():
            if tree.get(place, kind) != kind or not all(tree.get(above, True) for above in _above(place)):
                return None
            _put(tree, place, kind)
    return tree


def _above(path: str) -> list[str]:
    found = []
    while path != "/":
        path = posixpath.dirname(path)
        found.append(path)
    return found


@given(st.lists(_STEP.filter(lambda step: step[0] != "TAKE"), max_size=5), st.lists(_STEP, max_size=6))
def test_the_answer_is_never_wrong(first: list[tuple[str, str, str]], second: list[tuple[str, str, str]]) -> None:
    below = _simulated(first, {})
    tree = _simulated(second, below) if below is not None else None
    if tree is None:
        return
    lines = [" ".join(step).rstrip() for step in [*first, ("FROM", "scratch", ""), *second]]
    build = built("FROM scratch AS first\n" + "\n".join(lines).replace("TAKE ", "COPY --from=first ") + "\n", _CLEAR)
    stage = build.graph.stages[1]
    blind = Presence()
    # A file whose target has no slash at its end may go into a folder that is there.
    clear = all(
        kind != "COPY" or to.endswith("/") or "." not in name.strip(".") for kind, name, to in [*first, *second]
    )
    for path in _PLACES:
        answer = build.presence.at(path, stage)
        assert answer is None or answer is (path in tree), path
        # Who knows less, never says the contrary.
        assert blind.at(path, stage) in (None, path in tree), path
        assert answer is not None or not clear, path


def test_no_file_is_asked_about_without_an_end() -> None:
    files = "".join(f"COPY x{n}.txt /d/\n" for n in range(300))
    build = built(f"FROM scratch\n{files}")
    stage = build.graph.stages[0]
    answers = [build.presence.at(f"/q{n}/z", stage) for n in range(300)]
    assert (answers[0], answers[-1]) == (False, None)
