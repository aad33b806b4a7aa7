"""The page of the blind test that chooses models and photos."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.judging.judged import JudgedModel
from app.judging.page_layout import centered
from app.state.shown_names import shown
from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XL_PX
from app.state.tooltips import tip_html
from app.widgets.controls import text_label
from app.widgets.flow_layout import FlowLayout
from engine.api import JudgmentLog, planned_questions

_MOST_MODELS = 8
_GOOD_PHOTOS = 3
_WIDEST_PX = 860
_ID = Qt.ItemDataRole.UserRole


class SetupPage(QWidget):
    """Lists of models and photos with check marks.

    Signals:
        start_requested: Begin with what is checked.
        resume_requested: Go on with the test that was stopped.
        result_requested: Show the result of the tests so far.
        photos_requested: The user wants to add photos.
        cancelled: Close without a test.
    """

    start_requested = Signal()
    resume_requested = Signal()
    result_requested = Signal()
    photos_requested = Signal()
    cancelled = Signal()

    def __init__(
        self,
        models: Sequence[JudgedModel],
        photos: Sequence[Path],
        *,
        chosen: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._models = {model.id: model for model in models}
        self.content = QWidget()
        centered(self, self.content, widest_px=_WIDEST_PX)
        self.models = _choices()
        self.models.setAccessibleName(self.tr("Models to compare"))
        self.photos = _choices()
        self.photos.setAccessibleName(self.tr("Photos to compare them on"))
        self.add_photos_button = QPushButton(self.tr("Add photos\u2026"))
        self.facts = text_label(role="secondary", wraps=True)
        self.resume = QPushButton()
        self.result = QPushButton(self.tr("Show the result so far"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.start = QPushButton(self.tr("Start the blind test"))
        self.start.setProperty("role", "primary")
        checked = chosen or [model.id for model in models[:_MOST_MODELS]]
        for model in models:
            self._add(self.models, model.label, model.id, is_checked=model.id in checked)
        self.add_photos(photos)
        self._build()
        self.models.itemChanged.connect(self._update)
        self.photos.itemChanged.connect(self._update)
        self.add_photos_button.clicked.connect(self.photos_requested)
        self.resume.clicked.connect(self.resume_requested)
        self.result.clicked.connect(self.result_requested)
        self.cancel.clicked.connect(self.cancelled)
        self.start.clicked.connect(self.start_requested)
        self.show_earlier(None, has_result=False)
        self._update()

    def _build(self) -> None:
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX, SPACE_XL_PX)
        layout.setSpacing(SPACE_M_PX)
        layout.addWidget(text_label(self.tr("Blind test"), role="headline"))
        layout.addWidget(
            text_label(
                self.tr(
                    "Two enlargements of the same part of a photo are shown at a time, without "
                    "names and on random sides. You say which one looks better. The names and "
                    "the ranking come at the end."
                ),
                role="secondary",
                wraps=True,
            )
        )
        columns = QHBoxLayout()
        columns.setSpacing(SPACE_XL_PX)
        for title, box, button in (
            (self.tr("Models"), self.models, None),
            (self.tr("Photos"), self.photos, self.add_photos_button),
        ):
            column = QVBoxLayout()
            column.setSpacing(SPACE_S_PX)
            column.addWidget(text_label(title, role="section"))
            column.addWidget(box, 1)
            if button is not None:
                column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
            columns.addLayout(column, 1)
        layout.addLayout(columns, 1)
        layout.addWidget(self.facts)
        # A row of their own that breaks: with large text all buttons together are too wide.
        earlier = FlowLayout()
        for button in (self.resume, self.result):
            earlier.addWidget(button)
        layout.addLayout(earlier)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S_PX)
        buttons.addStretch()
        for button in (self.cancel, self.start):
            buttons.addWidget(button)
        layout.addLayout(buttons)

    def add_photos(self, photos: Sequence[Path]) -> None:
        """List more photos, checked; those that are listed already are not repeated."""
        here = {self.photos.item(row).data(_ID) for row in range(self.photos.count())}
        for path in photos:
            if str(path) not in here:
                here.add(str(path))
                self._add(self.photos, path.name, str(path), is_checked=True)
        self._update()

    def show_earlier(self, log: JudgmentLog | None, *, has_result: bool) -> None:
        """Offer to go on with a test that was stopped, and to see the result so far."""
        self.resume.setVisible(log is not None)
        self.result.setVisible(has_result)
        if log is not None:
            total = planned_questions(len(log.test.networks), len(log.test.photos))
            text = self.tr("Go on with the last test ({done} of {count} answered)")
            self.resume.setText(text.format(done=len(log.judgments), count=total))

    @property
    def chosen_models(self) -> list[JudgedModel]:
        """The models that are checked."""
        return [self._models[name] for name in _checked(self.models)]

    @property
    def chosen_photos(self) -> list[Path]:
        """The photos that are checked."""
        return [Path(name) for name in _checked(self.photos)]

    def _add(self, box: QListWidget, text: str, name: str, *, is_checked: bool) -> None:
        item = QListWidgetItem(shown(text))
        item.setData(_ID, name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked)
        item.setToolTip(tip_html(shown(text)))
        box.addItem(item)

    def _update(self) -> None:
        models, photos = len(_checked(self.models)), len(_checked(self.photos))
        is_possible = 2 <= models <= _MOST_MODELS and photos > 0
        self.start.setEnabled(is_possible)
        if not 2 <= models <= _MOST_MODELS:
            text = self.tr("Choose two to {count} models.").format(count=_MOST_MODELS)
        elif not photos:
            text = self.tr("Choose a photo; more photos make the ranking more general.")
        else:
            questions = planned_questions(models, photos)
            text = self.tr("{count} questions.").format(count=questions)
            if photos < _GOOD_PHOTOS:
                few = self.tr("With three or more photos the ranking is about photos in general.")
                text = f"{text} {few}"
        self.facts.setText(text)


def _choices() -> QListWidget:
    box = QListWidget()
    box.setObjectName("choices")
    box.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return box


def _checked(box: QListWidget) -> list[str]:
    items = [box.item(row) for row in range(box.count())]
    return [str(item.data(_ID)) for item in items if item.checkState() is Qt.CheckState.Checked]
