"""One tiny recipe of every method, and what tests ask of their runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import torch
from safetensors.torch import load_file

from engine.config.degradation import DegradationRecipe
from engine.config.parts import (
    DialRecipe,
    DiscriminatorRecipe,
    DistillWeights,
    GanWeights,
    GeneratorRecipe,
    TeacherRecipe,
)
from engine.config.recipes import (
    DistillRecipe,
    GanRecipe,
    MfaganRecipe,
    OmgdRecipe,
    QuantizeRecipe,
    SlimRecipe,
    SupernetRecipe,
    TrainRecipe,
)
from engine.config.spaces import MfanetSpaceRecipe, ShrinkingStage
from engine.runs.run_folder import RunFolder
from engine.runs.summary import series
from engine.training.methods.build import build_method
from engine.training.run import run_training
from tests.helpers.float_networks import install_float_dial, write_float_file
from tests.helpers.training import TINY, Recorder, tiny_recipe

TEACHER = TeacherRecipe(
    generator=GeneratorRecipe(family="rrdbnet", scale=2, channels=4, blocks=1), random=True
)
SMALL_D = DiscriminatorRecipe(channels=2, layers=1)
TINY_SPACE = MfanetSpaceRecipe(channels=(2, 4), blocks=(1, 2), inner=(2, 3, 4))
ONLY_THE_WHOLE = MfanetSpaceRecipe(
    channels=(4,), blocks=(2,), inner=(4,), taps=(True,), last_kernels=(3,), tail_kernels=(3,)
)
EVERY_TERM = GanWeights(**dict.fromkeys(GanWeights.__struct_fields__, 1))


def shared_values(tmp_path: Path) -> dict[str, object]:
    recipe = tiny_recipe(tmp_path, steps=3)
    data = msgspec.structs.replace(recipe.data, patch_px=16)
    values = {name: getattr(recipe, name) for name in recipe.__struct_fields__}
    # Only some kinds of recipes have these.
    del values["error"], values["color"], values["dial"]
    return {**values, "data": data, "checkpoint_every": 1}


def gan(tmp_path: Path) -> GanRecipe:
    values = shared_values(tmp_path)
    return GanRecipe(**values, discriminator=SMALL_D, weights=EVERY_TERM, random_shift_px=3)  # type: ignore[arg-type]


def distill(tmp_path: Path) -> DistillRecipe:
    weights = DistillWeights(output=1, feature=1, affinity=1, pixel=1)
    return DistillRecipe(**shared_values(tmp_path), teacher=TEACHER, weights=weights)  # type: ignore[arg-type]


def with_dial(recipe: TrainRecipe, **change: object) -> TrainRecipe:
    """Return ``recipe`` with a restoration dial, and with pictures of many restoration values."""
    degradation = DegradationRecipe(kind="mild", pool_batches=2)
    data = msgspec.structs.replace(recipe.data, degradation=degradation)
    return msgspec.structs.replace(recipe, data=data, dial=DialRecipe(group=1), **change)


def dial(tmp_path: Path) -> TrainRecipe:
    recipe = tiny_recipe(tmp_path, steps=3)
    return with_dial(recipe, color=0.5, checkpoint_every=1)


def dial_gan(tmp_path: Path) -> TrainRecipe:
    return with_dial(gan(tmp_path))


def dial_distill(tmp_path: Path) -> TrainRecipe:
    return with_dial(distill(tmp_path), weights=DistillWeights(output=1, pixel=1))


def mfagan(tmp_path: Path) -> MfaganRecipe:
    return MfaganRecipe(
        **shared_values(tmp_path),  # type: ignore[arg-type]
        teacher=TEACHER,
        discriminator=SMALL_D,
        teacher_discriminator=msgspec.structs.replace(SMALL_D, channels=4),
        weights=EVERY_TERM,
    )


def omgd(tmp_path: Path) -> OmgdRecipe:
    return OmgdRecipe(
        **shared_values(tmp_path),  # type: ignore[arg-type]
        wider=msgspec.structs.replace(TINY, channels=6),
        deeper=msgspec.structs.replace(TINY, blocks=2),
        discriminator=SMALL_D,
        shared_layers=1,
        students_per_teacher=2,
    )


def supernet(tmp_path: Path) -> SupernetRecipe:
    return SupernetRecipe(
        **{**shared_values(tmp_path), "generator": msgspec.structs.replace(TINY, blocks=2)},  # type: ignore[arg-type]
        teacher=TEACHER,
        space=TINY_SPACE,
        subnets_per_step=2,
        sandwich=True,
        weights=DistillWeights(output=1, feature=1, pixel=1),
        adversarial_weight=0.1,
        discriminator=SMALL_D,
    )


def shrinking_supernet(tmp_path: Path) -> SupernetRecipe:
    """Return a supernet of which only the largest subnet sees photos and teacher."""
    stages = (ShrinkingStage(until=0.5, free=("blocks",)),)
    return msgspec.structs.replace(
        supernet(tmp_path), imitate="largest", shrinking=stages, precision="bf16"
    )


def slim(tmp_path: Path) -> SlimRecipe:
    return SlimRecipe(
        **shared_values(tmp_path),  # type: ignore[arg-type]
        teacher=TEACHER,
        sparsity=1.0,
        gate_learning_rate=0.4,
        weights=DistillWeights(output=1, pixel=1),
        adversarial_weight=0.1,
        discriminator=SMALL_D,
    )


def quantize(tmp_path: Path) -> QuantizeRecipe:
    path = write_float_file(tmp_path / "float.onnx")
    return QuantizeRecipe(**shared_values(tmp_path), float_weights=str(path))  # type: ignore[arg-type]


def quantize_dial(tmp_path: Path) -> QuantizeRecipe:
    """Return a training of a dial that is in the catalog of the test."""
    recipe = with_dial(quantize(tmp_path), float_weights=install_float_dial().id)
    assert isinstance(recipe, QuantizeRecipe)
    return recipe


METHODS: dict[str, Callable[[Path], TrainRecipe]] = {
    "gan": gan,
    "distill": distill,
    "mfagan": mfagan,
    "omgd": omgd,
    "supernet": supernet,
    "shrinking-supernet": shrinking_supernet,
    "slim": slim,
    "quantize": quantize,
    "quantize-dial": quantize_dial,
    "dial": dial,
    "dial-gan": dial_gan,
    "dial-distill": dial_distill,
}
TERMS = {
    # Every weight has its term, a new one too.
    "gan": {*GanWeights.__struct_fields__, "discriminator"},
    "distill": {"output", "imitated_pixel", "feature", "affinity"},
    "mfagan": {*GanWeights.__struct_fields__, "discriminator", "output", "feature",
               "discriminator_feature", "teacher_discriminator"},
    "omgd": {f"from_{teacher}_{term}" for teacher in ("wider", "deeper")
             for term in ("perceptual", "structure", "style", "variation")}
            | {"from_wider_channel"},
    "supernet": {"pixel", "output", "feature", "adversarial", "discriminator"},
    "shrinking-supernet": {"pixel", "output", "feature", "adversarial", "discriminator",
                           "imitated_largest"},
    "slim": {"pixel", "output", "adversarial", "discriminator"},
    "quantize": {"difference", "squared"},
    "quantize-dial": {"difference", "squared"},
    "dial": {"l1", "color"},
    "dial-gan": {*GanWeights.__struct_fields__, "discriminator"},
    "dial-distill": {"output", "imitated_pixel"},
}  # fmt: skip


def train(recipe: TrainRecipe, folder: RunFolder, recorder: Recorder | None = None) -> None:
    recorder = recorder or Recorder()
    run_training(recipe, folder, build_method=build_method, token=recorder.token, report=recorder)


def losses(folder: RunFolder, method: str) -> dict[str, dict[int, float]]:
    return {name: series(folder, f"loss_{name}") for name in sorted(TERMS[method])}


def weights(folder: RunFolder, step: int, name: str) -> dict[str, torch.Tensor]:
    return load_file(folder.checkpoints / f"step-{step}" / f"{name}.safetensors")


def differs(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return any(not torch.equal(one[name], other[name]) for name in one)
