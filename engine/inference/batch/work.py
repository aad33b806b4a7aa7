"""Plans and enlarges the photos of a batch, and forecasts what that will take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from engine.core.cancellation import CancelToken
from engine.core.errors import EngineError
from engine.inference.batch.inputs import PhotoInput
from engine.inference.batch.run import PhotoWork
from engine.inference.job.estimate import measure_seconds_per_px
from engine.inference.job.naming import ResultName
from engine.inference.job.plan import PhotoPlan, network_at, plan_photo
from engine.inference.job.progress import OnProgress, OnTile
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.tile_size import tile_px_now
from engine.inference.job.upscale_photo import UpscaleReport, upscale_photo
from engine.inference.network.loading import load_network
from engine.inference.network.session_pool import SessionPool


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchForecast:
    """What a batch will take: the sum of its plans.

    Attributes:
        plans: The photos that can be enlarged.
        unusable: The photos that cannot, with the reason.
        is_measured: Whether the time rests on a speed that was measured on this machine.
    """

    plans: tuple[PhotoPlan, ...]
    unusable: tuple[tuple[Path, str], ...] = ()
    is_measured: bool = False

    @property
    def megapixels(self) -> float:
        """Pixels of all results, in millions."""
        return sum(p.estimate.width_px * p.estimate.height_px for p in self.plans) / 1e6

    @property
    def memory_bytes(self) -> int:
        """Peak memory; one photo is worked on at a time."""
        return max((plan.estimate.memory_bytes for plan in self.plans), default=0)

    @property
    def scratch_bytes(self) -> int:
        """Largest space of scratch files at one time."""
        return max((plan.estimate.scratch_bytes for plan in self.plans), default=0)

    @property
    def output_bytes(self) -> int:
        """About the size of all results."""
        return sum(plan.estimate.output_bytes for plan in self.plans)

    @property
    def time_s(self) -> float:
        """Duration, without decoding."""
        return sum(plan.estimate.time_s for plan in self.plans)


class UpscaleWork(PhotoWork):
    """Enlarges photos, all with the same settings."""

    def __init__(
        self,
        settings: UpscaleSettings,
        *,
        scratch_folder: Path,
        on_progress: OnProgress | None = None,
        on_tile: OnTile | None = None,
        pool: SessionPool | None = None,
    ) -> None:
        """Take what all photos have in common.

        Args:
            settings: What to do with each photo.
            scratch_folder: Existing folder for pixels that do not fit into memory.
            on_progress: Called after each tile.
            on_tile: Called with each part of a result that is finished.
            pool: Keeps loaded networks from one photo to the next; a new one by default.
        """
        self._settings = settings
        self._scratch_folder = scratch_folder
        self._on_progress = on_progress
        self._on_tile = on_tile
        self._pool = pool or SessionPool()
        self._plans: dict[Path, PhotoPlan] = {}

    @override
    def plan(self, photo: PhotoInput) -> PhotoPlan:
        """Return the plan of the forecast, or a new one where there is none for the file as it is.

        Raises:
            EngineError: If nothing can be made of the photo.
        """
        # A batch may take hours: photos that were edited meanwhile are planned anew, with another
        # size and perhaps another name. Dropped when used, so that memory shrinks on the way.
        plan = self._plans.pop(photo.path, None)
        if plan is not None and plan.is_current:
            return plan
        return plan_photo(photo.path, self._settings, subfolder=photo.folder)

    @override
    def run(self, plan: PhotoPlan, name: ResultName, token: CancelToken) -> UpscaleReport:
        return upscale_photo(
            plan,
            scratch_folder=self._scratch_folder,
            name=name,
            token=token,
            on_progress=self._on_progress,
            on_tile=self._on_tile,
            pool=self._pool,
        )

    def forecast(
        self, photos: Iterable[PhotoInput], *, seconds_per_px: float | None = None
    ) -> BatchForecast:
        """Plan ``photos`` from their headers; the plans are kept for their turn.

        Args:
            photos: The photos.
            seconds_per_px: Time of one LR pixel, see `measure_speed`.
        """
        plans = []
        unusable = []
        for photo in photos:
            try:
                plan = plan_photo(
                    photo.path,
                    self._settings,
                    subfolder=photo.folder,
                    seconds_per_px=seconds_per_px,
                )
            except EngineError as error:
                # Its turn comes all the same: the file may be mended until then.
                unusable.append((photo.path, str(error)))
            else:
                plans.append(plan)
                self._plans[photo.path] = plan
        return BatchForecast(
            plans=tuple(plans),
            unusable=tuple(unusable),
            is_measured=seconds_per_px is not None,
        )

    def measure_speed(self) -> float:
        """Return the seconds that one LR pixel takes on this machine; runs two tiles.

        Raises:
            ConfigError: If the models do not fit.
            InferenceError: If the network cannot be run.
        """
        # Without a model in the settings every scale has one; the largest runs most often.
        network = network_at(max(self._settings.scales), self._settings)
        # The same at every restoration, so no photo has to be opened for Auto.
        network = network.after_first_pass()
        loaded = load_network(network, pool=self._pool)
        tile_px = self._settings.tile_px or tile_px_now(loaded)
        return measure_seconds_per_px(loaded.upscaler, tile_px=tile_px)
