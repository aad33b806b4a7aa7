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
from engine.distill.imitation import build_teacher
from engine.distill.taps import Taps, body_taps, measure_widths
from engine.models.generators.base import Generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.mfanet import MfaSupernet, SubnetConfig
from engine.training.player import Player
from engine.training.processes import shared
from engine.training.scheme import Losses, Phase, Scheme, Start

_POINTS = 4


class SliceableAdaptors(nn.Module):
    """Learned 1x1 convolutions to the teacher's widths that accept any student width.

    Args:
        student_width: The largest student width.
        teacher_widths: Channels of the teacher's map, per point.
    """

    def __init__(self, student_width: int, teacher_widths: Sequence[int]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Conv2d(student_width, width, 1, bias=False) for width in teacher_widths
        )

    @override
    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Return the maps in the teacher's widths.

        Shape:
            - ``maps``: one ``(N, any, H, W)`` a point; results ``(N, teacher, H, W)``.
        """
        adapted = []
        for layer, level in zip(self.layers, maps, strict=True):
            assert isinstance(layer, nn.Conv2d)
            adapted.append(functional.conv2d(level, layer.weight[:, : level.shape[1]]))
        return adapted


class SupernetScheme(Scheme):
    """Random slices of the supernet imitate a teacher, step by step.

    Which slices a step trains depends on the recipe's seed and the step alone.
    """

    def __init__(self, recipe: SupernetRecipe, start: Start) -> None:
        """Build the teacher and the adaptors.

        Raises:
            ConfigError: If the generator is no MFANet, the choices do not fit it
                or the teacher does not fit.
        """
        if not isinstance(start.generator, MfaNet):
            raise ConfigError("generator.family: only mfanet can be trained as a supernet")
        self.generator: Generator = start.generator
        self._recipe = recipe
        self._supernet = MfaSupernet(start.generator)
        self._choices = choices_of(recipe, self._supernet)
        self._run = shared(self._supernet)
        self._teacher = build_teacher(
            recipe.teacher, scale=start.generator.scale, device=start.device
        )
        self._taps = Taps([])
        networks: dict[str, nn.Module] = {}
        if recipe.weights.feature:
            points = body_taps(self._teacher, count=_POINTS)
            widths = measure_widths(self._teacher, points)
            self._taps = Taps(points)
            self._adaptors = SliceableAdaptors(start.generator.channels, widths)
            self._adaptors.to(start.device)
            self._adapt = shared(self._adaptors)
            networks["adaptors"] = self._adaptors
        player = Player({"generator": self.generator, **networks}, clip_norm=recipe.clip_norm)
        self.players: Mapping[str, Player] = {"generator": player}
        self.networks: Mapping[str, nn.Module] = networks
        self._drawn: tuple[SubnetConfig, ...] = ()
        self._phases = (Phase(player=player, losses=self._losses),)

    @override
    def phases(self, step: int) -> Sequence[Phase]:
        self._drawn = self._draw(step)
        return self._phases

    def _draw(self, step: int) -> tuple[SubnetConfig, ...]:
        random = np.random.default_rng((self._recipe.seed, step, 2))
        count = self._recipe.subnets_per_step
        drawn = [self._choices[int(random.integers(len(self._choices)))] for _ in range(count)]
        ends = (self._choices[0], self._choices[-1]) if self._recipe.sandwich else ()
        return (*drawn, *ends)

    def _losses(self, batch: Batch) -> Losses:
        with torch.no_grad(), self._taps.listening() as wanted_maps:
            wanted = self._teacher(batch.lr).float()
        terms: Losses = {}
        for config in self._drawn:
            for name, loss in self._terms(config, batch, wanted, wanted_maps).items():
                terms[name] = terms.get(name, torch.zeros_like(loss)) + loss / len(self._drawn)
        return terms

    def _terms(
        self, config: SubnetConfig, batch: Batch, wanted: Tensor, wanted_maps: list[Tensor]
    ) -> Losses:
        weights, terms = self._recipe.weights, {}
        result = self._run(batch.lr, config)
        sr = result.sr.float()
        if weights.pixel:
            terms["pixel"] = weights.pixel * functional.l1_loss(sr, batch.hr)
        if weights.output:
            terms["output"] = weights.output * functional.l1_loss(sr, wanted)
        if weights.feature:
            places = [-(-(n + 1) * config.blocks // _POINTS) - 1 for n in range(_POINTS)]
            adapted = self._adapt([result.maps[max(place, 0)] for place in places])
            pairs = zip(adapted, wanted_maps, strict=True)
            losses = [functional.mse_loss(own.float(), other.float()) for own, other in pairs]
            terms["feature"] = weights.feature * torch.stack(losses).mean()
        return terms


def choices_of(recipe: SupernetRecipe, supernet: MfaSupernet) -> list[SubnetConfig]:
    """Return every subnet that ``recipe`` allows, the smallest first, the largest last.

    Raises:
        ConfigError: If the supernet does not contain one.
    """
    found = [
        SubnetConfig(channels=channels, blocks=blocks)
        for channels in sorted(recipe.widths)
        for blocks in sorted(recipe.depths)
    ]
    try:
        for config in found:
            supernet.check(config)
    except ValueError as error:
        raise ConfigError(f"widths and depths: {error}") from error
    if not found:
        raise ConfigError("widths and depths: name at least one of each")
    return found
