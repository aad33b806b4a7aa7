"""The exponential moving average (EMA) of a network's weights, which is what ships."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

ModuleT = TypeVar("ModuleT", bound=nn.Module)


class Ema(Generic[ModuleT]):
    """Averages the weights of a network.

    torch's `AveragedModel` takes the first weights as they are and adds a counter to the
    checkpoint; here the average starts from the initial weights, and the step is known.

    Args:
        network: Network whose weights are averaged.
        decay: Share of the average that stays at each step.

    Attributes:
        averaged: A copy of the network that holds the EMA weights.
    """

    def __init__(self, network: ModuleT, *, decay: float) -> None:
        self._network = network
        self._decay = decay
        self.averaged = copy.deepcopy(network).requires_grad_(requires_grad=False)

    def update(self, step: int) -> None:
        """Include the weights after ``step``, counted from 0."""
        # Early decays are smaller, or the average would keep the random start for long: 0.1
        # at first, 0.9 after 80 steps, 0.99 after 890. It is TensorFlow's rule for its EMA.
        decay = min(self._decay, (1 + step) / (10 + step))
        own, current = _parameters(self.averaged), _parameters(self._network)
        get_ema_multi_avg_fn(decay)(own, current, step)
        # Buffers, such as the statistics of batch normalization, are averages already.
        for buffer, new in zip(self.averaged.buffers(), self._network.buffers(), strict=True):
            buffer.copy_(new)


def _parameters(network: nn.Module) -> list[Tensor]:
    return list(network.parameters())
