from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, DiskFullError, InferenceError, JobCancelled
from engine.core.images import ImageU8
from engine.data import photo_cache
from engine.data.patches import PatchSampler
from engine.data.photo_cache import find_cached_files
from engine.data.photo_store import PhotoStore, open_photo_store
from engine.data.teacher_pictures import PictureMaker, TeacherPictures, picture_key
from tests.helpers.onnx_teachers import SCALE, teacher_picture
from tests.helpers.training import write_photos


class _Teacher:
    """Makes the known pictures and counts them."""

    def __init__(self, key: str = "one") -> None:
        self.made = 0
        self.maker = PictureMaker(name="big.onnx", key=picture_key(key), enlarge=self._enlarge)

    def _enlarge(self, lr: ImageU8, _token: CancelToken) -> ImageU8:
        self.made += 1
        return teacher_picture(lr)


@pytest.fixture
def store(tmp_path: Path) -> PhotoStore:
    return open_photo_store(write_photos(tmp_path / "photos"), tmp_path / "cache", scale=SCALE)


def pictures_of(store: PhotoStore, teacher: _Teacher) -> TeacherPictures:
    """Return all pictures, made as a run makes them."""
    pictures = TeacherPictures(store, store.cache, teacher.maker, scale=SCALE)
    pictures.make(pictures.missing(range(len(store))), token=CancelToken())
    return pictures


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*-by-*.npy"))


def test_pictures_are_those_of_the_clean_photos(store: PhotoStore) -> None:
    pictures = pictures_of(store, _Teacher())

    for number in range(len(store)):
        assert np.array_equal(pictures[number], teacher_picture(store[number].lr))


def test_a_second_run_makes_none(store: PhotoStore, tmp_path: Path) -> None:
    pictures_of(store, _Teacher())
    times = [path.stat().st_mtime_ns for path in files(tmp_path)]
    second = _Teacher()

    pictures = pictures_of(store, second)

    assert second.made == 0
    assert [path.stat().st_mtime_ns for path in files(tmp_path)] == times
    assert np.array_equal(pictures[1], teacher_picture(store[1].lr))


def test_another_teacher_and_another_photo_are_new(store: PhotoStore, tmp_path: Path) -> None:
    pictures_of(store, _Teacher())
    other = _Teacher("another")
    pictures_of(store, other)
    assert other.made == len(store)

    write_photos(tmp_path / "photos", count=4)
    grown = open_photo_store(tmp_path / "photos", tmp_path / "cache", scale=SCALE)
    again = _Teacher()
    pictures_of(grown, again)

    assert again.made == 1


@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:-5] + b"\0\1\2\3\4"])
def test_a_damaged_picture_is_made_again(store: PhotoStore, tmp_path: Path, damage: object) -> None:
    pictures_of(store, _Teacher())
    victim = files(tmp_path)[1]
    good = victim.read_bytes()
    assert callable(damage)
    victim.write_bytes(damage(good))
    again = _Teacher()

    pictures_of(store, again)

    assert again.made == 1
    assert victim.read_bytes() == good


def test_a_picture_that_is_deleted_during_a_training_is_made_again(
    store: PhotoStore, tmp_path: Path
) -> None:
    teacher = _Teacher()
    pictures = pictures_of(store, teacher)
    for path in files(tmp_path):
        path.unlink()

    assert np.array_equal(pictures[0], teacher_picture(store[0].lr))
    assert teacher.made == len(store) + 1


def test_a_cancelled_work_keeps_what_is_finished(store: PhotoStore, tmp_path: Path) -> None:
    teacher, token = _Teacher(), CancelToken()
    pictures = TeacherPictures(store, store.cache, teacher.maker, scale=SCALE)

    def cancel_after_one(done: int, _total: int) -> None:
        if done == 1:
            token.cancel()

    with pytest.raises(JobCancelled):
        pictures.make(pictures.missing([0, 1, 2]), token=token, progress=cancel_after_one)

    kept = len(files(tmp_path))
    assert 0 < kept < len(store)
    rest = _Teacher()
    pictures_of(store, rest)
    assert kept + rest.made == len(store)


def test_a_full_disk_is_refused_before_the_first_picture(
    store: PhotoStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_cache, "_RESERVE_BYTES", 1 << 62)
    teacher = _Teacher()

    with pytest.raises(DiskFullError, match=r"teacher's pictures need about .*cache_folder"):
        pictures_of(store, teacher)

    assert teacher.made == 0
    assert files(tmp_path) == []


def test_a_picture_of_another_size_is_refused(store: PhotoStore) -> None:
    maker = PictureMaker(name="big.onnx", key="k", enlarge=lambda lr, token: lr)

    pictures = TeacherPictures(store, store.cache, maker, scale=SCALE)
    with pytest.raises(ConfigError, match=r"big.onnx: gives 24 x 24 .* to 48 x 48"):
        pictures.make([0], token=CancelToken())


def test_a_teacher_that_fails_names_the_photo(store: PhotoStore) -> None:
    def fail(_lr: ImageU8, _token: CancelToken) -> ImageU8:
        raise InferenceError("it broke")

    maker = PictureMaker(name="big.onnx", key="k", enlarge=fail)
    pictures = TeacherPictures(store, store.cache, maker, scale=SCALE)

    with pytest.raises(InferenceError, match=r"picture of 1.png: it broke"):
        pictures.make([1], token=CancelToken())


def test_clean_finds_the_pictures(store: PhotoStore, tmp_path: Path) -> None:
    pictures_of(store, _Teacher())

    assert set(files(tmp_path)) <= set(find_cached_files(tmp_path / "cache"))
    assert len(files(tmp_path)) == len(store)


def test_patches_of_the_teacher_lie_where_those_of_the_photo_lie(store: PhotoStore) -> None:
    alone, taught = (
        PatchSampler(store, scale=SCALE, patch_px=8, batch_size=12, seed=5, teacher=teacher)
        for teacher in (None, pictures_of(store, _Teacher()))
    )

    for step in range(3):
        plain, batch = alone.batch(step), taught.batch(step)

        assert plain.teacher_sr is None
        assert batch.teacher_sr is not None
        assert batch.lr.equal(plain.lr)
        assert batch.hr.equal(plain.hr)
        # Each patch is what the teacher makes of the LR patch: no shift and the same turn.
        for lr, made in zip(batch.lr, batch.teacher_sr, strict=True):
            pixels = (lr * 255).round().byte().permute(1, 2, 0).numpy()
            wanted = teacher_picture(pixels)
            assert np.array_equal((made * 255).round().byte().permute(1, 2, 0).numpy(), wanted)
