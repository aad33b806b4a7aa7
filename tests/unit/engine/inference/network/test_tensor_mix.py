"""Tests of mixing quantized networks: each integer stands for the number that was mixed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from engine.core.errors import InferenceError
from engine.inference.network.dial import mix_networks
from engine.inference.network.session import ProbeSession
from engine.quantization.int8_file import quantize_int8
from tests.helpers.tiny_onnx import write_tiny_onnx

PATCHES = [
    np.random.default_rng(seed).uniform(0.1, 0.9, (1, 3, 20, 20)).astype(np.float32)
    for seed in range(3)
]
SHARES = (0.4, 0.1, 0.3, 0.2)
Pair = tuple[list[bytes], list[bytes]]


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Four corners in float32 and the same quantized, each for ranges of its own."""
    folder = tmp_path_factory.mktemp("int8")
    files = [write_biased_onnx(folder / f"{seed}.onnx", seed=seed) for seed in range(4)]
    for path in files:
        quantize_int8(path, folder / f"int8-{path.name}", patches=PATCHES)
    return (
        [path.read_bytes() for path in files],
        [(folder / f"int8-{path.name}").read_bytes() for path in files],
    )


def difference(content: bytes, other: bytes) -> float:
    """Return the mean difference of two networks' pictures in 8-bit levels."""
    pictures = [
        np.concatenate([ProbeSession(one).run(p) for p in PATCHES]) for one in (content, other)
    ]
    return float(np.abs(pictures[0] - pictures[1]).mean() * 255)


def tensors(content: bytes) -> dict[str, NDArray[np.float64]]:
    graph = onnx.load_model_from_string(content).graph
    return {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}


def values(content: bytes, op_type: str = "DequantizeLinear") -> dict[str, NDArray[np.float64]]:
    """Return by name what the stored integers of a network stand for."""
    graph, stored = onnx.load_model_from_string(content).graph, tensors(content)
    found = {}
    for node in graph.node:
        if node.op_type == op_type and node.input[0] in stored:
            integers, scale, zero = (stored[name].astype(float) for name in node.input)
            shape = [-1] + [1] * (integers.ndim - 1)
            if scale.ndim:
                scale, zero = scale.reshape(shape), zero.reshape(shape)
            found[node.input[0]] = (integers - zero) * scale
    return found


def weighted(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.tensordot(SHARES, np.stack(parts), 1)


def test_weights_are_those_of_the_float_mix_within_half_a_step(networks: Pair) -> None:
    _, int8 = networks
    mixed = mix_networks(int8, SHARES)
    corners = [values(one) for one in int8]
    stored = tensors(mixed)

    weights = {name: got for name, got in values(mixed).items() if stored[name].dtype == np.int8}
    assert len(weights) >= 2
    for name, got in weights.items():
        expected = weighted([corner[name] for corner in corners])
        step = np.abs(expected).reshape(len(expected), -1).max(axis=1) / 127
        step = step.reshape(-1, *[1] * (got.ndim - 1))
        assert (np.abs(got - expected) <= 0.5001 * step).all()
        # The largest weight of each channel uses the whole range.
        largest = np.abs(stored[name].astype(int)).reshape(len(got), -1).max(axis=1)
        assert (largest == 127).all()


def test_ranges_of_activations_are_mixed(networks: Pair) -> None:
    _, int8 = networks
    content = mix_networks(int8, SHARES)
    mixed, corners = tensors(content), [tensors(one) for one in int8]
    nodes = [
        n for n in onnx.load_model_from_string(content).graph.node if n.op_type == "QuantizeLinear"
    ]

    assert nodes
    for _, scale, zero in (node.input for node in nodes):
        for limit in (0, 255):
            ends = [(limit - one[zero].astype(float)) * one[scale] for one in corners]
            got = (limit - mixed[zero].astype(float)) * mixed[scale]
            # The zero point is an integer: the range may move by half a step.
            assert got == pytest.approx(weighted(ends), abs=0.5001 * float(mixed[scale]))
    assert mixed[nodes[0].input[2]].dtype == corners[0][nodes[0].input[2]].dtype


def test_a_mixed_int8_network_is_as_near_to_fp32_as_its_corners(networks: Pair) -> None:
    fp32, int8 = networks
    losses = [difference(*pair) for pair in zip(fp32, int8, strict=True)]

    loss = difference(mix_networks(fp32, SHARES), mix_networks(int8, SHARES))

    assert min(losses) > 0
    assert loss < 1.5 * max(losses)


def test_equal_corners_stay_what_they_are(networks: Pair) -> None:
    _, int8 = networks

    assert difference(mix_networks([int8[0]] * 2, (0.3, 0.7)), int8[0]) < 0.05


def test_biases_have_the_scale_that_their_convolution_needs(networks: Pair) -> None:
    _, int8 = networks
    content = mix_networks(int8, SHARES)
    mixed, graph = tensors(content), onnx.load_model_from_string(content).graph
    makers = {name: node for node in graph.node for name in node.output}
    convs = [n for n in graph.node if n.op_type == "Conv" and n.input[2] in makers]

    assert len(convs) == 2
    for conv in convs:
        activation, weight, bias = (mixed[makers[name].input[1]] for name in conv.input)
        np.testing.assert_allclose(bias, activation * weight, rtol=1e-6)
        name = makers[conv.input[2]].input[0]
        ends = [values(one)[name] for one in int8]
        np.testing.assert_allclose(values(content)[name], weighted(ends), atol=float(bias.max()))


def test_integers_that_differ_and_are_no_weights_are_refused(tmp_path: Path) -> None:
    contents = []
    for axis in (1, 2):
        model = onnx.load_model_from_string(write_tiny_onnx(tmp_path / "n.onnx").read_bytes())
        value = np.array([axis], dtype=np.int64)
        model.graph.initializer.append(onnx.numpy_helper.from_array(value, "axes"))
        contents.append(model.SerializeToString())

    with pytest.raises(InferenceError, match="differ in axes"):
        mix_networks(contents, (0.5, 0.5))


def write_biased_onnx(path: Path, *, seed: int) -> Path:
    """Write a network of a head, two convolutions with biases, which int8 takes, and a tail."""
    rng = np.random.default_rng(seed)
    helper = onnx.helper
    shapes = {"w0": (8, 3, 3, 3), "b0": (8,), "w1": (8, 8, 3, 3), "b1": (8,)}
    shapes |= {"w2": (8, 8, 3, 3), "b2": (8,)}
    shapes |= {"w3": (12, 8, 1, 1), "b3": (12,)}
    nodes = [
        helper.make_node("Conv", ["lr", "w0", "b0"], ["w"], name="head", pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["w", "w1", "b1"], ["x"], name="one", pads=[1, 1, 1, 1]),
        helper.make_node("LeakyRelu", ["x"], ["y"], name="relu", alpha=0.2),
        helper.make_node("Conv", ["y", "w2", "b2"], ["z"], name="two", pads=[1, 1, 1, 1]),
        helper.make_node("Conv", ["z", "w3", "b3"], ["out"], name="tail"),
        helper.make_node("DepthToSpace", ["out"], ["sr"], blocksize=2, mode="CRD"),
    ]
    graph = helper.make_graph(
        nodes,
        "biased",
        [helper.make_tensor_value_info("lr", onnx.TensorProto.FLOAT, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info("sr", onnx.TensorProto.FLOAT, [1, 3, "sh", "sw"])],
        initializer=[
            onnx.numpy_helper.from_array(rng.normal(0, 0.2, shape).astype(np.float32), name)
            for name, shape in shapes.items()
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, path)
    return path
