"""Checks of a recipe that need no network and no decoded photo."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from engine.config.parts import TeacherRecipe
from engine.config.recipes import SlimRecipe, TrainRecipe
from engine.core.errors import ConfigError
from engine.data.photo_files import find_photos
from engine.training.onnx_teacher import check_onnx_teacher
from engine.training.processes import process_count
from engine.training.run_weights import named_weights
from engine.training.weights import check_teacher, find_weights


def check_recipe(recipe: TrainRecipe, *, resumes: bool = False) -> None:
    """Check that everything the recipe names exists.

    Args:
        recipe: The recipe of the run.
        resumes: Whether the run has a checkpoint and needs no initial weights.

    Raises:
        ConfigError: If something is missing; the message names the value and the way out.
        ModelRefusedError: If an ONNX teacher is not a network that can be run.
    """
    # Gates are updated outside the optimizer groups, so nothing would unscale their gradients.
    if recipe.precision == "fp16" and isinstance(recipe, SlimRecipe):
        raise ConfigError("precision=fp16: gates of type=slim need unscaled gradients; use bf16")
    choose_device(recipe)
    _check_folder("data.folder", recipe.data.folder, "name your photos with --data FOLDER")
    hint = "name a folder with --set {name}=FOLDER, or leave it out"
    for name, folder in (
        ("data.lr_folder", recipe.data.lr_folder),
        ("validation_folder", recipe.validation_folder),
    ):
        if folder is not None:
            _check_folder(name, folder, hint.format(name=name))
    if recipe.lpips_onnx is not None and not Path(recipe.lpips_onnx).is_file():
        text = "no such file; name an LPIPS network, or leave it out"
        raise ConfigError(f"lpips_onnx={recipe.lpips_onnx}: {text}")
    for name, value in named_weights(recipe, resumes=resumes).items():
        # ONNX teachers are examined below.
        if not name.endswith("onnx"):
            _check_weights(name, value)
    teacher = getattr(recipe, "teacher", None)
    if isinstance(teacher, TeacherRecipe):
        check_teacher(teacher)
        if teacher.onnx is not None:
            check_onnx_teacher(teacher, scale=recipe.generator.scale)
    # Parts of different size would count differently in the mean of the gradients.
    if recipe.data.batch_size % process_count():
        raise ConfigError(
            f"data.batch_size={recipe.data.batch_size} cannot be divided among {process_count()} "
            "processes; use a multiple"
        )


def choose_device(recipe: TrainRecipe) -> torch.device:
    """Return the device of ``recipe``; ``auto`` is a CUDA device if there is one.

    Raises:
        ConfigError: If it asks for a CUDA device and there is none.
    """
    if recipe.device == "cuda" and not torch.cuda.is_available():
        raise ConfigError(
            "device=cuda: torch finds no CUDA device here; train with --set device=cpu, or "
            "install a driver and a torch that know the device"
        )
    if recipe.device != "auto":
        return torch.device(recipe.device)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _check_weights(name: str, value: str) -> None:
    # Weights of feature networks are .npz archives, which are read elsewhere.
    if not (value.endswith(".npz") and Path(value).is_file()):
        try:
            find_weights(value)
        except ConfigError as error:
            raise ConfigError(f"{name}: {error}") from error


def _check_folder(name: str, value: str, way_out: str) -> None:
    folder = Path(value)
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "there is no such folder"
        raise ConfigError(f"{name}={value}: {what} (in {os.getcwd()}); {way_out}")  # noqa: PTH109
    try:
        find_photos(folder)
    except ConfigError as error:
        raise ConfigError(f"{name}={error}; {way_out}") from error
