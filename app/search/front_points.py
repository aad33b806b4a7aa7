"""The points of a chart of candidates: which are drawn, which are on the front, and its limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from app.charts.point import Point
from app.search.candidate_texts import point_label, short_name
from app.search.metrics import METRICS, Metric, is_estimate
from engine.api import SearchCandidate, SearchState, best_of

Limits: TypeAlias = tuple[float | None, float | None]
"""The worst value that counts, across and up, in the units of the chart; None for no limit."""

# A front is told apart best where costs of a few ms and of a second have the same room.
_LOG_FROM_RATIO = 8.0
# Where limits begin: so that most of the front stays, and both lines are in view to be dragged.
_LEFT_OUT = 0.25


def drawn_candidates(state: SearchState, across: Metric, up: Metric) -> list[SearchCandidate]:
    """Return the candidates that have both metrics."""
    return [
        one
        for one in state.candidates
        if one.record.measurement.state == "complete"
        and one.metric(across.name) is not None
        and one.metric(up.name) is not None
    ]


def points_of(
    drawn: Sequence[SearchCandidate],
    state: SearchState,
    across: Metric,
    up: Metric,
    limits: Limits,
) -> list[Point]:
    """Return a point for each candidate; on the front is what no other within the limits beats."""
    bounds = list(zip((across, up), limits, strict=True))
    within = [one for one in drawn if all(_keeps(one, *bound) for bound in bounds)]
    front = set(best_of(within, (up.name, across.name)))
    is_measured = not is_estimate((across, up))
    return [
        Point(
            id=one.id,
            x=_value(one, across),
            y=_value(one, up),
            is_front=one.id in front,
            is_measured=is_measured,
            # Only the front is walked along and heard; thousands of sentences would take long.
            label=point_label(one, state) if one.id in front else short_name(one),
        )
        for one in drawn
    ]


def first_limits(drawn: Sequence[SearchCandidate], across: Metric, up: Metric) -> Limits:
    """Return limits that leave the middle of the front."""
    names = set(best_of(drawn, (up.name, across.name)))
    front = [one for one in drawn if one.id in names]
    if not front:
        return None, None
    x, y = (_quantile([_value(one, metric) for one in front], metric) for metric in (across, up))
    return x, y


def _quantile(values: Sequence[float], metric: Metric) -> float:
    share = _LEFT_OUT if metric.is_higher_better else 1 - _LEFT_OUT
    return float(f"{np.quantile(values, share):.4g}")


def _value(candidate: SearchCandidate, metric: Metric) -> float:
    value = candidate.metric(metric.name)
    return math.nan if value is None else value / metric.divisor


def _keeps(candidate: SearchCandidate, metric: Metric, limit: float | None) -> bool:
    if limit is None:
        return True
    value = _value(candidate, metric)
    return value >= limit if metric.is_higher_better else value <= limit


def default_axes(
    state: SearchState, metrics: Sequence[Metric]
) -> tuple[Metric | None, Metric | None]:
    """Return the cost and the quality that the search improves, or what there is."""
    names = [name for name in state.recipe.objectives if name in {m.name for m in metrics}]
    quality = [METRICS[n] for n in names if METRICS[n].is_higher_better or n == "lpips"]
    costs = [METRICS[n] for n in names if METRICS[n] not in quality]
    up = quality[0] if quality else next(iter(metrics), None)
    others = [metric for metric in metrics if metric is not up]
    across = costs[0] if costs else next(iter(others), up)
    return across, up


def spans_widely(state: SearchState | None, across: Metric | None) -> bool:
    """Return whether the values of an axis are told apart better on a logarithmic one."""
    if state is None or across is None:
        return False
    values = [one.metric(across.name) for one in state.candidates]
    known = [value for value in values if value is not None and value > 0]
    return bool(known) and max(known) / min(known) >= _LOG_FROM_RATIO


def volume_unit(state: SearchState) -> str:
    """Return the unit of a hypervolume: the product of those of the objectives."""
    units = [METRICS[name].unit for name in state.recipe.objectives]
    return "\u00b7".join(unit for unit in units if unit)
