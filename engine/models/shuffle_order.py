"""In which order the channels before a pixel shuffle lie, in torch and in our ONNX files.

torch keeps the places of one color together (ONNX calls that CRD: channel
``c * s² + k``); TensorFlow Lite, Core ML and NNAPI know only the order that
keeps the colors of one place together (DCR: channel ``k * C + c``). Our files
are in the second, so convolutions before a shuffle are permuted on the way out
and back on the way in.
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
    """Return kernels or biases whose outputs are in torch's order in the order of our files.

    Args:
        values: Outputs on the first axis.
        places: SR pixels that one LR pixel becomes.
    """
    return _regrouped(values, values.shape[0] // places, places)


def color_first(values: Values, places: int) -> Values:
    """Undo `place_first`."""
    return _regrouped(values, places, values.shape[0] // places)


def nodes_summed_into(name: str, producers: Mapping[str, onnx.NodeProto]) -> list[onnx.NodeProto]:
    """Return the convolutions, and the additions between, whose sum is the tensor ``name``.

    Args:
        name: Input of a pixel shuffle.
        producers: Each node of the graph by the names of its outputs.

    Raises:
        ValueError: If anything else than sums of convolutions makes it.
    """
    found: dict[str, onnx.NodeProto] = {}
    waiting = [name]
    while waiting:
        tensor = waiting.pop()
        if tensor in found:
            continue
        node = producers.get(tensor)
        if node is None or node.op_type not in {"Conv", "Add"}:
            kind = "The input" if node is None else node.op_type
            raise ValueError(f"{kind} stands before the pixel shuffle; only sums of Conv may")
        found[tensor] = node
        waiting += node.input if node.op_type == "Add" else ()
    return list(found.values())


def _regrouped(values: Values, outer: int, inner: int) -> Values:
    grouped = values.reshape(outer, inner, *values.shape[1:])
    return np.ascontiguousarray(grouped.swapaxes(0, 1)).reshape(values.shape)
