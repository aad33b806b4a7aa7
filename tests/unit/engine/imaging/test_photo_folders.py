from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.imaging.photo_folders import count_suffixes, list_folder


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def photos(root: Path, **options: object) -> list[str]:
    content = list_folder(root, **({"is_recursive": True} | options))  # type: ignore[arg-type]
    return [path.relative_to(root).as_posix() for path in content.photos]


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg", "a.JPEG", "a.png", "a.tif", "a.webp", "a.avif", "a.bmp", "a.dib", "a.gif",
        "a.ppm", "a.pgm", "a.heic", "a.HIF", "a.heif", "a.mpo", "a.jxl", "a.dng", "a.cr3",
        "a.raf", "a.orf", "a.rw2",
    ],
)  # fmt: skip
def test_every_kind_that_can_be_read_counts_as_a_photo(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, "notes.txt", "film.mov", "drawing.svg")
    assert photos(tmp_path) == [name]


def test_camera_raw_is_left_out_without_its_decoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.nef", "a.jpg", "b.heic")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "rawpy" else find(name)
    )
    content = list_folder(tmp_path, is_recursive=True)
    assert [path.name for path in content.photos] == ["a.jpg", "b.heic"]
    assert [path.name for path in content.others] == ["a.nef"]


@pytest.mark.parametrize(
    "folder",
    ["@eaDir", "@eaDir/1.png", "#recycle", "__MACOSX", ".thumbnails", "$RECYCLE.BIN", "lost+found"],
)
def test_copies_that_a_nas_or_a_system_keeps_are_no_photos(tmp_path: Path, folder: str) -> None:
    put(tmp_path, "1.png", ".hidden.png", "._1.png", f"sub/{folder}/thumb.png")
    assert photos(tmp_path) == ["1.png"]
    # Whoever names such a folder means it.
    named = list_folder(tmp_path / "sub" / folder, is_recursive=True)
    assert [path.name for path in named.photos] == ["thumb.png"]


def test_a_folder_that_is_named_like_a_photo_is_looked_into(tmp_path: Path) -> None:
    put(tmp_path, "1.png/2.png")
    assert photos(tmp_path) == ["1.png/2.png"]
    assert photos(tmp_path, is_recursive=False) == []


def test_linked_folders_are_followed_once_and_never_upwards(tmp_path: Path) -> None:
    put(tmp_path, "root/a.jpg", "root/sub/b.jpg", "album/c.jpg")
    root = tmp_path / "root"
    (root / "album").symlink_to(tmp_path / "album")
    (root / "again").symlink_to("../album")
    (root / "sub" / "home").symlink_to(root)
    (root / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "album" / "back").symlink_to(root / "sub")
    (root / "aaa").symlink_to("sub")
    assert photos(root) == ["a.jpg", "sub/b.jpg", "again/c.jpg"]


def test_the_folder_of_results_is_left_out_however_it_is_named(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "out/b.jpg", "sub/c.jpg")
    (tmp_path / "elsewhere").symlink_to("out")
    for name in ("out", "sub/../out", "elsewhere"):
        assert photos(tmp_path, left_out=tmp_path / name) == ["a.jpg", "sub/c.jpg"]


def test_what_cannot_be_opened_is_listed_for_the_reader_to_report(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "lost.jpg").symlink_to("nowhere.jpg")
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")
    assert photos(tmp_path) == ["loop.jpg", "lost.jpg", "pipe.jpg"]


def test_locked_folders_are_named(tmp_path: Path, lock: Callable[[Path], None]) -> None:
    put(tmp_path, "a.jpg", "b/c.jpg", "d/e.jpg")
    lock(tmp_path / "b")
    content = list_folder(tmp_path, is_recursive=True)
    assert [path.name for path in content.photos] == ["a.jpg", "e.jpg"]
    assert content.locked == (tmp_path / "b",)


def test_a_very_deep_tree_is_listed(tmp_path: Path) -> None:
    folders = [tmp_path]
    for _ in range(1200):
        try:
            (folders[-1] / "d").mkdir()
        except OSError:  # the longest path of this system
            break
        folders.append(folders[-1] / "d")
    content = list_folder(tmp_path, is_recursive=True)
    assert content.photos == ()
    assert content.locked == ()
    # From the innermost out: what removes the tests' folders recurses too deep for this one.
    for folder in reversed(folders[1:]):
        folder.rmdir()


def test_suffixes_are_counted_without_their_case() -> None:
    paths = [Path(name) for name in ("a.TXT", "b.txt", "c", "d.mov")]
    assert count_suffixes(paths) == {".txt": 2, "": 1, ".mov": 1}
