"""Rows of the tables that ``mfagan search`` shows."""

from __future__ import annotations

from collections.abc import Sequence

from engine.runs.candidate_files import CandidateRecord
from engine.runs.measured_latency import MeasuredLatency

_TITLES = {
    "psnr_y_db": "Y-PSNR dB",
    "lpips": "LPIPS",
    "latency_ms": "Predicted ms",
    "peak_mb": "Peak MB",
    "gmacs": "GMAC",
    "params": "Parameters",
    "file_mb": "File MB",
}
_DIGITS = {"psnr_y_db": 3, "lpips": 4, "params": 0}


def front_columns(records: Sequence[CandidateRecord]) -> tuple[str, ...]:
    """Return the columns of a table of candidates, those of measured metrics right-aligned."""
    names = records[0].measurement.metrics if records else {}
    shown = [f">{title}" for name, title in _TITLES.items() if name in names]
    return ("Candidate", *shown, "Sizes")


def front_row(record: CandidateRecord, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the row of a candidate, for the columns of `front_columns`."""
    metrics = record.measurement.metrics
    cells = [
        f"{metrics[name]:,.{_DIGITS.get(name, 2)}f}"
        for name, title in _TITLES.items()
        if f">{title}" in columns
    ]
    return (record.id, *cells, record.genes.text)


def latency_line(measured: MeasuredLatency) -> str:
    """Return one line about a measured latency, with the prediction only if it compares."""
    text = (
        f"Measured here: {measured.latency_ms:.2f} ms for {measured.input} (median of "
        f"{measured.rounds}; {measured.runtime})"
    )
    if measured.predicted_ms is not None:
        return f"{text}; predicted {measured.predicted_ms:.2f} ms"
    return f"{text}; not compared with a prediction: {measured.not_compared}"
