"""The order of channels before a pixel shuffle, in torch and in our ONNX files.

torch keeps the SR pixels of one color together (ONNX calls that CRD: channel
``c * s² + k``); TensorFlow Lite, Core ML and NNAPI support only the order that
keeps the colors of one SR pixel together (DCR: channel ``k * C + c``). Our files
use the second, so convolutions before a shuffle are permuted when a file is written
and back when it is read. With 2 SR pixels per LR pixel, to keep it short:

    torch  R0 R1 G0 G1 B0 B1        files  R0 G0 B0 R1 G1 B1
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

Values = NDArray[Any]


def place_first(values: Values, places: int) -> Values:
    """Convert kernels or biases from torch's order of outputs to that of our files.

    Args:
        values: Array whose first axis is the outputs.
        places: SR pixels per LR pixel, ``s²``.
    """
    return _regrouped(values, values.shape[0] // places, places)


def color_first(values: Values, places: int) -> Values:
    """Convert kernels or biases from the order of our files back to torch's."""
    return _regrouped(values, places, values.shape[0] // places)


def nodes_summed_into(name: str, producers: Mapping[str, onnx.NodeProto]) -> list[onnx.NodeProto]:
    """Return the convolutions and additions whose sum is the tensor ``name``.

    Args:
        name: Input of a pixel shuffle.
        producers: Each node of the graph by the names of its outputs.

    Raises:
        ValueError: If it is not a sum of convolutions alone.
    """
    # Backwards from the shuffle; a tensor that is summed twice is visited once.
    found: dict[str, onnx.NodeProto] = {}
    waiting = [name]
    while waiting:
        tensor = waiting.pop()
        if tensor in found:
            continue
        node = producers.get(tensor)
        if node is None or node.op_type not in {"Conv", "Add"}:
            kind = "The input" if node is None else node.op_type
            raise ValueError(
                f"{kind} is before the pixel shuffle, where only sums of Conv are supported"
            )
        found[tensor] = node
        waiting += node.input if node.op_type == "Add" else ()
    return list(found.values())


def _regrouped(values: Values, outer: int, inner: int) -> Values:
    # Outputs as a table: transposing it swaps which index runs faster.
    grouped = values.reshape(outer, inner, *values.shape[1:])
    return np.ascontiguousarray(grouped.swapaxes(0, 1)).reshape(values.shape)
