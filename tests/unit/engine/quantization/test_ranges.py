"""Ranges of activations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper

from engine.quantization.plan import QuantizationPlan, quantization_plan
from engine.quantization.ranges import ActivationRange, CalibrationMethod, Patch, calibrate

floats = st.floats(-1e3, 1e3, width=32)


def identity(function: str | None = None) -> onnx.ModelProto:
    """Return a network whose tensor ``x`` is its input, followed by ``function``."""
    nodes = [helper.make_node("Identity", ["lr"], ["x"], name="x")]
    attributes: dict[str, Any] = {"alpha": 0.05} if function == "LeakyRelu" else {}
    nodes += [helper.make_node(function or "Identity", ["x"], ["sr"], name="y", **attributes)]
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1, "h", "w"])
        for name in ("lr", "sr")
    ]
    graph = helper.make_graph(nodes, "identity", values[:1], values[1:])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)


X = QuantizationPlan(nodes=frozenset(), activations=("x",))


def found(values: Patch, method: CalibrationMethod, function: str | None = None) -> ActivationRange:
    return calibrate(identity(function), X, [values], method=method)["x"]


@pytest.fixture
def heavy_tail() -> Patch:
    values = np.random.default_rng(0).normal(size=(1, 1, 300, 300)).astype(np.float32)
    values[0, 0, 0, 0] = 600
    return values


@given(low=floats, high=floats, values=st.lists(floats, min_size=1))
def test_rounded_values_keep_zero_and_stay_inside(
    low: float, high: float, values: list[float]
) -> None:
    limits = ActivationRange.around(*sorted((low, high)))
    array = np.array(values, np.float32)

    rounded = limits.rounded(array)

    step = (limits.high - limits.low) / 255
    assert limits.rounded(np.zeros(1, np.float32))[0] == 0
    assert np.abs(rounded - np.clip(array, limits.low, limits.high)).max() <= 1.01 * step


def test_least_and_largest_values_count_in_minmax_only(heavy_tail: Patch) -> None:
    assert found(heavy_tail, "minmax").high == 600
    assert found(heavy_tail, "percentile").high < 6
    assert 3 < found(heavy_tail, "mse").high < 6


def test_range_is_chosen_behind_the_function_that_follows(heavy_tail: Patch) -> None:
    values = np.minimum(heavy_tail, 4)
    values[0, 0, 1, :20] = -40

    plain, leaky, relu = (found(values, "mse", name) for name in (None, "LeakyRelu", "Relu"))

    assert plain.low < leaky.low < 0
    assert -0.1 * 40 < relu.low <= 0
    assert found(values, "minmax", "LeakyRelu").low == -40


def test_least_squares_beat_the_other_methods() -> None:
    values = np.random.default_rng(0).laplace(size=(1, 1, 300, 300)).astype(np.float32)

    def error(method: CalibrationMethod) -> float:
        return float(np.square(found(values, method).rounded(values) - values).mean())

    assert error("mse") < min(error("minmax"), error("percentile"))


def test_every_activation_of_a_network_has_a_range(float_file: Path, patches: list[Patch]) -> None:
    model = onnx.load(float_file)
    plan = quantization_plan(model)

    ranges = calibrate(model, plan, patches)

    assert tuple(ranges) == plan.activations
    assert all(one.low <= 0 < one.high for one in ranges.values())
    assert ranges == calibrate(model, plan, patches)


def test_a_range_does_not_depend_on_the_other_tensors(
    float_file: Path, patches: list[Patch]
) -> None:
    model = onnx.load(float_file)
    plan = quantization_plan(model)
    alone = QuantizationPlan(nodes=frozenset(), activations=plan.activations[-1:])

    (found,) = calibrate(model, alone, patches, method="percentile").values()
    among_all = calibrate(model, plan, patches, method="percentile")[plan.activations[-1]]

    # The runtime fuses other layers, which sum in another order.
    assert found.low == pytest.approx(among_all.low, rel=1e-4)
    assert found.high == pytest.approx(among_all.high, rel=1e-4)


def test_picture_has_the_range_of_pictures() -> None:
    plan = QuantizationPlan(nodes=frozenset(), activations=("lr",))
    dark = np.full((1, 1, 8, 8), 0.2, np.float32)

    assert calibrate(identity(), plan, [dark])["lr"] == ActivationRange(0.0, 1.0)


def test_no_patches_are_an_error() -> None:
    with pytest.raises(ValueError, match="at least one patch"):
        calibrate(identity(), X, [])
