"""Fits a sum over layers to measured latencies, and composes the latency of other networks.

A runtime computes channels in groups, its lanes: on an AVX-512 CPU 16, so that a convolution
from 24 to 40 channels costs what one from 32 to 48 does. A layer's features are therefore counted
in lanes, and the number of lanes is chosen by cross-validation. What a layer takes longer than
its features say, such as a kernel with a better blocking, is learned as a correction of that
exact layer, held small unless the measurements insist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import ConfigError
from engine.search.devices.profile import Accuracy, LatencyModel
from engine.space.layers import Layer

Float64 = NDArray[np.float64]

MIN_NETWORKS = 20
"""Fewer do not say enough about a device."""
_LANES = (1, 4, 8, 16, 32)
# How dear a correction of a layer by its own size is, in squared relative errors. The last one
# allows none; the first leaves only the noise of measurements to be held back.
_PENALTIES = (1e-9, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 1e9)
_FOLDS = 5
# Keeps features apart that always occur together; too small to change a prediction.
_RIDGE = 1e-9
_LEAST_SHARE = 0.01  # of the mean layer, where the features call a layer free
_HUBER = 2.0  # residuals beyond so many typical ones count less
_ROUNDS = 4
_CONSTANT = "network"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Measured networks as matrices.

    Attributes:
        names: Names of the features.
        layers: Each kind of layer.
        features: Features of each kind of layer, ``(layers, features)``.
        counts: How often each network has each kind, ``(networks, layers)``.
        latency_ms: Measured latencies, ``(networks,)``.
    """

    names: tuple[str, ...]
    layers: tuple[_Shape, ...]
    features: Float64
    counts: Float64
    latency_ms: Float64

    def shared(self, rows: NDArray[np.int64]) -> Float64:
        """Return the features of networks, ``(rows, features)``."""
        found: Float64 = self.counts[rows] @ self.features
        found[:, self.names.index(_CONSTANT)] = 1
        return found


def fit_latency_model(
    networks: Sequence[Sequence[Layer]], latency_ms: Sequence[float]
) -> LatencyModel:
    """Return the model that predicts best in cross-validation, fitted to all networks.

    Args:
        networks: Layers of each measured network; at least `MIN_NETWORKS` of them.
        latency_ms: The measured latencies.

    Raises:
        ConfigError: If there are too few.
    """
    if len(networks) < MIN_NETWORKS:
        raise ConfigError(
            f"{len(networks)} measured networks are too few for a latency model; "
            f"measure at least {MIN_NETWORKS}"
        )
    best: tuple[float, int, float] | None = None
    for lanes in _LANES:
        problem = _problem(networks, latency_ms, lanes)
        for penalty in _PENALTIES:
            error = _validated_error(problem, penalty)
            # Only a clear gain pays for dearer corrections or other lanes.
            if best is None or error < best[0] * (1 - 1e-6):
                best = (error, lanes, penalty)
    assert best is not None
    _, lanes, penalty = best
    problem = _problem(networks, latency_ms, lanes)
    shared, own = _solve(problem, np.arange(len(networks)), penalty)
    names = (*problem.names, *(shape.name for shape in problem.layers))
    terms = zip(names, (*shared, *own), strict=True)
    return LatencyModel(lanes=lanes, terms={name: float(term) for name, term in terms})


def compose_latency_ms(model: LatencyModel, layers: Iterable[Layer]) -> float:
    """Return the latency of the network with ``layers``."""
    counts: Counter[str] = Counter({_CONSTANT: 1})
    for layer in layers:
        shape = _Shape.of(layer)
        counts.update(_layer_features(shape, model.lanes))
        counts[shape.name] += 1
    return sum(model.terms.get(name, 0.0) * count for name, count in counts.items())


def validated_latencies_ms(
    networks: Sequence[Sequence[Layer]], latency_ms: Sequence[float]
) -> tuple[float, ...]:
    """Return a prediction for each network, by a model fitted to the others' fold only."""
    found = np.empty(len(networks))
    for fold in _folds(len(networks)):
        rest = np.setdiff1d(np.arange(len(networks)), fold)
        model = fit_latency_model([networks[i] for i in rest], [latency_ms[i] for i in rest])
        found[fold] = [compose_latency_ms(model, networks[i]) for i in fold]
    return tuple(map(float, found))


def prediction_accuracy(
    method: str, predicted_ms: Sequence[float], measured_ms: Sequence[float]
) -> Accuracy:
    """Return the errors of predictions; see `Accuracy`."""
    measured = np.asarray(measured_ms)
    errors = np.asarray(predicted_ms) / measured - 1
    return Accuracy(
        method=method,
        networks=len(errors),
        mape=float(np.abs(errors).mean()),
        spearman=_spearman(np.asarray(predicted_ms), measured),
        within_5=float((np.abs(errors) <= 0.05).mean()),
        within_10=float((np.abs(errors) <= 0.10).mean()),
        bias=float(errors.mean()),
    )


def unknown_layer(model: LatencyModel, layers: Iterable[Layer]) -> str | None:
    """Return in words a kind of layer about which ``model`` says nothing, None if there is none."""
    for layer in layers:
        names = _layer_features(_Shape.of(layer), model.lanes)
        if not names.keys() <= model.terms.keys():
            kind = "convolutions in groups" if layer.groups > 1 else "convolutions"
            place = "" if layer.side == 1 else f" at {layer.side} times the size of the input"
            return f"{layer.kernel_px}x{layer.kernel_px} {kind}{place}"
    return None


