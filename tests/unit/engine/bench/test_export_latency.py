from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.bench.export_latency import LatencyError, TimedFile, time_files
from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.export.targets.loading import load_target
from engine.export.targets.target_list import target_entry
from tests.helpers.plain_networks import plain_network


def timed_file(folder: Path, target: str = "onnx-uint8") -> TimedFile:
    """Export a small network, for any size."""
    folder.mkdir(parents=True, exist_ok=True)
    network = plain_network(folder / "source")
    file = load_target(target_entry(target)).export(network, folder)[0]
    return TimedFile(target=target, file=file, folder=str(folder), channels=3, threads=1)


def test_each_run_is_timed_as_often_as_asked(tmp_path: Path) -> None:
    file, other = timed_file(tmp_path / "a"), timed_file(tmp_path / "b", "ort")
    steps: list[tuple[int, int]] = []

    times = time_files(
        [(file, (16, 16)), (other, (16, 16)), (file, (24, 40))],
        rounds=3,
        token=CancelToken(),
        progress=lambda done, total: steps.append((done, total)),
    )

    assert [len(seconds) for seconds in times.seconds] == [3, 3, 3]
    assert all(value > 0 for seconds in times.seconds for value in seconds)
    assert times.errors == {}
    assert steps[-1] == (9, 9)


def test_a_file_that_does_not_run_is_named_and_the_others_are_timed(tmp_path: Path) -> None:
    file, broken = timed_file(tmp_path / "a"), timed_file(tmp_path / "b")
    (tmp_path / "b" / broken.file.paths[0]).write_bytes(b"not a network")

    times = time_files([(broken, (16, 16)), (file, (16, 16))], rounds=1, token=CancelToken())

    assert times.seconds[0] == ()
    assert len(times.seconds[1]) == 1
    assert broken.file.name in times.errors[0]


def test_a_target_that_this_version_does_not_know_is_an_error_of_its_file(tmp_path: Path) -> None:
    file = msgspec.structs.replace(timed_file(tmp_path), target="no-such-target")

    times = time_files([(file, (16, 16))], rounds=1, token=CancelToken())

    assert "no-such-target" in times.errors[0]


def test_a_process_that_ends_while_files_are_timed_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = timed_file(tmp_path)
    # A child that answers once, and then ends.
    child = tmp_path / "once.py"
    child.write_text(
        "import sys\nsys.stdin.readline()\nprint('{\"seconds\": 1.0}', flush=True)\n"
        "sys.stderr.write('out of memory')\n",
        encoding="ascii",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr("engine.bench.export_latency.CHILD", "once")

    with pytest.raises(LatencyError, match=f"{file.file.name}: its process ended. out of memory"):
        time_files([(file, (16, 16))], rounds=1, token=CancelToken())


def test_timing_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    token = CancelToken()

    with pytest.raises(JobCancelled):
        time_files(
            [(timed_file(tmp_path), (16, 16))],
            rounds=50,
            token=token,
            progress=lambda done, total: token.cancel(),
        )
