"""Comparing candidates by several measures: fronts, ranks and what a wrong choice costs.

Values of an objective are *losses* here: less is better. What is to be maximized is negated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def dominates(one: ArrayLike, other: ArrayLike) -> bool:
    """Return whether ``one`` is nowhere worse than ``other`` and somewhere better.

    Shape:
        - ``one``, ``other``: ``(objectives,)``, losses.
    """
    first, second = np.asarray(one), np.asarray(other)
    return bool((first <= second).all() and (first < second).any())


def front_indices(losses: ArrayLike) -> list[int]:
    """Return the places of the rows that no other row dominates, by the first objective.

    Of equal rows only the first is kept.

    Shape:
        - ``losses``: ``(candidates, objectives)``.
    """
    rows = np.asarray(losses, dtype=float)
    if not len(rows):
        return []
    rows = rows.reshape(len(rows), -1)
    # In lexicographic order nothing can be dominated by what comes later.
    order = np.lexsort(rows.T[::-1])
    if rows.shape[1] == 2:
        # What is ahead has a first loss that is no larger: only a smaller second one is no worse.
        second = rows[order, 1]
        is_kept = np.ones(len(rows), dtype=bool)
        is_kept[1:] = second[1:] < np.minimum.accumulate(second)[:-1]
        return [int(place) for place in order[is_kept]]
    kept: list[int] = []
    for place in order.tolist():
        ahead = rows[kept]
        # No worse anywhere: dominated, or equal to one that is there already.
        if not (ahead <= rows[place]).all(axis=1).any():
            kept.append(place)
    return kept


def kendall_tau(one: ArrayLike, other: ArrayLike) -> float:
    """Return how far two measures rank the same candidates alike: Kendall's tau-b, -1 to 1.

    NaN if a measure gives all candidates the same value.

    Shape:
        - ``one``, ``other``: ``(candidates,)``.

    Raises:
        ValueError: If there are fewer than two candidates, or not as many in both.
    """
    first, second = _signs(one), _signs(other)
    if len(first) != len(second) or not len(first):
        raise ValueError("Kendall's tau needs two measures of the same two or more candidates")
    pairs = np.sqrt((first != 0).sum() * (second != 0).sum())
    return float((first * second).sum() / pairs) if pairs else float("nan")


def regret(estimated: ArrayLike, actual: ArrayLike) -> float:
    """Return what is lost by taking the candidate that is best by ``estimated``.

    It is the best actual value minus that candidate's, 0 or more, in the unit of ``actual``.

    Shape:
        - ``estimated``, ``actual``: ``(candidates,)``, more is better.
    """
    values = np.asarray(actual, dtype=float)
    return float(values.max() - values[int(np.argmax(np.asarray(estimated)))])


def tau_interval(
    one: ArrayLike, other: ArrayLike, *, rounds: int = 1000, seed: int = 0, level: float = 0.95
) -> tuple[float, float]:
    """Return a bootstrap interval of `kendall_tau`, by drawing candidates with replacement."""
    random = np.random.default_rng(seed)
    first, second = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    taus = [
        kendall_tau(first[drawn], second[drawn])
        for drawn in random.integers(len(first), size=(rounds, len(first)))
    ]
    margin = (1 - level) / 2
    low, high = np.nanquantile(taus, [margin, 1 - margin])
    return float(low), float(high)


def _signs(values: ArrayLike) -> NDArray[np.float64]:
    """Return for each pair of candidates which is larger: -1, 0 or 1."""
    row = np.asarray(values, dtype=float)
    differences: NDArray[np.float64] = np.sign(row[:, None] - row[None, :])
    return differences[np.triu_indices(len(row), k=1)]
