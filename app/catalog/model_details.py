"""All of one model card: what it is, how good it is, what it was trained on, its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.catalog.card_texts import (
    Line,
    QualityTable,
    about_lines,
    metric_name,
    quality_tables,
    training_lines,
    variant_lines,
)
from app.catalog.model_rows import ModelRow
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XL_PX, SPACE_XS_PX
from app.state.tooltips import tip_html
from app.widgets.controls import ElidedLabel, Fold, Heading, flowing_label, text_label
from app.widgets.flow_layout import FlowLayout
from app.widgets.theming import ThemeService
from engine.api import ModelCard

_SELECTABLE = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)
_FIRST_TABLES = 3


class ModelDetails(QScrollArea):
    """Shows one row; its buttons say what to do with the model.

    Signals:
        use_requested: Upscale photos with the model.
        try_requested: Enlarge a photo by it here.
        default_requested: Use it unless another one is chosen.
        export_requested: Export it.
        remove_requested: Delete it.
    """

    use_requested = Signal(str)
    try_requested = Signal(str)
    default_requested = Signal(str)
    export_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self.setObjectName("chrome")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Details of the model"))
        self._row: ModelRow | None = None
        self._copies: list[QToolButton] = []
        theming.changed.connect(self._draw_icons)
        self.use = self._button(self.tr("Use for photos"), self.use_requested)
        self.use.setProperty("role", "primary")
        self.try_out = self._button(self.tr("Try on my photo"), self.try_requested)
        self.make_default = self._button(self.tr("Make default"), self.default_requested)
        self.export = self._button(self.tr("Export\u2026"), self.export_requested)
        self.remove = self._button(self.tr("Remove\u2026"), self.remove_requested)
        self.remove.setProperty("role", "danger")
        self._name = text_label(role="headline", wraps=True)
        self._badges = FlowLayout()
        self._limits = flowing_label(role="secondary")
        self._body = QVBoxLayout()
        self._body.setSpacing(SPACE_S_PX)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACE_XL_PX, SPACE_L_PX, SPACE_XL_PX, SPACE_XL_PX)
        layout.setSpacing(SPACE_S_PX)
        layout.addWidget(self._name)
        layout.addLayout(self._badges)
        layout.addWidget(self._limits)
        layout.addLayout(self._build_buttons())
        layout.addLayout(self._body)
        layout.addStretch()
        self.setWidget(content)

    @property
    def key(self) -> str:
        """Key of the row that is shown, empty for none."""
        return "" if self._row is None else self._row.key

    def show_row(
        self, row: ModelRow | None, cards: Sequence[ModelCard], *, can_export: bool
    ) -> None:
        """Show one row of the list.

        Args:
            row: The row, None for none.
            cards: All models, with which its cost is compared.
            can_export: Whether there is a page that exports models.
        """
        # The list reports its current row again while one types a search.
        if row is not None and row == self._row:
            return
        self._row = row
        self._copies.clear()
        card = None if row is None else row.card
        for button in (self.use, self.try_out, self.make_default):
            button.setVisible(card is not None)
        self.export.setVisible(card is not None and can_export)
        self.remove.setVisible(row is not None and row.is_own)
        self.make_default.setEnabled(row is not None and not row.is_default)
        self._name.setText("" if row is None else row.name)
        self._show_badges(row)
        self._clear(self._body)
        if row is None:
            self._limits.setText("")
        elif card is None:
            self._limits.setText(shown(row.reason))
            self._add_lines(self.tr("Where it is"), [(self.tr("Card"), shown(row.key))])
        else:
            self._limits.setText("\n".join(map(shown, card.limits)))
            self._show_card(row, card, tuple(cards))
        self._limits.setVisible(bool(self._limits.text()))
        self.verticalScrollBar().setValue(0)

    def _show_card(self, row: ModelRow, card: ModelCard, cards: tuple[ModelCard, ...]) -> None:
        self._add_lines(self.tr("About"), about_lines(card, cards))
        self._add_quality(card)
        training = training_lines(card)
        if training:
            self._add_lines(self.tr("Training"), training)
        else:
            self._add_note(self.tr("Training"), self.tr("The card does not say how."))
        self._add_files(row, card)

    def _button(self, text: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda: signal.emit(self.key))
        return button

    def _build_buttons(self) -> FlowLayout:
        row = FlowLayout()
        for button in (self.use, self.try_out, self.make_default, self.export, self.remove):
            row.addWidget(button)
        return row

    def _show_badges(self, row: ModelRow | None) -> None:
        self._clear(self._badges)
        for text in [] if row is None else self._badge_texts(row):
            self._badges.addWidget(text_label(text, role="badge"))

    def _badge_texts(self, row: ModelRow) -> list[str]:
        card = row.card
        if card is None:
            return [self.tr("Cannot be used")]
        kinds = {"faithful": self.tr("Faithful"), "vivid": self.tr("Vivid")}
        photos = {"bicubic": self.tr("Clean photos"), "real": self.tr("Real photos")}
        texts = [
            f"\u00d7{card.scale}",
            kinds.get(card.kind or "", ""),
            self.tr("With dials") if card.dial is not None else "",
            photos.get(card.degradation or "", ""),
            self.tr("Imported") if row.is_own else self.tr("Included"),
            self.tr("Default") if row.is_default else "",
        ]
        return [text for text in texts if text]

    def _add_lines(self, title: str, lines: Iterable[Line]) -> None:
        grid = self._add_group(title)
        for number, (name, value) in enumerate(lines):
            grid.addWidget(text_label(name, role="caption"), number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(_selectable(value), number, 1)

    def _add_quality(self, card: ModelCard) -> None:
        tables = quality_tables(card)
        if not tables:
            self._add_note(self.tr("Measured quality"), self.tr("It was not measured."))
            return
        heading = Heading(self.tr("Measured quality"))
        heading.set_fact(tables[0].date)
        self._body.addWidget(heading)
        self._body.addWidget(_tables(tables[:_FIRST_TABLES]))
        if tables[_FIRST_TABLES:]:
            more = _tables(tables[_FIRST_TABLES:])
            self._body.addWidget(Fold(self.tr("Under more conditions"), more))

    def _add_note(self, title: str, text: str) -> None:
        self._body.addWidget(Heading(title))
        self._body.addWidget(text_label(text, role="secondary", wraps=True))

    def _add_files(self, row: ModelRow, card: ModelCard) -> None:
        grid = self._add_group(self.tr("Files"))
        grid.addWidget(text_label(self.tr("Folder"), role="caption"), 0, 0)
        grid.addWidget(_selectable(shown(row.folder)), 0, 1)
        line = 1
        for precision, files in variant_lines(card):
            grid.addWidget(text_label(precision, role="section"), line, 0, 1, 2)
            for corner, name, sha256 in files:
                line += 2
                top = Qt.AlignmentFlag.AlignTop
                grid.addWidget(text_label(corner, role="caption"), line, 0, top)
                grid.addWidget(_selectable(name), line, 1)
                grid.addWidget(self._hash(sha256, name), line + 1, 1)
            line += 2

    def _hash(self, sha256: str, name: str) -> QWidget:
        """Return a hash, shortened where there is no room for it, with a button to copy it."""
        text = ElidedLabel(f"SHA-256 {sha256}", role="caption")
        text.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        copy = QToolButton()
        # Flat, or the buttons would push the lines of the files apart.
        copy.setProperty("role", "fold")
        copy.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        copy.setAccessibleName(self.tr("Copy the SHA-256 of {file}").format(file=name))
        copy.setToolTip(self.tr("Copy"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(sha256))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_XS_PX)
        row.addWidget(text)
        row.addWidget(copy)
        self._copies.append(copy)
        self._draw_icons()
        row.addStretch()
        return line

    @Slot()
    def _draw_icons(self) -> None:
        for button in self._copies:
            button.setIcon(self._theming.icon("copy", token="text_secondary"))

    def _add_group(self, title: str) -> QGridLayout:
        self._body.addWidget(Heading(title))
        group = QFrame()
        group.setObjectName("card")
        grid = QGridLayout(group)
        grid.setContentsMargins(SPACE_M_PX, SPACE_S_PX, SPACE_M_PX, SPACE_S_PX)
        grid.setHorizontalSpacing(SPACE_L_PX)
        grid.setVerticalSpacing(SPACE_XS_PX)
        grid.setColumnStretch(1, 1)
        self._body.addWidget(group)
        return grid

    def _clear(self, layout: QLayout) -> None:
        while (item := layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()


def _selectable(text: str) -> QLabel:
    label = flowing_label()
    label.setText(text)
    label.setTextInteractionFlags(_SELECTABLE)
    return label


def _tables(tables: Sequence[QualityTable]) -> QWidget:
    """Return tables beside each other, as many as fit."""
    widget = QWidget()
    row = FlowLayout(widget)
    for table in tables:
        row.addWidget(_table(table))
    return widget


def _table(table: QualityTable) -> QFrame:
    """Return the figures of one way of measuring, with a column per set of pictures."""
    frame = QFrame()
    frame.setObjectName("card")
    grid = QGridLayout(frame)
    grid.setContentsMargins(SPACE_M_PX, SPACE_S_PX, SPACE_M_PX, SPACE_S_PX)
    grid.setHorizontalSpacing(SPACE_L_PX)
    grid.setVerticalSpacing(2)
    conditions = flowing_label(role="caption")
    conditions.setText(table.conditions)
    grid.addWidget(conditions, 0, 0, 1, len(table.rows) + 1)
    for column, (name, _figures) in enumerate(table.rows, start=1):
        grid.addWidget(text_label(name, role="section"), 1, column)
    for number, metric in enumerate(table.metrics):
        grid.addWidget(text_label(metric_name(metric), role="caption"), number + 2, 0)
        for column, (name, figures) in enumerate(table.rows, start=1):
            cell = text_label(figures[number])
            # Read alone, a figure says nothing.
            cell.setAccessibleName(f"{name}, {metric_name(metric)}: {figures[number]}")
            grid.addWidget(cell, number + 2, column)
    frame.setToolTip(tip_html("\n".join(table.commands)))
    return frame
