"""The cost of candidates, for tables of quality against cost."""

from __future__ import annotations

from dataclasses import dataclass

from engine.evaluation.candidates import Candidate, CatalogCandidate, FileCandidate
from engine.probing.process import measure_cost

COST_SIDE_PX = 256
"""Side of the LR input for which costs are stated, as in papers on efficient networks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateCost:
    """The cost of one pass over a square LR input of `COST_SIDE_PX`.

    Attributes:
        model: Name of the candidate.
        scale: Its enlargement.
        params: Parameters, from its card or else counted in its file.
        gmac: Multiply-accumulates, in 10^9.
        activations_m: Elements of all outputs of convolutions, in 10^6.
        training_minutes: Time that its training took, from its card; None where it is not known.
    """

    model: str
    scale: int
    params: int
    gmac: float
    activations_m: float
    training_minutes: float | None = None


def cost_of(candidate: Candidate) -> CandidateCost:
    """Return the cost of a candidate; 0 for one without a network.

    Raises:
        ModelRefusedError: If the operations of its file cannot be counted.
    """
    params, macs, activations = 0, 0, 0
    minutes: float | None = None
    if isinstance(candidate, (CatalogCandidate, FileCandidate)):
        cost = measure_cost(candidate.graph, height_px=COST_SIDE_PX, width_px=COST_SIDE_PX)
        params, macs, activations = cost.params, cost.macs, cost.conv_activations
    # The card knows better: a file stores equal tensors once, and int8 adds scales.
    if isinstance(candidate, CatalogCandidate):
        params, minutes = candidate.params, candidate.training_minutes
    return CandidateCost(
        model=candidate.name,
        scale=candidate.scale,
        params=params,
        gmac=macs / 1e9,
        activations_m=activations / 1e6,
        training_minutes=minutes,
    )
