"""Dialogs with a message: errors with details to copy, the keys, the versions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.state.shown_names import shown, shown_lines, title_name
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XL_PX
from app.widgets.controls import text_label
from app.widgets.icons import draw_icon
from app.widgets.theming import ThemeService

_WIDTH_PX = 560
_SHORT_LINES = 3


class MessageDialog(QDialog):
    """Shows what happened and what to do, with details for a bug report."""

    def __init__(
        self,
        theming: ThemeService,
        *,
        title: str,
        text: str,
        details: str = "",
        icon: str = "warning",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title_name(title))
        self.setMinimumWidth(round(_WIDTH_PX * (1 + (theming.theme.text_scale - 1) / 2)))
        token = "danger" if icon == "warning" else "accent"  # a design token
        mark = QLabel()
        # Drawn three times as dense: Qt scales it down for every screen.
        mark.setPixmap(draw_icon(icon, theming.theme.color(token), size_px=32, density=3.0))
        mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(SPACE_S_PX)
        words.addWidget(text_label(shown(title), role="headline", wraps=True))
        message = text_label(shown_lines(text), wraps=True)
        # Users search the web for an error: its text can be selected.
        message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(message)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(SPACE_L_PX)
        top.addWidget(mark)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX, SPACE_L_PX)
        layout.setSpacing(SPACE_L_PX)
        layout.addLayout(top)
        self.details = QPlainTextEdit(shown_lines(details))
        self.details.setReadOnly(True)
        self.details.setAccessibleName(self.tr("Details"))
        # A few lines need no room for many.
        is_short = details.count("\n") < _SHORT_LINES
        self.details.setFixedHeight(theming.theme.type_px(64 if is_short else 140))
        # The details of an error are for a bug report: folded until they are wanted.
        is_folded = icon == "warning"
        self.details.setVisible(bool(details) and not is_folded)
        self.unfold = QPushButton(self.tr("Show details"))
        self.unfold.setCheckable(True)
        self.unfold.setVisible(bool(details) and is_folded)
        self.unfold.toggled.connect(self._on_unfold)
        layout.addWidget(self.details)
        layout.addLayout(self._build_buttons(has_details=bool(details)))
        self._fit()
        self._close.setFocus()

    def _build_buttons(self, *, has_details: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self.unfold)
        self.copy = QPushButton(self.tr("Copy details"))
        self.copy.clicked.connect(self._on_copy)
        self.copy.setVisible(has_details)
        row.addWidget(self.copy)
        row.addStretch()
        self._close = QPushButton(self.tr("Close"))
        self._close.setProperty("role", "primary")
        self._close.setDefault(True)
        self._close.clicked.connect(self.accept)
        row.addWidget(self._close)
        return row

    def _fit(self) -> None:
        # Wrapped texts: only the layout knows how high the dialog is at this width.
        self.resize(self.minimumWidth(), self.heightForWidth(self.minimumWidth()))

    def _on_unfold(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        self.details.setVisible(is_on)
        self.unfold.setText(self.tr("Hide details") if is_on else self.tr("Show details"))
        self._fit()

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copy.setText(self.tr("Copied"))


class ShortcutsDialog(QDialog):
    """Lists the keys of every command."""

    def __init__(self, groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("Keyboard"))
        content = QWidget()
        grid = QGridLayout(content)
        grid.setHorizontalSpacing(SPACE_XL_PX)
        grid.setVerticalSpacing(SPACE_S_PX)
        row = 0
        for title, lines in groups:
            grid.addWidget(text_label(shown(title), role="section"), row, 0, 1, 2)
            row += 1
            for name, keys in lines:
                grid.addWidget(text_label(name), row, 0)
                grid.addWidget(text_label(keys, role="badge"), row, 1, Qt.AlignmentFlag.AlignLeft)
                row += 1
            grid.setRowMinimumHeight(row, SPACE_M_PX)
            row += 1
        grid.setColumnStretch(0, 1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The size of styled labels is only known after the style sheet was applied.
        content.ensurePolished()
        # A scroll area does not ask for the width of what is in it.
        scroll.setMinimumWidth(content.sizeHint().width() + SPACE_XL_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_XL_PX, SPACE_L_PX, SPACE_L_PX, SPACE_L_PX)
        layout.addWidget(text_label(self.tr("Keyboard"), role="headline"))
        layout.addWidget(scroll)
        self.resize(QSize(520, 640))
