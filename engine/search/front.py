"""The front of a run: the candidates that no other beats."""

from __future__ import annotations

from collections.abc import Sequence

from engine.metrics.front import front_indices
from engine.runs.candidate_files import CandidateRecord
from engine.search.objectives import Objectives


def front_of(
    records: Sequence[CandidateRecord], objectives: Objectives
) -> tuple[CandidateRecord, ...]:
    """Return the candidates that no other beats, of those that meet all constraints."""
    fitting = [
        record
        for record in records
        if record.measurement.state == "complete" and objectives.meets(record.measurement.metrics)
    ]
    rows = objectives.loss_rows(fitting)
    return tuple(fitting[place] for place in front_indices(rows))
