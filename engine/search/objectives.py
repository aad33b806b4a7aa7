"""What a search measures: which way is better, what costs nothing to know, and constraints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.config.mfa_sizes import MfaSizes
from engine.config.search import HIGHER_IS_BETTER, MetricName, SearchRecipe
from engine.core.errors import ConfigError
from engine.runs.candidate_files import CandidateRecord
from engine.search.devices.layers import flat
from engine.search.devices.networks import write_network
from engine.search.devices.predictor import forecast_latency
from engine.search.devices.profile import DeviceProfile
from engine.space.candidate import Candidate
from engine.space.layers import count_cost
from engine.space.mfanet import MfanetSpace
from engine.space.space import Space

MEASURED_METRICS: frozenset[MetricName] = frozenset({"psnr_y_db", "lpips"})
"""The metrics that need pictures; all others follow from a network's layers."""

_OF_MFANETS: frozenset[MetricName] = frozenset({"peak_mb", "file_mb"})
_BYTES = 4  # of a value of a feature map in fp32
_DRAWS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class CostModel:
    """The metrics of a candidate that follow from its layers, without running it.

    Attributes:
        space: The space.
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        profile: The device of ``latency_ms``.
    """

    space: Space
    height_px: int
    width_px: int
    profile: DeviceProfile | None = None

    def measure(
        self, candidate: Candidate, names: Sequence[MetricName] | None = None
    ) -> dict[str, float]:
        """Return the metrics called ``names``, or all that can be told, by name.

        Raises:
            ConfigError: If the profile is for another input size or lacks a layer.
        """
        blocks = self.space.blocks(candidate)
        cost = count_cost(blocks, height_px=self.height_px, width_px=self.width_px)
        wanted = set(names) if names is not None else None
        found: dict[str, float] = {
            "gmacs": cost.macs / 1e9,
            "params": float(cost.params),
        }
        if self.profile is not None and (wanted is None or "latency_ms" in wanted):
            forecast = forecast_latency(
                self.profile, flat(blocks), height_px=self.height_px, width_px=self.width_px
            )
            found["latency_ms"] = forecast.latency_ms
        if isinstance(self.space, MfanetSpace):
            found["peak_mb"] = self._peak_mb(self.space.sizes(candidate))
            if wanted is None or "file_mb" in wanted:
                found["file_mb"] = self._file_mb(self.space.sizes(candidate))
        return found if wanted is None else {n: v for n, v in found.items() if n in wanted}

    def require(self, names: Iterable[MetricName]) -> None:
        """Check that the metrics called ``names`` can be told of the networks of the space.

        Raises:
            ConfigError: If one is told of an mfanet only.
        """
        missing = [name for name in names if name in _OF_MFANETS]
        if missing and not isinstance(self.space, MfanetSpace):
            raise ConfigError(
                f"{missing[0]}: is known of the space mfanet only, not of {self.space.family}; "
                "use gmacs or params"
            )

    def _peak_mb(self, sizes: MfaSizes) -> float:
        """Return the largest sum of feature maps that are alive at a time, in fp32."""
        trunk, outputs = sizes.channels, 3 * self.space.scale**2
        # In a block: the head's map for the long way around, the sum of all blocks, the features,
        # two stages or a stage and its output.
        blocks = [
            3 * trunk + max(near + middle, near + trunk, middle + trunk)
            for near, middle in sizes.inner
        ]
        # At the end: what the tail reads, and the picture's own path beside the detail.
        most = max(*blocks, trunk + 2 * outputs)
        return most * _BYTES * self.height_px * self.width_px / 1e6

    def _file_mb(self, sizes: MfaSizes) -> float:
        # Written, not estimated: the names of nodes count too.
        with TemporaryDirectory() as folder:
            path = Path(folder) / "network.onnx"
            write_network(sizes, path, scale=self.space.scale)
            return path.stat().st_size / 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Objectives:
    """What a search improves and what it must keep.

    Attributes:
        names: The objectives.
        limits: Largest allowed value by metric.
    """

    names: tuple[MetricName, ...]
    limits: Mapping[MetricName, float]

    @classmethod
    def of(cls, recipe: SearchRecipe) -> Objectives:
        """Return the objectives of a recipe."""
        return cls(names=recipe.objectives, limits=recipe.constraints)

    @property
    def directions(self) -> tuple[Literal["maximize", "minimize"], ...]:
        """``maximize`` or ``minimize``, for each objective."""
        return tuple("maximize" if name in HIGHER_IS_BETTER else "minimize" for name in self.names)

    @property
    def asked(self) -> tuple[MetricName, ...]:
        """All metrics that have to be known of a candidate."""
        return tuple(dict.fromkeys((*self.names, *self.limits)))

    def values(self, metrics: Mapping[str, float]) -> list[float]:
        """Return the values of the objectives."""
        return [metrics[name] for name in self.names]

    def losses(self, metrics: Mapping[str, float]) -> list[float]:
        """Return the values of the objectives, negated where more is better."""
        return [
            -metrics[name] if name in HIGHER_IS_BETTER else metrics[name] for name in self.names
        ]

    def excess(self, metrics: Mapping[str, float]) -> dict[str, float]:
        """Return for each constraint how far above its limit a candidate is; 0 or less is met."""
        return {name: metrics[name] - limit for name, limit in self.limits.items()}

    def meets(self, metrics: Mapping[str, float]) -> bool:
        """Return whether a candidate meets all constraints."""
        return all(amount <= 0 for amount in self.excess(metrics).values())

    def loss_rows(self, records: Sequence[CandidateRecord]) -> NDArray[np.float64]:
        """Return the losses of candidates.

        Shape:
            - result: ``(candidates, objectives)``.
        """
        rows = [self.losses(record.measurement.metrics) for record in records]
        return np.array(rows, dtype=float).reshape(len(rows), len(self.names))


@dataclass(frozen=True, slots=True, kw_only=True)
class CostGate:
    """Tells before anything is measured whether a candidate can meet the constraints.

    Attributes:
        costs: Computes costs.
        limits: Largest allowed value by metric.
    """

    costs: CostModel
    limits: Mapping[MetricName, float]

    def admits(self, candidate: Candidate) -> bool:
        """Return whether the candidate meets all constraints that follow from its layers."""
        names = self._names
        costs = self.costs.measure(candidate, names)
        return all(costs[name] <= self.limits[name] for name in names)

    def require_any(self, seed: int) -> None:
        """Raise if no candidate meets the constraints.

        Raises:
            ConfigError: If neither the smallest candidate nor any of some dozen others does.
        """
        names = self._names
        if not names:
            return
        space, random = self.costs.space, np.random.default_rng(seed)
        tried = [space.smallest, *(space.draw_by_cost(random) for _ in range(_DRAWS))]
        measured = [self.costs.measure(candidate, names) for candidate in tried]
        if any(all(one[name] <= self.limits[name] for name in names) for one in measured):
            return
        least = {name: min(one[name] for one in measured) for name in names}
        listed = ", ".join(
            f"{name} <= {self.limits[name]:g} (the least found is {least[name]:.4g})"
            for name in names
        )
        raise ConfigError(
            f"constraints: no network of the space meets {listed}; allow more, or give the space "
            "smaller choices"
        )

    @property
    def _names(self) -> tuple[MetricName, ...]:
        return tuple(name for name in self.limits if name not in MEASURED_METRICS)
