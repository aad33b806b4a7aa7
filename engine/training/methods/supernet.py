"""Trains a supernet with a teacher, so that each of its subnets is a good student.

Papers: Li et al. 2020, "GAN Compression", arXiv 2003.08936, where every subnet learns from the
teacher; Yu et al. 2020, "BigNAS", arXiv 2003.11142, where only the largest does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.mfa_sizes import MfaSizes
from engine.config.recipes import SupernetRecipe
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.losses.features import relative_feature_loss
from engine.models.depths import even_depths
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.mfanet import MfaSupernet, SubnetResult
from engine.space.mfanet import MfanetSpace
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import (
    DiscriminatorTrainer,
    build_discriminator_trainer,
)
from engine.training.methods.feature_hooks import POINT_COUNT, FeatureHooks
from engine.training.methods.feature_matching import FeatureMatching, FeaturePoints
from engine.training.methods.teachers import build_teacher, inherit_from
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared

_UNUSED_WEIGHTS = ("affinity", "perceptual", "style")


class SupernetMethod(TrainingMethod):
    """Random subnets imitate a teacher, other ones at each step.

    Which subnets a step trains depends on the recipe's seed and the step alone.
    """

    def __init__(self, recipe: SupernetRecipe, context: MethodContext) -> None:
        """Build the teacher, the adaptors and, where the recipe asks for one, the discriminator.

        Raises:
            ConfigError: If the generator is not an MFANet, the choices do not fit it
                or the teacher does not fit.
        """
        if not isinstance(context.generator, MfaNet):
            raise ConfigError("generator.family: only mfanet can be trained as a supernet")
        asked = [name for name in _UNUSED_WEIGHTS if getattr(recipe.weights, name)]
        if asked:
            raise ConfigError(f"weights.{asked[0]}: type=supernet has no such term; set it to 0")
        self.generator: Generator = context.generator
        self._recipe = recipe
        self._supernet = MfaSupernet(context.generator)
        space = MfanetSpace(recipe.space, scale=context.generator.scale)
        space.check_inside(context.generator.sizes)
        steps = recipe.schedule.steps
        self._space = space
        self._stages = [
            (stage.until * steps, space.shrunk(stage.free)) for stage in recipe.shrinking
        ]
        self._run = shared(self._supernet)
        self._teacher = build_teacher(
            recipe.teacher, scale=context.generator.scale, device=context.device
        )
        # After the teacher's weights are loaded, before the optimizer sees the student's.
        if recipe.inherit:
            inherit_from(self._teacher, context)
        self._matching = self._build_matching(context) if recipe.weights.feature else None
        adaptors = {"adaptors": self._matching.adaptors} if self._matching else {}
        group = OptimizerGroup(
            {"generator": self.generator, **adaptors}, clip_norm=recipe.clip_norm
        )
        self._discriminator = _build_discriminator(recipe, context.device)
        groups: dict[str, OptimizerGroup] = {"generator": group}
        networks: dict[str, nn.Module] = {**adaptors}
        phases = [Phase(group=group, losses=self._losses)]
        if self._discriminator:
            groups["discriminator"] = self._discriminator.group
            networks["discriminator"] = self._discriminator.network
            phases.append(Phase(group=groups["discriminator"], losses=self._discriminator_losses))
        self.optimizer_groups: Mapping[str, OptimizerGroup] = groups
        self.networks: Mapping[str, nn.Module] = networks
        self._phases = tuple(phases)
        self._drawn: tuple[MfaSizes, ...] = ()

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        self._drawn = self.draw(step)
        return self._phases

    def draw(self, step: int) -> tuple[MfaSizes, ...]:
        """Return the subnets that are trained in ``step``, the largest last in a sandwich."""
        recipe = self._recipe
        space = next((space for until, space in self._stages if step < until), self._space)
        if space.smallest == space.largest:
            return (space.sizes(space.largest),)
        # 2 separates this stream of random numbers from others with the same seed and step.
        random = np.random.default_rng((recipe.seed, step, 2))
        draw = space.draw_by_cost if recipe.draw == "cost" else space.draw
        drawn = [draw(random) for _ in range(recipe.subnets_per_step)]
        # The sandwich rule: training the smallest and the largest subnet in each step bounds all
        # others.
        ends = (space.smallest, space.largest) if recipe.sandwich else ()
        return tuple(space.sizes(candidate) for candidate in (*drawn, *ends))

    def _build_matching(self, context: MethodContext) -> FeatureMatching:
        return FeatureMatching(
            FeaturePoints.of_body(context.generator),
            FeaturePoints.of_body(self._teacher.network_for("weights.feature")),
            relative_feature_loss,
            device=context.device,
            is_sliced=True,
        )

    def _losses(self, batch: Batch, memo: Memo) -> Losses:
        hooks = self._matching.teacher.hooks if self._matching else FeatureHooks(())
        with torch.no_grad(), hooks.recording() as teacher_maps:
            teacher_sr = self._teacher.enlarge(batch)
        terms: Losses = {}
        target: Tensor | None = None
        # From the largest, whose picture the others may imitate.
        for number in reversed(range(len(self._drawn))):
            result = self._run(batch.lr, self._drawn[number])
            sr = result.sr.float()
            if target is not None:
                own = {"imitated_largest": self._inplace_weight * functional.l1_loss(sr, target)}
            else:
                memo[f"sr_{number}"] = sr.detach()
                own = self._picture_terms(sr, batch, teacher_sr)
                if self._matching:
                    own["feature"] = self._feature_term(result, teacher_maps)
            if self._recipe.imitate == "largest" and target is None:
                target = sr.detach()
            # Means over the subnets, so that weights do not depend on how many there are.
            for name, loss in own.items():
                terms[name] = terms.get(name, torch.zeros_like(loss)) + loss / len(self._drawn)
        return terms

    @property
    def _inplace_weight(self) -> float:
        # As much as the largest's picture weighs against the photo and the teacher.
        return self._recipe.weights.pixel + self._recipe.weights.output

    def _feature_term(self, result: SubnetResult, teacher_maps: Sequence[Tensor]) -> Tensor:
        assert self._matching is not None
        depths = even_depths(POINT_COUNT, blocks=len(result.maps))
        maps = [result.maps[index] for index in depths]
        return self._recipe.weights.feature * self._matching(maps, teacher_maps)

    def _picture_terms(self, sr: Tensor, batch: Batch, teacher_sr: Tensor) -> Losses:
        weights, terms = self._recipe.weights, {}
        if weights.pixel:
            terms["pixel"] = weights.pixel * functional.l1_loss(sr, batch.hr)
        if weights.output:
            terms["output"] = weights.output * functional.l1_loss(sr, teacher_sr)
        if self._discriminator:
            features = self._discriminator.features_for_generator(sr, batch.hr)
            loss = self._discriminator.generator_loss(*features)
            terms["adversarial"] = self._recipe.adversarial_weight * loss
        return terms

    def _discriminator_losses(self, batch: Batch, memo: Memo) -> Losses:
        trainer = self._discriminator
        assert trainer is not None
        # Of the subnets that learn from it.
        made = [sr for name, sr in sorted(memo.items()) if name.startswith("sr_")]
        real = trainer.discriminator_features(batch.hr)
        fakes = [trainer.discriminator_features(sr) for sr in made]
        losses = [trainer.discriminator_loss(fake, real) for fake in fakes]
        return {"discriminator": torch.stack(losses).mean()}


def _build_discriminator(
    recipe: SupernetRecipe, device: torch.device
) -> DiscriminatorTrainer | None:
    if not recipe.adversarial_weight:
        return None
    trainer = build_discriminator_trainer(recipe, device)
    if recipe.discriminator_weights is not None:
        trainer.load(recipe.discriminator_weights)
    return trainer
