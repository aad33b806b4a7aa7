"""What can be told of a recipe before anything is made or decoded."""

from __future__ import annotations

import os
from pathlib import Path

import torch

from engine.config.parts import TeacherRecipe
from engine.config.recipes import SlimRecipe, TrainRecipe, recipe_values
from engine.core.errors import ConfigError
from engine.data.photo_files import find_photos
from engine.training.processes import process_count
from engine.training.weights import check_teacher, find_weights


def check_recipe(recipe: TrainRecipe, *, resumes: bool = False) -> None:
    """Check that what the recipe names is there.

    Args:
        recipe: What shall run.
        resumes: Whether the run has a checkpoint, and needs nothing to start from.

    Raises:
        ConfigError: If it is not; the message names the value and the way out.
    """
    if recipe.precision == "fp16" and isinstance(recipe, SlimRecipe):
        raise ConfigError("precision=fp16: gates of type=slim need unscaled gradients; use bf16")
    choose_device(recipe)
    _check_folder("data.folder", recipe.data.folder, "name your photos with --data FOLDER")
    hint = "name a folder with --set {name}=FOLDER, or leave it out"
    for name, value in (
        ("data.lr_folder", recipe.data.lr_folder),
        ("validation_folder", recipe.validation_folder),
    ):
        if value is not None:
            _check_folder(name, value, hint.format(name=name))
    for name, said in recipe_values(recipe).items():
        if isinstance(said, str) and not (resumes and name == "init_weights"):
            _check_weights(name, said)
    teacher = getattr(recipe, "teacher", None)
    if isinstance(teacher, TeacherRecipe):
        check_teacher(teacher)
    if recipe.data.batch_size % process_count():
        raise ConfigError(
            f"data.batch_size={recipe.data.batch_size} cannot be shared by {process_count()} "
            "processes; use a multiple"
        )


def choose_device(recipe: TrainRecipe) -> torch.device:
    """Return the device of ``recipe``; ``auto`` takes a CUDA device when there is one.

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
    if name.endswith("weights") and not (value.endswith(".npz") and Path(value).is_file()):
        try:
            find_weights(value)
        except ConfigError as error:
            raise ConfigError(f"{name}: {error}") from error


def _check_folder(name: str, value: str, way_out: str) -> None:
    folder = Path(value)
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "there is no such folder"
        raise ConfigError(f"{name}={value}: {what} (in {os.getcwd()}); {way_out}")  # noqa: PTH109
    try:
        find_photos(folder)
    except ConfigError as error:
        raise ConfigError(f"{name}={error}; {way_out}") from error
