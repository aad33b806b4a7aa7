from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, load, save
from onnx.external_data_helper import convert_model_to_external_data

from engine.catalog.onnx_inspect import inspect_onnx
from engine.core.errors import ModelRefusedError
from tests.helpers.odd_onnx import RGB, nearest_nodes, node, write_onnx
from tests.helpers.tiny_onnx import write_tiny_onnx


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 3])
def test_scale_channels_and_cost_are_read_from_the_graph(
    tmp_path: Path, scale: int, channels: int
) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx", scale=scale, channels=channels)
    summary = inspect_onnx(path)
    assert (summary.scale, summary.channels, summary.size_multiple) == (scale, channels, 1)
    assert (summary.input_name, summary.output_name) == ("lr", "sr")
    assert (summary.dtype, summary.precision) == ("float32", "fp32")
    assert summary.macs == summary.params * 256 * 256


def test_the_size_multiple_of_a_network_that_folds_pixels_is_found(tmp_path: Path) -> None:
    nodes = [
        node("SpaceToDepth", "lr", "a", blocksize=4),
        node("DepthToSpace", "a", "b", blocksize=4),
    ]
    # Twice the size of what folding keeps: right only for multiples of four.
    path = write_onnx(tmp_path / "net.onnx", [*nodes, *nearest_nodes("b")])
    assert (inspect_onnx(path).scale, inspect_onnx(path).size_multiple) == (2, 4)


def test_half_precision_is_told_from_the_border(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", nearest_nodes(), element_type=TensorProto.FLOAT16)
    assert (inspect_onnx(path).dtype, inspect_onnx(path).precision) == ("float16", "fp16")


def test_quantised_networks_are_told_by_their_operations(tmp_path: Path) -> None:
    weights: dict[str, NDArray[np.generic]] = {
        "s": np.array(0.1, dtype=np.float32),
        "z": np.array(0, dtype=np.uint8),
    }
    nodes = [
        node("QuantizeLinear", "lr", "s", "z", "q"),
        node("DequantizeLinear", "q", "s", "z", "d"),
    ]
    path = write_onnx(tmp_path / "a.onnx", [*nodes, *nearest_nodes("d")], weights=weights)
    assert inspect_onnx(path).precision == "int8"


def test_weights_in_another_file_are_refused(tmp_path: Path) -> None:
    model = load(str(write_tiny_onnx(tmp_path / "net.onnx")))
    convert_model_to_external_data(model, location="../secrets.bin", size_threshold=0)
    for tensor in model.graph.initializer:
        tensor.data_location = TensorProto.EXTERNAL
    path = tmp_path / "external.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelRefusedError, match=r"external\.onnx: its weights lie in another file"):
        inspect_onnx(path)


def test_functions_of_the_file_are_refused(tmp_path: Path) -> None:
    model = load(str(write_tiny_onnx(tmp_path / "net.onnx")))
    opset = helper.make_opsetid("", 18)
    model.functions.append(helper.make_function("own", "F", ["a"], ["b"], [], [opset]))
    save(model, str(tmp_path / "f.onnx"))
    with pytest.raises(ModelRefusedError, match="functions of its own"):
        inspect_onnx(tmp_path / "f.onnx")


def test_branches_are_refused(tmp_path: Path) -> None:
    branch = helper.make_graph([node("Identity", "lr", "x")], "b", [], [])
    choose = helper.make_node("If", ["c"], ["sr"], then_branch=branch, else_branch=branch)
    with pytest.raises(ModelRefusedError, match="branches or loops"):
        inspect_onnx(write_onnx(tmp_path / "a.onnx", [choose]))


def test_custom_operations_are_refused_by_name(tmp_path: Path) -> None:
    custom = helper.make_node("Magic", ["lr"], ["sr"], domain="com.example")
    with pytest.raises(ModelRefusedError, match=r"com\.example\.Magic is a custom operation"):
        inspect_onnx(write_onnx(tmp_path / "a.onnx", [custom], opsets={"": 18, "com.example": 1}))


def test_unknown_operations_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelRefusedError, match="RandomNormalLike"):
        inspect_onnx(write_onnx(tmp_path / "a.onnx", [node("RandomNormalLike", "lr", "sr")]))


@pytest.mark.parametrize(
    ("dims", "reason"),
    [
        ((1, 3, 64, 64), "64 x 64"),
        ((1, 3, "h", 64), "64"),
        ((2, 3, "h", "w"), "2 pictures"),
        ((1, 4, "h", "w"), "4 channels"),
        ((1, "c", "h", "w"), "any number of channels"),
        ((1, "h", "w"), "3 axes"),
    ],
)
def test_inputs_that_are_no_picture_of_any_size_are_refused(
    tmp_path: Path, dims: tuple[int | str, ...], reason: str
) -> None:
    path = write_onnx(tmp_path / "a.onnx", nearest_nodes(), inputs={"lr": dims})
    with pytest.raises(ModelRefusedError, match=reason):
        inspect_onnx(path)


def test_a_batch_of_any_size_is_accepted(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", nearest_nodes(), inputs={"lr": ("n", 3, "h", "w")})
    assert inspect_onnx(path).scale == 2


def test_integer_pixels_are_refused(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", nearest_nodes(), element_type=TensorProto.UINT8)
    with pytest.raises(ModelRefusedError, match="float32"):
        inspect_onnx(path)


def test_several_inputs_or_outputs_are_refused(tmp_path: Path) -> None:
    two_in = write_onnx(tmp_path / "a.onnx", nearest_nodes(), inputs={"lr": RGB, "noise": RGB})
    two_out = write_onnx(tmp_path / "b.onnx", nearest_nodes(), outputs={"sr": RGB, "lr2": RGB})
    with pytest.raises(ModelRefusedError, match="2 inputs and 1 outputs"):
        inspect_onnx(two_in)
    with pytest.raises(ModelRefusedError, match="1 inputs and 2 outputs"):
        inspect_onnx(two_out)


def test_what_does_not_enlarge_by_a_whole_factor_is_refused(tmp_path: Path) -> None:
    pool = node("MaxPool", "lr", "sr", kernel_shape=[2, 2], strides=[2, 2])
    with pytest.raises(ModelRefusedError, match="no enlargement"):
        inspect_onnx(write_onnx(tmp_path / "a.onnx", [pool]))
    with pytest.raises(ModelRefusedError, match="nothing computes"):
        inspect_onnx(write_onnx(tmp_path / "b.onnx", [node("Relu", "lr", "other")]))
