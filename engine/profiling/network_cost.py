"""Counts what a pass through a torch network costs, without computing it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from typing_extensions import override


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCost:
    """The cost of one pass.

    Attributes:
        params: Parameters.
        macs: Multiply-accumulates of all convolutions and linear layers.
        activations: Elements of all outputs of convolutions.
    """

    params: int
    macs: int
    activations: int


def count_network_cost(network: nn.Module, *, height_px: int, width_px: int) -> NetworkCost:
    """Return the cost of a pass over one RGB picture.

    The network runs on tensors without content, so no number is computed and
    no memory is needed, whatever the size.

    Args:
        network: What to count; it is left as it is.
        height_px: Height of the input.
        width_px: Width of the input.
    """
    shadow = copy.deepcopy(network).eval().cpu()
    counter = _Counter()
    with torch.no_grad(), FakeTensorMode(allow_non_fake_inputs=True), counter:
        shadow(torch.empty(1, 3, height_px, width_px))
    params = sum(parameter.numel() for parameter in network.parameters())
    return NetworkCost(params=params, macs=counter.macs, activations=counter.activations)


class _Counter(TorchDispatchMode):
    """Watches the operations that reach torch's dispatcher."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # torch's own
        self.macs = 0
        self.activations = 0

    @override
    def __torch_dispatch__(
        self,
        func: object,
        types: object,
        args: tuple[object, ...] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        result = func(*args, **(kwargs or {}))  # type: ignore[operator] # torch gives an operator
        if func is torch.ops.aten.convolution.default:
            weight, is_transposed = args[1], args[6]
            assert isinstance(weight, Tensor)
            assert isinstance(result, Tensor)
            grid = args[0] if is_transposed else result
            assert isinstance(grid, Tensor)
            self.macs += grid.shape[0] * grid.shape[2:].numel() * weight.numel()
            self.activations += result.numel()
        elif func in {torch.ops.aten.addmm.default, torch.ops.aten.mm.default}:
            right = args[-1]
            assert isinstance(right, Tensor)
            assert isinstance(result, Tensor)
            self.macs += result.numel() * right.shape[0]
        return result
