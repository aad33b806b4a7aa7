"""Reads feature maps from inside a network, and fits them to another network's width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from engine.config.parts import Connector
from engine.core.errors import ConfigError
from engine.models.generators.base import Generator

_SMALLEST_SQUARE = 1e-8


class FeatureHooks:
    """Collects the outputs of some modules while a block runs.

    Args:
        modules: Modules to listen to, in order; each must give one map, or a
            tuple whose first is the map.
    """

    def __init__(self, modules: Sequence[nn.Module]) -> None:
        self._modules = list(modules)

    @contextmanager
    def listening(self) -> Iterator[list[Tensor]]:
        """Give a list that receives one map a module, in order of the calls."""
        maps: list[Tensor] = []

        def keep(module: nn.Module, arguments: object, result: object) -> None:
            first = result[0] if isinstance(result, tuple) else result
            assert isinstance(first, Tensor)
            maps.append(first)

        handles = [module.register_forward_hook(keep) for module in self._modules]
        try:
            yield maps
        finally:
            for handle in handles:
                handle.remove()


def body_taps(generator: Generator, *, count: int) -> list[nn.Module]:
    """Return ``count`` blocks of a generator's body at even depths, the last one included.

    Blocks of two generators at one position are at matching depths. When there
    are fewer blocks, some are named several times, never none.

    Raises:
        ConfigError: If the generator has no ``blocks``.
    """
    blocks = getattr(generator, "blocks", None)
    if blocks is None:
        raise ConfigError(
            f"{type(generator).__name__} has no blocks to compare features of; set the weights "
            "of feature and affinity to 0 or choose another generator"
        )
    found = list(blocks)
    places = [-(-(number + 1) * len(found) // count) - 1 for number in range(count)]
    return [found[max(place, 0)] for place in places]


class Adaptors(nn.Module):
    """Learned 1x1 convolutions from one network's widths to another's.

    Args:
        widths: Channels of the student's and of the teacher's map, per point.
        connector: What follows each convolution.
    """

    def __init__(
        self, widths: Sequence[tuple[int, int]], *, connector: Connector = "linear"
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            _connector(student, teacher, connector) for student, teacher in widths
        )

    @override
    def forward(self, maps: Sequence[Tensor]) -> list[Tensor]:
        """Return the maps in the teacher's widths.

        Shape:
            - ``maps``: one ``(N, student, H, W)`` a point; results ``(N, teacher, H, W)``.
        """
        return [layer(level) for layer, level in zip(self.layers, maps, strict=True)]


def _connector(student: int, teacher: int, connector: Connector) -> nn.Module:
    layer = nn.Conv2d(student, teacher, 1, bias=False)
    if connector == "linear":
        return layer
    return nn.Sequential(layer, nn.BatchNorm2d(teacher), nn.ReLU())


def measure_widths(generator: Generator, modules: Sequence[nn.Module]) -> list[int]:
    """Return how many channels each of ``modules`` gives."""
    parameter = next(generator.parameters())
    with torch.no_grad(), FeatureHooks(modules).listening() as maps:
        generator(torch.zeros(1, 3, 8, 8, device=parameter.device))
    return [level.shape[1] for level in maps]


def relative_difference(maps: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """Return the mean square difference of maps over the mean square of what is wanted.

    So one weight means the same at every depth and for every teacher. It is 1
    for maps of zeros, averaged over the points.

    Shape:
        - each pair: ``(N, C, H, W)``.
    """
    shares = []
    for own, other in zip(maps, wanted, strict=True):
        target = other.detach().float()
        size = target.square().mean().clamp_min(_SMALLEST_SQUARE)
        shares.append(functional.mse_loss(own.float(), target) / size)
    return torch.stack(shares).mean()
