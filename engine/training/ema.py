"""The exponential moving average of a network's weights, which is what ships."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

ModuleT = TypeVar("ModuleT", bound=nn.Module)


class Ema(Generic[ModuleT]):
    """Follows a network.

    Args:
        network: Network to follow.
        decay: Share of the average that stays at each step.

    Attributes:
        averaged: A copy of the network that holds the averages.
    """

    def __init__(self, network: ModuleT, *, decay: float) -> None:
        self._network = network
        self._decay = decay
        self.averaged = copy.deepcopy(network).requires_grad_(requires_grad=False)

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Take in the weights after ``step``, counted from 0."""
        # Early on the average forgets faster, or it would keep the random start for long.
        decay = min(self._decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(
            list(self.averaged.parameters()), list(self._network.parameters()), 1 - decay
        )
        for own, current in zip(self.averaged.buffers(), self._network.buffers(), strict=True):
            own.copy_(current)
