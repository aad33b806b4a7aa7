"""What is known of the exports of several models: the structs of ``matrix.json``."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from engine.export.bundle.manifest import State, TargetReport
from engine.export.targets.exported_file import FP32_TOLERANCE


class ExportRow(Struct, frozen=True, kw_only=True):
    """An exported file, or a target without one.

    Attributes:
        target: Name of the target.
        state: What became of it.
        reason: Why it was not written or not run; empty otherwise.
        file: Name of the file; empty if there is none.
        size: Height and width of the LR picture, if the file takes no other.
        bytes: Size of the file and of what belongs to it.
        runtime: Runtime that ran it, with its version; empty if nothing here does.
        difference: Largest difference from the float32 network in units of white; None if it
            was not run.
        loss_db: Y-PSNR lost against that network, by benchmark; empty if it computes the same.
        peak_memory_bytes: Largest memory of the process that ran it.
    """

    target: str
    state: State
    reason: str = ""
    file: str = ""
    size: tuple[int, int] | None = None
    bytes: int = 0
    runtime: str = ""
    difference: float | None = None
    loss_db: dict[str, float] = {}
    peak_memory_bytes: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether it computes the same as the float32 network."""
        return self.difference is not None and self.difference <= FP32_TOLERANCE


class FileLatency(Struct, frozen=True, kw_only=True):
    """The latency of a file.

    Attributes:
        model: Id of its model.
        target: Name of its target.
        height: Height of the LR picture.
        width: Width of the LR picture.
        p50_ms: Median.
        p95_ms: 95th percentile.
        speed: How many times as fast as the float32 network in ONNX Runtime: the median over the
            rounds, in each of which both ran.
    """

    model: str
    target: str
    height: int
    width: int
    p50_ms: float
    p95_ms: float
    speed: float


class LatencyRun(Struct, frozen=True, kw_only=True):
    """Latencies of files that ran in turns.

    Attributes:
        key: Hash of the files and options; others are measured anew.
        started: When, as ``2026-11-26 14:05``, UTC.
        threads: CPU threads of each run.
        rounds: Timed runs of each file.
        load_before: Load average of the last minute before it began.
        load_after: The same after it, which counts its own threads.
        files: What was measured.
        errors: Why a file was not timed, by model and target.
    """

    key: str
    started: str
    threads: int
    rounds: int
    load_before: float
    load_after: float
    files: tuple[FileLatency, ...]
    errors: dict[str, str] = {}

    def find(self, model: str, target: str, least_px: int = 0) -> FileLatency | None:
        """Return the latency of a model's target, for the first tile of at least ``least_px``."""
        for item in self.files:
            if (item.model, item.target) == (model, target) and item.height >= least_px:
                return item
        return None


class ModelResult(Struct, frozen=True, kw_only=True):
    """The exports of one model.

    Attributes:
        id: Id of the model.
        fixed_at: Values of its dial; empty for a plain model.
        date: Day on which it was exported, as ``2026-11-26``.
        revision: Commit of the source that exported it, empty if unknown.
        rows: Its files, in the order of the targets.
        latency: Latencies of the first file of each target; None until they are measured.
    """

    id: str
    fixed_at: dict[str, float]
    date: str
    revision: str
    rows: tuple[ExportRow, ...]
    latency: LatencyRun | None = None

    def first_row(self, target: str) -> ExportRow | None:
        """Return the first file of a target, or the target without one."""
        return next((row for row in self.rows if row.target == target), None)


class MatrixReport(Struct, frozen=True, kw_only=True):
    """All models.

    Attributes:
        schema_version: Version of this schema.
        command: The command line, without folders.
        product: Version of this product.
        processor: Name of the processor.
        cores: Cores that may be used.
        system: Operating system.
        python: Version of Python.
        benchmarks: Names of the benchmark folders.
        targets: Names of the targets.
        models: The models.
        int8: Latencies of int8 and float32 files of all models; None until they are measured.
    """

    schema_version: int = 1
    command: str
    product: str
    processor: str
    cores: int
    system: str
    python: str
    benchmarks: tuple[str, ...]
    targets: tuple[str, ...]
    models: tuple[ModelResult, ...]
    int8: LatencyRun | None = None


def export_rows(reports: Sequence[TargetReport]) -> tuple[ExportRow, ...]:
    """Return the files of a bundle's targets, without the latencies that were measured there."""
    rows = []
    for report in reports:
        if not report.files:
            rows.append(ExportRow(target=report.name, state=report.state, reason=report.reason))
        for item in report.files:
            found = item.verification
            rows.append(
                ExportRow(
                    target=report.name,
                    state=report.state,
                    reason=report.reason,
                    file=item.file.name,
                    size=item.file.size,
                    bytes=item.bytes,
                    runtime=found.runtime if found else "",
                    difference=found.largest_difference if found else None,
                    loss_db=found.loss_db if found else {},
                    peak_memory_bytes=found.peak_memory_bytes if found else 0,
                )
            )
    return tuple(rows)
