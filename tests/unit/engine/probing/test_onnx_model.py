from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, load, numpy_helper, save

from engine.core.errors import ModelRefusedError
from engine.probing.onnx_model import Border, find_border, read_model, weight_precision
from tests.helpers.odd_onnx import RGB, nearest_nodes, node, write_onnx
from tests.helpers.tiny_onnx import write_tiny_onnx


def read(path: Path) -> ModelProto:
    return read_model(path.read_bytes())


def border_of(path: Path) -> Border:
    return find_border(read(path))


def precision_of(path: Path) -> str:
    model = read(path)
    return weight_precision(model, find_border(model))


def write_model(path: Path, model: ModelProto) -> Path:
    path.write_bytes(model.SerializeToString())
    return path


@pytest.mark.parametrize("channels", [1, 3])
def test_names_and_channels_are_read_from_the_graph(tmp_path: Path, channels: int) -> None:
    border = border_of(write_tiny_onnx(tmp_path / "net.onnx", channels=channels))
    assert (border.input_name, border.output_name) == ("lr", "sr")
    assert (border.channels, border.dtype) == (channels, "float32")


def test_weights_that_old_files_list_as_inputs_are_none(tmp_path: Path) -> None:
    path = write_onnx(
        tmp_path / "a.onnx",
        [node("Add", "lr", "b", "sr")],
        inputs={"lr": RGB, "b": (1,)},
        weights={"b": np.zeros(1, dtype=np.float32)},
    )
    assert border_of(path).input_name == "lr"


def test_half_precision_follows_from_the_input(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", nearest_nodes(), element_type=TensorProto.FLOAT16)
    assert (border_of(path).dtype, precision_of(path)) == ("float16", "fp16")


def test_quantized_networks_are_recognized_by_their_operations(tmp_path: Path) -> None:
    weights: dict[str, NDArray[np.generic]] = {
        "s": np.array(0.1, dtype=np.float32),
        "z": np.array(0, dtype=np.uint8),
    }
    nodes = [
        node("QuantizeLinear", "lr", "s", "z", "q"),
        node("DequantizeLinear", "q", "s", "z", "d"),
    ]
    path = write_onnx(tmp_path / "a.onnx", [*nodes, *nearest_nodes("d")], weights=weights)
    assert precision_of(path) == "int8"


def external(tensor: TensorProto) -> TensorProto:
    """Return ``tensor`` with its content in a file that nobody may open."""
    moved = TensorProto()
    moved.CopyFrom(tensor)
    moved.ClearField("raw_data")
    moved.data_location = TensorProto.EXTERNAL
    moved.external_data.add(key="location", value="../secrets.bin")
    return moved


def test_weights_in_another_file_are_refused(tmp_path: Path) -> None:
    model = load(str(write_tiny_onnx(tmp_path / "net.onnx")))
    model.graph.initializer[0].CopyFrom(external(model.graph.initializer[0]))
    with pytest.raises(ModelRefusedError, match="its weights are in another file"):
        read(write_model(tmp_path / "a.onnx", model))


@pytest.mark.parametrize("is_flagged", [True, False])
def test_constants_of_nodes_in_another_file_are_refused(tmp_path: Path, is_flagged: bool) -> None:
    value = external(numpy_helper.from_array(np.ones(9, dtype=np.float32), "c"))
    if not is_flagged:
        value.ClearField("data_location")  # a location alone is enough for some readers
    constant = helper.make_node("Constant", [], ["c"], value=value)
    nodes = [constant, *nearest_nodes("lr", "a"), node("Add", "a", "c", "sr")]
    with pytest.raises(ModelRefusedError, match="its weights are in another file"):
        read(write_onnx(tmp_path / "a.onnx", nodes))


@pytest.mark.parametrize("shape", [(1,) * 100, (1,) * 17])
def test_weights_with_more_axes_than_any_network_has_are_refused(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    model = load(str(write_tiny_onnx(tmp_path / "net.onnx")))
    model.graph.initializer.append(helper.make_tensor("big", TensorProto.FLOAT, shape, [1.0]))
    with pytest.raises(ModelRefusedError, match=f"'big' has {len(shape)} axes"):
        read(write_model(tmp_path / "a.onnx", model))


def test_sparse_weights_are_refused(tmp_path: Path) -> None:
    model = load(str(write_tiny_onnx(tmp_path / "net.onnx")))
    model.graph.sparse_initializer.add()
    with pytest.raises(ModelRefusedError, match="sparse"):
        read(write_model(tmp_path / "a.onnx", model))


def test_functions_of_the_file_are_refused(tmp_path: Path) -> None:
    model = load(str(write_tiny_onnx(tmp_path / "net.onnx")))
    opset = helper.make_opsetid("", 18)
    model.functions.append(helper.make_function("own", "F", ["a"], ["b"], [], [opset]))
    save(model, str(tmp_path / "f.onnx"))
    with pytest.raises(ModelRefusedError, match="functions of its own"):
        read(tmp_path / "f.onnx")


def test_branches_are_refused(tmp_path: Path) -> None:
    branch = helper.make_graph([node("Identity", "lr", "x")], "b", [], [])
    choose = helper.make_node("If", ["c"], ["sr"], then_branch=branch, else_branch=branch)
    with pytest.raises(ModelRefusedError, match="branches or loops"):
        read(write_onnx(tmp_path / "a.onnx", [choose]))


def test_custom_operations_are_refused_by_name(tmp_path: Path) -> None:
    custom = helper.make_node("Magic", ["lr"], ["sr"], domain="com.example")
    with pytest.raises(ModelRefusedError, match=r"com\.example\.Magic is a custom operation"):
        read(write_onnx(tmp_path / "a.onnx", [custom], opsets={"": 18, "com.example": 1}))


def test_unknown_operations_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelRefusedError, match="FancyResize is not a known operation"):
        read(write_onnx(tmp_path / "a.onnx", [node("FancyResize", "lr", "sr")]))
    with pytest.raises(ModelRefusedError, match="Gelu is not a known operation"):
        read(write_onnx(tmp_path / "a.onnx", [node("Gelu", "lr", "sr")], opsets={"": 17}))


def test_more_operations_than_any_network_has_are_refused(tmp_path: Path) -> None:
    nodes = [node("Relu", "lr", f"x{i}") for i in range(100_001)]
    with pytest.raises(ModelRefusedError, match="100,002 operations"):
        read(write_onnx(tmp_path / "a.onnx", [*nodes, node("Relu", "lr", "sr")]))


def test_chance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefusedError, match="RandomNormalLike: networks that draw"):
        read(write_onnx(tmp_path / "a.onnx", [node("RandomNormalLike", "lr", "sr")]))


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + b"x" * 64, b"\x08\x09"])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(ModelRefusedError, match="not an ONNX model"):
        read_model(content)


