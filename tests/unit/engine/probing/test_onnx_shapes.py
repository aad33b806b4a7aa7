from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from _pytest.mark.structures import ParameterSet
from numpy.typing import NDArray
from onnx import NodeProto, helper

from engine.core.errors import ModelRefusedError
from engine.probing.onnx_model import read_model
from engine.probing.onnx_shapes import Shape, tensor_shapes
from tests.helpers.odd_onnx import node, write_onnx

LR = (1, 4, 6, 8)


def ints(name: str, *values: int) -> NodeProto:
    return helper.make_node("Constant", [], [name], value_ints=list(values))


def floats(name: str, *values: float) -> NodeProto:
    return helper.make_node("Constant", [], [name], value_floats=list(values))


def case(*nodes: NodeProto, **weights: NDArray[np.float32]) -> ParameterSet:
    return pytest.param(list(nodes), weights, id=nodes[-1].op_type)


def kernel(*shape: int) -> NDArray[np.float32]:
    return np.zeros(shape, dtype=np.float32)


CASES = [
    case(node("Relu", "lr", "sr")),
    case(node("Add", "lr", "w", "sr"), w=kernel(4, 1, 1)),
    case(node("Conv", "lr", "w", "sr", dilations=[2, 2], pads=[2, 2, 2, 2]), w=kernel(5, 4, 3, 3)),
    case(
        node("Conv", "lr", "w", "sr", auto_pad="SAME_UPPER", strides=[2, 2]), w=kernel(5, 4, 3, 3)
    ),
    case(node("Conv", "lr", "w", "sr", auto_pad="VALID"), w=kernel(5, 4, 3, 3)),
    case(
        node(
            "ConvTranspose",
            "lr",
            "w",
            "sr",
            strides=[2, 2],
            pads=[1, 1, 1, 1],
            output_padding=[1, 1],
        ),
        w=kernel(4, 2, 3, 3),
    ),
    case(node("MaxPool", "lr", "sr", kernel_shape=[3, 3], strides=[2, 2])),
    case(node("AveragePool", "lr", "sr", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)),
    case(node("GlobalAveragePool", "lr", "sr")),
    case(node("DepthToSpace", "lr", "sr", blocksize=2)),
    case(node("SpaceToDepth", "lr", "sr", blocksize=2)),
    case(floats("s", 1, 1, 1.5, 2), node("Resize", "lr", "", "s", "sr")),
    case(ints("p", 0, 0, 1, 2, 0, 0, 3, 4), node("Pad", "lr", "p", "sr")),
    case(ints("p", 1, 2), ints("a", 3), node("Pad", "lr", "p", "", "a", "sr")),
    case(node("Concat", "lr", "lr", "sr", axis=1)),
    case(helper.make_node("Split", ["lr"], ["sr", "b"], axis=1, num_outputs=2)),
    case(ints("s", 1, 3), helper.make_node("Split", ["lr", "s"], ["sr", "b"], axis=1)),
    case(
        ints("s", -1),
        ints("e", -100),
        ints("a", 2),
        ints("t", -2),
        node("Slice", "lr", "s", "e", "a", "t", "sr"),
    ),
    case(
        ints("s", 1),
        ints("e", 9223372036854775807),
        ints("a", 3),
        node("Slice", "lr", "s", "e", "a", "sr"),
    ),
    case(ints("i", 2, 0, 1), node("Gather", "lr", "i", "sr", axis=1)),
    case(node("Transpose", "lr", "sr", perm=[0, 2, 3, 1])),
    case(ints("s", 0, 2, -1), node("Reshape", "lr", "s", "sr")),
    case(node("Flatten", "lr", "sr", axis=2)),
    case(ints("a", 0), node("Squeeze", "lr", "a", "sr")),
    case(ints("a", 0, 5), node("Unsqueeze", "lr", "a", "sr")),
    case(ints("s", 2, 4, 6, 8), node("Expand", "lr", "s", "sr")),
    case(ints("r", 1, 2, 3, 1), node("Tile", "lr", "r", "sr")),
    case(node("Shape", "lr", "s"), node("ConstantOfShape", "s", "sr")),
    case(ints("a", 1), node("ReduceMean", "lr", "a", "sr", keepdims=0)),
    case(node("ReduceMean", "lr", "sr")),
    case(ints("a", -1), node("ReduceMax", "lr", "a", "sr")),
    case(node("Transpose", "lr", "t", perm=[0, 1, 3, 2]), node("MatMul", "lr", "t", "sr")),
    case(
        node("Flatten", "lr", "f", axis=1), node("Gemm", "f", "w", "sr", transB=1), w=kernel(7, 192)
    ),
    case(node("Softmax", "lr", "sr", axis=-1)),
    case(
        node("Shape", "lr", "s", start=2),
        node("ReduceProd", "s", "n", keepdims=1),
        node("Expand", "w", "n", "sr"),
        w=kernel(1),
    ),
    case(
        node("Shape", "lr", "s", start=2),
        ints("two", 2),
        node("Div", "s", "two", "h"),
        node("Neg", "h", "m"),
        node("Sub", "s", "m", "z"),
        node("ConstantOfShape", "z", "sr"),
    ),
    case(
        node("Size", "lr", "n"),
        ints("a", 0),
        node("Unsqueeze", "n", "a", "u"),
        node("ConstantOfShape", "u", "sr"),
    ),
]


