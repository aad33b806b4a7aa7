from __future__ import annotations

import pytest

from engine.bench.export_report import ExportRow, FileLatency, LatencyRun, export_rows
from engine.export.bundle.manifest import BundledFile, SizeParity, TargetReport, Verification
from engine.export.targets.exported_file import ExportedFile, TensorPort


def bundled(name: str, *, differences: tuple[float, ...] = ()) -> BundledFile:
    """Return a file, verified if differences are given."""
    port = TensorPort(name="lr", layout="NCHW", dtype="float32", shape=(1, 3, "height", "width"))
    file = ExportedFile(
        name=name, paths=(name,), precision="fp32", runtime="ncnn", input=port, output=port
    )
    verification = Verification(
        runtime="ncnn 1",
        parity=tuple(SizeParity(height=8, width=9, difference=d, rms=d) for d in differences),
        latency_px=(128, 128),
        threads=2,
        p50_ms=1.0,
        p95_ms=1.0,
        reference_p50_ms=1.0,
        peak_memory_bytes=5_000_000,
        loss_db={"photos": 0.25},
    )
    return BundledFile(
        file=file, sha256={}, bytes=10, verification=verification if differences else None
    )


def test_each_file_is_a_row_and_a_target_without_files_too() -> None:
    rows = export_rows(
        [
            TargetReport(
                name="ncnn",
                title="NCNN",
                state="verified",
                files=(bundled("a", differences=(1e-6, 2e-3)), bundled("b", differences=(1e-5,))),
            ),
            TargetReport(name="mnn", title="MNN", state="failed", reason="it is broken"),
            TargetReport(name="coreml", title="Core ML", state="written", files=(bundled("c"),)),
        ]
    )

    assert [(row.target, row.file, row.difference) for row in rows] == [
        ("ncnn", "a", 2e-3),
        ("ncnn", "b", 1e-5),
        ("mnn", "", None),
        ("coreml", "c", None),
    ]
    assert [row.is_exact for row in rows] == [False, True, False, False]
    assert rows[0].loss_db == {"photos": 0.25}
    assert rows[2].reason == "it is broken"


@pytest.mark.parametrize(("least_px", "height"), [(0, 128), (128, 128), (200, 258), (300, None)])
def test_a_latency_is_found_by_model_target_and_tile(least_px: int, height: int | None) -> None:
    def latency(model: str, side: int) -> FileLatency:
        return FileLatency(
            model=model, target="onnx", height=side, width=side, p50_ms=1, p95_ms=1, speed=1
        )

    run = LatencyRun(
        key="",
        started="2026-01-01 00:00",
        threads=1,
        rounds=1,
        load_before=0,
        load_after=0,
        files=(latency("other", 512), latency("own", 128), latency("own", 258)),
    )

    found = run.find("own", "onnx", least_px)

    assert (None if found is None else found.height) == height
    assert run.find("own", "ncnn") is None


def test_a_difference_that_is_not_a_number_is_not_exact() -> None:
    assert not ExportRow(target="x", state="verified", difference=float("nan")).is_exact
