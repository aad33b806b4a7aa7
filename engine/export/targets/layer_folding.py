"""Expresses layers that few formats have as convolutions and pixel shuffles, which all have.

The result is the same to the last bit, or nearly so where a division becomes a product. A product
with a constant costs one product for each pair of channels; a convolution of 3x3 beside it costs
nine times as much::

    x · c + b (c, b constants)   ─►   1x1 convolution with c on its diagonal and the bias b
    nearest Resize by s          ─►   1x1 convolution that repeats channels, pixel shuffle by s
    Split of channels            ─►   1x1 convolutions that pick channels
    Conv with groups             ─►   Conv with zeros between the groups
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

Array = NDArray[np.float32]
# Centers of pixels, floor and rounding choose the same pixel for whole factors; corners do not.
_NEAREST_COORDINATES = (b"asymmetric", b"half_pixel", b"pytorch_half_pixel")


def diagonal(factor: Array, channels: int) -> Array:
    """Return a 1x1 kernel ``(C, C, 1, 1)`` that multiplies each channel by its factor."""
    return np.ascontiguousarray(np.diag(np.broadcast_to(factor, (channels,)))[:, :, None, None])


def repeated(channels: int, block: int) -> Array:
    """Return a 1x1 kernel after which a DCR shuffle by ``block`` repeats each pixel.

    Shape:
        - result: ``(block² · C, C, 1, 1)``; channel ``k · C + c`` is a copy of ``c``.
    """
    one = np.eye(channels, dtype=np.float32)
    return np.ascontiguousarray(np.tile(one, (block**2, 1))[:, :, None, None])


def split_kernels(
    node: onnx.NodeProto, tensors: Mapping[str, NDArray[Any]], channels: int
) -> list[Array] | None:
    """Return a 1x1 kernel for each output of a ``Split`` that picks its channels.

    None if it splits another axis than that of channels, or into sizes that are computed.
    """
    values = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    count = len(node.output)
    sizes = tensors.get(node.input[1]) if len(node.input) > 1 else None
    if sizes is None and len(node.input) == 1 and channels % count == 0:
        sizes = np.full(count, channels // count)
    if values.get("axis", 0) not in {1, -3} or sizes is None or int(sizes.sum()) != channels:
        return None
    one = np.eye(channels, dtype=np.float32)[:, :, None, None]
    return [np.ascontiguousarray(part) for part in np.split(one, np.cumsum(sizes)[:-1])]


def ungrouped(kernel: Array, groups: int) -> Array:
    """Return the kernel ``(O, I, K, K)`` of one group that computes what ``groups`` groups do."""
    outputs, inputs, *size = kernel.shape
    made = np.zeros((outputs, inputs * groups, *size), np.float32)
    step = outputs // groups
    for group in range(groups):
        rows, columns = (slice(group * n, (group + 1) * n) for n in (step, inputs))
        made[rows, columns] = kernel[rows]
    return made


def factor_and_bias(
    node: onnx.NodeProto, tensors: Mapping[str, NDArray[Any]], channels: int
) -> tuple[str, Array, Array] | None:
    """Read a sum, difference, product or quotient with a constant as ``x · factor + bias``.

    Returns:
        The tensor ``x``, the factor and the bias, one or one for each channel; None if both are
        pictures, or the constant is one for each pixel.
    """
    constants = [tensors.get(name) for name in node.input]
    places = [place for place, value in enumerate(constants) if value is not None]
    if len(node.input) != 2 or len(places) != 1:
        return None
    place = places[0]
    value = _per_channel(constants[place], channels)
    if value is None:
        return None
    one, none = np.ones(1, np.float32), np.zeros(1, np.float32)
    match node.op_type, place:
        case "Add", _:
            factor, bias = one, value
        case "Sub", 1:
            factor, bias = one, -value
        case "Sub", 0:
            factor, bias = -one, value
        case "Mul", _:
            factor, bias = value, none
        case "Div", 1 if value.all():
            factor, bias = one / value, none
        case _:
            return None
    return node.input[1 - place], factor, bias


def nearest_factor(node: onnx.NodeProto, tensors: Mapping[str, NDArray[Any]]) -> int | None:
    """Return by which whole number a ``Resize`` repeats each pixel, None if it does otherwise."""
    values = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    scales = tensors.get(node.input[2]) if len(node.input) > 2 else None
    is_nearest = (
        values.get("mode", b"nearest") == b"nearest"
        and values.get("coordinate_transformation_mode", b"half_pixel") in _NEAREST_COORDINATES
    )
    # Only floor is right for coordinates that do not begin at the center of a pixel.
    if values.get("coordinate_transformation_mode") == b"asymmetric":
        is_nearest = is_nearest and values.get("nearest_mode", b"round_prefer_floor") == b"floor"
    if scales is None or len(scales) != 4 or not is_nearest:
        return None
    factor = int(scales[3])
    return factor if list(scales) == [1, 1, factor, factor] and factor > 1 else None


def _per_channel(value: NDArray[Any] | None, channels: int) -> Array | None:
    """Return a constant as one value or one for each channel, None if it is neither."""
    if value is None or value.dtype.kind != "f":
        return None
    if value.size == 1:
        return value.reshape(1).astype(np.float32)
    # (C, 1, 1) or (1, C, 1, 1): channels are the third axis from the end.
    shape = (1,) * (4 - value.ndim) + value.shape
    if len(shape) != 4 or shape != (1, channels, 1, 1):
        return None
    return value.reshape(channels).astype(np.float32)
