"""The sample pictures of a run: a film strip over the steps and a comparison above it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.picture_levels import BicubicLevels, PictureLevels
from app.services.pictures.tile_store import TileStore
from app.state.theme import SPACE_S_PX, SPACE_XS_PX
from app.state.viewer_state import Side
from app.training.film_strip import FilmStrip
from app.training.sample_images import LoadedImage, SampleImages
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.controls import JumpSlider, Segments, text_label
from app.widgets.flow_layout import FlowLayout
from app.widgets.theming import ThemeService
from engine.api import Sample

_PLAY_MS = 350
INPUT, REFERENCE = range(2)


class PicturesPanel(QFrame):
    """Compares what the network made of a crop at one step with its input or its reference.

    Attributes:
        viewer: The comparison; its divider stays where it is from step to step.
        strip: The pictures by step.
        slider: The step, for the mouse and the keyboard.
        play: Shows one step after the other.

    Signals:
        step_shown: The step whose picture is shown.
    """

    step_shown = Signal(int)

    def __init__(
        self,
        images: SampleImages,
        tiles: TileStore,
        theming: ThemeService,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._images = images
        self._theming = theming
        self._run: Path | None = None
        self._pictures: tuple[Sample, ...] = ()
        self._shown: tuple[Sample, int] | None = None
        # Kept: its tiles are known by the object, and a new one would be drawn anew.
        self._before: dict[tuple[Path, int], PictureLevels] = {}
        self.viewer = ImageCompare(tiles)
        self.viewer.setAccessibleName(self.tr("Sample picture, compared"))
        self.strip = FilmStrip(images, theming)
        self.strip.chosen.connect(self._show)
        self._timer = QTimer(self)
        self._timer.setInterval(_PLAY_MS)
        self._timer.timeout.connect(self._on_tick)
        images.arrived.connect(self._on_arrived)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S_PX)
        column.addLayout(self._build_head())
        column.addWidget(self.viewer, 1)
        column.addWidget(self.strip)
        column.addLayout(self._build_foot())
        self._empty = text_label(
            self.tr("Sample pictures appear here after the first validation."),
            role="secondary",
            wraps=True,
            is_centered=True,
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def has_pictures(self) -> bool:
        """Whether there is anything to see."""
        return bool(self._pictures)

    def show_pictures(self, run: Path | None, pictures: Sequence[Sample]) -> None:
        """Show the pictures of ``run``; step, crop and position stay if it is the same run."""
        if run != self._run:
            self._begin(run)
        # Without an input there is nothing to compare with.
        self._pictures = tuple(p for p in pictures if p.lr is not None)
        self._stack.setCurrentIndex(1 if self._pictures else 0)
        names = list(dict.fromkeys(picture.name for picture in self._pictures))
        if names != [self._crop.itemData(row) for row in range(self._crop.count())]:
            chosen = self._crop.currentData()
            with QSignalBlocker(self._crop):
                self._crop.clear()
                for number, name in enumerate(names, start=1):
                    self._crop.addItem(self.tr("Crop {number}").format(number=number), name)
                self._crop.setCurrentIndex(max(self._crop.findData(chosen), 0))
            self._crop.setVisible(len(names) > 1)
        self._show_crop()

    def set_playing(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        """Show one step after the other, or stop."""
        if is_on:
            # At the end it begins again; so does who presses it there.
            if self.strip.current == len(self.strip.pictures) - 1:
                self.strip.go_to(0)
            self._timer.start()
        else:
            self._timer.stop()
        self.play.setChecked(is_on)
        self._on_theme_changed()

    def _begin(self, run: Path | None) -> None:
        self._run = run
        self.set_playing(False)  # as its slot says it
        self._shown = None
        self._before.clear()
        self.viewer.clear()
        self._images.clear()
        self.strip.show_pictures(())

    def _build_head(self) -> FlowLayout:
        row = FlowLayout()
        self._crop = QComboBox()
        self._crop.setAccessibleName(self.tr("Crop"))
        self._crop.currentIndexChanged.connect(self._show_crop)
        self._crop.hide()
        self.against = Segments()
        tips = (
            self.tr("Compare with the input, enlarged by bicubic interpolation"),
            self.tr("Compare with the original photo"),
        )
        for text, tip in zip((self.tr("Input"), self.tr("Original")), tips, strict=True):
            self.against.add(text, name=tip, tip=tip)
        self.against.set_current(INPUT)
        self.against.chosen.connect(self._on_against)
        self._against = INPUT
        label = text_label(self.tr("Compared with"), role="caption")
        for widget in (label, self.against, self._crop):
            # As high as the highest, so that they stand on one line.
            widget.setMinimumHeight(self.against.sizeHint().height())
            row.addWidget(widget)
        return row

    def _build_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_XS_PX)
        self.play = QToolButton()
        self.play.setCheckable(True)
        self.play.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.play.clicked.connect(self.set_playing)
        self.slider = JumpSlider()
        self.slider.setAccessibleName(self.tr("Step of the sample picture"))
        # As the strip: steps go from left to right in every language.
        self.slider.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.slider.valueChanged.connect(self.strip.go_to)
        self._step = text_label(role="caption")
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        row.addWidget(self._step)
        return row

    @Slot()
    def _show_crop(self) -> None:
        name = self._crop.currentData()
        frames = [picture for picture in self._pictures if picture.name == name]
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(len(frames) - 1, 0))
        several = len(frames) > 1
        self.slider.setEnabled(several)
        self.play.setEnabled(several)
        self.strip.show_pictures(frames)
        if not frames:
            return
        current = frames[max(self.strip.current, 0)]
        beside = [path for path in (current.lr, current.hr) if path is not None]
        # What is seen first comes first, then the newest frames, which are in view.
        self._images.want([current.path, *beside, *(frame.path for frame in reversed(frames))])
        self._show(current)

    @Slot(object)
    def _show(self, picture: Sample) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(max(self.strip.current, 0))
        step = self.tr("Step {step}").format(step=self.locale().toString(picture.step))
        self._step.setText(step)
        self.step_shown.emit(picture.step)
        after = self._images.get(picture.path)
        before = self._before_of(picture, after)
        if after is None or before is None:
            return
        key = (picture, self._against)
        if self._shown is not None and self._shown[0].lr == picture.lr and self._shown[1] == key[1]:
            self.viewer.set_after(after.levels)
        else:
            self.viewer.show_pictures(
                ComparedPictures(before=before, after=after.levels),
                width_px=after.levels.width_px,
                height_px=after.levels.height_px,
            )
        self._shown = key
        words = (self.tr("Input, bicubic"), self.tr("Original"))
        self.viewer.set_label(Side.BEFORE, words[self._against])
        self.viewer.set_label(Side.AFTER, step)

    def _before_of(self, picture: Sample, after: LoadedImage | None) -> PictureLevels | None:
        path = picture.lr if self._against == INPUT else picture.hr
        loaded = None if path is None else self._images.get(path)
        if path is None or loaded is None or after is None:
            return None
        if self._against == REFERENCE:
            return loaded.levels
        # One object per crop: its tiles are made once.
        return self._before.setdefault(
            (path, after.levels.width_px),
            BicubicLevels(
                loaded.levels, width_px=after.levels.width_px, height_px=after.levels.height_px
            ),
        )

    def _current(self) -> Sample | None:
        frames, position = self.strip.pictures, self.strip.current
        return frames[position] if 0 <= position < len(frames) else None

    @Slot(int)
    def _on_against(self, position: int) -> None:
        self._against = position
        current = self._current()
        if current is not None:
            self._show(current)

    @Slot(object)
    def _on_arrived(self, path: Path) -> None:
        current = self._current()
        if current is not None and path in {current.path, current.lr, current.hr}:
            self._show(current)

    @Slot()
    def _on_tick(self) -> None:
        position = self.strip.current + 1
        if position >= len(self.strip.pictures):
            self.set_playing(False)  # as its slot says it
            return
        self.strip.go_to(position)

    @Slot()
    def _on_theme_changed(self) -> None:
        is_on = self._timer.isActive()
        self.play.setIcon(self._theming.icon("pause" if is_on else "play"))
        self.play.setIconSize(self._theming.icon_size)
        name = self.tr("Stop") if is_on else self.tr("Play the steps")
        self.play.setAccessibleName(name)
        self.play.setToolTip(name)
        self.viewer.set_colors(
            canvas=self._theming.color("canvas"), focus=self._theming.color("focus")
        )
