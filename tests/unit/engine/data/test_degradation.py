from __future__ import annotations

import io
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
import yaml
from PIL import Image
from torch import Tensor

from engine.config.degradation import (
    BlurRecipe,
    DegradationRecipe,
    LastRecipe,
    OnePassRecipe,
    PassRecipe,
    named_degradation,
)
from engine.data.batch import Batch
from engine.data.blur_kernels import draw_blur, draw_sinc, no_blur, sinc_kernel
from engine.data.degradation import build_degradation, degrade_batch
from engine.data.jpeg import compress_jpeg
from engine.data.kernel_filter import filter_each
from engine.data.one_pass import OnePassDegradation
from engine.data.sharpening import sharpen
from engine.data.torch_resize import resize_bicubic_batch
from engine.data.two_pass import TwoPassDegradation, weakened, weakened_end
from engine.imaging.resample.bicubic import resize_bicubic
from engine.runs.summary import series
from engine.training.methods.build import build_method
from engine.training.run import run_training
from tests.helpers.training import Recorder, new_run, tiny_recipe

REAL = DegradationRecipe(kind="real")


def smooth(side: int = 64, count: int = 2) -> Tensor:
    coarse = torch.rand(count, 3, 6, 6, generator=torch.Generator().manual_seed(3))
    return torch.nn.functional.interpolate(coarse, size=side, mode="bicubic").clamp(0, 1)


@pytest.mark.parametrize(("height", "width"), [(12, 9), (16, 48), (100, 61), (33, 40)])
def test_the_torch_resize_equals_the_reference_one(height: int, width: int) -> None:
    images = torch.rand(2, 3, 48, 36)

    found = resize_bicubic_batch(images, height_px=height, width_px=width)

    for image, result in zip(images, found, strict=True):
        picture = np.ascontiguousarray(image.permute(1, 2, 0).numpy())
        expected = resize_bicubic(picture, height_px=height, width_px=width)
        assert np.abs(result.permute(1, 2, 0).numpy() - expected).max() * 255 < 1e-3


def test_every_kernel_keeps_the_mean() -> None:
    random = np.random.default_rng(0)

    kernels = [draw_blur(random, BlurRecipe()) for _ in range(60)]
    kernels += [draw_sinc(random, (7, 21)), no_blur()]

    assert all(kernel.shape == (21, 21) for kernel in kernels)
    assert all(float(kernel.sum()) == pytest.approx(1, abs=1e-4) for kernel in kernels)


def test_a_sinc_kernel_rings_and_is_round() -> None:
    kernel = sinc_kernel(1.5, 21)

    assert float(kernel.min()) < 0
    assert torch.allclose(kernel, kernel.T)
    assert torch.allclose(kernel, kernel.flip(0))


