from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from app.export.export_command import ExportCommand
from engine.api import JobCancelled


def test_events_come_one_by_one_and_all_at_the_end(own_home: Path) -> None:
    seen: list[object] = []

    outcome = ExportCommand(["export", "targets", "--json"]).run(seen.append)

    assert list(outcome.events) == seen
    assert outcome.events[0]["targets"]
    assert outcome.error == ""


def test_the_message_of_a_failed_command_is_its_own(own_home: Path) -> None:
    words = ["export", "targets", "no-such-model", "--json"]

    assert "no-such-model" in ExportCommand(words).run(lambda event: None).error


def test_a_command_that_is_stopped_ends(own_home: Path, tmp_path: Path) -> None:
    words = ["export", "mfa-m-x4", "--to", "onnx", "--out", str(tmp_path / "a.zip"), "--json"]
    command = ExportCommand(words)
    ended: list[Exception] = []

    def run() -> None:
        try:
            command.run(lambda event: command.stop())
        except JobCancelled as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)

    assert len(ended) == 1
    assert not (tmp_path / "a.zip").exists()


def test_a_command_stopped_before_its_start_never_starts() -> None:
    command = ExportCommand(["no-such-command"])
    command.stop()

    started_s = time.monotonic()
    with pytest.raises(JobCancelled):
        command.run(lambda event: None)
    assert time.monotonic() - started_s < 60
