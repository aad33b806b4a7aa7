"""A network with simulated 8 bits computes what its int8 file computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from numpy.typing import NDArray

from engine.config.parts import GeneratorRecipe
from engine.inference.network.dial import DialPoint, corner_shares, mix_networks
from engine.models.quantized import Corner, QuantizedNetwork
from engine.quantization.int8_file import write_int8
from engine.quantization.plan import quantization_plan
from engine.quantization.ranges import ActivationRange, calibrate
from tests.helpers.float_networks import CORNERS, exported, varied

SMALL = GeneratorRecipe(scale=2, channels=8, blocks=1)
PLAIN = Corner()


def picture(seed: int = 0, side_px: int = 24) -> NDArray[np.float32]:
    codes = np.random.default_rng(seed).integers(0, 256, (1, 3, side_px, side_px))
    return (codes / 255).astype(np.float32)


def quantized(models: dict[Corner, onnx.ModelProto]) -> QuantizedNetwork:
    network = QuantizedNetwork(models, scale=2, receptive_field_px=19)
    patches = [picture(seed) for seed in (1, 2)]
    network.set_ranges(
        {corner: calibrate(m, quantization_plan(m), patches) for corner, m in models.items()}
    )
    return network


def plain(sizes: GeneratorRecipe = SMALL) -> tuple[onnx.ModelProto, QuantizedNetwork]:
    model = varied(exported(sizes), 0)
    return model, quantized({PLAIN: model})


def dial() -> QuantizedNetwork:
    return quantized({c: varied(exported(SMALL), n) for n, c in enumerate(CORNERS)})


def run_int8_file(
    network: QuantizedNetwork, model: onnx.ModelProto, lr: NDArray[np.float32], path: Path
) -> NDArray[np.float32]:
    """Return what ONNX Runtime computes without optimization, which reorders no sums."""
    _, ranges = network.learned(network.corners[0])
    write_int8(model, path, plan=quantization_plan(model), ranges=ranges)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"lr": lr})[0])


@pytest.mark.parametrize(
    "sizes",
    [
        SMALL,
        # ONNX Runtime leaves out a ReLU behind a convolution; PReLU stays in float.
        GeneratorRecipe(family="srresnet", scale=2, channels=4, blocks=1),
        GeneratorRecipe(family="selfcal", scale=2, channels=4, blocks=1),
    ],
    ids=["mfanet", "srresnet", "selfcal"],
)
def test_the_picture_is_that_of_the_int8_file_but_for_single_flips(
    tmp_path: Path, sizes: GeneratorRecipe
) -> None:
    model, network = plain(sizes)
    lr = picture()

    with torch.no_grad():
        sr = network(torch.from_numpy(lr)).numpy()
        network.rounds = False
        float_sr = network(torch.from_numpy(lr)).numpy()

    expected = run_int8_file(network, model, lr, tmp_path / "int8.onnx")
    # Sums of another order flip the rounding of a few values by one step.
    assert np.abs(sr - expected).mean() < 0.25 * np.abs(float_sr - expected).mean()
    assert np.median(np.abs(sr - expected)) < 1e-5


def test_without_rounding_it_is_the_float_network() -> None:
    model, network = plain()
    network.rounds = False

    sr = network(torch.from_numpy(picture())).detach().numpy()

    expected = ort.InferenceSession(model.SerializeToString()).run(None, {"lr": picture()})[0]
    np.testing.assert_allclose(sr, expected, atol=1e-5)


def test_weights_between_corners_are_mixed_as_inference_mixes_them() -> None:
    network = dial()
    models = [varied(exported(SMALL), number) for number in range(len(CORNERS))]
    shares = corner_shares(CORNERS, DialPoint(restoration=0.3, fidelity=0.6))
    content = mix_networks([model.SerializeToString() for model in models], shares)
    network.rounds = False

    sr = network(torch.from_numpy(picture()), torch.tensor([0.3]), torch.tensor([0.6]))

    expected = ort.InferenceSession(content).run(None, {"lr": picture()})[0]
    np.testing.assert_allclose(sr.detach().numpy(), expected, atol=1e-5)


def test_a_fixed_point_computes_as_the_whole() -> None:
    network = dial()
    lr = torch.from_numpy(np.concatenate([picture(0), picture(1), picture(2)]))
    restoration, fidelity = torch.tensor([0.0, 0.3, 0.3]), torch.tensor([1.0, 0.25, 0.25])

    with torch.no_grad():
        whole = network(lr, restoration, fidelity)
        apart = [
            network.fixed(float(r), float(f))(lr[place : place + 1])
            for place, (r, f) in enumerate(zip(restoration, fidelity, strict=True))
        ]

    assert (whole - torch.cat(apart)).abs().mean() < 1e-4
    assert network.has_restoration
    assert not network.fixed(0.3).has_restoration


def test_all_corners_and_their_ranges_learn_between_them() -> None:
    network = dial()

    network(torch.from_numpy(picture()), torch.tensor([0.5]), torch.tensor([0.5])).sum().backward()

    assert all(parameter.grad is not None for parameter in network.parameters())
    assert network.shifts.grad is not None
    assert (network.shifts.grad.abs().sum((1, 2)) > 0).all()


def test_ranges_learn_at_a_pace_relative_to_their_size() -> None:
    model = varied(exported(SMALL), 0)
    network = QuantizedNetwork({PLAIN: model}, scale=2, receptive_field_px=19, range_pace=10.0)
    ranges = {name: ActivationRange(-0.5, 4.0) for name in network.activations}
    network.set_ranges({PLAIN: ranges})

    with torch.no_grad():
        network.shifts.fill_(0.01)

    _, learned = network.learned(PLAIN)
    assert learned[network.activations[1]].low == pytest.approx(-0.5 + 0.1 * 0.5)
    assert learned[network.activations[1]].high == pytest.approx(4.0 + 0.1 * 4.0)


def test_a_range_always_contains_zero() -> None:
    network = plain()[1]

    with torch.no_grad():
        network.shifts.fill_(-1e4)

    _, learned = network.learned(PLAIN)
    assert all(one.low <= 0 < one.high for one in learned.values())


def test_corners_of_different_networks_are_refused() -> None:
    models = dict(
        zip(CORNERS, map(varied, [exported(SMALL)] * 3 + [exported()], range(4)), strict=True)
    )

    with pytest.raises(ValueError, match="one graph"):
        QuantizedNetwork(models, scale=2, receptive_field_px=19)
