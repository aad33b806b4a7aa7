"""What candidates cost, for the tables that set it beside how good they are."""

from __future__ import annotations

from dataclasses import dataclass

from engine.evaluation.candidates import Candidate, CatalogCandidate, FileCandidate
from engine.probing.process import measure_cost

COST_SIDE_PX = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateCost:
    """The cost of one pass over a square LR input of `COST_SIDE_PX`.

    Attributes:
        model: Name of the candidate.
        scale: Its enlargement.
        params: Parameters: those of its card, or those that its file holds.
        gmac: 10^9 multiply-accumulates.
        activations_m: 10^6 elements in all outputs of convolutions.
    """

    model: str
    scale: int
    params: int
    gmac: float
    activations_m: float


def cost_of(candidate: Candidate) -> CandidateCost:
    """Return what a candidate costs; one without a network costs nothing.

    Raises:
        ModelRefusedError: If its file holds an operation that cannot be counted.
    """
    params, macs, activations = 0, 0, 0
    if isinstance(candidate, (CatalogCandidate, FileCandidate)):
        for graph in candidate.graphs:
            cost = measure_cost(graph, height_px=COST_SIDE_PX, width_px=COST_SIDE_PX)
            params, macs = params + cost.params, macs + cost.macs
            activations += cost.conv_activations
    if isinstance(candidate, CatalogCandidate):
        params = candidate.params
    return CandidateCost(
        model=candidate.name,
        scale=candidate.scale,
        params=params,
        gmac=macs / 1e9,
        activations_m=activations / 1e6,
    )
