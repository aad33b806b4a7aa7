"""What a card says of the training of a network: kind, credit, recipe, machine and time."""

from __future__ import annotations

import platform
from pathlib import Path

import msgspec

from engine.catalog.card import Kind
from engine.catalog.catalog import Catalog
from engine.catalog.corner_names import find_corner
from engine.config.parts import DistillWeights, TeacherRecipe
from engine.config.recipes import (
    DistillRecipe,
    GanRecipe,
    MfaganRecipe,
    OmgdRecipe,
    SlimRecipe,
    SupernetRecipe,
    TrainRecipe,
)
from engine.runs.run_folder import RunFolder
from engine.runs.summary import trained_s
from engine.training.interpolation import name_weights
from engine.training.run_weights import recorded_hashes

OWN_CREDIT = "MFAGAN Studio, trained from random weights by its own recipes"
"""Credit of networks that learned from no network of others."""


def trained_kind(recipe: TrainRecipe) -> Kind:
    """Return whether a network trained by ``recipe`` is faithful or vivid."""
    # Adversarial training makes a network invent detail.
    is_vivid = isinstance(recipe, GanRecipe | MfaganRecipe | OmgdRecipe)
    if isinstance(recipe, SlimRecipe | SupernetRecipe):
        is_vivid = recipe.adversarial_weight > 0
    if isinstance(recipe, DistillRecipe | SlimRecipe | SupernetRecipe):
        is_vivid = is_vivid or _imitates_invented_detail(recipe.teacher, recipe.weights)
    return "vivid" if is_vivid else "faithful"


def training_credit(recipe: TrainRecipe) -> str:
    """Return who made the network and from what, the author of an ONNX teacher included."""
    teacher = getattr(recipe, "teacher", None)
    if not isinstance(teacher, TeacherRecipe) or teacher.onnx is None:
        return OWN_CREDIT
    author = f" by {teacher.credit}" if teacher.credit else ""
    return (
        f"{OWN_CREDIT}; its teacher was {Path(teacher.onnx).name}{author}, "
        f"license {teacher.license}"
    )


def training_record(
    run: RunFolder, recipe: TrainRecipe, *, step: int, weights: Path | None = None
) -> dict[str, object]:
    """Return recipe, start, steps, machine and minutes of a run, without folders of the machine.

    Args:
        run: The run.
        recipe: Its recipe.
        step: Step of the exported checkpoint.
        weights: File that was exported instead of the run's own weights.
    """
    plain = msgspec.to_builtins(recipe)
    # Folders are of the machine that trained the model, and private.
    plain["data"] = {k: v for k, v in plain["data"].items() if not k.endswith("folder")}
    if recipe.data.degradation.kind == "bicubic":
        plain["data"]["degradation"] = {"kind": "bicubic"}  # the rest applies to other kinds only
    plain.pop("validation_folder")
    plain.pop("lpips_onnx")
    plain.pop("init_weights")
    machine = msgspec.json.decode((run.path / "environment.json").read_bytes(), type=_Machine)
    mix = {"weights": name_weights(weights)} if weights else {}
    return {
        "recipe": _without_folders(plain),
        "start": " and ".join(name_weights(Path(start)) for start in recipe.starts)
        or "random weights",
        "step": step,
        "machine": f"{machine.device_name}, {machine.processes} x {machine.threads} threads",
        "minutes": round(trained_s(run.events()) / 60, 1),
        **mix,
        **_teacher_record(run),
    }


def _imitates_invented_detail(teacher: TeacherRecipe, weights: DistillWeights) -> bool:
    """Return whether a student imitates features of pictures, or the pixels of a vivid model."""
    if weights.perceptual or weights.style:
        return True
    # A teacher's output teaches what kind of pictures it makes.
    if teacher.onnx is not None:
        return weights.output > 0 and teacher.kind != "faithful"
    return weights.output > 0 and _is_vivid_model(teacher.weights or "")


def _is_vivid_model(name: str) -> bool:
    """Return whether a recipe names a vivid model, or a corner of a dial at fidelity 0."""
    catalog = Catalog.open_default()
    alias, corner = catalog.alias(name), find_corner(catalog, name)
    if alias is not None:
        return alias.fidelity == 0
    if corner is not None:
        return corner[1].fidelity == 0
    return any(card.id == name and card.kind == "vivid" for card in catalog.list())


def _teacher_record(run: RunFolder) -> dict[str, str]:
    # The recipe has the name and license of an ONNX teacher; its content tells which one it was.
    sha256 = recorded_hashes(run).get("teacher.onnx")
    return {"teacher_sha256": sha256} if sha256 else {}


class _Machine(msgspec.Struct, frozen=True):
    """The machine of a run, from its ``environment.json``."""

    device_name: str = platform.machine()
    processes: int = 1
    threads: int = 1


def _without_folders(values: dict[str, object]) -> dict[str, object]:
    """Return ``values`` with the names of files of weights without their folders."""
    result = {}
    for name, value in values.items():
        is_file = name.endswith(("weights", "onnx")) and isinstance(value, str)
        inner = _without_folders(value) if isinstance(value, dict) else value
        result[name] = Path(str(value)).name if is_file else inner
    return result
