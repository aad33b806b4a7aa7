from __future__ import annotations

from engine.catalog.catalog import Catalog
from engine.evaluation.candidates import BicubicCandidate, open_candidates
from engine.evaluation.costs import CandidateCost, cost_of
from engine.evaluation.evaluate import PhotoFigures, SetResult
from engine.evaluation.tables import to_cost_table


def test_the_parameters_and_the_training_time_are_those_of_the_card() -> None:
    catalog = Catalog.open_default()
    candidate = open_candidates(["mfa-s-x4"], catalog=catalog, threads=1)[0]
    card = catalog.entry("mfa-s-x4").card

    cost = cost_of(candidate)

    assert (cost.params, cost.training_minutes) == (card.params, card.training["minutes"])


def test_bicubic_costs_nothing() -> None:
    cost = cost_of(BicubicCandidate(scale=4))

    assert (cost.params, cost.gmac, cost.activations_m) == (0, 0, 0)
    assert cost.training_minutes is None


def test_a_table_has_the_training_time_where_it_is_known() -> None:
    costs = [
        CandidateCost(
            model=name, scale=4, params=9, gmac=1, activations_m=2, training_minutes=minutes
        )
        for name, minutes in (("ours", 9.2), ("peer", None))
    ]
    results = [
        SetResult(
            model=cost.model,
            set="s",
            lr="clean",
            photos=(PhotoFigures(photo="a", figures={"psnr_y_db": 30.0}),),
        )
        for cost in costs
    ]

    lines = to_cost_table(results, costs).splitlines()

    assert [line.split("|")[6].strip() for line in lines[2:]] == ["9 min", "-"]
