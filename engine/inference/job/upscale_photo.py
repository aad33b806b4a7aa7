"""One photo in, one enlarged photo out: the main job of the product."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from engine.core.atomic_file import Publish
from engine.core.cancellation import CancelToken
from engine.core.errors import ImageTooLargeError
from engine.core.messages import say
from engine.core.peak_memory import peak_memory_bytes
from engine.core.units import format_bytes
from engine.imaging.codecs.decode import DecodeLimits, check_pixel_limit, open_photo, read_info
from engine.imaging.codecs.encode import EncodeOptions, SaveReport, save_photo
from engine.imaging.codecs.encoded_size import forecast_encoding
from engine.imaging.formats import check_format_limits
from engine.imaging.photo import PhotoInfo
from engine.inference.job.consistency import Consistency
from engine.inference.job.estimate import PictureSpec, ResourceEstimate, estimate_job
from engine.inference.job.pipeline import (
    SAVE_UNITS,
    PipelineHooks,
    UpscaleResult,
    upscale_to_raster,
    work_units,
)
from engine.inference.job.progress import OnProgress, OnTile, Progress, Stage
from engine.inference.job.target import OutputPlan, OutputTarget, plan_output
from engine.inference.network.assembly import ModelSettings, NetworkUse, choose_models
from engine.inference.network.model_source import ModelSource
from engine.inference.network.session_pool import SessionPool

_SAVE_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleRequest:
    """What to do with one photo.

    Attributes:
        source: The photo.
        destination: The result; a file that is there is replaced unless `publish` is given.
        target: How large.
        models: Which networks, and how to run them.
        encode: How the result is written.
        scratch_folder: Existing folder for pixels that do not fit into memory.
        tile_px: Side of the tiles, None to plan it.
        budget_bytes: Memory that a tile may take, None to plan it.
        decode_limits: How large the photo may be.
        publish: Gives the finished file its name, which may be another one than `destination`.
    """

    source: Path
    destination: Path
    target: OutputTarget
    models: ModelSettings
    encode: EncodeOptions
    scratch_folder: Path
    tile_px: int | None = None
    budget_bytes: int | None = None
    decode_limits: DecodeLimits = dataclasses.field(default_factory=DecodeLimits)
    publish: Publish | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleReport:
    """What came of one photo.

    Attributes:
        source: The photo.
        destination: The result.
        source_width_px: Width of the photo, upright.
        source_height_px: Height of the photo, upright.
        width_px: Width of the result.
        height_px: Height of the result.
        size_bytes: Size of the result's file.
        passes: Scales of the network passes.
        uses: How the networks were run: precision and why, provider really used.
        tile_px: Side of the tiles, None if no network ran.
        upscale_s: Time that tiles and resizes took.
        total_s: Time from reading to the saved file.
        consistency: Difference between the reduced result and the photo.
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
    uses: tuple[NetworkUse, ...]
    tile_px: int | None
    upscale_s: float
    total_s: float
    consistency: Consistency
    notes: tuple[str, ...]
    peak_memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleForecast:
    """What a request will do and need, known from the photo's header.

    Attributes:
        info: What the photo's file says.
        plan: The steps.
        estimate: Memory, disk and time.
    """

    info: PhotoInfo
    plan: OutputPlan
    estimate: ResourceEstimate


def forecast(request: UpscaleRequest, *, seconds_per_px: float | None = None) -> UpscaleForecast:
    """Return what ``request`` will do and need; reads the photo's header only.

    Args:
        request: What to do.
        seconds_per_px: Time of one LR pixel measured on this machine, if known.

    Raises:
        ImageError: If the photo cannot be used.
        FormatLimitError: If the result does not fit the output format.
        ConfigError: If the target or the models do not fit.
    """
    info = read_info(request.source)
    check_pixel_limit(info, request.decode_limits)
    plan = plan_output(info.width_px, info.height_px, request.target, scales=request.models.scales)
    check_format_limits(
        request.encode.format,
        width_px=plan.width_px,
        height_px=plan.height_px,
        path=request.destination,
    )
    scale = plan.passes[0] if plan.passes else min(request.models.scales)
    sources, _ = choose_models(request.models.models, scale, fidelity=request.models.fidelity)
    estimate = estimate_job(
        PictureSpec(
            width_px=info.width_px,
            height_px=info.height_px,
            channels=info.channels,
            has_alpha=info.has_alpha,
            bit_depth=request.encode.working_bit_depth(info.bit_depth),
        ),
        plan,
        [source.card for source in sources],
        output=forecast_encoding(
            request.encode,
            width_px=plan.width_px,
            height_px=plan.height_px,
            channels=info.channels,
            bit_depth=info.bit_depth,
            has_alpha=info.has_alpha,
            factor=plan.width_px / info.width_px,
            is_vivid=_is_vivid(sources, request.models.fidelity) and bool(plan.passes),
            is_matched=request.models.back_projection and bool(plan.passes),
        ),
        back_projection=request.models.back_projection,
        budget_bytes=request.budget_bytes,
        thread_count=request.models.thread_count,
        seconds_per_px=seconds_per_px,
    )
    return UpscaleForecast(info=info, plan=plan, estimate=estimate)


