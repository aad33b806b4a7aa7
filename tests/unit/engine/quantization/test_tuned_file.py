"""Weights that were fine-tuned for int8 come back from their file, and fit one network only."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from engine.core.errors import ConfigError
from engine.quantization.ranges import ActivationRange
from engine.quantization.tuned_file import (
    TunedCorner,
    TunedNetworks,
    read_tuned,
    weights_fingerprint,
    write_tuned,
)


def tuned(model: onnx.ModelProto) -> TunedNetworks:
    weight = next(one for one in model.graph.initializer if one.name == "head.weight")
    corner = TunedCorner(
        source=weights_fingerprint(model),
        weights={"head.weight": onnx.numpy_helper.to_array(weight) + np.float32(0.5)},
        ranges={"a/b": ActivationRange(-1.5, 2.0)},
    )
    return TunedNetworks(model="mine", corners={"": corner, "r0f1": corner})


def test_file_holds_what_was_written(float_file: Path, tmp_path: Path) -> None:
    model = onnx.load(float_file)
    networks = tuned(model)

    write_tuned(networks, tmp_path / "int8.safetensors")
    found = read_tuned(tmp_path / "int8.safetensors")

    assert found.model == "mine"
    assert list(found.corners) == ["", "r0f1"]
    for corner in found.corners.values():
        assert corner.ranges == {"a/b": ActivationRange(-1.5, 2.0)}
        expected = networks.corners[""].weights["head.weight"]
        np.testing.assert_array_equal(corner.weights["head.weight"], expected)


def test_weights_replace_those_of_the_same_network_only(float_file: Path) -> None:
    model = onnx.load(float_file)
    corner = tuned(model).corners[""]

    changed = corner.applied_to(model)

    assert weights_fingerprint(changed) != weights_fingerprint(model) == corner.source
    with pytest.raises(ConfigError, match="tuned from a network with other weights"):
        corner.applied_to(changed)


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\xff" * 64])
def test_another_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.safetensors"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"other\.safetensors: is not a file of int8 weights"):
        read_tuned(path)


def test_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.safetensors"):
        read_tuned(tmp_path / "gone.safetensors")
