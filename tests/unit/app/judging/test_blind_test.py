from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.judging.blind_test import LOOK_AHEAD, BlindTestSession, open_test, read_all
from engine.api import JudgingReport, JudgmentLog
from tests.helpers.judged_crops import judged_models

MakeSession = Callable[..., BlindTestSession]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for path in paths:
        path.write_bytes(b"")
    return paths


@pytest.fixture
def make_session(qtbot: QtBot, tmp_path: Path, photos: list[Path]) -> Iterator[MakeSession]:
    made: list[BlindTestSession] = []

    def make(log: JudgmentLog | None = None) -> BlindTestSession:
        session = BlindTestSession(tmp_path / "run", judged_models(), photos, log=log)
        made.append(session)
        return session

    yield make
    for session in made:
        session.shut_down()
    # What the last tasks report is delivered while their receivers exist, as in the window.
    QCoreApplication.processEvents()


def _logs(tmp_path: Path) -> list[JudgmentLog]:
    return read_all(tmp_path / "run")


def test_every_answer_is_in_the_file(make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session()
    asked = []
    for answer in ("left", "right", "tie"):
        asked.append(session.question)
        session.answer(answer)
    session.shut_down()

    [log] = _logs(tmp_path)
    assert [one.answer for one in log.judgments] == ["left", "right", "tie"]
    assert [(one.photo, one.left, one.right) for one in log.judgments] == [
        (one.photo, one.left, one.right) for one in asked if one is not None
    ]
    assert [one.label for one in log.test.networks] == ["Secret A", "Secret B", "Secret C"]
    assert log.test.networks[0].metrics["lpips"] == pytest.approx(0.1)


def test_a_test_without_an_answer_leaves_nothing_behind(
    make_session: MakeSession, tmp_path: Path
) -> None:
    make_session().shut_down()

    assert not (tmp_path / "run").exists()


def test_questions_are_known_ahead_and_end(make_session: MakeSession) -> None:
    session = make_session()
    asked = 0
    while session.question is not None:
        ahead = session.ahead
        assert len(ahead) == min(LOOK_AHEAD, session.planned - asked)
        session.answer("left")
        # What was known ahead is what comes, so that its pictures are the right ones.
        assert session.ahead[: len(ahead) - 1] == ahead[1:]
        asked += 1

    assert asked == session.planned == session.answered
    session.answer("left")
    assert session.answered == asked


def test_an_answer_that_is_taken_back_is_asked_again(
    make_session: MakeSession, tmp_path: Path
) -> None:
    session = make_session()
    first = session.question
    session.answer("left")
    session.undo()

    assert session.question == first
    assert not session.can_undo
    session.answer("right")
    session.shut_down()
    [log] = _logs(tmp_path)
    assert [one.answer for one in log.judgments] == ["right"]


def test_there_may_be_nothing_to_take_back(make_session: MakeSession) -> None:
    session = make_session()
    first = session.question

    session.undo()

    assert session.question == first


def test_a_test_that_was_stopped_goes_on_where_it_was(
    make_session: MakeSession, tmp_path: Path
) -> None:
    session = make_session()
    for _ in range(5):
        session.answer("left")
    session.shut_down()

    log = open_test(tmp_path / "run", ["a", "b", "c", "d"])
    assert log is not None
    again = make_session(log)

    assert again.answered == 5
    assert again.planned == session.planned
    again.answer("tie")
    again.shut_down()
    [log] = _logs(tmp_path)
    assert len(log.judgments) == 6


@pytest.mark.parametrize("obstacle", ["model", "photo", "result"])
def test_a_test_is_only_offered_while_it_can_go_on(
    make_session: MakeSession, tmp_path: Path, photos: list[Path], qtbot: QtBot, obstacle: str
) -> None:
    session = make_session()
    session.answer("left")
    ids = ["a", "b", "c"]
    if obstacle == "model":
        ids.remove("c")
    elif obstacle == "photo":
        photos[1].unlink()
    else:
        with qtbot.waitSignal(session.reported):
            session.report()
    session.shut_down()

    assert open_test(tmp_path / "run", ids) is None


def test_the_report_has_all_tests_of_the_folder(
    make_session: MakeSession, tmp_path: Path, qtbot: QtBot
) -> None:
    for _ in range(2):
        session = make_session()
        for _ in range(4):
            session.answer("left")
        session.shut_down()
    log = open_test(tmp_path / "run", ["a", "b", "c"])
    session = make_session(log)

    with qtbot.waitSignal(session.reported) as caught:
        session.report()

    [report] = caught.args or [None]
    assert isinstance(report, JudgingReport)
    assert report.answers == 8


def test_more_questions_can_be_asked_after_the_end(make_session: MakeSession) -> None:
    session = make_session()
    while session.question is not None:
        session.answer("tie")
    planned = session.planned

    session.go_on()

    assert session.ahead
    assert session.planned > planned


def test_a_picture_that_cannot_be_made_is_not_asked_about(make_session: MakeSession) -> None:
    session = make_session()
    question = session.question
    assert question is not None

    session.leave_out(question.photo, question.left)
    asked = []
    while session.question is not None:
        asked.append(session.question)
        session.answer("tie")

    assert len(asked) == session.planned
    shown = {(one.photo, side) for one in asked for side in (one.left, one.right)}
    assert (question.photo, question.left) not in shown


def test_a_test_ends_where_no_picture_can_be_made(
    make_session: MakeSession, photos: list[Path]
) -> None:
    session = make_session()

    for photo in photos:
        for model in "abc":
            session.leave_out(str(photo), model)

    assert session.question is None


def test_an_answer_that_cannot_be_saved_is_said(
    make_session: MakeSession, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")
    session = make_session()

    with qtbot.waitSignal(session.failed) as caught:
        session.answer("left")

    assert "judgments" in str((caught.args or [""])[0])


def test_foreign_files_do_not_hide_the_others(make_session: MakeSession, tmp_path: Path) -> None:
    session = make_session()
    session.answer("left")
    session.shut_down()
    (tmp_path / "run" / "judgments" / "0.jsonl").write_text("not a test\n")

    assert len(_logs(tmp_path)) == 1
