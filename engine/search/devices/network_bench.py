"""Runs networks on this computer beside the reference network."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine.core.cancellation import CancelToken
from engine.inference.network.session import SessionSpec, open_session
from engine.search.devices.interleaving import (
    TimedRun,
    clock_for,
    relative_time,
    time_interleaved,
)
from engine.search.devices.networks import write_network
from engine.search.devices.sampling import REFERENCE, SCALE

Writer: TypeAlias = Callable[[Path], object]
"""Writes a network to the path it is given."""

PASSES = 2
"""Each network is measured at two times far apart, which a disturbance hardly meets both."""
# Networks that were disturbed are measured again so many times at most; on an idle machine, none.
_MORE_PASSES = 4
_UNCERTAINTY = 0.005
# Sessions that are open at once; each keeps its feature maps, up to 100 MB at 320x180.
_BATCH = 6


@dataclass(slots=True, kw_only=True)
class NetworkBench:
    """Times networks, and reports how far it is.

    Attributes:
        size_px: Height and width of the LR input.
        thread_count: CPU threads; 0 takes all physical cores.
        rounds: Timed runs of each network over all passes, and more for those that were disturbed.
        progress: Receives the number of finished and of all measurements.
        token: Stops between two runs.
        reference_s: What the reference took, each time; filled by `time`.
    """

    size_px: tuple[int, int]
    thread_count: int
    rounds: int
    progress: Callable[[int, int], None] = lambda done, total: None
    token: CancelToken | None = None
    reference_s: list[float] = field(default_factory=list, init=False)

    def time(self, writers: Sequence[Writer]) -> list[list[TimedRun]]:
        """Return the timed runs of each network.

        Raises:
            InferenceError: If a network cannot be run.
            JobCancelled: If the token was cancelled.
        """
        runs: list[list[TimedRun]] = [[] for _ in writers]
        done, total = 0, PASSES * len(writers)
        with tempfile.TemporaryDirectory(prefix="mfagan-device-") as name:
            folder = Path(name)
            reference = self._task(
                lambda path: write_network(REFERENCE, path, scale=SCALE), folder / "reference.onnx"
            )
            for number in range(PASSES + _MORE_PASSES):
                places = list(range(len(writers)))
                if number >= PASSES:
                    places = [place for place in places if _is_unsure(runs[place])]
                    total += len(places)
                for start in range(0, len(places), _BATCH):
                    batch = places[start : start + _BATCH]
                    timed = self._time_batch([writers[p] for p in batch], reference, folder)
                    for place, found in zip(batch, timed, strict=True):
                        runs[place] += found
                    done += len(batch)
                    self.progress(done, total)
        self.reference_s += [run.reference_s for network in runs for run in network]
        return runs

    def _time_batch(
        self, writers: Sequence[Writer], reference: Callable[[], object], folder: Path
    ) -> tuple[tuple[TimedRun, ...], ...]:
        tasks = [
            self._task(writer, folder / f"{number}.onnx") for number, writer in enumerate(writers)
        ]
        return time_interleaved(
            tasks,
            reference,
            rounds=max(1, self.rounds // PASSES),
            token=self.token,
            clock=clock_for(self.thread_count),
        )

    def _task(self, writer: Writer, path: Path) -> Callable[[], object]:
        writer(path)
        session = open_session(SessionSpec.of_file(path, thread_count=self.thread_count))
        # One seed: every network computes on the same pixels.
        batch = np.random.default_rng(0).random((1, 3, *self.size_px), dtype=np.float32)
        return lambda: session.run(batch)


def _is_unsure(runs: Sequence[TimedRun]) -> bool:
    return relative_time(runs).uncertainty > _UNCERTAINTY
