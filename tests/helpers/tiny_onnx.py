"""Builds small real SR networks as ONNX files, with random but harmless weights.

Each is nearest-neighbor enlargement plus a small random residual of
convolutions with zero padding, so that its output is a picture of its input.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, ValueInfoProto, checker, helper, numpy_helper, save

RECEPTIVE_FIELD_PX = 7
"""Three 3 x 3 convolutions in a row."""


def write_tiny_onnx(
    path: Path,
    *,
    scale: int = 2,
    channels: int = 3,
    width: int = 4,
    seed: int = 0,
    strength: float = 0.05,
) -> Path:
    """Write a network of three convolutions and one DepthToSpace to ``path``.

    Args:
        path: File to write.
        scale: Enlargement.
        channels: 1 or 3.
        width: Feature maps.
        seed: Of the random weights.
        strength: Size of the residual.

    Returns:
        ``path``.
    """
    rng = np.random.default_rng(seed)
    out = channels * scale**2

    def weight(name: str, shape: tuple[int, ...], gain: float) -> TensorProto:
        values = rng.normal(0, gain / np.sqrt(np.prod(shape[1:])), shape).astype(np.float32)
        return numpy_helper.from_array(values, name)

    def conv(source: str, kernel: str, target: str) -> NodeProto:
        return helper.make_node("Conv", [source, kernel], [target], pads=[1, 1, 1, 1])

    nodes = [
        conv("lr", "w1", "a"),
        helper.make_node("LeakyRelu", ["a"], ["b"], alpha=0.2),
        conv("b", "w2", "c"),
        helper.make_node("LeakyRelu", ["c"], ["d"], alpha=0.2),
        conv("d", "w3", "e"),
        helper.make_node("Conv", ["lr", "copy"], ["near"]),
        helper.make_node("Add", ["e", "near"], ["f"]),
        helper.make_node("DepthToSpace", ["f"], ["sr"], blocksize=scale, mode="CRD"),
    ]
    weights = [
        weight("w1", (width, channels, 3, 3), 1.0),
        weight("w2", (width, width, 3, 3), 1.0),
        weight("w3", (out, width, 3, 3), strength),
        numpy_helper.from_array(_copies(channels, scale), "copy"),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [_tensor("lr", channels, "height", "width")],
        [_tensor("sr", channels, "sr_height", "sr_width")],
        initializer=weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    checker.check_model(model)
    save(model, path)
    return path


FOLDING_RECEPTIVE_FIELD_PX = 11
"""Two 3 x 3 convolutions on blocks of 2 x 2 pixels: 5 pixels on each side."""


def write_folding_onnx(path: Path, *, scale: int = 2, seed: int = 0) -> Path:
    """Write an RGB network that first folds blocks of 2 x 2 pixels into channels.

    The sides of its input must be even.

    Returns:
        ``path``.
    """
    rng = np.random.default_rng(seed)
    first = rng.normal(0, 0.2, (4, 12, 3, 3)).astype(np.float32)
    second = rng.normal(0, 0.02, (3 * (2 * scale) ** 2, 4, 3, 3)).astype(np.float32)
    side = 2 * scale
    nodes = [
        helper.make_node("SpaceToDepth", ["lr"], ["a"], blocksize=2),
        helper.make_node("Conv", ["a", "w1"], ["b"], pads=[1, 1, 1, 1]),
        helper.make_node("LeakyRelu", ["b"], ["c"], alpha=0.2),
        helper.make_node("Conv", ["c", "w2"], ["d"], pads=[1, 1, 1, 1]),
        helper.make_node("DepthToSpace", ["d"], ["e"], blocksize=side, mode="CRD"),
        helper.make_node("Conv", ["lr", "copy"], ["near"]),
        helper.make_node("DepthToSpace", ["near"], ["large"], blocksize=scale, mode="CRD"),
        helper.make_node("Add", ["e", "large"], ["sr"]),
    ]
    graph = helper.make_graph(
        nodes,
        "folding",
        [_tensor("lr", 3, "height", "width")],
        [_tensor("sr", 3, "sr_height", "sr_width")],
        initializer=[
            numpy_helper.from_array(first, "w1"),
            numpy_helper.from_array(second, "w2"),
            numpy_helper.from_array(_copies(3, scale), "copy"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    checker.check_model(model)
    save(model, path)
    return path


def _copies(channels: int, scale: int) -> NDArray[np.float32]:
    copies = np.eye(channels, dtype=np.float32).repeat(scale**2, axis=0)
    return copies.reshape(channels * scale**2, channels, 1, 1)


def _tensor(name: str, channels: int, height: str, width: str) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, height, width])


def write_distance_onnx(path: Path) -> Path:
    """Write a graph with LPIPS's inputs that returns their mean absolute difference."""
    nodes = [
        helper.make_node("Sub", ["ref", "dist"], ["difference"]),
        helper.make_node("Abs", ["difference"], ["size"]),
        helper.make_node("ReduceMean", ["size"], ["score"], keepdims=1),
    ]
    shape: list[str | int | None] = [1, 3, "h", "w"]
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n in ("ref", "dist")]
    output = helper.make_tensor_value_info("score", TensorProto.FLOAT, [1, 1, 1, 1])
    graph = helper.make_graph(nodes, "distance", inputs, [output])
    opset = helper.make_opsetid("", 18)
    save(helper.make_model(graph, ir_version=10, opset_imports=[opset]), path)
    return path
