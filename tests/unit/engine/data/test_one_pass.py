from __future__ import annotations

import pytest
import torch

from engine.config.degradation import OnePassRecipe
from engine.data.one_pass import OnePassDegradation
from tests.helpers.soft_pictures import smooth


def test_one_pass_blurs_by_the_spread_that_was_drawn() -> None:
    one = OnePassRecipe(blur_sigma_px=(1.2, 1.2), noise_share=0, jpeg_share=0)
    impulse = torch.zeros(1, 3, 64, 64)
    impulse[:, :, 32, 32] = 1.0

    degradation = OnePassDegradation(one, strength=1.0, scale=1, seed=0)
    lr = degradation.degrade(impulse, 0).lr[0, 0]

    offsets = torch.arange(64.0) - 32
    variance = float((lr.sum(dim=0) * offsets**2).sum() / lr.sum())
    assert variance == pytest.approx(1.2**2, rel=0.1)  # rounded to 8 bits


def test_area_means_replace_bicubic_in_the_share_of_the_pictures() -> None:
    one = OnePassRecipe(area_share=1.0, blur_share=0, noise_share=0, jpeg_share=0)
    hr = smooth(side=32)

    lr = OnePassDegradation(one, strength=1.0, scale=4, seed=0).degrade(hr, 0).lr

    means = torch.nn.functional.avg_pool2d(hr, 4)
    assert float((lr - means).abs().max()) * 255 <= 0.5001


def test_one_pass_adds_the_noise_that_was_drawn() -> None:
    one = OnePassRecipe(blur_share=0, noise_sigma=(6.0, 6.0), jpeg_share=0)
    gray = torch.full((4, 3, 64, 64), 0.5)

    lr = OnePassDegradation(one, strength=1.0, scale=2, seed=0).degrade(gray, 0).lr

    assert float(lr.std()) * 255 == pytest.approx(6.0, rel=0.03)
