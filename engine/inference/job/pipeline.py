"""Takes a decoded photo through all steps of its plan to rasters of the wanted size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from engine.core.cancellation import CancelToken
from engine.core.closing import Closing
from engine.core.messages import say
from engine.inference.job.consistency import Consistency, measure_consistency
from engine.inference.job.layers import Layers, PictureLayers
from engine.inference.job.plan import PixelPlan
from engine.inference.job.progress import OnProgress, OnTile, Stage
from engine.inference.job.raster_resize import resize_layers
from engine.inference.job.stages import plan_stages
from engine.inference.job.target import OutputStep
from engine.inference.job.tile_size import tile_px_now
from engine.inference.job.tiled import TiledReport, TiledRunner
from engine.inference.network.loading import LoadedNetwork, NetworkUse, load_network
from engine.inference.network.selection import NetworkPlan
from engine.inference.network.session_pool import SessionPool


@dataclass(frozen=True, slots=True, kw_only=True)
class UpscaleResult(Closing):
    """An enlarged picture that is not saved yet; it owns its rasters.

    Attributes:
        layers: The pixels.
        uses: How the networks were run.
        tile_px: Side of the tiles of the first pass, None if no network ran.
        seconds: Time that tiles and resizes took.
        consistency: Difference between the downscaled result and the photo.
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


def upscale_to_raster(
    photo: PictureLayers,
    plan: PixelPlan,
    *,
    scratch_folder: Path,
    token: CancelToken | None = None,
    on_progress: OnProgress | None = None,
    on_tile: OnTile | None = None,
    pool: SessionPool | None = None,
) -> UpscaleResult:
    """Enlarge a photo into rasters; nothing is saved.

    Args:
        photo: The decoded photo; it stays open.
        plan: From `plan_pixels` or `plan_photo` for this photo, closed by `resolve_plan`.
        scratch_folder: Existing folder for large rasters.
        token: Checked before each tile.
        on_progress: Called after each tile; of the job's progress, saving is left.
        on_tile: Called with each part of the result, at its final size, that is finished.
        pool: Keeps loaded networks; a new one by default.

    Returns:
        The result; the caller closes it.

    Raises:
        JobCancelled: If the token was cancelled.
        OutOfMemoryError: If even the smallest tile does not fit.
        BrokenOutputError: If a tile comes out broken on all providers.
        InferenceError: If a network cannot be run.
        DiskFullError: If the scratch folder lacks the room.
        ValueError: If restoration is still open.
    """
    pipeline = _Pipeline(
        plan=plan,
        scratch_folder=scratch_folder,
        token=token or CancelToken(),
        on_progress=on_progress,
        on_tile=on_tile,
        pool=pool or SessionPool(),
    )
    return pipeline.run(photo)


@dataclass(slots=True, kw_only=True)
class _Pipeline:
    """The state of one job."""

    plan: PixelPlan
    scratch_folder: Path
    token: CancelToken
    on_progress: OnProgress | None
    on_tile: OnTile | None
    pool: SessionPool
    loaded: list[LoadedNetwork] = field(default_factory=list)
    reports: list[TiledReport] = field(default_factory=list)
    resize_s: float = 0.0

    def run(self, photo: PictureLayers) -> UpscaleResult:
        size = self.plan.size
        stages = plan_stages(photo.color.whole.pixel_count, size)
        layers = self._run_steps(photo, size.work, stages.steps)
        try:
            consistency = measure_consistency(
                layers,
                photo,
                token=self.token,
                stage=stages.check,
                on_progress=self.on_progress,
            )
        except BaseException:
            # The caller has no result to close yet.
            layers.close()
            raise
        return UpscaleResult(
            layers=layers,
            uses=tuple(dict.fromkeys(loaded.use() for loaded in self.loaded)),
            tile_px=self.reports[0].tile_px if self.reports else None,
            seconds=self.resize_s + sum(report.seconds for report in self.reports),
            consistency=consistency,
            notes=self._notes(),
        )

    def _notes(self) -> tuple[str, ...]:
        notes = [note for loaded in self.loaded for note in loaded.all_notes()]
        notes += [note for report in self.reports for note in report.notes]
        if not self.plan.size.passes:
            notes.append(
                say(
                    "large-enough",
                    "The photo is already large enough: no network was needed",
                )
            )
        # Two passes of one network say everything twice.
        return tuple(dict.fromkeys(notes))

    def _run_steps(
        self, photo: PictureLayers, steps: Sequence[OutputStep], stages: Sequence[Stage]
    ) -> Layers:
        finished: Layers | None = None
        for step, network, stage in zip(steps, self.plan.step_networks, stages, strict=True):
            target = Layers.like(
                photo,
                width_px=step.width_px,
                height_px=step.height_px,
                scratch_folder=self.scratch_folder,
                bit_depth=self.plan.picture.bit_depth,
            )
            # Only the last step has the size that is shown.
            on_tile = self.on_tile if step is steps[-1] else None
            try:
                if network is None:
                    self._resize(finished or photo, target, stage, on_tile)
                else:
                    self._enlarge(finished or photo, target, network, stage, on_tile)
            except BaseException:
                target.close()
                raise
            finally:
                # Two rasters at a time at most: the estimate of scratch space counts on it.
                if finished is not None:
                    finished.close()
            finished = target
        assert finished is not None
        return finished

    def _resize(
        self, source: PictureLayers, target: Layers, stage: Stage, on_tile: OnTile | None
    ) -> None:
        self.resize_s += resize_layers(
            source,
            target,
            token=self.token,
            stage=stage,
            on_progress=self.on_progress,
            on_tile=on_tile,
        )

    def _enlarge(
        self,
        source: PictureLayers,
        target: Layers,
        plan: NetworkPlan,
        stage: Stage,
        on_tile: OnTile | None,
    ) -> None:
        loaded = self._load(plan)
        runner = TiledRunner(
            upscaler=loaded.upscaler,
            tile_px=self.plan.tile_px or tile_px_now(loaded),
            token=self.token,
            stage=stage,
            on_progress=self.on_progress,
            on_tile=on_tile,
        )
        self.reports.append(runner.run(source, target))

    def _load(self, plan: NetworkPlan) -> LoadedNetwork:
        # Kept for a second pass of the same network: with the fallbacks that the first one took.
        known = next((loaded for loaded in self.loaded if loaded.plan == plan), None)
        if known is not None:
            return known
        self.loaded.append(load_network(plan, pool=self.pool))
        return self.loaded[-1]
