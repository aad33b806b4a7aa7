"""Ranges of activations: what the 256 values of a uint8 tensor stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeAlias

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from engine.quantization.plan import QuantizationPlan

Patch: TypeAlias = NDArray[np.float32]
"""``(1, C, H, W)`` float32 in ``[0, 1]``."""

CalibrationMethod = Literal["mse", "percentile", "minmax"]

_STEPS = 255
# 20,000 or 80,000 made no difference in pictures (mfa-s-x4: within 2 %, as did other photos).
_VALUES = 40_000
_PERCENTILE = 99.99
_QUANTILES = (0.0, 1e-5, 1e-4, 5e-4, 1e-3)
_UPPER_SHARES = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
# Lower ends shrink further: an activation function may leave little of negative values.
_LOWER_SHARES = (0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05)
_LEAST_WIDTH = 1e-6

_Function: TypeAlias = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class ActivationRange:
    """The least and the largest value of a uint8 tensor.

    Attributes:
        low: At most 0, so that 0 is exact: padding is 0.
        high: Above 0.
    """

    low: float
    high: float

    @classmethod
    def around(cls, low: float, high: float) -> ActivationRange:
        """Return the range from ``low`` to ``high`` that contains 0 and is not empty."""
        return cls(min(float(low), 0.0), max(float(high), _LEAST_WIDTH))

    def rounded(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return ``values`` as uint8 stores them."""
        step = np.float32((self.high - self.low) / _STEPS)
        zero = np.float32(round(-self.low / step))
        stored = np.clip(np.round(values / step) + zero, 0, _STEPS)
        return np.asarray((stored - zero) * step, dtype=np.float32)


def calibrate(
    model: onnx.ModelProto,
    plan: QuantizationPlan,
    patches: Sequence[Patch],
    *,
    method: CalibrationMethod = "mse",
) -> dict[str, ActivationRange]:
    """Return the range of each activation of ``plan``, measured on ``patches``.

    Args:
        model: The float network.
        plan: What of it is quantized.
        patches: LR patches of photos. Noise has other ranges (a loss of 0.1 dB).
        method: ``mse`` takes the range of the least squared error behind the activation
            function that follows; ``percentile`` leaves out 0.01 % at each end; ``minmax``
            leaves out nothing.

    Raises:
        ValueError: If there are no patches.
    """
    if not patches:
        raise ValueError("calibration needs at least one patch")
    functions = _following(model)
    picture = {value.name for value in model.graph.input}
    return {
        # Pictures of 8 bits are exact with this one.
        name: ActivationRange(0.0, 1.0)
        if name in picture
        else _range(sample, method, functions.get(name))
        for name, sample in _samples(model, plan, patches).items()
    }


@dataclass(slots=True)
class _Sample:
    """Values of one activation: some at random, and the extremes of all."""

    values: NDArray[np.float32]
    lowest: float
    highest: float


def _samples(
    model: onnx.ModelProto, plan: QuantizationPlan, patches: Sequence[Patch]
) -> Mapping[str, _Sample]:
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    source = model.graph.input[0].name
    names = [name for name in plan.activations if name != source]
    known = {output.name for output in model.graph.output}
    watched.graph.output.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        for name in names
        if name not in known
    )
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(
        watched.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    share = max(1, _VALUES // len(patches))
    found: dict[str, _Sample] = {}
    for number, patch in enumerate(patches):
        # Without names it would return all outputs.
        results = session.run(names, {source: patch}) if names else []
        made = {source: patch, **dict(zip(names, results, strict=True))}
        for name in plan.activations:
            values = made[name].ravel()
            # Seeded anew: a range must not depend on which other tensors have one.
            chosen = np.random.default_rng(number).choice(values, share)
            # Extremes apart: among the chosen they would count far more than they occur.
            one = _Sample(chosen, float(values.min()), float(values.max()))
            found[name] = _joined(found[name], one) if name in found else one
    return found


def _joined(one: _Sample, other: _Sample) -> _Sample:
    return _Sample(
        np.concatenate([one.values, other.values]),
        min(one.lowest, other.lowest),
        max(one.highest, other.highest),
    )


def _range(
    sample: _Sample, method: CalibrationMethod, follows: _Function | None
) -> ActivationRange:
    values = sample.values
    if method == "minmax":
        return ActivationRange.around(sample.lowest, sample.highest)
    if method == "percentile":
        low, high = np.percentile(values, (100 - _PERCENTILE, _PERCENTILE))
        return ActivationRange.around(low, high)
    seen = follows or (lambda unchanged: unchanged)
    expected = seen(values)

    def error(candidate: ActivationRange) -> float:
        return float(np.square(seen(candidate.rounded(values)) - expected).mean())

    return min(_candidates(sample), key=error)


def _candidates(sample: _Sample) -> list[ActivationRange]:
    lows = {float(np.quantile(sample.values, part)) for part in _QUANTILES}
    highs = {float(np.quantile(sample.values, 1 - part)) for part in _QUANTILES}
    lows |= {sample.lowest, *(share * sample.lowest for share in _LOWER_SHARES)}
    highs |= {sample.highest, *(share * sample.highest for share in _UPPER_SHARES)}
    # Sorted, so that equal errors give the same range on every machine.
    pairs = product(sorted(lows), sorted(highs, reverse=True))
    return list(dict.fromkeys(ActivationRange.around(low, high) for low, high in pairs))


def _following(model: onnx.ModelProto) -> dict[str, _Function]:
    """Return the activation function that all readers of a tensor apply to it."""
    readers: dict[str, list[onnx.NodeProto]] = {}
    for node in model.graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    found = {}
    for name, nodes in readers.items():
        functions = {_function(node) for node in nodes}
        only = functions.pop() if len(functions) == 1 else None
        if only is not None:
            found[name] = _of_slope(only)
    return found


def _function(node: onnx.NodeProto) -> float | None:
    """Return the slope of negative values, None for other nodes."""
    if node.op_type == "Relu":
        return 0.0
    if node.op_type == "LeakyRelu":
        return next((float(a.f) for a in node.attribute if a.name == "alpha"), 0.01)
    return None


def _of_slope(slope: float) -> _Function:
    return lambda values: np.where(values < 0, np.float32(slope) * values, values)
