from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, DiskFullError, JobCancelled
from engine.data.photo_store import PhotoStore, open_photo_store
from tests.helpers.training import write_photos


def open_store(folder: Path, tmp_path: Path, *, scale: int = 2) -> PhotoStore:
    return open_photo_store(folder, tmp_path / "cache", scale=scale)


def write_bmp(path: Path, value: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (12, 8), (value, value, value)).save(path)
    return path


def cached(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*.npy"))


def pixels(path: Path) -> NDArray[np.uint8]:
    """Return what a PNG of 8 bits a channel holds, read without our own code."""
    with Image.open(path) as image:
        return np.asarray(image)


def test_the_store_holds_what_the_photos_hold(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", count=2, side_px=50)

    store = open_store(folder, tmp_path, scale=5)

    assert len(store) == 2
    for number, path in enumerate(sorted(folder.iterdir())):
        assert np.array_equal(store[number].hr, pixels(path))
        means = pixels(path).reshape(10, 5, 10, 5, 3).mean(axis=(1, 3))
        assert np.abs(store[number].lr - means).max() < 40
        assert np.abs(store[number].lr - means).mean() < 4


def test_hr_is_cut_to_a_multiple_of_the_scale(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", count=1, side_px=50)

    pair = open_store(folder, tmp_path, scale=4)[0]

    assert pair.lr.shape == (12, 12, 3)
    assert np.array_equal(pair.hr, pixels(folder / "0.png")[:48, :48])


def test_photos_of_one_name_and_size_in_bytes_are_told_apart(tmp_path: Path) -> None:
    day, night = write_bmp(tmp_path / "day" / "0.bmp", 200), write_bmp(tmp_path / "n" / "0.bmp", 30)
    assert day.stat().st_size == night.stat().st_size

    first, second = open_store(day.parent, tmp_path), open_store(night.parent, tmp_path)

    assert first.manifest_sha256 != second.manifest_sha256
    assert (int(first[0].hr[0, 0, 0]), int(second[0].hr[0, 0, 0])) == (200, 30)


def test_an_edit_in_place_is_seen_though_size_and_time_stay(tmp_path: Path) -> None:
    path = write_bmp(tmp_path / "photos" / "0.bmp", 200)
    times = (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    open_store(path.parent, tmp_path)
    write_bmp(path, 30)
    os.utime(path, ns=times)

    assert int(open_store(path.parent, tmp_path)[0].hr[0, 0, 0]) == 30


def test_a_second_opening_decodes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_photos(tmp_path / "photos")
    open_store(folder, tmp_path)
    monkeypatch.setattr("engine.data.photo_store.load_rgb8", lambda path: pytest.fail(str(path)))

    assert len(open_store(folder, tmp_path)) == 3


def test_all_scales_share_one_copy_of_the_photos(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", count=1)

    for scale in (2, 3):
        open_store(folder, tmp_path, scale=scale)

    assert len(cached(tmp_path)) == 3


@pytest.mark.parametrize("harm", ["cut", "empty", "zeros", "one bit", "deleted", "longer"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, harm: str) -> None:
    folder = write_photos(tmp_path / "photos")
    wanted = [(pair.hr.copy(), pair.lr.copy()) for pair in open_store(folder, tmp_path)]
    for path in cached(tmp_path):
        content = bytearray(path.read_bytes())
        if harm == "deleted":
            path.unlink()
            continue
        if harm == "one bit":
            content[-50] ^= 4
        harmed = {
            "cut": bytes(content[:-700]), "empty": b"", "zeros": bytes(len(content)),
            "one bit": bytes(content), "longer": bytes(content) + b"x",
        }[harm]  # fmt: skip
        path.write_bytes(harmed)

    found = open_store(folder, tmp_path)

    for pair, (hr, lr) in zip(found, wanted, strict=True):
        assert np.array_equal(pair.hr, hr)
        assert np.array_equal(pair.lr, lr)


def test_a_cache_that_is_cleared_meanwhile_is_filled_again(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos")
    store = open_store(folder, tmp_path)
    for path in cached(tmp_path):
        path.unlink()

    assert np.array_equal(store[1].hr, pixels(folder / "1.png"))


def test_what_was_decoded_before_an_interruption_is_kept(tmp_path: Path) -> None:
    folder, token = write_photos(tmp_path / "photos", count=6), CancelToken()

    def stop(done: int, total: int) -> None:
        assert total == 12  # each photo is read and then decoded
        if done == 9:
            token.cancel()

    with pytest.raises(JobCancelled):
        open_photo_store(folder, tmp_path / "cache", scale=2, token=token, progress=stop)

    assert len(cached(tmp_path)) == 2 * 4


def test_photos_that_cannot_be_used_are_left_out_and_named(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", count=2)
    (folder / "bad.png").write_bytes(b"not a picture")
    (folder / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (folder / "page.jpg").write_text("<html></html>", encoding="utf-8")
    (folder / "empty.tif").touch()
    Image.new("RGB", (1, 1)).save(folder / "dot.png")
    (folder / "album.png").mkdir()
    os.mkfifo(folder / "pipe.png")
    (folder / "._0.png").write_bytes(b"Mac OS X resource fork")

    store = open_store(folder, tmp_path)

    assert [record.name for record in store.records] == ["0.png", "1.png"]
    left_out = {photo.name: photo.reason for photo in store.left_out}
    assert sorted(left_out) == [
        "bad.png",
        "dot.png",
        "empty.tif",
        "gone.png",
        "page.jpg",
        "pipe.png",
    ]
    assert all(name in reason for name, reason in left_out.items())


def test_a_folder_of_which_nothing_can_be_used_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"not a picture")

    with pytest.raises(ConfigError, match=r"1 of 1 photos is left out: .*bad\.png.*none is left"):
        open_store(tmp_path, tmp_path)


def test_a_name_that_is_no_text_is_trained_on(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", count=1)
    (folder / "0.png").rename(folder / os.fsdecode(b"b\xe4r.png"))

    assert open_store(folder, tmp_path).records[0].name == "b\\xe4r.png"


def test_a_full_disk_is_told_before_anything_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_photos(tmp_path / "photos")
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("shutil.disk_usage", lambda place: usage)

    with pytest.raises(DiskFullError, match=r"mfagan runs clean"):
        open_store(folder, tmp_path)

    assert cached(tmp_path) == []


def test_a_part_of_the_photos_is_a_store_too(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos", count=4)

    part = open_store(folder, tmp_path).subset([1, 3])

    assert [record.name for record in part.records] == ["1.png", "3.png"]
    assert np.array_equal(part[1].hr, pixels(folder / "3.png"))


def test_deep_gray_and_turned_photos_are_taken_as_they_are_seen(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    gray = np.arange(0, 240, dtype=np.uint16).reshape(12, 20)
    Image.fromarray(gray * 257).save(folder / "deep.png")
    exif = Image.Exif()
    exif[0x0112] = 3
    turned = np.zeros((8, 8, 3), dtype=np.uint8)
    turned[:2] = 255
    Image.fromarray(turned).save(folder / "turned.png", exif=exif)

    deep, upright = open_store(folder, tmp_path)

    assert np.array_equal(deep.hr[..., 1], gray)
    assert upright.hr[0].max() == 0
    assert upright.hr[-1].min() == 255
