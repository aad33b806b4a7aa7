"""Layers expressed by others compute the same as ONNX Runtime does for the originals."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from engine.export.targets.layer_folding import (
    diagonal,
    factor_and_bias,
    nearest_factor,
    repeated,
    split_kernels,
    ungrouped,
)

Array = NDArray[np.float32]
CHANNELS = 4
RANDOM = np.random.default_rng(0)
PICTURE = RANDOM.random((1, CHANNELS, 5, 7), np.float32)


def run(node: onnx.NodeProto, **constants: NDArray[np.generic]) -> Array:
    """Return what ONNX Runtime makes of `PICTURE`."""
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, PICTURE.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    session = ort.InferenceSession(model.SerializeToString())
    return np.asarray(session.run(None, {"x": PICTURE})[0], np.float32)


def convolved(kernel: Array, bias: Array) -> Array:
    node = helper.make_node("Conv", ["x", "kernel", "bias"], ["y"])
    return run(node, kernel=kernel, bias=np.broadcast_to(bias, (len(kernel),)).copy())


@pytest.mark.parametrize(
    "shape", [(), (1,), (CHANNELS, 1, 1), (1, CHANNELS, 1, 1)], ids=["scalar", "1", "C11", "1C11"]
)
@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("Add", ["x", "c"]),
        ("Add", ["c", "x"]),
        ("Sub", ["x", "c"]),
        ("Sub", ["c", "x"]),
        ("Mul", ["c", "x"]),
        ("Div", ["x", "c"]),
    ],
)
def test_arithmetic_with_a_constant_is_a_convolution(
    kind: str, names: list[str], shape: tuple[int, ...]
) -> None:
    constant = np.asarray(RANDOM.uniform(0.5, 2, shape), np.float32)
    node = helper.make_node(kind, names, ["y"])

    found = factor_and_bias(node, {"c": constant}, CHANNELS)

    assert found is not None
    source, factor, bias = found
    assert source == "x"
    made = convolved(diagonal(factor, CHANNELS), bias)
    np.testing.assert_allclose(made, run(node, c=constant), atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "names", "constant"),
    [
        ("Add", ["x", "y"], np.zeros(1, np.float32)),
        ("Div", ["c", "x"], np.ones(1, np.float32)),
        ("Div", ["x", "c"], np.zeros(1, np.float32)),
        ("Mul", ["x", "c"], np.ones((1, CHANNELS, 5, 7), np.float32)),
        ("Mul", ["x", "c"], np.ones(CHANNELS, np.float32)),
        ("Mul", ["x", "c"], np.ones(1, np.int64)),
    ],
    ids=["two pictures", "quotient", "zero", "per pixel", "per column", "integer"],
)
def test_other_arithmetic_is_not(kind: str, names: list[str], constant: Array) -> None:
    node = helper.make_node(kind, names, ["z"])

    assert factor_and_bias(node, {"c": constant}, CHANNELS) is None


@pytest.mark.parametrize("groups", [2, CHANNELS])
def test_groups_become_zeros(groups: int) -> None:
    kernel = RANDOM.normal(size=(8, CHANNELS // groups, 3, 3)).astype(np.float32)
    grouped = run(helper.make_node("Conv", ["x", "k"], ["y"], group=groups), k=kernel)

    whole = run(helper.make_node("Conv", ["x", "k"], ["y"]), k=ungrouped(kernel, groups))

    np.testing.assert_allclose(whole, grouped, atol=1e-6)


@pytest.mark.parametrize("block", [2, 3, 4])
@pytest.mark.parametrize(
    "how",
    [
        {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
        {"coordinate_transformation_mode": "half_pixel"},
        {},
    ],
    ids=["asymmetric", "half pixel", "default"],
)
def test_repeated_pixels_are_a_convolution_and_a_shuffle(block: int, how: dict[str, str]) -> None:
    node = helper.make_node("Resize", ["x", "", "s"], ["y"], mode="nearest", **how)
    scales = np.array([1, 1, block, block], np.float32)

    assert nearest_factor(node, {"s": scales}) == block
    copies = convolved(repeated(CHANNELS, block), np.zeros(1, np.float32))
    height, width = PICTURE.shape[2:]
    parts = copies.reshape(block, block, CHANNELS, height, width).transpose(2, 3, 0, 4, 1)
    made = parts.reshape(1, CHANNELS, height * block, width * block)
    np.testing.assert_array_equal(made, run(node, s=scales))


@pytest.mark.parametrize(
    ("scales", "how"),
    [
        ([1, 1, 2, 3], {}),
        ([1, 1, 1.5, 1.5], {}),
        ([1, 1, 0.5, 0.5], {}),
        ([1, 1, 2, 2], {"mode": "linear"}),
        ([1, 1, 2, 2], {"coordinate_transformation_mode": "align_corners"}),
        ([1, 1, 2, 2], {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "ceil"}),
    ],
)
def test_other_resizing_is_not(scales: list[float], how: dict[str, str]) -> None:
    node = helper.make_node("Resize", ["x", "", "s"], ["y"], **how)

    assert nearest_factor(node, {"s": np.array(scales, np.float32)}) is None


@pytest.mark.parametrize("sizes", [None, [1, 3], [3, 1]])
def test_parts_of_the_channels_are_picked(sizes: list[int] | None) -> None:
    inputs = ["x"] if sizes is None else ["x", "s"]
    tensors = {"s": np.array(sizes or [2, 2])}
    node = helper.make_node("Split", inputs, ["y", "z"], axis=1)
    if sizes is None:
        node.attribute.append(helper.make_attribute("num_outputs", 2))

    kernels = split_kernels(node, {} if sizes is None else tensors, CHANNELS)

    assert kernels is not None
    first = (sizes or [2, 2])[0]
    for kernel, part in zip(kernels, (PICTURE[:, :first], PICTURE[:, first:]), strict=True):
        np.testing.assert_array_equal(convolved(kernel, np.zeros(1, np.float32)), part)


def test_parts_of_other_axes_are_not() -> None:
    node = helper.make_node("Split", ["x"], ["y", "z"], axis=2, num_outputs=2)

    assert split_kernels(node, {}, CHANNELS) is None
