from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import InferenceError, JobCancelled
from engine.search.devices import network_bench
from engine.search.devices.interleaving import TimedRun
from engine.search.devices.network_bench import PASSES, NetworkBench
from engine.search.devices.networks import write_chain


@pytest.fixture
def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no measurement be repeated, however busy this machine is."""
    monkeypatch.setattr(network_bench, "_UNCERTAINTY", float("inf"))


def bench(rounds: int = 4) -> NetworkBench:
    return NetworkBench(size_px=(8, 8), thread_count=1, rounds=rounds)


@pytest.mark.usefixtures("_undisturbed")
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


def test_disturbed_networks_are_timed_again_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passes = {"quiet": 0, "settles": 0, "restless": 0}

    def timed(tasks: Sequence[str], *_: object, **__: object) -> list[tuple[TimedRun, ...]]:
        found = []
        for name in tasks:
            passes[name] += 1
            settled = name == "quiet" or (name == "settles" and passes[name] > PASSES)
            noise = 0.0 if settled else 0.1
            ratios = [1 - noise, 1.0, 1 + noise] * (10 if settled else 1)
            found.append(tuple(TimedRun(before_s=1, task_s=r, after_s=1) for r in ratios))
        return found

    steps: list[tuple[int, int]] = []
    under_test = bench()
    under_test.progress = lambda done, total: steps.append((done, total))
    monkeypatch.setattr(network_bench, "time_interleaved", timed)
    # In place of loading a network: its name.
    monkeypatch.setattr(NetworkBench, "_task", lambda _bench, writer, _path: writer)

    runs = under_test.time(list(passes))  # type: ignore[arg-type]

    assert passes["quiet"] == PASSES
    assert passes["settles"] == PASSES + 1
    assert PASSES + 1 < passes["restless"] <= PASSES + 5
    assert len(runs[2]) == 3 * passes["restless"]
    assert steps[-1] == (sum(passes.values()), sum(passes.values()))


@pytest.mark.usefixtures("_undisturbed")
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
