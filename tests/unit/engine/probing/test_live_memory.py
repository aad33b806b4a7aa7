"""The estimate is what one finds by walking a small graph by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper, save

from engine.probing.onnx_cost import count_cost
from engine.probing.onnx_model import read_model

MAP = 8 * 8 * 4  # bytes of one channel of an 8x8 map


def peak_of(tmp_path: Path, nodes: list[NodeProto], output: str, **weights: int) -> int | None:
    """Write a graph of 1x1 convolutions, each weight of so many outputs by 3 inputs or 4."""
    path = tmp_path / "net.onnx"
    tensors = [
        numpy_helper.from_array(
            np.zeros((out, 4 if name[-1] == "4" else 3, 1, 1), np.float32), name
        )
        for name, out in weights.items()
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("lr", TensorProto.FLOAT, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        tensors,
    )
    save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 18)]), path)
    return count_cost(read_model(path.read_bytes()), height_px=8, width_px=8).live_peak_bytes


def test_a_convolution_needs_its_input_and_its_output(tmp_path: Path) -> None:
    nodes = [helper.make_node("Conv", ["lr", "w"], ["a"])]

    assert peak_of(tmp_path, nodes, "a", w=4) == (3 + 4) * MAP


def test_a_map_is_given_back_after_its_last_reader(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["lr", "w"], ["a"]),
        helper.make_node("Conv", ["a", "v4"], ["b"]),
    ]

    assert peak_of(tmp_path, nodes, "b", w=4, v4=5) == (4 + 5) * MAP


def test_a_map_that_is_added_later_stays(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["lr", "w"], ["a"]),
        helper.make_node("Conv", ["a", "v4"], ["b"]),
        helper.make_node("Conv", ["b", "u"], ["c"]),
        helper.make_node("Add", ["a", "c"], ["d"]),
    ]

    # At the third convolution: a, b and c. The sum is written over one of them.
    assert peak_of(tmp_path, nodes, "d", w=4, v4=3, u=4) == (4 + 3 + 4) * MAP


def test_an_activation_writes_over_its_input(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["lr", "w"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Reshape", ["b", "shape"], ["c"]),
    ]
    shape = helper.make_node("Constant", [], ["shape"], value_ints=[1, 2, 16, 8])

    assert peak_of(tmp_path, [shape, *nodes], "c", w=4) == (3 + 4) * MAP


def test_an_activation_spares_an_input_that_is_read_again(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["lr", "w"], ["a"]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Add", ["a", "b"], ["c"]),
    ]

    assert peak_of(tmp_path, nodes, "c", w=4) == (4 + 4) * MAP


def test_a_view_keeps_what_it_looks_at(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["lr", "w"], ["a"]),
        helper.make_node("Identity", ["a"], ["b"]),
        helper.make_node("Relu", ["a"], ["c"]),
        helper.make_node("Add", ["b", "c"], ["d"]),
    ]

    assert peak_of(tmp_path, nodes, "d", w=4) == (4 + 4) * MAP


def test_joined_maps_lie_beside_their_parts(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Conv", ["lr", "w"], ["a"]),
        helper.make_node("Concat", ["lr", "a"], ["b"], axis=1),
    ]

    assert peak_of(tmp_path, nodes, "b", w=4) == (3 + 4 + 7) * MAP


def test_a_map_whose_size_cannot_be_worked_out_is_not_guessed(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("NonZero", ["lr"], ["where"]),
        helper.make_node("Conv", ["lr", "w"], ["a"]),
    ]

    assert peak_of(tmp_path, nodes, "a", w=4) is None
