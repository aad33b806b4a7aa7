"""Trains two teachers online, and a student on nothing but their pictures.

Paper: Ren et al. 2021, "Online Multi-Granularity Distillation for GAN
Compression", arXiv 2108.06908. Its losses were weighted for photos in
``[-1, 1]``; the recipe's weights are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from typing_extensions import override

from engine.config.recipes import OmgdRecipe
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.losses.features import channel_loss
from engine.models.discriminators.base import Discriminator
from engine.models.generators.base import Generator
from engine.training.method import Losses, Memo, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import (
    DiscriminatorTrainer,
    Features,
    build_discriminator_trainer,
)
from engine.training.methods.feature_matching import FeatureMatching, FeaturePoints
from engine.training.methods.picture_terms import PictureTerms
from engine.training.methods.teachers import build_online_teacher
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import process_count, shared


class OmgdMethod(TrainingMethod):
    """A wider and a deeper teacher, a discriminator for each, and a student without one."""

    def __init__(self, recipe: OmgdRecipe, context: MethodContext) -> None:
        """Build the teachers and their discriminators.

        Raises:
            ConfigError: If scales differ, layers cannot be shared or a feature
                network's file is missing.
        """
        self.generator: Generator = context.generator
        self._recipe = recipe
        device, scale = context.device, self.generator.scale
        self._teachers = {
            name: build_online_teacher(sizes, name=name, scale=scale, device=device)
            for name, sizes in (("wider", recipe.wider), ("deeper", recipe.deeper))
        }
        self._discriminators: dict[str, DiscriminatorTrainer] = {
            name: build_discriminator_trainer(recipe, device) for name in self._teachers
        }
        # Both discriminators are wrapped for several processes, each of which would average the
        # gradients of the shared layers once.
        if recipe.shared_layers and process_count() > 1:
            raise ConfigError("shared_layers works in one process only; set it to 0 for several")
        wider, deeper = (trainer.network for trainer in self._discriminators.values())
        share_layers(wider, deeper, recipe.shared_layers)
        self._channels = FeatureMatching(
            FeaturePoints.of_body(self.generator),
            FeaturePoints.of_body(self._teachers["wider"]),
            channel_loss,
            device=device,
            connector=recipe.connector,
        )
        if recipe.student_weights.adversarial:
            raise ConfigError(
                "student_weights.adversarial: the student of type=omgd has no discriminator; "
                "set it to 0"
            )
        self._pictures, self._teacher_pictures = (
            PictureTerms(weights, recipe.perceptual, device, scale=scale, has_discriminator=True)
            for weights in (recipe.student_weights, recipe.teacher_weights)
        )
        self._generate = shared(self.generator)
        self._run_teacher = {name: shared(teacher) for name, teacher in self._teachers.items()}
        self.networks: Mapping[str, nn.Module] = {
            **self._teachers,
            "adaptors": self._channels.adaptors,
            "wider_discriminator": wider,
            "deeper_discriminator": own_layers(deeper, recipe.shared_layers),
        }
        student = {"generator": self.generator, "adaptors": self._channels.adaptors}
        discriminators = {name: trainer.network for name, trainer in self._discriminators.items()}
        self.optimizer_groups: Mapping[str, OptimizerGroup] = {
            "generator": OptimizerGroup(student, clip_norm=recipe.clip_norm),
            "teachers": OptimizerGroup(self._teachers, clip_norm=recipe.clip_norm),
            "discriminators": OptimizerGroup(discriminators, clip_norm=recipe.clip_norm),
        }

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        groups = self.optimizer_groups
        student = Phase(group=groups["generator"], losses=self._student_losses)
        # Most steps update the student alone.
        if step % self._recipe.students_per_teacher:
            return (student,)
        return (
            Phase(group=groups["teachers"], losses=self._teacher_losses),
            Phase(group=groups["discriminators"], losses=self._discriminator_losses),
            student,
        )

    def _teacher_losses(self, batch: Batch, memo: Memo) -> Losses:
        terms: Losses = {}
        for name, run_teacher in self._run_teacher.items():
            trainer = self._discriminators[name]
            sr = run_teacher(batch.lr).float()
            memo[name] = sr.detach()
            features = trainer.features_for_generator(sr, batch.hr)
            own = self._teacher_pictures.terms(sr, batch.hr, features=features)
            weight = self._recipe.teacher_weights.adversarial
            own["adversarial"] = weight * trainer.generator_loss(*features)
            terms.update({f"{name}_{term}": loss for term, loss in own.items()})
        return terms

    def _discriminator_losses(self, batch: Batch, memo: Memo) -> Losses:
        terms = {}
        for name, trainer in self._discriminators.items():
            fake = trainer.discriminator_features(memo[name])
            real = trainer.discriminator_features(batch.hr)
            terms[f"{name}_discriminator"] = trainer.discriminator_loss(fake, real)
        return terms

    def _student_losses(self, batch: Batch, memo: Memo) -> Losses:
        with self._channels.student.hooks.recording() as maps:
            sr = self._generate(batch.lr).float()
        terms: Losses = {}
        for name, teacher in self._teachers.items():
            # Run again: the teachers' phase has just changed their weights.
            with torch.no_grad(), self._channels.teacher.hooks.recording() as teacher_maps:
                teacher_sr = teacher(batch.lr).float()
            features = self._teacher_features(name, sr, teacher_sr)
            own = self._pictures.terms(sr, teacher_sr, features=features)
            if name == "wider" and self._recipe.channel:
                own["channel"] = self._recipe.channel * self._channels(maps, teacher_maps)
            terms.update({f"from_{name}_{term}": loss for term, loss in own.items()})
        return terms

    def _teacher_features(
        self, teacher: str, sr: Tensor, teacher_sr: Tensor
    ) -> tuple[Features, Features] | None:
        """Return the features of a teacher's discriminator, where they are compared."""
        if not self._pictures.needs_discriminator:
            return None
        return self._discriminators[teacher].features_for_generator(sr, teacher_sr)


def share_layers(one: Discriminator, other: Discriminator, count: int) -> None:
    """Make ``other`` use the first ``count`` layers of ``one``.

    Raises:
        ConfigError: If the discriminators have no such layers.
    """
    if not count:
        return
    layers = [getattr(network, "layers", None) for network in (one, other)]
    if not all(isinstance(found, nn.ModuleList) and len(found) >= count for found in layers):
        raise ConfigError(
            f"shared_layers={count}: the discriminator has no such layers; take a patchgan of "
            "as many layers, or share 0"
        )
    for number in range(count):
        layers[1][number] = layers[0][number]  # type: ignore[index] # both were checked above


def own_layers(network: Discriminator, shared_layers: int) -> nn.Module:
    """Return ``network`` without its first ``shared_layers``, which another one has too."""
    # Shared layers are saved with the other network. Names stay those of the whole network, so
    # that both files load into it.
    own = nn.Module()
    for name, child in network.named_children():
        if name == "layers" and shared_layers:
            assert isinstance(child, nn.ModuleList)
            last = list(enumerate(child))[shared_layers:]
            own.add_module(name, nn.ModuleDict({str(number): layer for number, layer in last}))
        else:
            own.add_module(name, child)
    return own
