"""How busy the computer is: processor, memory, disk, graphics card, and the run's own share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.services.task_runner import TaskRunner
from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_XS_PX
from app.widgets.controls import ElidedLabel, text_label
from engine.api import format_bytes

_EVERY_MS = 2000
_PATIENCE_S = 3
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How busy the computer is.

    Attributes:
        cpu: Share of all cores, 0 to 1.
        memory_bytes: Memory in use.
        memory_total_bytes: Memory that there is.
        disk_free_bytes: Free space where the runs are, None if that cannot be found out.
        disk_total_bytes: Size of that disk.
        run_cpu: Cores that the run uses, None without a process.
        run_memory_bytes: Memory of the run.
        gpu: Name of the graphics card, empty without one that reports.
        gpu_share: Share of its time that it is busy, 0 to 1.
        gpu_memory_bytes: Its memory in use.
        gpu_memory_total_bytes: Its memory.
    """

    cpu: float
    memory_bytes: int
    memory_total_bytes: int
    disk_free_bytes: int | None = None
    disk_total_bytes: int = 0
    run_cpu: float | None = None
    run_memory_bytes: int = 0
    gpu: str = ""
    gpu_share: float = 0.0
    gpu_memory_bytes: int = 0
    gpu_memory_total_bytes: int = 0


class LoadMeter:
    """Measures the load since its last call. For one thread at a time."""

    def __init__(self, *, find_gpu: Callable[[str], str | None] = shutil.which) -> None:
        # NVIDIA's own tool, as torch has no say here; other makers' cards report nothing.
        self._gpu_tool = find_gpu("nvidia-smi")
        self._process: psutil.Process | None = None

    def measure(self, folder: Path, pid: int | None) -> Load:
        """Return the load; ``folder`` says which disk, ``pid`` is the process of the run."""
        memory = psutil.virtual_memory()
        run_cpu, run_memory = self._run_load(pid)
        free, total = _disk(folder)
        gpu = self._gpu()
        return Load(
            cpu=psutil.cpu_percent(None) / 100,
            memory_bytes=memory.total - memory.available,
            memory_total_bytes=memory.total,
            disk_free_bytes=free,
            disk_total_bytes=total,
            run_cpu=run_cpu,
            run_memory_bytes=run_memory,
            gpu=gpu[0],
            gpu_share=gpu[1],
            gpu_memory_bytes=gpu[2],
            gpu_memory_total_bytes=gpu[3],
        )

    def _run_load(self, pid: int | None) -> tuple[float | None, int]:
        if pid is None:
            self._process = None
            return None, 0
        try:
            if self._process is None or self._process.pid != pid:
                self._process = psutil.Process(pid)
            return self._process.cpu_percent(None) / 100, self._process.memory_info().rss
        except psutil.Error:
            # It ended a moment ago.
            self._process = None
            return None, 0

    def _gpu(self) -> tuple[str, float, int, int]:
        if self._gpu_tool is None:
            return "", 0.0, 0, 0
        query = "--query-gpu=name,utilization.gpu,memory.used,memory.total"
        try:
            said = subprocess.run(
                [self._gpu_tool, query, "--format=csv,noheader,nounits"],
                capture_output=True,
                text=True,
                timeout=_PATIENCE_S,
                check=True,
            ).stdout
            name, busy, used, total = said.splitlines()[0].rsplit(",", 3)
            return (
                name.strip(),
                float(busy) / 100,
                int(used) * _MEGABYTE,
                int(total) * _MEGABYTE,
            )
        except (OSError, subprocess.SubprocessError, ValueError, IndexError):
            # Not asked again: a driver that does not answer takes seconds each time.
            self._gpu_tool = None
            return "", 0.0, 0, 0


