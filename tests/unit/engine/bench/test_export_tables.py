from __future__ import annotations

import msgspec

from engine.bench.export_report import (
    ExportRow,
    FileLatency,
    LatencyRun,
    MatrixReport,
    ModelResult,
)
from engine.bench.export_tables import matrix_markdown


def row(target: str, **values: object) -> ExportRow:
    """Return a verified file that computes the same, changed by ``values``."""
    verified: dict[str, object] = {
        "state": "verified",
        "file": f"m.{target}",
        "bytes": 2000,
        "runtime": "runtime 1.2",
        "difference": 0.0,
        "peak_memory_bytes": 3_000_000,
    }
    return msgspec.convert({"target": target, **verified, **values}, ExportRow)


def latency(target: str, side: int, p50_ms: float, speed: float) -> FileLatency:
    """Return a latency of the model ``m``."""
    return FileLatency(
        model="m",
        target=target,
        height=side,
        width=side,
        p50_ms=p50_ms,
        p95_ms=p50_ms + 1,
        speed=speed,
    )


def run_of(*files: FileLatency) -> LatencyRun:
    """Return a run of 7 rounds."""
    return LatencyRun(
        key="k",
        started="2026-01-02 03:04",
        threads=2,
        rounds=7,
        load_before=0.25,
        load_after=1.5,
        files=files,
    )


SMALL = row("onnx-int8", bytes=1000, difference=0.05, loss_db={"a": 0.0312, "b": -0.0001})
REPORT = MatrixReport(
    command="mfagan bench export m",
    product="9.9",
    processor="A Processor",
    cores=2,
    system="Linux",
    python="3.11",
    benchmarks=("a", "b"),
    targets=("onnx", "onnx-int8", "mnn", "coreml"),
    models=(
        ModelResult(
            id="m",
            fixed_at={"restoration": 0.5},
            date="2026-01-02",
            revision="0123456789abcdef",
            rows=(
                row("onnx"),
                SMALL,
                ExportRow(target="mnn", state="failed", reason="m.mnn: it is broken"),
                ExportRow(target="coreml", state="written", file="m.zip", bytes=5, reason="no Mac"),
            ),
        ),
    ),
)


def test_quality_alone_has_no_latencies() -> None:
    text = matrix_markdown(REPORT)

    assert "### Latency" not in text
    assert "256²" not in text
    assert "| m | 2.0 kB | 1.0 kB | 0.031 | 0.000 |" in text


def test_each_target_says_whether_it_runs_and_what_it_loses() -> None:
    lines = matrix_markdown(REPORT).splitlines()

    assert "| onnx | none |" in lines
    # What rounds to nothing has no sign.
    assert "| onnx-int8 | 0.031 / 0.000 |" in lines
    assert "| mnn | failed |" in lines
    assert "| coreml | not run |" in lines
    assert "- mnn (all models): MODEL.mnn: it is broken" in lines


def test_difference_size_and_memory_are_of_the_first_file() -> None:
    other = row("onnx", file="m-128.onnx", difference=0.7)
    rows = (*REPORT.models[0].rows, other)
    model = msgspec.structs.replace(REPORT.models[0], rows=rows)

    text = matrix_markdown(msgspec.structs.replace(REPORT, models=(model,)))

    assert "| onnx | 0.0e+00 |" in text
    assert "7.0e-01" not in text
    assert "| onnx | 2.0 kB, 3.0 MB |" in text
    assert "| coreml | 5 B |" in text


def test_the_conditions_name_machine_versions_commit_and_point_of_the_dial() -> None:
    text = " ".join(matrix_markdown(REPORT).split())

    assert "Exported on 2026-01-02 at commit 01234567 on A Processor, 2 cores; Linux" in text
    assert "runtime 1.2" in text
    assert "restoration 0.5" in text
    assert "on bicubic a and b (whole photos)" in text


def test_latencies_are_relative_to_the_float32_file_and_state_the_load() -> None:
    timed = run_of(latency("onnx", 128, 10.0, 1.0), latency("onnx-int8", 128, 4.0, 2.5))
    model = msgspec.structs.replace(REPORT.models[0], latency=timed)
    int8 = run_of(
        latency("onnx", 128, 10.0, 1.0),
        latency("onnx-int8", 128, 5.0, 2.0),
        latency("onnx", 256, 40.0, 1.0),
        latency("onnx-int8", 256, 16.0, 2.5),
    )

    text = matrix_markdown(msgspec.structs.replace(REPORT, models=(model,), int8=int8))

    assert "| onnx-int8 | 4.0 / 5.0 (2.50) |" in text
    # Not timed, and not run.
    assert "| mnn | \u2013 |" in text
    assert (
        "| m | 2.0 kB | 1.0 kB | 0.031 | 0.000 | 10.0 / 11.0 | 5.0 / 6.0 | 2.00 "
        "| 40.0 / 41.0 | 16.0 / 17.0 | 2.50 |"
    ) in text
    whole = " ".join(text.split())
    assert "2 threads, 7 rounds in turns after warm-up" in whole
    assert "load average 0.2 before the first round and at most 1.5" in whole


def test_a_reason_names_only_the_models_that_it_is_of() -> None:
    other = msgspec.structs.replace(REPORT.models[0], id="n", rows=(row("onnx"),))
    report = msgspec.structs.replace(REPORT, models=(*REPORT.models, other))

    text = matrix_markdown(report)

    assert "- coreml (m): no Mac" in text
    # The second model was not exported to it.
    assert "| coreml | not run |  |" in text


def test_without_benchmarks_no_loss_is_promised() -> None:
    text = matrix_markdown(msgspec.structs.replace(REPORT, benchmarks=()))

    assert "lost against" not in text
    assert "| onnx-int8 | \u2013 |" in text
