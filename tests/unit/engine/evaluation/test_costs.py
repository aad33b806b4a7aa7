from __future__ import annotations

from engine.catalog.catalog import Catalog
from engine.evaluation.candidates import BicubicCandidate, open_candidates
from engine.evaluation.costs import cost_of


def test_the_parameters_are_those_of_the_card() -> None:
    catalog = Catalog.open_default()
    candidate = open_candidates(["mfa-s-x4"], catalog=catalog, threads=1)[0]

    assert cost_of(candidate).params == catalog.entry("mfa-s-x4").card.params


def test_bicubic_costs_nothing() -> None:
    cost = cost_of(BicubicCandidate(scale=4))

    assert (cost.params, cost.gmac, cost.activations_m) == (0, 0, 0)
