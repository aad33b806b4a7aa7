"""What a run and its machine are busy with: CPU, memory, disk, GPU."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from engine.core.errors import BadEventError
from engine.runs.run_folder import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuGauge:
    """One GPU.

    Attributes:
        name: Name of the device.
        load_percent: Share of the time in which it computed anything; None if unknown.
        memory_used_bytes: Memory in use by all processes.
        memory_bytes: Its whole memory.
        run_memory_bytes: Memory of the run's processes; None if the driver does not say.
    """

    name: str
    load_percent: float | None
    memory_used_bytes: int
    memory_bytes: int
    run_memory_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """One reading of a machine and of a run on it.

    Attributes:
        cpu_percent: Load of all CPUs together, 0 to 100.
        memory_used_bytes: Memory that is not available to a new process.
        memory_bytes: Memory of the machine.
        disk_free_bytes: Free space where the run folder is; None if that cannot be asked.
        disk_bytes: Size of that disk.
        run_cpu_percent: Part of ``cpu_percent`` that the run causes; None if it is not running
            on this machine.
        run_memory_bytes: Memory of the run's processes; None if it is not running.
        gpus: The GPUs of the machine; none if there are none or their library is missing.
    """

    cpu_percent: float
    memory_used_bytes: int
    memory_bytes: int
    disk_free_bytes: int | None
    disk_bytes: int | None
    run_cpu_percent: float | None
    run_memory_bytes: int | None
    gpus: tuple[GpuGauge, ...]


class GaugeReader:
    """Reads the gauges of a run; loads are those since the reading before.

    Args:
        folder: The run folder. The run may end and start again meanwhile.
    """

    def __init__(self, folder: Path) -> None:
        self._run = RunFolder(folder)
        self._nvidia = _Nvidia()
        self._cpu_before = psutil.cpu_times()
        # CPU seconds of each process of the run at the last reading, by process.
        self._run_before: dict[tuple[int, float], float] = {}
        self._read_at_s = time.monotonic()

    def read(self) -> Gauges:
        """Return what the machine and the run do now; what cannot be read is None."""
        memory = psutil.virtual_memory()
        free, size = _disk(self._run.path)
        now_s = time.monotonic()
        processes = self._processes()
        run_percent = self._run_percent(processes, now_s - self._read_at_s)
        self._read_at_s = now_s
        return Gauges(
            cpu_percent=self._cpu_percent(),
            memory_used_bytes=memory.total - memory.available,
            memory_bytes=memory.total,
            disk_free_bytes=free,
            disk_bytes=size,
            run_cpu_percent=run_percent if processes else None,
            run_memory_bytes=_memory(processes) if processes else None,
            gpus=self._nvidia.read({process.pid for process in processes}),
        )

    def _processes(self) -> list[psutil.Process]:
        """Return the process of the run and those that it started."""
        try:
            status = self._run.read_status()
            if status is None or not self._run.is_alive():
                return []
            if status.state in {"finished", "failed", "cancelled"}:
                return []
            process = psutil.Process(status.pid)
            return [process, *process.children(recursive=True)]
        except (psutil.Error, BadEventError, OSError):
            return []

    def _cpu_percent(self) -> float:
        before, now = self._cpu_before, psutil.cpu_times()
        self._cpu_before = now
        total_s, idle_s = sum(now) - sum(before), _idle_s(now) - _idle_s(before)
        return _percent(total_s - idle_s, total_s)

    def _run_percent(self, processes: list[psutil.Process], elapsed_s: float) -> float:
        now: dict[tuple[int, float], float] = {}
        used_s = 0.0
        for process in processes:
            with suppress(psutil.Error):
                key = (process.pid, process.create_time())
                times = process.cpu_times()
                now[key] = times.user + times.system
                used_s += now[key] - self._run_before.get(key, now[key])
        self._run_before = now
        return _percent(used_s, elapsed_s * (psutil.cpu_count() or 1))


class _Nvidia:
    """GPUs by NVIDIA, through the library of their driver."""

    def __init__(self) -> None:
        self._library: Any = None
        self._is_tried = False

    def read(self, pids: set[int]) -> tuple[GpuGauge, ...]:
        library = self._open()
        if library is None:
            return ()
        try:
            handles = map(library.nvmlDeviceGetHandleByIndex, range(library.nvmlDeviceGetCount()))
            return tuple(_read_gpu(library, handle, pids) for handle in handles)
        except library.NVMLError:
            return ()  # a GPU may be lost meanwhile

    def _open(self) -> Any:  # noqa: ANN401 - a module without types
        if not self._is_tried:
            self._is_tried = True
            try:
                import pynvml  # noqa: PLC0415 - an optional extra
            except ImportError:
                return None
            # Without a driver there is no such GPU.
            with suppress(pynvml.NVMLError):
                pynvml.nvmlInit()
                self._library = pynvml
        return self._library


def _read_gpu(library: Any, handle: Any, pids: set[int]) -> GpuGauge:  # noqa: ANN401
    name = library.nvmlDeviceGetName(handle)
    memory = library.nvmlDeviceGetMemoryInfo(handle)
    load: float | None = None
    own: int | None = None
    with suppress(library.NVMLError):
        load = float(library.nvmlDeviceGetUtilizationRates(handle).gpu)
    with suppress(library.NVMLError):
        running = library.nvmlDeviceGetComputeRunningProcesses(handle)
        used = [one.usedGpuMemory for one in running if one.pid in pids]
        # Inside a container the driver may list no process, or no sizes.
        own = sum(used) if used and None not in used else None
    return GpuGauge(
        name=name if isinstance(name, str) else name.decode(errors="replace"),
        load_percent=load,
        memory_used_bytes=int(memory.used),
        memory_bytes=int(memory.total),
        run_memory_bytes=own,
    )


def _memory(processes: list[psutil.Process]) -> int:
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _disk(folder: Path) -> tuple[int | None, int | None]:
    try:
        usage = psutil.disk_usage(os.fspath(folder))
    except OSError:
        return None, None
    return usage.free, usage.total


def _idle_s(times: Any) -> float:  # noqa: ANN401 - its fields depend on the system
    # Linux counts waiting for a disk apart; the CPU is free meanwhile.
    return float(times.idle + getattr(times, "iowait", 0.0))


def _percent(part: float, whole: float) -> float:
    return min(100.0, max(0.0, 100 * part / whole)) if whole > 0 else 0.0
