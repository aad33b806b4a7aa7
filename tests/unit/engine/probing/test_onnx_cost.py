from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from engine.core.errors import ModelRefusedError
from engine.probing.answers import GraphCost
from engine.probing.onnx_cost import convolution_macs, count_cost
from engine.probing.onnx_model import read_model
from tests.helpers.odd_onnx import node, write_onnx
from tests.helpers.tiny_onnx import write_tiny_onnx


def cost_of(path: Path, height_px: int, width_px: int) -> GraphCost:
    return count_cost(read_model(path.read_bytes()), height_px=height_px, width_px=width_px)


def test_a_hand_counted_network(tmp_path: Path) -> None:
    cost = cost_of(write_tiny_onnx(tmp_path / "net.onnx", scale=2, width=4), 10, 20)
    weights = 4 * 3 * 9 + 4 * 4 * 9 + 12 * 4 * 9 + 12 * 3
    assert cost.params == weights
    assert cost.macs == cost.conv_macs == weights * 200
    assert cost.conv_activations == (4 + 4 + 12 + 12) * 200
    assert cost.output_shape == (1, 3, 20, 40)


def test_strides_groups_and_transposed_convolutions(tmp_path: Path) -> None:
    weights = {
        "down": np.zeros((6, 1, 3, 3), dtype=np.float32),
        "up": np.zeros((6, 3, 2, 2), dtype=np.float32),
    }
    nodes = [
        node("Conv", "lr", "down", "a", group=3, strides=[2, 2], pads=[1, 1, 1, 1]),
        node("ConvTranspose", "a", "up", "sr", strides=[2, 2]),
    ]
    cost = cost_of(write_onnx(tmp_path / "a.onnx", nodes, weights=weights), 8, 8)
    assert cost.output_shape == (1, 3, 8, 8)
    assert cost.conv_macs == 6 * 9 * 16 + 6 * 3 * 4 * 16


def test_each_convolution_is_counted_by_name(tmp_path: Path) -> None:
    model = read_model(write_tiny_onnx(tmp_path / "net.onnx", scale=2, width=4).read_bytes())
    for number, one in enumerate(model.graph.node):
        one.name = f"{one.op_type}{number}"

    found = convolution_macs(model, height_px=10, width_px=20)

    weights = [4 * 3 * 9, 4 * 4 * 9, 12 * 4 * 9, 12 * 3]
    assert found == dict(
        zip(("Conv0", "Conv2", "Conv4", "Conv5"), [200 * one for one in weights], strict=True)
    )


def test_matrix_products_are_counted_apart(tmp_path: Path) -> None:
    weights = {"w": np.zeros((8, 5), dtype=np.float32)}
    nodes = [node("MatMul", "lr", "w", "sr")]
    cost = cost_of(write_onnx(tmp_path / "a.onnx", nodes, weights=weights), 4, 8)
    assert (cost.conv_macs, cost.matmul_macs) == (0, 3 * 4 * 8 * 5)


def test_shapes_the_graph_computes_itself_are_followed(tmp_path: Path) -> None:
    # sr = lr resized to (1, 3, 2 h, 2 w), computed by Shape, Slice, Mul and Concat.
    constants = {
        "zero": [0], "two": [2], "four": [4],
    }  # fmt: skip
    nodes = [
        helper.make_node("Constant", [], [name], value_ints=value)
        for name, value in constants.items()
    ]
    nodes += [
        node("Shape", "lr", "shape"),
        node("Slice", "shape", "zero", "two", "front"),
        node("Slice", "shape", "two", "four", "back"),
        node("Mul", "back", "two", "doubled"),
        node("Concat", "front", "doubled", "size", axis=0),
        node("Resize", "lr", "", "", "size", "sr", mode="nearest"),
    ]
    cost = cost_of(write_onnx(tmp_path / "a.onnx", nodes), 5, 7)
    assert cost.output_shape == (1, 3, 10, 14)


def test_products_written_as_einsum_are_counted(tmp_path: Path) -> None:
    weights = {"w": np.zeros((8, 5), dtype=np.float32)}
    nodes = [node("Einsum", "lr", "w", "sr", equation="bchw,wk->bchk")]

    cost = cost_of(write_onnx(tmp_path / "a.onnx", nodes, weights=weights), 4, 8)

    assert cost.matmul_macs == 3 * 4 * 8 * 5


def test_a_size_that_cannot_be_worked_out_is_named(tmp_path: Path) -> None:
    weights = {"w": np.zeros((4, 3), dtype=np.float32)}
    nodes = [
        node("NonZero", "lr", "where"),
        node("Cast", "where", "some", to=1),
        node("MatMul", "w", "some", "sr"),
    ]
    path = write_onnx(tmp_path / "a.onnx", nodes, weights=weights)

    with pytest.raises(ModelRefusedError, match="MatMul: the size of"):
        cost_of(path, 4, 4)


@pytest.mark.needs_data
def test_the_peers_cost_what_their_table_says(data_folder: Path) -> None:
    table = json.loads((data_folder / "peers" / "peers.json").read_text(encoding="utf-8"))
    for peer in table["networks"]:
        cost = cost_of(data_folder / "peers" / peer["file"], 256, 256)
        assert cost.macs / 1e9 == pytest.approx(peer["gmac"], abs=0.006), peer["name"]
        # The table counts a few constants of two elements as weights.
        assert cost.params == pytest.approx(peer["params"], abs=4), peer["name"]
