"""A generator with a dial: two sets of weights for one network, mixed for each restoration value.

    restoration r    0 ─────────────── r ──────────────── 1
    kernels          ends[0]   (1-r)·K₀ + r·K₁   ends[1]

At a fixed value it is a plain network of the same cost, so the dial costs nothing to run. Both
ends are trained together, on pictures whose restoration value is known. Why two ends and not
biases from a table: docs/decisions/0018-restoration-dial.md.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.func import functional_call
from typing_extensions import override

from engine.models.blocks.merged_conv import MergedConv3x3, kernel_and_bias
from engine.models.generators.base import Generator

_FIRST_END = "ends.0."  # how the names of the tensors of the end at 0 start


@runtime_checkable
class HasRestoration(Protocol):
    """A network that may have a restoration dial."""

    @property
    def has_restoration(self) -> bool:
        """Whether it has one."""

    def fixed(self, restoration: float) -> Generator:
        """Return the plain network of one value."""
        ...


class DialNetwork(Generator):
    """A network whose weights lie between those of its two ends.

    Args:
        ends: Two generators of one architecture, for restoration 0 and 1. Mixes of two that
            were trained apart from random weights are noise; start both from related weights.

    Attributes:
        ends: The two generators.
    """

    def __init__(self, ends: Sequence[Generator]) -> None:
        super().__init__()
        first, second = ends
        self.ends = nn.ModuleList([first, second])
        self.scale = first.scale
        self.receptive_field_px = first.receptive_field_px
        # What the mixed tensors are run by. In a tuple it is no module of this one: its own
        # weights are never used, trained or saved.
        self._plain = (first.folded().requires_grad_(requires_grad=False),)

    @override
    def forward(self, lr: Tensor, restoration: Tensor | None = None) -> Tensor:
        """Enlarge a batch; see `Generator`.

        Neighbors of equal value are enlarged together: weights are mixed once for them all.

        Shape:
            - ``lr``: ``(N, 3, H, W)``; ``restoration``: ``(N,)`` in ``[0, 1]``; result
              ``(N, 3, s·H, s·W)``.

        Raises:
            ValueError: If there are no restoration values.
        """
        if restoration is None:
            raise ValueError("a network with a dial needs the restoration value of each picture")
        zero, one = folded_tensors(self.ends[0]), folded_tensors(self.ends[1])
        made = []
        start = 0
        for value, equal in groupby(restoration.tolist()):
            stop = start + len(list(equal))
            made.append(functional_call(self._plain[0], _mixed(zero, one, value), lr[start:stop]))
            start = stop
        return torch.cat(made)

    @property
    def has_restoration(self) -> bool:
        """Whether it has a restoration dial, which it always has."""
        return True

    @torch.no_grad()
    def fixed(self, restoration: float) -> Generator:
        """Return the plain network of one value, folded, in eval mode, with weights of its own.

        Args:
            restoration: The value, 0 to 1.

        Raises:
            ValueError: If it is out of range.
        """
        if not 0 <= restoration <= 1:
            raise ValueError(f"restoration={restoration}: choose a value from 0 to 1")
        mixed = _mixed(folded_tensors(self.ends[0]), folded_tensors(self.ends[1]), restoration)
        plain = copy.deepcopy(self._plain[0]).to(next(self.parameters()).device)
        plain.load_state_dict({name: mixed[name] for name in plain.state_dict()})
        return plain.eval()


def is_of_dial(tensors: Mapping[str, Tensor]) -> bool:
    """Return whether named weights are those of a `DialNetwork`."""
    return any(name.startswith(_FIRST_END) for name in tensors)


def folded_tensors(network: nn.Module) -> dict[str, Tensor]:
    """Return the tensors of the folded ``network`` by name, with gradient to its own parameters."""
    tensors: dict[str, Tensor] = dict(network.named_buffers())
    for prefix, module in network.named_modules():
        dot = f"{prefix}." if prefix else ""
        if isinstance(module, MergedConv3x3):
            tensors[f"{dot}weight"], tensors[f"{dot}bias"] = kernel_and_bias(module)
        else:
            own = module.named_parameters(recurse=False)
            tensors |= {f"{dot}{name}": parameter for name, parameter in own}
    return tensors


def _mixed(
    zero: Mapping[str, Tensor], one: Mapping[str, Tensor], restoration: float
) -> dict[str, Tensor]:
    # Merged kernels are mixed, not the branches they are trained as: a branch is a product, and
    # the product of mixed factors is another kernel than the mix of both products.
    return {name: tensor.lerp(one[name], restoration) for name, tensor in zero.items()}
