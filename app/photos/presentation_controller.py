"""Leads through a presentation: which photos it shows, its keys, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction

from app.presentation.presentation_view import PresentationView, Slide, build_presentation
from app.presentation.story import StoryStep
from app.queue.queue_panel import QueuePanel
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.tile_store import TileStore
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem, QueueStore
from app.state.settings_store import SettingsStore
from app.state.view_transform import ViewTransform
from app.upscale.open_photo import OpenPhoto
from app.upscale.photo_controller import PhotoController
from app.viewer.viewer_commands import viewer_commands
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.theming import ThemeService
from app.window.main_window import MainWindow
from app.window.page_commands import Commands


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What the window showed before: which photo, with which result, and what part of it."""

    slide: Slide
    view: ViewTransform


class PresentationController(QObject):
    """The presentation, if there is one.

    Attributes:
        view: The full screen, None while there is no presentation.

    Signals:
        pictures_requested: The open photo has to be shown again, here or in the window.
    """

    pictures_requested = Signal()

    def __init__(
        self,
        *,
        window: MainWindow,
        settings: SettingsStore,
        theming: ThemeService,
        photos: PhotoController,
        tiles: TileStore,
        viewer: ImageCompare,
        queue_store: QueueStore,
        panel: QueuePanel,
        done_item: Callable[[Path], QueueItem | None],
        commands: Commands,
        own_choice: Callable[[], ProcessingChoice],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._own_choice = own_choice
        self._step: StoryStep | None = None
        photos.opened.connect(self._on_opened)
        self._window = window
        self._settings = settings
        self._theming = theming
        self._photos = photos
        self._tiles = tiles
        self._viewer = viewer
        self._queue_store = queue_store
        self._panel = panel
        self._done_item = done_item
        self._commands = commands
        self.view: PresentationView | None = None
        self._place: _Place | None = None
        self._returning: _Place | None = None

    def start(self, paths: Sequence[Path] = ()) -> PresentationView | None:
        """Show ``paths``, or the results of the queue, or else the photo in the viewer.

        Several cards that are selected in the queue are shown alone.

        Returns:
            The presentation; None if there is nothing to show.
        """
        if self.view is not None:
            return self.view
        slides, is_selection = self._slides(paths)
        if not slides:
            self._window.show_status(self.tr("There is nothing to present yet"))
            return None
        first = _first(slides, self._slide_here())
        return self._present(slides, start=first, is_selection=is_selection)

    def start_story(self, slides: Sequence[Slide], *, start: int = 0) -> PresentationView:
        """Show the steps of a story, which only keys lead through."""
        if self.view is not None:
            return self.view
        return self._present(slides, start=start, is_selection=False)

    def _present(
        self, slides: Sequence[Slide], *, start: int, is_selection: bool
    ) -> PresentationView:
        # Kept before the first slide opens, which changes photo and view.
        here = self._slide_here()
        self._place = None if here is None else _Place(slide=here, view=self._viewer.view)
        view = build_presentation(self._tiles, self._theming, self._settings)
        self.view = view
        # The preview is computed for what the audience sees, not for the window behind.
        view.viewer.view_changed.connect(self._photos.look_at)
        view.viewer.set_gain(self._settings.number("viewer.difference_gain"))
        view.viewer.set_blink_ms(self._settings.number("viewer.blink_ms"))
        view.slide_requested.connect(self._on_requested)
        view.slide_ahead.connect(lambda slide: self._photos.prepare(slide.path, done=slide.done))
        view.closed.connect(self._on_closed)
        self._add_keys(view)
        # Shown first: the size of the screen decides which part of a photo is seen.
        view.showFullScreen()
        view.present(slides, start=start, is_selection=is_selection)
        return view

    def show_pictures(self, pictures: ComparedPictures, size: tuple[int, int]) -> None:
        """Show the photo that was opened, and name it."""
        photo = self._photos.photo
        if self.view is not None and photo is not None:
            self.view.show_photo(photo.photo.info, size)
            self.view.show_pictures(pictures, *size)
            # Once: from then on the view is the user's own.
            step, self._step = self._step, None
            if step is not None:
                self.view.show_step(step)

    def take_view(self, path: Path) -> ViewTransform | None:
        """Return what part of ``path`` to show because it was shown before the presentation."""
        # Once: the next photo that opens begins in its own place.
        place, self._returning = self._returning, None
        return place.view if place is not None and place.slide.path == path else None

    def skip(self) -> bool:
        """Leave out a slide that cannot be opened; return whether there is a presentation."""
        if self.view is None:
            return False
        self.view.skip()
        return True

    def close(self) -> None:
        """Leave the presentation."""
        if self.view is not None:
            self.view.close()

    def _slides(self, paths: Sequence[Path]) -> tuple[list[Slide], bool]:
        if paths:
            return [Slide(path=path, done=self._done_item(path)) for path in paths], False
        selected = self._panel.selected()
        if len(selected) > 1:
            return [_slide(item) for item in selected], True
        done = [i for i in self._queue_store.items if i.state is ItemState.DONE and i.result]
        if done:
            return [_slide(item) for item in done], False
        here = self._slide_here()
        return ([] if here is None else [here]), False

    def _slide_here(self) -> Slide | None:
        """Return what the viewer shows."""
        photo = self._photos.photo
        if photo is None:
            return None
        # A photo may be in the queue several times; its item is the one whose result is shown.
        items = self._queue_store.items
        shown = [i for i in items if i.path == photo.path and i.result == photo.result_path]
        has_result = photo.result_path is not None and shown
        return Slide(path=photo.path, done=shown[-1] if has_result else None)

    def _add_keys(self, view: PresentationView) -> None:
        """Let the keys of the window do the same here."""
        for name, command in {**viewer_commands(view.viewer), **self._commands}.items():
            action = QAction(view)
            action.setShortcuts(self._window.actions_by_name[name].shortcuts())
            action.triggered.connect(lambda _checked, c=command: c())
            view.addAction(action)

    @Slot(object)
    def _on_requested(self, slide: Slide) -> None:
        if slide.step is not None:
            self._show_step(slide.step)
            return
        photo, result = self._photos.photo, slide.done.result if slide.done is not None else None
        # The photo of the window is open already: opening it again would lose its preview.
        if photo is not None and (photo.path, photo.result_path) == (slide.path, result):
            self.pictures_requested.emit()
        else:
            self._photos.open(slide.path, done=slide.done)

    def _show_step(self, step: StoryStep) -> None:
        self._step = step
        photo = self._photos.photo
        if photo is None or photo.path != step.photo:
            self._photos.open(step.photo)
            return
        self._photos.leave_result()
        self._photos.set_choice(step.choice)
        # The same photo in the same way is no change for it; a step may move the divider alone.
        self._step = step
        self.pictures_requested.emit()

    @Slot()
    def _on_opened(self) -> None:
        # Before its pictures are made: nothing is computed by the user's own choice first.
        if self._step is not None:
            self._photos.set_choice(self._step.choice)

    @Slot()
    def _on_closed(self) -> None:
        self.view = None
        self._step = None
        photos, place = self._photos, self._place
        # Steps of a story have choices of their own.
        photos.set_choice(self._own_choice())
        # The next slide was decoded ahead, and nothing will ask for it.
        photos.forget_ahead()
        self._returning = place
        if place is None or _shows(photos.photo, place.slide):
            self.pictures_requested.emit()
        else:
            photos.open(place.slide.path, done=place.slide.done)


def _slide(item: QueueItem) -> Slide:
    return Slide(path=item.path, done=item if item.result is not None else None)


def _shows(photo: OpenPhoto | None, slide: Slide) -> bool:
    """Return whether ``photo`` is that of ``slide``, with its result if it had one."""
    if photo is None or photo.path != slide.path:
        return False
    return slide.done is None or photo.result_path is not None


def _first(slides: Sequence[Slide], here: Slide | None) -> int:
    """Return the position of the photo that the viewer shows, or of the first one."""
    if here is None:
        return 0
    same = [n for n, slide in enumerate(slides) if slide.path == here.path]
    exact = [n for n in same if slides[n].done == here.done]
    return (exact or same or [0])[0]
