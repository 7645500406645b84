"""What lies below a folder is walked once for all who ask, and asked for by each of them."""

from __future__ import annotations

from dlint.project.below import LIMIT
from dlint.project.files import ProjectFiles
from dlint.project.questions import AskedFiles


def test_folders_of_tools_are_named_but_not_entered() -> None:
    files = ProjectFiles.from_files({"a/b.sh": "", "a/node_modules/p/x.sh": "", "c": ""})
    assert files.below().kinds == {"a": True, "c": False, "a/b.sh": False, "a/node_modules": True}
    assert [*files.below("a").named("b.sh")] == ["b.sh"]
    assert files.below("../out").kinds == files.below("none").kinds == {}


def test_names_like_another_are_those_of_the_folder_itself() -> None:
    files = ProjectFiles.from_files({"requirements.txt": "", "reqs": "", "in/reqs.txt": "", "go.mod": ""})
    assert files.below().like("reqs.txt") == ["go.mod", "reqs", "requirements.txt"]


def test_capital_letters_do_not_count_where_they_are_not_asked_for() -> None:
    below = ProjectFiles.from_files({".DockerIgnore": "", "a/.dockerignore": ""}).below()
    assert list(below.in_any_case(".dockerignore")) == [".DockerIgnore"]


def test_no_more_than_a_bound_is_looked_at() -> None:
    assert len(ProjectFiles.from_files({f"{number}": "" for number in range(LIMIT + 9)}).below().kinds) == LIMIT


def test_a_new_file_is_seen() -> None:
    files = ProjectFiles.from_files({"a": ""})
    assert [*files.below().kinds] == ["a"]
    files.overlay("b", "")
    assert [*files.below().kinds] == ["a", "b"]


def test_who_asks_second_writes_down_every_folder_as_well() -> None:
    files = ProjectFiles.from_files({"a/b": "", "c/d/e": ""})
    first, second = AskedFiles(files, {}), AskedFiles(files, {})
    first.below()
    second.below()
    assert {*second.asked} >= {"s", "sa", "sc", "sc/d"}
