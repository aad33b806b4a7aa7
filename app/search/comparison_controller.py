"""Enlarges one photo with the chosen candidates, for the viewer of the page."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.search.candidate_enlarger import CandidateEnlarger
from app.services.engine_service import EngineService
from app.services.pictures.filled_levels import FilledLevels
from app.services.pictures.picture_levels import PictureLevels
from app.services.pictures.preview_levels import PreviewLevels
from app.services.pictures.tile_store import TileStore
from app.services.task_runner import Report, TaskRunner
from app.state.view_transform import ViewTransform
from app.upscale.grid_previews import GridPreviews
from app.upscale.open_photo import OpenPhoto
from app.upscale.photo_opener import PhotoOpener
from engine.api import CancelToken, EngineError, ModelCard, Region, SearchCandidate, SearchState

_CORNER = Region(left=0, top=0, width=8, height=8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """A candidate that is shown.

    Attributes:
        candidate: The candidate.
        card: The card of its model.
        preview: The cells of the result that were enlarged so far.
        picture: What is drawn: these cells, and the photo enlarged without a network elsewhere.
    """

    candidate: SearchCandidate
    card: ModelCard
    preview: PreviewLevels
    picture: FilledLevels


class ComparisonController(QObject):
    """The photo of the page, and what up to four candidates make of it.

        show ─► networks ─► previews of what is in view ─► first cell ─► compared_changed
                                                           more cells ─► picture_changed

    What is shown stays until the first cell of what replaces it is there, so that a walk along
    the front does not flicker.

    Signals:
        photo_changed: Another photo is open, or none.
        compared_changed: Other candidates are to be shown; see `compared`.
        picture_changed: The `Compared` that has one more cell.
        finished: All that is in view is computed.
        failed: An error, and the name of the file concerned.
    """

    photo_changed = Signal()
    compared_changed = Signal()
    picture_changed = Signal(object)
    finished = Signal()
    failed = Signal(object, object)

    def __init__(
        self,
        engine_service: EngineService,
        tiles: TileStore,
        runner: TaskRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tiles = tiles
        self._runner = runner
        self._likely: SearchCandidate | None = None
        self._enlarger = CandidateEnlarger(engine_service.scratch_folder)
        self._photo: OpenPhoto | None = None
        self._path: Path | None = None
        self._candidates: tuple[SearchCandidate, ...] = ()
        self._compared: tuple[Compared, ...] = ()
        self._shown: tuple[Compared, ...] = ()
        self._computing: set[int] = set()
        self._opener = PhotoOpener(engine_service, runner, self)
        self._opener.opened.connect(self._on_opened)
        self._opener.failed.connect(self._on_open_failed)
        self._opener.dropped.connect(self._on_dropped)
        self._previews = GridPreviews(self._enlarger, self)
        self._previews.cell_finished.connect(self._on_cell)
        self._previews.finished.connect(self._on_finished)
        self._previews.failed.connect(self._on_failed)

    @property
    def enlarger(self) -> CandidateEnlarger:
        """What enlarges with the networks of candidates."""
        return self._enlarger

    @property
    def photo(self) -> OpenPhoto | None:
        """The photo that candidates enlarge."""
        return self._photo

    @property
    def path(self) -> Path | None:
        """File of the photo, from the moment it was asked for."""
        return self._path

    @property
    def compared(self) -> tuple[Compared, ...]:
        """What is to be shown, the chosen candidate first; empty without photo or candidate."""
        return self._shown

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being decoded or enlarged."""
        return self._opener.is_idle and self._previews.is_idle and self._shown == self._compared

    def open_photo(self, path: Path) -> None:
        """Decode a photo for the candidates; the one that is open already is kept."""
        if path != self._path:
            self._path = path
            self._opener.open(path)

    def show(self, candidates: Sequence[SearchCandidate]) -> None:
        """Enlarge the photo with ``candidates``, which have models, from now on."""
        self._candidates = tuple(candidates)
        self._update()

    def prepare(self, state: SearchState) -> None:
        """Load what the first click on a search needs, which takes longest the first time."""
        by_id = {one.id: one for one in state.candidates}
        models = [by_id[name] for name in state.front if by_id[name].card is not None]
        # The cheapest one: it costs least, and the runtime is loaded with it.
        self._likely = models[-1] if models else None
        self._warm_up()

    @Slot(object)
    def look_at(self, view: ViewTransform) -> None:
        """Enlarge what ``view`` shows, soon."""
        self._previews.look_at(view)

    def original(self) -> PictureLevels | None:
        """Return the photo enlarged without a network to the size of the result."""
        if self._photo is None or not self._shown:
            return None
        picture = self._shown[0].picture
        return self._photo.enlarged(picture.width_px, picture.height_px)

    def is_computing(self, compared: Compared) -> bool:
        """Return whether parts in view are still missing."""
        return compared.preview.picture_id in self._computing

    def shut_down(self) -> None:
        """Stop all work and close the photo."""
        self._opener.stop()
        self._previews.shut_down()
        self._close()

    def _update(self) -> None:
        """Make previews for the candidates that are wanted, and begin with them."""
        photo = self._photo
        if photo is None:
            return
        known = {one.candidate.id: one for one in self._compared}
        wanted = []
        for candidate in self._candidates:
            made = known.get(candidate.id) or self._make(photo, candidate)
            if made is not None:
                wanted.append(made)
        new = {one.preview.picture_id for one in wanted}
        self._computing = new - {one.preview.picture_id for one in self._compared} | (
            self._computing & new
        )
        self._compared = tuple(wanted)
        # Nothing is in view yet, or nothing is wanted any more: there is nothing to wait for.
        if not self._shown or not wanted:
            self._show()
        self._previews.want(photo.photo, [one.preview for one in wanted])

    def _warm_up(self) -> None:
        photo, candidate = self._photo, self._likely
        if photo is None or candidate is None or candidate.card is None:
            return
        card_path, decoded, enlarger = candidate.card, photo.photo, self._enlarger

        def work(_report: Report, token: CancelToken) -> object:
            # What is wrong is said when it is asked for; the photo may close meanwhile.
            with contextlib.suppress(EngineError, ValueError):
                card = enlarger.add(card_path)
                enlarger.enlarge_cell(decoded, _CORNER, enlarger.choice(card), token)
            return None

        self._runner.create(work).start()

    def _make(self, photo: OpenPhoto, candidate: SearchCandidate) -> Compared | None:
        if candidate.card is None:
            return None
        try:
            card = self._enlarger.add(candidate.card)
        except EngineError as error:
            self.failed.emit(error, candidate.card)
            return None
        size = (photo.width_px * card.scale, photo.height_px * card.scale)
        preview, dropped = photo.preview(
            self._enlarger.choice(card), width_px=size[0], height_px=size[1]
        )
        for old in dropped:
            self._tiles.discard(old.picture_id)
        picture = FilledLevels(preview, photo.enlarged(*size))
        return Compared(candidate=candidate, card=card, preview=preview, picture=picture)

    def _show(self) -> None:
        gone = {one.picture.picture_id for one in self._shown}
        gone -= {one.picture.picture_id for one in self._compared}
        self._shown = self._compared
        self.compared_changed.emit()
        # Afterwards: the viewer may still draw the old picture until the new one is loaded.
        for picture_id in gone:
            self._tiles.discard(picture_id)

    @Slot(object, object)
    def _on_cell(self, preview: PreviewLevels, area: Region) -> None:
        one = self._compared_with(preview)
        if one is None:
            return
        self._tiles.expire(one.picture, area=area)
        self._show_if_begun()
        self.picture_changed.emit(one)

    @Slot(object)
    def _on_finished(self, preview: PreviewLevels) -> None:
        one = self._compared_with(preview)
        if one is None:
            return
        self._computing.discard(preview.picture_id)
        # All of it may have been there from before: no cell will come then.
        self._show_if_begun()
        self.picture_changed.emit(one)
        self.finished.emit()

    @Slot(object, object)
    def _on_failed(self, preview: PreviewLevels, error: Exception) -> None:
        one = self._compared_with(preview)
        if one is not None:
            self._computing.discard(preview.picture_id)
            self._show_if_begun()
            self.failed.emit(error, one.candidate.card)

    def _show_if_begun(self) -> None:
        """Show what is wanted once each of it has something to show, or never will."""
        if self._shown == self._compared:
            return
        awaited = [one for one in self._compared if one not in self._shown]
        if all(one.preview.used_bytes or not self.is_computing(one) for one in awaited):
            self._show()

    def _compared_with(self, preview: PreviewLevels) -> Compared | None:
        return next((one for one in self._compared if one.preview is preview), None)

    @Slot(object)
    def _on_opened(self, photo: OpenPhoto) -> None:
        self._close()
        self._photo = photo
        self.photo_changed.emit()
        self._update()
        self._warm_up()

    @Slot(object, object)
    def _on_open_failed(self, path: Path, error: Exception) -> None:
        self._path = None if self._photo is None else self._photo.path
        self.failed.emit(error, path)

    @Slot(object)
    def _on_dropped(self, photo: OpenPhoto) -> None:
        for picture_id in photo.picture_ids():
            self._tiles.discard(picture_id)

    def _close(self) -> None:
        photo, self._photo = self._photo, None
        if photo is None:
            return
        self._previews.stop()
        self._compared = ()
        self._show()
        self._on_dropped(photo)
        photo.close()
