"""Times networks on this computer, and compares with what its profile predicts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.cancellation import CancelToken
from engine.search.devices.interleaving import relative_time
from engine.search.devices.network_bench import NetworkBench, Writer
from engine.search.devices.networks import read_layers
from engine.search.devices.predictor import forecast_latency, require_runtime
from engine.search.devices.profile import MeasuredProfile
from engine.search.devices.this_computer import local_runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedNetwork:
    """A network whose latency was predicted, and then measured.

    Attributes:
        path: Its file.
        predicted_ms: By the profile.
        measured_ms: On this computer.
    """

    path: Path
    predicted_ms: float
    measured_ms: float

    @property
    def error(self) -> float:
        """What the prediction is relative to the measured latency, less 1."""
        return self.predicted_ms / self.measured_ms - 1


def check_networks(
    profile: MeasuredProfile,
    paths: Sequence[Path],
    *,
    rounds: int = 8,
    progress: Callable[[int, int], None] = lambda done, total: None,
    token: CancelToken | None = None,
) -> tuple[CheckedNetwork, ...]:
    """Measure ONNX networks and return their latencies beside the predicted ones.

    Args:
        profile: The profile of this computer.
        paths: RGB networks.
        rounds: Timed runs of each.
        progress: Receives the number of finished and of all measurements.
        token: Stops between two runs.

    Raises:
        ConfigError: If the profile was not measured with this computer's runtime.
        ModelRefusedError: If the latency of a network cannot be predicted.
        InferenceError: If a network cannot be run.
        JobCancelled: If ``token`` was cancelled.
    """
    require_runtime(profile, local_runtime(profile.runtime.thread_count))
    size_px = (profile.height_px, profile.width_px)
    predicted_ms = [
        forecast_latency(
            profile, read_layers(path), height_px=size_px[0], width_px=size_px[1]
        ).latency_ms
        for path in paths
    ]
    bench = NetworkBench(
        size_px=size_px,
        thread_count=profile.runtime.thread_count,
        rounds=rounds,
        progress=progress,
        token=token,
    )
    runs = bench.time([_copier(path) for path in paths])
    reference_ms = 1000 * float(np.median(bench.reference_s))
    return tuple(
        CheckedNetwork(
            path=path,
            predicted_ms=predicted,
            measured_ms=reference_ms * relative_time(found).ratio,
        )
        for path, predicted, found in zip(paths, predicted_ms, runs, strict=True)
    )


def _copier(path: Path) -> Writer:
    return lambda target: shutil.copyfile(path, target)
