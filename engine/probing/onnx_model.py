"""Reads an ONNX model from untrusted bytes, and refuses what is never run.

Nothing of the model is run here, and no other file is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import onnx
from google.protobuf.message import DecodeError
from onnx import (
    AttributeProto,
    GraphProto,
    ModelProto,
    NodeProto,
    TensorProto,
    ValueInfoProto,
    defs,
)

from engine.catalog.card import Precision
from engine.core.errors import ModelRefusedError

# Attention over windows reshapes to eight axes; weights have at most five.
_MAX_WEIGHT_AXES = 16
# The largest transformers that torch's older exporter writes have 20,000.
_MAX_NODES = 100_000
_STANDARD_DOMAINS = frozenset({"", "ai.onnx"})
_CONTROL_FLOW = frozenset({"If", "Loop", "Scan", "SequenceMap"})
_RANDOM = frozenset(
    {
        "Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform",
        "RandomUniformLike",
    }
)  # fmt: skip
_QUANTIZED = frozenset({"QuantizeLinear", "QLinearConv", "ConvInteger"})
_DTYPES: dict[int, Literal["float32", "float16"]] = {
    TensorProto.FLOAT: "float32",
    TensorProto.FLOAT16: "float16",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """The only input and the only output of a network.

    Attributes:
        input_name: Name of the input.
        output_name: Name of the output.
        channels: 1 for gray, 3 for RGB.
        dtype: Element type of the input.
    """

    input_name: str
    output_name: str
    channels: Literal[1, 3]
    dtype: Literal["float32", "float16"]


def read_model(content: bytes) -> ModelProto:
    """Return the model in the bytes of an ONNX file.

    Raises:
        ModelRefusedError: If they are corrupt or hold what is never run: weights in
            other files, functions, branches, loops, random numbers, operations
            outside the standard.
    """
    try:
        model = onnx.load_from_string(content)
    except (DecodeError, ValueError) as error:
        raise ModelRefusedError("the file is not an ONNX model, or it is corrupt") from error
    if not model.graph.node or not model.opset_import:
        raise ModelRefusedError("the file is not an ONNX model")
    if model.functions:
        raise ModelRefusedError("it defines functions of its own; export it with them inlined")
    if model.graph.sparse_initializer:
        raise ModelRefusedError("its weights are sparse, which is not supported")
    if len(model.graph.node) > _MAX_NODES:
        raise ModelRefusedError(
            f"it has {len(model.graph.node):,} operations, more than any network"
        )
    opset = standard_opset(model)
    for node in model.graph.node:
        _check_node(node, opset)
    for tensor in _tensors(model.graph):
        _check_tensor(tensor)
    return model


def standard_opset(model: ModelProto) -> int:
    """Return the version of the standard operations that ``model`` uses."""
    versions = [o.version for o in model.opset_import if o.domain in _STANDARD_DOMAINS]
    return int(versions[0]) if versions else 1


def find_border(model: ModelProto) -> Border:
    """Return the input and the output of ``model``.

    Raises:
        ModelRefusedError: If they are not one picture of any size each; with the reason.
    """
    inputs, outputs = _ports(model)
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelRefusedError(
            f"it has {len(inputs)} inputs and {len(outputs)} outputs, not one picture "
            "in and one out"
        )
    source = inputs[0]
    dtype = _DTYPES.get(source.type.tensor_type.elem_type)
    if dtype is None:
        raise ModelRefusedError("its input is neither float32 nor float16")
    return Border(
        input_name=source.name,
        output_name=outputs[0].name,
        channels=_channels(input_dims(source)),
        dtype=dtype,
    )


def first_ports(model: ModelProto) -> tuple[ValueInfoProto, ValueInfoProto]:
    """Return the first input and the first output of ``model``.

    Raises:
        ModelRefusedError: If there is none.
    """
    inputs, outputs = _ports(model)
    if not inputs or not outputs:
        raise ModelRefusedError("it has no input or no output")
    return inputs[0], outputs[0]


def input_dims(port: ValueInfoProto) -> tuple[int | None, ...] | None:
    """Return the declared axes of ``port``, with None for free ones; None if none are declared."""
    kind = port.type.tensor_type
    if not kind.HasField("shape"):
        return None
    return tuple(
        int(dim.dim_value) if dim.HasField("dim_value") and dim.dim_value > 0 else None
        for dim in kind.shape.dim
    )


def weight_precision(model: ModelProto, border: Border) -> Precision:
    """Return the precision of the weights of ``model``."""
    if any(node.op_type in _QUANTIZED for node in model.graph.node):
        return "int8"
    kernels = [t for t in model.graph.initializer if len(t.dims) == 4]
    is_half = any(t.data_type == TensorProto.FLOAT16 for t in kernels)
    return "fp16" if is_half or border.dtype == "float16" else "fp32"


def _ports(model: ModelProto) -> tuple[list[ValueInfoProto], list[ValueInfoProto]]:
    # Old files list their weights among the inputs.
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [port for port in model.graph.input if port.name not in weights]
    return inputs, list(model.graph.output)


def _channels(dims: tuple[int | None, ...] | None) -> Literal[1, 3]:
    if dims is None or len(dims) != 4:
        rank = "no" if dims is None else str(len(dims))
        raise ModelRefusedError(f"its input has {rank} axes; (1, C, H, W) is needed")
    batch, channels, height, width = dims
    if width in {1, 3} and channels not in {1, 3} and (channels is None or channels > 4):
        raise ModelRefusedError(
            "its channels are the last axis (NHWC); export it with channels first: (1, C, H, W)"
        )
    if batch not in {None, 1}:
        raise ModelRefusedError(f"it takes {batch} pictures at once; one is needed")
    _check_free(height, width)
    if channels == 1:
        return 1
    if channels == 3:
        return 3
    raise ModelRefusedError(f"its input has {channels or 'any number of'} channels, not 1 or 3")


def _check_free(height: int | None, width: int | None) -> None:
    if height is None and width is None:
        return
    if height is None:
        fixed = f"its width is fixed at {width} px"
    elif width is None:
        fixed = f"its height is fixed at {height} px"
    else:
        fixed = f"it takes only {width} x {height} px"
    raise ModelRefusedError(f"{fixed}; export it with free height and width")


def _check_node(node: NodeProto, opset: int) -> None:
    has_graph = any(attribute.HasField("g") or attribute.graphs for attribute in node.attribute)
    if has_graph or node.op_type in _CONTROL_FLOW:
        raise ModelRefusedError(f"{node.op_type}: networks with branches or loops are not run")
    if node.domain not in _STANDARD_DOMAINS:
        raise ModelRefusedError(f"{node.domain}.{node.op_type} is a custom operation")
    if node.op_type in _RANDOM:
        raise ModelRefusedError(f"{node.op_type}: networks that draw random numbers are not run")
    if not defs.has(node.op_type, max_inclusive_version=opset):
        raise ModelRefusedError(f"{node.op_type} is not a known operation")


def _tensors(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            yield from _attribute_tensors(attribute)


def _attribute_tensors(attribute: AttributeProto) -> Iterator[TensorProto]:
    if attribute.HasField("t"):
        yield attribute.t
    yield from attribute.tensors
    sparse = [*attribute.sparse_tensors]
    if attribute.HasField("sparse_tensor"):
        sparse.append(attribute.sparse_tensor)
    for tensor in sparse:
        yield tensor.values
        yield tensor.indices


def _check_tensor(tensor: TensorProto) -> None:
    # Either sign is enough: readers differ in which of the two they follow.
    if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
        raise ModelRefusedError("its weights are in another file; export it as a single file")
    if len(tensor.dims) > _MAX_WEIGHT_AXES:
        raise ModelRefusedError(f"the weight {tensor.name!r} has {len(tensor.dims)} axes")
    if any(dim < 0 for dim in tensor.dims):
        raise ModelRefusedError(f"the weight {tensor.name!r} has a negative size")
