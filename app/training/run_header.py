"""The name of a run, its state and progress, and the buttons that act on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.services.run_requests import ACTIVE, RESUMABLE, offered_requests
from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.training.run_record import RunRecord
from app.training.run_texts import (
    STATE_ICONS,
    duration,
    facts_line,
    failure_texts,
    progress_text,
    run_name,
    state_text,
)
from app.widgets.controls import PARTS_MARK, ElidedLabel, flowing_label, text_label
from app.widgets.flow_layout import FlowLayout
from app.widgets.icons import draw_icon
from app.widgets.theming import ThemeService
from engine.api import SeenState

_NARROW_PX = 620


class RunHeader(QFrame):
    """Shows a run and asks for what can be done with it now.

    Attributes:
        buttons: The buttons by the name of what they do.
        notice: What went wrong and what to do, hidden while there is nothing.

    Signals:
        asked: Name of what to do: ``pause``, ``resume``, ``stop``, ``clone``, ``reveal``,
            ``evaluate``, ``export`` or ``add``.
        use_requested: Id of the model that the run became, to enlarge photos with.
    """

    asked = Signal(str)
    use_requested = Signal(str)

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theming = theming
        self._record: RunRecord | None = None
        self._models: dict[Path, str] = {}
        self._is_busy = False
        self._can_train = True
        self._title = ElidedLabel(role="headline")
        self._state_icon = text_label()
        self._state = text_label(role="title")
        self._facts = ElidedLabel(role="caption")
        self._progress = text_label(role="caption")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self.buttons = self._build_buttons()
        self.more = self._build_more()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS_PX)
        layout.addLayout(self._build_first_row())
        layout.addLayout(self._build_second_row())
        layout.addWidget(self._bar)
        self.notice = self._build_notice()
        layout.addWidget(self.notice)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def notice_text(self) -> str:
        """What went wrong and what to do, empty while nothing is wrong."""
        return "" if self.notice.isHidden() else f"{self._reason.text()}\n{self._way.text()}"

    @property
    def state_text(self) -> str:
        """The word for the state."""
        return self._state.text()

    def set_can_train(self, *, can_train: bool) -> None:
        """Tell whether trainings can be started here."""
        self._can_train = can_train
        self._show_buttons()

    def set_busy(self, *, is_busy: bool) -> None:
        """Take no further orders until the current one is done."""
        self._is_busy = is_busy
        self._show_buttons()

    def show_record(self, record: RunRecord) -> None:
        """Show ``record``."""
        self._record = record
        summary = record.summary
        self._title.setText(run_name(summary))
        self._title.setToolTip(run_name(summary))
        self._state.setText(state_text(summary.state))
        self._facts.setText(facts_line(summary))
        parts = [progress_text(summary)] if summary.steps else []
        if summary.state == "running" and summary.eta_s is not None:
            parts.append(self.tr("{time} left").format(time=duration(summary.eta_s)))
        if record.preparing is not None and summary.state in {"starting", "running"}:
            parts = [self.tr("reading photos, {share}").format(share=f"{record.preparing:.0%}")]
        self._progress.setText(PARTS_MARK.join(parts))
        self._bar.setVisible(summary.state in ACTIVE or summary.state in RESUMABLE)
        self._bar.setValue(round(1000 * min(summary.step / max(summary.steps, 1), 1.0)))
        self._show_notice(record)
        self._show_buttons()
        self._draw_state()

    def show_added(self, model_id: str) -> None:
        """Offer the model that the run became."""
        if self._record is not None:
            self._models[self._record.path] = model_id
            self._show_buttons()

    def _build_first_row(self) -> QBoxLayout:
        self._first_row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self._title, 1)
        self._tools = QWidget()
        flow = FlowLayout(self._tools)
        for button in self.buttons.values():
            flow.addWidget(button)
        flow.addWidget(self.more)
        row.addWidget(self._tools)
        return row

    def _build_second_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_XS_PX)
        row.addWidget(self._state_icon)
        row.addWidget(self._state)
        row.addSpacing(SPACE_M_PX)
        row.addWidget(self._facts, 100)
        # Where the facts are hidden, this keeps icon and state together.
        row.addStretch(1)
        row.addWidget(self._progress)
        return row

    def _build_buttons(self) -> dict[str, QPushButton]:
        texts = {
            "pause": (self.tr("Pause"), self.tr("Save the state and end the process")),
            "resume": (self.tr("Resume"), self.tr("Go on from the last checkpoint")),
            "stop": (self.tr("Stop"), self.tr("End with a checkpoint")),
            "evaluate": (self.tr("Evaluate\u2026"), self.tr("Measure it on photos of your own")),
            "export": (self.tr("Export\u2026"), self.tr("Turn it into files for other devices")),
            "add": (self.tr("Add to models"), self.tr("Make it one of the models of this app")),
            "use": (self.tr("Use on a photo"), self.tr("Choose it on the page of photos")),
        }
        buttons = {}
        for name, (text, tip) in texts.items():
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAccessibleDescription(tip)
            # `n` binds the name of this turn of the loop.
            button.clicked.connect(lambda _checked, n=name: self._on_clicked(n))
            buttons[name] = button
        buttons["add"].setProperty("role", "primary")
        buttons["use"].setProperty("role", "primary")
        return buttons

    def _on_clicked(self, name: str) -> None:
        if name != "use":
            self.asked.emit(name)
        elif self._record is not None:
            self.use_requested.emit(self._models[self._record.path])

    def _build_more(self) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(self.tr("More about this run"))
        button.setToolTip(button.accessibleName())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        entries = (
            ("clone", self.tr("Start a copy with changes\u2026")),
            ("reveal", self.tr("Show the folder")),
        )
        for name, text in entries:
            # `n` binds the name of this turn of the loop.
            menu.addAction(text).triggered.connect(lambda _on, n=name: self.asked.emit(n))
        button.setMenu(menu)
        return button

    def _build_notice(self) -> QFrame:
        frame = QFrame()
        frame.setObjectName("notice")
        self._reason = flowing_label()
        self._reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._way = flowing_label(role="secondary")
        self.copy = QPushButton(self.tr("Start a copy with changes\u2026"))
        self.copy.clicked.connect(lambda: self.asked.emit("clone"))
        words = QVBoxLayout()
        words.setSpacing(SPACE_XS_PX)
        words.addWidget(self._reason)
        words.addWidget(self._way)
        self._notice_row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight, frame)
        row.setContentsMargins(SPACE_M_PX, SPACE_S_PX, SPACE_M_PX, SPACE_S_PX)
        row.setSpacing(SPACE_M_PX)
        row.addLayout(words, 1)
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        return frame

    def _show_notice(self, record: RunRecord) -> None:
        reason, way = self._problem(record)
        self._reason.setText(reason)
        self._way.setText(way)
        self._way.setVisible(bool(way))
        self.copy.setVisible(record.failure is not None)
        self.notice.setVisible(bool(reason))
        # What is not a failure is not shown in the color of one.
        self.notice.setProperty("mild", record.failure is None and record.fault is None)
        _restyle(self.notice)

    def _problem(self, record: RunRecord) -> tuple[str, str]:
        if record.failure is not None:
            return failure_texts(record.failure.code, record.failure.text)
        if record.fault is not None:
            way = self.tr("What could be read of the run is shown.")
            return self.tr("This folder is damaged: {fault}").format(fault=record.fault), way
        if record.summary.state == "interrupted":
            return (
                self.tr("The process of this run is gone: it was killed, or the computer stopped."),
                self.tr("Resume it; it goes on from its last checkpoint with the same result."),
            )
        return "", ""

    @Slot()
    def _show_buttons(self) -> None:
        record = self._record
        if record is None:
            return
        state = record.summary.state
        visible = list(_offered(state))
        if "add" in visible and record.path in self._models:
            visible[visible.index("add")] = "use"
        for name, button in self.buttons.items():
            button.setVisible(name in visible)
            needs_training = name in {"resume", "evaluate", "export", "add"}
            button.setEnabled(not self._is_busy and (self._can_train or not needs_training))
        self._arrange()
        # One button is the next step; what else there is stands back.
        for name, is_main in (("resume", state in RESUMABLE), ("add", True)):
            _set_role(self.buttons[name], "primary" if is_main else "")

    def _arrange(self) -> None:
        """Put buttons beside title and notice, or below them where space is short."""
        needed = self._tools.sizeHint().width() + round(_NARROW_PX / 4)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._first_row.setDirection(across if needed <= self.width() else down)
        is_narrow = self.width() < _NARROW_PX * self._theming.theme.text_scale
        self._notice_row.setDirection(down if is_narrow else across)

    @Slot()
    def _on_theme_changed(self) -> None:
        self.more.setIcon(self._theming.icon("menu"))
        self.more.setIconSize(self._theming.icon_size)
        self._draw_state()

    def _draw_state(self) -> None:
        if self._record is None:
            return
        icon, token = STATE_ICONS[self._record.summary.state]
        theme = self._theming.theme
        pixmap = draw_icon(icon, theme.color(token), size_px=theme.type_px(16), density=3.0)
        self._state_icon.setPixmap(pixmap)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._facts.setVisible(self.width() >= _NARROW_PX * self._theming.theme.text_scale)


def _offered(state: SeenState) -> Sequence[str]:
    """Return what can be done with a training in ``state``."""
    return ("evaluate", "export", "add") if state == "finished" else offered_requests(state)


def _set_role(button: QPushButton, role: str) -> None:
    if button.property("role") != role:
        button.setProperty("role", role)
        _restyle(button)


def _restyle(widget: QWidget) -> None:
    # A style sheet is applied again only when it is asked to.
    widget.style().unpolish(widget)
    widget.style().polish(widget)
