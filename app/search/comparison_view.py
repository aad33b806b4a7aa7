"""The photo as the chosen candidates enlarge it: before and after, A against B, or up to four."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.search.candidate_texts import RIVAL_LETTERS, short_name
from app.search.comparison_controller import Compared, ComparisonController
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import PictureLevels
from app.services.pictures.tile_store import TileStore
from app.state.theme import SPACE_XL_PX
from app.state.viewer_state import Side
from app.viewer.grid_page import GridPage
from app.viewer.viewer_page import ViewerPage
from app.widgets.compare.compare_grid import CompareGrid, GridPane
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.compare.zoom_canvas import ZoomCanvas
from app.widgets.controls import PARTS_MARK, text_label
from app.widgets.theming import ThemeService


class ComparisonView(QStackedWidget):
    """Follows a `ComparisonController`.

    One candidate is compared with the photo, two with each other under the same divider, and more
    are shown beside each other.
    """

    def __init__(
        self, controller: ComparisonController, tiles: TileStore, theming: ThemeService
    ) -> None:
        super().__init__()
        self._controller = controller
        self._letters: dict[str, str] = {}
        self.viewer = ImageCompare(tiles)
        self.viewer_page = ViewerPage(self.viewer, theming)
        self.grid = CompareGrid(tiles)
        self.grid_page = GridPage(self.grid, theming)
        for widget in (self._build_hint(), self.viewer_page, self.grid_page):
            self.addWidget(widget)
        self.viewer_page.mode_requested.connect(self.viewer.set_mode)
        self.viewer.view_changed.connect(controller.look_at)
        self.grid.view_changed.connect(self._on_grid_view)
        controller.compared_changed.connect(self._show)
        controller.picture_changed.connect(self._on_picture)

    @property
    def is_sharp(self) -> bool:
        """Whether all that is in view is drawn."""
        shown = self.currentWidget()
        if shown is self.viewer_page:
            return self.viewer.is_sharp
        return shown is not self.grid_page or self.grid.is_sharp

    @property
    def canvas(self) -> ZoomCanvas | None:
        """What shows the photo: the viewer or the grid, None while a hint is shown."""
        shown = self.currentWidget()
        if shown is self.viewer_page:
            return self.viewer
        return self.grid if shown is self.grid_page else None

    @property
    def hint(self) -> str:
        """What is said in place of a photo."""
        return self._hint.text()

    def set_hint(self, text: str) -> None:
        """Say ``text`` in place of a photo, while none is compared."""
        self._hint.setText(text)

    def set_pinned(self, ids: Sequence[str]) -> None:
        """Name the pinned candidates by the letters that mark them in the chart."""
        self._letters = dict(zip(ids, RIVAL_LETTERS, strict=False))

    def _build_hint(self) -> QWidget:
        page = QWidget()
        page.setObjectName("canvas")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX)
        self._hint = text_label(role="secondary", wraps=True, is_centered=True)
        column.addStretch(1)
        column.addWidget(self._hint)
        column.addStretch(1)
        return page

    @Slot()
    def _show(self) -> None:
        compared, original = self._controller.compared, self._controller.original()
        if not compared or original is None:
            self.setCurrentIndex(0)
            self.viewer.clear()
            self.grid.clear()
            return
        size = (original.width_px, original.height_px)
        if len(compared) <= 2:
            # First: a page that was never shown has no size yet.
            self.setCurrentWidget(self.viewer_page)
            self.viewer.show_pictures(
                self._pair(original, compared), width_px=size[0], height_px=size[1]
            )
            self.grid.clear()
            self._controller.look_at(self.viewer.view)
        else:
            was_elsewhere = self.currentWidget() is not self.grid_page
            self.setCurrentWidget(self.grid_page)
            panes = [self._pane(one, original) for one in compared]
            self.grid.show_panes(panes, width_px=size[0], height_px=size[1])
            self.grid_page.show_names()
            if was_elsewhere:
                self._keep_spot()
            self._controller.look_at(self.grid.view)
        self._label()

    def _pair(self, original: PictureLevels, compared: tuple[Compared, ...]) -> ComparedPictures:
        before = compared[1].picture if len(compared) > 1 else original
        photo = self._controller.photo
        return ComparedPictures(
            before=before,
            after=compared[0].picture,
            details=None if photo is None else photo.details,
        )

    def _pane(self, one: Compared, original: PictureLevels) -> GridPane:
        photo = self._controller.photo
        return GridPane(
            key=one.candidate.id,
            name=self._name(one),
            pictures=ComparedPictures(
                before=original,
                after=one.picture,
                details=None if photo is None else photo.details,
            ),
        )

    def _keep_spot(self) -> None:
        """Look at the middle of what the viewer showed, at the same zoom."""
        old = self.viewer.view
        spot = replace(
            self.grid.view,
            zoom=old.zoom,
            center_x=old.center_x,
            center_y=old.center_y,
            is_fitted=False,
        )
        self.grid.set_view(spot.bounded())

    @Slot(object)
    def _on_picture(self, one: Compared) -> None:
        compared = self._controller.compared
        if one not in compared:
            return
        self._label()
        if self.currentWidget() is self.grid_page:
            self.grid.set_after(one.candidate.id, one.picture)
        elif one is compared[0]:
            self.viewer.set_after(one.picture)
        else:
            original = self._controller.original()
            if original is not None:
                self.viewer.show_pictures(
                    self._pair(original, compared),
                    width_px=original.width_px,
                    height_px=original.height_px,
                )

    @Slot(object)
    def _on_grid_view(self, view: object) -> None:
        if self.currentWidget() is self.grid_page:
            self._controller.look_at(self.grid.view)

    def _label(self) -> None:
        compared = self._controller.compared
        if self.currentWidget() is self.grid_page:
            for one in compared:
                note = self.tr("computing\u2026") if self._controller.is_computing(one) else ""
                self.grid.set_note(one.candidate.id, note)
            return
        if not compared:
            return
        self.viewer.set_label(Side.AFTER, self._side_text(compared[0]))
        if len(compared) == 1:
            before = PARTS_MARK.join([self.tr("Photo"), self.tr("bicubic")])
            self.viewer.set_label(Side.BEFORE, before)
            self.viewer_page.show_names(self.tr("Photo"), self._name(compared[0]))
        else:
            self.viewer.set_label(Side.BEFORE, self._side_text(compared[1]))
            self.viewer_page.show_names(*(self._name(one) for one in reversed(compared)))

    def _name(self, one: Compared) -> str:
        """Return the name of a candidate, with the letter that marks it in the chart."""
        letter = self._letters.get(one.candidate.id)
        name = short_name(one.candidate)
        return name if letter is None else f"{letter}{PARTS_MARK}{name}"

    def _side_text(self, one: Compared) -> str:
        parts = [self._name(one)]
        if self._controller.is_computing(one):
            parts.append(self.tr("computing\u2026"))
        return PARTS_MARK.join(parts)
