from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import OutputError
from engine.core.images import ImageU8
from engine.data.downsampling import downsample_bicubic
from engine.evaluation.candidates import BicubicCandidate
from engine.evaluation.downsampling import MATLAB, PILLOW, degraded_downsampling
from engine.evaluation.evaluate import measure_photo, measure_without_reference
from engine.evaluation.picture_metrics import PictureMetrics
from engine.imaging.codecs.rgb8 import load_rgb8
from tests.helpers.training import write_photos

PHOTO = Path("photo.png")


def noise(height: int = 64, width: int = 48) -> ImageU8:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_papers_and_pillow_differ_at_the_borders_and_by_a_rounding_within() -> None:
    matlab = MATLAB.downsample(noise(), 4, photo=PHOTO).astype(int)
    pillow = PILLOW.downsample(noise(), 4, photo=PHOTO).astype(int)

    difference = np.abs(matlab - pillow)
    assert difference[4:-4, 4:-4].max() <= 1
    assert difference.max() > 1


def test_the_papers_downsampling_is_the_one_that_training_uses() -> None:
    assert np.array_equal(
        MATLAB.downsample(noise(), 4, photo=PHOTO), downsample_bicubic(noise(), 4)
    )


def test_degradation_depends_on_seed_and_name_and_is_kept(tmp_path: Path) -> None:
    first = degraded_downsampling("strong", tmp_path / "a").downsample(
        noise(), 4, photo=Path("set/one.png")
    )
    again = degraded_downsampling("strong", tmp_path / "b").downsample(
        noise(), 4, photo=Path("set/one.png")
    )
    renamed = degraded_downsampling("strong", tmp_path / "a").downsample(
        noise(), 4, photo=Path("set/two.png")
    )
    reseeded = degraded_downsampling("strong", tmp_path / "a", seed=1).downsample(
        noise(), 4, photo=Path("set/one.png")
    )

    assert first.shape == (16, 12, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, renamed)
    assert not np.array_equal(first, reseeded)
    kept = sorted(path.relative_to(tmp_path / "a") for path in tmp_path.glob("a/*/*"))
    assert [path.parent.name for path in kept] == [
        "set-x4-strong-seed0",
        "set-x4-strong-seed0",
        "set-x4-strong-seed1",
    ]
    assert [path.name.split("-")[0] for path in kept] == ["one", "two", "one"]
    assert np.array_equal(load_rgb8(tmp_path / "a" / kept[0]), first)


def test_a_degraded_picture_that_was_kept_is_read_again(tmp_path: Path) -> None:
    downsampling = degraded_downsampling("strong", tmp_path)
    downsampling.downsample(noise(), 4, photo=Path("set/one.png"))
    marked = np.zeros((16, 12, 3), dtype=np.uint8)
    kept = next(tmp_path.glob("*/*.png"))
    Image.fromarray(marked).save(kept)

    assert np.array_equal(downsampling.downsample(noise(), 4, photo=Path("set/one.png")), marked)

    kept.write_bytes(kept.read_bytes()[:40])
    again = degraded_downsampling("strong", tmp_path / "fresh").downsample(
        noise(), 4, photo=Path("set/one.png")
    )
    assert np.array_equal(downsampling.downsample(noise(), 4, photo=Path("set/one.png")), again)


def test_a_degraded_picture_of_another_photo_of_the_same_names_is_not_reused(
    tmp_path: Path,
) -> None:
    kept, fresh = (
        degraded_downsampling("strong", tmp_path / "kept"),
        degraded_downsampling("strong", tmp_path / "fresh"),
    )
    kept.downsample(noise(), 4, photo=Path("a/set/one.png"))

    bright = kept.downsample(255 - noise() // 4, 4, photo=Path("b/set/one.jpg"))

    expected = fresh.downsample(255 - noise() // 4, 4, photo=Path("b/set/one.jpg"))
    assert np.array_equal(bright, expected)
    assert bright.mean() > 190


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("taken", encoding="utf-8")

    with pytest.raises(OutputError, match="file"):
        degraded_downsampling("strong", tmp_path / "file").downsample(noise(), 4, photo=PHOTO)


def test_degraded_photos_are_not_compared_with_their_lr(tmp_path: Path) -> None:
    photo = write_photos(tmp_path / "set", count=1) / "0.png"

    figures = measure_photo(
        BicubicCandidate(scale=4),
        photo,
        PictureMetrics(),
        degraded_downsampling("strong", tmp_path / "lr"),
    ).figures

    assert "consistency_levels" not in figures
    assert figures["psnr_y_db"] > 0


def test_a_photo_without_reference_is_compared_with_itself(tmp_path: Path) -> None:
    photo = write_photos(tmp_path / "set", count=1, side_px=24) / "0.png"

    plain = measure_without_reference(BicubicCandidate(scale=2), photo, PictureMetrics()).figures
    figures = measure_without_reference(
        BicubicCandidate(scale=2), photo, PictureMetrics(has_color=True)
    ).figures

    assert list(plain) == ["consistency_levels", "checkerboard_levels"]
    assert figures["consistency_levels"] < 1
    assert figures["color_cast_de"] <= figures["color_shift_de"] < 1
    assert figures["checkerboard_levels"] < 5


def test_the_named_degradations_are_ever_stronger(tmp_path: Path) -> None:
    photo = write_photos(tmp_path / "set", count=1) / "0.png"
    hr = load_rgb8(photo)
    clean = MATLAB.downsample(hr, 4, photo=photo).astype(float)

    differences = [
        np.mean(
            [
                np.abs(
                    degraded_downsampling(name, seed=seed).downsample(hr, 4, photo=photo) - clean
                ).mean()
                for seed in range(6)
            ]
        )
        for name in ("clean", "light", "mild", "strong")
    ]

    assert differences[0] < 0.05
    assert differences == sorted(differences)


def test_weaker_degradation_is_nearer_to_bicubic_and_kept_apart(tmp_path: Path) -> None:
    photo = write_photos(tmp_path / "set", count=1) / "0.png"
    hr = load_rgb8(photo)
    clean = MATLAB.downsample(hr, 4, photo=photo).astype(float)

    differences = [
        np.abs(downsampling.downsample(hr, 4, photo=photo) - clean).mean()
        for downsampling in (
            degraded_downsampling("strong", tmp_path / "lr", strength=0.05),
            degraded_downsampling("strong", tmp_path / "lr"),
        )
    ]

    assert differences[0] < differences[1]
    kept = sorted(path.name for path in (tmp_path / "lr").iterdir())
    assert kept == ["set-x4-strong-seed0", "set-x4-strong-strength0.05-seed0"]
