"""How far the work is, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.core.tiling import Region
from engine.inference.job.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """State of the work after a tile.

    Attributes:
        stage: ``upscale``, ``resize``, ``check`` or ``save``.
        start: Share of the whole job that was done before this stage.
        share: Share of the whole job that this stage takes.
        done_tiles: Tiles of this stage that are finished.
        total_tiles: Tiles of this stage.
        eta_s: Seconds this stage will still take.
    """

    stage: str
    start: float = 0.0
    share: float = 1.0
    done_tiles: int
    total_tiles: int
    eta_s: float

    @property
    def fraction(self) -> float:
        """Share of the whole job that is done, 0 to 1."""
        return min(self.start + self.share * self.done_tiles / self.total_tiles, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileDone:
    """A part of the result that is finished and can be shown.

    Attributes:
        region: Which part, in pixels of ``layers``.
        layers: The rasters that hold it; open until the result is closed.
    """

    region: Region
    layers: Layers


OnProgress = Callable[[Progress], None]
OnTile = Callable[[TileDone], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Place of one stage in a job.

    Attributes:
        name: As in `Progress`.
        start: Share of the whole job that comes before.
        share: Share of the whole job that it takes.
    """

    name: str
    start: float = 0.0
    share: float = 1.0


class ProgressMeter:
    """Counts tiles and the time they took; pauses between tiles are not counted."""

    def __init__(
        self,
        total_tiles: int,
        *,
        stage: Stage,
        on_progress: OnProgress | None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._total, self._stage, self._report, self._clock = total_tiles, stage, on_progress, clock
        self._done = 0
        self._started_s: float | None = None
        self.busy_s = 0.0

    @property
    def rest(self) -> Stage:
        """The part of the stage that is left, for work that starts again."""
        # The new tiles divide what is left, so that progress never runs backwards.
        done = self._stage.share * self._done / self._total if self._total else 0.0
        return Stage(
            name=self._stage.name, start=self._stage.start + done, share=self._stage.share - done
        )

    @contextmanager
    def tile(self) -> Iterator[None]:
        """Time the block and report it as one finished tile."""
        start = self._clock()
        yield
        self.busy_s += self._clock() - start
        self._done += 1
        self._report_state()

    def reach(self, done_tiles: int) -> None:
        """Report that ``done_tiles`` are finished, for work that calls back instead of waiting."""
        now_s = self._clock()
        # From the first call on: before it, an encoder may prepare for a while.
        if self._started_s is None:
            self._started_s = now_s
        self.busy_s = now_s - self._started_s
        self._done = done_tiles
        self._report_state()

    def _report_state(self) -> None:
        if self._report is None:
            return
        left = self._total - self._done
        self._report(
            Progress(
                stage=self._stage.name,
                start=self._stage.start,
                share=self._stage.share,
                done_tiles=self._done,
                total_tiles=self._total,
                eta_s=self.busy_s / max(self._done, 1) * left,
            )
        )
