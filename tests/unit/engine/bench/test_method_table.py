from __future__ import annotations

import pytest

from engine.bench.method_comparison import ArmResult
from engine.bench.method_table import comparison_markdown, summarize_arms
from engine.config.method_comparison import ArmPlan, ComparisonPlan

PLAN = ComparisonPlan(
    recipe={}, arms={"alone": ArmPlan(), "taught": ArmPlan(against="alone")}, seeds=(0, 1, 2)
)


def result(arm: str, seed: int, psnr_y_db: float, lpips: float = 0.2) -> ArmResult:
    return ArmResult(
        arm=arm,
        seed=seed,
        params=100 + seed,
        sizes={},
        steps=5,
        train_s=1.0,
        figures={"set5": {"psnr_y_db": psnr_y_db, "lpips": lpips}},
    )


def test_means_spreads_and_paired_differences() -> None:
    results = [result("alone", seed, 29.0 + seed) for seed in range(3)]
    results += [result("taught", seed, 29.1 + seed) for seed in range(2)]

    alone, taught = summarize_arms(PLAN, results)

    figure = alone.figures["set5"]["psnr_y_db"]
    assert (figure.mean, figure.spread, figure.seeds) == (30.0, 1.0, 3)
    assert (alone.params, alone.seeds, taught.seeds) == (101, 3, 2)
    assert alone.differences == {}
    difference = taught.differences["set5"]["psnr_y_db"]
    assert difference.mean == pytest.approx(0.1)
    assert difference.spread == pytest.approx(0, abs=1e-9)
    assert difference.seeds == 2


def test_only_gains_beyond_chance_are_bold_and_less_lpips_is_a_gain() -> None:
    results = [result("alone", seed, 29.0, 0.2) for seed in range(3)]
    results += [result("taught", seed, 28.9 + 0.2 * seed, 0.1) for seed in range(3)]

    table = comparison_markdown(summarize_arms(PLAN, results)).splitlines()

    assert table[0].startswith("| arm | seeds | params | steps | train s | set5 psnr_y_db |")
    assert "29.100 ± 0.200 | +0.100 ± 0.200 vs alone |" in table[3]
    assert "**-0.1000 ± 0.0000 vs alone**" in table[3]


def test_arms_without_a_result_have_no_row() -> None:
    assert (
        len(comparison_markdown(summarize_arms(PLAN, [result("alone", 0, 29)])).splitlines()) == 3
    )
    assert summarize_arms(PLAN, []) == []
