from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import ConfigError, UnreadableImageError
from engine.data.photo_store import find_photos, load_rgb, open_photo_store, reduce_bicubic
from tests.helpers.training import write_photos


def test_the_store_holds_what_the_photos_hold(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", count=2, side_px=50)

    store = open_photo_store(folder, tmp_path / "cache", scale=4)

    assert len(store) == 2
    for number, path in enumerate(sorted(folder.iterdir())):
        hr = load_rgb(path)[:48, :48]
        assert np.array_equal(store[number].hr, hr)
        assert np.array_equal(store[number].lr, reduce_bicubic(hr, 4))


def test_a_second_opening_decodes_nothing(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos")
    open_photo_store(folder, tmp_path / "cache", scale=2)
    sizes = {path: path.stat().st_size for path in folder.iterdir()}
    for path, size in sizes.items():
        path.write_bytes(b"\0" * size)

    assert len(open_photo_store(folder, tmp_path / "cache", scale=2)) == 3


def test_another_photo_makes_another_manifest(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos")
    before = open_photo_store(folder, tmp_path / "cache", scale=2).manifest_sha256
    Image.new("RGB", (16, 16)).save(folder / "new.png")

    after = open_photo_store(folder, tmp_path / "cache", scale=2)

    assert after.manifest_sha256 != before
    assert len(after) == 4


def test_photos_are_found_in_subfolders_and_other_files_are_not(tmp_path: Path) -> None:
    write_photos(tmp_path / "deep" / "er", count=1)
    (tmp_path / "notes.txt").write_text("no photo", encoding="utf-8")

    assert [path.name for path in find_photos(tmp_path)] == ["0.png"]


def test_a_folder_without_photos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no photos"):
        find_photos(tmp_path)


def test_a_broken_photo_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"not a picture")

    with pytest.raises(UnreadableImageError, match=r"bad\.png"):
        open_photo_store(tmp_path, tmp_path / "cache", scale=2)


def test_a_gray_photo_becomes_three_equal_channels(tmp_path: Path) -> None:
    Image.new("L", (4, 4), color=77).save(tmp_path / "gray.png")

    assert np.array_equal(load_rgb(tmp_path / "gray.png"), np.full((4, 4, 3), 77, dtype=np.uint8))
