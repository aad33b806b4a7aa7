"""The parts of the window's benchmark about charts and runs; each one has a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF

from app.charts.curve import Curve
from app.charts.line_chart import LineChart
from app.charts.plot_view import PlotView
from app.charts.point import Point
from app.charts.scatter_chart import ScatterChart
from app.dev.bench_parts import WINDOW_PX, load_window
from app.dev.run_writer import LOG_EVERY, make_run
from app.dev.timing import FRAMES, PACE_HZ, Pulse, time_frames, wait_until
from app.shell.application import Shell, build_shell
from app.state.settings_store import SettingsStore
from app.training.training_page import NAME, TrainingPage
from app.widgets.theming import ThemeService
from engine.api import runs_folder

_STEPS = 1_000_000
_POINTS = 5000
_CHART_PX = (1000, 600)
_RUNS = 10
_WATCHED_S = 20.0
_SMOOTHING = 0.9
_DRAWINGS = 5


def measure_charts() -> dict[str, object]:
    """Return how long a run of a million steps takes to be drawn, and how charts are moved."""
    run = make_run(runs_folder() / "million", steps=_STEPS)
    shell, page = _open_page()
    QCoreApplication.processEvents()
    start = time.perf_counter()
    page.open_paths([run.path])
    wait_until(lambda: page.is_settled and _has_charts(page))
    open_ms = (time.perf_counter() - start) * 1000
    moved = _move_curves(shell.theming) | _move_points(shell.theming)
    shell.window.close()
    return {
        "chart_open_ms": round(open_ms, 1),
        **moved,
        "chart_conditions": {
            "steps": _STEPS,
            "reported_every": LOG_EVERY,
            "points_of_curve": _STEPS,
            "smoothing": _SMOOTHING,
            "front_points": _POINTS,
            "view_px": list(_CHART_PX),
            "frames": FRAMES,
            "pace_hz": PACE_HZ,
        },
    }


def measure_many_runs() -> dict[str, object]:
    """Return the longest time the window did not answer while ten runs were written."""
    runs = runs_folder()
    command = [sys.executable, "-m", "app.dev.run_writer", str(runs), str(_RUNS)]
    shell, page = _open_page()
    with subprocess.Popen([*command, str(_WATCHED_S + 60)]) as writer:
        try:
            wait_until(lambda: len(page.model.rows) == _RUNS and _has_charts(page))
            pulse = Pulse()
            end = time.monotonic() + _WATCHED_S
            wait_until(lambda: time.monotonic() > end)
            longest_ms = pulse.stop()
        finally:
            writer.terminate()
    shell.window.close()
    return {
        "many_runs_stall_ms": round(longest_ms, 1),
        "many_runs_stall_p99_ms": pulse.quantile(99),
        "many_runs_stall_cpu_ms": round(pulse.longest_work_ms, 1),
        "many_runs_conditions": {"runs": _RUNS, "values_per_s": 20, "watched_s": _WATCHED_S},
    }


def _open_page() -> tuple[Shell, TrainingPage]:
    shell = build_shell(SettingsStore(None))
    shell.window.resize(*WINDOW_PX)
    controller = load_window(shell)
    controller.show_page(NAME)
    return shell, controller.page(NAME, TrainingPage)


def _has_charts(page: TrainingPage) -> bool:
    QCoreApplication.processEvents()
    return bool(page.view.charts.tiles) and page.view.charts.isVisible()


def _move_curves(theming: ThemeService) -> dict[str, object]:
    """Time pans and zooms of a smoothed curve with a point at every step."""
    rng = np.random.default_rng(0)
    x = np.arange(float(_STEPS))
    y = 0.02 + 0.1 * np.exp(-6 * x / _STEPS) + 0.01 * rng.random(_STEPS)
    times = []
    chart = LineChart(theming)
    for _ in range(_DRAWINGS):
        chart = LineChart(theming)
        _show(chart)
        start = time.perf_counter()
        chart.set_axes("Step", "Loss")
        chart.set_smoothing(_SMOOTHING)
        chart.set_curves([Curve(name="loss", x=x, y=y)])
        chart.repaint()
        times.append((time.perf_counter() - start) * 1000)
    return {"chart_draw_ms": round(sorted(times)[_DRAWINGS // 2], 1), **_move("chart", chart)}


def _move_points(theming: ThemeService) -> dict[str, object]:
    """Time pans and zooms of the candidates of a search, a front among them."""
    rng = np.random.default_rng(0)
    latency_ms = np.exp(rng.uniform(np.log(3), np.log(60), _POINTS))
    psnr_db = 26 + 1.1 * np.log(latency_ms) - rng.gamma(1.5, 0.35, _POINTS)
    best = np.maximum.accumulate(psnr_db[np.argsort(latency_ms)])
    on_front = set(best.tolist())
    chart = ScatterChart(theming)
    _show(chart)
    chart.set_axes("Latency (ms)", "PSNR (dB)")
    chart.set_points(
        [
            Point(
                id=str(number),
                x=x,
                y=y,
                is_front=y in on_front,
                is_measured=number % 2 == 0,
                label=f"{x:.1f} ms, {y:.2f} dB",
            )
            for number, (x, y) in enumerate(zip(latency_ms.tolist(), psnr_db.tolist(), strict=True))
        ]
    )
    return _move("front", chart)


def _show(chart: PlotView) -> None:
    chart.resize(*_CHART_PX)
    chart.show()
    QCoreApplication.processEvents()


def _move(name: str, chart: PlotView) -> dict[str, object]:
    def change(step: int) -> None:
        if step % 2:
            chart.pan(-7, 3)
            return
        if step % 48 == 0:
            chart.reset_view()
        chart.zoom(0.85, at=QPointF(380, 270))

    figures = time_frames(f"{name}_pan", chart.repaint, change)
    chart.close()
    return figures