@pytest.mark.parametrize(("nodes", "weights"), CASES)
def test_shapes_agree_with_the_runtime(
    tmp_path: Path, nodes: list[NodeProto], weights: dict[str, NDArray[np.float32]]
) -> None:
    path = write_onnx(
        tmp_path / "net.onnx",
        nodes,
        weights=weights,
        inputs={"lr": LR},
        outputs={"sr": tuple(f"d{i}" for i in range(_rank(nodes, weights, tmp_path)))},
    )
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    truth = session.run(None, {"lr": np.zeros(LR, dtype=np.float32)})[0].shape
    assert shapes_of(path)["sr"] == truth


def shapes_of(path: Path, shape: Shape = LR) -> dict[str, Shape]:
    return tensor_shapes(read_model(path.read_bytes()), "lr", shape)


def _rank(nodes: list[NodeProto], weights: dict[str, NDArray[np.float32]], folder: Path) -> int:
    path = write_onnx(folder / "rank.onnx", nodes, weights=weights, inputs={"lr": LR})
    return len(shapes_of(path)["sr"])


def test_sizes_that_the_graph_computes_in_many_steps_are_followed(tmp_path: Path) -> None:
    # The pads that torch's older exporter writes for reflection: (0, 0, 2, 1, 0, 0, 2, 1).
    nodes = [
        ints("given", 1, 1, 2, 2),
        ints("four", 4),
        node("ConstantOfShape", "four", "rest", value=helper.make_tensor("v", 7, [1], [0])),
        node("Concat", "given", "rest", "all", axis=0),
        ints("pairs", -1, 2),
        node("Reshape", "all", "pairs", "rows"),
        ints("from", -1),
        ints("to", -(2**63) + 1),
        ints("axis", 0),
        node("Slice", "rows", "from", "to", "axis", "from", "turned"),
        node("Transpose", "turned", "columns", perm=[1, 0]),
        ints("flat", -1),
        node("Reshape", "columns", "flat", "pads"),
        node("Pad", "lr", "pads", "sr", mode="reflect"),
    ]
    path = write_onnx(tmp_path / "a.onnx", nodes, opsets={"": 17})

    assert shapes_of(path)["sr"] == (1, 4, 10, 10)


def test_a_size_that_depends_on_the_pixels_is_not_known(tmp_path: Path) -> None:
    nodes = [node("Cast", "lr", "i", to=7), node("NonZero", "i", "sr")]

    assert "sr" not in shapes_of(write_onnx(tmp_path / "a.onnx", nodes))


def test_constants_larger_than_any_network_computes_are_refused_before_they_are(
    tmp_path: Path,
) -> None:
    side = np.ones((1, 20_000), dtype=np.float32)
    nodes = [
        node("Transpose", "w", "t", perm=[1, 0]),
        node("Mul", "w", "t", "huge"),
        node("ReduceSum", "huge", "one"),
        node("Add", "lr", "one", "sr"),
    ]

    with pytest.raises(ModelRefusedError, match="of constants"):
        shapes_of(write_onnx(tmp_path / "a.onnx", nodes, weights={"w": side}))