class LoadWatch(QObject):
    """Measures the load now and then on a worker thread.

    Signals:
        measured: The `Load`.
    """

    measured = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._pid: int | None = None
        self._meter = LoadMeter()
        self._runner = TaskRunner(threads=1, parent=self)
        self._is_measuring = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._measure)

    def start(self) -> None:
        """Measure from now on."""
        self._measure()
        self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    def set_process(self, pid: int | None) -> None:
        """Tell which process is the run's."""
        self._pid = pid

    def shut_down(self) -> None:
        """Stop, and wait for the current measurement."""
        self.stop()
        self._runner.wait_for_done()

    @Slot()
    def _measure(self) -> None:
        if self._is_measuring:
            return
        self._is_measuring = True
        pid = self._pid
        task = self._runner.create(lambda _report, _token: self._meter.measure(self._folder, pid))
        task.succeeded.connect(self._on_measured)
        task.failed.connect(self._on_failed)
        task.start()

    @Slot(object)
    def _on_measured(self, load: Load) -> None:
        self._is_measuring = False
        self.measured.emit(load)

    @Slot(object)
    def _on_failed(self, _error: Exception) -> None:
        self._is_measuring = False


class GaugeBar(QFrame):
    """A row of gauges below the charts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Load of this computer"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L_PX)
        self._gauges = {
            "cpu": _Gauge(self.tr("Processor")),
            "memory": _Gauge(self.tr("Memory")),
            "disk": _Gauge(self.tr("Disk")),
            "gpu": _Gauge(self.tr("Graphics card")),
        }
        for gauge in self._gauges.values():
            row.addWidget(gauge, 1)
        self._gauges["gpu"].hide()

    def text(self, name: str) -> str:
        """Return what the gauge ``cpu``, ``memory``, ``disk`` or ``gpu`` says."""
        return self._gauges[name].text

    @Slot(object)
    def show_load(self, load: Load) -> None:
        """Show the load of this moment."""
        cpu = f"{load.cpu:.0%}"
        if load.run_cpu is not None:
            cores = local_numbers(f"{load.run_cpu:.1f}")
            cpu = self.tr("{share}, this run {cores} cores").format(share=cpu, cores=cores)
        self._gauges["cpu"].show_value(load.cpu, cpu)
        memory = self.tr("{used} of {total}").format(
            used=_size(load.memory_bytes), total=_size(load.memory_total_bytes)
        )
        if load.run_memory_bytes:
            run = self.tr("this run {size}").format(size=_size(load.run_memory_bytes))
            memory = f"{memory}, {run}"
        share = load.memory_bytes / max(load.memory_total_bytes, 1)
        self._gauges["memory"].show_value(share, memory)
        if load.disk_free_bytes is not None:
            used = 1 - load.disk_free_bytes / max(load.disk_total_bytes, 1)
            text = self.tr("{size} free").format(size=_size(load.disk_free_bytes))
            self._gauges["disk"].show_value(used, text)
        self._gauges["disk"].setVisible(load.disk_free_bytes is not None)
        self._gauges["gpu"].setVisible(bool(load.gpu))
        if load.gpu:
            text = self.tr("{share}, {used} of {total}").format(
                share=f"{load.gpu_share:.0%}",
                used=_size(load.gpu_memory_bytes),
                total=_size(load.gpu_memory_total_bytes),
            )
            self._gauges["gpu"].show_value(load.gpu_share, text)
            self._gauges["gpu"].setToolTip(shown(load.gpu))


class _Gauge(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        self._value = ElidedLabel(role="caption")
        self._bar = QProgressBar()
        self._bar.setRange(0, 100)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(title)
        words = QHBoxLayout()
        words.setSpacing(SPACE_XS_PX)
        words.addWidget(text_label(title, role="section"))
        words.addWidget(self._value, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS_PX)
        column.addLayout(words)
        column.addWidget(self._bar)

    @property
    def text(self) -> str:
        return self._value.text()

    def show_value(self, share: float, text: str) -> None:
        self._bar.setValue(round(100 * min(max(share, 0.0), 1.0)))
        self._bar.setAccessibleDescription(text)
        self._value.setText(text)


def _size(count: int) -> str:
    return local_numbers(format_bytes(count))


def _disk(folder: Path) -> tuple[int | None, int]:
    # The folder of runs is made with the first one.
    place = next((path for path in (folder, *folder.parents) if path.is_dir()), None)
    if place is None:
        return None, 0
    try:
        usage = psutil.disk_usage(str(place))
    except OSError:
        return None, 0
    return usage.free, usage.total
