from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from engine.config.mfa_sizes import MfaSizes
from engine.core.errors import InferenceError, ModelRefusedError
from engine.core.places import resources_folder
from engine.inference.network.session import SessionSpec, open_session
from engine.search.devices.layers import equal_blocks, layers_of
from engine.search.devices.networks import read_layers, write_chain, write_network
from engine.space.layers import Layer
from tests.helpers.odd_onnx import nearest_nodes, node, write_onnx

SIZES = MfaSizes(
    channels=16, inner=((8, 24), (24, 8)), taps=(False, True), last_kernels=(3, 1), tail_kernel=1
)


def test_a_network_enlarges_pictures_of_any_size(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    write_network(SIZES, path, scale=4)

    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = open_session(SessionSpec.of_file(path, thread_count=1))
    for height, width in ((12, 20), (9, 8)):
        sr = session.run(np.random.default_rng(0).random((1, 3, height, width), dtype=np.float32))
        assert sr.shape == (1, 3, 4 * height, 4 * width)
        # Neither vanishing nor exploding: both would change how long arithmetic takes.
        assert 1e-3 < float(np.abs(sr).mean()) < 1e3


def test_a_network_may_have_a_fixed_size(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    write_network(SIZES, path, scale=4, size_px=(12, 20))

    session = open_session(SessionSpec.of_file(path))
    assert session.run(np.zeros((1, 3, 12, 20), dtype=np.float32)).shape == (1, 3, 48, 80)
    with pytest.raises(InferenceError):
        session.run(np.zeros((1, 3, 12, 12), dtype=np.float32))


def test_the_layers_of_a_written_network_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    write_network(SIZES, path, scale=4)

    # Names and order differ.
    def shapes(layers: Sequence[Layer]) -> Counter[tuple[int, int, int]]:
        return Counter((la.kernel_px, la.in_channels, la.out_channels) for la in layers)

    assert shapes(read_layers(path)) == shapes(layers_of(SIZES, scale=4))


def test_a_written_network_has_the_nodes_of_an_exported_one(tmp_path: Path) -> None:
    path = tmp_path / "network.onnx"
    write_network(equal_blocks(16, 6), path, scale=4)
    exported = resources_folder() / "models" / "mfa-xs-x4-r0f1.onnx"

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
    assert open_session(SessionSpec.of_file(path)).run(picture).shape == (1, 3, 8, 8)


def test_groups_are_read(tmp_path: Path) -> None:
    path = write_onnx(
        tmp_path / "depthwise.onnx",
        [helper.make_node("Conv", ["lr", "w"], ["sr"], group=3, pads=[1, 1, 1, 1])],
        weights={"w": np.zeros((3, 1, 3, 3), dtype=np.float32)},
    )
    (layer,) = read_layers(path)
    assert (layer.in_channels, layer.out_channels, layer.groups) == (3, 3, 3)
    assert not layer.has_bias


def test_a_picture_that_is_enlarged_behind_all_convolutions_does_not_matter(
    tmp_path: Path,
) -> None:
    nodes = [
        helper.make_node("Conv", ["lr", "w"], ["a"], pads=[1, 1, 1, 1]),
        *nearest_nodes("a", "sr"),
    ]
    weights = {"w": np.zeros((3, 3, 3, 3), dtype=np.float32)}
    (layer,) = read_layers(write_onnx(tmp_path / "end.onnx", nodes, weights=weights))
    assert layer.kernel_px == 3


def test_networks_that_work_at_other_sizes_are_refused(tmp_path: Path) -> None:
    weights = {"w": np.zeros((3, 3, 3, 3), dtype=np.float32)}
    folded = helper.make_node("Conv", ["lr", "w"], ["sr"], strides=[2, 2])
    late = [
        *nearest_nodes("lr", "large"),
        helper.make_node("Conv", ["large", "w"], ["sr"], pads=[1, 1, 1, 1]),
    ]
    for name, nodes in (("stride", [folded]), ("late", late)):
        path = write_onnx(tmp_path / f"{name}.onnx", nodes, weights=weights)
        with pytest.raises(ModelRefusedError, match=f"{name}.onnx: .*size of the input"):
            read_layers(path)


def test_files_that_are_no_networks_are_refused(tmp_path: Path) -> None:
    none = write_onnx(tmp_path / "none.onnx", [node("Relu", "lr", "sr")])
    text = tmp_path / "text.onnx"
    text.write_text("not a network")

    with pytest.raises(ModelRefusedError, match="no convolutions"):
        read_layers(none)
    with pytest.raises(ModelRefusedError, match=r"text\.onnx: not an ONNX"):
        read_layers(text)
    with pytest.raises(ModelRefusedError, match=r"missing\.onnx"):
        read_layers(tmp_path / "missing.onnx")
