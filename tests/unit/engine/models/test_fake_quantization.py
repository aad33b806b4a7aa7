"""Rounding equals ONNX Runtime's, and its gradients are those of what it computes."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import TensorProto, helper

from engine.models.fake_quantization import round_activations, round_weights
from engine.quantization.ranges import ActivationRange


def quantized_by_onnx(
    values: np.ndarray, scale: np.ndarray, zero: np.ndarray, axis: int = 0
) -> np.ndarray:
    """Return what ONNX Runtime's QuantizeLinear and DequantizeLinear make of ``values``."""
    graph = helper.make_graph(
        [
            helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["q"], axis=axis),
            helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["y"], axis=axis),
        ],
        "frame",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None] * values.ndim)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * values.ndim)],
        [
            onnx.numpy_helper.from_array(scale, "scale"),
            onnx.numpy_helper.from_array(zero, "zero"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return np.asarray(session.run(None, {"x": values})[0])


@pytest.mark.parametrize(("low", "high"), [(-1.3, 2.1), (0.0, 1.0), (-0.004, 5.0), (-3.0, 1e-3)])
def test_activations_are_rounded_as_onnx_does(low: float, high: float) -> None:
    values = torch.randn(2, 3, 50, 50) * 2
    step = np.float32((np.float32(high) - np.float32(low)) / np.float32(255))
    zero = np.uint8(np.clip(np.round(-np.float32(low) / step), 0, 255))

    rounded = round_activations(values, torch.tensor(low), torch.tensor(high)).numpy()

    expected = quantized_by_onnx(values.numpy(), np.array(step), np.array(zero))
    np.testing.assert_allclose(rounded, expected, atol=1e-6)
    assert len(np.unique(rounded)) <= 256
    assert 0 in rounded


def test_activations_are_rounded_as_calibration_expects() -> None:
    values = torch.randn(1, 3, 40, 40)

    rounded = round_activations(values, torch.tensor(-0.7), torch.tensor(1.9))

    expected = ActivationRange(-0.7, 1.9).rounded(values.numpy())
    assert np.mean(np.abs(rounded.numpy() - expected) > 1e-6) < 1e-3


def test_weights_are_rounded_as_onnx_does_with_a_step_for_each_channel() -> None:
    weights = torch.randn(8, 4, 3, 3) * torch.logspace(-3, 1, 8).view(8, 1, 1, 1)
    weights[5] = 0
    largest = weights.abs().amax((1, 2, 3)).numpy()
    scale = np.maximum(largest / np.float32(127), np.float32(1e-12))

    rounded = round_weights(weights).numpy()

    expected = quantized_by_onnx(weights.numpy(), scale, np.zeros(8, np.int8))
    # A value in the middle of two steps may go to either: torch multiplies by 1 / scale.
    assert np.mean(np.abs(rounded - expected) > 1e-6 * largest[:, None, None, None]) < 0.01
    np.testing.assert_allclose(np.abs(rounded).max((1, 2, 3)), largest, rtol=1e-6)


def test_gradients_pass_rounded_weights_unchanged() -> None:
    weights = torch.randn(4, 2, 3, 3, requires_grad=True)
    factors = torch.randn(4, 2, 3, 3)

    (round_weights(weights) * factors).sum().backward()

    assert weights.grad is not None
    torch.testing.assert_close(weights.grad, factors)


def test_gradients_pass_inside_the_range_and_end_outside() -> None:
    values = torch.tensor([-2.0, -0.5, 0.3, 0.9, 4.0], requires_grad=True)

    round_activations(values, torch.tensor(-1.0), torch.tensor(1.0)).sum().backward()

    assert values.grad is not None
    assert values.grad.tolist() == [0, 1, 1, 1, 0]


def test_what_is_cut_off_moves_with_the_ends() -> None:
    """Where values are cut off, the function has a true derivative, that of finite differences."""
    values = torch.cat([torch.full((3,), -5.0), torch.full((4,), 6.0)])
    low = torch.tensor(-1.0, requires_grad=True)
    high = torch.tensor(2.0, requires_grad=True)

    round_activations(values, low, high).sum().backward()

    assert low.grad is not None
    assert high.grad is not None
    # A change by many steps, as the zero point jumps by whole ones.
    change, steps = 0.5, 3 / 255
    with torch.no_grad():
        sums = [
            float(round_activations(values, low + a, high + b).sum())
            for a, b in ((change, 0), (-change, 0), (0, change), (0, -change))
        ]
    assert low.grad.item() == pytest.approx((sums[0] - sums[1]) / (2 * change), abs=7 * steps)
    assert high.grad.item() == pytest.approx((sums[2] - sums[3]) / (2 * change), abs=7 * steps)
    assert low.grad.item() == pytest.approx(3)
    assert high.grad.item() == pytest.approx(4)


def test_inside_the_range_the_step_learns_from_the_rounding_error() -> None:
    """With the stored integers held, a value moves by its integer times the change of the step."""
    values = torch.tensor([0.31, -0.22, 0.77])
    low = torch.tensor(-1.0, requires_grad=True)
    high = torch.tensor(1.0, requires_grad=True)

    round_activations(values, low, high).sum().backward()

    assert low.grad is not None
    assert high.grad is not None
    exact = values / (2 / 255)
    error = float((exact.round() - exact).sum()) / 255
    assert high.grad.item() == pytest.approx(error, abs=1e-6)
    assert low.grad.item() == pytest.approx(-error, abs=1e-6)


def test_ranges_learn_to_fit() -> None:
    """Descending the gradient finds a range with less error than one that is far too wide."""
    values = torch.randn(4000)
    ends = torch.tensor([-20.0, 20.0], requires_grad=True)
    optimizer = torch.optim.Adam([ends], lr=0.2)

    def error() -> torch.Tensor:
        return (round_activations(values, ends[0], ends[1]) - values).square().mean()

    before = error().item()
    for _ in range(150):
        optimizer.zero_grad()
        error().backward()
        optimizer.step()

    assert error().item() < before / 4
