"""Reads the graph of an ONNX file: nodes, shapes and the sizes of its weights.

The runtime half has no ``onnx`` package: it would be 20 MB for the few fields
that are needed here, and it can follow links to other files. This reader
opens one file, decodes no weights and runs nothing. Field numbers are those of
the ONNX specification (onnx.proto).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.catalog.protobuf_wire import (
    FieldBudget,
    WireValue,
    as_bytes,
    as_float,
    as_int,
    as_text,
    read_fields,
    read_packed_varints,
)
from engine.core.errors import ModelRefusedError
from engine.core.regular_file import read_regular
from engine.core.units import format_bytes

MAX_FILE_BYTES = 256 * 1024 * 1024
"""A larger file is refused: the largest SR networks have 70 MB."""

SmallArray: TypeAlias = NDArray[np.int64] | NDArray[np.float64]
AttributeValue: TypeAlias = "int | float | str | tuple[int, ...] | tuple[float, ...] | OnnxTensor"

_MAX_FIELDS = 3_000_000
# Shapes, axes and scales of a graph are tiny; anything larger is a weight.
_MAX_VALUE_COUNT = 4096
_RAW_TYPES: dict[int, str] = {
    1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4",
    7: "<i8", 9: "?", 10: "<f2", 11: "<f8", 12: "<u4", 13: "<u8",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxTensor:
    """A constant of the graph.

    Attributes:
        name: Its name, empty inside an attribute.
        dims: Its shape.
        data_type: ONNX element type: 1 float32, 7 int64, 10 float16.
        is_external: Whether its content lies in another file.
        value: Its content when it is small, else None.
    """

    name: str
    dims: tuple[int, ...]
    data_type: int
    is_external: bool
    value: SmallArray | None

    @property
    def count(self) -> int:
        """Number of elements."""
        return math.prod(self.dims)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxNode:
    """One operation. An absent optional input has an empty name."""

    op_type: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, AttributeValue]
    has_subgraph: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxPort:
    """An input or output of the graph; None stands for a free dimension."""

    name: str
    element_type: int
    dims: tuple[int | None, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxGraph:
    """What an ONNX file holds, as far as it matters here.

    Attributes:
        opsets: Version by domain; the standard domain is the empty string.
        nodes: Operations in the order they run.
        initializers: Weights and constants by name.
        inputs: What must be fed: inputs that are not also initializers.
        outputs: What comes out.
        function_count: Functions the file defines itself.
    """

    opsets: dict[str, int]
    nodes: tuple[OnnxNode, ...]
    initializers: dict[str, OnnxTensor]
    inputs: tuple[OnnxPort, ...]
    outputs: tuple[OnnxPort, ...]
    function_count: int


def read_graph(path: Path) -> OnnxGraph:
    """Return the graph in the file ``path``.

    Raises:
        ModelRefusedError: If the file is missing, too large, damaged or no ONNX model.
    """
    try:
        size_bytes = path.stat().st_size
        if size_bytes > MAX_FILE_BYTES:
            limit = format_bytes(MAX_FILE_BYTES)
            raise ModelRefusedError(f"{path}: has {format_bytes(size_bytes)}, more than {limit}")
        content = read_regular(path, max_bytes=MAX_FILE_BYTES)
    except OSError as error:
        raise ModelRefusedError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        return parse_graph(content)
    except ModelRefusedError as error:
        raise ModelRefusedError(f"{path}: {error}") from error


def parse_graph(content: bytes) -> OnnxGraph:
    """Return the graph in the bytes of an ONNX file.

    Raises:
        ModelRefusedError: If they are damaged or no ONNX model.
    """
    budget = FieldBudget(left=_MAX_FIELDS)
    opsets: dict[str, int] = {}
    graph: memoryview | None = None
    function_count = 0
    for number, value in read_fields(memoryview(content), budget):
        if number == 7:
            if graph is not None:
                raise ModelRefusedError("the file holds two graphs")
            graph = as_bytes(value)
        elif number == 8:
            domain, version = _parse_opset(as_bytes(value), budget)
            opsets[domain] = version
        elif number == 25:
            function_count += 1
    if graph is None or not opsets:
        raise ModelRefusedError("the file is no ONNX model")
    return _parse_graph(graph, budget, opsets=opsets, function_count=function_count)


def _parse_opset(data: memoryview, budget: FieldBudget) -> tuple[str, int]:
    domain, version = "", 0
    for number, value in read_fields(data, budget):
        if number == 1:
            domain = as_text(value)
        elif number == 2:
            version = as_int(value)
    return "" if domain == "ai.onnx" else domain, version


def _parse_graph(
    data: memoryview, budget: FieldBudget, *, opsets: dict[str, int], function_count: int
) -> OnnxGraph:
    nodes: list[OnnxNode] = []
    tensors: list[OnnxTensor] = []
    inputs: list[OnnxPort] = []
    outputs: list[OnnxPort] = []
    for number, value in read_fields(data, budget):
        if number == 1:
            nodes.append(_parse_node(as_bytes(value), budget))
        elif number == 5:
            tensors.append(_parse_tensor(as_bytes(value), budget))
        elif number == 11:
            inputs.append(_parse_port(as_bytes(value), budget))
        elif number == 12:
            outputs.append(_parse_port(as_bytes(value), budget))
        elif number == 15:
            raise ModelRefusedError("the weights are sparse, which we do not read")
    initializers = {tensor.name: tensor for tensor in tensors}
    return OnnxGraph(
        opsets=opsets,
        nodes=tuple(nodes),
        initializers=initializers,
        inputs=tuple(port for port in inputs if port.name not in initializers),
        outputs=tuple(outputs),
        function_count=function_count,
    )


def _parse_node(data: memoryview, budget: FieldBudget) -> OnnxNode:
    names: dict[int, list[str]] = {1: [], 2: [], 4: [], 7: []}
    attributes: dict[str, AttributeValue] = {}
    has_subgraph = False
    for number, value in read_fields(data, budget):
        if number in names:
            names[number].append(as_text(value))
        elif number == 5:
            name, content, is_graph = _parse_attribute(as_bytes(value), budget)
            has_subgraph |= is_graph
            if content is not None:
                attributes[name] = content
    domain = "".join(names[7])
    return OnnxNode(
        op_type="".join(names[4]),
        domain="" if domain == "ai.onnx" else domain,
        inputs=tuple(names[1]),
        outputs=tuple(names[2]),
        attributes=attributes,
        has_subgraph=has_subgraph,
    )


def _parse_attribute(
    data: memoryview, budget: FieldBudget
) -> tuple[str, AttributeValue | None, bool]:
    name, is_graph = "", False
    content: AttributeValue | None = None
    ints: list[int] = []
    floats: list[float] = []
    for number, value in read_fields(data, budget):
        if number == 1:
            name = as_text(value)
        elif number == 2:
            content = as_float(value)
        elif number == 3:
            content = as_int(value)
        elif number == 4:
            content = as_text(value)
        elif number == 5:
            content = _parse_tensor(as_bytes(value), budget)
        elif number in {6, 11}:
            is_graph = True
        elif number == 7:
            floats.extend(_read_floats(value))
        elif number == 8:
            ints.extend(read_packed_varints(value))
    if ints:
        content = tuple(ints)
    elif floats:
        content = tuple(floats)
    return name, content, is_graph


def _read_floats(value: WireValue) -> list[float]:
    if isinstance(value, int):
        return [as_float(value)]
    whole = len(value) // 4 * 4
    return [float(number) for number in np.frombuffer(value[:whole], dtype="<f4")]


def _parse_port(data: memoryview, budget: FieldBudget) -> OnnxPort:
    name, element_type = "", 0
    dims: tuple[int | None, ...] | None = None
    for number, value in read_fields(data, budget):
        if number == 1:
            name = as_text(value)
        elif number == 2:
            for kind, content in read_fields(as_bytes(value), budget):
                if kind != 1:
                    raise ModelRefusedError(f"{name!r} is no tensor")
                element_type, dims = _parse_tensor_type(as_bytes(content), budget)
    return OnnxPort(name=name, element_type=element_type, dims=dims)


def _parse_tensor_type(
    data: memoryview, budget: FieldBudget
) -> tuple[int, tuple[int | None, ...] | None]:
    element_type = 0
    dims: tuple[int | None, ...] | None = None
    for number, value in read_fields(data, budget):
        if number == 1:
            element_type = as_int(value)
        elif number == 2:
            dims = tuple(
                _parse_dim(as_bytes(dim), budget) for _, dim in read_fields(as_bytes(value), budget)
            )
    return element_type, dims


def _parse_dim(data: memoryview, budget: FieldBudget) -> int | None:
    fixed = [as_int(value) for number, value in read_fields(data, budget) if number == 1]
    return fixed[-1] if fixed and fixed[-1] > 0 else None


def _parse_tensor(data: memoryview, budget: FieldBudget) -> OnnxTensor:
    dims: list[int] = []
    name, data_type, is_external = "", 0, False
    payloads: list[tuple[int, WireValue]] = []
    for number, value in read_fields(data, budget):
        if number == 1:
            dims.extend(read_packed_varints(value))
        elif number == 2:
            data_type = as_int(value)
        elif number == 8:
            name = as_text(value)
        elif number in {4, 5, 7, 9, 10, 11}:
            payloads.append((number, value))
        elif number == 13 or (number == 14 and as_int(value) == 1):
            is_external = True
    if any(dim < 0 for dim in dims):
        raise ModelRefusedError(f"the weight {name!r} has a negative size")
    shape = tuple(dims)
    small = 0 < math.prod(shape) <= _MAX_VALUE_COUNT and not is_external
    return OnnxTensor(
        name=name,
        dims=shape,
        data_type=data_type,
        is_external=is_external,
        value=_read_values(payloads, data_type, shape) if small else None,
    )


def _read_values(
    payloads: list[tuple[int, WireValue]], data_type: int, shape: tuple[int, ...]
) -> SmallArray | None:
    flat = _flat_values(payloads, data_type)
    if flat is None or flat.size != math.prod(shape):
        return None
    return to_small_array(flat.reshape(shape))


def to_small_array(values: ArrayLike) -> SmallArray:
    """Return ``values`` as the 64-bit floats or integers that shapes are computed in."""
    array = np.asarray(values)
    return array.astype(np.float64) if array.dtype.kind == "f" else array.astype(np.int64)


def _flat_values(
    payloads: list[tuple[int, WireValue]], data_type: int
) -> NDArray[np.generic] | None:
    numbers: list[float] = []
    for number, value in payloads:
        if number == 9:
            kind = _RAW_TYPES.get(data_type)
            raw = as_bytes(value)
            if kind is None or len(raw) % np.dtype(kind).itemsize:
                return None
            return np.frombuffer(raw, dtype=kind)
        if number in {5, 7, 11}:
            numbers.extend(read_packed_varints(value))
        elif number == 4:
            numbers.extend(_read_floats(value))
        else:
            return None
    is_float = data_type in {1, 11}
    return np.array(numbers, dtype=np.float64 if is_float else np.int64)
