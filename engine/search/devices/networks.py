"""Writes networks of a given shape as ONNX files, and reads the shapes of others."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, helper, numpy_helper

from engine.config.mfa_sizes import MfaSizes
from engine.core.atomic_file import atomic_path
from engine.core.errors import ModelRefusedError
from engine.space.layers import Layer

_OPSET = 18
_IR_VERSION = 10
_ENLARGING = ("DepthToSpace", "Resize", "Upsample")
_SHRINKING = ("MaxPool", "AveragePool", "SpaceToDepth")
_SLOPE = 0.05  # of the leaky ReLU in `MfaNet`


def write_network(
    sizes: MfaSizes, path: Path, *, scale: int, size_px: tuple[int, int] | None = None
) -> None:
    """Write an MFANet of random weights, with the nodes and their order of an exported one.

    Args:
        sizes: Its sizes.
        path: File to write.
        scale: Its enlargement.
        size_px: Height and width of its input; any size when not given.

    Raises:
        OutputError: If the file cannot be written.
    """
    graph = _Graph()
    trunk = sizes.channels
    head = graph.convolution("lr", 3, 3, trunk)
    features, total = head, ""
    for number in range(sizes.blocks):
        features = _block(graph, features, sizes, number)
        gathered = graph.convolution(features, 1, trunk, trunk)
        total = graph.sum(total, gathered) if total else gathered
    body = graph.sum(graph.convolution(total, 3, trunk, trunk), head)
    outputs = 3 * scale**2
    picture = graph.convolution("lr", 3, 3, outputs)
    detail = graph.convolution(body, sizes.tail_kernel, trunk, outputs)
    last = graph.sum(detail, picture)
    shuffle = helper.make_node("DepthToSpace", [last], ["sr"], mode="DCR", blocksize=scale)
    graph.nodes.append(shuffle)
    graph.save(path, size_px=size_px, scale=scale)


def write_chain(width: int, length: int, path: Path) -> None:
    """Write ``length`` 3x3 convolutions of ``width`` channels in a row, between RGB pictures.

    Raises:
        OutputError: If the file cannot be written.
    """
    graph = _Graph()
    features = graph.convolution("lr", 3, 3, width, is_activated=True)
    for _ in range(length):
        features = graph.convolution(features, 3, width, width, is_activated=True)
    last = graph.convolution(features, 1, width, 3)
    graph.nodes.append(helper.make_node("Identity", [last], ["sr"]))
    graph.save(path, size_px=None, scale=1)


def read_layers(path: Path) -> tuple[Layer, ...]:
    """Return the convolutions of an ONNX network that computes all of them at LR resolution.

    Raises:
        ModelRefusedError: If it cannot be read or has convolutions elsewhere.
    """
    try:
        model = onnx.load(path)
    except Exception as error:  # any of several packages' own errors
        raise ModelRefusedError(f"{path}: not an ONNX network that can be read") from error
    is_enlarged = False
    weights = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    layers: list[Layer] = []
    for node in model.graph.node:
        if node.op_type == "Conv" and not is_enlarged:
            layers.append(_layer_of(node, weights, path))
        elif "Conv" in node.op_type or node.op_type in _SHRINKING:
            raise _refused(node, path)
        # What is enlarged last, such as a picture that is added to the output, is no convolution.
        is_enlarged |= node.op_type in _ENLARGING
    if not layers:
        raise ModelRefusedError(f"{path}: has no convolutions, so its latency is not predicted")
    return tuple(layers)


def _layer_of(node: NodeProto, weights: dict[str, tuple[int, ...]], path: Path) -> Layer:
    dims = weights.get(node.input[1], ())
    attributes = {attribute.name: attribute for attribute in node.attribute}
    strides = attributes["strides"].ints if "strides" in attributes else (1, 1)
    groups = attributes["group"].i if "group" in attributes else 1
    if len(dims) != 4 or dims[2] != dims[3] or set(strides) != {1}:
        raise _refused(node, path)
    return Layer(
        role=node.output[0],
        in_channels=dims[1] * groups,
        out_channels=dims[0],
        kernel_px=dims[2],
        groups=groups,
        has_bias=len(node.input) > 2,
    )


def _refused(node: NodeProto, path: Path) -> ModelRefusedError:
    return ModelRefusedError(
        f"{path}: {node.op_type} {node.output[0]!r}: latency is predicted only for fp32 networks "
        "whose convolutions all work on maps of the size of the input; use 'mfagan profile'"
    )


def _block(graph: _Graph, features: str, sizes: MfaSizes, number: int) -> str:
    trunk, (near_width, middle_width) = sizes.channels, sizes.inner[number]
    near = graph.convolution(features, 3, trunk, near_width, is_activated=True)
    middle = graph.convolution(near, 3, near_width, middle_width, is_activated=True)
    total = features
    if sizes.taps[number]:
        total = graph.sum(total, graph.convolution(near, 1, near_width, trunk))
    last = graph.convolution(middle, sizes.last_kernels[number], middle_width, trunk)
    return graph.sum(total, last)


@dataclass(slots=True)
class _Graph:
    """Nodes and weights of a graph that grows."""

    nodes: list[NodeProto] = field(default_factory=list)
    weights: list[TensorProto] = field(default_factory=list)
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def convolution(
        self,
        source: str,
        kernel: int,
        in_channels: int,
        out_channels: int,
        *,
        is_activated: bool = False,
    ) -> str:
        """Append a convolution that keeps the size, and return the name of its output."""
        name = f"conv{len(self.nodes)}"
        # The variance of He et al. keeps the size of values from layer to layer: ever smaller
        # ones would become denormal numbers, which some CPUs compute 100 times slower.
        spread = np.sqrt(2 / (in_channels * kernel**2))
        values = self.random.normal(0, spread, (out_channels, in_channels, kernel, kernel))
        bias = np.zeros(out_channels, dtype=np.float32)
        self.weights += [
            numpy_helper.from_array(values.astype(np.float32), f"{name}.weight"),
            numpy_helper.from_array(bias, f"{name}.bias"),
        ]
        inputs = [source, f"{name}.weight", f"{name}.bias"]
        sides, pads = [kernel] * 2, [kernel // 2] * 4
        self.nodes.append(helper.make_node("Conv", inputs, [name], kernel_shape=sides, pads=pads))
        if not is_activated:
            return name
        self.nodes.append(helper.make_node("LeakyRelu", [name], [f"{name}.act"], alpha=_SLOPE))
        return f"{name}.act"

    def sum(self, left: str, right: str) -> str:
        """Append the sum of two maps, and return its name."""
        name = f"sum{len(self.nodes)}"
        self.nodes.append(helper.make_node("Add", [left, right], [name]))
        return name

    def save(self, path: Path, *, size_px: tuple[int, int] | None, scale: int) -> None:
        """Write the graph from ``lr`` to ``sr``."""
        lr: list[int | str] = [1, 3, *(size_px or ("height", "width"))]
        sr: list[int | str] = [1, 3, "sr_height", "sr_width"]
        if size_px is not None:
            sr[2:] = [scale * side for side in size_px]
        graph = helper.make_graph(
            self.nodes,
            "network",
            [helper.make_tensor_value_info("lr", TensorProto.FLOAT, lr)],
            [helper.make_tensor_value_info("sr", TensorProto.FLOAT, sr)],
            initializer=self.weights,
        )
        opset = helper.make_opsetid("", _OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=_IR_VERSION)
        with atomic_path(path) as part:
            onnx.save(model, part)
