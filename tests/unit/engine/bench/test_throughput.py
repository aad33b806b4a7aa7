from __future__ import annotations

from pathlib import Path

import pytest

from engine.bench.throughput import measure_throughput
from engine.config.recipes import PsnrRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from tests.helpers.training import tiny_recipe


def test_all_loops_are_timed_in_every_round(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    assert isinstance(recipe, PsnrRecipe)
    reported: list[tuple[int, int]] = []

    report = measure_throughput(
        recipe,
        tmp_path / "scratch",
        steps=2,
        rounds=2,
        token=CancelToken(),
        progress=lambda done, total: reported.append((done, total)),
    )

    assert set(report.images_per_s) == {"ours", "plain", "plain-ready"}
    assert all(len(v) == 2 and min(v) > 0 for v in report.images_per_s.values())
    low, high = (
        pick(a / b for a, b in zip(*map(report.images_per_s.get, ("ours", "plain")), strict=True))
        for pick in (min, max)
    )
    assert low <= report.ratio_to_plain <= high
    assert 0 <= report.data_wait_share <= 1
    assert reported[-1] == (9, 9)


def test_a_cancelled_measurement_stops(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()

    with pytest.raises(JobCancelled):
        measure_throughput(tiny_recipe(tmp_path), tmp_path / "s", steps=1, rounds=1, token=token)
