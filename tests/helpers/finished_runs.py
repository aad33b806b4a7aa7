"""Run folders as finished trainings leave them, without training."""

from __future__ import annotations

from pathlib import Path

import msgspec
import torch
from safetensors.torch import save_file

from engine.config.degradation import named_degradation
from engine.config.parts import (
    DataRecipe,
    DialRecipe,
    GeneratorRecipe,
    ScheduleRecipe,
    TeacherRecipe,
)
from engine.config.recipe_file import dump_recipe
from engine.config.recipes import GanRecipe, PsnrRecipe, TrainRecipe
from engine.config.spaces import MfanetSpaceRecipe
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.gated import GatedMfaNet
from engine.training.run_generator import build_run_generator

SHARED: dict[str, object] = {
    "name": "tiny",
    "data": DataRecipe(folder="photos"),
    "schedule": ScheduleRecipe(steps=9),
    "generator": GeneratorRecipe(scale=2, channels=6, blocks=2),
}
TEACHER = TeacherRecipe(generator=GeneratorRecipe(scale=2, channels=8, blocks=2), random=True)

CHOICES: dict[str, object] = {
    "space": MfanetSpaceRecipe(
        channels=(4, 6),
        blocks=(1, 2),
        inner=(2, 3),
        taps=(True,),
        last_kernels=(3,),
        tail_kernels=(3,),
    )
}


def finished_run(folder: Path, recipe: TrainRecipe) -> MfaNet:
    """Write a run of ``recipe``, at step 9, into ``folder`` and return its averaged network."""
    made = finished_run_of_any(folder, recipe)
    assert isinstance(made, MfaNet)
    return made


def finished_run_of_any(folder: Path, recipe: TrainRecipe) -> Generator:
    """Do as `finished_run` does, whatever the generator."""
    torch.manual_seed(1)
    made = build_run_generator(recipe)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    checkpoint = folder / "checkpoints" / "step-9"
    checkpoint.mkdir(parents=True)
    (folder / "recipe.yaml").write_text(dump_recipe(recipe))
    (folder / "environment.json").write_text("{}")
    (folder / "checkpoints" / "last").write_text("step-9")
    save_file(made.state_dict(), checkpoint / "averaged.safetensors")
    return made


def dial_run(folder: Path, recipe: PsnrRecipe | GanRecipe) -> Path:
    """Write a run of ``recipe`` with a restoration dial, at step 9, into ``folder``."""
    degraded = msgspec.structs.replace(recipe.data, degradation=named_degradation("mild"))
    finished_run_of_any(folder, msgspec.structs.replace(recipe, data=degraded, dial=DialRecipe()))
    return folder


def close_gates(folder: Path, network: MfaNet, *, quantize: bool) -> GatedMfaNet:
    """Close some gates of a slim run and return the network with its gates."""
    gated = GatedMfaNet(network, quantize=quantize)
    with torch.no_grad():
        for number, gate in enumerate(gated.gates):
            gate.uniform_(0.5, 1.5)
            gate[: number + 1] = 0
    save_file(gated.gates.state_dict(), folder / "checkpoints" / "step-9" / "gates.safetensors")
    return gated
