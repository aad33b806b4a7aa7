from __future__ import annotations

import io

import pytest

from engine.cli.run_commands import obey
from engine.core.cancellation import CancelToken


def test_lines_hold_continue_and_stop() -> None:
    held, gone_on, stopped = CancelToken(), CancelToken(), CancelToken()

    obey(io.StringIO("pause\n"), held)
    obey(io.StringIO("pause\n Resume \n\n"), gone_on)
    obey(io.StringIO("stop\n"), stopped)

    assert (held.is_paused, gone_on.is_paused, stopped.is_cancelled) == (True, False, True)


def test_the_end_of_the_lines_changes_nothing() -> None:
    token = CancelToken()

    obey(io.StringIO(""), token)

    assert not token.is_cancelled
    assert not token.is_paused


@pytest.mark.expects_logs
def test_an_unknown_command_is_told_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    token = CancelToken()

    obey(io.StringIO("halt\nstop\n"), token)

    assert "halt" in caplog.text
    assert token.is_cancelled
