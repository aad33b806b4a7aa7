from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from app.services.task_runner import Report, TaskRunner
from engine.api import CancelToken, EngineError


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner(threads=2)
    yield runner
    runner.cancel_all()
    assert runner.wait_for_done()


def test_a_result_arrives_in_the_gui_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    threads: list[QThread] = []
    task = runner.create(lambda _report, _token: QThread.currentThread())
    task.succeeded.connect(lambda _result: threads.append(QThread.currentThread()))

    with qtbot.waitSignal(task.succeeded) as signal:
        task.start()

    assert signal.args is not None
    assert signal.args[0] is not threads[0]


def test_an_error_of_the_engine_is_delivered(runner: TaskRunner, qtbot: QtBot) -> None:
    def work(_report: Report, _token: CancelToken) -> object:
        raise EngineError("no")

    task = runner.create(work)
    with qtbot.waitSignal(task.failed) as signal:
        task.start()

    assert signal.args is not None
    assert isinstance(signal.args[0], EngineError)


@pytest.mark.expects_logs
def test_any_other_error_is_delivered_and_logged(runner: TaskRunner, qtbot: QtBot) -> None:
    task = runner.create(lambda _report, _token: 1 / 0)
    with qtbot.waitSignal(task.failed) as signal:
        task.start()

    assert signal.args is not None
    assert isinstance(signal.args[0], ZeroDivisionError)


def test_cancelled_work_says_so(runner: TaskRunner, qtbot: QtBot) -> None:
    is_running = threading.Event()

    def work(_report: Report, token: CancelToken) -> object:
        is_running.set()
        while True:
            token.check()

    task = runner.create(work)
    with qtbot.waitSignal(task.cancelled):
        task.start()
        assert is_running.wait(5)
        task.cancel()
