from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.inference.network.session import SessionSpec, open_session
from engine.profiling import speed
from engine.profiling.speed import (
    SpeedSettings,
    TimedNetwork,
    measure_latency_ms,
    measure_speed,
    relative_speed,
)
from tests.helpers.tiny_onnx import write_tiny_onnx


@pytest.fixture
def networks(tmp_path: Path) -> list[TimedNetwork]:
    def make(name: str, group: str, *, scale: int = 2, width: int = 4) -> TimedNetwork:
        path = write_tiny_onnx(tmp_path / f"{name}.onnx", scale=scale, width=width)
        return TimedNetwork(name=name, path=path, group=group)

    return [
        make("ours", "ours"),
        make("peer", "peer", width=8),
        make("reference", "reference", width=16),
        make("other-scale", "peer", scale=3),
    ]


@pytest.fixture
def _known_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the networks take 1, 2, 3 and 4 ms, and the last of 3 rounds twice as long."""

    def clocked(tasks: Sequence[Callable[[], object]], **_: object) -> list[tuple[float, ...]]:
        for task in tasks:
            task()
        milliseconds = range(1, len(tasks) + 1)
        return [(ms / 1e3, ms / 1e3, 2 * ms / 1e3) for ms in milliseconds]

    monkeypatch.setattr(speed, "time_runs", clocked)
    monkeypatch.setattr(speed, "measure_peak_gflops", lambda *, side: side / 2)


_SETTINGS = SpeedSettings(side_px=16, rounds=3, has_memory=False, matrix_side=64)


@pytest.mark.usefixtures("_known_times")
def test_figures_follow_from_cost_and_time(networks: list[TimedNetwork]) -> None:
    report = measure_speed(networks, _SETTINGS)

    assert [n.name for n in report.networks] == ["ours", "peer", "reference", "other-scale"]
    assert (report.input, report.rounds, report.provider) == ("16x16", 3, "cpu")
    assert report.peak_gflops == 32
    ours, peer, _, wider = report.networks
    # 3 x 3 kernels from RGB by 4 and 4 channels to RGB of four SR pixels, and a copy of the LR.
    params = 9 * (3 * 4 + 4 * 4 + 4 * 12) + 3 * 12
    assert ours.params == params
    assert ours.gmac == pytest.approx(params * 16 * 16 / 1e9)
    assert ours.latency_ms == pytest.approx(1.0)
    assert ours.latency_p95_ms == pytest.approx(1.9)  # between 1 and 2 ms, by ranks
    assert ours.gflops == pytest.approx(2 * params * 16 * 16 / 1e-3 / 1e9)
    assert ours.peak_share == pytest.approx(ours.gflops / 32)
    assert ours.megapixels_per_s == pytest.approx(32 * 32 / 1e6 / 1e-3)
    assert ours.peak_rss_mb is None
    assert peer.megapixels_per_s == pytest.approx(ours.megapixels_per_s / 2)
    assert wider.scale == 3
    assert wider.megapixels_per_s == pytest.approx(48 * 48 / 1e6 / 4e-3)


@pytest.mark.usefixtures("_known_times")
def test_networks_are_compared_with_others_of_their_scale(networks: list[TimedNetwork]) -> None:
    report = measure_speed(networks, _SETTINGS)

    assert report.times_faster == {
        "ours": {"peer": pytest.approx(2.0), "reference": pytest.approx(3.0)}
    }


def test_the_relative_speed_is_the_median_of_the_ratios_within_rounds(
    networks: list[TimedNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "time_runs", lambda *_, **__: [(1.0, 2.0, 9.0), (3.0, 4.0, 9.0)])
    one, other = (open_session(SessionSpec.of_file(network.path)) for network in networks[:2])

    assert relative_speed(one, other, side_px=16) == 2.0


def test_the_latency_is_the_median_of_the_runs(
    networks: list[TimedNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "time_runs", lambda *_, **__: [(0.001, 0.002, 0.9)])

    found = measure_latency_ms(networks[0].path, height_px=8, width_px=9, runs=3, thread_count=1)

    assert found == pytest.approx(2.0)


def test_networks_take_turns_and_every_run_is_reported(networks: list[TimedNetwork]) -> None:
    reported: list[tuple[int, int]] = []
    measure_speed(
        networks,
        SpeedSettings(side_px=16, rounds=2, has_memory=False, matrix_side=64),
        progress=lambda done, total: reported.append((done, total)),
    )
    assert reported == [(done, 8) for done in range(1, 9)]


def test_a_cancel_stops_between_two_runs(networks: list[TimedNetwork]) -> None:
    token = CancelToken()
    done: list[int] = []

    def stop(count: int, _total: int) -> None:
        done.append(count)
        token.cancel()

    with pytest.raises(JobCancelled):
        measure_speed(
            networks,
            SpeedSettings(side_px=16, rounds=2, has_memory=False, matrix_side=64),
            progress=stop,
            token=token,
        )
    assert done == [1]
