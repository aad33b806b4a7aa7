"""Estimates the memory, disk space and time of a job before it starts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import psutil

from engine.catalog.card import ModelCard
from engine.core.tiling import Region, plan_tiles
from engine.core.timing import time_runs
from engine.imaging.codecs.encoded_size import EncodedSize
from engine.imaging.raster import MEMORY_LIMIT_BYTES
from engine.inference.job.target import OutputPlan
from engine.inference.job.tile_size import macs_per_px, memory_budget_bytes, tile_bytes_per_px
from engine.inference.network.upscaler import Upscaler

_PROCESS_BYTES = 200 * 2**20

# What a core of a recent desktop processor achieves at least in our networks; measured here
# with AVX-512: 65e9. Only used until this machine's own speed is known.
_FLOPS_PER_CORE = 30e9
# For each pixel of the photo, on one thread, in tiles with their overlap: 0.3 microseconds a
# step were measured here (AVX-512), and 1 to 24 steps, so that photos took from 1 to 28.
_BACK_PROJECTION_S_PER_PX = 13e-6
# For each pixel of what is made.
_RESIZE_S_PER_PX = 0.06e-6
_CHECK_S_PER_PX = 0.04e-6
# Contrast of the picture that a speed is measured on: back-projection takes about as many
# steps on it as on photos.
_TRIAL_CONTRAST = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSpec:
    """The properties of a photo that determine memory and time.

    Attributes:
        width_px: Width.
        height_px: Height.
        channels: 1 or 3.
        has_alpha: Whether an alpha channel comes with it.
        bit_depth: 8 or 16.
    """

    width_px: int
    height_px: int
    channels: int = 3
    has_alpha: bool = False
    bit_depth: int = 8

    @property
    def network_pixels(self) -> int:
        """Pixels that one pass puts into a network; alpha goes through it like the color."""
        return self.width_px * self.height_px * (2 if self.has_alpha else 1)

    @property
    def bytes_per_px(self) -> int:
        """Bytes of one pixel in rasters."""
        return (self.channels + self.has_alpha) * self.bit_depth // 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceEstimate:
    """What a job will need.

    Attributes:
        width_px: Width of the result.
        height_px: Height of the result.
        memory_bytes: Peak memory of the process.
        scratch_bytes: Largest space that the scratch files take at one time.
        output_bytes: About the size of the result's file.
        least_output_bytes: What the file has at least.
        time_s: Duration, without decoding.
        time_basis: Whether ``time_s`` rests on a speed measured here.
    """

    width_px: int
    height_px: int
    memory_bytes: int
    scratch_bytes: int
    output_bytes: int
    least_output_bytes: int
    time_s: float
    time_basis: Literal["measured on this machine", "estimate"]

    @property
    def disk_bytes(self) -> int:
        """Scratch files and about the result's file."""
        return self.scratch_bytes + self.output_bytes


def estimate_job(
    picture: PictureSpec,
    plan: OutputPlan,
    card: ModelCard | None,
    *,
    output: EncodedSize,
    back_projection: bool = False,
    budget_bytes: int | None = None,
    thread_count: int = 0,
    seconds_per_px: float | None = None,
) -> ResourceEstimate:
    """Return what a job will need.

    Args:
        picture: The photo.
        plan: How it reaches its size.
        card: The network that runs on each tile; None if the photo is only resized.
        output: What writing the result takes.
        back_projection: Whether the downscaled result must equal the photo.
        budget_bytes: Memory that a tile may take; `memory_budget_bytes` by default.
        thread_count: CPU threads; 0 for all physical cores.
        seconds_per_px: Time of one LR pixel, measured with `measure_seconds_per_px`.
    """
    budget = memory_budget_bytes() if budget_bytes is None else budget_bytes
    tile_bytes = 0
    if card is not None:
        tile_bytes = min(budget, card.tile.best_px**2 * tile_bytes_per_px(card))
    sizes = [
        picture.width_px * picture.height_px * picture.bytes_per_px,
        *(step.width_px * step.height_px * picture.bytes_per_px for step in plan.steps),
    ]
    in_memory = sum(min(size, MEMORY_LIMIT_BYTES) for size in sizes[:3])
    measured = seconds_per_px is not None
    each_s = seconds_per_px or _seconds_per_px(card, thread_count, back_projection=back_projection)
    return ResourceEstimate(
        width_px=plan.width_px,
        height_px=plan.height_px,
        memory_bytes=_PROCESS_BYTES + tile_bytes + in_memory,
        scratch_bytes=_peak_scratch_bytes(sizes),
        output_bytes=output.about_bytes,
        least_output_bytes=output.least_bytes,
        time_s=each_s * _network_pixels(picture, plan) + _other_s(plan) + output.save_s,
        time_basis="measured on this machine" if measured else "estimate",
    )


def measure_seconds_per_px(
    upscaler: Upscaler, *, tile_px: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the seconds that one LR pixel takes on this machine, context included.

    Runs two tiles and counts the second; the first one pays for the start.

    Args:
        upscaler: The network that will enlarge the photo.
        tile_px: Side of the tiles.
        clock: Time in seconds.

    Raises:
        InferenceError: If the network cannot be run.
    """
    rng = np.random.default_rng(0)
    noise = rng.normal(0.5, _TRIAL_CONTRAST, (tile_px, tile_px, 3))
    lr = noise.clip(0, 1).astype(np.float32)
    where = Region(left=0, top=0, width=tile_px, height=tile_px)
    ((seconds,),) = time_runs([lambda: upscaler.upscale(lr, where=where)], rounds=1, clock=clock)
    # As many pixels as the middle tile of a large picture keeps.
    tiles = plan_tiles(
        8 * tile_px,
        1,
        tile_px=tile_px,
        overlap_px=upscaler.overlap_px,
        size_multiple=upscaler.size_multiple,
    ).tiles
    kept_px = tiles[len(tiles) // 2].core.width
    return seconds / kept_px**2


def _seconds_per_px(card: ModelCard | None, thread_count: int, *, back_projection: bool) -> float:
    cores = thread_count or psutil.cpu_count(logical=False) or 1
    macs = 0.0 if card is None else macs_per_px(card)
    network_s = 2 * macs / (_FLOPS_PER_CORE * cores)
    return network_s + (_BACK_PROJECTION_S_PER_PX if back_projection else 0)


def _other_s(plan: OutputPlan) -> float:
    """Return the seconds of the resizes and of the check at the end."""
    resized = sum(step.width_px * step.height_px for step in plan.work if step.scale is None)
    return resized * _RESIZE_S_PER_PX + plan.width_px * plan.height_px * _CHECK_S_PER_PX


def _network_pixels(picture: PictureSpec, plan: OutputPlan) -> int:
    """Return how many pixels go into networks, over all passes."""
    total, before = 0, picture.width_px * picture.height_px
    for step in plan.steps:
        if step.scale is not None:
            total += before
        before = step.width_px * step.height_px
    return total * (2 if picture.has_alpha else 1)


def _peak_scratch_bytes(sizes: Sequence[int]) -> int:
    """Return the largest sum of the source and two rasters in a row that lie in files."""
    on_disk = [size if size > MEMORY_LIMIT_BYTES else 0 for size in sizes]
    steps = on_disk[1:]
    pairs = [sum(steps[i : i + 2]) for i in range(len(steps))]
    return on_disk[0] + max(pairs, default=0)
