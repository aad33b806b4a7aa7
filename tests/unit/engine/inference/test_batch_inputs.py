from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.inference.batch_inputs import PhotoInput, find_photos


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "b.jpg", "a.PNG", "notes.txt", ".hidden.jpg", "sub/c.tif", "sub/deep/d.webp",
        ".git/e.jpg", "out/f.jpg",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def found(photos: tuple[PhotoInput, ...], root: Path) -> list[tuple[str, str]]:
    return [(p.path.relative_to(root).as_posix(), p.folder.as_posix()) for p in photos]


def test_a_folder_gives_its_photos_in_order(tree: Path) -> None:
    assert found(find_photos([tree]), tree) == [("a.PNG", "."), ("b.jpg", ".")]


def test_recursion_mirrors_folders_and_stays_out_of_the_results(tree: Path) -> None:
    photos = find_photos([tree], is_recursive=True, left_out=tree / "out")
    assert found(photos, tree) == [
        ("a.PNG", "."),
        ("b.jpg", "."),
        ("sub/c.tif", "sub"),
        ("sub/deep/d.webp", "sub/deep"),
    ]


def test_patterns_mirror_below_their_fixed_part(tree: Path) -> None:
    photos = find_photos([tree / "sub" / "**" / "*.*"])
    assert found(photos, tree) == [("sub/c.tif", "."), ("sub/deep/d.webp", "deep")]


def test_a_named_file_is_taken_whatever_it_is_called(tree: Path) -> None:
    assert found(find_photos([tree / "notes.txt"]), tree) == [("notes.txt", ".")]


def test_a_file_with_a_bracket_in_its_name_is_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "a[1].jpg").touch()
    assert found(find_photos([tmp_path / "a[1].jpg"]), tmp_path) == [("a[1].jpg", ".")]


def test_a_photo_named_twice_is_taken_once(tree: Path) -> None:
    photos = find_photos([tree / "b.jpg", tree, tree / "sub" / ".." / "b.jpg"])
    assert [p.path.name for p in photos] == ["b.jpg", "a.PNG"]


def test_a_missing_file_is_left_for_the_batch_to_report(tmp_path: Path) -> None:
    assert find_photos([tmp_path / "gone.jpg"])[0].path == tmp_path / "gone.jpg"


def test_a_folder_without_photos_is_an_error_that_knows_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--recursive"):
        find_photos([tmp_path])
    with pytest.raises(ConfigError, match="no photo is there"):
        find_photos([tmp_path / "*.jpg"], is_recursive=True)