class _Shape(NamedTuple):
    """What of a layer its latency depends on."""

    kernel_px: int
    in_channels: int
    out_channels: int
    groups: int
    side: Fraction

    @classmethod
    def of(cls, layer: Layer) -> _Shape:
        return cls(layer.kernel_px, layer.in_channels, layer.out_channels, layer.groups, layer.side)

    @property
    def kind(self) -> str:
        """What layers with the same features have in common."""
        groups = "" if self.groups == 1 else " in groups"
        return f"{self.kernel_px}x{self.kernel_px}{groups}{_at_side(self.side)}"

    @property
    def name(self) -> str:
        """Name of the layer's own correction."""
        groups = "" if self.groups == 1 else f"/{self.groups}"
        channels = f"{self.in_channels}-{self.out_channels}{groups}"
        return f"layer {self.kernel_px}x{self.kernel_px} {channels}{_at_side(self.side)}"


def _at_side(side: Fraction) -> str:
    return "" if side == 1 else f" at x{side}"


def _layer_features(shape: _Shape, lanes: int) -> Counter[str]:
    """Count what the time of a layer depends on."""
    groups_in, groups_out = -(-shape.in_channels // lanes), -(-shape.out_channels // lanes)
    area = shape.kernel_px**2
    counts: Counter[str] = Counter({"layers": 1})
    if shape.groups > 1:
        macs = shape.in_channels * shape.out_channels * area // shape.groups
        counts[f"mac {shape.kind}"] = macs
    elif shape.in_channels < lanes:
        # Such an input keeps its plain layout: other kernels, and no padding of the input.
        counts[f"thin mac {shape.kind}"] = shape.in_channels * groups_out * area
    else:
        counts[f"lane mac {shape.kind}"] = groups_in * groups_out * area
        counts[f"mac {shape.kind}"] = shape.in_channels * shape.out_channels * area
    counts[f"read {shape.kind}"] = groups_in
    counts[f"write {shape.kind}"] = groups_out
    return counts


def _problem(
    networks: Sequence[Sequence[Layer]], latency_ms: Sequence[float], lanes: int
) -> _Problem:
    layers = sorted({_Shape.of(layer) for network in networks for layer in network})
    plain = [_layer_features(shape, lanes) for shape in layers]
    names = (_CONSTANT, *sorted({name for row in plain for name in row}))
    place = {shape: number for number, shape in enumerate(layers)}
    counts = np.zeros((len(networks), len(layers)))
    for row, network in zip(counts, networks, strict=True):
        for layer in network:
            row[place[_Shape.of(layer)]] += 1
    # A network's constant comes with no layer.
    features = np.array([[row[name] for name in names] for row in plain], dtype=np.float64)
    return _Problem(
        names=names,
        layers=tuple(layers),
        features=features,
        counts=counts,
        latency_ms=np.asarray(latency_ms, dtype=np.float64),
    )


def _validated_error(problem: _Problem, penalty: float) -> float:
    """Return the mean relative error on networks that were left out."""
    count = len(problem.latency_ms)
    errors = np.empty(count)
    for fold in _folds(count):
        rest = np.setdiff1d(np.arange(count), fold)
        shared, own = _solve(problem, rest, penalty)
        predicted_ms = problem.shared(fold) @ shared + problem.counts[fold] @ own
        errors[fold] = predicted_ms / problem.latency_ms[fold] - 1
    return float(np.abs(errors).mean())


def _folds(count: int) -> list[NDArray[np.int64]]:
    order = np.random.default_rng(0).permutation(count)
    return np.array_split(order, min(_FOLDS, count))


def _solve(problem: _Problem, rows: NDArray[np.int64], penalty: float) -> tuple[Float64, Float64]:
    """Return milliseconds per unit of each feature, and each layer's own correction."""
    latency_ms = problem.latency_ms[rows, None]
    # Relative errors: each row is divided by its latency, and every target becomes 1.
    shared = problem.shared(rows) / latency_ms
    scale = np.maximum(shared.mean(axis=0), np.finfo(float).tiny)
    terms = _least_squares(shared / scale, np.ones(len(rows)), _RIDGE) / scale
    # A correction is a share of its layer: long layers may be further off than short ones.
    layers_ms = problem.features @ terms
    sizes_ms = np.maximum(layers_ms, _LEAST_SHARE * layers_ms.mean())
    left = 1 - shared @ terms
    shares = _least_squares(problem.counts[rows] * sizes_ms / latency_ms, left, penalty)
    return terms, shares * sizes_ms


def _least_squares(rows: Float64, targets: Float64, penalty: float) -> Float64:
    """Return the factors of the columns with the least errors, robustly; see `_huber_weights`."""
    held = np.diag(np.full(rows.shape[1], penalty))
    weights = np.ones(len(rows))
    found: Float64 = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        weighted = rows * weights[:, None]
        solved = np.linalg.solve(rows.T @ weighted + held, weighted.T @ targets)
        found = np.asarray(solved, dtype=np.float64)
        weights = _huber_weights(rows @ found - targets)
    return found


def _huber_weights(errors: Float64) -> Float64:
    """Return less than 1 for errors that are large beside the others: disturbed measurements."""
    limit = _HUBER * 1.4826 * float(np.median(np.abs(errors)))
    if limit <= 0:
        return np.ones(len(errors))
    return np.minimum(1.0, limit / np.maximum(np.abs(errors), limit))


def _spearman(left: Float64, right: Float64) -> float:
    def ranks(values: Float64) -> Float64:
        return np.argsort(np.argsort(values)).astype(np.float64)

    return float(np.corrcoef(ranks(left), ranks(right))[0, 1])
