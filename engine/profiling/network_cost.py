"""Counts what a pass through a torch network costs, without computing it."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.flop_counter import FlopCounterMode, conv_flop_count


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCost:
    """The cost of one pass.

    Attributes:
        params: Parameters.
        macs: Multiply-accumulates of all convolutions and matrix products.
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
    # A copy: eval mode and the CPU must not change the caller's network.
    shadow = copy.deepcopy(network).eval().cpu()
    outputs = _ConvolutionOutputs()
    counter = FlopCounterMode(
        display=False, custom_mapping={torch.ops.aten.convolution: outputs.count}
    )
    # Fake tensors and not the meta device, on which torch refuses autocast regions.
    with torch.no_grad(), FakeTensorMode(allow_non_fake_inputs=True), counter:
        shadow(torch.empty(1, 3, height_px, width_px))
    return NetworkCost(
        params=sum(parameter.numel() for parameter in network.parameters()),
        # torch counts the multiplication and the addition of each.
        macs=counter.get_total_flops() // 2,
        activations=outputs.elements,
    )


@dataclass(slots=True)
class _ConvolutionOutputs:
    """Torch's own formula of a convolution, which adds up the elements of the outputs too."""

    elements: int = field(default=0, init=False)

    def count(
        self,
        x_shape: Sequence[int],
        w_shape: Sequence[int],
        _bias: object,
        _stride: object,
        _padding: object,
        _dilation: object,
        transposed: bool,  # noqa: FBT001 - torch passes it by position
        *_args: object,
        out_shape: Sequence[int],
        **_kwargs: object,
    ) -> int:
        """Return the operations of one convolution; torch calls it with the shapes."""
        self.elements += math.prod(out_shape)
        return conv_flop_count(list(x_shape), list(w_shape), list(out_shape), transposed=transposed)
