from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import ConfigError
from engine.data.photo_store import open_photo_store
from engine.imaging.codecs.rgb8 import load_rgb8
from tests.helpers.training import write_photos


def write_lr(hr: Path, lr: Path, *, scale: int = 2, mark: str = "") -> Path:
    """Write every photo of ``hr`` halved by plain dropping of pixels."""
    lr.mkdir()
    for path in hr.iterdir():
        codes = load_rgb8(path)[::scale, ::scale]
        Image.fromarray(np.ascontiguousarray(codes)).save(lr / f"{path.stem}{mark}.png")
    return lr


@pytest.mark.parametrize("mark", ["", "x2", "_x2"])
def test_lr_photos_are_found_by_name(tmp_path: Path, mark: str) -> None:
    hr = write_photos(tmp_path / "hr")
    lr = write_lr(hr, tmp_path / "lr", mark=mark)

    store = open_photo_store(hr, tmp_path / "cache", scale=2, lr_folder=lr)

    assert len(store) == 3
    assert all(np.array_equal(pair.lr, pair.hr[::2, ::2]) for pair in store)


def test_other_lr_photos_make_another_manifest(tmp_path: Path) -> None:
    hr = write_photos(tmp_path / "hr")
    lr = write_lr(hr, tmp_path / "lr")

    paired = open_photo_store(hr, tmp_path / "cache", scale=2, lr_folder=lr)
    made = open_photo_store(hr, tmp_path / "cache", scale=2)

    assert paired.manifest_sha256 != made.manifest_sha256


def test_a_photo_without_its_pair_is_named(tmp_path: Path) -> None:
    hr = write_photos(tmp_path / "hr")
    lr = write_lr(hr, tmp_path / "lr")
    (lr / "1.png").unlink()

    with pytest.raises(ConfigError, match=r"1 of 3 HR photos .* 1\.png"):
        open_photo_store(hr, tmp_path / "cache", scale=2, lr_folder=lr)


def test_two_lr_photos_of_one_name_are_refused(tmp_path: Path) -> None:
    hr = write_photos(tmp_path / "hr", count=1)
    lr = write_lr(hr, tmp_path / "lr")
    Image.new("RGB", (24, 24)).save(lr / "0.jpg")

    with pytest.raises(ConfigError, match="several LR photos"):
        open_photo_store(hr, tmp_path / "cache", scale=2, lr_folder=lr)


def test_a_pair_of_wrong_sizes_is_refused_with_both_sizes(tmp_path: Path) -> None:
    hr = write_photos(tmp_path / "hr", count=1)
    lr = write_lr(hr, tmp_path / "lr", scale=3)

    with pytest.raises(ConfigError, match=r"16 x 16 .* 32 x 32; it is 48 x 48"):
        open_photo_store(hr, tmp_path / "cache", scale=2, lr_folder=lr)
