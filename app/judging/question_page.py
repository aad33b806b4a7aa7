"""The page of the blind test that asks which of two pictures looks better."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.judging.pair_canvas import PairCanvas
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX
from app.widgets.controls import text_label
from app.widgets.theming import ThemeService
from engine.api import Answer

_ANSWER_KEYS: dict[int, Answer] = {
    Qt.Key.Key_1: "left",
    Qt.Key.Key_0: "tie",
    Qt.Key.Key_2: "right",
}


class QuestionPage(QWidget):
    """Two pictures, three answers, and how far the test is.

    Signals:
        answered: ``left``, ``right`` or ``tie``.
        undo_requested: Take the last answer back.
        stop_requested: Go on later.
    """

    answered = Signal(str)
    undo_requested = Signal()
    stop_requested = Signal()

    def __init__(self, theming: ThemeService) -> None:
        super().__init__()
        self._is_open = False
        self.canvas = PairCanvas()
        self.left = QPushButton(self.tr("1   Left looks better"))
        self.tie = QPushButton(self.tr("0   No difference"))
        self.right = QPushButton(self.tr("2   Right looks better"))
        self.undo = QPushButton(self.tr("Undo the last answer"))
        self.stop = QPushButton(self.tr("Stop and go on later"))
        self.position = text_label(role="secondary")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the blind test"))
        self._build()
        for button, answer in ((self.left, "left"), (self.tie, "tie"), (self.right, "right")):
            button.clicked.connect(lambda _=False, answer=answer: self._on_answered(answer))
        self.undo.clicked.connect(self.undo_requested)
        self.stop.clicked.connect(self.stop_requested)
        self._theming = theming
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_L_PX, SPACE_M_PX, SPACE_L_PX, SPACE_M_PX)
        head.addWidget(text_label(self.tr("Which one looks better?"), role="title", wraps=True), 1)
        head.addWidget(self.position)
        layout.addLayout(head)
        layout.addWidget(self.progress)
        layout.addWidget(self.canvas, 1)
        answers = QWidget()
        # The answers are where their pictures are, in every language.
        answers.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        row = QHBoxLayout(answers)
        row.setContentsMargins(SPACE_L_PX, SPACE_M_PX, SPACE_L_PX, SPACE_S_PX)
        row.setSpacing(SPACE_M_PX)
        for button in (self.left, self.tie, self.right):
            button.setMinimumHeight(40)
            row.addWidget(button, 1)
        layout.addWidget(answers)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_L_PX, SPACE_S_PX, SPACE_L_PX, SPACE_M_PX)
        foot.addWidget(self.undo)
        foot.addStretch()
        foot.addWidget(self.stop)
        layout.addLayout(foot)
        # The key is part of the name: screen readers say it with the button.
        self.undo.setToolTip(self.tr("Backspace"))
        self.stop.setToolTip(self.tr("Esc"))

    def show_progress(self, *, answered: int, planned: int, can_undo: bool) -> None:
        """Show how many questions were answered."""
        number = min(answered + 1, planned)
        text = self.tr("Question {number} of {count}").format(number=number, count=planned)
        self.position.setText(text)
        self.progress.setRange(0, max(planned, 1))
        self.progress.setValue(answered)
        self.undo.setEnabled(can_undo)

    def show_pair(self, left: QImage, right: QImage, *, is_new_photo: bool) -> None:
        """Show the pictures of a question and take an answer."""
        self.canvas.show_pair(left, right, is_new_photo=is_new_photo)
        self._set_open(is_open=True)
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self.canvas, self.position.text())
        )

    def show_waiting(self) -> None:
        """Say that the pictures of the question are being made."""
        self.canvas.show_message(self.tr("The enlargements are being made\u2026"))
        self._set_open(is_open=False)

    def _set_open(self, *, is_open: bool) -> None:
        focus = self.focusWidget()
        self._is_open = is_open
        for button in (self.left, self.tie, self.right):
            button.setEnabled(is_open)
        # A button that is disabled hands the focus on, and keys would go astray.
        if focus in (self.left, self.tie, self.right) and not focus.isEnabled():
            self.canvas.setFocus()

    def _on_answered(self, answer: Answer) -> None:
        if self._is_open:
            # One answer per pair: a second press belongs to pictures that nobody has seen yet.
            self._is_open = False
            self.answered.emit(answer)

    def _on_theme_changed(self) -> None:
        color = self._theming.color
        self.canvas.set_colors(canvas=color("canvas"), focus=color("focus"))
        self.canvas.overlay.text_px = self._theming.theme.type_px(12)

    @override
    def event(self, event: QEvent) -> bool:
        # The keys of the answers belong to commands of the window, too.
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if is_plain and (event.key() in _ANSWER_KEYS or event.key() == Qt.Key.Key_Backspace):
                event.accept()
                return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        answer = _ANSWER_KEYS.get(event.key())
        # A key that is held down is one answer.
        if event.isAutoRepeat():
            event.accept()
        elif answer is not None:
            self._on_answered(answer)
        elif event.key() == Qt.Key.Key_Backspace:
            if self.undo.isEnabled():
                self.undo_requested.emit()
        else:
            super().keyPressEvent(event)
