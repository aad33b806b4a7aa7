"""Records feature maps inside a generator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from engine.core.errors import ConfigError
from engine.models.depths import even_depths
from engine.models.generators.base import Generator

POINT_COUNT = 4
"""Number of blocks whose outputs are compared, as in GAN Compression, arXiv 2003.08936."""


class FeatureHooks:
    """Records the outputs of some modules.

    Args:
        modules: Modules to record, in the order of their calls; each must return one map or a
            tuple whose first element is the map.
    """

    def __init__(self, modules: Sequence[nn.Module]) -> None:
        self._modules = list(modules)

    @contextmanager
    def recording(self) -> Iterator[list[Tensor]]:
        """Yield a list that receives one map per module while the block runs."""
        maps: list[Tensor] = []

        def keep(module: nn.Module, arguments: object, result: object) -> None:
            first = result[0] if isinstance(result, tuple) else result
            assert isinstance(first, Tensor)
            maps.append(first)

        # Registered per use and not for good: a hook that stays would keep the maps of every
        # later call alive, validation's whole photos included.
        handles = [module.register_forward_hook(keep) for module in self._modules]
        try:
            yield maps
        finally:
            for handle in handles:
                handle.remove()


def body_points(generator: Generator) -> list[nn.Module]:
    """Return the blocks of a generator's body whose outputs are compared, at even depths.

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
    return [found[index] for index in even_depths(POINT_COUNT, blocks=len(found))]


def measure_widths(generator: Generator, modules: Sequence[nn.Module]) -> list[int]:
    """Return the number of output channels of each of ``modules``."""
    parameter = next(generator.parameters())
    with torch.no_grad(), FeatureHooks(modules).recording() as maps:
        # Widths do not depend on the size of the picture.
        generator(torch.zeros(1, 3, 8, 8, device=parameter.device))
    return [level.shape[1] for level in maps]
