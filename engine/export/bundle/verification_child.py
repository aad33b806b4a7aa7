"""The process that runs one exported file; `engine.export.bundle.verification` starts it."""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from engine.core.atomic_file import write_bytes_atomic
from engine.core.images import ImageU8
from engine.core.peak_memory import peak_memory_bytes
from engine.core.timing import load_average, time_runs
from engine.export.bundle.manifest import SizeParity, Verification
from engine.export.bundle.sample_inputs import SHOWN_SAMPLE, SHOWN_SIZE, png_bytes, sample_input
from engine.export.bundle.tiled_run import run_tiled
from engine.export.bundle.verification import (
    BenchmarkSet,
    VerificationAnswer,
    VerificationTask,
)
from engine.export.targets.exported_file import FP32_TOLERANCE
from engine.export.targets.loading import load_target
from engine.export.targets.target import BatchF32, Runner
from engine.export.targets.target_list import target_entry
from engine.imaging.pixel_values import to_float, to_uint
from engine.inference.network.session import SessionSpec, open_session
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db

_WARM_UPS = 3


def main(question: Path, answer: Path) -> None:
    """Answer the task in ``question`` by writing the file ``answer``."""
    task = msgspec.json.decode(question.read_bytes(), type=VerificationTask)
    try:
        result = VerificationAnswer(verification=verify(task))
    # Any runtime may raise anything; the text is what the report shows.
    except Exception as error:  # noqa: BLE001
        result = VerificationAnswer(error=f"{type(error).__name__}: {error}")
    answer.write_bytes(msgspec.json.encode(result))


def verify(task: VerificationTask) -> Verification:
    """Run the file: once for memory, in turns with its network for time, then compare."""
    target = load_target(target_entry(task.target))
    run = target.load(task.file, Path(task.folder), threads=task.threads)
    timed = sample_input(0, task.latency_px, channels=task.channels)
    run(timed)
    # Before the float32 network is loaded, which would count too.
    peak_bytes = peak_memory_bytes()
    spec = SessionSpec.of_file(Path(task.reference), thread_count=task.threads)
    reference = open_session(spec).run
    load = load_average()
    own_s, reference_s = time_runs(
        (lambda: run(timed), lambda: reference(timed)), rounds=task.rounds, warm_ups=_WARM_UPS
    )
    parity = tuple(_parity(task, run, reference))
    if task.picture:
        _write_picture(task, run)
    exact = all(item.difference <= FP32_TOLERANCE for item in parity)
    return Verification(
        runtime=_runtime(task.file.runtime),
        parity=parity,
        latency_px=task.latency_px,
        threads=task.threads,
        p50_ms=round(float(np.percentile(own_s, 50)) * 1e3, 2),
        p95_ms=round(float(np.percentile(own_s, 95)) * 1e3, 2),
        rounds=task.rounds,
        load_average=load,
        reference_p50_ms=round(float(np.percentile(reference_s, 50)) * 1e3, 2),
        peak_memory_bytes=peak_bytes,
        # A file that computes the same loses nothing, and is not run on hundreds of pictures.
        loss_db={}
        if exact
        else {s.name: _loss_db(task, s, run, reference) for s in task.benchmarks},
        placements=target.placements(task.file, Path(task.folder), size=task.sizes[0]),
    )


def _parity(task: VerificationTask, run: Runner, reference: Runner) -> list[SizeParity]:
    found = []
    for number, size in enumerate(task.sizes):
        lr = sample_input(number, size, channels=task.channels)
        expected, made = reference(lr), run(lr)
        if made.shape != expected.shape:
            raise ValueError(f"its picture has the shape {made.shape}, not {expected.shape}")
        error = np.abs(made - expected)
        found.append(
            SizeParity(
                height=size[0],
                width=size[1],
                difference=float(error.max()),
                rms=float(np.sqrt(np.mean(np.square(error, dtype=np.float64)))),
            )
        )
    return found


def _loss_db(task: VerificationTask, bench: BenchmarkSet, run: Runner, reference: Runner) -> float:
    """Return the mean loss of Y-PSNR on a benchmark."""
    full = Path(bench.reference)
    if not full.exists():
        values = [_psnr(reference(lr), hr, task.scale) for lr, hr in _photos(bench)]
        write_bytes_atomic(full, msgspec.json.encode(values))
    references = msgspec.json.decode(full.read_bytes(), type=list[float])
    own = [_psnr(_enlarge(task, run, lr), hr, task.scale) for lr, hr in _photos(bench)]
    return round(float(np.mean(references) - np.mean(own)), 4)


def _photos(bench: BenchmarkSet) -> Iterator[tuple[BatchF32, ImageU8]]:
    """Yield LR as a batch, and HR."""
    with np.load(bench.pictures) as pictures:
        for number in range(len(pictures.files) // 2):
            lr = to_float(pictures[f"lr{number}"])
            yield np.ascontiguousarray(lr.transpose(2, 0, 1)[None]), pictures[f"hr{number}"]


def _write_picture(task: VerificationTask, run: Runner) -> None:
    lr = sample_input(SHOWN_SAMPLE, SHOWN_SIZE, channels=task.channels)
    Path(task.picture).write_bytes(png_bytes(_enlarge(task, run, lr)))


def _enlarge(task: VerificationTask, run: Runner, batch: BatchF32) -> BatchF32:
    if task.file.size is None:
        return run(batch)
    return run_tiled(run, batch, size=task.file.size, overlap_px=task.overlap_px, scale=task.scale)


def _psnr(sr: BatchF32, hr: ImageU8, scale: int) -> float:
    rounded = to_float(np.asarray(to_uint(sr[0].transpose(1, 2, 0), np.uint8), dtype=np.uint8))
    return psnr_db(to_luma(rounded), to_luma(to_float(hr)), border_px=scale)


def _runtime(name: str) -> str:
    return f"{name} {importlib.metadata.version(name)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
