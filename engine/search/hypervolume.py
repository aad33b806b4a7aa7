"""The front of a run and its hypervolume: how much of the space of objectives it beats.

loss of quality
|            . reference point: bicubic quality, cost of the largest network
|   x---+    .
|   |   x----.     the area between the front (x) and the reference point
|   |   |    .
+---+---+----+--- cost
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Private in Optuna, whose public function only draws; the version is pinned below 6.
from optuna._hypervolume import compute_hypervolume

from engine.runs.candidate_files import CandidateRecord
from engine.search.front import front_of
from engine.search.objectives import Objectives


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontState:
    """The front after a number of evaluations.

    Attributes:
        evaluations: How many candidates were evaluated.
        members: The candidates that no other beats and that meet all constraints, by the first
            objective.
        hypervolume: What they beat up to the reference point, in the product of the units of the
            objectives.
    """

    evaluations: int
    members: tuple[CandidateRecord, ...]
    hypervolume: float


def hypervolume(
    members: Sequence[CandidateRecord], objectives: Objectives, worst: Mapping[str, float]
) -> float:
    """Return the hypervolume of a front.

    Args:
        members: The front.
        objectives: The objectives.
        worst: The reference point, as metrics.
    """
    point = np.array(objectives.losses(worst), dtype=float)
    rows = objectives.loss_rows(members)
    # What is beyond the reference point in any objective beats nothing.
    inside: NDArray[np.float64] = rows[(rows < point).all(axis=1)] if len(rows) else rows
    return float(compute_hypervolume(inside, point)) if len(inside) else 0.0


def front_history(
    records: Sequence[CandidateRecord], objectives: Objectives, worst: Mapping[str, float]
) -> Iterator[FrontState]:
    """Yield the front after each evaluation, in the order in which they were finished."""
    members: tuple[CandidateRecord, ...] = ()
    volume = 0.0
    for count, record in enumerate(records, start=1):
        changed = front_of((*members, record), objectives)
        if [one.id for one in changed] != [one.id for one in members]:
            members = changed
            volume = hypervolume(members, objectives, worst)
        yield FrontState(evaluations=count, members=members, hypervolume=volume)
