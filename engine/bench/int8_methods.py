"""Measures what int8 loses at one point of a model's dial, by the method of its calibration.

::

    model at a point ─┬─ float32 ──────────────────────────┐
                      ├─ int8, calibrated by each method ──┼─ the same photos ─ differences
                      └─ int8, files of the model ─────────┘
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import onnx
from msgspec import Struct
from typing_extensions import override

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.core.images import ImageF32
from engine.data.photo_files import find_photos
from engine.evaluation.candidates import Candidate, FileCandidate
from engine.evaluation.downsampling import BenchmarkDownsampling, degraded_downsampling
from engine.export.benchmark_protocol import PrecisionLoss, precision_loss
from engine.export.bundle.source import BundleSource, load_network
from engine.export.calibration import typical_degradation
from engine.export.targets.plain_network import PlainNetwork
from engine.quantization.int8_file import write_int8
from engine.quantization.plan import name_nodes, quantization_plan
from engine.quantization.ranges import CalibrationMethod, calibrate

METHODS: tuple[CalibrationMethod, ...] = ("minmax", "percentile", "mse")
MODEL_FILES = "model"

Progress: TypeAlias = Callable[[str, int, int], None]
"""Receives what is measured, and how many of its steps are done, of how many."""


class MethodLoss(Struct, frozen=True, kw_only=True):
    """What an int8 file loses against float32 on a benchmark.

    Attributes:
        method: How its ranges were chosen, one of `METHODS`; `MODEL_FILES` for the int8 files of
            the model itself, which may have been tuned in training.
        loss_db: Y-PSNR, never negative.
        difference_levels: Mean absolute difference of the pictures in 8-bit levels.
        smooth_difference_levels: The same in smooth areas, such as sky and walls.
        bytes: Size of the file.
    """

    method: str
    loss_db: float
    difference_levels: float
    smooth_difference_levels: float
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Int8Bench:
    """A network and the photos on which its int8 files are compared with it.

    Attributes:
        network: The network at one point of its dial, with patches to calibrate it.
        benchmarks: Folders of HR photos; of several the worst counts.
        downsampling: How their LR pictures are made.
        threads: CPU threads; 0 takes all physical cores.
        token: Stops between two pictures.
        progress: Receives what is done.
    """

    network: PlainNetwork
    benchmarks: tuple[Path, ...]
    downsampling: BenchmarkDownsampling
    threads: int = 0
    token: CancelToken
    progress: Progress = lambda what, done, total: None

    def model(self) -> onnx.ModelProto:
        """Return the float32 graph, whose nodes have names."""
        model = self.network.model()
        name_nodes(model)
        return model

    def compare(self, full: Path, small: Mapping[str, Path]) -> Iterator[tuple[str, PrecisionLoss]]:
        """Yield what each file of ``small`` loses against the file ``full``.

        Raises:
            ConfigError: If a folder holds no photo that can be decoded.
            InferenceError: If a file cannot be run.
            JobCancelled: If the token was cancelled.
        """
        photos = sum(len(find_photos(folder)) for folder in self.benchmarks)
        expected = FileCandidate(full, threads=self.threads)
        for name, path in small.items():
            self.token.check()
            watched = _Watched(
                FileCandidate(path, threads=self.threads), self, what=name, total=photos
            )
            yield name, precision_loss(watched, expected, self.benchmarks, self.downsampling)


def open_int8_bench(
    source: BundleSource,
    benchmarks: tuple[Path, ...],
    *,
    runs: Path,
    threads: int,
    token: CancelToken,
    progress: Progress = lambda what, done, total: None,
) -> Int8Bench:
    """Load the network of ``source`` and the photos to calibrate it.

    Photos of the benchmark are degraded as those of the calibration: as photos mostly are at
    that restoration.

    Raises:
        ConfigError: If there is no such model, its network has no layer that int8 computes, or
            a folder holds no photos.
        MissingExtraError: If torch is needed for that and is not installed.
    """
    for folder in (source.calibration, *benchmarks):
        # Before anything that takes long.
        _ = folder and find_photos(folder)
    progress("Loading", 0, 1)
    network = load_network(source, runs=runs)
    if network.channels == 1:
        raise ConfigError(
            f"{source.name}: takes gray pictures; int8 files are calibrated for RGB networks only"
        )
    if not network.patches:
        raise ConfigError(f"{source.name}: name photos to calibrate it with")
    progress("Loading", 1, 1)
    fixed_at = network.card.training.get("fixed_at")
    restoration = fixed_at["restoration"] if isinstance(fixed_at, dict) else 0.0
    bench = Int8Bench(
        network=network,
        benchmarks=benchmarks,
        downsampling=degraded_downsampling(typical_degradation(restoration)),
        threads=threads,
        token=token,
        progress=progress,
    )
    if not quantization_plan(bench.model()).nodes:
        raise ConfigError(
            f"{source.name}: has no layer that int8 computes: between its first convolution and "
            "those that make pixels there must be another one"
        )
    return bench


def compare_methods(bench: Int8Bench) -> list[MethodLoss]:
    """Measure int8 files with ranges of each method, and those of the model if it has any.

    Raises:
        ConfigError: If a folder holds no photo that can be decoded.
        InferenceError: If a file cannot be run.
        JobCancelled: If the token was cancelled.
    """
    model = bench.model()
    plan = quantization_plan(model)
    with TemporaryDirectory(prefix="mfagan-int8-") as name:
        folder = Path(name)
        files: dict[str, Path] = {}
        for number, method in enumerate(METHODS):
            bench.progress("Calibrating", number, len(METHODS))
            bench.token.check()
            files[method] = folder / f"{method}.onnx"
            ranges = calibrate(model, plan, bench.network.patches, method=method)
            write_int8(model, files[method], plan=plan, ranges=ranges)
        if bench.network.int8 is not None:
            files[MODEL_FILES] = folder / f"{MODEL_FILES}.onnx"
            files[MODEL_FILES].write_bytes(bench.network.int8)
        full = folder / "fp32.onnx"
        full.write_bytes(bench.network.content)
        return [
            MethodLoss(
                method=method,
                loss_db=loss.loss_db,
                difference_levels=loss.difference_levels,
                smooth_difference_levels=loss.smooth_difference_levels,
                bytes=files[method].stat().st_size,
            )
            for method, loss in bench.compare(full, files)
        ]


class _Watched(Candidate):
    """A candidate that counts its pictures and stops between two of them."""

    def __init__(self, inner: Candidate, bench: Int8Bench, *, what: str, total: int) -> None:
        self.name = inner.name
        self.scale = inner.scale
        self._inner = inner
        self._bench = bench
        self._what = what
        self._total = total
        self._done = 0

    @override
    def enlarge(self, lr: ImageF32) -> ImageF32:
        self._bench.token.check()
        self._bench.progress(self._what, self._done, self._total)
        sr = self._inner.enlarge(lr)
        self._done += 1
        return sr
