"""How busy the computer is: processor, memory, disk, graphics card, and the run's own share."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.services.task_runner import TaskRunner
from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from app.state.theme import SPACE_L_PX, SPACE_XS_PX
from app.widgets.controls import PARTS_MARK, PartsLabel, text_label
from engine.api import GaugeReader, Gauges, GpuGauge, format_bytes

_EVERY_MS = 2000


class LoadWatch(QObject):
    """Measures the load now and then on a worker thread.

    Signals:
        measured: The `Gauges`.
    """

    measured = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run = folder
        self._reader = GaugeReader(folder)
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

    def set_run(self, run: Path) -> None:
        """Tell whose share is measured."""
        if run != self._run:
            self._run = run
            # Another one, because the worker may be using this one.
            self._reader = GaugeReader(run)

    def shut_down(self) -> None:
        """Stop, and wait for the current measurement."""
        self.stop()
        self._runner.wait_for_done()

    @Slot()
    def _measure(self) -> None:
        if self._is_measuring:
            return
        self._is_measuring = True
        reader = self._reader
        task = self._runner.create(lambda _report, _token: reader.read())
        task.succeeded.connect(self._on_measured)
        task.failed.connect(self._on_failed)
        task.start()

    @Slot(object)
    def _on_measured(self, load: Gauges) -> None:
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

    def shown_text(self, name: str) -> str:
        """Return what the gauge ``cpu``, ``memory``, ``disk`` or ``gpu`` says."""
        return self._gauges[name].text

    @Slot(object)
    def show_load(self, load: Gauges) -> None:
        """Show the load of this moment."""
        cpu = _percent(load.cpu_percent)
        if load.run_cpu_percent is not None:
            cpu = self._with_run(cpu, _percent(load.run_cpu_percent))
        self._gauges["cpu"].show_value(load.cpu_percent / 100, cpu)
        memory = self.tr("{used} of {total}").format(
            used=_size(load.memory_used_bytes), total=_size(load.memory_bytes)
        )
        if load.run_memory_bytes is not None:
            memory = self._with_run(memory, _size(load.run_memory_bytes))
        self._gauges["memory"].show_value(_share(load.memory_used_bytes, load.memory_bytes), memory)
        free, size = load.disk_free_bytes, load.disk_bytes
        self._gauges["disk"].setVisible(free is not None)
        if free is not None and size is not None:
            text = self.tr("{size} free").format(size=_size(free))
            self._gauges["disk"].show_value(_share(size - free, size), text)
        self._show_gpu(load.gpus[0] if load.gpus else None)

    def _show_gpu(self, gpu: GpuGauge | None) -> None:
        self._gauges["gpu"].setVisible(gpu is not None)
        if gpu is None:
            return
        text = self.tr("{used} of {total}").format(
            used=_size(gpu.memory_used_bytes), total=_size(gpu.memory_bytes)
        )
        share = _share(gpu.memory_used_bytes, gpu.memory_bytes)
        if gpu.load_percent is not None:
            share = gpu.load_percent / 100
            text = f"{_percent(gpu.load_percent)}, {text}"
        if gpu.run_memory_bytes is not None:
            text = self._with_run(text, _size(gpu.run_memory_bytes))
        self._gauges["gpu"].show_value(share, text)
        self._gauges["gpu"].setToolTip(shown(gpu.name))

    def _with_run(self, text: str, run: str) -> str:
        # What does not fit is left out, the run's own share first.
        return PARTS_MARK.join((text, self.tr("this run {size}").format(size=run)))


class _Gauge(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        self._value = PartsLabel(role="caption")
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


def _percent(percent: float) -> str:
    return f"{percent:.0f}\u00a0%"


def _share(part: int, whole: int) -> float:
    return part / max(whole, 1)
