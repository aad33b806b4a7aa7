"""What degradations say they did, against the numbers they drew and the pictures they made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor

from engine.config.degradation import DegradationRecipe, named_degradation
from engine.core.restoration_scale import jpeg_error_levels
from engine.data.degradation import build_degradation, degrade_photo
from engine.data.downsampling import downsample_bicubic
from engine.data.levels import Degraded, LevelMeter, Levels, join_degraded
from tests.helpers.soft_pictures import detailed, smooth

OFF = {"blur_share": 0.0, "noise_share": 0.0, "jpeg_share": 0.0}
STILL = {
    "blur": {"share": 0.0},
    "resize": {"keep_share": 1.0, "enlarge_share": 0.0, "shrink_share": 0.0},
    "noise": {"gauss_share": 1.0, "gauss_sigma": [0.0, 0.0]},
    "jpeg_share": 0.0,
}


def degraded(
    tree: Mapping[str, object], hr: Tensor, *, scale: int = 4, number: int = 0
) -> Degraded:
    recipe = msgspec.convert(tree, DegradationRecipe)
    return build_degradation(recipe, scale=scale, seed=0).degrade(hr, number)


def one_pass(hr: Tensor, **values: object) -> Levels:
    return degraded({"kind": "light", "one_pass": {**OFF, **values}}, hr).levels


def two_passes(hr: Tensor, **passes: object) -> Degraded:
    last = {"sinc_share": 0.0}
    return degraded({"kind": "real", "first": STILL, "second": STILL, "last": last} | passes, hr)


def luma_noise(made: Degraded, clean: Tensor) -> Tensor:
    """Return the measured standard deviation of luma against clean LR, in 8-bit levels."""
    weights = torch.tensor([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1)
    return ((made.lr - clean) * weights).sum(1).flatten(1).std(1) * 255


def test_clean_pictures_have_nothing_to_restore() -> None:
    levels = degraded({"kind": "bicubic"}, detailed()).levels

    assert levels.restoration(scale=4).tolist() == [0, 0, 0, 0]


def test_gray_noise_is_told_as_drawn_and_colored_noise_by_its_luma() -> None:
    gray, colored = (
        one_pass(smooth(256), noise_share=1.0, noise_sigma=[8, 8], gray_share=share).noise_sigma
        for share in (1.0, 0.0)
    )

    assert gray.tolist() == pytest.approx([8, 8], rel=0.05)
    assert colored.tolist() == pytest.approx([8 * 0.6685] * 2, rel=0.05)


def test_blur_is_told_in_hr_pixels() -> None:
    levels = one_pass(smooth(), blur_share=1.0, blur_sigma_px=[1.3, 1.3])

    assert levels.blur_sigma_px.tolist() == pytest.approx([1.3, 1.3], abs=0.01)
    assert levels.noise_sigma.abs().max() == 0


def test_jpeg_is_told_by_the_error_of_its_quality() -> None:
    levels = one_pass(smooth(), jpeg_share=1.0, jpeg_quality=[70, 70])

    assert levels.jpeg_error.tolist() == pytest.approx([float(jpeg_error_levels(70))] * 2)


def test_only_the_pictures_that_were_chosen_count() -> None:
    hr = detailed(count=40)

    levels = one_pass(hr, jpeg_share=0.5, noise_share=0.5, blur_share=0.5)

    for level in (levels.jpeg_error, levels.noise_sigma, levels.blur_sigma_px):
        assert 5 < int((level < 0.05).sum()) < 35


def test_noise_of_the_first_pass_is_told_as_what_is_left_of_it_in_lr() -> None:
    hr = smooth(512)
    noise = {"gauss_share": 1.0, "gauss_sigma": [24.0, 24.0], "gray_share": 1.0}
    # The filter of a reduction to the quarter is bicubic here, so that noise is averaged out.
    first = {**STILL, "noise": noise, "resize": {**STILL["resize"], "filter_share": 0.0}}  # type: ignore[dict-item]
    second = {**STILL, "resize": {**STILL["resize"], "filter_share": 0.0}}  # type: ignore[dict-item]

    made = two_passes(hr, first=first, second=second)
    clean = two_passes(hr, first={**first, "noise": STILL["noise"]}, second=second)

    assert made.levels.noise_sigma.tolist() == pytest.approx([6, 6], rel=0.1)
    measured = luma_noise(made, clean.lr)
    assert made.levels.noise_sigma.tolist() == pytest.approx(measured.tolist(), rel=0.3)


def test_shot_noise_is_measured_as_it_depends_on_the_light() -> None:
    hr = smooth(256)
    second = {**STILL, "noise": {"gauss_share": 0.0, "poisson_scale": [1.0, 1.0], "gray_share": 1}}

    made, clean = two_passes(hr, second=second), two_passes(hr)

    assert made.levels.noise_sigma.min() > 2
    measured = luma_noise(made, clean.lr)
    assert made.levels.noise_sigma.tolist() == pytest.approx(measured.tolist(), rel=0.1)


def test_blurs_of_both_passes_add_up_as_variances() -> None:
    plain = {"round_plain": 1.0, "oval_plain": 0.0, "round_general": 0.0, "oval_general": 0.0,
             "round_plateau": 0.0, "oval_plateau": 0.0}  # fmt: skip
    blur = {"share": 1.0, "sinc_share": 0.0, "shapes": plain, "sigma_px": [1.0, 1.0],
            "sizes_px": [21]}  # fmt: skip

    made = two_passes(smooth(), first={**STILL, "blur": blur}, second={**STILL, "blur": blur})

    # The first pass kept the size, so both kernels lie on HR pixels.
    assert made.levels.blur_sigma_px.tolist() == pytest.approx([2**0.5] * 2, abs=0.02)


def test_pictures_that_were_smaller_than_lr_count_as_blurred() -> None:
    meter = LevelMeter(smooth(), scale=4)

    meter.add_resize(width_px=16)
    assert meter.levels().blur_sigma_px.abs().max() == 0
    meter.add_resize(width_px=8)
    meter.add_resize(width_px=16)

    assert meter.levels().blur_sigma_px.tolist() == pytest.approx([(16 - 4) ** 0.5] * 2)


@pytest.mark.parametrize(
    ("name", "low", "high"), [("light", 0.4, 0.6), ("mild", 0.6, 0.75), ("strong", 0.85, 1.0)]
)
def test_stronger_degradations_need_more_restoration(name: str, low: float, high: float) -> None:
    recipe = named_degradation(name)  # type: ignore[arg-type]
    degradation = build_degradation(recipe, scale=4, seed=0)

    values = [degradation.degrade(detailed(), n).levels.restoration(scale=4) for n in range(12)]

    assert low < float(torch.cat(values).median()) <= high
    assert 0 <= float(torch.cat(values).min()) <= float(torch.cat(values).max()) <= 1


def test_in_a_mix_each_picture_keeps_its_own_levels() -> None:
    hr = detailed(count=32)
    tree = {
        "kind": "mix",
        "mix": [
            {"share": 0.5, "kind": "clean"},
            {"share": 0.5, "kind": "mild", "one_pass": {**OFF, "noise_share": 1.0,
                                                        "noise_sigma": [20, 20]}},
        ],
    }  # fmt: skip

    made = degraded(tree, hr)
    clean = degraded({"kind": "bicubic"}, hr).lr

    is_noisy = (made.lr - clean).flatten(1).abs().amax(1) > 0
    assert torch.equal(made.levels.noise_sigma > 0, is_noisy)
    assert 5 < int(is_noisy.sum()) < 27


def test_joined_parts_are_in_the_order_of_their_places() -> None:
    def part(*values: float) -> Degraded:
        column = torch.tensor(values)
        levels = Levels(noise_sigma=column, blur_sigma_px=column + 10, jpeg_error=column + 20)
        return Degraded(lr=column.reshape(-1, 1, 1, 1), levels=levels)

    joined = join_degraded([part(3, 1), part(0, 2)], [torch.tensor([3, 1]), torch.tensor([0, 2])])

    assert joined.lr.flatten().tolist() == [0, 1, 2, 3]
    assert joined.levels.noise_sigma.tolist() == [0, 1, 2, 3]
    assert joined.levels.jpeg_error.tolist() == [20, 21, 22, 23]


def test_a_whole_photo_has_the_value_of_its_own_draws(tmp_path: Path) -> None:
    hr = np.random.default_rng(1).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    mild = named_degradation("mild")

    pairs = [degrade_photo(hr, mild, scale=4, seed=3, number=n) for n in (0, 1, 0)]
    clean = degrade_photo(hr, named_degradation("clean"), scale=4, seed=3, number=0)

    assert pairs[0].restoration == pairs[2].restoration != pairs[1].restoration
    assert clean.restoration == 0
    assert np.abs(clean.lr.astype(int) - downsample_bicubic(hr, 4)).max() <= 1
