from __future__ import annotations

import threading

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled


def test_work_goes_on_until_it_is_cancelled() -> None:
    token = CancelToken()

    token.check()
    token.cancel()

    assert token.is_cancelled
    with pytest.raises(JobCancelled):
        token.check()


def test_held_work_goes_on_when_it_is_resumed() -> None:
    token = CancelToken()
    token.pause()
    assert token.is_paused
    worker = threading.Thread(target=token.check)

    worker.start()
    worker.join(0.02)
    assert worker.is_alive()
    token.resume()
    worker.join(5)

    assert not worker.is_alive()
    assert not token.is_paused


def test_held_work_can_be_cancelled() -> None:
    token = CancelToken()
    token.pause()
    stopped = threading.Event()

    def work() -> None:
        try:
            token.check()
        except JobCancelled:
            stopped.set()

    worker = threading.Thread(target=work)
    worker.start()
    token.cancel()
    worker.join(5)

    assert stopped.is_set()


def test_cancelled_work_cannot_be_held() -> None:
    token = CancelToken()
    token.cancel()

    token.pause()

    assert not token.is_paused
