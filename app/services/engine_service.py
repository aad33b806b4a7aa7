"""The engine as the app uses it: models, loaded networks, folders.

Methods that take long are marked so; call them on worker threads.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from app.services.dials import Estimates, renamed, settled, with_values
from app.services.model_names import in_list_order
from app.services.pictures.picture_levels import RgbPixels, to_rgb
from app.services.result_folder import result_folder
from app.services.speed_book import SpeedBook
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import ItemForecast, QueueItem
from app.state.state_problem import StateProblem
from engine.api import (
    BrokenCard,
    CancelToken,
    Catalog,
    CatalogEntry,
    Collision,
    EngineError,
    FileGuard,
    ModelCard,
    OnProgress,
    OnTile,
    OutputFormat,
    OutputTarget,
    Photo,
    PhotoInput,
    PhotoResult,
    Region,
    SessionPool,
    UpscaleSettings,
    UpscaleWork,
    cache_folder,
    estimate_restoration,
    find_providers,
    make_private_folder,
    make_result,
    note_naming,
    open_photo,
    plan_output,
    plan_photo,
    plan_pixels,
    read_info,
    remove_leftovers,
    resolve_plan,
    select_models,
    upscale_region,
)


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
        """Return the models that users can choose: the sizes of the app, then imported ones."""
        return in_list_order(self.catalog.list())

    def entries(self) -> tuple[CatalogEntry, ...]:
        """Return the models with their folders, in the order of `cards`."""
        return tuple(self.catalog.entry(card.id) for card in self.cards())

    def broken_cards(self) -> tuple[BrokenCard, ...]:
        """Return the model cards that could not be used."""
        return self.catalog.broken

    def refresh_models(self) -> None:
        """Read the catalog again: another process may have added a model."""
        self.catalog.refresh()

    def remove_model(self, model_id: str) -> tuple[Path, ...]:
        """Delete an imported model; return the files that were kept because others may need them.

        Raises:
            ModelError: If it was not imported.
            OutputError: If its files cannot be deleted.
        """
        return self.catalog.remove(model_id)

    def card(self, model_id: str) -> ModelCard:
        """Return a model, what replaced it, or the default one if ``model_id`` is empty or gone."""
        cards = {card.id: card for card in self.catalog.list()}
        if model_id in cards:
            return cards[model_id]
        alias = self.catalog.alias(model_id)
        return self.catalog.default(4) if alias is None else cards[alias.model_id]

    def settled(self, choice: ProcessingChoice) -> ProcessingChoice:
        """Return ``choice`` with a model that is there, and only with the dials that it has."""
        card = self.card(choice.model_id)
        alias = self.catalog.alias(choice.model_id)
        # Only choices that an older version stored name a model that was replaced.
        return settled(choice if alias is None else renamed(choice, alias), card)

    def with_values(self, choice: ProcessingChoice, estimates: Estimates) -> ProcessingChoice:
        """Return ``choice``, settled, with the values of its dials for the photo of an estimate."""
        return with_values(self.settled(choice), self.card(choice.model_id), estimates)

    def estimates(self, photo: Photo) -> Estimates:
        """Return how much restoration ``photo`` needs, by the scale of the network; takes long."""
        scales = {card.scale for card in self.catalog.list() if card.has_restoration}
        try:
            return {scale: estimate_restoration(photo, scale=scale) for scale in scales}
        except EngineError:
            # A photo opens without it: its preview then says what is missing.
            return {}

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
        """Return how many pixels a photo has by its header.

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
        size = plan_output(width_px, height_px, settings.target, scales=settings.scales)
        return size.width_px, size.height_px

    def enlarge_cell(
        self, photo: Photo, region: Region, choice: ProcessingChoice, token: CancelToken
    ) -> RgbPixels:
        """Return one part of the result of ``choice``, as 8-bit pixels; takes long.

        Raises:
            EngineError: If the network cannot be run.
            ValueError: If the photo is closed.
        """
        # Closed already if the choice has a definite restoration, as those of previews have.
        plan = resolve_plan(plan_pixels(photo.info, self._settings(choice)), photo)
        start_s = time.perf_counter()
        part = upscale_region(
            photo, region, plan, scratch_folder=self._scratch_folder, pool=self._pool, token=token
        )
        size = plan.size
        if len(size.passes) == 1:
            share = region.pixel_count / (size.width_px * size.height_px)
            pixels = share * plan.picture.network_pixels
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
        choice = self.settled(choice)
        speed = self._speeds.seconds_per_px(choice)
        plan = plan_photo(path, self._settings(choice, path), seconds_per_px=speed)
        estimate = plan.estimate
        return ItemForecast(
            width_px=estimate.width_px,
            height_px=estimate.height_px,
            file_bytes=estimate.output_bytes,
            memory_bytes=estimate.memory_bytes,
            disk_bytes=estimate.disk_bytes,
            time_s=estimate.time_s,
            estimates_restoration=choice.restoration is None
            and self.card(choice.model_id).has_restoration,
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
    ) -> PhotoResult:
        """Enlarge a photo into its file; takes long. No incomplete file is ever left.

        Args:
            path: The photo.
            choice: What to do with it.
            token: Lets the caller pause or stop it.
            on_progress: Called with how far it is.
            on_tile: Called with each part of the result that is finished.
            queue: The other items: their photos are never replaced, and their results only
                by those of the same photo.
            note: File that records the result's name just before the result gets it.

        Raises:
            EngineError: If it cannot be done.
            JobCancelled: If ``token`` was cancelled.
        """
        work = UpscaleWork(
            self._settings(choice, path),
            scratch_folder=self._scratch_folder,
            on_progress=on_progress,
            on_tile=on_tile,
            pool=self._pool,
        )
        plan = work.plan(PhotoInput(path=path))
        guard = FileGuard([path, *(item.path for item in queue)])
        for item in queue:
            if item.result is not None:
                guard.give(item.result, item.path)
        announce = None if note is None else partial(note_naming, note, path)
        result = make_result(plan, work, guard=guard, token=token, announce=announce)
        # Of several passes only the sum is known, which says nothing about one pixel.
        if result.report is not None and len(plan.pixels.size.passes) == 1:
            pixels = plan.pixels.picture.network_pixels
            self._speeds.add_job(self.settled(choice), result.report.upscale_s, pixels)
        return result

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
            RangeUnsureError: If the user has to give its value range.
            ModelRefusedError: If it does not fit.
        """
        # Loaded when a user imports a network: every start of the window is 12 ms shorter.
        from engine.api import ImportRequest, import_model  # noqa: PLC0415

        request = ImportRequest(path=path, value_range=value_range)
        return import_model(request, self.catalog, token=token).id

    def _settings(self, choice: ProcessingChoice, photo: Path | None = None) -> UpscaleSettings:
        """Return the engine's settings for ``choice``; of a ``photo`` with its result's folder."""
        choice = self.settled(choice)
        return UpscaleSettings(
            models=select_models(self.catalog, choice.model_id),
            target=to_target(choice.target),
            restoration=choice.restoration,
            fidelity=choice.fidelity,
            back_projection=choice.back_projection,
            device=choice.device,
            output_format=None if choice.format == "same" else OutputFormat(choice.format),
            quality=choice.quality,
            keep_metadata=choice.keep_metadata,
            output_folder=None if photo is None else result_folder(photo, choice.folder),
            name_template=choice.name_template,
            collision=Collision(choice.collision),
        )


def to_target(choice: TargetChoice) -> OutputTarget:
    """Return the engine's target for what the user chose.

    Raises:
        ConfigError: If it is not a size.
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
