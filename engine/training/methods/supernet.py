"""Trains a supernet by a teacher: every slice of it shall be a good student.

Paper: Li et al. 2020, "GAN Compression", arXiv 2003.08936.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.recipes import SupernetRecipe
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.mfanet import MfaSupernet, SubnetConfig
from engine.models.supernets.search_space import gene_space
from engine.training.method import Losses, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import DiscriminatorTrainer
from engine.training.methods.feature_hooks import (
    FeatureHooks,
    body_taps,
    measure_widths,
    relative_difference,
)
from engine.training.methods.imitation import build_teacher, inherit_from
from engine.training.methods.sliceable import SliceableAdaptors
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared
from engine.training.weights import load_all, read_weights

_POINTS = 4


class SupernetMethod(TrainingMethod):
    """Random slices of the supernet imitate a teacher, step by step.

    Which slices a step trains depends on the recipe's seed and the step alone.
    """

    def __init__(self, recipe: SupernetRecipe, start: MethodContext) -> None:
        """Build the teacher, the adaptors and, where one is asked for, the discriminator.

        Raises:
            ConfigError: If the generator is no MFANet, the choices do not fit it
                or the teacher does not fit.
        """
        if not isinstance(start.generator, MfaNet):
            raise ConfigError("generator.family: only mfanet can be trained as a supernet")
        self.generator: Generator = start.generator
        self._recipe = recipe
        unused = ("affinity", "perceptual", "style")
        asked = [name for name in unused if getattr(recipe.weights, name)]
        if asked:
            raise ConfigError(f"weights.{asked[0]}: type=supernet has no such term; set it to 0")
        self._supernet = MfaSupernet(start.generator)
        self._space = gene_space(
            recipe.widths, recipe.depths, recipe.inner_widths, supernet=self._supernet
        )
        self._run = shared(self._supernet)
        self._teacher = build_teacher(
            recipe.teacher, scale=start.generator.scale, device=start.device
        )
        if recipe.inherit:
            inherit_from(self._teacher, start)
        self._imitated = _Imitated(start, self._teacher) if recipe.weights.feature else None
        beside = {"adaptors": self._imitated.adaptors} if self._imitated else {}
        player = OptimizerGroup({"generator": self.generator, **beside}, clip_norm=recipe.clip_norm)
        self._judge = _build_judge(recipe, start)
        self.players: Mapping[str, OptimizerGroup] = {
            "generator": player,
            **({"discriminator": self._judge.player} if self._judge else {}),
        }
        self.networks: Mapping[str, nn.Module] = {
            **beside,
            **({"discriminator": self._judge.network} if self._judge else {}),
        }
        self._drawn: tuple[SubnetConfig, ...] = ()
        self._made: list[list[Tensor]] = []
        phases = [Phase(player=player, losses=self._losses)]
        if self._judge:
            phases.append(Phase(player=self._judge.player, losses=self._discriminator_losses))
        self._phases = tuple(phases)

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        self._drawn = self.draw(step)
        self._made.clear()
        return self._phases

    def draw(self, step: int) -> tuple[SubnetConfig, ...]:
        """Return the slices that learn in ``step``."""
        recipe = self._recipe
        if step < recipe.predistill_fraction * recipe.schedule.steps:
            return (self._space.largest,)
        random = np.random.default_rng((recipe.seed, step, 2))
        drawn = [self._space.draw(random) for _ in range(recipe.subnets_per_step)]
        ends = (self._space.smallest, self._space.largest) if recipe.sandwich else ()
        return (*drawn, *ends)

    def _losses(self, batch: Batch) -> Losses:
        with torch.no_grad(), self._wanted_taps().listening() as wanted_maps:
            wanted = self._teacher(batch.lr).float()
        terms: Losses = {}
        made = []
        for config in self._drawn:
            result = self._run(batch.lr, config)
            made.append(result.sr.float())
            own = self._terms(made[-1], batch, wanted)
            if self._imitated:
                difference = self._imitated.difference(result.maps, wanted_maps)
                own["feature"] = self._recipe.weights.feature * difference
            for name, loss in own.items():
                terms[name] = terms.get(name, torch.zeros_like(loss)) + loss / len(self._drawn)
        self._made.append([sr.detach() for sr in made])
        return terms

    def _wanted_taps(self) -> FeatureHooks:
        return self._imitated.wanted if self._imitated else FeatureHooks([])

    def _terms(self, sr: Tensor, batch: Batch, wanted: Tensor) -> Losses:
        weights, terms = self._recipe.weights, {}
        if weights.pixel:
            terms["pixel"] = weights.pixel * functional.l1_loss(sr, batch.hr)
        if weights.output:
            terms["output"] = weights.output * functional.l1_loss(sr, wanted)
        if self._judge:
            loss = self._judge.generator_loss(*self._judge.look(sr, batch.hr))
            terms["adversarial"] = self._recipe.adversarial_weight * loss
        return terms

    def _discriminator_losses(self, batch: Batch) -> Losses:
        assert self._judge is not None
        real = self._judge.own_maps(batch.hr)
        fakes = [self._judge.own_maps(sr) for sr in self._made.pop(0)]
        losses = [self._judge.own_loss(fake, real) for fake in fakes]
        return {"discriminator": torch.stack(losses).mean()}


class _Imitated:
    """Compares the maps of a slice, whatever its width and depth, with the teacher's."""

    def __init__(self, start: MethodContext, teacher: Generator) -> None:
        assert isinstance(start.generator, MfaNet)
        points = body_taps(teacher, count=_POINTS)
        self.wanted = FeatureHooks(points)
        widths = measure_widths(teacher, points)
        self.adaptors = SliceableAdaptors(start.generator.channels, widths).to(start.device)
        self._adapt = shared(self.adaptors)

    def difference(self, maps: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
        """Return how far the slice's maps at even depths are from the teacher's."""
        places = [-(-(number + 1) * len(maps) // _POINTS) - 1 for number in range(_POINTS)]
        adapted = self._adapt([maps[max(place, 0)] for place in places])
        return relative_difference(adapted, wanted)


def _build_judge(recipe: SupernetRecipe, start: MethodContext) -> DiscriminatorTrainer | None:
    if not recipe.adversarial_weight:
        return None
    judge = DiscriminatorTrainer(
        recipe.discriminator,
        recipe.adversarial,
        device=start.device,
        clip_norm=recipe.clip_norm,
        side_px=recipe.hr_patch_px,
    )
    if recipe.discriminator_weights is not None:
        load_all(judge.network, read_weights(recipe.discriminator_weights))
    return judge
