from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper

from engine.catalog import onnx_graph
from engine.catalog.onnx_graph import OnnxTensor, parse_graph, read_graph
from engine.core.errors import ModelRefusedError
from tests.helpers.odd_onnx import node, write_onnx
from tests.helpers.tiny_onnx import write_tiny_onnx


def test_nodes_ports_weights_and_attributes_are_read(tmp_path: Path) -> None:
    graph = read_graph(write_tiny_onnx(tmp_path / "net.onnx", scale=3, width=4))
    assert graph.opsets == {"": 18}
    assert [n.op_type for n in graph.nodes][-1] == "DepthToSpace"
    assert graph.nodes[-1].attributes == {"blocksize": 3, "mode": "CRD"}
    assert graph.nodes[0].attributes == {"pads": (1, 1, 1, 1)}
    assert graph.nodes[1].attributes["alpha"] == pytest.approx(0.2)
    assert graph.inputs[0].name == "lr"
    assert graph.inputs[0].dims == (1, 3, None, None)
    assert graph.outputs[0].element_type == TensorProto.FLOAT
    assert graph.initializers["w2"].dims == (4, 4, 3, 3)
    assert graph.initializers["w2"].count == 144


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([1, -2, 3], dtype=np.int64), [1, -2, 3]),
        (np.array([0.5, -1.5], dtype=np.float32), [0.5, -1.5]),
        (np.array([2.5], dtype=np.float16), [2.5]),
        (np.array([[True], [False]]), [[1], [0]]),
        (np.array([7], dtype=np.int32), [7]),
    ],
)
def test_small_constants_are_read_with_their_values(
    tmp_path: Path, array: NDArray[np.generic], expected: list[object]
) -> None:
    path = write_onnx(tmp_path / "a.onnx", [node("Identity", "lr", "sr")], weights={"c": array})
    value = read_graph(path).initializers["c"].value
    assert value is not None
    assert value.tolist() == expected


def test_values_that_are_not_stored_raw_are_read(tmp_path: Path) -> None:
    tensors = {
        "ints": helper.make_tensor("", TensorProto.INT64, [2], [-1, 5]),
        "int32s": helper.make_tensor("", TensorProto.INT32, [2], [-1, 5]),
        "floats": helper.make_tensor("", TensorProto.FLOAT, [2], [0.5, 2.0]),
    }
    nodes = [helper.make_node("Constant", [], [name], value=t) for name, t in tensors.items()]
    graph = read_graph(write_onnx(tmp_path / "a.onnx", nodes))
    values = [n.attributes["value"] for n in graph.nodes]
    assert [_content(value) for value in values] == [[-1, 5], [-1, 5], [0.5, 2.0]]


def _content(value: object) -> object:
    assert isinstance(value, OnnxTensor)
    assert value.value is not None
    return value.value.tolist()


def test_large_weights_are_measured_but_not_decoded(tmp_path: Path) -> None:
    weights = {"w": np.zeros((64, 65), dtype=np.float32)}
    path = write_onnx(tmp_path / "a.onnx", [node("Identity", "lr", "sr")], weights=weights)
    tensor = read_graph(path).initializers["w"]
    assert tensor.count == 64 * 65
    assert tensor.value is None


def test_a_weight_that_is_also_an_input_need_not_be_fed(tmp_path: Path) -> None:
    path = write_onnx(
        tmp_path / "a.onnx",
        [node("Add", "lr", "b", "sr")],
        inputs={"lr": (1, 3, "h", "w"), "b": (1,)},
        weights={"b": np.zeros(1, dtype=np.float32)},
    )
    assert [port.name for port in read_graph(path).inputs] == ["lr"]


def test_a_missing_and_a_foreign_file_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelRefusedError, match=r"gone\.onnx"):
        read_graph(tmp_path / "gone.onnx")
    (tmp_path / "photo.onnx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 64)
    with pytest.raises(ModelRefusedError, match=r"photo\.onnx"):
        read_graph(tmp_path / "photo.onnx")
    with pytest.raises(ModelRefusedError, match="no ONNX model"):
        parse_graph(b"")


def test_a_file_over_the_limit_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_graph, "MAX_FILE_BYTES", 100)
    with pytest.raises(ModelRefusedError, match="more than 100 B"):
        read_graph(write_tiny_onnx(tmp_path / "net.onnx"))


def test_more_fields_than_any_network_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx_graph, "_MAX_FIELDS", 10)
    with pytest.raises(ModelRefusedError, match="more entries"):
        read_graph(write_tiny_onnx(tmp_path / "net.onnx"))


@given(st.binary(max_size=300))
def test_random_bytes_are_read_or_refused_but_never_crash(content: bytes) -> None:
    _read_or_refuse(content)


@given(data=st.data())
def test_a_damaged_network_is_read_or_refused_but_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(_tiny_bytes(tmp_path_factory))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    _read_or_refuse(bytes(content[:cut]))


def _read_or_refuse(content: bytes) -> None:
    # Any other exception than the refusal fails the test.
    with contextlib.suppress(ModelRefusedError):
        assert parse_graph(content).opsets


_TINY: list[bytes] = []


def _tiny_bytes(factory: pytest.TempPathFactory) -> bytes:
    if not _TINY:
        _TINY.append(write_tiny_onnx(factory.mktemp("tiny") / "net.onnx").read_bytes())
    return _TINY[0]
