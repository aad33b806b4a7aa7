"""What is exported and with what: source, dial, photos, and the name of the bundle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.export.sources import Source
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.widgets.controls import padded, text_label

TYPICAL_RESTORATION = 0.5
_STEP = 0.05


class PathRow(QWidget):
    """A line with a path and a button that chooses it.

    Signals:
        browse_requested: The user wants to choose a path in a dialog.
        changed: Another path was typed or set.
    """

    browse_requested = Signal()
    changed = Signal()

    def __init__(self, title: str, *, placeholder: str, button: str) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setAccessibleName(title)
        self.line.setPlaceholderText(placeholder)
        # A path is read from left to right in every language.
        self.line.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.button = QPushButton(button)
        self.button.setAccessibleName(f"{title}: {button}")
        label = text_label(title)
        label.setBuddy(self.line)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS_PX)
        column.addWidget(label)
        column.addLayout(row)
        self.button.clicked.connect(self.browse_requested)
        self.line.textChanged.connect(self.changed)

    @property
    def path(self) -> Path | None:
        """The path, None if there is none."""
        text = self.line.text().strip()
        return Path(text).expanduser() if text else None


class ExportForm(QScrollArea):
    """The left side of the page.

    Signals:
        source_changed: Another source, point or calibration was chosen.
        run_requested: The user wants to name the folder of a run.
        export_requested: Start.
        stop_requested: Stop.
    """

    source_changed = Signal()
    run_requested = Signal()
    export_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sources: tuple[Source, ...] = ()
        self.source_box = QComboBox()
        self.source_box.setAccessibleName(self.tr("Model or training"))
        self.source_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.browse_run = QPushButton(self.tr("Folder of a training\u2026"))
        self.restoration = _share_box(self.tr("Restoration"))
        self.fidelity = _share_box(self.tr("Fidelity"))
        self.calibration = PathRow(
            self.tr("Photos to calibrate 8 bits with"),
            placeholder=self.tr("Optional folder"),
            button=self.tr("Choose\u2026"),
        )
        self.benchmark = PathRow(
            self.tr("Photos to measure the loss on"),
            placeholder=self.tr("Optional folder"),
            button=self.tr("Choose\u2026"),
        )
        self.bundle = PathRow(
            self.tr("Save as"),
            placeholder=self.tr("Name of the bundle"),
            button=self.tr("Choose\u2026"),
        )
        self.export = QPushButton(self.tr("Export"))
        self.export.setProperty("role", "primary")
        self.stop = QPushButton(self.tr("Stop"))
        self.hint = text_label(role="caption", wraps=True)
        self._content = QWidget()
        self._dial = self._build_dial()
        self._build()
        self._connect()
        self.set_running(is_running=False)

    @property
    def source(self) -> Source | None:
        """What is exported; None while nothing can be chosen."""
        index = self.source_box.currentIndex()
        return self._sources[index] if 0 <= index < len(self._sources) else None

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Offer ``sources``; the one that was chosen stays chosen if it is still there."""
        before = self.source
        self._sources = tuple(sources)
        self.source_box.blockSignals(True)  # noqa: FBT003  # as Qt says it
        self.source_box.clear()
        for source in self._sources:
            title = self.tr("Training {name}") if source.is_run else "{name}"
            self.source_box.addItem(title.format(name=source.title))
        words = [source.word for source in self._sources]
        if before is not None and before.word in words:
            self.source_box.setCurrentIndex(words.index(before.word))
        self.source_box.blockSignals(False)  # noqa: FBT003  # as Qt says it
        if self.source != before:
            self._on_source()

    def choose(self, word: str) -> bool:
        """Choose the source called ``word``; return whether it is offered."""
        words = [source.word for source in self._sources]
        if word not in words:
            return False
        self.source_box.setCurrentIndex(words.index(word))
        return True

    def source_words(self) -> list[str]:
        """Return the source and its point as words of the command; empty without a source."""
        source = self.source
        if source is None:
            return []
        words = [source.word]
        if source.has_restoration:
            words += ["--restoration", f"{self.restoration.value():.2f}"]
        if source.has_fidelity:
            words += ["--fidelity", f"{self.fidelity.value():.2f}"]
        if self.calibration.path is not None:
            words += ["--calibrate", str(self.calibration.path)]
        return words

    def set_running(self, *, is_running: bool) -> None:
        """Lock what an export that is running was started with."""
        self.export.setVisible(not is_running)
        self.stop.setVisible(is_running)
        locked = (self.source_box, self.browse_run, self._dial)
        for widget in (*locked, self.calibration, self.benchmark, self.bundle):
            widget.setEnabled(not is_running)

    def set_hint(self, text: str) -> None:
        """Say why the export cannot start yet; an empty text lets it."""
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
        self.export.setEnabled(not text)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Nothing is scrolled sideways, so the widest row sets the width, at any size of texts.
        bar = self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(self._content.minimumSizeHint().width() + bar)

    def _build_dial(self) -> QWidget:
        dial = QWidget()
        grid = QGridLayout(dial)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M_PX)
        grid.setVerticalSpacing(SPACE_XS_PX)
        texts = (
            (self.tr("Restoration"), self.restoration, self.tr("0 none, 1 strong")),
            (self.tr("Fidelity"), self.fidelity, self.tr("0 vivid, 1 faithful")),
        )
        for row, (title, box, meaning) in enumerate(texts):
            label = text_label(title)
            label.setBuddy(box)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(box, 2 * row, 1)
            grid.addWidget(text_label(meaning, role="caption", wraps=True), 2 * row + 1, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        return dial

    def _build(self) -> None:
        content = self._content
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_L_PX, SPACE_L_PX, SPACE_L_PX, SPACE_L_PX)
        column.setSpacing(SPACE_M_PX)
        label = text_label(self.tr("Model or training"))
        label.setBuddy(self.source_box)
        column.addWidget(text_label(self.tr("Export"), role="headline"))
        column.addWidget(
            text_label(
                self.tr("One bundle with files for phones and other programs, each verified here."),
                role="secondary",
                wraps=True,
            )
        )
        for widget in (label, self.source_box, self.browse_run, self._dial):
            column.addWidget(widget)
        for row in (self.calibration, self.benchmark, self.bundle):
            column.addWidget(row)
        column.addSpacing(SPACE_S_PX)
        for widget in (self.hint, self.export, self.stop):
            column.addWidget(widget)
        column.addStretch(1)
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        self.source_box.currentIndexChanged.connect(self._on_source)
        self.browse_run.clicked.connect(self.run_requested)
        self.restoration.valueChanged.connect(self.source_changed)
        self.fidelity.valueChanged.connect(self.source_changed)
        self.calibration.changed.connect(self.source_changed)
        self.export.clicked.connect(self.export_requested)
        self.stop.clicked.connect(self.stop_requested)

    @Slot()
    def _on_source(self) -> None:
        source = self.source
        has_dial = source is not None and (source.has_restoration or source.has_fidelity)
        self._dial.setVisible(has_dial)
        if source is not None:
            self.restoration.setEnabled(source.has_restoration)
            self.fidelity.setEnabled(source.has_fidelity)
            self.fidelity.setValue(source.fidelity)
        self.source_changed.emit()


def _share_box(name: str) -> QDoubleSpinBox:
    box = padded(QDoubleSpinBox())
    box.setRange(0.0, 1.0)
    box.setSingleStep(_STEP)
    box.setDecimals(2)
    box.setValue(TYPICAL_RESTORATION)
    box.setAccessibleName(name)
    return box
