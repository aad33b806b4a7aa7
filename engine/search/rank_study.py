"""How far inherited weights rank networks as training each network alone ranks them.

A search trusts this ranking. It is judged beside what needs no supernet (MACs alone), beside
what no ranking can exceed (two trainings of the same networks with other seeds), and where it is
hardest: among networks that are about as fast as each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from engine.metrics.front import kendall_tau, regret

BANDS = 3
LEAST_NETWORKS = 2 * BANDS
"""A band of one network has no ranking."""

_LEVEL = 0.95


class RankedNetwork(Struct, frozen=True, kw_only=True):
    """A network whose quality is known with inherited weights and after trainings of its own.

    Attributes:
        id: Its id as a candidate.
        text: The candidate in one line.
        gmacs: Multiply-accumulates, in 10^9.
        cost: What bands are made of: latency in ms, or GMAC again.
        inherited_db: Y-PSNR with the weights of the supernet.
        alone_db: Y-PSNR after each training alone, in the order of the seeds.
    """

    id: str
    text: str
    gmacs: float
    cost: float
    inherited_db: float
    alone_db: tuple[float, ...]


class Estimate(Struct, frozen=True, kw_only=True):
    """A statistic with its 95 % bootstrap interval over the networks.

    Attributes:
        value: Of all networks.
        low: Lower end of the interval.
        high: Upper end of the interval.
    """

    value: float
    low: float
    high: float


class Band(Struct, frozen=True, kw_only=True):
    """The ranking among networks of about equal cost.

    Attributes:
        networks: Number of networks.
        least_cost: Cost of the cheapest.
        most_cost: Cost of the dearest.
        tau: Kendall's tau of inherited weights.
        tau_macs: Kendall's tau of MACs alone.
        regret_db: What the winner by inherited weights lacks to the best, in dB.
    """

    networks: int
    least_cost: float
    most_cost: float
    tau: Estimate
    tau_macs: Estimate
    regret_db: float


class RankStudy(Struct, frozen=True, kw_only=True):
    """What comes out. A network's own quality is the mean over its seeds, in dB.

    Attributes:
        networks: Number of networks.
        seeds: Number of trainings of each network.
        tau: Kendall's tau between inherited and own quality.
        tau_macs: The same of MACs alone, the more the better.
        gain: ``tau`` less ``tau_macs``, on the same networks of each bootstrap draw.
        tau_of_one_training: Kendall's tau between inherited quality and that of a single
            training, the mean over the seeds; compare it with the ceiling.
        ceiling: Kendall's tau between the qualities of two seeds, the mean over pairs of seeds;
            None with one seed.
        seed_deviation_db: Standard deviation between the seeds of a network; None with one seed.
        bands: The ranking inside thirds of the networks by cost.
        regret_db: What the winner by inherited weights lacks to the best of all.
        regret_under_limits_db: The same among the networks up to a limit of cost, the mean over
            the cost of each network as the limit: what a search under a limit loses.
        largest_regret_under_a_limit_db: The largest of those.
    """

    networks: int
    seeds: int
    tau: Estimate
    tau_macs: Estimate
    gain: Estimate
    tau_of_one_training: Estimate
    ceiling: Estimate | None
    seed_deviation_db: float | None
    bands: tuple[Band, ...]
    regret_db: Estimate
    regret_under_limits_db: Estimate
    largest_regret_under_a_limit_db: float


def study_ranks(
    networks: Sequence[RankedNetwork], *, rounds: int = 1000, seed: int = 0
) -> RankStudy:
    """Compare the ranking by inherited weights with that after training alone.

    Args:
        networks: The networks, all with the same number of seeds.
        rounds: Bootstrap draws of networks with replacement.
        seed: Start of the draws.

    Raises:
        ValueError: If there are fewer than six networks, or they have other numbers of seeds.
    """
    counts = {len(network.alone_db) for network in networks}
    if len(networks) < LEAST_NETWORKS or len(counts) != 1 or 0 in counts:
        raise ValueError(
            f"a ranking needs {LEAST_NETWORKS} networks, each trained with the same seeds"
        )
    table = _Table(networks)
    random = np.random.default_rng(seed)

    def estimate(statistic: _Statistic, places: _Places | None = None) -> Estimate:
        return _estimate(statistic, table.all if places is None else places, random, rounds)

    seeds = counts.pop()
    limits = table.regrets_under_limits(table.all)
    return RankStudy(
        networks=len(networks),
        seeds=seeds,
        tau=estimate(table.tau),
        tau_macs=estimate(table.tau_macs),
        gain=estimate(lambda places: table.tau(places) - table.tau_macs(places)),
        tau_of_one_training=estimate(table.tau_of_one_training),
        ceiling=estimate(table.ceiling) if seeds > 1 else None,
        seed_deviation_db=table.seed_deviation_db() if seeds > 1 else None,
        bands=tuple(_band(table, places, estimate) for places in table.bands()),
        regret_db=estimate(table.regret),
        regret_under_limits_db=estimate(
            lambda places: float(np.mean(table.regrets_under_limits(places)))
        ),
        largest_regret_under_a_limit_db=max(limits),
    )


_Places = NDArray[np.intp]
_Statistic = Callable[[_Places], float]


class _Table:
    """The networks as columns; a statistic takes the places of the rows it is about."""

    def __init__(self, networks: Sequence[RankedNetwork]) -> None:
        self.all: _Places = np.arange(len(networks))
        self.cost = np.array([network.cost for network in networks])
        self._macs = np.array([network.gmacs for network in networks])
        self._inherited = np.array([network.inherited_db for network in networks])
        self._alone = np.array([network.alone_db for network in networks])  # (networks, seeds)
        self._own = self._alone.mean(axis=1)

    def tau(self, places: _Places) -> float:
        return kendall_tau(self._inherited[places], self._own[places])

    def tau_macs(self, places: _Places) -> float:
        return kendall_tau(self._macs[places], self._own[places])

    def tau_of_one_training(self, places: _Places) -> float:
        inherited = self._inherited[places]
        return float(np.mean([kendall_tau(inherited, one[places]) for one in self._alone.T]))

    def ceiling(self, places: _Places) -> float:
        columns = [one[places] for one in self._alone.T]
        pairs = [
            kendall_tau(one, other)
            for number, one in enumerate(columns)
            for other in columns[number + 1 :]
        ]
        return float(np.mean(pairs))

    def seed_deviation_db(self) -> float:
        return float(np.sqrt(self._alone.var(axis=1, ddof=1).mean()))

    def regret(self, places: _Places) -> float:
        return regret(self._inherited[places], self._own[places])

    def regrets_under_limits(self, places: _Places) -> list[float]:
        limits = np.unique(self.cost[places])
        return [self.regret(places[self.cost[places] <= limit]) for limit in limits]

    def bands(self) -> list[_Places]:
        return np.array_split(np.argsort(self.cost, kind="stable"), BANDS)


def _band(
    table: _Table, places: _Places, estimate: Callable[[_Statistic, _Places], Estimate]
) -> Band:
    return Band(
        networks=len(places),
        least_cost=float(table.cost[places].min()),
        most_cost=float(table.cost[places].max()),
        tau=estimate(table.tau, places),
        tau_macs=estimate(table.tau_macs, places),
        regret_db=table.regret(places),
    )


def _estimate(
    statistic: _Statistic, places: _Places, random: np.random.Generator, rounds: int
) -> Estimate:
    draws = random.integers(len(places), size=(rounds, len(places)))
    values = [statistic(places[drawn]) for drawn in draws]
    margin = (1 - _LEVEL) / 2
    # A draw of one network only, many times, has no ranking: NaN.
    low, high = np.nanquantile(values, [margin, 1 - margin])
    return Estimate(value=statistic(places), low=float(low), high=float(high))
