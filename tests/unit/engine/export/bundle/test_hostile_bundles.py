"""Networks, test pictures and manifests made to harm whoever checks a bundle.

Each is refused with words that name the file; none runs forever or takes all memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.cli.main import run
from engine.export.bundle import check_bundle as program
from tests.helpers.bundles import NETWORK, Contents, changed, refusal, right_bundle, zipped


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    """The files of a right bundle."""
    return right_bundle(tmp_path_factory.mktemp("bundle"))


# Networks


def network(*nodes: onnx.NodeProto, constants: dict[str, np.ndarray] | None = None) -> bytes:
    """Return an ONNX file with the ports of the right one."""
    shapes: dict[str, list[str | int | None]] = {
        "lr": [1, 3, "height", "width"],
        "sr": [1, 3, "4*height", "4*width"],
    }
    ports = {
        name: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    }
    tensors = [numpy_helper.from_array(value, name) for name, value in (constants or {}).items()]
    graph = helper.make_graph(list(nodes), "g", [ports["lr"]], [ports["sr"]], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    return bytes(model.SerializeToString())


def endless() -> bytes:
    """Return a network with a loop of 2^62 rounds."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["on"], ["still_on"]),
            helper.make_node("Sin", ["picture"], ["next"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("round", TensorProto.INT64, []),
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("picture", TensorProto.FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("still_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, None),
        ],
    )
    loop = helper.make_node("Loop", ["rounds", "yes", "lr"], ["looped"], body=body)
    out = helper.make_node("Resize", ["looped", "", "scales"], ["sr"], mode="nearest")
    constants = {
        "rounds": np.array(1 << 62),
        "yes": np.array(True),
        "scales": np.array([1, 1, 4, 4], np.float32),
    }
    return network(loop, out, constants=constants)


def huge() -> bytes:
    """Return a network that makes a tensor of 4 TB."""
    nodes = [
        helper.make_node("Expand", ["one", "shape"], ["large"]),
        helper.make_node("ReduceMax", ["large"], ["most"], keepdims=1),
        helper.make_node("Add", ["lr", "most"], ["sum"]),
        helper.make_node("Resize", ["sum", "", "scales"], ["sr"], mode="nearest"),
    ]
    constants = {
        "one": np.ones((1, 1, 1, 1), np.float32),
        "shape": np.array([1, 1, 1_000_000, 1_000_000]),
        "scales": np.array([1, 1, 4, 4], np.float32),
    }
    return network(*nodes, constants=constants)


def with_nan(content: bytes) -> bytes:
    model = onnx.load_model_from_string(content)
    kernel = next(tensor for tensor in model.graph.initializer if len(tensor.dims) == 4)
    values = np.full(tuple(kernel.dims), np.nan, np.float32)
    kernel.CopyFrom(numpy_helper.from_array(values, kernel.name))
    return bytes(model.SerializeToString())


def declared_huge(content: bytes) -> bytes:
    """Return the network with weights that claim to be larger than they are."""
    model = onnx.load_model_from_string(content)
    model.graph.initializer[0].dims[0] = 1 << 40
    return bytes(model.SerializeToString())


def test_a_network_that_never_ends_is_stopped(tmp_path: Path, contents: Contents) -> None:
    path = zipped(tmp_path / "bundle.zip", changed(contents, {NETWORK: endless()}))

    assert refusal(path, seconds=4) == f"{NETWORK}: has not finished after 4 s"


def test_a_network_that_wants_all_memory_is_refused(tmp_path: Path, contents: Contents) -> None:
    path = zipped(tmp_path / "bundle.zip", changed(contents, {NETWORK: huge()}))

    assert refusal(path).startswith(NETWORK)


def test_weights_that_are_not_numbers_are_refused(tmp_path: Path, contents: Contents) -> None:
    path = zipped(
        tmp_path / "bundle.zip", changed(contents, {NETWORK: with_nan(contents[NETWORK])})
    )

    assert refusal(path) == f"{NETWORK}: gives values that are not numbers"


def test_a_tensor_that_claims_to_be_huge_is_refused(tmp_path: Path, contents: Contents) -> None:
    path = zipped(
        tmp_path / "bundle.zip", changed(contents, {NETWORK: declared_huge(contents[NETWORK])})
    )

    assert refusal(path).startswith(NETWORK)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x00" * 64, b"no network" * 40])
def test_what_is_not_onnx_is_refused_by_name(
    tmp_path: Path, contents: Contents, content: bytes
) -> None:
    path = zipped(tmp_path / "bundle.zip", changed(contents, {NETWORK: content}))

    assert refusal(path).startswith(NETWORK)


def test_a_million_nodes_end_in_time(tmp_path: Path, contents: Contents) -> None:
    node = helper.make_node("Identity", ["lr"], ["x"]).SerializeToString()
    # One field of a graph over and over, in a model of that graph.
    graph = (b"\x0a" + bytes([len(node)]) + node) * 1_000_000
    size = bytearray()
    rest = len(graph)
    while rest > 127:
        size.append((rest & 127) | 128)
        rest >>= 7
    content = b"\x08\x0a\x42\x02\x10\x12\x3a" + bytes([*size, rest]) + graph
    files = changed(contents, {NETWORK: content, "notes.bin": os.urandom(200_000)})

    assert NETWORK in refusal(zipped(tmp_path / "bundle.zip", files), seconds=30)


# Vectors


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n", b"\x93NUMPY\x01\x00", np.zeros(3).tobytes()]
)
def test_a_test_picture_that_is_none_is_refused(
    tmp_path: Path, contents: Contents, content: bytes
) -> None:
    path = zipped(tmp_path / "b.zip", changed(contents, {"vectors/33x41-expected.npy": content}))

    assert "vectors/33x41-expected.npy: is not a test picture" in refusal(path)


@pytest.mark.parametrize("shape", [(132, 164, 1), (132, 163, 3), (1, 1, 3), (3,)])
def test_a_test_picture_of_another_size_is_refused(
    tmp_path: Path, contents: Contents, shape: tuple[int, ...]
) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random(shape, np.float32))
    content = (tmp_path / "x.npy").read_bytes()
    path = zipped(tmp_path / "b.zip", changed(contents, {"vectors/33x41-expected.npy": content}))

    assert refusal(path).startswith(NETWORK)


