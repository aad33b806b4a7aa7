"""Measures an exported file on every set that its card names."""

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
from engine.evaluation.evaluate import PROTOCOL_ALONE, evaluate
from engine.evaluation.picture_metrics import PictureMetrics
from engine.imaging.pixel_values import to_float

PSNR = "psnr_y_db"
"""The figure that says what a smaller precision loses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkProtocol:
    """On what a model is measured, and by what.

    Attributes:
        benchmarks: Folders of HR photos.
        downsamplings: Ways to make their LR pictures; each benchmark is measured by every one.
        photos: Folders of photos without reference.
        lpips: LPIPS network as ONNX, for perceptual distance.
        niqe: NIQE parameters as ``.npz``, for naturalness.
    """

    benchmarks: tuple[Path, ...]
    downsamplings: tuple[BenchmarkDownsampling, ...] = (MATLAB,)
    photos: tuple[Path, ...] = ()
    lpips: Path | None = None
    niqe: Path | None = None

    def __post_init__(self) -> None:
        if not self.benchmarks:
            raise ConfigError("name at least one benchmark folder to measure the model on")
        names = Counter(folder.name for folder in (*self.benchmarks, *self.photos))
        for name, count in names.items():
            if count > 1:
                raise ConfigError(
                    f"two folders to measure on are called {name}; "
                    "the card tells them apart by name, so rename one"
                )

    def judge_options(self) -> list[str]:
        """Return the options of ``mfagan evaluate`` that name the judges' files."""
        files = {"--lpips": self.lpips, "--niqe": self.niqe}
        return [f"{name} {path.name}" for name, path in files.items() if path is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuality:
    """What a file reached on one set.

    Attributes:
        set: Name of the folder.
        protocol: How the pictures were made and compared.
        options: What of ``mfagan evaluate`` repeats it.
        means: Means of each figure over the pictures.
    """

    set: str
    protocol: str
    options: str
    means: Mapping[str, float]


def measure(path: Path, ruler: BenchmarkProtocol) -> list[SetQuality]:
    """Measure an ONNX file with every judge of ``ruler``.

    Raises:
        ConfigError: If a folder holds no photo or a judge's file is absent.
        InferenceError: If the file cannot be run.
    """
    judges = PictureMetrics.open(lpips=ruler.lpips, niqe_file=ruler.niqe, has_color=True)
    judged = ruler.judge_options()
    found = []
    for downsampling in ruler.downsamplings:
        for name, means in _means(
            path, judges, folders=ruler.benchmarks, downsampling=downsampling
        ):
            options = " ".join(filter(None, (f"--data {name}", downsampling.options, *judged)))
            found.append(
                SetQuality(set=name, protocol=downsampling.protocol, options=options, means=means)
            )
    for name, means in _means(path, judges, photos=ruler.photos):
        options = " ".join((f"--photos {name}", *judged))
        found.append(SetQuality(set=name, protocol=PROTOCOL_ALONE, options=options, means=means))
    return found


def lost_db(path: Path, quality: Sequence[SetQuality], ruler: BenchmarkProtocol) -> float:
    """Return the Y-PSNR that ``path`` loses against ``quality`` on the worst set.

    The worst counts, because a promise about the loss holds for all of them.

    Args:
        path: ONNX file of a smaller precision.
        quality: What the full precision reached by ``ruler``.
        ruler: What it is measured on; only PSNR is.
    """
    full = {(row.set, row.protocol): row.means[PSNR] for row in quality if PSNR in row.means}
    losses = [
        full[name, downsampling.protocol] - means[PSNR]
        for downsampling in ruler.downsamplings
        for name, means in _means(
            path, PictureMetrics(), folders=ruler.benchmarks, downsampling=downsampling
        )
    ]
    return max(0.0, round(max(losses), 4))


def difference_levels(path: Path, full: Path, ruler: BenchmarkProtocol) -> float:
    """Return how far the pictures of ``path`` are from those of ``full``, on the worst set.

    PSNR hides it where both are far from the HR photo, as for damaged photos.

    Args:
        path: ONNX file of a smaller precision.
        full: ONNX file of the full precision.
        ruler: On whose benchmarks they are compared, LR by its first downsampling.

    Returns:
        Mean absolute difference in 8-bit code values.
    """
    one, other = FileCandidate(path, threads=0), FileCandidate(full, threads=0)
    worst = 0.0
    for folder in ruler.benchmarks:
        gaps = []
        for photo, codes in load_photos(find_photos(folder), folder, []):
            hr = crop_to_multiple(codes, other.scale)
            lr = to_float(ruler.downsamplings[0].downsample(hr, other.scale, photo=photo))
            gaps.append(np.abs(one.enlarge(lr) - other.enlarge(lr)).mean())
        worst = max(worst, 255 * float(np.mean(gaps)))
    return round(worst, 3)


def card_figures(quality: Sequence[SetQuality], model_id: str) -> tuple[QualityFigure, ...]:
    """Return ``quality`` as a card of today shows it, each figure with its command."""
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
    judges: PictureMetrics,
    *,
    folders: Sequence[Path] = (),
    photos: Sequence[Path] = (),
    downsampling: BenchmarkDownsampling = MATLAB,
) -> list[tuple[str, dict[str, float]]]:
    results = evaluate(
        [FileCandidate(path, threads=0)],
        folders,
        judges,
        token=CancelToken(),
        downsampling=downsampling,
        alone=photos,
    )
    return [(result.set, result.means()) for result in results]
