"""Carries a decoded photo through all steps to rasters of the wanted size."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from engine.core.cancellation import CancelToken
from engine.core.closing import Closing
from engine.core.messages import say
from engine.inference.job.consistency import Consistency, measure_consistency
from engine.inference.job.estimate import memory_budget_bytes, plan_tile_px
from engine.inference.job.layers import Layers, PictureLayers
from engine.inference.job.progress import OnProgress, OnTile, Stage
from engine.inference.job.raster_resize import resize_layers
from engine.inference.job.target import OutputPlan, OutputStep
from engine.inference.job.tiled import TiledReport, TiledRunner
from engine.inference.network.assembly import Assembly, ModelSettings, NetworkUse, assemble
from engine.inference.network.session_pool import SessionPool

logger = logging.getLogger(__name__)

# Microseconds a pixel, about, of the smallest network on two cores; only ratios matter.
_NETWORK_UNITS = 7.0
_CHECK_UNITS = 0.04
_RESIZE_UNITS = 0.06
SAVE_UNITS = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleResult(Closing):
    """An enlarged picture that is not saved yet; it owns its rasters.

    Attributes:
        layers: The pixels.
        uses: How the networks were run.
        tile_px: Side of the tiles of the first pass, None if no network ran.
        seconds: Time that tiles and resizes took.
        consistency: Difference between the reduced result and the photo.
        notes: What the user should know.
    """

    layers: Layers
    uses: tuple[NetworkUse, ...]
    tile_px: int | None
    seconds: float
    consistency: Consistency
    notes: tuple[str, ...]

    @override
    def close(self) -> None:
        """Free memory and scratch files; closing again does nothing."""
        self.layers.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineHooks:
    """Who is told what while the work goes on.

    Attributes:
        token: Checked before each tile.
        on_progress: Told after each tile.
        on_tile: Told which part of the result, at its final size, is finished.
        share: Share of the whole job that the pipeline is, for progress.
    """

    token: CancelToken
    on_progress: OnProgress | None = None
    on_tile: OnTile | None = None
    share: float = 1.0


def work_units(photo_pixels: int, steps: Sequence[OutputStep]) -> list[float]:
    """Return the relative cost of each step and of the check at the end.

    A pixel into a small network costs about a hundred times a resized one.
    """
    units, before = [], photo_pixels
    for step in steps:
        after = step.width_px * step.height_px
        units.append(after * _RESIZE_UNITS if step.scale is None else before * _NETWORK_UNITS)
        before = after
    return [*units, before * _CHECK_UNITS]


def upscale_to_raster(
    photo: PictureLayers,
    plan: OutputPlan,
    settings: ModelSettings,
    *,
    scratch_folder: Path,
    bit_depth: int | None = None,
    tile_px: int | None = None,
    budget_bytes: int | None = None,
    hooks: PipelineHooks | None = None,
    pool: SessionPool | None = None,
) -> UpscaleResult:
    """Enlarge a photo into rasters; nothing is saved.

    Args:
        photo: The decoded photo; it stays open.
        plan: The steps, from `plan_output` for the photo's size.
        settings: Which networks, and how to run them.
        scratch_folder: Existing folder for large rasters.
        bit_depth: 8 or 16 bits per code value of all that is computed; None keeps the photo's.
        tile_px: Side of the tiles; planned from the budget by default.
        budget_bytes: Memory that a tile may take; `memory_budget_bytes` by default.
        hooks: Who is told what.
        pool: Where loaded networks are kept; a new one by default.

    Returns:
        The result; the caller closes it.

    Raises:
        JobCancelled: If the token was cancelled.
        OutOfMemoryError: If even the smallest tile does not fit.
        BrokenOutputError: If a tile comes out broken on all providers.
        InferenceError: If a network cannot be run.
        ConfigError: If settings and plan do not fit together.
        DiskFullError: If the scratch folder lacks the room.
    """
    pipeline = _Pipeline(
        settings=settings,
        scratch_folder=scratch_folder,
        bit_depth=bit_depth,
        tile_px=tile_px,
        budget_bytes=memory_budget_bytes() if budget_bytes is None else budget_bytes,
        hooks=hooks or PipelineHooks(token=CancelToken()),
        pool=pool or SessionPool(),
    )
    return pipeline.run(photo, plan)


class _Pipeline:
    """The state of one job."""

    def __init__(
        self,
        *,
        settings: ModelSettings,
        scratch_folder: Path,
        bit_depth: int | None,
        tile_px: int | None,
        budget_bytes: int,
        hooks: PipelineHooks,
        pool: SessionPool,
    ) -> None:
        self._settings, self._scratch_folder = settings, scratch_folder
        self._bit_depth = bit_depth
        self._tile_px, self._budget_bytes = tile_px, budget_bytes
        self._hooks, self._pool = hooks, pool
        self._assemblies: dict[int, Assembly] = {}
        self._reports: list[TiledReport] = []
        self._resize_s = 0.0

    def run(self, photo: PictureLayers, plan: OutputPlan) -> UpscaleResult:
        steps = plan.work
        *stages, check = _stages(photo.color.whole.pixel_count, steps, self._hooks.share)
        layers = self._run_steps(photo, steps, stages)
        try:
            consistency = measure_consistency(
                layers,
                photo,
                token=self._hooks.token,
                stage=check,
                on_progress=self._hooks.on_progress,
            )
        except BaseException:
            layers.close()
            raise
        used = tuple(self._assemblies.values())
        notes = [note for assembly in used for note in assembly.all_notes()]
        notes += [note for report in self._reports for note in report.notes]
        if not plan.passes:
            notes.append(
                say(
                    "large-enough",
                    "The photo is as large as wanted already: no network was needed",
                )
            )
        return UpscaleResult(
            layers=layers,
            uses=tuple(use for assembly in used for use in assembly.uses()),
            tile_px=self._reports[0].tile_px if self._reports else None,
            seconds=self._resize_s + sum(report.seconds for report in self._reports),
            consistency=consistency,
            notes=tuple(dict.fromkeys(notes)),
        )

    def _run_steps(
        self, photo: PictureLayers, steps: Sequence[OutputStep], stages: Sequence[Stage]
    ) -> Layers:
        finished: Layers | None = None
        for step, stage in zip(steps, stages, strict=True):
            target = Layers.like(
                photo,
                width_px=step.width_px,
                height_px=step.height_px,
                scratch_folder=self._scratch_folder,
                bit_depth=self._bit_depth,
            )
            on_tile = self._hooks.on_tile if step is steps[-1] else None
            try:
                self._run_step(finished or photo, target, step, stage, on_tile)
            except BaseException:
                target.close()
                raise
            finally:
                if finished is not None:
                    finished.close()
            finished = target
        assert finished is not None
        return finished

    def _run_step(
        self,
        source: PictureLayers,
        target: Layers,
        step: OutputStep,
        stage: Stage,
        on_tile: OnTile | None,
    ) -> None:
        hooks = self._hooks
        if step.scale is None:
            self._resize_s += resize_layers(
                source,
                target,
                token=hooks.token,
                stage=stage,
                on_progress=hooks.on_progress,
                on_tile=on_tile,
            )
            return
        assembly = self._assembly(step.scale)
        runner = TiledRunner(
            upscaler=assembly.upscaler,
            tile_px=self._tile_px or self._planned_tile_px(assembly),
            token=hooks.token,
            stage=stage,
            on_progress=hooks.on_progress,
            on_tile=on_tile,
        )
        self._reports.append(runner.run(source, target))

    def _assembly(self, scale: int) -> Assembly:
        if scale not in self._assemblies:
            self._assemblies[scale] = assemble(self._settings, scale, pool=self._pool)
        return self._assemblies[scale]

    def _planned_tile_px(self, assembly: Assembly) -> int:
        cards = [network.card for network in assembly.networks]
        tile_px = plan_tile_px(cards, assembly.upscaler, budget_bytes=self._budget_bytes)
        logger.debug("tiles of %d px for %s", tile_px, ", ".join(card.id for card in cards))
        return tile_px


def _stages(photo_pixels: int, steps: Sequence[OutputStep], share: float) -> list[Stage]:
    units = work_units(photo_pixels, steps)
    names = ["resize" if step.scale is None else "upscale" for step in steps]
    stages, start = [], 0.0
    for name, unit in zip([*names, "check"], units, strict=True):
        part = share * unit / sum(units)
        stages.append(Stage(name=name, start=start, share=part))
        start += part
    return stages
