from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import kendalltau

from engine.search.rank_study import RankedNetwork, study_ranks


def networks(
    inherited: list[float],
    alone: list[tuple[float, ...]],
    *,
    macs: list[float] | None = None,
    cost: list[float] | None = None,
) -> list[RankedNetwork]:
    macs = macs or [float(number) for number in range(len(inherited))]
    return [
        RankedNetwork(
            id=f"network-{number}",
            text="",
            gmacs=macs[number],
            cost=(cost or macs)[number],
            inherited_db=inherited[number],
            alone_db=alone[number],
        )
        for number in range(len(inherited))
    ]


def noisy(count: int, *, seeds: int, noise_db: float) -> list[RankedNetwork]:
    """Networks of rising quality, measured with noise; inherited quality is exact."""
    random = np.random.default_rng(5)
    quality = np.linspace(28, 29, count)
    alone = quality[:, None] + random.normal(scale=noise_db, size=(count, seeds))
    return networks(quality.tolist(), [tuple(row) for row in alone.tolist()])


def test_tau_is_that_of_scipy_between_inherited_quality_and_the_mean_over_seeds() -> None:
    random = np.random.default_rng(1)
    inherited, alone = random.normal(size=12), random.normal(size=(12, 2))

    study = study_ranks(
        networks(inherited.tolist(), [tuple(row) for row in alone.tolist()]), rounds=50
    )

    assert study.tau.value == pytest.approx(kendalltau(inherited, alone.mean(axis=1)).statistic)
    wanted = kendalltau(alone[:, 0], alone[:, 1]).statistic
    assert study.ceiling is not None
    assert study.ceiling.value == pytest.approx(wanted)
    one = np.mean([kendalltau(inherited, alone[:, seed]).statistic for seed in (0, 1)])
    assert study.tau_of_one_training.value == pytest.approx(one)


def test_the_ceiling_is_the_mean_over_all_pairs_of_seeds() -> None:
    alone = np.random.default_rng(2).normal(size=(9, 3))

    study = study_ranks(networks([0.0, *range(1, 9)], [tuple(row) for row in alone.tolist()]))

    pairs = itertools.combinations(range(3), 2)
    wanted = np.mean([kendalltau(alone[:, a], alone[:, b]).statistic for a, b in pairs])
    assert study.ceiling is not None
    assert study.ceiling.value == pytest.approx(wanted)


def test_noise_of_seeds_lowers_the_ceiling_and_is_told_in_db() -> None:
    quiet = study_ranks(noisy(40, seeds=2, noise_db=0.001), rounds=50)
    loud = study_ranks(noisy(40, seeds=2, noise_db=0.2), rounds=50)

    assert quiet.ceiling is not None
    assert loud.ceiling is not None
    assert quiet.ceiling.value > 0.98
    assert loud.ceiling.value < 0.8
    assert loud.seed_deviation_db == pytest.approx(0.2, rel=0.3)


def test_one_seed_has_no_ceiling() -> None:
    study = study_ranks(noisy(8, seeds=1, noise_db=0.1), rounds=20)

    assert study.ceiling is None
    assert study.seed_deviation_db is None
    assert study.tau_of_one_training.value == study.tau.value


def test_bands_are_thirds_by_cost_with_rankings_of_their_own() -> None:
    # Right between the bands, wrong inside each: tau is high over all and -1 inside.
    quality = [3.0, 2.0, 1.0, 6.0, 5.0, 4.0, 9.0, 8.0, 7.0]
    inherited = [float(number) for number in range(9)]
    study = study_ranks(
        networks(inherited, [(one,) for one in quality], cost=[10.0 * n for n in range(9)]),
        rounds=50,
    )

    assert study.tau.value == pytest.approx(0.5)
    assert [band.tau.value for band in study.bands] == [-1.0, -1.0, -1.0]
    assert [(band.least_cost, band.most_cost) for band in study.bands] == [
        (0.0, 20.0),
        (30.0, 50.0),
        (60.0, 80.0),
    ]
    assert [band.regret_db for band in study.bands] == [2.0, 2.0, 2.0]


def test_bands_are_by_cost_and_not_by_macs() -> None:
    macs = [float(number) for number in range(6)]
    study = study_ranks(
        networks(macs, [(one,) for one in macs], macs=macs, cost=[5.0, 0.0, 4.0, 1.0, 3.0, 2.0])
    )

    assert [(band.least_cost, band.most_cost) for band in study.bands] == [(0, 1), (2, 3), (4, 5)]


def test_regret_is_what_the_inherited_winner_lacks() -> None:
    inherited = [1.0, 2.0, 3.0, 4.0, 6.0, 5.0]
    alone: list[tuple[float, ...]] = [(28.0,), (28.1,), (28.2,), (28.3,), (28.4,), (28.5,)]

    study = study_ranks(networks(inherited, alone), rounds=50)

    assert study.regret_db.value == pytest.approx(0.1)
    # Up to the cost of each network in turn: only with the last is the winner not the best.
    assert study.regret_under_limits_db.value == pytest.approx(0.1 / 6)
    assert study.largest_regret_under_a_limit_db == pytest.approx(0.1)


def test_the_gain_over_macs_is_judged_on_the_same_draws() -> None:
    macs = [float(number) for number in range(10)]
    study = study_ranks(networks(macs, [(one,) for one in macs], macs=macs), rounds=100)

    assert (study.gain.value, study.gain.low, study.gain.high) == (0.0, 0.0, 0.0)


def test_more_networks_narrow_the_interval_around_the_value() -> None:
    few = study_ranks(noisy(8, seeds=1, noise_db=0.2), rounds=200).tau
    many = study_ranks(noisy(60, seeds=1, noise_db=0.2), rounds=200).tau

    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low


def test_the_same_seed_draws_the_same_intervals() -> None:
    rows = noisy(10, seeds=2, noise_db=0.2)

    assert study_ranks(rows, rounds=50) == study_ranks(rows, rounds=50)


@pytest.mark.parametrize(
    "rows",
    [
        noisy(5, seeds=2, noise_db=0.1),
        [*noisy(6, seeds=2, noise_db=0.1), *noisy(1, seeds=1, noise_db=0.1)],
        networks([1.0] * 6, [()] * 6),
    ],
)
def test_too_few_networks_or_unequal_seeds_are_refused(rows: list[RankedNetwork]) -> None:
    with pytest.raises(ValueError, match="6 networks"):
        study_ranks(rows)
