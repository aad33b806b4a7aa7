from __future__ import annotations

from types import SimpleNamespace

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.imaging.codecs.progress_watch import ProgressWatch


def test_the_fraction_that_is_done_is_reported_until_it_is_cancelled() -> None:
    class Image:
        killed = False

        def set_kill(self, killed: bool) -> None:
            self.killed = killed

    reported: list[float] = []
    token = CancelToken()
    watch = ProgressWatch(reported.append, token)
    running, stopped = Image(), Image()

    watch.on_eval(running, SimpleNamespace(percent=50))
    token.cancel()
    watch.on_eval(stopped, SimpleNamespace(percent=60))

    assert reported == [0.5]
    assert not running.killed
    assert stopped.killed
    assert isinstance(watch.error, JobCancelled)


def test_more_than_all_is_reported_as_all() -> None:
    reported: list[float] = []

    ProgressWatch(reported.append, CancelToken()).on_eval(None, SimpleNamespace(percent=104))

    assert reported == [1.0]


def test_the_end_is_reported_and_a_late_cancellation_raised() -> None:
    reported: list[float] = []
    token = CancelToken()
    watch = ProgressWatch(reported.append, token)

    watch.finish()
    token.cancel()
    with pytest.raises(JobCancelled):
        watch.finish()

    assert reported == [1.0, 1.0]
