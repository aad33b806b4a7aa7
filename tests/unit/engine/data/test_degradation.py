from __future__ import annotations

import io
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from engine.config.parts import DegradationRecipe
from engine.data.batch import Batch
from engine.data.blur_kernels import BlurSettings, draw_blur, draw_sinc, no_blur, sinc_kernel
from engine.data.degradation import FIRST_PASS, RealDegradation
from engine.data.jpeg import compress_jpeg
from engine.data.torch_resize import resize_bicubic_batch
from engine.imaging.resize import resize_bicubic
from engine.runs.summary import series
from engine.training.build import build_scheme
from engine.training.run import run_training
from tests.helpers.training import Recorder, new_run, tiny_recipe


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
    settings = BlurSettings(sigma_px=(0.2, 3.0))

    kernels = [draw_blur(random, settings) for _ in range(60)] + [draw_sinc(random), no_blur()]

    assert all(kernel.shape == (21, 21) for kernel in kernels)
    assert all(float(kernel.sum()) == pytest.approx(1, abs=1e-4) for kernel in kernels)


def test_a_sinc_kernel_rings_and_is_round() -> None:
    kernel = sinc_kernel(1.5, 21)

    assert float(kernel.min()) < 0
    assert torch.allclose(kernel, kernel.T)
    assert torch.allclose(kernel, kernel.flip(0))


@pytest.mark.parametrize("quality", [30, 60, 95])
def test_jpeg_does_what_a_real_encoder_does(quality: int) -> None:
    images = smooth(64, count=1)
    codes = (images[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy()
    stream = io.BytesIO()
    Image.fromarray(codes).save(stream, format="jpeg", quality=quality, subsampling="4:2:0")
    with Image.open(stream) as decoded:
        real = np.asarray(decoded, dtype=np.float32) / 255

    ours = compress_jpeg(images, torch.tensor([float(quality)]))[0].permute(1, 2, 0).numpy()

    assert np.abs(ours - real).mean() * 255 < 2.0


def test_jpeg_loses_more_at_lower_quality() -> None:
    images = torch.rand(1, 3, 40, 40)

    errors = [
        float((compress_jpeg(images, torch.tensor([q])) - images).abs().mean())
        for q in (95.0, 60.0, 30.0)
    ]

    assert errors == sorted(errors)


def degrade(*, strength: float = 1.0, seed: int = 0, step: int = 0) -> Tensor:
    degradation = RealDegradation(scale=4, strength=strength, seed=seed)
    hr = smooth()
    return degradation.degrade(Batch(lr=hr[:, :, ::4, ::4], hr=hr), step).lr


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

    errors = [
        np.mean([float((degrade(strength=s, step=n) - clean).abs().mean()) for n in range(8)])
        for s in (0.1, 1.0)
    ]

    assert errors[0] < 0.7 * errors[1]


def test_full_strength_is_what_was_published() -> None:
    full, published = FIRST_PASS.weakened(1.0), FIRST_PASS

    assert full.blurriest_px == pytest.approx(published.blurriest_px)
    assert full.resize_limits == pytest.approx(published.resize_limits)
    assert full.gauss_sigma == pytest.approx(published.gauss_sigma)
    assert full.jpeg_quality == pytest.approx(published.jpeg_quality)


def test_a_run_trains_on_damaged_pictures(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path, steps=2)
    real = msgspec.structs.replace(recipe.data, degradation=DegradationRecipe(kind="real"))
    plain, damaged = new_run(tmp_path, "plain"), new_run(tmp_path, "damaged")

    for data, folder in ((recipe.data, plain), (real, damaged)):
        recorder = Recorder()
        run_training(
            msgspec.structs.replace(recipe, data=data),
            folder,
            build_scheme=build_scheme,
            token=recorder.token,
            report=recorder,
        )

    assert series(plain, "loss_l1") != series(damaged, "loss_l1")
