from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.images import ImageU8
from engine.core.messages import sentence_of
from engine.imaging.codecs.decode import open_photo
from engine.inference.restoration import estimate
from engine.inference.restoration.estimate import (
    RestorationEstimate,
    estimate_of_pixels,
    estimate_restoration,
)
from tests.helpers.leaf_pictures import blurred, compressed, leaf_picture, with_noise

LEAVES = leaf_picture(height=200, width=300)


def _of_file(path: Path, *, scale: int = 4) -> RestorationEstimate:
    with open_photo(path, scratch_folder=path.parent) as photo:
        return estimate_restoration(photo, scale=scale)


def _codes(estimate: RestorationEstimate) -> list[str]:
    found = [sentence_of(finding) for finding in estimate.findings]
    return [sentence.code if sentence is not None else "" for sentence in found]


def _rising(pictures: list[ImageU8]) -> list[float]:
    values = [estimate_of_pixels(pixels, scale=4).restoration for pixels in pictures]
    assert values == sorted(values)
    return values


def test_a_clean_picture_is_left_as_it_is() -> None:
    assert estimate_of_pixels(LEAVES, scale=4).restoration < 0.2


def test_more_noise_asks_for_more_restoration() -> None:
    values = _rising([with_noise(LEAVES, sigma) for sigma in (0, 2, 5, 10, 20)])

    # By the definition: √10 / 4 = 0.79; noise that differs between channels is weaker in luma.
    assert values[3] == pytest.approx(0.67, abs=0.12)
    assert values[-1] > 0.75


def test_stronger_compression_asks_for_more_restoration() -> None:
    values = _rising([compressed(LEAVES, quality) for quality in (97, 85, 65, 40)])

    assert values[-1] - values[0] > 0.2


def test_more_blur_asks_for_more_restoration() -> None:
    values = _rising([blurred(LEAVES, sigma) for sigma in (0, 0.6, 1.2)])

    assert values[-1] > values[0] + 0.2


def test_blur_counts_for_the_scale_of_the_network() -> None:
    soft = blurred(LEAVES, 0.8)

    at_2, at_4 = (estimate_of_pixels(soft, scale=scale) for scale in (2, 4))

    # Of one width in the photo it leaves nearly the same error at both scales.
    assert at_2.blur_levels == pytest.approx(at_4.blur_levels, rel=0.25)
    assert at_2.restoration == pytest.approx(at_4.restoration, abs=0.1)


def test_one_picture_always_gives_one_estimate() -> None:
    noisy = with_noise(LEAVES, 4)

    assert estimate_of_pixels(noisy, scale=4) == estimate_of_pixels(noisy.copy(), scale=4)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_tag_of_orientation_changes_nothing(orientation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    picture = Image.fromarray(with_noise(LEAVES, 3))
    picture.save(tmp_path / "plain.jpg", quality=70)
    exif[0x0112] = orientation
    picture.save(tmp_path / "turned.jpg", quality=70, exif=exif)

    assert _of_file(tmp_path / "turned.jpg") == _of_file(tmp_path / "plain.jpg")


def test_a_jpeg_gets_at_least_what_its_quality_asks_for(tmp_path: Path) -> None:
    # Without any detail, nothing but the table says how it was compressed.
    Image.new("RGB", (120, 120), "teal").save(tmp_path / "flat.jpg", quality=75)

    found = _of_file(tmp_path / "flat.jpg")

    # √5.15 / 4, of the error of quality 75.
    assert found.restoration >= 0.57
    assert found.jpeg_quality == 75
    assert found.reason.startswith("JPEG quality about 75")


def test_a_fine_jpeg_of_a_coarse_one_is_rated_by_its_pixels(tmp_path: Path) -> None:
    Image.fromarray(compressed(LEAVES, 40)).save(tmp_path / "again.jpg", quality=98)
    Image.fromarray(LEAVES).save(tmp_path / "once.jpg", quality=98)

    again, once = _of_file(tmp_path / "again.jpg"), _of_file(tmp_path / "once.jpg")

    assert again.restoration > once.restoration + 0.15
    assert "finding-compressed-before" in _codes(again)
    assert "finding-compressed-before" not in _codes(once)


def test_a_flat_picture_needs_nothing() -> None:
    for value in (0, 130, 255):
        flat = estimate_of_pixels(np.full((100, 100, 3), value, np.uint8), scale=4)
        assert flat.restoration <= 0.2


@pytest.mark.parametrize("size", [(1, 1), (15, 300), (8, 8)])
def test_a_tiny_picture_is_not_judged(size: tuple[int, int]) -> None:
    tiny = estimate_of_pixels(np.zeros((*size, 3), np.uint8), scale=4)

    assert tiny.restoration == 0
    assert _codes(tiny) == ["finding-little-detail"]


def test_a_tiny_jpeg_is_judged_by_its_quality() -> None:
    tiny = estimate_of_pixels(np.zeros((8, 8, 3), np.uint8), scale=4, jpeg_quality=75)

    assert tiny.restoration == pytest.approx(0.57, abs=0.01)
    assert _codes(tiny) == ["finding-jpeg-quality", "finding-little-detail"]


def test_gray_16_bits_and_transparency_are_judged(tmp_path: Path) -> None:
    noisy = with_noise(LEAVES, 8)
    plain = estimate_of_pixels(noisy, scale=4)

    deep = estimate_of_pixels(noisy.astype(np.uint16) * 257, scale=4)
    gray = estimate_of_pixels(with_noise(LEAVES[:, :, :1], 8), scale=4)
    Image.fromarray(np.dstack([noisy, noisy[:, :, :1] // 2 + 128])).save(tmp_path / "alpha.png")
    transparent = _of_file(tmp_path / "alpha.png")

    assert deep == plain
    assert gray.restoration == pytest.approx(plain.restoration, abs=0.2)
    assert transparent.restoration == pytest.approx(plain.restoration, abs=0.05)


@pytest.mark.parametrize(
    ("sigma", "code"),
    [(1.5, "finding-little-noise"), (6, "finding-some-noise"), (20, "finding-much-noise")],
)
def test_the_reason_has_a_word_for_the_noise(sigma: float, code: str) -> None:
    assert code in _codes(estimate_of_pixels(with_noise(LEAVES, sigma), scale=4))


def test_the_reason_has_a_word_for_blur() -> None:
    soft = estimate_of_pixels(blurred(LEAVES, 1.3), scale=4)

    assert {"finding-blur", "finding-slight-blur"} & set(_codes(soft))


def test_the_reason_names_traces_of_compression() -> None:
    found = estimate_of_pixels(compressed(LEAVES, 50), scale=4)

    assert "finding-jpeg-traces" in _codes(found)
    assert found.jpeg_quality == pytest.approx(50, abs=20)


def test_the_reason_is_one_line_that_begins_with_a_capital() -> None:
    estimate = RestorationEstimate(
        restoration=0.5,
        noise_levels=1.0,
        blur_levels=2.0,
        jpeg_quality=None,
        findings=("little noise", "slightly blurred"),
    )

    assert estimate.reason == "Little noise, slightly blurred"


def test_a_finding_holds_no_comma_as_the_reason_is_divided_at_them() -> None:
    source = Path(estimate.__file__).read_text(encoding="utf-8")
    calls = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "say"
    ]

    assert len(calls) == 11
    assert not [call for call in calls if "," in ast.literal_eval(call.args[1])]
