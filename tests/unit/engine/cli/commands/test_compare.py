from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.unit.engine.cli.conftest import RunCommand, write_photo


def test_compare_measures_and_draws(mfagan: RunCommand, photo: Path, tmp_path: Path) -> None:
    other = write_photo(tmp_path / "other.png", seed=1)
    drawing = tmp_path / "where.png"
    said = mfagan("compare", photo, other, "-d", drawing, "--gain", 2, "--json")
    assert said.code == 0
    reply = said.events[0]
    assert 10 < reply["psnr_rgb_db"] < 30
    assert reply["ssim_y"] < 0.9
    one, two = (np.asarray(Image.open(path), dtype=int) for path in (photo, other))
    difference = np.abs(one - two)
    assert np.array_equal(np.asarray(Image.open(drawing)), np.minimum(2 * difference, 255))
    assert "PSNR" in mfagan("compare", photo, other).out


def test_compare_says_that_equal_pictures_are_equal(mfagan: RunCommand, photo: Path) -> None:
    reply = mfagan("compare", photo, photo, "--json").events[0]
    assert reply["is_identical"]
    assert reply["psnr_y_db"] is None
    assert "equal" in mfagan("compare", photo, photo).out


def test_compare_never_draws_over_what_it_compares(mfagan: RunCommand, photo: Path) -> None:
    before = photo.read_bytes()
    reply = mfagan("compare", photo, photo, "-d", photo, "--json").events[0]
    assert reply["difference"] == str(photo.with_name("photo-2.png"))
    assert photo.read_bytes() == before


def test_compare_never_overwrites_and_refuses_other_sizes(
    mfagan: RunCommand, photo: Path, tmp_path: Path
) -> None:
    (tmp_path / "d.png").write_bytes(b"mine")
    assert mfagan("compare", photo, photo, "-d", tmp_path / "d.png").code == 0
    assert (tmp_path / "d.png").read_bytes() == b"mine"
    assert (tmp_path / "d-2.png").exists()
    larger = write_photo(tmp_path / "larger.png", width=25)
    assert "24 x 16 and 25 x 16" in mfagan("compare", photo, larger).err
    assert mfagan("compare", photo, photo, "-d", tmp_path / "d.jpg").code == 2
