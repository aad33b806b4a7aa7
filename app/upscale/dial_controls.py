"""The two dials of the inspector: how much to restore, and how faithful the result is."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from app.services.dials import default_fidelity
from app.services.engine_texts import estimate_text
from app.state.processing import ProcessingChoice
from app.state.theme import SPACE_M_PX, SPACE_S_PX
from app.state.tooltips import tip_html
from app.widgets.controls import Heading, flowing_label, text_label
from app.widgets.marked_slider import MarkedSlider
from engine.api import ModelCard, RestorationEstimate

_SLIDER_DELAY_MS = 150
# Where the handle waits as long as no photo says how much it needs.
_MIDDLE = 50


class DialControls(QWidget):
    """Restoration, which may be estimated from the photo, and fidelity.

    The figures follow a slider at once; the choice is requested when it rests, as a new preview
    for each step would never be finished.

    Signals:
        choice_requested: The new `ProcessingChoice`.
    """

    choice_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = ProcessingChoice()
        self._estimate: RestorationEstimate | None = None
        self._has_photo = False
        # The sliders that were moved since the last request.
        self._moved: set[MarkedSlider] = set()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_SLIDER_DELAY_MS)
        self._delay.timeout.connect(self._on_rested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M_PX)
        layout.addWidget(self._build_restoration())
        layout.addWidget(self._build_fidelity())
        self._missing = flowing_label(role="caption")
        layout.addWidget(self._missing)

    def show_choice(
        self, choice: ProcessingChoice, *, card: ModelCard, estimate: RestorationEstimate | None
    ) -> None:
        """Show the dials that ``card`` has, at the values of ``choice``.

        Args:
            choice: The choice in use.
            card: Its model.
            estimate: How much restoration the photo in the viewer needs, None without one.
        """
        self._choice, self._estimate = choice, estimate
        self._restoration.setVisible(card.has_restoration)
        self._fidelity.setVisible(card.has_fidelity)
        self._missing.setText(self._missing_text(card))
        self._missing.setVisible(not (card.has_restoration and card.has_fidelity))
        found = None if estimate is None else _percent(estimate.restoration)
        default = _percent(default_fidelity(card))
        self.restoration.set_mark(found)
        self.fidelity.set_mark(default)
        self._put(self.restoration, _percent(choice.restoration), otherwise=found)
        self._put(self.fidelity, _percent(choice.fidelity), otherwise=default)
        self.fidelity.setToolTip(self._fidelity_tip(default))
        self._show_figures()

    def show_photo(self, *, has_photo: bool) -> None:
        """Take in whether a photo is in the viewer; what was moved for another one is dropped."""
        self._has_photo = has_photo
        self._delay.stop()
        self._moved.clear()

    @property
    def reason(self) -> str:
        """What is said about the restoration."""
        return self._reason.text()

    def _build_restoration(self) -> QWidget:
        self.restoration = MarkedSlider()
        self.restoration.setAccessibleName(self.tr("Restoration, from none to strong"))
        self.restoration.setToolTip(
            tip_html(self.tr("How much noise, blur and traces of JPEG are removed."))
        )
        self.auto = QToolButton()
        self.auto.setText(self.tr("Auto"))
        self.auto.setProperty("role", "mark")
        self.auto.setCheckable(True)
        self.auto.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.auto.setAccessibleName(self.tr("Estimate the restoration from each photo"))
        self.auto.setToolTip(tip_html(self.tr("Estimate the restoration from each photo")))
        self.auto.clicked.connect(self._on_auto)
        self._restoration_heading = Heading(self.tr("Restoration"))
        self._reason = flowing_label(role="caption")
        row = QHBoxLayout()
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self._restoration_heading, 1)
        row.addWidget(self.auto)
        self._restoration = QWidget()
        column = _column(self._restoration)
        column.addLayout(row)
        column.addWidget(self.restoration)
        column.addWidget(self._reason)
        self.restoration.valueChanged.connect(lambda _value: self._on_moved(self.restoration))
        return self._restoration

    def _build_fidelity(self) -> QWidget:
        self.fidelity = MarkedSlider()
        self.fidelity.setAccessibleName(self.tr("Fidelity, from vivid to faithful"))
        self._fidelity_heading = Heading(self.tr("Fidelity"))
        self._fidelity = QWidget()
        column = _column(self._fidelity)
        column.addWidget(self._fidelity_heading)
        column.addWidget(self.fidelity)
        column.addLayout(_ends(self.tr("Vivid"), self.tr("Faithful")))
        self.fidelity.valueChanged.connect(lambda _value: self._on_moved(self.fidelity))
        return self._fidelity

    def _put(self, slider: MarkedSlider, value: int | None, *, otherwise: int | None) -> None:
        # While a slider is being dragged it is ahead of the choice: it must not jump back.
        if slider in self._moved:
            return
        if value is None:
            value = _MIDDLE if otherwise is None else otherwise
        with QSignalBlocker(slider):
            slider.setValue(value)

    def _show_figures(self) -> None:
        is_auto = self._choice.restoration is None and self.restoration not in self._moved
        self.auto.setChecked(is_auto)
        # Without a photo there is nothing yet that an automatic value could come from.
        is_known = not is_auto or self._estimate is not None
        self._restoration_heading.set_fact(f"{self.restoration.value()} %" if is_known else "")
        self._fidelity_heading.set_fact(f"{self.fidelity.value()} %")
        self._reason.setText(self._reason_text(is_auto=is_auto))
        # Screen readers say why, too, not only the figure.
        self.restoration.setAccessibleDescription(self._reason.text())

    def _reason_text(self, *, is_auto: bool) -> str:
        if self._estimate is None:
            if is_auto:
                return self.tr("Estimated from each photo.")
            return "" if self._has_photo else self.tr("The same for all photos you open next.")
        reason = estimate_text(self._estimate.reason)
        if is_auto:
            return reason
        share = _percent(self._estimate.restoration)
        return self.tr("Auto would be {share} %: {reason}").format(share=share, reason=reason)

    def _fidelity_tip(self, default: int | None) -> str:
        text = self.tr(
            "Vivid results look sharp and may show detail that the photo does not have; "
            "faithful results keep to the photo."
        )
        if default is not None:
            text += "\n" + self.tr("The mark is at {share} %, the default.").format(share=default)
        return tip_html(text)

    def _missing_text(self, card: ModelCard) -> str:
        if card.has_restoration:
            return self.tr("The fidelity of this network is fixed.")
        if card.has_fidelity:
            return self.tr("The restoration of this network is fixed.")
        return self.tr(
            "This network has no dials: restoration and fidelity are fixed by its training."
        )

    def _on_moved(self, slider: MarkedSlider) -> None:
        self._moved.add(slider)
        self._show_figures()
        self._delay.start()

    @Slot()
    def _on_rested(self) -> None:
        choice = self._choice
        if self.restoration in self._moved:
            choice = replace(choice, restoration=self.restoration.value() / 100)
        if self.fidelity in self._moved:
            choice = replace(choice, fidelity=self.fidelity.value() / 100)
        self._moved.clear()
        self._request(choice)

    @Slot(bool)
    def _on_auto(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        # What was being moved gives way; turned off, the value stays where it is.
        self._moved.discard(self.restoration)
        value = None if is_on else self.restoration.value() / 100
        self._request(replace(self._choice, restoration=value))

    def _request(self, choice: ProcessingChoice) -> None:
        if choice != self._choice:
            self.choice_requested.emit(choice)


def _percent(value: float | None) -> int | None:
    return None if value is None else round(value * 100)


def _column(widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(widget)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _ends(first: str, last: str) -> QHBoxLayout:
    """Return the words at the two ends of a slider."""
    ends = QHBoxLayout()
    ends.addWidget(text_label(first, role="caption"))
    ends.addStretch()
    ends.addWidget(text_label(last, role="caption"))
    return ends
