"""Fine-tunes a generator against a discriminator, as ESRGAN does.

Paper: Wang et al. 2018, arXiv 1809.00219.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from typing_extensions import override

from engine.config.recipes import GanRecipe
from engine.data.batch import Batch
from engine.models.generators.base import Generator
from engine.training.method import Losses, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import DiscriminatorTrainer
from engine.training.methods.picture_terms import PictureTerms
from engine.training.methods.random_shift import RandomShift
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared


class GanMethod(TrainingMethod):
    """Generator and discriminator in turns."""

    def __init__(self, recipe: GanRecipe, start: MethodContext) -> None:
        """Build the discriminator.

        Raises:
            ConfigError: If the feature network's file is not there.
            UnknownNameError: If there is no such discriminator.
        """
        self.generator: Generator = start.generator
        self._averaged = start.averaged
        self._weights = recipe.weights
        self._generate = shared(self.generator)
        self._jitter = RandomShift(recipe.random_shift_px, seed=recipe.seed)
        self._pictures = PictureTerms(
            recipe.weights,
            recipe.perceptual,
            start.device,
            scale=recipe.generator.scale,
            has_judge=True,
            has_average=True,
            jitter=self._jitter,
        )
        self._judge = DiscriminatorTrainer(
            recipe.discriminator,
            recipe.adversarial,
            device=start.device,
            clip_norm=recipe.clip_norm,
            side_px=recipe.hr_patch_px,
        )
        player = OptimizerGroup({"generator": self.generator}, clip_norm=recipe.clip_norm)
        self.players: Mapping[str, OptimizerGroup] = {
            "generator": player,
            "discriminator": self._judge.player,
        }
        self.networks: Mapping[str, nn.Module] = {"discriminator": self._judge.network}
        self._made: list[Tensor] = []
        self._phases = (
            Phase(player=player, losses=self._generator_losses),
            Phase(player=self._judge.player, losses=self._discriminator_losses),
        )

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        self._made.clear()
        self._jitter.draw(step)
        return self._phases

    def _generator_losses(self, batch: Batch) -> Losses:
        sr = self._generate(batch.lr).float()
        self._made.append(sr.detach())
        fake, real = self._judge.look(self._jitter(sr), self._jitter(batch.hr))
        judged = (fake[:-1], real[:-1]) if self._pictures.needs_judged_maps else None
        terms = self._pictures.terms(sr, batch.hr, judged=judged, steady=self._steady(batch.lr))
        if self._weights.adversarial:
            loss = self._judge.generator_loss(fake, real)
            terms["adversarial"] = self._weights.adversarial * loss
        return terms

    def _discriminator_losses(self, batch: Batch) -> Losses:
        # The pictures of the generator's turn, part by part: making them again would cost as much.
        fake = self._judge.own_maps(self._jitter(self._made.pop(0)))
        real = self._judge.own_maps(self._jitter(batch.hr))
        return {"discriminator": self._judge.own_loss(fake, real)}

    def _steady(self, lr: Tensor) -> Tensor | None:
        if not self._weights.artifact:
            return None
        with torch.no_grad():
            return self._averaged(lr).float()
