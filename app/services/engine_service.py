"""What the app does with the engine: its models, its loaded networks, its folders.

Every method that takes long says so; call those on worker threads.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from app.services.model_pairs import lead, offered, running_card, settled
from app.services.pictures.picture_levels import RgbPixels, to_rgb
from app.services.result_folder import result_folder
from app.services.speed_book import SpeedBook
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import ItemForecast, QueueItem
from app.state.state_problem import StateProblem
from engine.api import (
    CancelToken,
    Catalog,
    Collision,
    ConfigError,
    FileGuard,
    ImportRequest,
    ModelCard,
    ModelSettings,
    OnProgress,
    OnTile,
    OutputExistsError,
    OutputFormat,
    OutputTarget,
    Photo,
    PhotoInfo,
    PhotoInput,
    Region,
    ResultName,
    SessionPool,
    UpscaleReport,
    UpscaleSettings,
    UpscaleWork,
    cache_folder,
    choose_sources,
    find_providers,
    import_model,
    make_private_folder,
    make_result_folder,
    note_naming,
    open_photo,
    output_name,
    plan_output,
    read_info,
    remove_leftovers,
    upscale_region,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedPhoto:
    """What came of one photo of the queue; ``report`` is None if it was skipped."""

    path: Path | None
    report: UpscaleReport | None


class EngineService:
    """The engine as the app uses it. Safe to use from several threads."""

    def __init__(self, *, scratch_folder: Path | None = None) -> None:
        self.problems: list[StateProblem] = []
        self._own_scratch: tempfile.TemporaryDirectory[str] | None = None
        self.catalog = Catalog.open_default()
        self.problems += [
            StateProblem(kind="model", path=card.path, reason=card.reason)
            for card in self.catalog.broken
        ]
        self._pool = SessionPool()
        self._speeds = SpeedBook()
        self._scratch_folder = self._usable_scratch(scratch_folder or cache_folder() / "scratch")

    @property
    def scratch_folder(self) -> Path:
        """Where large pictures lie while they are open."""
        return self._scratch_folder

    def _usable_scratch(self, wanted: Path) -> Path:
        """Return ``wanted``, or a folder of this session where it cannot be written to."""
        try:
            make_private_folder(wanted)
            remove_leftovers(wanted)
            with tempfile.TemporaryFile(dir=wanted):
                return wanted
        except OSError as error:
            self.problems.append(
                StateProblem(kind="scratch", path=wanted, reason=error.strerror or str(error))
            )
        try:
            self._own_scratch = tempfile.TemporaryDirectory(prefix="mfagan-")
            return Path(self._own_scratch.name)
        except OSError:
            # Only photos too large for the memory need it; those will say so.
            return wanted

    def close(self) -> None:
        """Give back what the session had for itself."""
        if self._own_scratch is not None:
            self._own_scratch.cleanup()

    def cards(self) -> tuple[ModelCard, ...]:
        """Return the models people can choose, in the catalog's order; twins are one."""
        return offered(self.catalog)

    def card(self, model_id: str) -> ModelCard:
        """Return the entry of a model, or of the default one if ``model_id`` is empty or gone."""
        return lead(self.catalog, self._named(model_id))

    def settled(self, choice: ProcessingChoice) -> ProcessingChoice:
        """Return ``choice`` with the model and the fidelity that it comes to."""
        return settled(self.catalog, choice, self._named(choice.model_id))

    def running_card(self, choice: ProcessingChoice) -> ModelCard:
        """Return the model that runs, or prevails, for a settled ``choice``."""
        return running_card(self.catalog, choice, self._named(choice.model_id))

    def _named(self, model_id: str) -> ModelCard:
        found = [card for card in self.catalog.list() if card.id == model_id]
        return found[0] if found else self.catalog.default(4)

    def device_names(self) -> tuple[tuple[str, str], ...]:
        """Return name and label of what networks can run on here."""
        return tuple((provider.name, provider.label) for provider in find_providers())

    def open(self, path: Path, token: CancelToken) -> Photo:
        """Decode a photo; takes long.

        Raises:
            ImageError: If it cannot be used.
            JobCancelled: If ``token`` was cancelled.
        """
        return open_photo(path, scratch_folder=self._scratch_folder, token=token)

    def pixel_count(self, path: Path) -> int:
        """Return how many pixels the header of a photo claims.

        Raises:
            ImageError: If it cannot be read.
        """
        info = read_info(path)
        return info.width_px * info.height_px

    def output_size(
        self, width_px: int, height_px: int, choice: ProcessingChoice
    ) -> tuple[int, int]:
        """Return columns and rows of the result.

        Raises:
            ConfigError: If the size cannot be reached.
        """
        settings = self._settings(choice)
        target = to_target(choice.target)
        plan = plan_output(width_px, height_px, target, scales=settings.models.scales)
        return plan.width_px, plan.height_px

    def enlarge_cell(
        self, photo: Photo, region: Region, choice: ProcessingChoice, token: CancelToken
    ) -> RgbPixels:
        """Return one part of the result of ``choice``, as 8-bit pixels; takes long.

        Raises:
            EngineError: If the network cannot be run.
            ValueError: If the photo is closed.
        """
        settings = self._settings(choice)
        info = photo.info
        plan = plan_output(
            info.width_px, info.height_px, settings.target, scales=settings.models.scales
        )
        start_s = time.perf_counter()
        part = upscale_region(
            photo,
            region,
            plan,
            settings.models,
            scratch_folder=self._scratch_folder,
            pool=self._pool,
            token=token,
        )
        if len(plan.passes) == 1:
            share = region.pixel_count / (plan.width_px * plan.height_px)
            pixels = share * _network_pixels(info)
            self._speeds.add_part(choice, time.perf_counter() - start_s, pixels)
        color = to_rgb(part.color)
        if part.alpha is None:
            return color
        return np.concatenate([color, to_rgb(part.alpha)[..., :1]], axis=2)

    def forecast(self, path: Path, choice: ProcessingChoice) -> ItemForecast:
        """Return what a photo of the queue will become and need; reads its header.

        Raises:
            EngineError: If the photo or the choice cannot be used.
        """
        work = self._work(choice)
        planned = work.plan(path)
        speed = self._speeds.seconds_per_px(self.settled(choice))
        estimate = work.estimate([PhotoInput(path=path)], seconds_per_px=speed)
        if estimate.unusable:
            raise ConfigError(estimate.unusable[0][1])
        return ItemForecast(
            width_px=planned.fields.width,
            height_px=planned.fields.height,
            file_bytes=estimate.output_bytes,
            memory_bytes=estimate.memory_bytes,
            disk_bytes=estimate.output_bytes + estimate.scratch_bytes,
            time_s=estimate.time_s,
        )

    def upscale(
        self,
        path: Path,
        choice: ProcessingChoice,
        *,
        token: CancelToken,
        on_progress: OnProgress,
        on_tile: OnTile | None = None,
        queue: Sequence[QueueItem] = (),
        note: Path | None = None,
    ) -> FinishedPhoto:
        """Enlarge a photo into its file; takes long. Nothing half-written is ever left.

        Args:
            path: The photo.
            choice: What to do with it.
            token: Lets the caller stop it.
            on_progress: Told how far it is.
            on_tile: Told which part of the result is finished.
            queue: What else is or was worked on: its photos are never replaced, and its
                results only by those of the same photo.
            note: Where it is written down just before the result gets its name.

        Raises:
            EngineError: If it cannot be done.
            JobCancelled: If ``token`` was cancelled.
        """
        work = self._work(choice, on_progress, on_tile)
        planned = work.plan(path)
        folder = result_folder(path, choice.folder)
        make_result_folder(folder)
        wanted = folder / output_name(choice.name_template, planned.fields, suffix=planned.suffix)
        guard = FileGuard([path, *(item.path for item in queue)])
        for item in queue:
            if item.result is not None:
                guard.give(item.result, item.path)
        announce = None if note is None else partial(note_naming, note, path)
        name = ResultName(wanted, Collision(choice.collision), guard, photo=path, announce=announce)
        with contextlib.suppress(OutputExistsError):
            if not name.is_taken:
                work.run(path, name, token)
                self._note_speed(path, choice, work.last_report)
                return FinishedPhoto(path=name.path, report=work.last_report)
        return FinishedPhoto(path=None, report=None)

    def _note_speed(
        self, path: Path, choice: ProcessingChoice, report: UpscaleReport | None
    ) -> None:
        if report is not None and len(report.passes) == 1:
            pixels = _network_pixels(read_info(path))
            self._speeds.add_job(self.settled(choice), report.upscale_s, pixels)

    def import_network(
        self, path: Path, value_range: tuple[float, float] | None, token: CancelToken
    ) -> str:
        """Check a network of the user's own and take it into the catalog; takes long.

        Args:
            path: Its file.
            value_range: What black and white are in it; None to find it by trying.
            token: Lets the caller stop it.

        Returns:
            Its id.

        Raises:
            RangeUnsureError: If its range has to be said.
            ModelRefusedError: If it does not fit.
        """
        request = ImportRequest(path=path, value_range=value_range)
        return import_model(request, self.catalog, token=token).id

    def _work(
        self,
        choice: ProcessingChoice,
        on_progress: OnProgress | None = None,
        on_tile: OnTile | None = None,
    ) -> UpscaleWork:
        return UpscaleWork(
            self._settings(choice),
            scratch_folder=self._scratch_folder,
            on_progress=on_progress,
            on_tile=on_tile,
            pool=self._pool,
        )

    def _settings(self, choice: ProcessingChoice) -> UpscaleSettings:
        choice = self.settled(choice)
        sources = choose_sources(self.catalog, choice.model_id, fidelity=choice.fidelity)
        return UpscaleSettings(
            target=to_target(choice.target),
            models=ModelSettings(
                models=sources,
                fidelity=choice.fidelity,
                back_projection=choice.back_projection,
                device=choice.device,
            ),
            output_format=None if choice.format == "same" else OutputFormat(choice.format),
            quality=choice.quality,
            keep_metadata=choice.keep_metadata,
        )


def _network_pixels(info: PhotoInfo) -> int:
    """Return the pixels that one pass puts into a network; alpha goes through it too."""
    return info.width_px * info.height_px * (2 if info.has_alpha else 1)


def to_target(choice: TargetChoice) -> OutputTarget:
    """Return the engine's target for what people chose.

    Raises:
        ConfigError: If it is no size.
    """
    match choice.kind:
        case "long-edge":
            return OutputTarget.long_edge(round(choice.value))
        case "megapixels":
            return OutputTarget.megapixels(choice.value)
        case "print":
            return OutputTarget.print_size(choice.value, unit="cm", dpi=choice.dpi)
        case _:
            return OutputTarget.factor(choice.value)
