from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.inference.batch.inputs import FoundPhotos, find_photos


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


def found(photos: FoundPhotos, root: Path) -> list[tuple[str, str]]:
    return [(p.path.relative_to(root).as_posix(), p.folder.as_posix()) for p in photos.photos]


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
    assert [p.path.name for p in photos.photos] == ["b.jpg", "a.PNG"]


def test_a_missing_file_is_left_for_the_batch_to_report(tmp_path: Path) -> None:
    assert find_photos([tmp_path / "gone.jpg"]).photos[0].path == tmp_path / "gone.jpg"


def test_a_folder_without_photos_is_an_error_that_knows_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--recursive"):
        find_photos([tmp_path])
    with pytest.raises(ConfigError, match="no photo is there"):
        find_photos([tmp_path / "*.jpg"], is_recursive=True)


def test_a_folder_whose_name_looks_like_a_pattern_can_hold_one(tmp_path: Path) -> None:
    for name in ("[a]dir/x.png", "[a]dir/y.jpg", "b[1]/sub/[c]/z.png", "adir/no.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert found(find_photos([tmp_path / "[a]dir" / "*.png"]), tmp_path) == [("[a]dir/x.png", ".")]
    below = find_photos([tmp_path / "b[1]" / "*" / "[c]" / "*.png"])
    assert found(below, tmp_path) == [("b[1]/sub/[c]/z.png", "sub/[c]")]


def test_a_pattern_looks_only_where_it_leads_and_not_at_hidden_files(tree: Path) -> None:
    assert found(find_photos([tree / "*.jpg"]), tree) == [("b.jpg", ".")]
    assert found(find_photos([tree / ".h*.jpg"]), tree) == [(".hidden.jpg", ".")]
    assert found(find_photos([tree / "s*" / "*.tif"]), tree) == [("sub/c.tif", "sub")]


def test_two_links_that_point_at_each_other_are_left_for_the_batch_to_report(
    tmp_path: Path,
) -> None:
    (tmp_path / "one.jpg").symlink_to("two.jpg")
    (tmp_path / "two.jpg").symlink_to("one.jpg")
    (tmp_path / "good.jpg").touch()
    names = [p.path.name for p in find_photos([tmp_path]).photos]
    assert names == ["good.jpg", "one.jpg", "two.jpg"]


def test_hard_links_are_photos_of_their_own_and_links_are_not(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "b.jpg").hardlink_to(tmp_path / "a.jpg")
    (tmp_path / "c.jpg").symlink_to("b.jpg")
    assert [p.path.name for p in find_photos([tmp_path]).photos] == ["a.jpg", "b.jpg"]


def test_what_is_left_out_is_counted_by_its_ending(tree: Path) -> None:
    (tree / "more.txt").touch()
    (tree / "film.mov").touch()
    sentence = find_photos([tree]).left_out()
    assert sentence is not None
    assert sentence.endswith(": 2 .txt, 1 .mov")
    assert find_photos([tree / "b.jpg"]).left_out() is None


def test_many_endings_are_summed_up(tree: Path) -> None:
    for letter in "abcdefgh":
        (tree / f"file.{letter}").touch()
    sentence = find_photos([tree]).left_out()
    assert sentence is not None
    assert sentence.endswith(": 1 .a, 1 .b, 1 .c, 1 .d, 1 .e, 4 others")


def test_an_error_about_a_folder_says_what_else_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "plan.psd").touch()
    with pytest.raises(ConfigError, match=r"1 \.psd"):
        find_photos([tmp_path])


@pytest.mark.parametrize("pattern", ["", "**/*.jpg"])
def test_a_folder_that_cannot_be_read_is_named(
    tmp_path: Path, pattern: str, lock: Callable[[Path], None]
) -> None:
    for name in ("good.jpg", "locked/other.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    lock(tmp_path / "locked")
    photos = find_photos([tmp_path / pattern], is_recursive=True)
    assert [p.path.name for p in photos.photos] == ["good.jpg"]
    assert photos.locked == (tmp_path / "locked",)


def test_a_folder_alone_that_cannot_be_read_is_an_error(
    tmp_path: Path, lock: Callable[[Path], None]
) -> None:
    lock(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        find_photos([tmp_path])
