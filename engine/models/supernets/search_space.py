"""The search space of a supernet: the subnets it offers, and how one is sampled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.errors import ConfigError
from engine.models.supernets.mfanet import MfaSupernet, SubnetConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSpace:
    """The choices for each part of a subnet, in ascending order.

    Attributes:
        widths: Channels of the trunk.
        depths: Numbers of blocks.
        inner_widths: Widths of an inner stage, chosen independently for each;
            if empty, they are the trunk's.
    """

    widths: tuple[int, ...]
    depths: tuple[int, ...]
    inner_widths: tuple[int, ...] = ()

    @property
    def smallest(self) -> SubnetConfig:
        """The subnet with the smallest of all choices."""
        return self._end(0)

    @property
    def largest(self) -> SubnetConfig:
        """The subnet with the largest of all choices."""
        return self._end(-1)

    @property
    def count(self) -> int:
        """The number of subnets."""
        # Each block chooses the widths of its two inner stages.
        pairs = len(self.inner_widths) ** 2 or 1
        options: int = sum(pairs**depth for depth in self.depths)
        return len(self.widths) * options

    def draw(self, random: np.random.Generator) -> SubnetConfig:
        """Return a random subnet; all choices are equally likely."""
        # Depths are equally likely. If all subnets were, shallow ones would hardly be drawn, as
        # the number of subnets grows exponentially with the depth.
        channels = int(random.choice(self.widths))
        blocks = int(random.choice(self.depths))
        if not self.inner_widths:
            return SubnetConfig(channels=channels, blocks=blocks)
        inner = random.choice(self.inner_widths, size=(blocks, 2)).tolist()
        return SubnetConfig(
            channels=channels, blocks=blocks, inner=tuple((near, middle) for near, middle in inner)
        )

    def __contains__(self, config: SubnetConfig) -> bool:
        """Whether ``config`` is one of the subnets."""
        inner = {width for pair in config.pairs for width in pair}
        allowed = self.inner_widths or (config.channels,)
        return (
            config.channels in self.widths
            and config.blocks in self.depths
            and len(config.pairs) == config.blocks
            and inner <= set(allowed)
        )

    def _end(self, place: int) -> SubnetConfig:
        blocks = self.depths[place]
        inner = ((self.inner_widths[place],) * 2,) * blocks if self.inner_widths else None
        return SubnetConfig(channels=self.widths[place], blocks=blocks, inner=inner)


def build_search_space(
    widths: tuple[int, ...],
    depths: tuple[int, ...],
    inner_widths: tuple[int, ...],
    *,
    supernet: MfaSupernet,
) -> SearchSpace:
    """Return the search space of the given choices, which may be in any order.

    Raises:
        ConfigError: If ``supernet`` does not contain the largest subnet, or a choice is empty.
    """
    if not widths or not depths:
        raise ConfigError("widths and depths: name at least one of each")
    space = SearchSpace(
        widths=tuple(sorted(set(widths))),
        depths=tuple(sorted(set(depths))),
        inner_widths=tuple(sorted(set(inner_widths))),
    )
    # Every other subnet is part of the largest.
    try:
        supernet.check(space.largest)
    except ValueError as error:
        raise ConfigError(f"widths, depths, inner_widths: {error}") from error
    return space
