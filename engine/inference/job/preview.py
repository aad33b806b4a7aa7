"""Computes one part of a result at once, exactly as the whole job would compute it."""

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
from engine.inference.job.layers import Layers, PixelReader, ReadableLayers
from engine.inference.job.plan import PixelPlan
from engine.inference.job.raster_resize import resize_layers
from engine.inference.job.target import OutputPlan, OutputStep
from engine.inference.job.tile_size import tile_px_now
from engine.inference.job.tiled import TiledRunner
from engine.inference.network.loading import LoadedNetwork, load_network
from engine.inference.network.session_pool import SessionPool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionPixels:
    """The pixel values of one part of a result.

    Attributes:
        color: ``(height, width, C)``, of the photo's channels.
        alpha: ``(height, width, 1)``, None if the photo has no alpha channel.
    """

    color: ImageUint
    alpha: ImageUint | None = None


def upscale_region(
    photo: ReadableLayers,
    region: Region,
    plan: PixelPlan,
    *,
    scratch_folder: Path,
    pool: SessionPool | None = None,
    token: CancelToken | None = None,
) -> RegionPixels:
    """Return one part of a result; nothing is written.

    Every step of ``plan`` is done as the job does it, on the pixels that the
    part depends on: all passes, the downscaling between them, the rounding to
    pixel values after each, and smaller tiles when memory runs out. The part
    therefore equals that part of the finished result within one 8-bit
    level, and within two where back-projection is followed by another pass.

    Args:
        photo: The decoded photo.
        region: The part, in pixels of the result.
        plan: From `plan_pixels` for this photo, closed by `resolve_plan`.
        scratch_folder: Existing folder for pixels that do not fit into memory.
        pool: Keeps loaded networks from one part to the next.
        token: Checked before each tile.

    Raises:
        ValueError: If ``region`` leaves the result, restoration is still open, or the photo
            is closed.
        OutOfMemoryError: If even the smallest tile does not fit.
        InferenceError: If a network cannot be run.
        JobCancelled: If ``token`` was cancelled.
        DiskFullError: If the scratch folder lacks the room.
    """
    _check_inside(region, plan.size)
    pool = pool or SessionPool()
    with ExitStack() as opened:
        work = _PartWork(
            plan=plan,
            networks=tuple(
                None if network is None else load_network(network, pool=pool)
                for network in plan.step_networks
            ),
            scratch_folder=scratch_folder,
            token=token or CancelToken(),
            opened=opened,
        )
        return work.run(photo, region)


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
    """Computes one part, from the result back to the photo and forth again.

    ::

        photo      network        downscaling
        ┌──────┐   ┌───────────┐  ┌────────┐
        │ ┌──┐ │   │ ┌───────┐ │  │ ┌────┐ │   needed: what the next step reads,
        │ │  │ │ ─>│ │       │ │─>│ │part│ │   found from the right to the left;
        │ └──┘ │   │ └───────┘ │  │ └────┘ │   then computed from the left to the right
        └──────┘   └───────────┘  └────────┘
    """

    plan: PixelPlan
    networks: tuple[LoadedNetwork | None, ...]
    scratch_folder: Path
    token: CancelToken
    opened: ExitStack

    def run(self, photo: ReadableLayers, region: Region) -> RegionPixels:
        steps = self.plan.size.work
        sizes = [(photo.color.width_px, photo.color.height_px)]
        sizes += [(step.width_px, step.height_px) for step in steps]
        # Backwards: the part after a step determines the part before it.
        parts = [region]
        backwards = zip(steps[::-1], self.networks[::-1], sizes[-2::-1], strict=True)
        for step, loaded, size in backwards:
            parts.insert(0, _needed(parts[0], step, loaded, size))
        source = photo
        forwards = zip(steps, self.networks, parts[:-1], parts[1:], strict=True)
        for step, loaded, needed, wanted in forwards:
            if loaded is None:
                made, place = self._resized(source, step, wanted), wanted
            else:
                made = self._enlarged(source, loaded, needed)
                place = needed.scaled(loaded.upscaler.scale)
            source = _as_part(made, place, width_px=step.width_px, height_px=step.height_px)
        color, alpha = source.color, source.alpha
        return RegionPixels(
            color=color.read(region), alpha=None if alpha is None else alpha.read(region)
        )

    def _enlarged(self, source: ReadableLayers, loaded: LoadedNetwork, needed: Region) -> Layers:
        scale = loaded.upscaler.scale
        part = _cut(source, needed)
        made = self._layers(part, needed.width * scale, needed.height * scale)
        # By tiles, too: a large view at a small factor has more pixels than one tile may.
        tile_px = self.plan.tile_px or tile_px_now(loaded)
        TiledRunner(upscaler=loaded.upscaler, tile_px=tile_px, token=self.token).run(part, made)
        return made

    def _resized(self, source: ReadableLayers, step: OutputStep, wanted: Region) -> Layers:
        made = self._layers(source, wanted.width, wanted.height)
        size = (step.width_px, step.height_px)
        resize_layers(source, made, size=size, region=wanted, token=self.token)
        return made

    def _layers(self, source: ReadableLayers, width_px: int, height_px: int) -> Layers:
        made = Layers.like(
            source,
            width_px=width_px,
            height_px=height_px,
            scratch_folder=self.scratch_folder,
            bit_depth=self.plan.picture.bit_depth,
        )
        return self.opened.enter_context(made)


def _needed(
    wanted: Region, step: OutputStep, loaded: LoadedNetwork | None, size: tuple[int, int]
) -> Region:
    """Return the pixels before ``step`` that those ``wanted`` after it depend on."""
    if loaded is None:
        return source_window(wanted, source=size, size=(step.width_px, step.height_px))
    upscaler = loaded.upscaler
    scale = upscaler.scale
    # The LR pixels under the part, and as many around them as the network looks at.
    left, top = wanted.left // scale, wanted.top // scale
    covered = Region(
        left=left,
        top=top,
        width=-(-wanted.right // scale) - left,
        height=-(-wanted.bottom // scale) - top,
    )
    # Networks that fold pixels into blocks (pixel unshuffle) count blocks from the corner.
    # A part that starts on a multiple is folded like the whole picture, so it may lose up
    # to a multiple less one on the left.
    margin_px = upscaler.overlap_px + upscaler.size_multiple - 1
    grown = covered.grown(margin_px, width_px=size[0], height_px=size[1])
    return _aligned(grown, upscaler.size_multiple)


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
    # Rounded up: the margin was taken large enough for that.
    left, top = -(-window.left // multiple) * multiple, -(-window.top // multiple) * multiple
    return Region(left=left, top=top, width=window.right - left, height=window.bottom - top)


def _check_inside(region: Region, plan: OutputPlan) -> None:
    inside = min(region.left, region.top) >= 0 and min(region.width, region.height) >= 1
    if not inside or region.right > plan.width_px or region.bottom > plan.height_px:
        raise ValueError(f"{region} leaves the result of {plan.width_px}x{plan.height_px} px")
