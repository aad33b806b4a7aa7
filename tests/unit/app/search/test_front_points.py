from __future__ import annotations

from pathlib import Path

import pytest

from app.search.front_points import (
    default_axes,
    drawn_candidates,
    first_limits,
    points_of,
    spans_widely,
    volume_unit,
)
from app.search.metrics import METRICS, known_metrics
from engine.api import SearchReader, SearchState
from tests.helpers.small_searches import FRONT, search_recipe, write_search

_LATENCY, _PSNR, _TIMED = (
    METRICS[name] for name in ("latency_ms", "psnr_y_db", "measured_latency_ms")
)


@pytest.fixture
def state(tmp_path: Path) -> SearchState:
    return SearchReader(write_search(tmp_path / "search")).read()


def _front(state: SearchState, limits: tuple[float | None, float | None]) -> set[str]:
    drawn = drawn_candidates(state, _LATENCY, _PSNR)
    return {p.id for p in points_of(drawn, state, _LATENCY, _PSNR, limits) if p.is_front}


def test_the_front_of_the_chart_is_that_of_the_search(state: SearchState) -> None:
    assert _front(state, (None, None)) == set(FRONT)


def test_limits_take_from_the_front_what_is_beyond_them(state: SearchState) -> None:
    assert _front(state, (50.0, None)) == {"aaaa000001", "bbbb000002"}
    assert _front(state, (50.0, 28.1)) == {"bbbb000002"}
    assert _front(state, (5.0, None)) == set()


def test_a_limit_of_quality_across_is_the_least_value(state: SearchState) -> None:
    drawn = drawn_candidates(state, _PSNR, _LATENCY)

    points = points_of(drawn, state, _PSNR, _LATENCY, (28.1, None))

    assert {point.id for point in points if point.is_front} == {"bbbb000002", "cccc000003"}


def test_the_first_limits_cut_something_off_and_leave_something(state: SearchState) -> None:
    limits = first_limits(drawn_candidates(state, _LATENCY, _PSNR), _LATENCY, _PSNR)

    assert 0 < len(_front(state, limits)) < len(FRONT)
    assert first_limits([], _LATENCY, _PSNR) == (None, None)


def test_shapes_tell_measured_from_estimated(state: SearchState) -> None:
    drawn = drawn_candidates(state, _TIMED, _PSNR)

    assert {one.id for one in drawn} == set(FRONT)
    assert all(p.is_measured for p in points_of(drawn, state, _TIMED, _PSNR, (None, None)))
    estimated = points_of(drawn, state, _LATENCY, _PSNR, (None, None))
    assert not any(point.is_measured for point in estimated)


def test_the_axes_are_the_objectives(state: SearchState) -> None:
    assert default_axes(state, known_metrics(state)) == (_LATENCY, _PSNR)


def test_without_a_quality_the_axes_are_what_there_is(tmp_path: Path) -> None:
    recipe = search_recipe(objectives=("gmacs",), profile=None)
    state = SearchReader(write_search(tmp_path / "search", recipe=recipe)).read()

    across, up = default_axes(state, known_metrics(state))

    assert across is METRICS["gmacs"]
    assert up is not None


def test_costs_of_very_different_sizes_are_logarithmic(state: SearchState) -> None:
    assert spans_widely(state, _LATENCY)
    assert not spans_widely(state, _PSNR)
    assert not spans_widely(None, None)


def test_a_volume_is_in_the_units_of_the_objectives(state: SearchState) -> None:
    assert volume_unit(state) == "dB\u00b7ms"
