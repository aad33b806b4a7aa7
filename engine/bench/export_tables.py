"""The section of the documentation that holds the measurements of exports, as Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence

from engine.bench.export_report import ExportRow, LatencyRun, MatrixReport, ModelResult
from engine.core.markdown_table import markdown_table
from engine.core.units import format_bytes

FULL, SMALL = "onnx", "onnx-int8"
INT8_TILES_PX = (128, 256)
_WIDTH = 120
_STATES = {
    "written": "not run",
    "failed": "failed",
    "impossible": "not possible",
    "missing": "not installed",
}
_NOT_MEASURED = "\u2013"
_FILES = (
    "Each cell is of the file for any size; Core ML has one file with all sizes, ExecuTorch one "
    "for 128x128."
)
_LOSS = "Y-PSNR lost against the float32 network on bicubic {names} (whole photos), in dB. "
_EXACT = "*none*: computes the same as the float32 network (difference up to 1e-4)."
_PARITY = (
    "Largest difference from the float32 network in ONNX Runtime, in units of white, over parts of "
    "photos with odd and even sides."
)
_SIZE = (
    "Size of the file, and peak memory of the process that ran a 128x128 tile, Python and runtime "
    "included."
)
_LATENCY = (
    "Median / 95th percentile in ms for a 128x128 tile, and how many times as fast as the float32 "
    "ONNX file (median over the rounds). Targets run in turns, each in its own runtime and "
    "process; an untimed run before each timed one fills the caches."
)
_INT8 = "`onnx-int8` against `onnx`, both in ONNX Runtime."
_INT8_LATENCY = (
    "Median / 95th percentile in ms for tiles of two sizes, and how many times as fast; all models "
    "run in turns. Latencies: "
)


def matrix_markdown(report: MatrixReport) -> str:
    """Return the conditions and all tables, as docs/export.md has them."""
    parts = ["## Measured\n", *_conditions(report)]
    loss = _LOSS.format(names=" and ".join(report.benchmarks)) if report.benchmarks else ""
    tables: list[tuple[str, str, Callable[[ModelResult, ExportRow], str]]] = [
        ("Where it runs, and what it loses", f"{loss}{_EXACT}", _loss_cell(report)),
        ("Difference", _PARITY, _parity_cell),
        ("Size and memory", _SIZE, _size_cell),
    ]
    if any(model.latency for model in report.models):
        tables.append(("Latency", _LATENCY, _latency_cell))
    for title, text, cell in tables:
        parts += [f"### {title}\n", _paragraph(text), _matrix(report, cell)]
        if cell is tables[0][2]:
            parts += list(_reasons(report))
    parts += _int8_part(report)
    return "\n".join(parts)


def _paragraph(text: str) -> str:
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*lines, ""])


def _conditions(report: MatrixReport) -> Iterator[str]:
    runtimes = sorted({row.runtime for m in report.models for row in m.rows if row.runtime})
    dates = sorted({model.date for model in report.models})
    commits = sorted({model.revision[:8] for model in report.models if model.revision})
    machine = (
        f"{report.processor}, {report.cores} cores; {report.system}; Python {report.python}, "
        f"MFAGAN Studio {report.product}"
    )
    yield f"`{report.command}`\n"
    yield _paragraph(
        f"Exported on {', '.join(dates)}{' at commit ' if commits else ''}{', '.join(commits)} on "
        f"{machine}; {', '.join(runtimes)}. {_dials(report)}{_FILES}"
    )
    runs = [model.latency for model in report.models if model.latency is not None]
    if runs:
        yield _paragraph(f"Latencies: {_latency_conditions(runs)}")


def _dials(report: MatrixReport) -> str:
    points = {
        ", ".join(f"{name} {value:g}" for name, value in model.fixed_at.items())
        for model in report.models
        if model.fixed_at
    }
    return f"Dials are fixed at {'; '.join(sorted(points))}. " if points else ""


def _latency_conditions(runs: Sequence[LatencyRun]) -> str:
    loads = [load for run in runs for load in (run.load_before, run.load_after)]
    started = sorted(run.started for run in runs)
    threads = ", ".join(sorted({str(run.threads) for run in runs}))
    rounds = ", ".join(sorted({str(run.rounds) for run in runs}))
    return (
        f"from {started[0]} UTC, {threads} threads, {rounds} rounds in turns after warm-up; load "
        f"average {runs[0].load_before:.1f} before the first round and at most {max(loads):.1f}, "
        "with their own threads."
    )


def _matrix(report: MatrixReport, cell: Callable[[ModelResult, ExportRow], str]) -> str:
    rows = []
    for target in report.targets:
        cells = [target]
        for model in report.models:
            row = model.first_row(target)
            cells.append("" if row is None else cell(model, row))
        rows.append(cells)
    return markdown_table(["target", *(model.id for model in report.models)], rows)


def _loss_cell(report: MatrixReport) -> Callable[[ModelResult, ExportRow], str]:
    def cell(_model: ModelResult, row: ExportRow) -> str:
        if row.state != "verified":
            return _STATES[row.state]
        return _losses(row, report.benchmarks)

    return cell


def _losses(row: ExportRow, benchmarks: Sequence[str]) -> str:
    if row.is_exact:
        return "none"
    # Added to zero, so that what rounds to nothing has no sign.
    found = [
        f"{round(row.loss_db[name], 3) + 0.0:.3f}" for name in benchmarks if name in row.loss_db
    ]
    return " / ".join(found) or _NOT_MEASURED


def _parity_cell(_model: ModelResult, row: ExportRow) -> str:
    return _NOT_MEASURED if row.difference is None else f"{row.difference:.1e}"


def _size_cell(_model: ModelResult, row: ExportRow) -> str:
    if not row.file:
        return _NOT_MEASURED
    memory = f", {format_bytes(row.peak_memory_bytes)}" if row.peak_memory_bytes else ""
    return f"{format_bytes(row.bytes)}{memory}"


def _latency_cell(model: ModelResult, row: ExportRow) -> str:
    found = model.latency.find(model.id, row.target) if model.latency else None
    if found is None:
        return _NOT_MEASURED
    speed = f" ({found.speed:.2f})" if found.speed else ""
    return f"{found.p50_ms:.1f} / {found.p95_ms:.1f}{speed}"


def _reasons(report: MatrixReport) -> Iterator[str]:
    """Yield why targets failed or were not run; the same reason once."""
    found: dict[tuple[str, str], list[str]] = {}
    for model in report.models:
        for target in report.targets:
            row = model.first_row(target)
            if row is not None and row.reason:
                # Names of files differ, and the reason does not.
                text = re.sub(rf"\b{re.escape(model.id)}(?=[-.])", "MODEL", row.reason)
                found.setdefault((target, text), []).append(model.id)
    lines = []
    for (target, text), models in found.items():
        of = "all models" if len(models) == len(report.models) else ", ".join(models)
        lines.append(f"- {target} ({of}): {text}\n")
    if lines:
        yield "".join(lines)


def _int8_part(report: MatrixReport) -> list[str]:
    columns = ["model", "float32", "int8", *(f"{name} loss, dB" for name in report.benchmarks)]
    for side in INT8_TILES_PX if report.int8 else ():
        columns += [f"{side}²: float32", "int8", "times as fast"]
    rows = []
    for model in report.models:
        full, small = model.first_row(FULL), model.first_row(SMALL)
        if full is None or small is None or not small.file:
            continue
        cells = [model.id, format_bytes(full.bytes), format_bytes(small.bytes)]
        cells += [_losses(small, [name]) for name in report.benchmarks]
        rows.append([*cells, *_int8_cells(report.int8, model.id)])
    if not rows:
        return []
    conditions = f" {_INT8_LATENCY}{_latency_conditions([report.int8])}" if report.int8 else ""
    return [
        "### int8 against float32\n",
        _paragraph(f"{_INT8}{conditions}"),
        markdown_table(columns, rows),
    ]


def _int8_cells(run: LatencyRun | None, model: str) -> Iterator[str]:
    if run is None:
        return
    for side in INT8_TILES_PX:
        full, small = (run.find(model, target, side) for target in (FULL, SMALL))
        if full is None or small is None:
            yield from [_NOT_MEASURED] * 3
        else:
            yield f"{full.p50_ms:.1f} / {full.p95_ms:.1f}"
            yield f"{small.p50_ms:.1f} / {small.p95_ms:.1f}"
            yield f"{small.speed:.2f}"
