"""The measured latency of a candidate, in its folder."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from engine.core.typed_data import prepared

MEASURED = "measured.json"


class MeasuredLatency(Struct, frozen=True, kw_only=True):
    """Content of ``measured.json``: the latency of a candidate on this computer.

    Attributes:
        latency_ms: Median of the timed runs; of processor time if there is one thread.
        latency_p95_ms: 95th percentile.
        rounds: Number of timed runs.
        input: Height and width of the LR input.
        runtime: What ran it.
        predicted_ms: What the profile predicted, if it is one of this runtime.
        not_compared: Why there is no prediction to compare with.
    """

    latency_ms: float
    latency_p95_ms: float
    rounds: int
    input: str
    runtime: str
    predicted_ms: float | None = None
    not_compared: str | None = None


def read_measured(folder: Path) -> MeasuredLatency | None:
    """Return the measured latency in a candidate's folder, or None if there is none."""
    path = folder / MEASURED
    if not path.is_file():
        return None
    return msgspec.json.decode(path.read_bytes(), type=prepared(MeasuredLatency))
