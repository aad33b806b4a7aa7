"""Compares feature maps of a student with those of its teacher, whatever their widths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.parts import Connector
from engine.models.generators.base import Generator
from engine.training.methods.feature_hooks import FeatureHooks, body_points, measure_widths
from engine.training.processes import shared

FeatureLoss: TypeAlias = Callable[[Sequence[Tensor], Sequence[Tensor]], Tensor]
"""Compares a student's maps, in the teacher's widths, with the teacher's maps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePoints:
    """Where the maps of a network come from.

    Attributes:
        widths: Channels of each map; of a supernet, of its largest subnet.
        hooks: Record the maps while the network runs; they record nothing for a network that
            returns its maps itself.
    """

    widths: tuple[int, ...]
    hooks: FeatureHooks

    @classmethod
    def of_body(cls, generator: Generator) -> FeaturePoints:
        """Return the points of a generator's body; see `body_points`.

        Raises:
            ConfigError: If the generator has no blocks.
        """
        modules = body_points(generator)
        widths = tuple(measure_widths(generator, modules))
        return cls(widths=widths, hooks=FeatureHooks(modules))


class FeatureMatching:
    """Learned adaptors from a student's widths to its teacher's, and a loss behind them.

    Args:
        student: Where the student's maps come from.
        teacher: Where the teacher's maps come from, at matching depths.
        loss: Compares the adapted maps.
        device: Device of the adaptors.
        connector: What follows each adaptor's convolution.
        is_sliced: Whether the student is a supernet, whose narrower subnets have fewer channels.

    Attributes:
        student: As given.
        teacher: As given.
        adaptors: To be trained with the student.
    """

    def __init__(
        self,
        student: FeaturePoints,
        teacher: FeaturePoints,
        loss: FeatureLoss,
        *,
        device: torch.device,
        connector: Connector = "linear",
        is_sliced: bool = False,
    ) -> None:
        self.student = student
        self.teacher = teacher
        # Strict: networks whose points do not pair up are the caller's mistake.
        pairs = list(zip(student.widths, teacher.widths, strict=True))
        self.adaptors = Adaptors(pairs, connector=connector, is_sliced=is_sliced).to(device)
        self._adapt = shared(self.adaptors)
        self._loss = loss

    def __call__(self, student_maps: Sequence[Tensor], teacher_maps: Sequence[Tensor]) -> Tensor:
        """Return the loss between the maps of the same pictures.

        Shape:
            - each pair: ``(N, student width, H, W)`` and ``(N, teacher width, H, W)``.
        """
        return self._loss(self._adapt(list(student_maps)), teacher_maps)


class Adaptors(nn.Module):
    """Learned 1x1 convolutions from one network's widths to another's.

    Args:
        widths: Channels of the student's and of the teacher's map, per point.
        connector: What follows each convolution.
        is_sliced: Whether maps may have fewer channels than the student's widths.
    """

    def __init__(
        self,
        widths: Sequence[tuple[int, int]],
        *,
        connector: Connector = "linear",
        is_sliced: bool = False,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList()
        for student, teacher in widths:
            kind = _SliceableConv2d if is_sliced else nn.Conv2d
            # Without bias: an offset could imitate the mean of a map without any features.
            layer = kind(student, teacher, 1, bias=False)
            if connector == "linear":
                self.layers.append(layer)
            else:
                self.layers.append(nn.Sequential(layer, nn.BatchNorm2d(teacher), nn.ReLU()))

    @override
    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Return the maps in the teacher's widths.

        Shape:
            - ``maps``: one ``(N, student, H, W)`` per point, or fewer channels if sliced;
              results ``(N, teacher, H, W)``.
        """
        return [layer(level) for layer, level in zip(self.layers, maps, strict=True)]


class _SliceableConv2d(nn.Conv2d):
    """A 1x1 convolution that accepts fewer input channels and then uses the first of its own.

    A subnet's trunk is the first channels of its supernet's, so all subnets share one adaptor.
    """

    @override
    def forward(self, input: Tensor) -> Tensor:
        return functional.conv2d(input, self.weight[:, : input.shape[1]])