@given(data=st.data())
def test_a_corrupt_network_is_read_or_refused_but_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(_tiny_bytes(tmp_path_factory))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    # Any other exception than the refusal fails the test.
    with contextlib.suppress(ModelRefusedError):
        assert read_model(bytes(content[:cut])).graph.node


_TINY: list[bytes] = []


def _tiny_bytes(factory: pytest.TempPathFactory) -> bytes:
    if not _TINY:
        _TINY.append(write_tiny_onnx(factory.mktemp("tiny") / "net.onnx").read_bytes())
    return _TINY[0]


@pytest.mark.parametrize(
    ("dims", "reason"),
    [
        ((1, 3, 64, 48), "only 48 x 64 px"),
        ((1, 3, "h", 64), "its width is fixed at 64 px"),
        ((1, 3, 72, "w"), "its height is fixed at 72 px"),
        ((1, "h", "w", 3), "its channels are the last axis"),
        ((1, 64, 64, 3), "its channels are the last axis"),
        (("n", "h", "w", 1), "its channels are the last axis"),
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
        border_of(path)


def test_a_batch_of_any_size_is_accepted(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", nearest_nodes(), inputs={"lr": ("n", 3, "h", "w")})
    assert border_of(path).channels == 3


def test_integer_pixels_are_refused(tmp_path: Path) -> None:
    path = write_onnx(tmp_path / "a.onnx", nearest_nodes(), element_type=TensorProto.UINT8)
    with pytest.raises(ModelRefusedError, match="float32"):
        border_of(path)


def test_several_inputs_or_outputs_are_refused(tmp_path: Path) -> None:
    two_in = write_onnx(tmp_path / "a.onnx", nearest_nodes(), inputs={"lr": RGB, "noise": RGB})
    two_out = write_onnx(tmp_path / "b.onnx", nearest_nodes(), outputs={"sr": RGB, "lr2": RGB})
    with pytest.raises(ModelRefusedError, match="2 inputs and 1 outputs"):
        border_of(two_in)
    with pytest.raises(ModelRefusedError, match="1 inputs and 2 outputs"):
        border_of(two_out)
