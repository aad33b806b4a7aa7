"""Trains two teachers online with a student that sees nothing but their pictures.

Paper: Ren et al. 2021, "Online Multi-Granularity Distillation for GAN
Compression", arXiv 2108.06908. Its losses were weighted for photos in
``[-1, 1]``; the recipe's weights are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from typing_extensions import override

from engine.config.parts import Connector, GeneratorRecipe
from engine.config.recipes import OmgdRecipe
from engine.core.errors import ConfigError
from engine.data.batch import Batch
from engine.losses.features import channel_loss
from engine.models.discriminators.base import Discriminator
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.training.method import Losses, MethodContext, Phase, TrainingMethod
from engine.training.methods.discriminator_trainer import DiscriminatorTrainer
from engine.training.methods.feature_hooks import Adaptors, FeatureHooks, body_taps, measure_widths
from engine.training.methods.picture_terms import PictureTerms
from engine.training.optimizer_group import OptimizerGroup
from engine.training.processes import process_count, shared

_POINTS = 4


class OmgdMethod(TrainingMethod):
    """A wider and a deeper teacher, their discriminators and a student without one."""

    def __init__(self, recipe: OmgdRecipe, start: MethodContext) -> None:
        """Build the teachers and their discriminators.

        Raises:
            ConfigError: If scales differ, layers cannot be shared or a feature
                network's file is not there.
        """
        self.generator: Generator = start.generator
        self._recipe = recipe
        device, clip_norm = start.device, recipe.clip_norm
        self._teachers = {
            name: _build_online(generator, name, self.generator, device)
            for name, generator in (("wider", recipe.wider), ("deeper", recipe.deeper))
        }
        self._judges = {
            name: DiscriminatorTrainer(
                recipe.discriminator,
                recipe.adversarial,
                device=device,
                clip_norm=clip_norm,
                side_px=recipe.hr_patch_px,
            )
            for name in self._teachers
        }
        if recipe.shared_layers and process_count() > 1:
            raise ConfigError("shared_layers works in one process only; set it to 0 for several")
        wider, deeper = (judge.network for judge in self._judges.values())
        share_layers(wider, deeper, recipe.shared_layers)
        self._channels = _ChannelTerm(
            self.generator, self._teachers["wider"], device, connector=recipe.connector
        )
        if recipe.student_weights.adversarial:
            raise ConfigError(
                "student_weights.adversarial: the student of type=omgd plays against no "
                "discriminator; set it to 0"
            )
        self._pictures, self._teacher_pictures = (
            PictureTerms(
                weights, recipe.perceptual, device, scale=recipe.generator.scale, has_judge=True
            )
            for weights in (recipe.student_weights, recipe.teacher_weights)
        )
        self._generate = shared(self.generator)
        self._teach = {name: shared(teacher) for name, teacher in self._teachers.items()}
        self.networks: Mapping[str, nn.Module] = {
            **self._teachers,
            "adaptors": self._channels.adaptors,
            "wider_discriminator": wider,
            "deeper_discriminator": own_layers(deeper, recipe.shared_layers),
        }
        networks = {name: judge.network for name, judge in self._judges.items()}
        self.players: Mapping[str, OptimizerGroup] = {
            "generator": OptimizerGroup(
                {"generator": self.generator, "adaptors": self._channels.adaptors},
                clip_norm=clip_norm,
            ),
            "teachers": OptimizerGroup(self._teachers, clip_norm=clip_norm),
            "discriminators": OptimizerGroup(networks, clip_norm=clip_norm),
        }
        self._made: list[dict[str, Tensor]] = []

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        self._made.clear()
        student = Phase(player=self.players["generator"], losses=self._student_losses)
        if step % self._recipe.students_per_teacher:
            return (student,)
        return (
            Phase(player=self.players["teachers"], losses=self._teacher_losses),
            Phase(player=self.players["discriminators"], losses=self._discriminator_losses),
            student,
        )

    def _teacher_losses(self, batch: Batch) -> Losses:
        terms: Losses = {}
        made = {}
        for name, teach in self._teach.items():
            sr = teach(batch.lr).float()
            made[name] = sr.detach()
            fake, real = self._judges[name].look(sr, batch.hr)
            judged = (fake[:-1], real[:-1]) if self._teacher_pictures.needs_judged_maps else None
            own = self._teacher_pictures.terms(sr, batch.hr, judged=judged)
            weight = self._recipe.teacher_weights.adversarial
            own["adversarial"] = weight * self._judges[name].generator_loss(fake, real)
            terms.update({f"{name}_{term}": loss for term, loss in own.items()})
        self._made.append(made)
        return terms

    def _discriminator_losses(self, batch: Batch) -> Losses:
        made = self._made.pop(0)
        terms = {}
        for name, judge in self._judges.items():
            fake, real = judge.own_maps(made[name]), judge.own_maps(batch.hr)
            terms[f"{name}_discriminator"] = judge.own_loss(fake, real)
        return terms

    def _student_losses(self, batch: Batch) -> Losses:
        with self._channels.own.listening() as maps:
            sr = self._generate(batch.lr).float()
        terms: Losses = {}
        for name, teacher in self._teachers.items():
            with torch.no_grad(), self._channels.wanted.listening() as wanted_maps:
                wanted = teacher(batch.lr).float()
            own = self._pictures.terms(sr, wanted, judged=self._judged(name, sr, wanted))
            if name == "wider" and self._recipe.channel:
                own["channel"] = self._recipe.channel * self._channels.difference(maps, wanted_maps)
            terms.update({f"from_{name}_{term}": loss for term, loss in own.items()})
        return terms

    def _judged(
        self, teacher: str, sr: Tensor, wanted: Tensor
    ) -> tuple[Sequence[Tensor], Sequence[Tensor]] | None:
        """Return what the teacher's discriminator sees in both pictures, where that is compared."""
        if not self._pictures.needs_judged_maps:
            return None
        own, other = self._judges[teacher].look(sr, wanted)
        return own[:-1], other[:-1]


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
    own = nn.Module()
    for name, child in network.named_children():
        if name == "layers" and shared_layers:
            assert isinstance(child, nn.ModuleList)
            last = list(enumerate(child))[shared_layers:]
            own.add_module(name, nn.ModuleDict({str(number): layer for number, layer in last}))
        else:
            own.add_module(name, child)
    return own


class _ChannelTerm:
    """Compares what a channel says of a whole picture, student against wider teacher."""

    def __init__(
        self,
        student: Generator,
        teacher: Generator,
        device: torch.device,
        *,
        connector: Connector,
    ) -> None:
        points = [body_taps(network, count=_POINTS) for network in (student, teacher)]
        self.own, self.wanted = FeatureHooks(points[0]), FeatureHooks(points[1])
        widths = (measure_widths(student, points[0]), measure_widths(teacher, points[1]))
        pairs = list(zip(*widths, strict=True))
        self.adaptors = Adaptors(pairs, connector=connector).to(device)
        self._adapt = shared(self.adaptors)

    def difference(self, maps: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
        """Return the mean over the points of how far pooled channels are apart."""
        pairs = zip(self._adapt(list(maps)), wanted, strict=True)
        return torch.stack(
            [channel_loss(own.float(), other.float()) for own, other in pairs]
        ).mean()


def _build_online(
    recipe: GeneratorRecipe, name: str, student: Generator, device: torch.device
) -> Generator:
    if recipe.scale != student.scale:
        raise ConfigError(
            f"{name}.scale={recipe.scale} but the student enlarges by {student.scale}"
        )
    teacher = build_generator(recipe).to(device)
    teacher.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return teacher
