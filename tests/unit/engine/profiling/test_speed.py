from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import InferenceError, JobCancelled
from engine.core.peak_memory import peak_memory_bytes
from engine.profiling.machine import describe_machine, measure_peak_gflops
from engine.profiling.memory import NetworkMemory, measure_network_memory
from engine.profiling.speed import SpeedSettings, TimedNetwork, measure_speed
from tests.helpers.tiny_onnx import write_tiny_onnx


@pytest.fixture
def contenders(tmp_path: Path) -> list[TimedNetwork]:
    def make(name: str, group: str, *, scale: int = 2, width: int = 4) -> TimedNetwork:
        path = write_tiny_onnx(tmp_path / f"{name}.onnx", scale=scale, width=width)
        return TimedNetwork(name=name, path=path, group=group)

    return [
        make("ours", "ours"),
        make("peer", "peer", width=8),
        make("reference", "reference", width=16),
        make("other-scale", "peer", scale=3),
    ]


def test_figures_follow_from_cost_and_time(contenders: list[TimedNetwork]) -> None:
    report = measure_speed(
        contenders, SpeedSettings(side_px=16, rounds=3, has_memory=False, matrix_side=64)
    )
    assert [n.name for n in report.networks] == ["ours", "peer", "reference", "other-scale"]
    assert (report.input, report.rounds, report.provider) == ("16x16", 3, "cpu")
    for network in report.networks:
        seconds = network.latency_ms / 1e3
        assert network.gmac == pytest.approx(network.params * 256 / 1e9)
        assert network.gflops == pytest.approx(2 * network.gmac / seconds)
        assert network.peak_share == pytest.approx(network.gflops / report.peak_gflops)
        assert network.megapixels_per_s == pytest.approx(256 * network.scale**2 / 1e6 / seconds)
        assert network.latency_p95_ms >= network.latency_ms
        assert network.peak_rss_mb is None


def test_networks_are_compared_with_others_of_their_scale(contenders: list[TimedNetwork]) -> None:
    report = measure_speed(
        contenders, SpeedSettings(side_px=16, rounds=2, has_memory=False, matrix_side=64)
    )
    by_name = {network.name: network.latency_ms for network in report.networks}
    assert report.times_faster == {
        "ours": {
            name: pytest.approx(by_name[name] / by_name["ours"]) for name in ("peer", "reference")
        }
    }


def test_networks_take_turns_and_every_run_is_told(contenders: list[TimedNetwork]) -> None:
    told: list[tuple[int, int]] = []
    measure_speed(
        contenders,
        SpeedSettings(side_px=16, rounds=2, has_memory=False, matrix_side=64),
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(done, 8) for done in range(1, 9)]


def test_a_cancel_stops_between_two_runs(contenders: list[TimedNetwork]) -> None:
    token = CancelToken()
    done: list[int] = []

    def stop(count: int, _total: int) -> None:
        done.append(count)
        token.cancel()

    with pytest.raises(JobCancelled):
        measure_speed(
            contenders,
            SpeedSettings(side_px=16, rounds=2, has_memory=False, matrix_side=64),
            progress=stop,
            token=token,
        )
    assert done == [1]


def test_memory_is_that_of_a_process_of_its_own(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")
    ballast = bytearray(64 << 20)
    small, large = memory_at(path, 16), memory_at(path, 512)
    assert len(ballast) + 10e6 < peak_memory_bytes()
    assert 10e6 < small.peak_rss_bytes < large.peak_rss_bytes


def test_the_growth_of_memory_is_without_the_interpreter(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")
    small, large = memory_at(path, 16), memory_at(path, 1024)
    # The input alone takes 12.6 MB more.
    assert large.growth_bytes - small.growth_bytes > 12e6
    assert large.growth_bytes < large.peak_rss_bytes - 20e6


def memory_at(path: Path, side_px: int) -> NetworkMemory:
    return measure_network_memory(
        path, height_px=side_px, width_px=side_px, channels=3, thread_count=1
    )


def test_a_network_whose_memory_cannot_be_measured_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"nothing")
    with pytest.raises(InferenceError, match=r"broken\.onnx"):
        memory_at(path, 16)


def test_the_machine_is_described() -> None:
    machine = describe_machine()
    assert machine.physical_cores >= 1
    assert machine.memory_bytes > 1e8
    assert machine.processor
    assert measure_peak_gflops(side=64, rounds=2) > 0
