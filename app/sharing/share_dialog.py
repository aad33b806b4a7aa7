"""Asks what to make of a comparison before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XL_PX
from app.widgets.controls import text_label
from engine.api import ANIMATION_SUFFIXES, PICTURE_SUFFIXES


class ShareKind(Enum):
    """What a comparison is handed on as."""

    SIDE_BY_SIDE = "side-by-side"
    SPLIT = "split"
    ANIMATION = "animation"
    PAGE = "page"

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The file types, the best one first."""
        if self is ShareKind.PAGE:
            return (".html",)
        return ANIMATION_SUFFIXES if self is ShareKind.ANIMATION else PICTURE_SUFFIXES

    @property
    def longest_px(self) -> int:
        """Most pixels of the longer side of one picture."""
        sizes = {ShareKind.ANIMATION: 1280, ShareKind.PAGE: 2560}
        return sizes.get(self, 4096)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRequest:
    """What to make.

    Attributes:
        kind: What the comparison is handed on as.
        suffix: The file type.
        is_whole: The whole photo, or else what is in view.
        has_labels: Whether the names of the sides are drawn onto it.
    """

    kind: ShareKind = ShareKind.SPLIT
    suffix: str = ".png"
    is_whole: bool = False
    has_labels: bool = True


class ShareDialog(QDialog):
    """Picture, animation or web page; of what is in view or of the whole photo.

    Attributes:
        kind: What it becomes.
        suffix: The file type.
        area: What is in view, or the whole photo.
        labels: Whether names are drawn onto it.
        save: Goes on to the name of the file.

    Signals:
        save_requested: The `ShareRequest`.
    """

    save_requested = Signal(object)

    def __init__(self, request: ShareRequest, *, can_be_whole: bool) -> None:
        """Ask, beginning with ``request``.

        Args:
            request: What was chosen last.
            can_be_whole: Whether the whole photo is computed, and not only what is in view.
        """
        super().__init__()
        self.setWindowTitle(self.tr("Share the comparison"))
        self._can_be_whole = can_be_whole
        self.kind = QComboBox()
        for kind, name in self._kind_names():
            self.kind.addItem(name, kind)
        self.suffix = QComboBox()
        self.area = QComboBox()
        self.area.addItem(self.tr("What is in view"))
        if can_be_whole:
            self.area.addItem(self.tr("The whole photo"))
        self.labels = QCheckBox(self.tr("With the names of the sides"))
        self.labels.setChecked(request.has_labels)
        self._note = text_label(role="secondary", wraps=True)
        self.save = QPushButton(self.tr("Save as\u2026"))
        self.save.setProperty("role", "primary")
        self.save.setDefault(True)
        self._arrange()
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.save.clicked.connect(self._on_save)
        self.kind.setCurrentIndex([kind for kind, _ in self._kind_names()].index(request.kind))
        self._on_kind()
        self.suffix.setCurrentIndex(max(self.suffix.findData(request.suffix), 0))
        self.area.setCurrentIndex(int(request.is_whole and can_be_whole))

    @property
    def request(self) -> ShareRequest:
        """What is chosen."""
        return ShareRequest(
            kind=ShareKind(self.kind.currentData()),
            suffix=str(self.suffix.currentData()),
            is_whole=self.area.currentIndex() == 1,
            has_labels=self.labels.isChecked(),
        )

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(SPACE_L_PX)
        form.setVerticalSpacing(SPACE_M_PX)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("As"), self.kind),
            (self.tr("File type"), self.suffix),
            (self.tr("Part"), self.area),
            ("", self.labels),
        )
        for name, widget in rows:
            form.addRow(name, widget)
            if name:
                widget.setAccessibleName(name)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S_PX)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX, SPACE_L_PX)
        column.setSpacing(SPACE_L_PX)
        column.addWidget(text_label(self.tr("Share the comparison"), role="headline"))
        column.addLayout(form)
        column.addWidget(self._note)
        column.addLayout(buttons)
        self.setMinimumWidth(460)

    def _kind_names(self) -> list[tuple[ShareKind, str]]:
        return [
            (ShareKind.SPLIT, self.tr("Picture, split at the divider")),
            (ShareKind.SIDE_BY_SIDE, self.tr("Picture, side by side")),
            (ShareKind.ANIMATION, self.tr("Animation, the divider moves")),
            (ShareKind.PAGE, self.tr("Web page with a slider, one file")),
        ]

    @Slot()
    def _on_kind(self) -> None:
        kind = ShareKind(self.kind.currentData())
        self.suffix.clear()
        for suffix in kind.suffixes:
            self.suffix.addItem(suffix.removeprefix(".").upper(), suffix)
        self.suffix.setEnabled(len(kind.suffixes) > 1)
        # The page has names of its own.
        self.labels.setVisible(kind is not ShareKind.PAGE)
        most = self.tr("Up to {pixels} pixels on the longer side.").format(pixels=kind.longest_px)
        more = {
            ShareKind.PAGE: self.tr("Opens in any browser and loads nothing from the internet."),
            ShareKind.ANIMATION: self.tr("GIF has 256 colors; WebP has all of them."),
        }
        self._note.setText(" ".join(filter(None, [more.get(kind, ""), most])))

    @Slot()
    def _on_save(self) -> None:
        request = self.request
        # Closed first: the dialog of the system comes next.
        self.accept()
        self.save_requested.emit(request)
