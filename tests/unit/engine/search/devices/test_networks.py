from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from engine.core.errors import InferenceError, ModelRefusedError
from engine.core.places import resources_folder
from engine.inference.network.session import SessionSpec, open_session
from engine.search.devices.layers import BlockShape, NetworkShape, layers_of, uniform_shape
from engine.search.devices.networks import read_layers, write_chain, write_network
from tests.helpers.odd_onnx import node, write_onnx

SHAPE = NetworkShape(
    channels=16,
    blocks=(
        BlockShape(near=8, middle=24, has_tap=False),
        BlockShape(near=24, middle=8, last_kernel=1),
    ),
    tail_kernel=1,
)


def test_a_network_enlarges_pictures_of_any_size(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    write_network(SHAPE, path)

    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = open_session(SessionSpec(path=path, thread_count=1))
    for height, width in ((12, 20), (9, 8)):
        sr = session.run(np.random.default_rng(0).random((1, 3, height, width), dtype=np.float32))
        assert sr.shape == (1, 3, 4 * height, 4 * width)
        # Neither vanishing nor exploding: both would change how long arithmetic takes.
        assert 1e-3 < float(np.abs(sr).mean()) < 1e3


def test_a_network_may_have_a_fixed_size(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    write_network(SHAPE, path, size_px=(12, 20))

    session = open_session(SessionSpec(path=path))
    assert session.run(np.zeros((1, 3, 12, 20), dtype=np.float32)).shape == (1, 3, 48, 80)
    with pytest.raises(InferenceError):
        session.run(np.zeros((1, 3, 12, 12), dtype=np.float32))


def test_the_layers_of_a_written_network_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    write_network(SHAPE, path)

    key = lambda layer: (layer.kernel, layer.in_channels, layer.out_channels)  # noqa: E731
    assert sorted(read_layers(path), key=key) == sorted(layers_of(SHAPE), key=key)


def test_a_written_network_has_the_nodes_of_an_exported_one(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    write_network(uniform_shape(16, 6), path)
    exported = resources_folder() / "models" / "mfa-xs-x4-classic.onnx"

    def wiring(file: Path) -> list[tuple[str, list[int]]]:
        nodes = onnx.load(file).graph.node
        made_by = {name: number for number, n in enumerate(nodes) for name in n.output}
        return [
            (n.op_type, sorted(made_by[name] for name in n.input if name in made_by)) for n in nodes
        ]

    # The anchor is computed before the tail in exported files.
    assert sorted(kind for kind, _ in wiring(path)) == sorted(k for k, _ in wiring(exported))
    assert wiring(path)[:-4] == wiring(exported)[:-4]


def test_a_chain_has_the_length_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "chain.onnx"
    write_chain(24, 5, path)

    middle = [layer for layer in read_layers(path) if layer.in_channels == layer.out_channels == 24]
    assert len(middle) == 5
    picture = np.zeros((1, 3, 8, 8), dtype=np.float32)
    assert open_session(SessionSpec(path=path)).run(picture).shape == (1, 3, 8, 8)


def test_networks_whose_layers_no_profile_knows_are_refused(tmp_path: Path) -> None:
    kernel = np.zeros((4, 1, 3, 3), dtype=np.float32)
    depthwise = write_onnx(
        tmp_path / "depthwise.onnx",
        [helper.make_node("Conv", ["lr", "w"], ["sr"], group=3, pads=[1, 1, 1, 1])],
        weights={"w": kernel[:3]},
    )
    none = write_onnx(tmp_path / "none.onnx", [node("Relu", "lr", "sr")])
    text = tmp_path / "text.onnx"
    text.write_text("not a network")

    with pytest.raises(ModelRefusedError, match="groups"):
        read_layers(depthwise)
    with pytest.raises(ModelRefusedError, match="no convolutions"):
        read_layers(none)
    with pytest.raises(ModelRefusedError, match=r"text\.onnx: not an ONNX"):
        read_layers(text)
    with pytest.raises(ModelRefusedError, match=r"missing\.onnx"):
        read_layers(tmp_path / "missing.onnx")
