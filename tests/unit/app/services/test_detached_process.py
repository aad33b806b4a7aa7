"""Commands that outlive the window."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.services.child_process import ChildFailedError
from app.services.detached_process import start_detached


def test_what_a_command_writes_is_appended_to_its_log(qtbot: QtBot, tmp_path: Path) -> None:
    log = tmp_path / "job.log"
    log.write_text("earlier\n")

    start_detached(["version", "--json"], log=log)

    qtbot.waitUntil(lambda: log.read_text().endswith("}\n"), timeout=60_000)
    first, said = log.read_text().splitlines()
    assert first == "earlier"
    assert json.loads(said)["version"]


def test_errors_are_in_the_log_too(qtbot: QtBot, tmp_path: Path) -> None:
    log = tmp_path / "job.log"

    start_detached(["resume", str(tmp_path / "no such run")], log=log)

    qtbot.waitUntil(lambda: log.is_file() and "no such run" in log.read_text(), timeout=60_000)


def test_a_command_that_cannot_be_started_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))

    with pytest.raises(ChildFailedError, match="no-python"):
        start_detached(["version"], log=tmp_path / "job.log")
