"""Measures candidates on the benchmark sets of a card."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

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

_WHITE = 255
# Smooth: a standard deviation below 1.5 levels within 9x9 pixels, as in sky, walls and skin.
_WINDOW_PX = 9
_SMOOTH_LEVELS = 1.5


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
        smooth_difference_levels: The same in smooth areas, such as sky and walls, where a
            difference shows as grain or bands; 0 if there are none.
    """

    loss_db: float
    difference_levels: float
    smooth_difference_levels: float


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
    found = [
        [
            _photo_loss(small, full, downsampling, pixels, path)
            for path, pixels in load_photos(find_photos(folder), folder, [])
        ]
        for folder in folders
    ]
    return PrecisionLoss(
        loss_db=max(0.0, round(max(fmean(p.loss_db for p in photos) for photos in found), 4)),
        difference_levels=round(
            max(fmean(p.difference_levels for p in photos) for photos in found), 3
        ),
        smooth_difference_levels=round(max(_smooth_levels(photos) for photos in found), 3),
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


@dataclass(frozen=True, slots=True)
class _PhotoLoss:
    """What one photo loses, with the sum of differences in its smooth areas."""

    loss_db: float
    difference_levels: float
    smooth_sum: float
    smooth_pixels: int


def _photo_loss(
    small: Candidate,
    full: Candidate,
    downsampling: BenchmarkDownsampling,
    pixels: ImageU8,
    path: Path,
) -> _PhotoLoss:
    hr = crop_to_multiple(pixels, full.scale)
    lr = to_float(downsampling.downsample(hr, full.scale, photo=path))
    expected, sr = (candidate.enlarge(lr) for candidate in (full, small))
    # Before rounding to 8 bit, which would hide small differences.
    difference = np.abs(sr - expected).mean(axis=2) * _WHITE
    smooth = _smooth_areas(expected)
    losses = [_psnr_y(one, hr, border_px=full.scale) for one in (expected, sr)]
    return _PhotoLoss(
        loss_db=losses[0] - losses[1],
        difference_levels=float(difference.mean()),
        smooth_sum=float(difference[smooth].sum()),
        smooth_pixels=int(smooth.sum()),
    )


def _smooth_areas(sr: ImageF32) -> NDArray[np.bool_]:
    """Return where a picture hardly changes within a window."""
    levels = sr.mean(axis=2) * _WHITE
    window = (_WINDOW_PX, _WINDOW_PX)
    mean, mean_square = cv2.blur(levels, window), cv2.blur(levels * levels, window)
    return np.asarray(mean_square - mean * mean < _SMOOTH_LEVELS**2, dtype=np.bool_)


def _smooth_levels(photos: Sequence[_PhotoLoss]) -> float:
    # Over the pixels of all photos: many have no smooth area that is worth a mean.
    pixels = sum(photo.smooth_pixels for photo in photos)
    return sum(photo.smooth_sum for photo in photos) / pixels if pixels else 0.0


def _psnr_y(sr: ImageF32, hr: ImageU8, *, border_px: int) -> float:
    rounded = to_float(np.asarray(to_uint(sr, np.uint8), dtype=np.uint8))
    return psnr_db(to_luma(rounded), to_luma(to_float(hr)), border_px=border_px)
