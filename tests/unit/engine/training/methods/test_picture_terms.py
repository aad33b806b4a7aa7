"""A loss term that a recipe asks for is computed, or the recipe is refused by name."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from engine.config.parts import (
    DiscriminatorRecipe,
    DistillWeights,
    GanWeights,
    PerceptualRecipe,
)
from engine.config.recipes import TrainRecipe
from engine.core.errors import ConfigError
from engine.losses.pictures import artifact_loss
from engine.models.generators.build import build_generator
from engine.runs.summary import series
from engine.training.methods.picture_terms import PictureTerms
from tests.helpers.tiny_methods import (
    METHODS,
    gan,
    train,
)
from tests.helpers.training import TINY, new_run

NOTHING = DistillWeights(output=0)


def tiny_vgg(tmp_path: Path) -> PerceptualRecipe:
    """Return a VGG19 of two channels with random weights."""
    random = np.random.default_rng(0)
    weights = {}
    for key in ("0", "2", "5", "9", "12", "16"):
        shape = (3, 3, 1, 1) if key == "0" else (2, 3 if key == "2" else 2, 3, 3)
        weights[f"{key}.weight"] = torch.from_numpy(random.normal(scale=0.2, size=shape)).float()
        weights[f"{key}.bias"] = torch.zeros(shape[0])
    with (tmp_path / "vgg.npz").open("wb") as file:
        arrays = {name: tensor.numpy() for name, tensor in weights.items()}
        np.savez(file, **arrays)  # type: ignore[arg-type] # numpy's stub sees allow_pickle there
    return PerceptualRecipe(network="vgg19", weights=str(tmp_path / "vgg.npz"))


def changed(method: str, tmp_path: Path, **change: object) -> TrainRecipe:
    return msgspec.structs.replace(METHODS[method](tmp_path), **change)


@pytest.mark.parametrize("method", ["distill", "slim", "mfagan"])
def test_a_student_may_learn_from_features_of_its_teachers_pictures(
    tmp_path: Path, method: str
) -> None:
    weights = DistillWeights(output=0, perceptual=2, style=3)
    field = "distill" if method == "mfagan" else "weights"
    prefix = "" if method == "slim" else "imitated_"
    folder = new_run(tmp_path)

    train(changed(method, tmp_path, perceptual=tiny_vgg(tmp_path), **{field: weights}), folder)

    for term in ("perceptual", "style"):
        values = series(folder, f"loss_{prefix}{term}")
        assert list(values) == [1, 2, 3]
        assert min(values.values()) > 0


def test_slimming_may_compare_features_of_its_own_discriminator(tmp_path: Path) -> None:
    weights = DistillWeights(output=0, perceptual=20, style=10)
    folder = new_run(tmp_path)

    train(changed("slim", tmp_path, weights=weights), folder)

    assert min(series(folder, "loss_perceptual").values()) > 0
    assert min(series(folder, "loss_style").values()) > 0


def test_the_online_student_learns_from_features_of_each_teachers_discriminator(
    tmp_path: Path,
) -> None:
    weights = GanWeights(pixel=0, perceptual=10, adversarial=0, style=1e4)
    folder = new_run(tmp_path)

    train(changed("omgd", tmp_path, student_weights=weights), folder)

    for teacher in ("wider", "deeper"):
        for term in ("perceptual", "style"):
            assert min(series(folder, f"loss_from_{teacher}_{term}").values()) > 0
        assert series(folder, f"loss_from_{teacher}_pixel") == {}


@pytest.mark.parametrize(
    ("method", "change", "message"),
    [
        ("distill", {"weights": DistillWeights(perceptual=1)}, "there is none here"),
        ("distill", {"weights": DistillWeights(style=1)}, "there is none here"),
        ("mfagan", {"distill": DistillWeights(style=1)}, "there is none here"),
        (
            "slim",
            {"weights": DistillWeights(perceptual=1), "adversarial_weight": 0},
            "there is none here",
        ),
        ("supernet", {"weights": DistillWeights(affinity=1)}, "affinity"),
        ("supernet", {"weights": DistillWeights(perceptual=1)}, "perceptual"),
        ("supernet", {"weights": DistillWeights(style=1)}, "style"),
        ("slim", {"weights": DistillWeights(affinity=1)}, "pictures only"),
        ("omgd", {"student_weights": GanWeights(artifact=1, adversarial=0)}, "artifact"),
        ("omgd", {"teacher_weights": GanWeights(artifact=1)}, "artifact"),
        ("omgd", {"student_weights": GanWeights(adversarial=1)}, "no discriminator"),
        ("gan", {"discriminator": DiscriminatorRecipe(channels=2, layers=5)}, "32 HR pixels"),
        ("slim", {"discriminator": DiscriminatorRecipe(channels=2, layers=5)}, "32 HR pixels"),
        ("distill", {"weights": NOTHING}, "every loss term is 0"),
        ("slim", {"weights": NOTHING, "adversarial_weight": 0}, "every loss term is 0"),
        ("supernet", {"weights": NOTHING, "adversarial_weight": 0}, "every loss term is 0"),
    ],
)
def test_a_term_that_cannot_be_computed_is_refused(
    tmp_path: Path, method: str, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        train(changed(method, tmp_path, **change), new_run(tmp_path))


def test_a_missing_feature_network_is_named_with_the_way_out(tmp_path: Path) -> None:
    recipe = gan(tmp_path)
    unnamed = msgspec.structs.replace(recipe, perceptual=PerceptualRecipe(network="vgg19"))
    absent = PerceptualRecipe(network="squeezenet", weights=str(tmp_path / "gone.npz"))

    with pytest.raises(ConfigError, match="discriminator, which needs none"):
        train(unnamed, new_run(tmp_path, "unnamed"))
    with pytest.raises(ConfigError, match=r"gone\.npz"):
        train(msgspec.structs.replace(recipe, perceptual=absent), new_run(tmp_path, "absent"))


def test_the_logits_of_a_discriminator_are_not_compared() -> None:
    weights = GanWeights(pixel=0, perceptual=1, style=1, adversarial=0)
    terms = PictureTerms(
        weights, PerceptualRecipe(), torch.device("cpu"), scale=2, has_discriminator=True
    )
    maps, pictures = torch.rand(1, 4, 5, 5), torch.rand(1, 3, 8, 8)
    fake, real = (maps, torch.zeros(1, 1, 5, 5)), (maps, torch.ones(1, 1, 5, 5))

    losses = terms.terms(pictures, pictures, features=(fake, real))

    assert {name: float(loss) for name, loss in losses.items()} == {"perceptual": 0, "style": 0}


def test_the_artifact_term_uses_the_averaged_generators_picture_of_the_same_input() -> None:
    weights = GanWeights(pixel=0, perceptual=0, artifact=1, adversarial=0)
    averaged = build_generator(TINY)
    terms = PictureTerms(
        weights, PerceptualRecipe(), torch.device("cpu"), scale=2, averaged=averaged
    )
    lr, sr, hr = torch.rand(1, 3, 8, 8), torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16)

    losses = terms.terms(sr, hr, inputs=(lr,))

    with torch.no_grad():
        assert torch.equal(losses["artifact"], artifact_loss(sr, averaged(lr), hr))
