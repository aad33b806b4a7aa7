"""Fits a student to a teacher's pictures and features, without a discriminator.

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
from engine.training.method import Losses, MethodContext, Phase, TrainingMethod
from engine.training.methods.imitation import Imitation, build_teacher, inherit_from
from engine.training.optimizer_group import OptimizerGroup


class DistillMethod(TrainingMethod):
    """A student and a teacher that stands still."""

    def __init__(self, recipe: DistillRecipe, start: MethodContext) -> None:
        """Build the teacher.

        Raises:
            ConfigError: If the teacher does not fit the student or its weights.
        """
        self.generator: Generator = start.generator
        teacher = build_teacher(recipe.teacher, scale=recipe.generator.scale, device=start.device)
        if recipe.inherit:
            inherit_from(teacher, start)
        self._imitation = Imitation(
            self.generator,
            teacher,
            recipe.weights,
            device=start.device,
            perceptual=recipe.perceptual,
        )
        beside = self._imitation.networks
        player = OptimizerGroup({"generator": self.generator, **beside}, clip_norm=recipe.clip_norm)
        self.players: Mapping[str, OptimizerGroup] = {"generator": player}
        self.networks: Mapping[str, nn.Module] = beside
        self._phases = (Phase(player=player, losses=self._losses),)

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        return self._phases

    def _losses(self, batch: Batch) -> Losses:
        return self._imitation.look(batch.lr, batch.hr).terms
