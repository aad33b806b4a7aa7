from __future__ import annotations

from pathlib import Path

import msgspec
import torch

from engine.config.parts import GanWeights
from engine.data.batch import Batch
from engine.models.generators.build import build_generator
from engine.training.method import Memo, MethodContext
from engine.training.methods.gan import GanMethod
from tests.helpers.tiny_methods import SMALL_D, gan

BATCH = Batch(lr=torch.rand(2, 3, 16, 16), hr=torch.rand(2, 3, 32, 32))


def method(tmp_path: Path, **change: object) -> GanMethod:
    # Without spectral normalization, whose estimates every pass changes a little.
    discriminator = msgspec.structs.replace(SMALL_D, norm="none")
    recipe = msgspec.structs.replace(gan(tmp_path), discriminator=discriminator, **change)
    generator = build_generator(recipe.generator)
    averaged = build_generator(recipe.generator)
    return GanMethod(
        recipe, MethodContext(generator=generator, averaged=averaged, device=torch.device("cpu"))
    )


def test_the_discriminator_sees_the_pictures_of_the_generators_phase(tmp_path: Path) -> None:
    trained = method(tmp_path)
    generate, discriminate = trained.phases(0)
    memo: Memo = {}

    generate.losses(BATCH, memo)
    sr = memo["sr"]
    with torch.no_grad():
        expected = trained.generator(BATCH.lr)
        for parameter in trained.generator.parameters():
            parameter.zero_()  # as far from the pictures before as can be
    losses = discriminate.losses(BATCH, memo)

    assert torch.equal(sr, expected)
    assert not sr.requires_grad
    assert list(losses) == ["discriminator"]


def test_the_shift_of_a_step_is_the_same_for_sr_and_hr(tmp_path: Path) -> None:
    weights = GanWeights(pixel=0, perceptual=1, adversarial=0)
    trained = method(tmp_path, weights=weights, random_shift_px=7)
    generate, _ = trained.phases(3)
    with torch.no_grad():
        lr = torch.rand(1, 3, 16, 16)
        hr = trained.generator(lr)

    losses = generate.losses(Batch(lr=lr, hr=hr), {})

    assert float(losses["perceptual"].detach()) == 0


def test_a_step_changes_the_shift_and_nothing_else(tmp_path: Path) -> None:
    weights = GanWeights(pixel=1, perceptual=1, adversarial=0)
    trained = method(tmp_path, weights=weights, random_shift_px=7)

    losses = [trained.phases(step)[0].losses(BATCH, {}) for step in (0, 1, 0)]

    assert torch.equal(losses[0]["pixel"], losses[1]["pixel"])
    assert not torch.equal(losses[0]["perceptual"], losses[1]["perceptual"])
    assert torch.equal(losses[0]["perceptual"], losses[2]["perceptual"])
