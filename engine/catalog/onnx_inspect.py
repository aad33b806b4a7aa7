"""Decides from the graph alone whether a file can be a super-resolution network.

Nothing of the file is run here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.catalog.card import Precision
from engine.catalog.onnx_cost import count_cost
from engine.catalog.onnx_graph import OnnxGraph, OnnxPort, read_graph
from engine.catalog.onnx_operands import Shape
from engine.catalog.onnx_shapes import known_operations, propagate_shapes
from engine.core.errors import ModelRefusedError

MAX_SCALE = 16
_SIZE_MULTIPLES = (1, 2, 4, 8, 16, 32, 64)
_BASE_PX = 64
_DTYPES: dict[int, Literal["float32", "float16"]] = {1: "float32", 10: "float16"}
_CONTROL_FLOW = frozenset({"If", "Loop", "Scan", "SequenceMap"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSummary:
    """What the graph of an acceptable file says.

    Attributes:
        input_name: Name of its only input.
        output_name: Name of its only output.
        channels: 1 for gray, 3 for RGB.
        dtype: Element type at the border.
        precision: Precision of its weights.
        scale: Enlargement.
        size_multiple: Least number of which the input's sides must be a multiple.
        params: Elements of all weights.
        cost_px: Side of the square input that ``macs`` holds for.
        macs: Multiply-accumulates of one pass.
    """

    input_name: str
    output_name: str
    channels: Literal[1, 3]
    dtype: Literal["float32", "float16"]
    precision: Precision
    scale: int
    size_multiple: int
    params: int
    cost_px: int
    macs: int


def inspect_onnx(path: Path) -> GraphSummary:
    """Return what the graph in ``path`` says.

    Raises:
        ModelRefusedError: If it is no super-resolution network that we run;
            the message names the file and the reason.
    """
    graph = read_graph(path)
    try:
        return summarise_graph(graph)
    except ModelRefusedError as error:
        raise ModelRefusedError(f"{path}: {error}") from error


def summarise_graph(graph: OnnxGraph) -> GraphSummary:
    """Return what ``graph`` says; raises as `inspect_onnx` does."""
    _check_contents(graph)
    source, result = _only_ports(graph)
    channels = _channels(source)
    scale, size_multiple = _find_scale(graph, source, channels)
    cost_px = -(-256 // size_multiple) * size_multiple
    cost = count_cost(graph, (1, channels, cost_px, cost_px))
    return GraphSummary(
        input_name=source.name,
        output_name=result.name,
        channels=channels,
        dtype=_DTYPES[source.element_type],
        precision=_precision(graph, source),
        scale=scale,
        size_multiple=size_multiple,
        params=cost.params,
        cost_px=cost_px,
        macs=cost.macs,
    )


def _check_contents(graph: OnnxGraph) -> None:
    tensors = list(graph.initializers.values())
    if any(tensor.is_external for tensor in tensors):
        raise ModelRefusedError("its weights lie in another file; export it as a single file")
    if graph.function_count:
        raise ModelRefusedError("it defines functions of its own; export it with them inlined")
    known = known_operations()
    for node in graph.nodes:
        if node.has_subgraph or node.op_type in _CONTROL_FLOW:
            raise ModelRefusedError(f"{node.op_type}: networks with branches or loops are not run")
        if node.domain:
            raise ModelRefusedError(f"{node.domain}.{node.op_type} is a custom operation")
        if node.op_type not in known:
            raise ModelRefusedError(f"the operation {node.op_type} is not one we know")


def _only_ports(graph: OnnxGraph) -> tuple[OnnxPort, OnnxPort]:
    if len(graph.inputs) != 1 or len(graph.outputs) != 1:
        raise ModelRefusedError(
            f"it has {len(graph.inputs)} inputs and {len(graph.outputs)} outputs, not one picture "
            "in and one out"
        )
    source, result = graph.inputs[0], graph.outputs[0]
    if source.element_type not in _DTYPES:
        raise ModelRefusedError("its input is neither float32 nor float16")
    return source, result


def _channels(source: OnnxPort) -> Literal[1, 3]:
    dims = source.dims
    if dims is None or len(dims) != 4:
        rank = "no" if dims is None else str(len(dims))
        raise ModelRefusedError(f"its input has {rank} axes; (1, C, H, W) is needed")
    batch, channels, height, width = dims
    if batch not in {None, 1}:
        raise ModelRefusedError(f"it takes {batch} pictures at once; one is needed")
    if height is not None or width is not None:
        raise ModelRefusedError(
            f"it takes only {width} x {height} px; export it with free height and width"
        )
    if channels == 1:
        return 1
    if channels == 3:
        return 3
    raise ModelRefusedError(f"its input has {channels or 'any number of'} channels, not 1 or 3")


def _find_scale(graph: OnnxGraph, source: OnnxPort, channels: int) -> tuple[int, int]:
    for multiple in _SIZE_MULTIPLES:
        # Three sizes, not square: a wrong multiple shows in one of them.
        sizes = [(_BASE_PX + i * multiple, _BASE_PX + (i + 2) * multiple) for i in range(3)]
        scales = {_scale_at(graph, source, channels, size) for size in sizes}
        scale = scales.pop()
        if not scales and scale is not None:
            return scale, multiple
    # Once more, for the reason that the shape rules give.
    shape = _output_shape(graph, source, (1, channels, _BASE_PX, _BASE_PX))
    raise ModelRefusedError(
        f"it makes {shape} of (1, {channels}, {_BASE_PX}, {_BASE_PX}), "
        f"which is no enlargement by a whole factor up to {MAX_SCALE}"
    )


def _scale_at(
    graph: OnnxGraph, source: OnnxPort, channels: int, size: tuple[int, int]
) -> int | None:
    height, width = size
    try:
        shape = _output_shape(graph, source, (1, channels, height, width))
    except ModelRefusedError:
        return None
    scale = shape[-1] // width if shape else 0
    fits = shape == (1, channels, height * scale, width * scale)
    return scale if fits and 1 <= scale <= MAX_SCALE else None


def _output_shape(graph: OnnxGraph, source: OnnxPort, shape: Shape) -> Shape:
    known = propagate_shapes(graph, {source.name: shape})
    result = known.get(graph.outputs[0].name)
    if result is None:
        raise ModelRefusedError(f"nothing computes its output {graph.outputs[0].name!r}")
    return result.shape


def _precision(graph: OnnxGraph, source: OnnxPort) -> Precision:
    if any(node.op_type in {"QuantizeLinear", "QLinearConv"} for node in graph.nodes):
        return "int8"
    weights = [t for t in graph.initializers.values() if len(t.dims) == 4]
    is_half = source.element_type == 10 or any(t.data_type == 10 for t in weights)
    return "fp16" if is_half else "fp32"
