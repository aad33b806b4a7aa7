from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch
import yaml
from torch import Tensor

from engine.config.degradation import DegradationRecipe, LastRecipe, PassRecipe
from engine.data.torch_resize import resize_bicubic_batch
from engine.data.two_pass import TwoPassDegradation, weakened, weakened_end
from tests.helpers.soft_pictures import smooth

REAL = DegradationRecipe(kind="real")


def degrade(recipe: DegradationRecipe = REAL, *, seed: int = 0, step: int = 0) -> Tensor:
    return TwoPassDegradation(recipe, scale=4, seed=seed).degrade(smooth(), step).lr


def test_lr_has_its_size_its_range_and_eight_bits() -> None:
    for step in range(6):
        lr = degrade(step=step)

        assert lr.shape == (2, 3, 16, 16)
        assert bool(torch.isfinite(lr).all())
        assert 0 <= float(lr.min()) <= float(lr.max()) <= 1
        assert torch.allclose(lr * 255, (lr * 255).round(), atol=1e-3)


def test_the_degradation_depends_on_seed_and_step_alone() -> None:
    assert torch.equal(degrade(step=4), degrade(step=4))
    assert not torch.equal(degrade(step=4), degrade(step=5))
    assert not torch.equal(degrade(step=4), degrade(step=4, seed=1))


def test_less_strength_degrades_less() -> None:
    clean = resize_bicubic_batch(smooth(), height_px=16, width_px=16)

    def error(strength: float) -> float:
        recipe = DegradationRecipe(kind="real", strength=strength)
        return float(
            np.mean([float((degrade(recipe, step=n) - clean).abs().mean()) for n in range(8)])
        )

    assert error(0.1) < 0.7 * error(1.0)


def test_full_strength_is_what_the_recipe_says() -> None:
    full, published = weakened(PassRecipe(), 1.0), PassRecipe()

    assert full.blur.sigma_px == pytest.approx(published.blur.sigma_px)
    assert full.blur.share == published.blur.share
    assert full.resize.limits == pytest.approx(published.resize.limits)
    assert full.resize.shares() == pytest.approx(published.resize.shares())
    assert full.noise == published.noise
    assert full.jpeg_quality == pytest.approx(published.jpeg_quality)
    assert full.jpeg_share == published.jpeg_share
    assert weakened_end(LastRecipe(), 1.0) == LastRecipe()


def test_strength_from_a_range_differs_from_step_to_step() -> None:
    ranged = DegradationRecipe(kind="real", strength=(0.2, 1.0))

    assert torch.equal(degrade(ranged, step=3), degrade(ranged, step=3))
    assert not torch.equal(degrade(ranged, step=3), degrade(step=3))


def test_a_share_of_the_pictures_keeps_full_chroma() -> None:
    half = degrade()
    passes = {"first": PassRecipe(full_chroma_share=1.0)}
    full = degrade(msgspec.structs.replace(REAL, **passes))

    assert not torch.equal(half, full)


# What each of these leaves out of the chain must change the picture.
@pytest.mark.parametrize(
    "changed",
    [
        "first: {blur: {sigma_px: [2.9, 3.0]}}",
        "first: {blur: {sinc_share: 1.0}}",
        "first: {blur: {shapes: {round_plain: 0, round_plateau: 0.57}}}",
        "first: {resize: {enlarge_share: 0, shrink_share: 0, keep_share: 1}}",
        "first: {resize: {filters: [area]}}",
        "first: {noise: {gauss_share: 1.0, gauss_sigma: [40, 41]}}",
        "first: {noise: {gauss_share: 0.0, poisson_scale: [5, 6]}}",
        "first: {noise: {gray_share: 1.0}}",
        "first: {jpeg_quality: [10, 11]}",
        "second: {blur: {share: 0}}",
        "second: {jpeg_quality: [10, 11]}",
        "last: {sinc_share: 0}",
        "last: {sinc_first_share: 0}",
    ],
)
def test_every_number_of_the_recipe_counts(changed: str) -> None:
    tree = {"kind": "real", **yaml.safe_load(changed)}
    recipe = msgspec.convert(tree, DegradationRecipe)

    assert any(not torch.equal(degrade(recipe, step=n), degrade(step=n)) for n in range(4))


def test_gray_noise_is_the_same_in_all_channels() -> None:
    gray = torch.full((2, 3, 32, 32), 0.5)
    noise = {"gray_share": 1.0, "gauss_share": 0.0}
    tree = {"kind": "real", "first": {"noise": noise}, "second": {"noise": noise}}
    recipe = msgspec.convert(tree, DegradationRecipe)

    lr = TwoPassDegradation(recipe, scale=2, seed=1).degrade(gray, 0).lr

    assert float(lr.std()) > 0.01
    assert float((lr - lr.mean(dim=1, keepdim=True)).abs().max()) * 255 < 3