def upscale_photo(
    request: UpscaleRequest,
    *,
    token: CancelToken | None = None,
    on_progress: OnProgress | None = None,
    on_tile: OnTile | None = None,
    pool: SessionPool | None = None,
) -> UpscaleReport:
    """Enlarge one photo and save it.

    Limits of the format, disk and memory are checked before the work begins.
    Peak memory does not grow with the photo.

    Args:
        request: What to do.
        token: Checked before each tile; cancelling leaves no file behind.
        on_progress: Told after each tile.
        on_tile: Told which part of the result, at its final size, is finished.
        pool: Where loaded networks are kept for the next photo.

    Raises:
        ImageError: If the photo cannot be used, or the result not be held by its format.
        ConfigError: If target, device or models do not fit.
        InferenceError: If the networks cannot be run, or come out broken everywhere.
        ImageTooLargeError: If there is no room for scratch files and result.
        DiskFullError: If the disk fills up on the way.
        OutputError: If the result cannot be written.
        JobCancelled: If ``token`` was cancelled.
    """
    start = time.perf_counter()
    token = token or CancelToken()
    ahead = forecast(request)
    check_disk(request, ahead.estimate)
    share = _pipeline_share(ahead)
    hooks = PipelineHooks(token=token, on_progress=on_progress, on_tile=on_tile, share=share)
    with open_photo(
        request.source,
        scratch_folder=request.scratch_folder,
        limits=request.decode_limits,
        token=token,
    ) as photo:
        info = photo.info
        result = upscale_to_raster(
            photo,
            ahead.plan,
            request.models,
            scratch_folder=request.scratch_folder,
            bit_depth=request.encode.working_bit_depth(info.bit_depth),
            tile_px=request.tile_px,
            budget_bytes=request.budget_bytes,
            hooks=hooks,
            pool=pool,
        )
    with result:
        saved = save_result(
            result,
            info,
            request.destination,
            options=_with_dpi(request),
            token=token,
            on_progress=on_progress,
            stage=Stage(name="save", start=share, share=1 - share),
            publish=request.publish,
        )
    return UpscaleReport(
        source=request.source,
        destination=saved.path,
        source_width_px=info.width_px,
        source_height_px=info.height_px,
        width_px=ahead.plan.width_px,
        height_px=ahead.plan.height_px,
        size_bytes=saved.size_bytes,
        passes=ahead.plan.passes,
        uses=result.uses,
        tile_px=result.tile_px,
        upscale_s=result.seconds,
        total_s=time.perf_counter() - start,
        consistency=result.consistency,
        notes=(*info.notes, *_memory_notes(ahead.estimate), *result.notes, *saved.notes),
        peak_memory_bytes=peak_memory_bytes(),
    )


def save_result(
    result: UpscaleResult,
    info: PhotoInfo,
    path: Path,
    *,
    options: EncodeOptions,
    token: CancelToken | None = None,
    on_progress: OnProgress | None = None,
    stage: Stage | None = None,
    publish: Publish | None = None,
) -> SaveReport:
    """Write a result to a file; the result stays open.

    Args:
        result: What `upscale_to_raster` made.
        info: What the photo's file said; its metadata goes along.
        path: The file; one that is there is replaced unless ``publish`` is given.
        options: How it is written.
        token: Lets the caller stop it.
        on_progress: Told how far it is.
        stage: Place of the saving in the job, for progress.
        publish: Gives the finished file its name, which may be another one than ``path``.

    Raises:
        FormatLimitError: If the result does not fit the format.
        DiskFullError: If the disk is full.
        OutputError: If it cannot be written.
        JobCancelled: If ``token`` was cancelled.
    """
    start = time.perf_counter()
    place = stage or Stage(name="save")

    def report(fraction: float) -> None:
        if on_progress is None:
            return
        elapsed_s = time.perf_counter() - start
        on_progress(
            Progress(
                stage=place.name,
                start=place.start,
                share=place.share,
                done_tiles=round(fraction * _SAVE_STEPS),
                total_tiles=_SAVE_STEPS,
                eta_s=elapsed_s / max(fraction, 0.01) * (1 - fraction),
            )
        )

    layers = result.layers
    return save_photo(
        layers.color,
        layers.alpha,
        info,
        path,
        options=options,
        progress=report,
        token=token,
        publish=publish,
    )


def check_disk(request: UpscaleRequest, estimate: ResourceEstimate) -> None:
    """Refuse a job whose scratch files or result cannot fit on the disk.

    Of the result only what it has at least counts: how large a compressed file
    becomes is known when it is written.

    Raises:
        ImageTooLargeError: If there is no room; the message says how much is needed.
    """
    needs = {request.scratch_folder: estimate.scratch_bytes}
    folder = request.destination.parent
    if _is_same_disk(folder, request.scratch_folder):
        needs[request.scratch_folder] += estimate.least_output_bytes
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
                    name=request.source.name,
                    needed=format_bytes(needed_bytes),
                    free=format_bytes(free_bytes),
                )
            )


def _is_vivid(sources: Sequence[ModelSource], fidelity: float | None) -> bool:
    """Return whether a vivid network runs alone, or prevails in a blend."""
    if len(sources) > 1 and fidelity is not None:
        return fidelity < 0.5
    return sources[0].card.kind == "vivid"


def _pipeline_share(ahead: UpscaleForecast) -> float:
    work = sum(work_units(ahead.info.width_px * ahead.info.height_px, ahead.plan.steps))
    save = ahead.plan.width_px * ahead.plan.height_px * SAVE_UNITS
    return work / (work + save)


def _is_same_disk(first: Path, second: Path) -> bool:
    return first.stat().st_dev == second.stat().st_dev


def _with_dpi(request: UpscaleRequest) -> EncodeOptions:
    if request.target.dpi is None or request.encode.dpi is not None:
        return request.encode
    return dataclasses.replace(request.encode, dpi=request.target.dpi)


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
