from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.runs.gauges import GaugeReader, GpuGauge
from engine.runs.run_folder import RunFolder


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")


def work(seconds: float) -> None:
    end_s = time.process_time() + seconds
    while time.process_time() < end_s:
        pass


def test_a_machine_has_figures_within_their_limits(tmp_path: Path) -> None:
    gauges = GaugeReader(tmp_path).read()

    assert 0 <= gauges.cpu_percent <= 100
    assert 0 < gauges.memory_used_bytes < gauges.memory_bytes
    assert gauges.disk_free_bytes is not None
    assert gauges.disk_bytes is not None
    assert 0 <= gauges.disk_free_bytes <= gauges.disk_bytes


def test_the_process_of_the_run_is_measured(run: RunFolder) -> None:
    run.write_status("running")
    reader = GaugeReader(run.path)
    reader.read()

    work(0.3)
    gauges = reader.read()

    # This process was busy all the time, on one core.
    assert gauges.run_cpu_percent is not None
    assert gauges.run_cpu_percent > 0
    assert gauges.run_memory_bytes is not None
    assert gauges.run_memory_bytes > 10_000_000


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled", None])
def test_a_run_without_a_process_has_no_figures(run: RunFolder, state: str | None) -> None:
    if state is not None:
        run.write_status(state)  # type: ignore[arg-type]

    gauges = GaugeReader(run.path).read()

    assert gauges.run_cpu_percent is None
    assert gauges.run_memory_bytes is None


def test_a_damaged_or_deleted_folder_has_no_figures(run: RunFolder, tmp_path: Path) -> None:
    (run.path / "status.json").write_bytes(b"{}")
    assert GaugeReader(run.path).read().run_cpu_percent is None

    gauges = GaugeReader(tmp_path / "absent").read()
    assert gauges.disk_free_bytes is None
    assert gauges.run_memory_bytes is None


class NVMLError(Exception):
    """The error of NVIDIA's library."""


def driver(*, knows_processes: bool) -> SimpleNamespace:
    """Stand in for NVIDIA's library, with one GPU."""

    def processes(_handle: int) -> list[SimpleNamespace]:
        if not knows_processes:
            raise NVMLError
        other = SimpleNamespace(pid=1, usedGpuMemory=4)
        return [SimpleNamespace(pid=os.getpid(), usedGpuMemory=3), other]

    return SimpleNamespace(
        NVMLError=NVMLError,
        nvmlInit=lambda: None,
        nvmlDeviceGetCount=lambda: 1,
        nvmlDeviceGetHandleByIndex=lambda number: number,
        nvmlDeviceGetName=lambda handle: b"GPU A",
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(used=7, total=9),
        nvmlDeviceGetUtilizationRates=lambda handle: SimpleNamespace(gpu=50),
        nvmlDeviceGetComputeRunningProcesses=processes,
    )


@pytest.mark.parametrize(("knows_processes", "own"), [(True, 3), (False, None)])
def test_a_gpu_is_read_through_its_driver(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch, knows_processes: bool, own: int | None
) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", driver(knows_processes=knows_processes))
    run.write_status("running")

    assert GaugeReader(run.path).read().gpus == (
        GpuGauge(
            name="GPU A",
            load_percent=50.0,
            memory_used_bytes=7,
            memory_bytes=9,
            run_memory_bytes=own,
        ),
    )


def test_without_a_driver_or_its_library_there_are_no_gpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise NVMLError

    broken = driver(knows_processes=True)
    broken.nvmlInit = refuse
    monkeypatch.setitem(sys.modules, "pynvml", broken)
    assert GaugeReader(tmp_path).read().gpus == ()

    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert GaugeReader(tmp_path).read().gpus == ()


def test_a_gpu_that_is_lost_meanwhile_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(_handle: int) -> SimpleNamespace:
        raise NVMLError

    broken = driver(knows_processes=True)
    broken.nvmlDeviceGetMemoryInfo = lose
    monkeypatch.setitem(sys.modules, "pynvml", broken)

    assert GaugeReader(tmp_path).read().gpus == ()
