from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from engine.config.degradation import DegradationRecipe, named_degradation
from engine.data.batch import Batch
from engine.data.degradation import build_degradation, degrade_batch
from engine.data.sharpening import sharpen
from engine.data.torch_resize import resize_bicubic_batch
from engine.imaging.resample.bicubic import resize_bicubic
from engine.runs.summary import series
from engine.training.methods.build import build_method
from engine.training.run import run_training
from tests.helpers.soft_pictures import detailed
from tests.helpers.training import Recorder, new_run, tiny_recipe

REAL = DegradationRecipe(kind="real")


@pytest.mark.parametrize("kind", ["light", "mild", "real"])
def test_at_strength_zero_only_bicubic_downsampling_is_left(kind: str) -> None:
    recipe = msgspec.convert({"kind": kind, "strength": 0.0}, DegradationRecipe)
    hr = detailed()
    degradation = build_degradation(recipe, scale=4, seed=0)

    for number in range(12):
        lr = degradation.degrade(hr, number).lr
        for picture, reduced in zip(hr, lr, strict=True):
            pixels = np.ascontiguousarray(picture.permute(1, 2, 0).numpy())
            clean = resize_bicubic(pixels, height_px=16, width_px=16).clip(0, 1)
            assert np.abs(reduced.permute(1, 2, 0).numpy() - clean).max() * 255 < 0.51


def test_a_little_strength_is_less_than_a_mild_photo_has() -> None:
    clean = resize_bicubic_batch(detailed(), height_px=16, width_px=16)

    def error(recipe: DegradationRecipe) -> float:
        degradation = build_degradation(recipe, scale=4, seed=0)
        errors = [
            (degradation.degrade(detailed(), n).lr - clean).square().mean() for n in range(40)
        ]
        return float(torch.stack(errors).mean())

    strengths = [error(DegradationRecipe(kind="real", strength=s)) for s in (0.02, 0.1, 0.4, 1.0)]

    assert strengths == sorted(strengths)
    assert error(named_degradation("light")) < error(named_degradation("mild"))
    assert strengths[1] < error(named_degradation("mild")) < strengths[-1]


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
    error = (degradation.degrade(hr, 0).lr - clean).abs().amax(dim=(1, 2, 3)) * 255

    untouched = int((error < 0.51).sum())
    assert 20 < untouched < 44
    assert int((error > 10).sum()) == 64 - untouched
    assert torch.equal(degradation.degrade(hr, 3).lr, degradation.degrade(hr, 3).lr)


def test_a_sharpened_target_is_what_sr_is_compared_with() -> None:
    hr = detailed()
    batch = Batch(lr=hr[:, :, ::4, ::4], hr=hr)
    degradation = build_degradation(DegradationRecipe(), scale=4, seed=0)

    plain = degrade_batch(batch, degradation, 0, sharpens=False)
    sharp = degrade_batch(batch, degradation, 0, sharpens=True)

    assert torch.equal(plain.hr, hr)
    assert torch.equal(sharp.hr, sharpen(hr))
    assert not torch.equal(plain.lr, sharp.lr)


def test_a_run_trains_on_degraded_pictures(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path, steps=2)
    real = msgspec.structs.replace(recipe.data, degradation=REAL)
    plain, degraded = new_run(tmp_path, "plain"), new_run(tmp_path, "degraded")

    for data, folder in ((recipe.data, plain), (real, degraded)):
        recorder = Recorder()
        run_training(
            msgspec.structs.replace(recipe, data=data),
            folder,
            build_method=build_method,
            token=recorder.token,
            report=recorder,
        )

    assert series(plain, "loss_l1") != series(degraded, "loss_l1")
