from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.queue.photo_search import search_photos


def test_folders_are_searched_to_the_bottom_and_files_stay_files(tmp_path: Path) -> None:
    for name in ("single.jpg", "folder/a.png", "folder/below/b.webp", "folder/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"only its name counts here")

    searched = search_photos([tmp_path / "single.jpg", tmp_path / "folder"])

    names = [path.relative_to(tmp_path).as_posix() for path in searched.photos]
    assert names == ["single.jpg", "folder/a.png", "folder/below/b.webp"]
    assert searched.failed == ()


def test_a_folder_without_photos_does_not_hide_those_of_others(tmp_path: Path) -> None:
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "a.png").touch()

    searched = search_photos([empty, full])

    assert [path.name for path in searched.photos] == ["a.png"]
    assert [path.name for path, _ in searched.failed] == ["empty"]


def test_a_locked_subfolder_is_reported(tmp_path: Path, lock: Callable[[Path], None]) -> None:
    (tmp_path / "a.png").touch()
    locked = tmp_path / "locked"
    locked.mkdir()
    lock(locked)

    searched = search_photos([tmp_path])

    assert [path.name for path in searched.photos] == ["a.png"]
    assert [path for path, _ in searched.failed] == [locked]
