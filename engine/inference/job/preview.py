"""Makes one part of a result at once, exactly as the whole job would make it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.core.cancellation import CancelToken
from engine.core.images import ImageUint
from engine.core.tiling import Region
from engine.imaging.resample.bicubic import source_window
from engine.inference.job.estimate import memory_budget_bytes, plan_tile_px
from engine.inference.job.layers import Layers, PixelReader, ReadableLayers
from engine.inference.job.raster_resize import ResampledView
from engine.inference.job.target import OutputPlan, OutputStep
from engine.inference.job.tiled import TiledRunner
from engine.inference.network.assembly import Assembly, ModelSettings, assemble
from engine.inference.network.session_pool import SessionPool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPixels:
    """The code values of one part of a result.

    Attributes:
        color: ``(height, width, C)``, of the photo's channels.
        alpha: ``(height, width, 1)``, None if the photo has no alpha channel.
    """

    color: ImageUint
    alpha: ImageUint | None = None


def upscale_region(
    photo: ReadableLayers,
    region: Region,
    plan: OutputPlan,
    settings: ModelSettings,
    *,
    scratch_folder: Path,
    bit_depth: int | None = None,
    tile_px: int | None = None,
    pool: SessionPool | None = None,
    token: CancelToken | None = None,
) -> RegionPixels:
    """Return one part of a result; nothing is written.

    Every step of ``plan`` is done as the job does it, on the pixels that the
    part depends on: all passes, the reductions between them, the rounding to
    code values after each, and smaller tiles when memory runs out. The part
    therefore equals that part of the finished result within one 8-bit code
    value, and within two where back-projection is followed by another pass.

    Args:
        photo: The decoded photo.
        region: The part, in pixels of the result.
        plan: The steps, from `plan_output` for the photo's size.
        settings: Which networks, and how to run them.
        scratch_folder: Existing folder for pixels that do not fit into memory.
        bit_depth: 8 or 16 bits per code value of all that is computed; None keeps the photo's.
        tile_px: Side of the tiles; planned from the free memory by default.
        pool: Where loaded networks are kept from one part to the next.
        token: Checked before each tile.

    Raises:
        ValueError: If ``region`` leaves the result, or the photo is closed.
        ConfigError: If no network has a scale of the plan.
        OutOfMemoryError: If even the smallest tile does not fit.
        InferenceError: If a network cannot be run.
        JobCancelled: If ``token`` was cancelled.
        DiskFullError: If the scratch folder lacks the room.
    """
    _check_inside(region, plan)
    work = _PartWork(
        settings=settings,
        scratch_folder=scratch_folder,
        bit_depth=bit_depth,
        tile_px=tile_px,
        pool=pool or SessionPool(),
        token=token or CancelToken(),
    )
    with ExitStack() as opened:
        return work.run(photo, region, plan.work, opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """The same pixels under other coordinates: of a part, or of the picture it was cut from."""

    source: PixelReader
    across: int
    down: int
    width_px: int
    height_px: int

    @property
    def channels(self) -> int:
        return self.source.channels

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.source.dtype

    def read(self, region: Region) -> ImageUint:
        return self.source.read(region.moved(self.across, self.down))


@dataclass(frozen=True, slots=True)
class _Views:
    color: PixelReader
    alpha: PixelReader | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _PartWork:
    settings: ModelSettings
    scratch_folder: Path
    bit_depth: int | None
    tile_px: int | None
    pool: SessionPool
    token: CancelToken

    def run(
        self,
        photo: ReadableLayers,
        region: Region,
        steps: tuple[OutputStep, ...],
        opened: ExitStack,
    ) -> RegionPixels:
        sizes = [(photo.color.width_px, photo.color.height_px)]
        sizes += [(step.width_px, step.height_px) for step in steps]
        parts = [region]
        for step, size in zip(reversed(steps), reversed(sizes[:-1]), strict=True):
            parts.insert(0, self._needed(parts[0], step, size))
        source = photo
        for step, needed, wanted in zip(steps, parts[:-1], parts[1:], strict=True):
            if step.scale is None:
                made, place = self._resized(source, step, wanted, opened), wanted
            else:
                made = self._enlarged(source, step.scale, needed, opened)
                place = needed.scaled(step.scale)
            source = _as_part(made, place, width_px=step.width_px, height_px=step.height_px)
        color, alpha = source.color, source.alpha
        return RegionPixels(
            color=color.read(region), alpha=None if alpha is None else alpha.read(region)
        )

    def _needed(self, wanted: Region, step: OutputStep, size: tuple[int, int]) -> Region:
        """Return the pixels before ``step`` that those ``wanted`` after it depend on."""
        if step.scale is None:
            return source_window(wanted, source=size, size=(step.width_px, step.height_px))
        scale, upscaler = step.scale, self._assembly(step.scale).upscaler
        left, top = wanted.left // scale, wanted.top // scale
        covered = Region(
            left=left,
            top=top,
            width=-(-wanted.right // scale) - left,
            height=-(-wanted.bottom // scale) - top,
        )
        # A part that starts on the multiple is folded like the whole picture.
        margin_px = upscaler.overlap_px + upscaler.size_multiple - 1
        grown = covered.grown(margin_px, width_px=size[0], height_px=size[1])
        return _aligned(grown, upscaler.size_multiple)

    def _enlarged(
        self, source: ReadableLayers, scale: int, needed: Region, opened: ExitStack
    ) -> Layers:
        assembly = self._assembly(scale)
        part = _cut(source, needed)
        made = opened.enter_context(
            Layers.like(
                part,
                width_px=needed.width * scale,
                height_px=needed.height * scale,
                scratch_folder=self.scratch_folder,
                bit_depth=self.bit_depth,
            )
        )
        tile_px = self.tile_px or _planned_tile_px(assembly)
        TiledRunner(upscaler=assembly.upscaler, tile_px=tile_px, token=self.token).run(part, made)
        return made

    def _resized(
        self, source: ReadableLayers, step: OutputStep, wanted: Region, opened: ExitStack
    ) -> Layers:
        made = opened.enter_context(
            Layers.like(
                source,
                width_px=wanted.width,
                height_px=wanted.height,
                scratch_folder=self.scratch_folder,
                bit_depth=self.bit_depth,
            )
        )
        view = ResampledView(source, height_px=step.height_px, width_px=step.width_px)
        for window in view.tiles(wanted):
            self.token.check()
            view.copy(window, made, left=wanted.left, top=wanted.top)
        return made

    def _assembly(self, scale: int) -> Assembly:
        return assemble(self.settings, scale, pool=self.pool)


def _cut(source: ReadableLayers, part: Region) -> ReadableLayers:
    """Return a part of a picture as a picture of its own."""

    def view(reader: PixelReader) -> PixelReader:
        return _View(
            source=reader,
            across=part.left,
            down=part.top,
            width_px=part.width,
            height_px=part.height,
        )

    return _Views(view(source.color), None if source.alpha is None else view(source.alpha))


def _as_part(made: Layers, place: Region, *, width_px: int, height_px: int) -> ReadableLayers:
    """Return a picture of which only the part ``made``, at ``place``, can be read."""

    def view(reader: PixelReader) -> PixelReader:
        return _View(
            source=reader,
            across=-place.left,
            down=-place.top,
            width_px=width_px,
            height_px=height_px,
        )

    return _Views(view(made.color), None if made.alpha is None else view(made.alpha))


def _aligned(window: Region, multiple: int) -> Region:
    left, top = -(-window.left // multiple) * multiple, -(-window.top // multiple) * multiple
    return Region(left=left, top=top, width=window.right - left, height=window.bottom - top)


def _planned_tile_px(assembly: Assembly) -> int:
    cards = [network.card for network in assembly.networks]
    return plan_tile_px(cards, assembly.upscaler, budget_bytes=memory_budget_bytes())


def _check_inside(region: Region, plan: OutputPlan) -> None:
    inside = min(region.left, region.top) >= 0 and min(region.width, region.height) >= 1
    if not inside or region.right > plan.width_px or region.bottom > plan.height_px:
        raise ValueError(f"{region} leaves the result of {plan.width_px}x{plan.height_px} px")
