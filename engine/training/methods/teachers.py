"""Builds the teachers that students are distilled from."""

from __future__ import annotations

import torch

from engine.config.parts import GeneratorRecipe, TeacherRecipe
from engine.core.errors import ConfigError
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.importance import inherit_weights
from engine.training.method import MethodContext
from engine.training.weights import check_teacher, load_all, read_weights


def build_teacher(recipe: TeacherRecipe, *, scale: int, device: torch.device) -> Generator:
    """Build a teacher that never changes, with the weights its recipe names.

    Raises:
        ConfigError: If no weights are named, they do not fit, or its scale
            differs from the student's.
    """
    check_teacher(recipe)
    weights = None if recipe.weights is None else read_weights(recipe.weights)
    sizes = recipe.generator or (weights.sizes if weights else None)
    if sizes is None:
        raise ConfigError(
            "teacher.generator: say how large the teacher is; its file of weights does not"
        )
    if sizes.scale != scale:
        raise ConfigError(f"the teacher enlarges by scale={sizes.scale} but the student by {scale}")
    teacher = build_generator(sizes)
    if weights is not None:
        load_all(teacher, weights)
    # Folded, because kernels that never change need not be merged at every step.
    return teacher.folded().to(device).requires_grad_(requires_grad=False)


def build_online_teacher(
    recipe: GeneratorRecipe, *, name: str, scale: int, device: torch.device
) -> Generator:
    """Build a teacher that is trained together with its student.

    Args:
        recipe: Its family and sizes.
        name: Its field in the recipe, for the error.
        scale: The student's.
        device: Where it is trained.

    Raises:
        ConfigError: If its scale differs from the student's.
    """
    if recipe.scale != scale:
        raise ConfigError(f"{name}.scale={recipe.scale} but the student enlarges by {scale}")
    teacher = build_generator(recipe).to(device)
    teacher.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return teacher


def inherit_from(teacher: Generator, context: MethodContext) -> None:
    """Start the student of ``context`` from the most important channels of ``teacher``.

    Raises:
        ConfigError: If they are not MFANets, or the teacher is the smaller one.
    """
    try:
        # The EMA network starts from the same weights, or it would average random ones in.
        for student in (context.generator, context.averaged):
            if not (isinstance(student, MfaNet) and isinstance(teacher, MfaNet)):
                raise ConfigError("inherit: only an mfanet can inherit, and only from another")
            inherit_weights(student, teacher)
    except ValueError as error:
        raise ConfigError(f"inherit: the teacher is too small: {error}") from error
