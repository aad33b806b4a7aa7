from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.losses.pictures import (
    artifact_map,
    checkerboard_loss,
    color_loss,
    structure_loss,
    tone_loss,
    variation_loss,
)
from engine.metrics.ssim import ssim


def pictures(seed: int = 0, side: int = 24) -> Tensor:
    return torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(seed))


def test_the_structure_loss_is_one_minus_ssim() -> None:
    sr, hr = pictures(0), pictures(1)

    expected = np.mean(
        [
            1 - ssim(a.permute(1, 2, 0).numpy(), b.permute(1, 2, 0).numpy())
            for a, b in zip(sr, hr, strict=True)
        ]
    )

    assert float(structure_loss(sr, hr)) == pytest.approx(expected, abs=1e-4)
    assert float(structure_loss(sr, sr)) == pytest.approx(0, abs=1e-6)


def test_lightness_is_not_an_error_of_color_and_a_tint_is() -> None:
    hr = torch.rand(2, 3, 4, 4)
    tinted = hr.clone()
    tinted[:, 0] += 0.3

    assert float(color_loss(hr + 0.2, hr)) == pytest.approx(0, abs=1e-6)
    assert float(color_loss(tinted, hr)) == pytest.approx(0.15)


@pytest.mark.parametrize("scale", [2, 4])
def test_a_checkerboard_counts_and_an_offset_does_not(scale: int) -> None:
    hr = torch.rand(2, 3, 8 * scale, 8 * scale)
    ripple = torch.arange(8 * scale).remainder(2) * 0.2 - 0.1

    assert float(checkerboard_loss(hr + 0.3, hr, scale=scale)) == pytest.approx(0, abs=1e-6)
    assert float(checkerboard_loss(hr + ripple, hr, scale=scale)) == pytest.approx(0.1, abs=1e-6)


def test_detail_hardly_counts_as_a_checkerboard() -> None:
    noise = torch.rand(1, 1, 128, 128) - 0.5

    assert (
        float(checkerboard_loss(noise, torch.zeros_like(noise), scale=4))
        < 0.15 * noise.abs().mean()
    )


def test_invented_detail_keeps_the_tone_and_an_offset_does_not() -> None:
    hr = torch.rand(2, 3, 32, 32)
    ripple = torch.arange(32).remainder(2) * 0.2 - 0.1

    assert float(tone_loss(hr + ripple, hr)) == pytest.approx(0, abs=1e-6)
    assert float(tone_loss(hr - 0.1, hr)) == pytest.approx(0.1, abs=1e-6)


def test_a_flat_picture_has_no_variation_and_a_step_has() -> None:
    step = torch.zeros(1, 1, 4, 4)
    step[..., 2:] = 1

    assert float(variation_loss(torch.ones(1, 3, 4, 4))) == 0
    assert float(variation_loss(step)) == pytest.approx(1 / 3)


def test_artifacts_count_only_where_the_average_errs_less() -> None:
    hr = torch.zeros(1, 3, 16, 16)
    sr = pictures(2, 16)[:1]

    assert float(artifact_map(sr, hr, hr).min()) > 0
    assert float(artifact_map(hr, sr, hr).max()) == 0
