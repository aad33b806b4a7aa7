"""Builds ONNX files that are no SR network we run, or an unusual one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper, save

Dims = Sequence[int | str]
RGB: Dims = (1, 3, "height", "width")


def node(op_type: str, *names: str, **attributes: object) -> NodeProto:
    """Return a node with the given inputs and, last, its output."""
    made = helper.make_node(op_type, list(names[:-1]), [names[-1]])
    made.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
    return made


def write_onnx(
    path: Path,
    nodes: Sequence[NodeProto],
    *,
    weights: Mapping[str, NDArray[np.generic]] | None = None,
    inputs: Mapping[str, Dims] | None = None,
    outputs: Mapping[str, Dims] | None = None,
    element_type: int = TensorProto.FLOAT,
    opsets: Mapping[str, int] | None = None,
) -> Path:
    """Write a graph of ``nodes`` from ``lr`` to ``sr``; it need not be valid."""

    def ports(named: Mapping[str, Dims]) -> list[ValueInfoProto]:
        return [
            helper.make_tensor_value_info(name, element_type, list(dims))
            for name, dims in named.items()
        ]

    graph = helper.make_graph(
        list(nodes),
        "odd",
        ports(inputs or {"lr": RGB}),
        ports(outputs or {"sr": RGB}),
        [numpy_helper.from_array(array, name) for name, array in (weights or {}).items()],
    )
    imports = [helper.make_opsetid(*opset) for opset in (opsets or {"": 18}).items()]
    save(helper.make_model(graph, opset_imports=imports, ir_version=10), str(path))
    return path


def nearest_nodes(source: str = "lr", target: str = "sr") -> list[NodeProto]:
    """Return nodes that enlarge twice by repeating pixels."""
    return [
        helper.make_node("Constant", [], ["twice"], value_floats=[1.0, 1.0, 2.0, 2.0]),
        node(
            "Resize", source, "", "twice", target,
            mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor",
        ),
    ]  # fmt: skip
