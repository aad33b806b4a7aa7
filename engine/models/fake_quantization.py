"""Rounds values to 8 bits as int8 inference does, with gradients that training can use.

Rounding has the gradient 0 almost everywhere. Behind it, gradients pass as if nothing had been
rounded (a straight-through estimator); the ends of a range learn from what is rounded and what is
cut off. Paper: Esser et al. 2020, "LSQ", arXiv 1902.08153.

Weights use torch's own operator. For activations torch has only a private one, which learns a
step and a zero point, while the dial mixes lowest and highest values, and which counts half a step
beyond the range as inside; the modules around it (``torch.ao``) are deprecated.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.autograd.function import Function, FunctionCtx
from typing_extensions import override

STEPS = 255
"""Steps between the lowest and the highest of the values that a byte can have."""
_LARGEST_WEIGHT = 127  # int8 weights are symmetric: -128 has no counterpart
_LEAST_STEP = 1e-12  # a channel of zeros has any step but 0


def round_weights(weights: Tensor) -> Tensor:
    """Round the weights of a convolution to int8, symmetric, with a step for each channel.

    Shape:
        - ``weights``: ``(O, ...)`` float32, a step for each of the O; the result is the same.
    """
    largest = weights.detach().abs().flatten(1).amax(1)
    steps = (largest / _LARGEST_WEIGHT).clamp_min(_LEAST_STEP)
    zeros = torch.zeros_like(steps, dtype=torch.int32)
    rounded: Tensor = torch.fake_quantize_per_channel_affine(
        weights, steps, zeros, 0, -_LARGEST_WEIGHT, _LARGEST_WEIGHT
    )
    return rounded


def round_activations(values: Tensor, low: Tensor, high: Tensor) -> Tensor:
    """Round values to uint8: to one of 256, evenly spread from ``low`` to ``high``.

    The range is moved by less than half a step, so that 0 is one of them.

    Args:
        values: Any shape, float32.
        low: Lowest value, a scalar of at most 0.
        high: Highest value, a scalar above 0.
    """
    rounded: Tensor = _RoundActivations.apply(values, low, high)  # type: ignore[no-untyped-call]
    return rounded


class _RoundActivations(Function):
    """Values to uint8 and back.

    ::

    stored        0 ....................... 255
    value        low ........ 0 ........... high
    gradient  ->low |  to values, and of   | ->high
                    |  the rounding error  |
                    |  to both ends        |
    """

    @staticmethod
    @override
    def forward(ctx: FunctionCtx, values: Tensor, low: Tensor, high: Tensor) -> Tensor:
        step = (high - low) / STEPS
        zero = torch.round(-low / step).clamp(0, STEPS)
        # Divided, rounded and shifted in the order of ONNX's QuantizeLinear.
        exact = values / step
        stored = (torch.round(exact) + zero).clamp(0, STEPS)
        below, above = exact < -zero, exact > STEPS - zero
        error = (stored - zero - exact).masked_fill(below | above, 0)
        ctx.save_for_backward(below, above, error)
        return (stored - zero) * step

    @staticmethod
    @override
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        below, above, error = ctx.saved_tensors  # type: ignore[attr-defined]
        # A longer step moves a stored value by the number of its steps: the rounding error is
        # what that differs from the movement of the exact value. step = (high - low) / 255.
        of_step = (gradient * error).sum() / STEPS
        to_low = (gradient * below).sum() - of_step
        to_high = (gradient * above).sum() + of_step
        return gradient.masked_fill(below | above, 0), to_low, to_high
