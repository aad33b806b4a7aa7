"""The 8-bit LiteRT file: what stays in float, and that its ranges are those of all photos."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import helper, numpy_helper

from engine.export.targets.plain_network import PlainNetwork
from engine.inference.network.session import ProbeSession
from tests.helpers.plain_networks import plain_network

pytest.importorskip("ai_edge_quantizer", reason="needs the extra export")
from ai_edge_litert.interpreter import Interpreter
from ai_edge_litert.tools import flatbuffer_utils

from engine.export.targets.litert_int8 import LiteRtInt8
from engine.export.targets.litert_int8_graph import with_int8_activations

# The quantizer warns of what it needs for calibration.
pytestmark = pytest.mark.filterwarnings("ignore")


def kinds(path: Path) -> dict[str, list[str]]:
    """Return the types of the first results of each operator, by its name."""
    interpreter = Interpreter(str(path))
    types = {
        item["index"]: np.dtype(item["dtype"]).name for item in interpreter.get_tensor_details()
    }
    found: dict[str, list[str]] = {}
    for item in interpreter._get_ops_details():
        found.setdefault(item["op_name"], []).append(types[item["outputs"][0]])
    return found


def exported(network: PlainNetwork, folder: Path) -> Path:
    folder.mkdir()
    file, fixed = LiteRtInt8().export(network, folder)
    assert fixed.size == (128, 128)
    assert file.input.dtype == "int8"
    assert file.output.dtype == "float32"
    return folder / file.name


def test_the_tail_and_the_picture_stay_in_float(tmp_path: Path) -> None:
    found = kinds(exported(plain_network(tmp_path, scale=4, patches=4), tmp_path / "files"))

    # The last convolution and the one beside it make the pixels.
    assert Counter(found["CONV_2D"]) == {"int8": 2, "float32": 2}
    for name in ("DEPTH_TO_SPACE", "RELU", "MINIMUM"):
        assert found[name] == ["float32"]


def test_leaky_relu_is_computed_in_8_bits_without_conversions(tmp_path: Path) -> None:
    found = kinds(exported(plain_network(tmp_path, scale=4, patches=4), tmp_path / "files"))

    # Between the convolutions in 8 bits; the other one is read by the tail.
    assert sorted(found["LEAKY_RELU"]) == ["float32", "int8"]
    assert "QUANTIZE" not in found


def test_prelu_is_computed_in_8_bits_too(tmp_path: Path) -> None:
    network = plain_network(tmp_path, scale=4, patches=4)
    model = network.model()
    node = next(node for node in model.graph.node if node.op_type == "LeakyRelu")
    slopes = np.array([-0.1, 0.05, 0.2, 0.4], np.float32)[:, None, None]
    model.graph.initializer.append(numpy_helper.from_array(slopes, "slopes"))
    node.CopyFrom(helper.make_node("PRelu", [node.input[0], "slopes"], node.output, "p"))
    network = replace(network, content=model.SerializeToString())

    path = exported(network, tmp_path / "files")

    assert kinds(path)["PRELU"] == ["int8"]
    file = LiteRtInt8().export(network, tmp_path / "files")[0]
    lr = network.patches[1]
    made = LiteRtInt8().load(file, tmp_path / "files", threads=1)(lr)
    assert np.abs(made - ProbeSession(network.content).run(lr)).max() < 0.05


def test_values_of_a_later_photo_are_not_clipped(tmp_path: Path) -> None:
    network = plain_network(tmp_path, scale=4)
    dark = np.full((1, 3, 24, 24), 0.02, np.float32)
    bright = np.random.default_rng(0).random((1, 3, 24, 24), np.float32)
    network = replace(network, patches=(dark, dark, dark, bright))
    folder = tmp_path / "files"
    exported(network, folder)
    file = LiteRtInt8().export(network, folder)[0]

    made = LiteRtInt8().load(file, folder, threads=1)(bright)

    # The quantizer's own ranges, near those of the first photo, miss the picture by 0.9.
    assert np.abs(made - ProbeSession(network.content).run(bright)).max() < 0.05


def with_constant_behind(content: bytes) -> bytes:
    """Return a graph with its largest constant behind it, as the quantizer writes large ones."""
    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    largest = max(model.buffers, key=lambda one: 0 if one.data is None else len(one.data))
    data, largest.data = bytes(largest.data), None
    # Numbers of a fixed width: the second time the graph is as long as the first.
    packed = b"1"
    for _ in range(2):
        largest.offset, largest.size = len(packed), len(data)
        packed = bytes(flatbuffer_utils.convert_object_to_bytearray(model))
    return packed + data


def test_constants_behind_the_graph_come_along(tmp_path: Path) -> None:
    content = exported(plain_network(tmp_path, patches=4), tmp_path / "files").read_bytes()

    moved = with_int8_activations(with_constant_behind(content))

    pictures = []
    for one in (content, moved):
        interpreter = Interpreter(model_content=one)
        interpreter.allocate_tensors()
        (given,), (made,) = interpreter.get_input_details(), interpreter.get_output_details()
        random = np.random.default_rng(0)
        interpreter.set_tensor(given["index"], random.integers(-128, 128, given["shape"], np.int8))
        interpreter.invoke()
        pictures.append(interpreter.get_tensor(made["index"]))
    np.testing.assert_array_equal(*pictures)
