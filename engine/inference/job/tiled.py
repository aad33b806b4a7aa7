"""Enlarges pictures of any size tile by tile, in one tile shape and bounded memory."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from engine.core.cancellation import CancelToken
from engine.core.errors import OutOfMemoryError
from engine.core.images import ImageF32
from engine.core.messages import say
from engine.core.tiling import Region, Tile, plan_tiles
from engine.imaging.pixel_values import to_float, to_uint
from engine.imaging.raster import Raster
from engine.inference.job.alpha import upscale_alpha
from engine.inference.job.layers import Layers, ReadableLayers
from engine.inference.job.progress import OnProgress, OnTile, ProgressMeter, Stage, TileDone
from engine.inference.network.upscaler import Upscaler

logger = logging.getLogger(__name__)

MIN_CORE_PX = 8
"""Fewest LR pixels a tile has to give; smaller tiles are not worth a try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TiledReport:
    """How a picture was enlarged.

    Attributes:
        tile_px: Side of the tiles that finished it, in LR pixels.
        tile_count: How many there were.
        seconds: Time that the tiles took, without pauses.
        notes: What the user should know: smaller tiles.
    """

    tile_px: int
    tile_count: int
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class TiledRunner:
    """Enlarges rasters with an upscaler.

    Attributes:
        upscaler: What enlarges a crop.
        tile_px: Side of a tile to start with, in LR pixels.
        token: Checked before each tile.
        stage: Place of this work in the job, for progress.
        on_progress: Called after each tile.
        on_tile: Called with each part of the result that is finished.
    """

    upscaler: Upscaler
    tile_px: int
    token: CancelToken = field(default_factory=CancelToken)
    stage: Stage = field(default_factory=lambda: Stage(name="upscale"))
    on_progress: OnProgress | None = None
    on_tile: OnTile | None = None

    def run(self, source: ReadableLayers, target: Layers) -> TiledReport:
        """Fill ``target`` with ``source`` enlarged by the upscaler's scale.

        When memory runs out, the tile is halved and the work continues where it was.

        Args:
            source: The picture; gray stays gray, 16 bit stays 16 bit.
            target: Rasters ``scale`` times as large, with alpha if ``source`` has one.

        Raises:
            JobCancelled: If the token was cancelled.
            OutOfMemoryError: If even the smallest tile does not fit.
            BrokenOutputError: If a tile comes out broken on all providers.
            InferenceError: If the network cannot be run.
            DiskFullError: If the disk of the scratch file is full.
            TilePlanError: If the tile is smaller than the network's context.
        """
        overlap_px = self.upscaler.overlap_px
        longest_px = max(source.color.width_px, source.color.height_px)
        # A small picture is not padded to a large tile: that would only cost time.
        tile_px = min(self.tile_px, longest_px + self.upscaler.size_multiple)
        notes: list[str] = []
        stage = self.stage
        finished_rows = 0
        busy_s = 0.0
        while True:
            work = _Pass(self, source, target, tile_px=tile_px, stage=stage)
            try:
                work.run(skip_rows=finished_rows)
            except (OutOfMemoryError, MemoryError) as error:
                finished_rows = max(finished_rows, work.finished_rows)
                busy_s += work.meter.busy_s
                stage = work.meter.rest
                tile_px = self._smaller(tile_px, overlap_px, error)
                notes.append(
                    say(
                        "smaller-tiles",
                        "Memory ran out; continued with tiles of {tile} px",
                        tile=tile_px,
                    )
                )
                logger.info("memory ran out; continued with tiles of %d px", tile_px)
                continue
            return TiledReport(
                tile_px=tile_px,
                tile_count=len(work.tiles),
                seconds=busy_s + work.meter.busy_s,
                notes=tuple(notes),
            )

    def _smaller(self, tile_px: int, overlap_px: int, error: Exception) -> int:
        smallest_px = smallest_tile_px(overlap_px, self.upscaler.size_multiple)
        if tile_px <= smallest_px:
            raise OutOfMemoryError(
                say(
                    "no-memory",
                    "Memory is not sufficient even for tiles of {tile} px; close other programs, "
                    "choose a smaller model or run on the CPU (device cpu)",
                    tile=tile_px,
                )
            ) from error
        return max(tile_px // 2, smallest_px)


def smallest_tile_px(overlap_px: int, size_multiple: int) -> int:
    """Return the smallest tile worth a try, a multiple of ``size_multiple``."""
    least_px = 2 * overlap_px + max(MIN_CORE_PX, size_multiple)
    return -(-least_px // size_multiple) * size_multiple


class _Pass:
    """One pass over the picture with a fixed tile size."""

    def __init__(
        self,
        runner: TiledRunner,
        source: ReadableLayers,
        target: Layers,
        *,
        tile_px: int,
        stage: Stage,
    ) -> None:
        self.tiles = plan_tiles(
            source.color.width_px,
            source.color.height_px,
            tile_px=tile_px,
            overlap_px=runner.upscaler.overlap_px,
            size_multiple=runner.upscaler.size_multiple,
        ).tiles
        self._runner, self._source, self._target = runner, source, target
        self.finished_rows = 0
        self._stage = stage
        self.meter = ProgressMeter(0, stage=stage, on_progress=None)

    def run(self, *, skip_rows: int) -> None:
        left = [tile for tile in self.tiles if tile.core.bottom > skip_rows]
        self.meter = ProgressMeter(
            len(left), stage=self._stage, on_progress=self._runner.on_progress
        )
        for tile in left:
            self._runner.token.check()
            # Tiles come row by row: when one begins, all rows above its core are finished.
            #
            #     ┌────┬────┬────┐
            #     │ ok │ ok │ ok │
            #     ├────┼────┼────┤ <- finished_rows
            #     │ ok │ now│    │
            #     └────┴────┴────┘
            self.finished_rows = tile.core.top
            with self.meter.tile():
                self._enlarge(tile)
            if self._runner.on_tile is not None:
                region = tile.core.scaled(self._runner.upscaler.scale)
                self._runner.on_tile(TileDone(region=region, layers=self._target))

    def _enlarge(self, tile: Tile) -> None:
        upscaler = self._runner.upscaler
        color = to_float(self._source.color.read(tile.crop))
        self._write(self._target.color, upscaler.upscale(color, where=tile.crop), tile)
        if self._source.alpha is not None and self._target.alpha is not None:
            alpha = to_float(self._source.alpha.read(tile.crop))
            self._write(self._target.alpha, upscale_alpha(upscaler, alpha, where=tile.crop), tile)

    def _write(self, raster: Raster, sr: ImageF32, tile: Tile) -> None:
        scale = self._runner.upscaler.scale
        inner: Region = tile.core_in_crop.scaled(scale)
        core = sr[inner.top : inner.bottom, inner.left : inner.right]
        raster.write(tile.core.scaled(scale), to_uint(core, raster.dtype))
