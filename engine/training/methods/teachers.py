"""The teachers that students are distilled from.

one of ours     a network that runs beside the student at every step
an ONNX file    pictures of the photos, made before the training and cut with the patches
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.config.parts import GeneratorRecipe, TeacherRecipe
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.importance import inherit_weights
from engine.training.method import MethodContext
from engine.training.weights import check_teacher, load_all, read_weights


class Teacher:
    """A teacher that never changes: a network, or the pictures that come with the batches.

    Args:
        network: The network; None if batches hold its pictures.
    """

    def __init__(self, network: Generator | None) -> None:
        self._network = network

    def enlarge(self, batch: Batch) -> Tensor:
        """Return the teacher's pictures of a batch, float32.

        A network sees the LR patches of the batch, degraded as they are; pictures that were
        made before are those of the clean photos.
        """
        if self._network is None:
            assert batch.teacher_sr is not None
            return batch.teacher_sr
        return self._network(batch.lr).float()

    def network_for(self, wish: str) -> Generator:
        """Return the network.

        Args:
            wish: The value of the recipe that needs it, for the message.

        Raises:
            ConfigError: If there is none.
        """
        if self._network is None:
            raise ConfigError(
                f"{wish}: needs a teacher of ours, with its feature maps and weights; "
                f"teacher.onnx gives pictures only. Set {wish} to 0 or false, or name a model "
                "with teacher.weights instead"
            )
        return self._network


def build_teacher(recipe: TeacherRecipe, *, scale: int, device: torch.device) -> Teacher:
    """Return the teacher of a recipe.

    Raises:
        ConfigError: As `build_teacher_network` does.
    """
    if recipe.onnx is not None:
        return Teacher(None)
    return Teacher(build_teacher_network(recipe, scale=scale, device=device))


def build_teacher_network(recipe: TeacherRecipe, *, scale: int, device: torch.device) -> Generator:
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


def inherit_from(teacher: Teacher, context: MethodContext) -> None:
    """Start the student of ``context`` from the most important channels of ``teacher``.

    Raises:
        ConfigError: If they are not MFANets, or the teacher is the smaller one.
    """
    network = teacher.network_for("inherit")
    try:
        # The EMA network starts from the same weights, or it would average random ones in.
        for student in (context.generator, context.averaged):
            if not (isinstance(student, MfaNet) and isinstance(network, MfaNet)):
                raise ConfigError("inherit: only an mfanet can inherit, and only from another")
            inherit_weights(student, network)
    except ValueError as error:
        raise ConfigError(f"inherit: the teacher is too small: {error}") from error
