from __future__ import annotations

import io

import pytest

from engine.cli.run_control import follow
from engine.core.cancellation import CancelToken


def test_lines_pause_resume_and_stop() -> None:
    paused, resumed, stopped = CancelToken(), CancelToken(), CancelToken()

    follow(io.StringIO("pause\n"), paused)
    follow(io.StringIO("pause\n Resume \n\n"), resumed)
    follow(io.StringIO("stop\n"), stopped)

    assert (paused.is_paused, resumed.is_paused, stopped.is_cancelled) == (True, False, True)


def test_the_end_of_the_lines_changes_nothing() -> None:
    token = CancelToken()

    follow(io.StringIO(""), token)

    assert not token.is_cancelled
    assert not token.is_paused


@pytest.mark.expects_logs
def test_an_unknown_command_is_logged_and_ignored(caplog: pytest.LogCaptureFixture) -> None:
    token = CancelToken()

    follow(io.StringIO("halt\nstop\n"), token)

    assert "halt" in caplog.text
    assert token.is_cancelled