def test_a_test_picture_that_claims_to_be_huge_is_refused(
    tmp_path: Path, contents: Contents
) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (9999999, 999999, 3), }"
    content = b"\x93NUMPY\x01\x00" + bytes([len(header), 0]) + header + bytes(48)
    path = zipped(tmp_path / "b.zip", changed(contents, {"vectors/33x41-expected.npy": content}))

    assert refusal(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.update(scale=-4),
        lambda tree: tree.update(scale=10**300),
        lambda tree: tree.update(scale=float("nan")),
        lambda tree: tree.update(vectors=[]),
        lambda tree: tree.update(vectors=[{"input": "x", "expected": "y"}]),
        lambda tree: tree["targets"][0]["files"][0]["file"].update(size=[1e9, 1e9]),
        lambda tree: tree["targets"][0]["files"][0]["file"].update(size="all"),
        lambda tree: tree["targets"][0]["files"][0]["file"].update(paths=["../x.onnx"]),
        lambda tree: tree["targets"][0]["files"][0]["file"].update(paths=[7]),
        lambda tree: tree["targets"][0]["files"][0]["file"].update(input=None),
        lambda tree: tree["targets"][0]["files"][0]["file"]["input"].update(layout="NHWC"),
        lambda tree: tree["targets"][0]["files"][0]["file"]["input"].update(shape=7),
        lambda tree: tree["targets"][0]["files"][0]["file"]["output"].update(shape=[1, 3, 4, 4]),
        lambda tree: tree["targets"][0].update(name="../onnx"),
        lambda tree: tree["targets"][0].update(name=None),
        lambda tree: tree["targets"].append({"files": {}}),
        lambda tree: tree["files"].update({"card.json": None}),
    ],
)
def test_a_manifest_that_lies_is_refused(
    tmp_path: Path, contents: Contents, change: Callable[[dict[str, Any]], None]
) -> None:
    assert refusal(zipped(tmp_path / "bundle.zip", changed(contents, change=change)))


# The commands


@pytest.mark.parametrize("command", ["product", "program"])
def test_a_refusal_is_one_line_and_a_code(
    tmp_path: Path, contents: Contents, command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = zipped(tmp_path / "bundle.zip", contents | {NETWORK: b"changed"})

    if command == "product":
        code = run(["export", "verify", str(path)])
        told = capfd.readouterr().err
    else:
        words = [sys.executable, program.__file__, str(path)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        code, told = done.returncode, done.stderr

    assert code == 1
    assert len(told.strip().splitlines()) == 1
    assert f"{NETWORK}: its hash is not the one in the manifest" in told


def test_the_program_says_which_file_it_misses(tmp_path: Path, contents: Contents) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "check_bundle.py").write_bytes(contents["check_bundle.py"])
    path = zipped(tmp_path / "bundle.zip", contents)

    done = subprocess.run(
        [sys.executable, alone / "check_bundle.py", path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "unpack check_networks.py from the bundle beside this program" in done.stderr
