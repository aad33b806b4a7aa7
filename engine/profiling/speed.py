"""Times networks against each other, interleaved, through one runtime."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.cancellation import CancelToken
from engine.inference.network.session import ExecutionSession, SessionSpec, open_session
from engine.probing.answers import GraphCost
from engine.probing.process import measure_cost
from engine.profiling.machine import Machine, describe_machine, measure_peak_gflops
from engine.profiling.memory import measure_network_memory

_WARM_UPS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedNetwork:
    """A network to be timed.

    Attributes:
        name: The name in the report.
        path: Its ONNX file.
        group: ``ours``, ``peer`` or ``reference``.
        precision: Precision of its weights.
    """

    name: str
    path: Path
    group: str
    precision: str = "fp32"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedSettings:
    """How to measure.

    Attributes:
        side_px: Side of the square LR input.
        rounds: Timed runs of each network.
        thread_count: CPU threads; 0 takes all physical cores.
        has_memory: Whether to measure memory, in one process a network.
        matrix_side: Side of the matrices that the machine's peak is measured with.
    """

    side_px: int = 256
    rounds: int = 20
    thread_count: int = 0
    has_memory: bool = True
    matrix_side: int = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpeed:
    """What was measured of one network.

    Attributes:
        name: As in `TimedNetwork`.
        group: As in `TimedNetwork`.
        precision: As in `TimedNetwork`.
        scale: Enlargement.
        params: Weights.
        gmac: 10^9 multiply-accumulates of one pass.
        latency_ms: Median of all rounds.
        latency_p95_ms: 95th percentile of all rounds.
        megapixels_per_s: Output pixels, 10^6 a second.
        gflops: 10^9 operations a second, two a multiply-accumulate.
        peak_share: The same as a share of the machine's matrix-product peak.
        peak_rss_mb: Largest memory of a fresh process that runs only this
            network, in 10^6 bytes; None when it was not measured.
    """

    name: str
    group: str
    precision: str
    scale: int
    params: int
    gmac: float
    latency_ms: float
    latency_p95_ms: float
    megapixels_per_s: float
    gflops: float
    peak_share: float
    peak_rss_mb: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedReport:
    """One interleaved run.

    Attributes:
        machine: Where it ran.
        peak_gflops: Measured float32 matrix-product peak of the machine.
        provider: What ONNX Runtime ran on.
        input: Height and width of the LR input.
        rounds: Timed runs of each network.
        thread_count: 0 stands for all physical cores.
        networks: In the order they took turns.
        times_faster: For each of our networks, how many times faster it is than
            each network of the other groups and of its scale, by the medians.
    """

    machine: Machine
    peak_gflops: float
    provider: str
    input: str
    rounds: int
    thread_count: int
    networks: tuple[NetworkSpeed, ...]
    times_faster: dict[str, dict[str, float]]


@dataclass(slots=True, kw_only=True)
class _Runner:
    contender: TimedNetwork
    session: ExecutionSession
    cost: GraphCost
    batch: NDArray[np.float32]
    times_ms: list[float]

    def run(self) -> float:
        start = time.perf_counter()
        self.session.run(self.batch)
        return (time.perf_counter() - start) * 1000


def measure_speed(
    contenders: Sequence[TimedNetwork],
    settings: SpeedSettings,
    *,
    progress: Callable[[int, int], None] | None = None,
    token: CancelToken | None = None,
) -> SpeedReport:
    """Time ``contenders`` in turns: A B C, A B C, and so on.

    Whatever else the machine does then hits all of them alike.

    Args:
        contenders: At least one network.
        settings: How to measure.
        progress: Is told the finished and the whole number of runs.
        token: Lets the caller stop between two runs.

    Raises:
        ModelRefusedError: If a file cannot be read or counted.
        InferenceError: If a network cannot be run.
        JobCancelled: If ``token`` was cancelled.
    """
    token = token or CancelToken()
    # Memory first: afterwards this process and the children would compete.
    costs = [_cost(contender, settings) for contender in contenders]
    memory_mb = [
        _memory_mb(contender, cost.channels, settings)
        for contender, cost in zip(contenders, costs, strict=True)
    ]
    peak_gflops = measure_peak_gflops(side=settings.matrix_side)
    runners = [
        _prepare(contender, cost, settings)
        for contender, cost in zip(contenders, costs, strict=True)
    ]
    total = len(runners) * settings.rounds
    for done in range(total):
        token.check()
        runner = runners[done % len(runners)]
        runner.times_ms.append(runner.run())
        if progress:
            progress(done + 1, total)
    # Whatever disturbed the first measurement may be over.
    peak_gflops = max(peak_gflops, measure_peak_gflops(side=settings.matrix_side))
    networks = tuple(
        _evaluate(runner, rss_mb, peak_gflops)
        for runner, rss_mb in zip(runners, memory_mb, strict=True)
    )
    return SpeedReport(
        machine=describe_machine(),
        peak_gflops=peak_gflops,
        provider=runners[0].session.provider.name,
        input=f"{settings.side_px}x{settings.side_px}",
        rounds=settings.rounds,
        thread_count=settings.thread_count,
        networks=networks,
        times_faster=_times_faster(networks),
    )


def _cost(contender: TimedNetwork, settings: SpeedSettings) -> GraphCost:
    return measure_cost(contender.path, height_px=settings.side_px, width_px=settings.side_px)


def _prepare(contender: TimedNetwork, cost: GraphCost, settings: SpeedSettings) -> _Runner:
    shape = (1, cost.channels, settings.side_px, settings.side_px)
    session = open_session(SessionSpec(path=contender.path, thread_count=settings.thread_count))
    batch = np.random.default_rng(0).random(shape, dtype=np.float32)
    runner = _Runner(
        contender=contender,
        session=session,
        cost=cost,
        batch=batch,
        times_ms=[],
    )
    for _ in range(_WARM_UPS):
        runner.run()
    return runner


def _memory_mb(contender: TimedNetwork, channels: int, settings: SpeedSettings) -> float | None:
    if not settings.has_memory:
        return None
    memory = measure_network_memory(
        contender.path,
        height_px=settings.side_px,
        width_px=settings.side_px,
        channels=channels,
        thread_count=settings.thread_count,
    )
    return memory.peak_rss_bytes / 1e6


def _evaluate(runner: _Runner, rss_mb: float | None, peak_gflops: float) -> NetworkSpeed:
    latency_ms = float(np.median(runner.times_ms))
    gflops = 2 * runner.cost.macs / latency_ms / 1e6
    height, width = runner.cost.output_shape[2:]
    return NetworkSpeed(
        name=runner.contender.name,
        group=runner.contender.group,
        precision=runner.contender.precision,
        scale=height // runner.batch.shape[2],
        params=runner.cost.params,
        gmac=runner.cost.macs / 1e9,
        latency_ms=latency_ms,
        latency_p95_ms=float(np.percentile(runner.times_ms, 95)),
        megapixels_per_s=height * width / latency_ms / 1e3,
        gflops=gflops,
        peak_share=gflops / peak_gflops,
        peak_rss_mb=rss_mb,
    )


def _times_faster(networks: Sequence[NetworkSpeed]) -> dict[str, dict[str, float]]:
    others = [network for network in networks if network.group != "ours"]
    return {
        ours.name: {
            other.name: other.latency_ms / ours.latency_ms
            for other in others
            if other.scale == ours.scale
        }
        for ours in networks
        if ours.group == "ours"
    }
