"""Measures candidates on the benchmark sets of a card."""

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
from engine.core.images import ImageF32, ImageU8
from engine.data.downsampling import crop_to_multiple
from engine.data.photo_files import find_photos, load_photos
from engine.evaluation.candidates import Candidate
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling
from engine.evaluation.evaluate import NO_REFERENCE_PROTOCOL, evaluate
from engine.evaluation.picture_metrics import PictureMetrics
from engine.imaging.pixel_values import to_float, to_uint
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db

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
    """The measured quality of a candidate on one set.

    Attributes:
        model: Name of the candidate in ``mfagan evaluate``.
        set: Name of the folder.
        protocol: How the pictures were made and compared.
        options: Options of ``mfagan evaluate`` that repeat the measurement.
        means: Mean of each metric over the pictures.
    """

    model: str
    set: str
    protocol: str
    options: str
    means: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionLoss:
    """What a smaller precision loses against the full one.

    Attributes:
        loss_db: Y-PSNR, never negative: a gain is not promised.
        difference_levels: Mean absolute difference of the pictures in 8-bit levels. PSNR
            hides it where both are far from the HR photo, as for degraded photos.
    """

    loss_db: float
    difference_levels: float


def measure(candidate: Candidate, protocol: BenchmarkProtocol, *, at: str = "") -> list[SetQuality]:
    """Measure a candidate by ``protocol``.

    Args:
        candidate: The network.
        protocol: Sets and metrics.
        at: Where on its dial it is measured, for the name of the protocol.

    Raises:
        ConfigError: If a folder holds no photo or the file of a metric is missing.
        InferenceError: If the network cannot be run.
    """
    metrics = PictureMetrics.open(lpips=protocol.lpips, niqe_file=protocol.niqe, has_color=True)
    results = evaluate(
        [candidate],
        protocol.benchmarks,
        metrics,
        token=CancelToken(),
        downsamplings=protocol.downsamplings,
        no_reference=protocol.no_reference,
    )
    ways = {way.name: way for way in protocol.downsamplings}
    found = []
    for result in results:
        way = None if result.lr is None else ways[result.lr]
        source = f"--photos {result.set}" if way is None else f"--data {result.set}"
        options = (source, "" if way is None else way.options, *protocol.metric_options())
        named = NO_REFERENCE_PROTOCOL if way is None else way.protocol
        found.append(
            SetQuality(
                model=candidate.name,
                set=result.set,
                protocol=", ".join(filter(None, (named, at))),
                options=" ".join(filter(None, options)),
                means=result.means(),
            )
        )
    return found


def precision_loss(
    small: Candidate, full: Candidate, folders: Sequence[Path], downsampling: BenchmarkDownsampling
) -> PrecisionLoss:
    """Return what ``small`` loses against ``full`` on the worst set of ``folders``.

    The worst counts, because a promise about the loss must hold for all sets.

    Raises:
        ConfigError: If no photo of a folder can be decoded.
        InferenceError: If a network cannot be run.
    """
    losses_db, differences = [], []
    for folder in folders:
        found = [
            _photo_loss(small, full, downsampling, pixels, path)
            for path, pixels in load_photos(find_photos(folder), folder, [])
        ]
        loss_db, difference = np.mean(found, axis=0)
        losses_db.append(float(loss_db))
        differences.append(float(difference))
    return PrecisionLoss(
        loss_db=max(0.0, round(max(losses_db), 4)), difference_levels=round(max(differences), 3)
    )


def card_figures(quality: Sequence[SetQuality]) -> tuple[QualityFigure, ...]:
    """Return ``quality`` as the figures of a card, each with its command and today's date."""
    return tuple(
        QualityFigure(
            set=row.set,
            protocol=row.protocol,
            metric=metric,
            value=round(value, 4),
            command=f"mfagan evaluate {row.model} {row.options}",
            date=dt.datetime.now(tz=dt.UTC).date(),
        )
        for row in quality
        for metric, value in row.means.items()
    )


def _photo_loss(
    small: Candidate,
    full: Candidate,
    downsampling: BenchmarkDownsampling,
    pixels: ImageU8,
    path: Path,
) -> tuple[float, float]:
    hr = crop_to_multiple(pixels, full.scale)
    lr = to_float(downsampling.downsample(hr, full.scale, photo=path))
    pictures = [candidate.enlarge(lr) for candidate in (full, small)]
    best, other = (_psnr_y(sr, hr, border_px=full.scale) for sr in pictures)
    # Before rounding to 8 bit, which would hide small differences.
    return best - other, 255 * float(np.abs(pictures[1] - pictures[0]).mean())


def _psnr_y(sr: ImageF32, hr: ImageU8, *, border_px: int) -> float:
    rounded = to_float(np.asarray(to_uint(sr, np.uint8), dtype=np.uint8))
    return psnr_db(to_luma(rounded), to_luma(to_float(hr)), border_px=border_px)
