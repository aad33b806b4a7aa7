"""Tests of the points of a dial, and of mixing its networks."""

from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional

from engine.catalog.card import ModelFile
from engine.core.errors import ConfigError, InferenceError
from engine.inference.network.dial import (
    DialPoint,
    DialSetting,
    corner_shares,
    dial_setting,
    mix_networks,
)
from engine.inference.network.session import ProbeSession
from tests.helpers.tiny_models import tiny_card, tiny_dial
from tests.helpers.tiny_onnx import write_folding_onnx, write_tiny_onnx

LR = np.random.default_rng(3).random((1, 3, 12, 17), dtype=np.float32)


def corners(folder: Path, count: int = 4) -> list[bytes]:
    return [
        write_tiny_onnx(folder / f"{seed}.onnx", seed=seed, strength=0.3).read_bytes()
        for seed in range(count)
    ]


def initializers(content: bytes) -> dict[str, NDArray[np.float32]]:
    graph = onnx.load_model_from_string(content).graph
    return {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}


def tiny_in_torch(weights: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return what the network of `write_tiny_onnx` makes of `LR`, computed by torch."""
    tensors = {name: torch.from_numpy(np.asarray(value)) for name, value in weights.items()}
    lr = torch.from_numpy(LR)
    hidden = functional.leaky_relu(functional.conv2d(lr, tensors["w1"], padding=1), 0.2)
    hidden = functional.leaky_relu(functional.conv2d(hidden, tensors["w2"], padding=1), 0.2)
    out = functional.conv2d(hidden, tensors["w3"], padding=1)
    out = out + functional.conv2d(lr, tensors["copy"])
    return np.asarray(functional.pixel_shuffle(out, 2).numpy(), np.float32)


def model_files(*values: tuple[int | None, int | None]) -> list[ModelFile]:
    return [
        msgspec.convert(
            {"file": "n.onnx", "sha256": "0" * 64, "bytes": 1, "restoration": r, "fidelity": f},
            ModelFile,
        )
        for r, f in values
    ]


def test_a_point_is_rounded_so_that_its_network_is_found_again() -> None:
    assert DialPoint(restoration=0.301, fidelity=0.148) == DialPoint(restoration=0.3, fidelity=0.15)


@pytest.mark.parametrize("value", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_value_outside_0_to_1_is_refused_by_its_name(value: float) -> None:
    with pytest.raises(ConfigError, match="restoration="):
        DialPoint(restoration=value, fidelity=0)
    with pytest.raises(ConfigError, match="fidelity="):
        DialPoint(restoration=0, fidelity=value)


@pytest.mark.parametrize(("r", "f"), [(0.0, 0.0), (1.0, 0.0), (0.3, 0.15), (0.5, 1.0)])
def test_shares_are_bilinear_in_whatever_order_the_files_are(r: float, f: float) -> None:
    values = ((1, 1), (0, 0), (0, 1), (1, 0))
    shares = corner_shares(model_files(*values), DialPoint(restoration=r, fidelity=f))

    assert shares == pytest.approx((r * f, (1 - r) * (1 - f), (1 - r) * f, r * (1 - f)))
    assert sum(shares) == pytest.approx(1)


def test_a_dial_of_one_value_ignores_the_other() -> None:
    point = DialPoint(restoration=0.2, fidelity=0.9)

    assert corner_shares(model_files((0, None), (1, None)), point) == pytest.approx((0.8, 0.2))
    assert corner_shares(model_files((None, 0), (None, 1)), point) == pytest.approx((0.1, 0.9))


def test_without_wishes_restoration_is_open_and_fidelity_is_that_of_the_card(
    tmp_path: Path,
) -> None:
    card = tiny_dial(tmp_path).card
    setting = dial_setting(card, restoration=None, fidelity=None)

    assert setting == DialSetting(fidelity=0.15, is_auto=True)
    assert setting is not None
    assert setting.is_open
    with pytest.raises(ValueError, match="must be estimated"):
        _ = setting.point
    found = setting.estimated(0.624, "much noise")
    assert found.point == DialPoint(restoration=0.62, fidelity=0.15)
    assert (found.is_open, found.is_auto, found.reason) == (False, True, "much noise")


@pytest.mark.parametrize("axis", ["restoration", "fidelity"])
def test_a_value_that_the_dial_does_not_have_is_not_set(tmp_path: Path, axis: str) -> None:
    card = tiny_dial(tmp_path, axes=(axis,)).card
    setting = dial_setting(card, restoration=0.4, fidelity=0.6)

    assert setting is not None
    values = {"restoration": setting.restoration, "fidelity": setting.fidelity}
    assert values[axis] is not None
    assert [value for name, value in values.items() if name != axis] == [None]
    assert not setting.is_open


def test_a_wrong_value_is_refused_for_a_plain_model_too() -> None:
    assert dial_setting(tiny_card(), restoration=0.4, fidelity=None) is None
    with pytest.raises(ConfigError, match=r"fidelity=2"):
        dial_setting(tiny_card(), restoration=None, fidelity=2)


def test_a_mixed_network_is_the_network_of_the_mixed_weights(tmp_path: Path) -> None:
    contents, shares = corners(tmp_path), (0.1, 0.45, 0.25, 0.2)
    weights = [initializers(content) for content in contents]
    mixed = {
        name: sum(
            (
                share * one[name].astype(np.float64)
                for share, one in zip(shares, weights, strict=True)
            ),
            start=np.zeros_like(weights[0][name], dtype=np.float64),
        ).astype(np.float32)
        for name in weights[0]
    }

    content = mix_networks(contents, shares)

    for name, value in initializers(content).items():
        np.testing.assert_allclose(value, mixed[name], atol=1e-7)
    got = ProbeSession(content).run(LR)
    np.testing.assert_allclose(got, tiny_in_torch(mixed), atol=1e-5)
    # Mixing weights and not pictures: the two differ.
    pictures = [ProbeSession(one).run(LR) for one in contents]
    blended = sum(share * one for share, one in zip(shares, pictures, strict=True))
    assert np.abs(got - blended).max() > 1e-3


def test_half_precision_weights_keep_their_type(tmp_path: Path) -> None:
    contents = []
    for content in corners(tmp_path, 2):
        model = onnx.load_model_from_string(content)
        for tensor in model.graph.initializer:
            value = onnx.numpy_helper.to_array(tensor).astype(np.float16)
            tensor.CopyFrom(onnx.numpy_helper.from_array(value, tensor.name))
        contents.append(model.SerializeToString())

    first, second, mixed = (
        initializers(one)["w2"] for one in (*contents, mix_networks(contents, (0.5, 0.5)))
    )

    assert mixed.dtype == np.float16
    np.testing.assert_allclose(mixed, (first.astype(float) + second) / 2, atol=1e-3)


def test_networks_of_other_graphs_are_refused(tmp_path: Path) -> None:
    tiny = write_tiny_onnx(tmp_path / "tiny.onnx").read_bytes()
    others = [
        write_folding_onnx(tmp_path / "folding.onnx").read_bytes(),
        write_tiny_onnx(tmp_path / "wide.onnx", width=5).read_bytes(),
    ]
    steep = onnx.load_model_from_string(tiny)
    steep.graph.node[1].attribute[0].f = 0.3
    others.append(steep.SerializeToString())

    for first, second in itertools.chain(((tiny, o) for o in others), ((o, tiny) for o in others)):
        with pytest.raises(InferenceError, match="not networks of one graph"):
            mix_networks([first, second], (0.5, 0.5))
    with pytest.raises(InferenceError, match="not an ONNX network"):
        mix_networks([tiny, b"\xff\xff no network"], (0.5, 0.5))


def test_weights_in_other_files_are_not_read(tmp_path: Path) -> None:
    contents = []
    for content in corners(tmp_path, 2):
        model = onnx.load_model_from_string(content)
        onnx.external_data_helper.set_external_data(model.graph.initializer[0], "secret.bin")
        model.graph.initializer[0].data_location = onnx.TensorProto.EXTERNAL
        contents.append(model.SerializeToString())

    with pytest.raises(InferenceError, match="not in its file"):
        mix_networks(contents, (0.5, 0.5))


def test_quantized_networks_that_lack_what_is_needed_are_refused(tmp_path: Path) -> None:
    contents = []
    for seed in (0, 1):
        path = write_tiny_onnx(tmp_path / "n.onnx", seed=seed)
        model = onnx.load_model_from_string(path.read_bytes())
        bias = onnx.numpy_helper.from_array(np.array([seed, 2], dtype=np.int32), "bias")
        scale = onnx.numpy_helper.from_array(np.array(0.5, dtype=np.float32), "scale")
        model.graph.initializer.extend([bias, scale])
        node = onnx.helper.make_node("DequantizeLinear", ["bias", "scale"], ["unused"])
        model.graph.node.append(node)
        contents.append(model.SerializeToString())

    with pytest.raises(InferenceError, match="cannot be mixed"):
        mix_networks(contents, (0.5, 0.5))
