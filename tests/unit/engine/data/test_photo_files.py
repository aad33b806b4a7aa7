from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import ConfigError, UnreadableImageError
from engine.data.photo_files import LeftOut, find_photos, hash_photo, load_photos, tell_left_out
from tests.helpers.training import write_photos


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_photos(folder)]


def test_photos_are_found_in_subfolders_and_other_files_are_not(tmp_path: Path) -> None:
    write_photos(tmp_path / "deep" / "er", count=1)
    (tmp_path / "notes.txt").write_text("no photo", encoding="utf-8")
    write_photos(tmp_path / ".hidden")
    write_photos(tmp_path / "@eaDir")

    assert names(tmp_path) == ["deep/er/0.png"]


def test_linked_folders_are_searched_once(tmp_path: Path) -> None:
    write_photos(tmp_path / "real", count=2)
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "a").symlink_to(tmp_path / "real")
    (folder / "b").symlink_to(tmp_path / "real")
    (folder / "round").symlink_to(folder)

    assert names(folder) == ["a/0.png", "a/1.png"]


def test_links_that_go_round_are_no_photos(tmp_path: Path) -> None:
    write_photos(tmp_path, count=1)
    (tmp_path / "one").symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / "one")

    assert names(tmp_path) == ["0.png"]


def test_folders_that_cannot_be_read_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_photos(tmp_path, count=1)
    write_photos(tmp_path / "locked", count=1)
    listed = os.listdir

    def refuse(folder: Path) -> list[str]:
        if folder == tmp_path / "locked":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(os, "listdir", refuse)
    left_out: list[LeftOut] = []

    assert find_photos(tmp_path, left_out) == [tmp_path / "0.png"]
    assert [photo.name for photo in left_out] == ["locked"]
    (tmp_path / "0.png").unlink()
    with pytest.raises(ConfigError, match=r"contains no photos; .*locked: cannot be read"):
        find_photos(tmp_path)


def test_a_folder_without_photos_or_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="contains no photos"):
        find_photos(tmp_path)
    with pytest.raises(ConfigError, match="there is no such folder"):
        find_photos(tmp_path / "nope")
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="is not a folder"):
        find_photos(tmp_path / "file")


def test_a_photo_is_known_by_its_content(tmp_path: Path) -> None:
    import hashlib

    (tmp_path / "a.png").write_bytes(b"content")

    assert hash_photo(tmp_path / "a.png") == hashlib.sha256(b"content").hexdigest()
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(UnreadableImageError, match=r"pipe\.png: .*named pipe"):
        hash_photo(tmp_path / "pipe.png")


def test_photos_that_cannot_be_decoded_are_passed_over(tmp_path: Path) -> None:
    Image.new("L", (4, 4), color=77).save(tmp_path / "gray.png")
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    left_out: list[LeftOut] = []

    photos = dict(load_photos(find_photos(tmp_path), tmp_path, left_out))

    assert list(photos) == [tmp_path / "gray.png"]
    assert np.array_equal(photos[tmp_path / "gray.png"], np.full((4, 4, 3), 77))
    assert [photo.name for photo in left_out] == ["bad.png"]
    with pytest.raises(ConfigError, match=r"bad\.png.*none is left"):
        list(load_photos([tmp_path / "bad.png"], tmp_path, []))


def test_the_first_few_are_named_and_all_are_counted() -> None:
    photos = [LeftOut(name=str(n), reason=f"{n}.png: bad") for n in range(5)]

    text = tell_left_out(photos, of=9)

    assert text == ("5 of 9 photos are left out: 0.png: bad; 1.png: bad; 2.png: bad; and 2 more")
