"""One photo in, one enlarged photo out: the main job of the product."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from engine.core.cancellation import CancelToken
from engine.core.errors import ImageTooLargeError, UnreadableImageError
from engine.core.messages import say
from engine.core.peak_memory import peak_memory_bytes
from engine.core.units import format_bytes
from engine.imaging.codecs.decode import open_photo
from engine.imaging.codecs.encode import SaveReport, save_photo
from engine.imaging.photo import PhotoInfo
from engine.inference.job.consistency import Consistency
from engine.inference.job.dial_point import resolve_plan
from engine.inference.job.estimate import ResourceEstimate
from engine.inference.job.naming import ResultName
from engine.inference.job.pipeline import UpscaleResult, upscale_to_raster
from engine.inference.job.plan import PhotoPlan
from engine.inference.job.progress import OnProgress, OnTile, ProgressMeter
from engine.inference.job.stages import plan_stages
from engine.inference.network.dial import DialSetting
from engine.inference.network.loading import NetworkUse
from engine.inference.network.session_pool import SessionPool

_SAVE_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleReport:
    """How a result was made.

    Attributes:
        source: The photo.
        destination: The result.
        source_width_px: Width of the photo, upright.
        source_height_px: Height of the photo, upright.
        width_px: Width of the result.
        height_px: Height of the result.
        size_bytes: Size of the result's file.
        passes: Scales of the network passes.
        dial: Restoration and fidelity, and why; None if no network with a dial ran.
        uses: How the networks were run: precision and why, provider really used.
        tile_px: Side of the tiles, None if no network ran.
        upscale_s: Time that tiles and resizes took.
        total_s: Time from reading to the saved file.
        consistency: Difference between the downscaled result and the photo.
        notes: What the user should know: conversions, fallbacks, smaller tiles.
        peak_memory_bytes: Largest resident memory of the process so far.
    """

    source: Path
    destination: Path
    source_width_px: int
    source_height_px: int
    width_px: int
    height_px: int
    size_bytes: int
    passes: tuple[int, ...]
    dial: DialSetting | None
    uses: tuple[NetworkUse, ...]
    tile_px: int | None
    upscale_s: float
    total_s: float
    consistency: Consistency
    notes: tuple[str, ...]
    peak_memory_bytes: int


def upscale_photo(
    plan: PhotoPlan,
    *,
    scratch_folder: Path,
    name: ResultName | None = None,
    token: CancelToken | None = None,
    on_progress: OnProgress | None = None,
    on_tile: OnTile | None = None,
    pool: SessionPool | None = None,
) -> UpscaleReport:
    """Enlarge one photo and save it.

    Disk and memory are checked before the work begins, the limits of the format when the
    plan was made. Peak memory does not grow with the photo.

    Args:
        plan: From `plan_photo`, of the photo as it is now.
        scratch_folder: Existing folder for pixels that do not fit into memory.
        name: Gives the finished file its name; by default it is that of the plan, and what
            has this name is replaced.
        token: Checked before each tile; cancelling leaves no file behind.
        on_progress: Called after each tile.
        on_tile: Called with each part of the result, at its final size, that is finished.
        pool: Keeps loaded networks for the next photo.

    Raises:
        ImageError: If the photo cannot be used.
        InferenceError: If the networks cannot be run, or come out broken everywhere.
        ImageTooLargeError: If there is no room for scratch files and result.
        DiskFullError: If the disk becomes full.
        OutputError: If the result cannot be written.
        JobCancelled: If ``token`` was cancelled.
    """
    start = time.perf_counter()
    token = token or CancelToken()
    destination = plan.output if name is None else name.path
    _check_disk(plan, destination, scratch_folder)
    # The photo is closed before saving: its rasters would only take memory and scratch space.
    with open_photo(
        plan.photo,
        scratch_folder=scratch_folder,
        limits=plan.settings.decode_limits,
        is_header_checked=plan.is_current,
        token=token,
    ) as photo:
        info = photo.info
        _check_unchanged(info, plan)
        pixels = resolve_plan(plan.pixels, photo)
        result = upscale_to_raster(
            photo,
            pixels,
            scratch_folder=scratch_folder,
            token=token,
            on_progress=on_progress,
            on_tile=on_tile,
            pool=pool,
        )
    with result:
        saved = _save(result, info, plan, destination, name=name, token=token, report=on_progress)
    size = plan.pixels.size
    return UpscaleReport(
        source=plan.photo,
        destination=saved.path,
        source_width_px=info.width_px,
        source_height_px=info.height_px,
        width_px=size.width_px,
        height_px=size.height_px,
        size_bytes=saved.size_bytes,
        passes=size.passes,
        dial=pixels.dial,
        uses=result.uses,
        tile_px=result.tile_px,
        upscale_s=result.seconds,
        total_s=time.perf_counter() - start,
        consistency=result.consistency,
        notes=(*info.notes, *_memory_notes(plan.estimate), *result.notes, *saved.notes),
        peak_memory_bytes=peak_memory_bytes(),
    )


def _save(
    result: UpscaleResult,
    info: PhotoInfo,
    plan: PhotoPlan,
    path: Path,
    *,
    name: ResultName | None,
    token: CancelToken,
    report: OnProgress | None,
) -> SaveReport:
    # libvips calls back from its own threads, with a fraction and not with tiles.
    stage = plan_stages(info.width_px * info.height_px, plan.pixels.size).save
    meter = ProgressMeter(_SAVE_STEPS, stage=stage, on_progress=report)
    layers = result.layers
    return save_photo(
        layers.color,
        layers.alpha,
        info,
        path,
        options=plan.encode,
        progress=lambda fraction: meter.reach(round(fraction * _SAVE_STEPS)),
        token=token,
        publish=None if name is None else name.publish,
    )


def _check_unchanged(info: PhotoInfo, plan: PhotoPlan) -> None:
    picture = plan.pixels.picture
    if (info.width_px, info.height_px) != (picture.width_px, picture.height_px):
        # Enlarged by the old plan it would come out stretched.
        raise UnreadableImageError(
            f"{info.path}: was {picture.width_px}x{picture.height_px} px when it was planned and "
            f"is {info.width_px}x{info.height_px} px now; start again"
        )


def _check_disk(plan: PhotoPlan, destination: Path, scratch_folder: Path) -> None:
    """Refuse a job whose scratch files or result cannot fit on the disk.

    Of the result only its least possible size counts: how large a compressed file
    becomes is known when it is written.

    Raises:
        ImageTooLargeError: If there is no room; the message says how much is needed.
    """
    estimate = plan.estimate
    needs = {scratch_folder: estimate.scratch_bytes}
    folder = destination.parent
    if _is_same_disk(folder, scratch_folder):
        # Both stand there at the same time: the last raster is read while the file is written.
        needs[scratch_folder] += estimate.least_output_bytes
    else:
        needs[folder] = estimate.least_output_bytes
    for where, needed_bytes in needs.items():
        free_bytes = shutil.disk_usage(where).free
        if needed_bytes > free_bytes:
            raise ImageTooLargeError(
                say(
                    "no-room",
                    "{folder}: {name} needs at least {needed} there, {free} are free; "
                    "free some space or choose another folder",
                    folder=where,
                    name=plan.photo.name,
                    needed=format_bytes(needed_bytes),
                    free=format_bytes(free_bytes),
                )
            )


def _is_same_disk(first: Path, second: Path) -> bool:
    return first.stat().st_dev == second.stat().st_dev


def _memory_notes(estimate: ResourceEstimate) -> tuple[str, ...]:
    free_bytes = psutil.virtual_memory().available
    if estimate.memory_bytes <= free_bytes:
        return ()
    note = say(
        "memory-short",
        "Memory was short: {free} free, {wanted} wanted",
        free=format_bytes(free_bytes),
        wanted=format_bytes(estimate.memory_bytes),
    )
    return (note,)
