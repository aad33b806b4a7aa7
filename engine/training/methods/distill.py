"""Trains a student on a fixed teacher's pictures and features, without a discriminator.

Paper: Fu et al. 2020, "AutoGAN-Distiller", arXiv 2006.08198, whose student
sees nothing but the teacher's pictures, first their pixels and then their
features; terms on maps inside the networks as in GAN Compression, arXiv
2003.08936, and affinities as in FAKD.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import nn
from typing_extensions import override

from engine.config.recipes import DistillRecipe
from engine.data.batch import Batch
from engine.models.generators.base import Generator
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.methods.imitation import Imitation
from engine.training.methods.teachers import build_teacher, inherit_from
from engine.training.optimizer_group import OptimizerGroup


class DistillMethod(TrainingMethod):
    """A student and a teacher whose weights never change."""

    def __init__(self, recipe: DistillRecipe, context: MethodContext) -> None:
        """Build the teacher.

        Raises:
            ConfigError: If the teacher does not fit the student or its weights.
        """
        self.generator: Generator = context.generator
        teacher = build_teacher(recipe.teacher, scale=recipe.generator.scale, device=context.device)
        # Before the optimizer is built and the first step taken.
        if recipe.inherit:
            inherit_from(teacher, context)
        self._imitation = Imitation(
            self.generator,
            teacher,
            recipe.weights,
            device=context.device,
            perceptual=recipe.perceptual,
        )
        adaptors = self._imitation.networks
        group = OptimizerGroup(
            {"generator": self.generator, **adaptors}, clip_norm=recipe.clip_norm
        )
        self.optimizer_groups: Mapping[str, OptimizerGroup] = {"generator": group}
        self.networks: Mapping[str, nn.Module] = adaptors
        self._phases = (Phase(group=group, losses=self._losses),)

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        return self._phases

    def _losses(self, batch: Batch, memo: Memo) -> Losses:
        return self._imitation.compare(batch).terms