@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
@pytest.mark.parametrize("quality", [30, 60, 95])
def test_jpeg_does_what_a_real_encoder_does(quality: int, subsampling: str) -> None:
    images = smooth(64, count=1)
    codes = (images[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    stream = io.BytesIO()
    Image.fromarray(codes).save(stream, format="jpeg", quality=quality, subsampling=subsampling)
    with Image.open(stream) as decoded:
        real = np.asarray(decoded, dtype=np.float32) / 255

    full = torch.tensor([subsampling == "4:4:4"])
    ours = compress_jpeg(images, torch.tensor([float(quality)]), has_full_chroma=full)

    assert np.abs(ours[0].permute(1, 2, 0).numpy() - real).mean() * 255 < 2.0


def test_chroma_keeps_its_detail_in_the_pictures_that_are_told_to() -> None:
    images = torch.rand(2, 3, 32, 32)
    quality = torch.full((2,), 95.0)

    half, full = compress_jpeg(images, quality, has_full_chroma=torch.tensor([False, True]))

    assert torch.equal(half, compress_jpeg(images, quality)[0])
    assert float((full - images[1]).abs().mean()) < 0.2 * float((half - images[0]).abs().mean())


def test_a_share_of_the_pictures_keeps_full_chroma() -> None:
    half = degrade()
    passes = {"first": PassRecipe(full_chroma_share=1.0)}
    full = degrade(msgspec.structs.replace(REAL, **passes))

    assert not torch.equal(half, full)


def test_jpeg_loses_more_at_lower_quality() -> None:
    images = torch.rand(1, 3, 40, 40)

    errors = [
        float((compress_jpeg(images, torch.tensor([q])) - images).abs().mean())
        for q in (95.0, 60.0, 30.0)
    ]

    assert errors == sorted(errors)


def degrade(recipe: DegradationRecipe = REAL, *, seed: int = 0, step: int = 0) -> Tensor:
    hr = smooth()
    batch = Batch(lr=hr[:, :, ::4, ::4], hr=hr)
    return degrade_batch(
        batch, TwoPassDegradation(recipe, scale=4, seed=seed), step, sharpens=False
    ).lr


def test_lr_has_its_size_its_range_and_eight_bits() -> None:
    for step in range(6):
        lr = degrade(step=step)

        assert lr.shape == (2, 3, 16, 16)
        assert bool(torch.isfinite(lr).all())
        assert 0 <= float(lr.min()) <= float(lr.max()) <= 1
        assert torch.allclose(lr * 255, (lr * 255).round(), atol=1e-3)


def test_damage_depends_on_seed_and_step_alone() -> None:
    assert torch.equal(degrade(step=4), degrade(step=4))
    assert not torch.equal(degrade(step=4), degrade(step=5))
    assert not torch.equal(degrade(step=4), degrade(step=4, seed=1))


def test_less_strength_is_less_damage() -> None:
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


@pytest.mark.parametrize("kind", ["light", "mild", "real"])
def test_at_strength_zero_only_the_bicubic_reduction_is_left(kind: str) -> None:
    recipe = msgspec.convert({"kind": kind, "strength": 0.0}, DegradationRecipe)
    hr = detailed()
    degradation = build_degradation(recipe, scale=4, seed=0)

    for number in range(12):
        lr = degradation.degrade(hr, number)
        for picture, reduced in zip(hr, lr, strict=True):
            pixels = np.ascontiguousarray(picture.permute(1, 2, 0).numpy())
            clean = resize_bicubic(pixels, height_px=16, width_px=16).clip(0, 1)
            assert np.abs(reduced.permute(1, 2, 0).numpy() - clean).max() * 255 < 0.51


def test_a_little_strength_is_less_than_a_mild_photo_has() -> None:
    clean = resize_bicubic_batch(detailed(), height_px=16, width_px=16)

    def error(recipe: DegradationRecipe) -> float:
        degradation = build_degradation(recipe, scale=4, seed=0)
        errors = [(degradation.degrade(detailed(), n) - clean).square().mean() for n in range(40)]
        return float(torch.stack(errors).mean())

    strengths = [error(DegradationRecipe(kind="real", strength=s)) for s in (0.02, 0.1, 0.4, 1.0)]

    assert strengths == sorted(strengths)
    assert error(named_degradation("light")) < error(named_degradation("mild"))
    assert strengths[1] < error(named_degradation("mild")) < strengths[-1]


def test_one_pass_blurs_by_the_spread_that_was_drawn() -> None:
    one = OnePassRecipe(blur_sigma_px=(1.2, 1.2), noise_share=0, jpeg_share=0)
    impulse = torch.zeros(1, 3, 64, 64)
    impulse[:, :, 32, 32] = 1.0

    degradation = OnePassDegradation(one, strength=1.0, scale=1, seed=0)
    lr = degradation.degrade(impulse, 0)[0, 0]

    offsets = torch.arange(64.0) - 32
    variance = float((lr.sum(dim=0) * offsets**2).sum() / lr.sum())
    assert variance == pytest.approx(1.2**2, rel=0.1)  # rounded to 8 bits


def test_one_pass_adds_the_noise_that_was_drawn() -> None:
    one = OnePassRecipe(blur_share=0, noise_sigma=(6.0, 6.0), jpeg_share=0)
    gray = torch.full((4, 3, 64, 64), 0.5)

    lr = OnePassDegradation(one, strength=1.0, scale=2, seed=0).degrade(gray, 0)

    assert float(lr.std()) * 255 == pytest.approx(6.0, rel=0.03)


def test_a_mix_gives_each_picture_a_kind_of_its_own() -> None:
    tree = {
        "kind": "mix",
        "mix": [
            {"share": 0.5, "kind": "clean"},
            {"share": 0.5, "kind": "mild", "one_pass": {"noise_sigma": [20, 20]}},
        ],
    }
    hr = detailed(count=64)
    clean = resize_bicubic_batch(hr, height_px=16, width_px=16)

    degradation = build_degradation(msgspec.convert(tree, DegradationRecipe), scale=4, seed=0)
    error = (degradation.degrade(hr, 0) - clean).abs().amax(dim=(1, 2, 3)) * 255

    untouched = int((error < 0.51).sum())
    assert 20 < untouched < 44
    assert int((error > 10).sum()) == 64 - untouched
    assert torch.equal(degradation.degrade(hr, 3), degradation.degrade(hr, 3))


def test_sharpening_steepens_edges_and_leaves_flat_places_alone() -> None:
    edge = torch.full((1, 3, 96, 96), 0.3)
    edge[:, :, :, 48:] = 0.7

    sharp = sharpen(edge)

    assert float(sharp[:, :, :, 49].mean()) > 0.75
    assert float((sharp[:, :, :, :8] - 0.3).abs().max()) < 1e-3
    assert torch.allclose(sharpen(torch.full_like(edge, 0.4)), torch.full_like(edge, 0.4))


def test_a_sharpened_target_is_what_sr_is_compared_with() -> None:
    hr = detailed()
    batch = Batch(lr=hr[:, :, ::4, ::4], hr=hr)
    reduction = build_degradation(DegradationRecipe(), scale=4, seed=0)

    plain = degrade_batch(batch, reduction, 0, sharpens=False)
    sharp = degrade_batch(batch, reduction, 0, sharpens=True)

    assert torch.equal(plain.hr, hr)
    assert torch.equal(sharp.hr, sharpen(hr))
    assert not torch.equal(plain.lr, sharp.lr)


def detailed(*, side: int = 64, count: int = 4) -> Tensor:
    coarse = torch.rand(count, 3, side // 2, side // 2, generator=torch.Generator().manual_seed(5))
    return torch.nn.functional.interpolate(coarse, size=side, mode="bicubic").clamp(0, 1)


def test_strength_from_a_range_differs_from_step_to_step() -> None:
    ranged = DegradationRecipe(kind="real", strength=(0.2, 1.0))

    assert torch.equal(degrade(ranged, step=3), degrade(ranged, step=3))
    assert not torch.equal(degrade(ranged, step=3), degrade(step=3))


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


def test_filtering_equals_a_plain_correlation() -> None:
    images, kernels = torch.rand(2, 3, 24, 31), torch.rand(2, 7, 7)

    found = filter_each(images, kernels)

    padded = torch.nn.functional.pad(images, (3, 3, 3, 3), mode="reflect")
    for number in range(2):
        weights = kernels[number].expand(3, 1, 7, 7)
        expected = torch.nn.functional.conv2d(padded[number][None], weights, groups=3)[0]
        assert torch.allclose(found[number], expected, atol=1e-4)


def test_gray_noise_is_the_same_in_all_channels() -> None:
    gray = torch.full((2, 3, 32, 32), 0.5)
    noise = {"gray_share": 1.0, "gauss_share": 0.0}
    tree = {"kind": "real", "first": {"noise": noise}, "second": {"noise": noise}}
    recipe = msgspec.convert(tree, DegradationRecipe)

    lr = TwoPassDegradation(recipe, scale=2, seed=1).degrade(gray, 0)

    assert float(lr.std()) > 0.01
    assert float((lr - lr.mean(dim=1, keepdim=True)).abs().max()) * 255 < 3


def test_a_run_trains_on_damaged_pictures(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path, steps=2)
    real = msgspec.structs.replace(recipe.data, degradation=REAL)
    plain, damaged = new_run(tmp_path, "plain"), new_run(tmp_path, "damaged")

    for data, folder in ((recipe.data, plain), (real, damaged)):
        recorder = Recorder()
        run_training(
            msgspec.structs.replace(recipe, data=data),
            folder,
            build_method=build_method,
            token=recorder.token,
            report=recorder,
        )

    assert series(plain, "loss_l1") != series(damaged, "loss_l1")
