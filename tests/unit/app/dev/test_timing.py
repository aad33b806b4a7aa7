from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.dev.timing import Pulse, quantile, time_frames, wait_until


def test_a_pulse_tells_how_long_the_window_did_not_answer(qtbot: QtBot) -> None:
    pulse = Pulse()
    qtbot.wait(30)

    time.sleep(0.12)
    QCoreApplication.processEvents()
    qtbot.wait(20)

    assert pulse.stop() > 100
    assert pulse.longest_work_ms < 100, "sleep is no work"


@pytest.mark.parametrize(("percent", "value"), [(0, 1), (50, 3), (95, 5), (100, 5)])
def test_a_percentile_is_one_of_the_values(percent: int, value: float) -> None:
    assert quantile([5, 1, 3, 2, 4], percent) == value


def test_each_frame_is_a_change_and_a_repaint(qtbot: QtBot) -> None:
    done: list[str] = []

    figures = time_frames(
        "pan", lambda: done.append("paint"), lambda step: done.append(str(step)), count=3
    )

    assert done == ["0", "paint", "1", "paint", "2", "paint"]
    assert set(figures) == {"pan_p50_ms", "pan_p95_ms", "pan_cpu_p95_ms"}


def test_waiting_keeps_the_window_running(qtbot: QtBot) -> None:
    pulse = Pulse()
    end = time.monotonic() + 0.05

    wait_until(lambda: time.monotonic() > end)

    assert pulse.stop() >= 0
    assert pulse.quantile(50) < 50
