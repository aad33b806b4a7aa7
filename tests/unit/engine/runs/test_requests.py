from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import OutputError
from engine.runs import requests
from engine.runs.requests import drop_request, following_requests, write_request

FILE = "request.json"


def wait_until(condition: Callable[[], bool]) -> None:
    end_s = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_a_pause_ends_the_work_and_is_told_from_a_stop(tmp_path: Path) -> None:
    token = CancelToken()
    with following_requests(tmp_path, token) as follower:
        write_request(tmp_path, "pause")
        wait_until(lambda: token.is_cancelled)

    assert follower.wants_pause
    assert not (tmp_path / FILE).exists()


def test_a_stop_ends_the_work(tmp_path: Path) -> None:
    token = CancelToken()
    with following_requests(tmp_path, token) as follower:
        write_request(tmp_path, "stop")
        wait_until(lambda: token.is_cancelled)

    assert not follower.wants_pause


def test_a_held_run_is_let_go(tmp_path: Path) -> None:
    token = CancelToken()
    token.pause()
    with following_requests(tmp_path, token):
        write_request(tmp_path, "resume")
        wait_until(lambda: not token.is_paused)

    assert not token.is_cancelled


def test_a_request_for_a_process_that_died_does_not_reach_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: 1000.0)
        write_request(tmp_path, "stop")
    token = CancelToken()

    with following_requests(tmp_path, token):
        wait_until(lambda: not (tmp_path / FILE).exists())

    assert not token.is_cancelled


def test_a_clock_that_goes_back_holds_up_no_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = CancelToken()
    follower = requests.RequestFollower(tmp_path, token)
    follower.look()
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: 1000.0)
        write_request(tmp_path, "stop")

    follower.look()

    assert token.is_cancelled


@pytest.mark.parametrize("content", [b"", b"[]", b'{"request":"explode","requested_s":1}', b"\xff"])
@pytest.mark.expects_logs
def test_what_is_no_request_is_ignored(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_bytes(content)
    token = CancelToken()
    follower = requests.RequestFollower(tmp_path, token)

    follower.look()

    assert not token.is_cancelled


def test_a_folder_that_goes_away_is_no_request(tmp_path: Path) -> None:
    token = CancelToken()

    requests.RequestFollower(tmp_path / "absent", token).look()

    assert not token.is_cancelled


def test_a_request_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_request(tmp_path / "absent", "stop")


def test_a_request_can_be_taken_back(tmp_path: Path) -> None:
    write_request(tmp_path, "pause")

    drop_request(tmp_path)
    drop_request(tmp_path)

    assert list(tmp_path.iterdir()) == []
