"""A blind test while it is answered: its questions, its answers, and the file they go into."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.judging.judged import JudgedModel
from app.services.task_runner import Report, TaskRunner
from engine.api import (
    Answer,
    BlindTest,
    CancelToken,
    EngineError,
    JudgedNetwork,
    JudgingReport,
    Judgment,
    JudgmentFile,
    JudgmentLog,
    Question,
    find_judgment_files,
    make_report,
    next_question,
    planned_questions,
    read_judgments,
)

LOOK_AHEAD = 4
"""Questions that are chosen before they are asked, so that their pictures can be made."""

MORE_QUESTIONS = 12
_MOST_PASSED = 60


class BlindTestSession(QObject):
    """Lives in the window's thread; files are written on a thread of its own, in order.

        answer ─► judgments, next question          at once, in memory
               └► worker: line in the file, fsync   the next pair is shown meanwhile

    Signals:
        question_changed: Another question is asked, or none is left; see `question`.
        reported: The `JudgingReport` that was asked for.
        failed: The error that kept an answer from being saved.
    """

    question_changed = Signal()
    reported = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        folder: Path,
        models: Sequence[JudgedModel],
        photos: Sequence[Path],
        *,
        log: JudgmentLog | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Begin a test, or go on with one.

        Args:
            folder: Run folder that keeps the answers.
            models: What is compared, at least two.
            photos: On what, at least one.
            log: The test to go on with; its models and photos count then.
            parent: Owner.
        """
        super().__init__(parent)
        self._folder = folder
        self._test = _new_test(models, photos) if log is None else log.test
        self._judgments = [] if log is None else list(log.judgments)
        self._next_number = 0 if log is None else log.next_number
        self._path = None if log is None else log.path
        self._file: JudgmentFile | None = None
        self._waiting: list[Question] = []
        self._left_out: set[tuple[str, str]] = set()
        self._asked_at_s = time.monotonic()
        self.planned = planned_questions(len(self._test.networks), len(self._test.photos))
        # A test that was continued before may have more answers than a first sitting has.
        while self.planned <= len(self._judgments) and log is not None:
            self.planned += MORE_QUESTIONS
        self._runner = TaskRunner(threads=1, parent=self)
        self._fill()

    @property
    def answered(self) -> int:
        """How many questions were answered."""
        return len(self._judgments)

    @property
    def question(self) -> Question | None:
        """What is asked now, None at the end."""
        return self._waiting[0] if self._waiting else None

    @property
    def ahead(self) -> tuple[Question, ...]:
        """What is asked now and next."""
        return tuple(self._waiting)

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Every photo with the id of every network that can be shown on it."""
        cells = [(photo, one) for photo in self._test.photos for one in self._test.ids]
        return [cell for cell in cells if cell not in self._left_out]

    @property
    def can_undo(self) -> bool:
        """Whether there is an answer to take back."""
        return bool(self._judgments)

    def start_clock(self) -> None:
        """Count the time for an answer from now on: both pictures are there."""
        self._asked_at_s = time.monotonic()

    def answer(self, answer: Answer) -> None:
        """Answer the question and ask the next one."""
        if not self._waiting:
            return
        question = self._waiting.pop(0)
        judgment = Judgment(
            number=self._next_number,
            photo=question.photo,
            left=question.left,
            right=question.right,
            answer=answer,
            repeats=question.repeats,
            seconds=round(time.monotonic() - self._asked_at_s, 2),
        )
        self._next_number += 1
        self._judgments.append(judgment)
        self._write(lambda file: file.add(judgment))
        self._fill()
        self.question_changed.emit()

    def undo(self) -> None:
        """Take the last answer back and ask its question again."""
        if not self._judgments:
            return
        last = self._judgments.pop()
        self._waiting.insert(
            0, Question(photo=last.photo, left=last.left, right=last.right, repeats=last.repeats)
        )
        # A repeat of an answer that is gone would repeat nothing.
        self._waiting = [one for one in self._waiting if one.repeats != last.number]
        self._write(lambda file: file.undo(last.number))
        self._fill()
        self.question_changed.emit()

    def leave_out(self, photo: str, network: str) -> None:
        """Ask nothing about a network on a photo: its picture cannot be made."""
        self._left_out.add((photo, network))
        self._waiting = [one for one in self._waiting if not self._is_left_out(one)]
        self._fill()
        self.question_changed.emit()

    def go_on(self) -> None:
        """Ask some more questions after the end."""
        self.planned = max(self.planned, self.answered) + MORE_QUESTIONS
        self._fill()
        self.question_changed.emit()

    def report(self) -> None:
        """Note that the result is shown, and make the report of all tests of the folder."""
        folder = self._folder

        def work(_report: Report, _token: CancelToken) -> JudgingReport:
            file = self._opened()
            file.reveal()
            return make_report(read_all(folder))

        task = self._runner.create(work)
        task.succeeded.connect(self.reported)
        task.failed.connect(self.failed)
        task.start()

    def shut_down(self) -> None:
        """Wait until all answers are saved."""
        self._runner.wait_for_done()
        if self._file is not None:
            self._file.close()

    def _fill(self) -> None:
        """Choose questions until enough wait, or as many as are planned are chosen."""
        passed: list[Question] = []
        while len(self._waiting) < LOOK_AHEAD and self.answered + len(self._waiting) < self.planned:
            # What is passed over counts as asked, so that something else is chosen.
            question = next_question(self._test, self._judgments, [*self._waiting, *passed])
            if not self._is_left_out(question):
                self._waiting.append(question)
                continue
            passed.append(question)
            if len(passed) > _MOST_PASSED:
                self.planned = self.answered + len(self._waiting)

    def _is_left_out(self, question: Question) -> bool:
        shown = {(question.photo, question.left), (question.photo, question.right)}
        return bool(shown & self._left_out)

    def _write(self, change: Callable[[JudgmentFile], object]) -> None:
        def work(_report: Report, _token: CancelToken) -> object:
            return change(self._opened())

        task = self._runner.create(work)
        task.failed.connect(self.failed)
        task.start()

    def _opened(self) -> JudgmentFile:
        """Return the file; on the worker's thread, which alone uses it."""
        if self._file is None:
            # Only now: a test without an answer leaves nothing behind.
            if self._path is None:
                self._file = JudgmentFile.create(self._folder, self._test)
            else:
                self._file = JudgmentFile.open(self._path)
        return self._file


def read_all(folder: Path) -> list[JudgmentLog]:
    """Return the blind tests of a folder that can be read, the oldest first."""
    logs = []
    for path in find_judgment_files(folder):
        try:
            logs.append(read_judgments(path))
        except EngineError:
            # A foreign or damaged file must not hide the others.
            continue
    return logs


def open_test(folder: Path, model_ids: Sequence[str]) -> JudgmentLog | None:
    """Return the last test of these models that has no result yet, if all its photos are there."""
    known = set(model_ids)
    for log in reversed(read_all(folder)):
        has_models = set(log.test.ids) <= known
        if has_models and not log.is_revealed and all(Path(p).is_file() for p in log.test.photos):
            return log
    return None


def _new_test(models: Sequence[JudgedModel], photos: Sequence[Path]) -> BlindTest:
    return BlindTest(
        networks=tuple(
            JudgedNetwork(id=model.id, label=model.label, metrics=dict(model.metrics))
            for model in models
        ),
        photos=tuple(str(photo) for photo in photos),
        seed=secrets.randbits(32),
    )
