from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from engine.models.shuffle_order import color_first, nodes_summed_into, place_first


def test_our_files_keep_the_colors_of_one_pixel_together() -> None:
    torchs = np.array(["R0", "R1", "R2", "R3", "G0", "G1", "G2", "G3"])

    assert place_first(torchs, 4).tolist() == ["R0", "G0", "R1", "G1", "R2", "G2", "R3", "G3"]


@given(colors=st.integers(1, 4), scale=st.integers(1, 4), inputs=st.integers(1, 3))
def test_both_orders_convert_into_each_other(colors: int, scale: int, inputs: int) -> None:
    kernel = np.random.default_rng(0).random((colors * scale**2, inputs, 3, 3))

    assert np.array_equal(color_first(place_first(kernel, scale**2), scale**2), kernel)


def test_a_shuffle_of_the_other_order_gives_the_same_picture() -> None:
    maps = torch.rand(1, 3 * 4, 2, 3)
    wanted = functional.pixel_shuffle(maps, 2)

    stored = torch.from_numpy(place_first(maps[0].numpy(), 4))
    # Depth to space as the files' operation does it: pixel rows, pixel columns, colors.
    blocks = stored.reshape(2, 2, 3, 2, 3).permute(2, 3, 0, 4, 1)

    assert torch.equal(blocks.reshape(3, 4, 6), wanted[0])


def node(kind: str, inputs: list[str], output: str) -> onnx.NodeProto:
    return onnx.helper.make_node(kind, inputs, [output], name=output)


def test_sums_are_followed_back_to_their_convolutions() -> None:
    nodes = [
        node("Conv", ["lr", "w"], "a"),
        node("Conv", ["lr", "w"], "b"),
        node("Add", ["a", "b"], "sum"),
        node("Add", ["sum", "a"], "twice"),
    ]
    producers = {n.output[0]: n for n in nodes}

    found = nodes_summed_into("twice", producers)

    assert {n.name for n in found} == {"a", "b", "sum", "twice"}
    assert len(found) == 4


@pytest.mark.parametrize("kind", ["Relu", "Mul"])
def test_anything_else_before_a_shuffle_is_refused_by_name(kind: str) -> None:
    producers = {"a": node(kind, ["lr", "lr"][: 1 + (kind == "Mul")], "a")}

    with pytest.raises(ValueError, match=kind):
        nodes_summed_into("a", producers)
    with pytest.raises(ValueError, match="The input"):
        nodes_summed_into("lr", producers)
