from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import InferenceError, JobCancelled
from engine.search.devices.network_bench import PASSES, NetworkBench
from engine.search.devices.networks import write_chain


def bench(rounds: int = 4) -> NetworkBench:
    return NetworkBench(size_px=(8, 8), thread_count=1, rounds=rounds)


def test_every_network_is_timed_as_often_as_asked_for() -> None:
    # More networks than are open at once.
    written: list[str] = []

    def writer(path: Path) -> None:
        written.append(path.name)
        write_chain(8, 1, path)

    under_test = bench(rounds=4)
    runs = under_test.time([writer] * 8)

    assert [len(found) for found in runs] == [4] * 8
    assert len(under_test.reference_s) == 32
    assert min(under_test.reference_s) > 0
    # Written again for each pass: the disk never holds all of them.
    assert len(written) == PASSES * 8
    assert len(set(written)) < 8


def test_fewer_rounds_than_passes_are_one_each() -> None:
    (found,) = bench(rounds=1).time([lambda path: write_chain(8, 1, path)])
    assert len(found) == PASSES


def test_a_file_that_cannot_be_run_is_an_error() -> None:
    with pytest.raises(InferenceError):
        bench().time([lambda path: path.write_text("nothing")])


def test_cancelling_stops_it() -> None:
    under_test = bench()
    under_test.token = CancelToken()
    under_test.token.cancel()
    with pytest.raises(JobCancelled):
        under_test.time([lambda path: write_chain(8, 1, path)])
