"""Trains a generator against a discriminator, as ESRGAN does.

Paper: Wang et al. 2018, arXiv 1809.00219.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import nn
from typing_extensions import override

from engine.config.recipes import GanRecipe
from engine.data.batch import Batch
from engine.models.generators.base import Generator
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import build_discriminator_trainer
from engine.training.methods.picture_terms import PictureTerms
from engine.training.methods.random_shift import RandomShift
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared


class GanMethod(TrainingMethod):
    """Updates the generator and the discriminator in turns."""

    def __init__(self, recipe: GanRecipe, context: MethodContext) -> None:
        """Build the discriminator.

        Raises:
            ConfigError: If the feature network's file is missing.
            UnknownNameError: If there is no such discriminator.
        """
        self.generator: Generator = context.generator
        self._weights = recipe.weights
        self._generate = shared(self.generator)
        self._shift = RandomShift(recipe.random_shift_px, seed=recipe.seed)
        self._pictures = PictureTerms(
            recipe.weights,
            recipe.perceptual,
            context.device,
            scale=recipe.generator.scale,
            has_discriminator=True,
            averaged=context.averaged,
            shift=self._shift,
        )
        self._discriminator = build_discriminator_trainer(recipe, context.device)
        group = OptimizerGroup({"generator": self.generator}, clip_norm=recipe.clip_norm)
        self.optimizer_groups: Mapping[str, OptimizerGroup] = {
            "generator": group,
            "discriminator": self._discriminator.group,
        }
        self.networks: Mapping[str, nn.Module] = {"discriminator": self._discriminator.network}
        self._phases = (
            Phase(group=group, losses=self._generator_losses),
            Phase(group=self._discriminator.group, losses=self._discriminator_losses),
        )

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        self._shift.draw(step)
        return self._phases

    def _generator_losses(self, batch: Batch, memo: Memo) -> Losses:
        sr = self._generate(*batch.inputs).float()
        memo["sr"] = sr.detach()
        fake, real = self._discriminator.features_for_generator(
            self._shift(sr), self._shift(batch.hr)
        )
        terms = self._pictures.terms(sr, batch.hr, features=(fake, real), inputs=batch.inputs)
        if self._weights.adversarial:
            loss = self._discriminator.generator_loss(fake, real)
            terms["adversarial"] = self._weights.adversarial * loss
        return terms

    def _discriminator_losses(self, batch: Batch, memo: Memo) -> Losses:
        # The pictures of the generator's phase: making them again would cost as much again.
        fake = self._discriminator.discriminator_features(self._shift(memo["sr"]))
        real = self._discriminator.discriminator_features(self._shift(batch.hr))
        return {"discriminator": self._discriminator.discriminator_loss(fake, real)}
