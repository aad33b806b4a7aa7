"""The blind test: a dialog as large as the window, from the choice of models to the ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout
from typing_extensions import override

from app.judging.blind_test import BlindTestSession, open_test, read_all
from app.judging.end_page import EndPage
from app.judging.judged import JudgedModel, Render
from app.judging.prepared_crops import CropKey, PreparedCrops
from app.judging.question_page import QuestionPage
from app.judging.result_page import ResultPage
from app.judging.setup_page import SetupPage
from app.services.engine_texts import error_text
from app.state.shown_names import shown
from app.widgets.notice_bar import NoticeBar
from app.widgets.theming import ThemeService
from engine.api import EngineError, JudgingReport, JudgmentLog, Question, make_report

_SIZE = QSize(1180, 760)
# Each takes about 3 MB, enlarged four times.
_MOST_CROPS = 48


class BlindTestDialog(QDialog):
    """Asks which of two models looks better, until a ranking can be shown.

    Signals:
        model_chosen: Id of a model of the ranking that the user wants to see.
    """

    model_chosen = Signal(str)

    def __init__(
        self,
        *,
        folder: Path,
        models: Sequence[JudgedModel],
        chosen: Sequence[str] = (),
        photos: Sequence[Path],
        render: Render,
        choose_photos: Callable[[], Sequence[Path]],
        theming: ThemeService,
    ) -> None:
        """Begin with the choice of models and photos.

        Args:
            folder: Run folder that keeps the answers.
            models: What can be compared.
            chosen: Ids of models that are checked at first.
            photos: Photos that are offered.
            render: Enlarges the same part of a photo with every model.
            choose_photos: Asks the user for more photos.
            theming: Colors.
        """
        super().__init__()
        self.setWindowTitle(self.tr("Blind test"))
        self.resize(_SIZE)
        self._folder = folder
        self._models = {model.id: model for model in models}
        self._choose_photos = choose_photos
        self._session: BlindTestSession | None = None
        self._crops = PreparedCrops(models, render, self)
        self._crops.arrived.connect(self._on_arrived)
        self._crops.failed.connect(self._on_failed)
        self._shown: Question | None = None
        self._open_log: JudgmentLog | None = None
        self.notice = NoticeBar()
        self.setup = SetupPage(models, photos, chosen=chosen)
        self.questions = QuestionPage(theming)
        self.end = EndPage()
        self.ranking = ResultPage(theming)
        self.pages = QStackedWidget()
        for page in (self.setup, self.questions, self.end, self.ranking):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.notice)
        layout.addWidget(self.pages, 1)
        self._connect()
        self._look_for_earlier()

    def _connect(self) -> None:
        self.setup.start_requested.connect(self._on_start)
        self.setup.resume_requested.connect(self._on_resume)
        self.setup.result_requested.connect(self._on_earlier_result)
        self.setup.photos_requested.connect(self._on_photos)
        self.setup.cancelled.connect(self.close)
        self.questions.answered.connect(self._on_answered)
        self.questions.undo_requested.connect(self._on_undo)
        self.questions.stop_requested.connect(self.close)
        self.end.result_requested.connect(self._on_result)
        self.end.more_requested.connect(self._on_more)
        self.end.undo_requested.connect(self._on_undo)
        self.ranking.more_requested.connect(self._on_more)
        self.ranking.close_requested.connect(self.close)
        self.ranking.model_chosen.connect(self._on_chosen)

    @property
    def session(self) -> BlindTestSession | None:
        """The test that is being answered."""
        return self._session

    @property
    def is_idle(self) -> bool:
        """Whether no picture is being made."""
        return self._crops.is_idle

    def _look_for_earlier(self) -> None:
        self._open_log = open_test(self._folder, list(self._models))
        has_result = any(log.is_revealed for log in read_all(self._folder))
        self.setup.show_earlier(self._open_log, has_result=has_result)

    @Slot()
    def _on_photos(self) -> None:
        self.setup.add_photos(self._choose_photos())

    @Slot()
    def _on_start(self) -> None:
        self._begin(
            BlindTestSession(
                self._folder, self.setup.chosen_models, self.setup.chosen_photos, parent=self
            )
        )

    @Slot()
    def _on_resume(self) -> None:
        if self._open_log is not None:
            self._begin(BlindTestSession(self._folder, (), (), log=self._open_log, parent=self))

    def _begin(self, session: BlindTestSession) -> None:
        self._session = session
        session.question_changed.connect(self._on_question)
        session.reported.connect(self._on_reported)
        session.failed.connect(self._on_not_saved)
        self._on_question()
        self.questions.canvas.setFocus()

    @Slot()
    def _on_question(self) -> None:
        session = self._session
        if session is None:
            return
        # First what is asked next; then the rest, so that quick answers never have to wait.
        ahead = [key for one in session.ahead for key in _keys(one)]
        others = [CropKey(photo=photo, model=model) for photo, model in session.cells]
        self._crops.want(list(dict.fromkeys([*ahead, *others]))[:_MOST_CROPS])
        if session.question is None:
            self.end.show_end(session.answered)
            self.pages.setCurrentWidget(self.end)
            return
        self.pages.setCurrentWidget(self.questions)
        self.questions.show_progress(
            answered=session.answered, planned=session.planned, can_undo=session.can_undo
        )
        self._show_question(session.question)

    def _show_question(self, question: Question) -> None:
        left, right = (self._crops.get(key) for key in _keys(question))
        if left is None or right is None:
            self.questions.show_waiting()
            return
        is_new_photo = self._shown is None or self._shown.photo != question.photo
        self._shown = question
        self.questions.show_pair(left, right, is_new_photo=is_new_photo)
        if self._session is not None:
            self._session.start_clock()

    @Slot(object)
    def _on_arrived(self, key: CropKey) -> None:
        question = self._session.question if self._session is not None else None
        if question is not None and question is not self._shown and key in _keys(question):
            self._show_question(question)

    @Slot(object, object)
    def _on_failed(self, key: CropKey, error: Exception) -> None:
        # Without the name of the model: a test that names what fails is not blind any more.
        name = shown(Path(key.photo).name)
        text = self.tr("{photo} cannot be shown: {reason}")
        self.notice.add(text.format(photo=name, reason=error_text(error)))
        if self._session is not None:
            self._session.leave_out(key.photo, key.model)

    @Slot(str)
    def _on_answered(self, answer: str) -> None:
        if self._session is not None and answer in {"left", "right", "tie"}:
            self._session.answer(answer)  # type: ignore[arg-type]  # checked in the line above

    @Slot()
    def _on_undo(self) -> None:
        if self._session is not None:
            self._session.undo()

    @Slot()
    def _on_more(self) -> None:
        if self._session is not None:
            self._session.go_on()

    @Slot()
    def _on_result(self) -> None:
        if self._session is not None:
            self._session.report()

    @Slot(object)
    def _on_reported(self, report: JudgingReport) -> None:
        self._show_report(report)

    @Slot()
    def _on_earlier_result(self) -> None:
        try:
            self._show_report(make_report(read_all(self._folder)))
        except EngineError as error:
            self.notice.add(error_text(error))

    def _show_report(self, report: JudgingReport) -> None:
        self.ranking.show_report(report, can_go_on=self._session is not None)
        self.pages.setCurrentWidget(self.ranking)

    @Slot(str)
    def _on_chosen(self, model_id: str) -> None:
        # Closed first: what shows the model lies behind the dialog.
        self.close()
        self.model_chosen.emit(model_id)

    @Slot(object)
    def _on_not_saved(self, error: Exception) -> None:
        self.notice.add(error_text(error))

    def shut_down(self) -> None:
        """Stop enlarging, and wait until all answers are saved."""
        self._crops.shut_down()
        if self._session is not None:
            self._session.shut_down()

    @override
    def done(self, result: int) -> None:
        # However it closes: the answers so far are kept, and the test can be continued.
        self.shut_down()
        super().done(result)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in a list must not press the default button of the dialog.
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            event.accept()
            return
        super().keyPressEvent(event)


def _keys(question: Question) -> tuple[CropKey, CropKey]:
    left = CropKey(photo=question.photo, model=question.left)
    return left, CropKey(photo=question.photo, model=question.right)
