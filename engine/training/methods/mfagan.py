"""Distills a pair of teachers, generator and discriminator, into a pair of students.

Our reconstruction of MFAGAN's training: the paper's full text was not available to us; its
abstract says that both networks are distilled so that the student
discriminator suits the compressed generator. Paper: Cheng et al. 2021,
arXiv 2107.12679.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from typing_extensions import override

from engine.config.recipes import MfaganRecipe
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.losses.features import relative_feature_loss
from engine.models.discriminators.base import Discriminator
from engine.models.generators.base import Generator
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import (
    Features,
    build_discriminator_trainer,
    evaluating,
)
from engine.training.methods.feature_hooks import FeatureHooks
from engine.training.methods.feature_matching import FeatureMatching, FeaturePoints
from engine.training.methods.imitation import Imitation
from engine.training.methods.picture_terms import PictureTerms
from engine.training.methods.teachers import build_teacher
from engine.training.optimizer_group import OptimizerGroup


class MfaganMethod(TrainingMethod):
    """Trains the student generator and discriminator, and the teacher's discriminator.

    The teacher's discriminator is trained only where the recipe names no weights for it.
    """

    def __init__(self, recipe: MfaganRecipe, context: MethodContext) -> None:
        """Build the teachers and the student discriminator.

        Raises:
            ConfigError: If weights are missing or of other networks.
        """
        self.generator: Generator = context.generator
        self._recipe = recipe
        device = context.device
        teacher = build_teacher(recipe.teacher, scale=recipe.generator.scale, device=device)
        self._imitation = Imitation(
            self.generator,
            teacher,
            recipe.distill,
            device=device,
            perceptual=recipe.perceptual,
            field="distill",
        )
        self._pictures = PictureTerms(
            recipe.weights,
            recipe.perceptual,
            device,
            scale=recipe.generator.scale,
            has_discriminator=True,
            averaged=context.averaged,
        )
        self._teacher_discriminator = build_discriminator_trainer(
            recipe, device, discriminator=recipe.teacher_discriminator
        )
        self._discriminator = build_discriminator_trainer(recipe, device)
        self._matching = _match_discriminators(
            self._discriminator.network, self._teacher_discriminator.network, device
        )
        # Adaptors learn with the student discriminator, on whose features they work.
        self._discriminator.group.add({"adaptors": self._matching.adaptors})
        is_online = recipe.teacher_discriminator_weights is None
        if recipe.teacher_discriminator_weights is not None:
            self._teacher_discriminator.load(recipe.teacher_discriminator_weights)
        trained = {"generator": self.generator, **self._imitation.networks}
        group = OptimizerGroup(trained, clip_norm=recipe.clip_norm)
        teacher_group = self._teacher_discriminator.group
        self.optimizer_groups: Mapping[str, OptimizerGroup] = {
            "generator": group,
            "discriminator": self._discriminator.group,
            **({"teacher_discriminator": teacher_group} if is_online else {}),
        }
        self.networks: Mapping[str, nn.Module] = {
            **self._imitation.networks,
            "discriminator": self._discriminator.network,
            "discriminator_adaptors": self._matching.adaptors,
            "teacher_discriminator": self._teacher_discriminator.network,
        }
        # The teacher's discriminator comes last: the students of a step see it as it was before.
        students = (
            Phase(group=group, losses=self._generator_losses),
            Phase(group=self._discriminator.group, losses=self._discriminator_losses),
        )
        online = Phase(group=teacher_group, losses=self._teacher_losses)
        self._phases = (*students, online) if is_online else students

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        return self._phases

    def _generator_losses(self, batch: Batch, memo: Memo) -> Losses:
        weights = self._recipe.weights
        imitated = self._imitation.compare(batch)
        memo["sr"], memo["teacher_sr"] = imitated.sr.detach(), imitated.teacher_sr
        fake, real = self._discriminator.features_for_generator(imitated.sr, batch.hr)
        terms = self._pictures.terms(
            imitated.sr, batch.hr, features=(fake, real), inputs=batch.inputs
        )
        if weights.adversarial:
            loss = self._discriminator.generator_loss(fake, real)
            terms["adversarial"] = weights.adversarial * loss
        return {**terms, **imitated.terms}

    def _discriminator_losses(self, batch: Batch, memo: Memo) -> Losses:
        fake = self._discriminator.discriminator_features(memo["sr"])
        real = self._discriminator.discriminator_features(batch.hr)
        terms = {"discriminator": self._discriminator.discriminator_loss(fake, real)}
        weight = self._recipe.discriminator_feature
        if weight:
            # On SR and on HR: a discriminator is defined by what it sees in both.
            both = ((fake, memo["sr"]), (real, batch.hr))
            losses = [self._feature_loss(features, image) for features, image in both]
            terms["discriminator_feature"] = weight * torch.stack(losses).mean()
        return terms

    def _feature_loss(self, features: Features, image: Tensor) -> Tensor:
        """Return the distance of ``features`` from those of the teacher's discriminator."""
        # In eval mode, or a frozen teacher's statistics would follow the student's pictures.
        teacher = self._teacher_discriminator.network
        with torch.no_grad(), evaluating(teacher):
            teacher_features = teacher(image)
        return self._matching(features[:-1], teacher_features[:-1])

    def _teacher_losses(self, batch: Batch, memo: Memo) -> Losses:
        """Train the teacher's discriminator on the teacher's pictures."""
        fake = self._teacher_discriminator.discriminator_features(memo["teacher_sr"])
        real = self._teacher_discriminator.discriminator_features(batch.hr)
        loss = self._teacher_discriminator.discriminator_loss(fake, real)
        return {"teacher_discriminator": loss}


def _match_discriminators(
    student: Discriminator, teacher: Discriminator, device: torch.device
) -> FeatureMatching:
    """Return a matching of all their layers but the last, which gives the logits."""
    own, wanted = _feature_points(student, device), _feature_points(teacher, device)
    if len(own.widths) != len(wanted.widths):
        raise ConfigError(
            f"discriminator has {len(own.widths)} layers and teacher_discriminator "
            f"{len(wanted.widths)}; give both one family and one number of layers"
        )
    return FeatureMatching(own, wanted, relative_feature_loss, device=device)


def _feature_points(network: Discriminator, device: torch.device) -> FeaturePoints:
    with torch.no_grad():
        maps = network(torch.zeros(1, 3, 64, 64, device=device))
    widths = tuple(level.shape[1] for level in maps[:-1])
    return FeaturePoints(widths=widths, hooks=FeatureHooks(()))
