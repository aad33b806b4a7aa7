"""Works out the shape of every tensor of a model for one input size, without running it.

The ``onnx`` package infers shapes; where a model computes its sizes itself
(``Shape``, ``Slice``, ``Concat``, ``Reshape``), ONNX Runtime folds them first.
Weights are left out: only their shapes are kept, so that this is cheap.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from onnx import ModelProto, TensorProto, ValueInfoProto, helper, load_from_string, shape_inference

from engine.core.errors import EngineError, ModelRefusedError
from engine.core.units import format_bytes
from engine.inference.network.session import fold_constants

Shape: TypeAlias = tuple[int, ...]

# Shapes, axes and scales are tiny; anything larger is a weight.
_MAX_VALUE_COUNT = 4096
# Constants that networks compute are index tables and masks; the largest seen has 2 MB.
_MAX_CONSTANT_BYTES = 64 << 20
_ITEM_BYTES = 8


def tensor_shapes(model: ModelProto, input_name: str, input_shape: Shape) -> dict[str, Shape]:
    """Return the shapes of the tensors of ``model``, by name, as far as they are known.

    Args:
        model: A model with one input.
        input_name: Name of the input.
        input_shape: Shape of the input.

    Raises:
        ModelRefusedError: If it computes more constants than any network does, or is
            too corrupt for shapes to be inferred.
    """
    skeleton = _skeleton(model, input_name, input_shape)
    known = _infer(skeleton)
    _check_constants(skeleton, input_name, known)
    if all(name in known for node in skeleton.graph.node for name in node.output if name):
        return known
    _put_counts(skeleton, known)
    try:
        folded = load_from_string(fold_constants(skeleton.SerializeToString()))
    except EngineError:
        return known
    # Folding renames no tensors: the shapes found there hold here, too.
    known = {**_infer(folded), **known}
    _add_known(skeleton, known)
    return {**known, **_infer(skeleton)}


def pixel_tensors(model: ModelProto, input_name: str) -> frozenset[str]:
    """Return the tensors that depend on the pixels, and not only on their number."""
    found = {input_name}
    for node in model.graph.node:
        if node.op_type not in {"Shape", "Size"} and not found.isdisjoint(node.input):
            found.update(name for name in node.output if name)
    return frozenset(found)


def _skeleton(model: ModelProto, input_name: str, input_shape: Shape) -> ModelProto:
    skeleton = ModelProto()
    skeleton.ir_version = max(model.ir_version, 4)
    skeleton.opset_import.extend(model.opset_import)
    graph = skeleton.graph
    graph.name = "skeleton"
    graph.node.extend(model.graph.node)
    names = {tensor.name for tensor in model.graph.initializer}
    for port in model.graph.input:
        if port.name == input_name:
            kind = port.type.tensor_type.elem_type
            graph.input.append(helper.make_tensor_value_info(port.name, kind, input_shape))
        elif port.name not in names:
            graph.input.append(port)
    for tensor in model.graph.initializer:
        if math.prod(tensor.dims) <= _MAX_VALUE_COUNT:
            graph.initializer.append(tensor)
        else:
            graph.input.append(
                helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims))
            )
    # The declared sizes of an output are only names, and may be wrong.
    for port in model.graph.output:
        kind = port.type.tensor_type.elem_type
        graph.output.append(helper.make_tensor_value_info(port.name, kind, None))
    return skeleton


def _infer(model: ModelProto) -> dict[str, Shape]:
    try:
        inferred = shape_inference.infer_shapes(model, data_prop=True).graph
    except Exception as error:  # its C++ errors have no common base
        raise ModelRefusedError(_plain(str(error))) from error
    ports = [*inferred.input, *inferred.value_info, *inferred.output]
    known = {port.name: shape for port in ports if (shape := _static(port)) is not None}
    for tensor in inferred.initializer:
        known[tensor.name] = tuple(int(dim) for dim in tensor.dims)
    return known


def _put_counts(skeleton: ModelProto, known: dict[str, Shape]) -> None:
    """Replace ``Size`` by numbers: ONNX Runtime folds ``Shape``, but not this."""
    for node in skeleton.graph.node:
        if node.op_type == "Size" and node.input[0] in known:
            count = math.prod(known[node.input[0]])
            value = helper.make_tensor("count", TensorProto.INT64, [], [count])
            node.CopyFrom(helper.make_node("Constant", [], list(node.output), value=value))


def _static(port: ValueInfoProto) -> Shape | None:
    kind = port.type.tensor_type
    if not kind.HasField("shape"):
        return None
    dims = kind.shape.dim
    if not all(dim.HasField("dim_value") for dim in dims):
        return None
    return tuple(int(dim.dim_value) for dim in dims)


def _add_known(skeleton: ModelProto, known: dict[str, Shape]) -> None:
    outputs = {port.name: port for port in skeleton.graph.output}
    for node in skeleton.graph.node:
        for name in node.output:
            if name not in known:
                continue
            if name in outputs:
                kind = outputs[name].type.tensor_type.elem_type
                outputs[name].CopyFrom(helper.make_tensor_value_info(name, kind, known[name]))
            else:
                skeleton.graph.value_info.append(
                    helper.make_tensor_value_info(name, TensorProto.UNDEFINED, known[name])
                )


def _check_constants(skeleton: ModelProto, input_name: str, known: dict[str, Shape]) -> None:
    """Refuse a model that would compute huge tensors before it gets a picture."""
    # Depends on the picture; the other inputs of a skeleton are large weights.
    moving = {input_name}
    total_bytes = 0
    for node in skeleton.graph.node:
        if node.op_type not in {"Shape", "Size"} and not moving.isdisjoint(node.input):
            moving.update(node.output)
            continue
        total_bytes += _ITEM_BYTES * sum(_counts(node.output, known))
        if total_bytes > _MAX_CONSTANT_BYTES:
            raise ModelRefusedError(
                f"{node.op_type}: it computes more than {format_bytes(_MAX_CONSTANT_BYTES)} of "
                "constants; simplify it before you import it"
            )


def _counts(names: Iterable[str], known: dict[str, Shape]) -> Sequence[int]:
    return [math.prod(known[name]) for name in names if name in known]


def _plain(text: str) -> str:
    """Return the last line of an error of the ``onnx`` package, which names the fault."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return lines[-1][:300] if lines else "its shapes contradict each other"
