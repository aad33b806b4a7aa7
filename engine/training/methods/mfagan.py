"""Distils a pair of teachers, generator and discriminator, into a pair of students.

Our reconstruction of MFAGAN's training: its body could not be read, its
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
from engine.models.discriminators.base import Discriminator
from engine.models.generators.base import Generator
from engine.training.method import Losses, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import DiscriminatorTrainer, standing_still
from engine.training.methods.feature_hooks import Adaptors, relative_difference
from engine.training.methods.imitation import Imitation, build_teacher
from engine.training.methods.picture_terms import PictureTerms
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import shared
from engine.training.weights import load_all, read_weights


class MfaganMethod(TrainingMethod):
    """Student generator, student discriminator and, without weights for it, the teacher's."""

    def __init__(self, recipe: MfaganRecipe, start: MethodContext) -> None:
        """Build the teachers and the student discriminator.

        Raises:
            ConfigError: If weights are absent or of other networks.
        """
        self.generator: Generator = start.generator
        self._averaged = start.averaged
        self._recipe = recipe
        device, clip_norm = start.device, recipe.clip_norm
        teacher = build_teacher(recipe.teacher, scale=recipe.generator.scale, device=device)
        self._imitation = Imitation(
            self.generator, teacher, recipe.distill, device=device, perceptual=recipe.perceptual
        )
        self._pictures = PictureTerms(
            recipe.weights,
            recipe.perceptual,
            device,
            scale=recipe.generator.scale,
            has_judge=True,
            has_average=True,
        )
        self._teacher_judge = DiscriminatorTrainer(
            recipe.teacher_discriminator,
            recipe.adversarial,
            device=device,
            clip_norm=clip_norm,
            side_px=recipe.hr_patch_px,
        )
        self._judge = DiscriminatorTrainer(
            recipe.discriminator,
            recipe.adversarial,
            device=device,
            clip_norm=clip_norm,
            side_px=recipe.hr_patch_px,
        )
        self._fit = _Fit(self._judge.network, self._teacher_judge.network, device)
        self._judge.player.adopt({"adaptors": self._fit.adaptors})
        is_online = recipe.teacher_discriminator_weights is None
        if recipe.teacher_discriminator_weights is not None:
            judged = read_weights(recipe.teacher_discriminator_weights)
            load_all(self._teacher_judge.network, judged)
        own = {"generator": self.generator, **self._imitation.networks}
        player = OptimizerGroup(own, clip_norm=clip_norm)
        self.players: Mapping[str, OptimizerGroup] = {
            "generator": player,
            "discriminator": self._judge.player,
            **({"teacher_discriminator": self._teacher_judge.player} if is_online else {}),
        }
        self.networks: Mapping[str, nn.Module] = {
            **self._imitation.networks,
            "discriminator": self._judge.network,
            "discriminator_adaptors": self._fit.adaptors,
            "teacher_discriminator": self._teacher_judge.network,
        }
        self._made: list[tuple[Tensor, Tensor]] = []
        self._wanted: list[Tensor] = []
        learned = (
            Phase(player=player, losses=self._generator_losses),
            Phase(player=self._judge.player, losses=self._discriminator_losses),
        )
        online = Phase(player=self._teacher_judge.player, losses=self._teacher_losses)
        self._phases = (*learned, online) if is_online else learned

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        self._made.clear()
        self._wanted.clear()
        return self._phases

    def _generator_losses(self, batch: Batch) -> Losses:
        weights = self._recipe.weights
        seen = self._imitation.look(batch.lr, batch.hr)
        self._made.append((seen.sr.detach(), seen.wanted))
        fake, real = self._judge.look(seen.sr, batch.hr)
        judged = (fake[:-1], real[:-1]) if self._pictures.needs_judged_maps else None
        terms = self._pictures.terms(
            seen.sr, batch.hr, judged=judged, steady=self._steady(batch.lr)
        )
        if weights.adversarial:
            loss = self._judge.generator_loss(fake, real)
            terms["adversarial"] = weights.adversarial * loss
        return {**terms, **seen.terms}

    def _discriminator_losses(self, batch: Batch) -> Losses:
        sr, wanted = self._made.pop(0)
        self._wanted.append(wanted)
        fake, real = self._judge.own_maps(sr), self._judge.own_maps(batch.hr)
        terms = {"discriminator": self._judge.own_loss(fake, real)}
        weight = self._recipe.discriminator_feature
        if weight:
            both = ((fake, sr), (real, batch.hr))
            losses = [self._fit.difference(maps, image) for maps, image in both]
            terms["discriminator_feature"] = weight * torch.stack(losses).mean()
        return terms

    def _teacher_losses(self, batch: Batch) -> Losses:
        """Train the teacher's discriminator on the teacher's pictures."""
        fake = self._teacher_judge.own_maps(self._wanted.pop(0))
        real = self._teacher_judge.own_maps(batch.hr)
        return {"teacher_discriminator": self._teacher_judge.own_loss(fake, real)}

    def _steady(self, lr: Tensor) -> Tensor | None:
        if not self._recipe.weights.artifact:
            return None
        with torch.no_grad():
            return self._averaged(lr).float()


class _Fit:
    """Fits the maps of the student discriminator to the teacher's, layer by layer."""

    def __init__(
        self, student: Discriminator, teacher: Discriminator, device: torch.device
    ) -> None:
        self._teacher = teacher
        own, wanted = _widths(student, device), _widths(teacher, device)
        if len(own) != len(wanted):
            raise ConfigError(
                f"discriminator has {len(own)} layers and teacher_discriminator {len(wanted)}; "
                "give both one family and one number of layers"
            )
        self.adaptors = Adaptors(list(zip(own, wanted, strict=True))).to(device)
        self._adapt = shared(self.adaptors)

    def difference(self, maps: Sequence[Tensor], image: Tensor) -> Tensor:
        """Return how far adapted ``maps`` of ``image`` are from the teacher's."""
        with torch.no_grad(), standing_still(self._teacher):
            wanted = self._teacher(image)[:-1]
        return relative_difference(self._adapt(list(maps[:-1])), wanted)


def _widths(network: Discriminator, device: torch.device) -> list[int]:
    """Return the channels of all maps but the judgment."""
    with torch.no_grad():
        maps = network(torch.zeros(1, 3, 64, 64, device=device))
    return [level.shape[1] for level in maps[:-1]]
