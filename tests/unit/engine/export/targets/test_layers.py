from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from engine.export.targets.layers import (
    Activation,
    Convolution,
    Shuffle,
    UnsupportedLayerError,
    channels_of,
    obstacle,
    read_layers,
    scales_of,
)
from engine.export.targets.plain_network import PlainNetwork, with_unit_range
from engine.inference.network.session import ProbeSession
from tests.helpers.plain_networks import plain_network
from tests.helpers.tiny_models import tiny_card
from tests.helpers.tiny_onnx import write_tiny_onnx


def with_nodes(network: PlainNetwork, nodes: Sequence[onnx.NodeProto]) -> PlainNetwork:
    """Return the network with ``nodes`` between its output and the clipping, ``x`` to ``y``."""
    model = network.model()
    clip = model.graph.node[-1]
    place = len(model.graph.node) - 1
    for offset, node in enumerate(nodes):
        node.input[0] = node.input[0].replace("x", clip.input[0])
        model.graph.node.insert(place + offset, node)
    model.graph.node[-1].input[0] = "y"
    return PlainNetwork(card=network.card, content=model.SerializeToString())


def test_a_network_is_read_from_its_picture_to_its_result(tmp_path: Path) -> None:
    layers = read_layers(plain_network(tmp_path, scale=4))

    kinds = [type(layer).__name__ for layer in layers]
    assert kinds.count("Convolution") == 4
    assert isinstance(layers[-2], Shuffle)
    assert isinstance(layers[-1], Activation)
    assert layers[-1].kind == "clip"
    first = layers[0]
    assert isinstance(first, Convolution)
    assert first.kernel.shape == (4, 3, 3, 3)
    assert first.bias.any()


def test_the_size_of_each_tensor_follows_from_the_layers(tmp_path: Path) -> None:
    layers = read_layers(plain_network(tmp_path, scale=4))

    assert channels_of(layers, 3)["sr"] == 3
    assert channels_of(layers, 3)[layers[-2].source] == 48  # type: ignore[union-attr]
    assert scales_of(layers)["sr"] == 4
    assert scales_of(layers)["lr"] == 1


def test_a_constant_for_each_pixel_is_refused_by_name(tmp_path: Path) -> None:
    network = plain_network(tmp_path)
    gain = helper.make_node("Mul", ["x", "gain"], ["y"], "half")
    model = with_nodes(network, [gain]).model()
    values = np.full((1, 3, 16, 16), 0.5, np.float32)
    model.graph.initializer.append(numpy_helper.from_array(values, "gain"))
    changed = PlainNetwork(card=network.card, content=model.SerializeToString())

    with pytest.raises(UnsupportedLayerError, match="half: reads gain, no picture"):
        read_layers(changed)


@pytest.mark.parametrize(
    "node",
    [
        helper.make_node("Softplus", ["x"], ["y"], "bend"),
        helper.make_node("Erf", ["x"], ["y"], "bend"),
        helper.make_node("DepthToSpace", ["x"], ["y"], "bend", blocksize=2, mode="CRD"),
    ],
)
def test_a_layer_that_is_not_known_is_named(tmp_path: Path, node: onnx.NodeProto) -> None:
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    network = with_nodes(plain_network(tmp_path), [copy])

    reason = obstacle(network)

    assert reason is not None
    assert "bend" in reason


@pytest.mark.parametrize(
    ("attribute", "value"), [("strides", [2, 2]), ("dilations", [2, 2]), ("pads", [0, 0, 0, 0])]
)
def test_a_convolution_that_changes_the_size_is_refused(
    tmp_path: Path, attribute: str, value: list[int]
) -> None:
    network = plain_network(tmp_path)
    model = network.model()
    node = next(node for node in model.graph.node if node.op_type == "Conv")
    kept = [a for a in node.attribute if a.name != attribute]
    del node.attribute[:]
    node.attribute.extend([*kept, helper.make_attribute(attribute, value)])
    changed = PlainNetwork(card=network.card, content=model.SerializeToString())

    assert "strides" in str(obstacle(changed))


def test_a_network_for_other_ranges_gets_the_same_contract(tmp_path: Path) -> None:
    content = write_tiny_onnx(tmp_path / "tiny.onnx").read_bytes()
    card = tiny_card()
    # The same network, said to take and give values from -1 to 1.
    spec = msgspec.structs.replace(card.input, range=(-1.0, 1.0))
    signed = msgspec.structs.replace(
        card, input=spec, output=msgspec.structs.replace(spec, name="sr")
    )
    lr = np.random.default_rng(0).random((1, 3, 9, 11), dtype=np.float32)

    made = ProbeSession(with_unit_range(content, signed)).run(lr)

    expected = (ProbeSession(content).run(2 * lr - 1) + 1) / 2
    np.testing.assert_allclose(made, expected.clip(0, 1), atol=1e-6)
