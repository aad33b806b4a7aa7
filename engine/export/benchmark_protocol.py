"""Measures an exported file on the benchmark sets of its card."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.catalog.card import QualityFigure
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.data.downsampling import crop_to_multiple
from engine.data.photo_files import find_photos, load_photos
from engine.evaluation.candidates import FileCandidate
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling
from engine.evaluation.evaluate import NO_REFERENCE_PROTOCOL, evaluate
from engine.evaluation.picture_metrics import PictureMetrics
from engine.imaging.pixel_values import to_float

PSNR = "psnr_y_db"
"""The metric by which the loss of a smaller precision is stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkProtocol:
    """The benchmark sets and metrics used for a model card.

    Attributes:
        benchmarks: Folders of HR photos.
        downsamplings: How their LR pictures are made; each benchmark is measured with
            every one of them.
        no_reference: Folders of photos without reference.
        lpips: LPIPS network (ONNX), for perceptual distance.
        niqe: NIQE parameters (``.npz``), for naturalness.
    """

    benchmarks: tuple[Path, ...]
    downsamplings: tuple[BenchmarkDownsampling, ...] = (MATLAB,)
    no_reference: tuple[Path, ...] = ()
    lpips: Path | None = None
    niqe: Path | None = None

    def __post_init__(self) -> None:
        if not self.benchmarks:
            raise ConfigError("name at least one benchmark folder to measure the model on")
        # Figures on a card are identified by the name of the folder.
        names = Counter(folder.name for folder in (*self.benchmarks, *self.no_reference))
        for name, count in names.items():
            if count > 1:
                raise ConfigError(
                    f"two folders to measure on are called {name}; "
                    "the card lists them by name, so rename one"
                )

    def metric_options(self) -> list[str]:
        """Return the options of ``mfagan evaluate`` that name the files of the metrics."""
        files = {"--lpips": self.lpips, "--niqe": self.niqe}
        return [f"{name} {path.name}" for name, path in files.items() if path is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuality:
    """The measured quality of a file on one set.

    Attributes:
        set: Name of the folder.
        protocol: How the pictures were made and compared.
        options: Options of ``mfagan evaluate`` that repeat the measurement.
        means: Mean of each metric over the pictures.
    """

    set: str
    protocol: str
    options: str
    means: Mapping[str, float]


def measure(path: Path, protocol: BenchmarkProtocol) -> list[SetQuality]:
    """Measure an ONNX file by ``protocol``.

    Raises:
        ConfigError: If a folder holds no photo or the file of a metric is missing.
        InferenceError: If the file cannot be run.
    """
    metrics = PictureMetrics.open(lpips=protocol.lpips, niqe_file=protocol.niqe, has_color=True)
    shared = protocol.metric_options()
    found = []
    for downsampling in protocol.downsamplings:
        for name, means in _means(
            path, metrics, folders=protocol.benchmarks, downsampling=downsampling
        ):
            options = " ".join(filter(None, (f"--data {name}", downsampling.options, *shared)))
            found.append(
                SetQuality(set=name, protocol=downsampling.protocol, options=options, means=means)
            )
    for name, means in _means(path, metrics, no_reference=protocol.no_reference):
        options = " ".join((f"--photos {name}", *shared))
        found.append(
            SetQuality(set=name, protocol=NO_REFERENCE_PROTOCOL, options=options, means=means)
        )
    return found


def lost_db(path: Path, quality: Sequence[SetQuality], protocol: BenchmarkProtocol) -> float:
    """Return the Y-PSNR that ``path`` loses against ``quality``, on the worst set.

    The worst counts, because a promise about the loss must hold for all sets.

    Args:
        path: ONNX file of a smaller precision.
        quality: Quality of the full precision by ``protocol``.
        protocol: The benchmarks; only their PSNR is measured.
    """
    full = {(row.set, row.protocol): row.means[PSNR] for row in quality if PSNR in row.means}
    losses = [
        full[name, downsampling.protocol] - means[PSNR]
        for downsampling in protocol.downsamplings
        for name, means in _means(
            path, PictureMetrics(), folders=protocol.benchmarks, downsampling=downsampling
        )
    ]
    # Never negative: a gain on every set is not promised.
    return max(0.0, round(max(losses), 4))


def difference_levels(path: Path, full: Path, protocol: BenchmarkProtocol) -> float:
    """Return the difference between the results of ``path`` and ``full``, on the worst set.

    PSNR hides it where both are far from the HR photo, as for degraded photos.

    Args:
        path: ONNX file of a smaller precision.
        full: ONNX file of the full precision.
        protocol: The benchmarks, and as its first downsampling that of the LR pictures.

    Returns:
        Mean absolute difference in 8-bit levels.
    """
    one, other = FileCandidate(path, threads=0), FileCandidate(full, threads=0)
    worst = 0.0
    for folder in protocol.benchmarks:
        means = []
        for photo, pixels in load_photos(find_photos(folder), folder, []):
            hr = crop_to_multiple(pixels, other.scale)
            lr = to_float(protocol.downsamplings[0].downsample(hr, other.scale, photo=photo))
            # Before rounding to 8 bit, which would hide small differences.
            means.append(np.abs(one.enlarge(lr) - other.enlarge(lr)).mean())
        worst = max(worst, 255 * float(np.mean(means)))
    return round(worst, 3)


def card_figures(quality: Sequence[SetQuality], model_id: str) -> tuple[QualityFigure, ...]:
    """Return ``quality`` as the figures of a card, each with its command and today's date."""
    return tuple(
        QualityFigure(
            set=row.set,
            protocol=row.protocol,
            metric=metric,
            value=round(value, 4),
            command=f"mfagan evaluate {model_id} {row.options}",
            date=dt.datetime.now(tz=dt.UTC).date(),
        )
        for row in quality
        for metric, value in row.means.items()
    )


def _means(
    path: Path,
    metrics: PictureMetrics,
    *,
    folders: Sequence[Path] = (),
    no_reference: Sequence[Path] = (),
    downsampling: BenchmarkDownsampling = MATLAB,
) -> list[tuple[str, dict[str, float]]]:
    results = evaluate(
        [FileCandidate(path, threads=0)],
        folders,
        metrics,
        token=CancelToken(),
        downsamplings=(downsampling,),
        no_reference=no_reference,
    )
    return [(result.set, result.means()) for result in results]
