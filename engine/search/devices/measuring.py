"""Measures this computer and makes its profile."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from engine.config.mfa_sizes import MfaSizes
from engine.core.cancellation import CancelToken
from engine.core.processor import processor_name
from engine.inference.network.session import SessionSpec, open_session, runtime_version
from engine.search.devices.conditions import read_conditions
from engine.search.devices.interleaving import TimedRun, clock_for, relative_time, time_interleaved
from engine.search.devices.networks import write_chain, write_network
from engine.search.devices.profile import MeasuredProfile, Observation, Runtime, WidthLatency
from engine.search.devices.profile_making import MeasuredNetworks, make_profile
from engine.search.devices.sampling import REFERENCE, SCALE, block_pairs, draw_networks, draw_unseen

Task = Callable[[], object]
Writer = Callable[[Path], None]

WIDTHS = (8, 16, 24, 32, 40, 48, 56, 64)
_CHAIN_LENGTHS = (2, 6)
# Sessions that are open at once; each keeps its feature maps, up to 100 MB at 320x180.
_BATCH = 6
# Each network is measured at two times far apart, which a disturbance hardly meets both.
_PASSES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSettings:
    """How to measure.

    Attributes:
        profile_id: Id of the profile.
        height_px: Height of the LR input.
        width_px: Width of the LR input.
        thread_count: CPU threads; 0 takes all physical cores.
        networks: Random networks that the latency model is fitted to.
        unseen: Further ones that only test it.
        rounds: Timed runs of each network.
        seed: Decides which networks.
        has_blocks: Whether to measure the table of block latencies.
        has_widths: Whether to measure latency against width.
    """

    profile_id: str
    height_px: int = 180
    width_px: int = 320
    thread_count: int = 1
    networks: int = 160
    unseen: int = 100
    rounds: int = 8
    seed: int = 0
    has_blocks: bool = True
    has_widths: bool = True


@dataclass(slots=True)
class _Bench:
    """Runs networks beside the reference, and reports how far it is."""

    settings: MeasureSettings
    progress: Callable[[int, int], None]
    token: CancelToken | None
    total: int
    done: int = 0

    def time(self, writers: Sequence[Writer]) -> list[list[TimedRun]]:
        """Return the timed runs of each network."""
        runs: list[list[TimedRun]] = [[] for _ in writers]
        rounds = max(1, self.settings.rounds // _PASSES)
        with self._task(lambda path: write_network(REFERENCE, path, scale=SCALE)) as reference:
            for _ in range(_PASSES):
                for start in range(0, len(writers), _BATCH):
                    batch = writers[start : start + _BATCH]
                    for place, found in enumerate(self._time_batch(batch, reference, rounds)):
                        runs[start + place] += found
        return runs

    def _time_batch(
        self, writers: Sequence[Writer], reference: Task, rounds: int
    ) -> tuple[tuple[TimedRun, ...], ...]:
        with tempfile.TemporaryDirectory(prefix="mfagan-device-") as folder:
            tasks = []
            for number, writer in enumerate(writers):
                path = Path(folder, f"{number}.onnx")
                writer(path)
                tasks.append(self._session_task(path))
            found = time_interleaved(
                tasks,
                reference,
                rounds=rounds,
                token=self.token,
                clock=clock_for(self.settings.thread_count),
            )
        self.done += len(writers)
        self.progress(self.done, self.total)
        return found

    @contextmanager
    def _task(self, writer: Writer) -> Iterator[Task]:
        with tempfile.TemporaryDirectory(prefix="mfagan-device-") as folder:
            path = Path(folder, "reference.onnx")
            writer(path)
            yield self._session_task(path)

    def _session_task(self, path: Path) -> Task:
        settings = self.settings
        session = open_session(SessionSpec.of_file(path, thread_count=settings.thread_count))
        shape = (1, 3, settings.height_px, settings.width_px)
        batch = np.random.default_rng(0).random(shape, dtype=np.float32)
        return lambda: session.run(batch)


def measure_device(
    settings: MeasureSettings,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    token: CancelToken | None = None,
) -> MeasuredProfile:
    """Return the profile of this computer.

    Args:
        settings: How to measure.
        progress: Receives the number of finished and of all measurements.
        token: Stops between two runs.

    Raises:
        ConfigError: If too few networks are asked for.
        InferenceError: If a network cannot be run.
        JobCancelled: If ``token`` was cancelled.
    """
    seen = draw_networks(settings.networks, seed=settings.seed, scale=SCALE)
    unseen = draw_unseen(settings.unseen, seen, scale=SCALE)
    pairs = block_pairs() if settings.has_blocks else ()
    chains = [(w, n) for w in WIDTHS for n in _CHAIN_LENGTHS] if settings.has_widths else []
    networks = [*seen, *unseen, *(sizes for pair in pairs for sizes in pair)]
    writers = [*map(_network_writer, networks), *(_chain_writer(*chain) for chain in chains)]
    bench = _Bench(settings, progress, token, total=_PASSES * len(writers))
    before = read_conditions()
    runs = bench.time(writers)
    after = read_conditions()
    reference_ms = [1000 * run.reference_s for network in runs for run in network]
    found = list(map(_observation, networks, runs[: len(networks)]))
    measured = MeasuredNetworks(
        seen=found[: len(seen)],
        unseen=found[len(seen) : len(seen) + len(unseen)],
        pairs=found[len(seen) + len(unseen) :],
        reference=REFERENCE,
        scale=SCALE,
        reference_ms=float(np.median(reference_ms)),
        reference_spread=_spread(reference_ms),
    )
    return make_profile(
        measured,
        profile_id=settings.profile_id,
        device=platform.node() or "this computer",
        processor=processor_name(),
        runtime=local_runtime(settings.thread_count),
        size_px=(settings.height_px, settings.width_px),
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        before=before,
        after=after,
        widths=_width_table(runs[len(networks) :], measured.reference_ms, settings)
        if chains
        else (),
    )


def measure_widths(
    settings: MeasureSettings,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    token: CancelToken | None = None,
) -> tuple[WidthLatency, ...]:
    """Return the latency of a 3x3 convolution against its width, alone; see `measure_device`."""
    writers = [_chain_writer(w, n) for w in WIDTHS for n in _CHAIN_LENGTHS]
    runs = _Bench(settings, progress, token, total=_PASSES * len(writers)).time(writers)
    reference_ms = [1000 * run.reference_s for network in runs for run in network]
    return _width_table(runs, float(np.median(reference_ms)), settings)


def local_runtime(thread_count: int) -> Runtime:
    """Return the runtime of this installation."""
    return Runtime(
        name="onnxruntime",
        version=runtime_version(),
        provider="cpu",
        precision="fp32",
        thread_count=thread_count,
    )


def _network_writer(sizes: MfaSizes) -> Writer:
    return lambda path: write_network(sizes, path, scale=SCALE)


def _chain_writer(width: int, length: int) -> Writer:
    return lambda path: write_chain(width, length, path)


def _observation(sizes: MfaSizes, runs: Sequence[TimedRun]) -> Observation:
    time = relative_time(runs)
    return Observation(sizes=sizes, ratio=time.ratio, spread=time.spread, runs=len(runs))


def _width_table(
    runs: Sequence[Sequence[TimedRun]], reference_ms: float, settings: MeasureSettings
) -> tuple[WidthLatency, ...]:
    ratios = [relative_time(chain).ratio for chain in runs]
    short, long = _CHAIN_LENGTHS
    gmac = 9 * settings.height_px * settings.width_px / 1e9
    found = []
    for width, brief, full in zip(WIDTHS, ratios[::2], ratios[1::2], strict=True):
        latency_ms = reference_ms * (full - brief) / (long - short)
        # Noise may make a short chain of tiny pictures the slower one.
        rate = 1000 * gmac * width**2 / latency_ms if latency_ms > 0 else 0.0
        found.append(WidthLatency(width=width, latency_ms=latency_ms, gmac_per_s=rate))
    return tuple(found)


def _spread(values: Sequence[float]) -> float:
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float((high - low) / 2 / middle)
