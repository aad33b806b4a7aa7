"""Shows the open photo where the user looks: in the presentation, or in the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from app.photos.presentation_controller import PresentationController
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import PictureLevels
from app.state.settings_store import SettingsStore
from app.state.viewer_state import AfterState, Side
from app.upscale.photo_controller import PhotoController
from app.viewer.side_labels import SideLabels
from app.widgets.compare.image_compare import ImageCompare
from app.window.page_commands import PageCommands


class ViewerUpdater(QObject):
    """Keeps pictures, labels and settings of the viewers up to date.

    There are two viewers during a presentation, which share tiles and photo: the pictures go to
    the presentation alone, as the window behind it cannot be seen.
    """

    def __init__(
        self,
        *,
        commands: PageCommands,
        settings: SettingsStore,
        photos: PhotoController,
        labels: SideLabels,
        viewer: ImageCompare,
        presentation: PresentationController,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._commands = commands
        self._settings = settings
        self._photos = photos
        self._labels = labels
        self._viewer = viewer
        self._presentation = presentation
        # Kept, because a presentation that begins or ends shows the same pictures elsewhere.
        self._shown: ComparedPictures | None = None
        self._size = (0, 0)
        photos.after_changed.connect(self._show_labels)
        photos.after_swapped.connect(self._on_after_swapped)
        photos.closed.connect(self._on_closed)
        photos.pictures_changed.connect(self._on_pictures)
        presentation.pictures_requested.connect(self.show_pictures)
        settings.changed.connect(self._on_setting)
        viewer.view_changed.connect(photos.look_at)
        self._take_settings()

    @Slot()
    def show_pictures(self) -> None:
        """Show the open photo, again or for the first time."""
        pictures, photo = self._shown, self._photos.photo
        if pictures is None or photo is None:
            return
        viewer = self._viewer
        if self._presentation.view is not None:
            self._presentation.show_pictures(pictures, self._size)
            viewer = self._presentation.view.viewer
        else:
            viewer.show_pictures(pictures, width_px=self._size[0], height_px=self._size[1])
            # Back from a presentation: to the spot where the photo was left.
            view = self._presentation.take_view(photo.path)
            if view is not None:
                viewer.set_view(view.for_output(*self._size))
        self._show_labels(self._photos.after_state)
        self._photos.look_at(viewer.view)

    @Slot(object, int, int)
    def _on_pictures(self, pictures: ComparedPictures, width_px: int, height_px: int) -> None:
        self._shown, self._size = pictures, (width_px, height_px)
        self.show_pictures()

    @Slot(object)
    def _on_after_swapped(self, picture: PictureLevels) -> None:
        # The window's viewer, too: it is seen again when the presentation ends.
        for viewer in self._viewers():
            viewer.set_after(picture)

    @Slot()
    def _on_closed(self) -> None:
        self._shown = None
        self._viewer.clear()
        if self._presentation.view is not None:
            self._presentation.view.clear()

    def _viewers(self) -> list[ImageCompare]:
        view = self._presentation.view
        return [self._viewer] if view is None else [self._viewer, view.viewer]

    @Slot(object)
    def _show_labels(self, state: AfterState) -> None:
        before = self._labels.before(self._settings.text("viewer.before"))
        for viewer in self._viewers():
            viewer.set_label(Side.BEFORE, before)
            viewer.set_label(Side.AFTER, self._labels.after(state))
        # "Back to preview" has something to do only while a finished result is shown.
        self._commands.enable(["preview"], is_enabled=state.kind == "result")

    @Slot(str)
    def _on_setting(self, key: str) -> None:
        # Some of these compute pictures again; other settings must not do that.
        if key.startswith("viewer.") or key == "processing.preview":
            self._take_settings()
        if key == "viewer.before" and self._photos.photo is not None:
            self._show_labels(self._photos.after_state)

    def _take_settings(self) -> None:
        self._viewer.set_blink_ms(self._settings.number("viewer.blink_ms"))
        self._viewer.set_gain(self._settings.number("viewer.difference_gain"))
        self._photos.set_before_kind(self._settings.text("viewer.before"))
        self._photos.set_has_preview(has_preview=self._settings.is_on("processing.preview"))
