"""Measures networks on folders of HR photos.

Protocol: HR is cut to a multiple of the scale and reduced by antialiased
bicubic resampling, rounded to 8 bit. The result is rounded to 8 bit too; as
many pixels as the scale are cut from each side for PSNR, SSIM and NIQE.
Figures of a folder are means of per-picture figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, ImageError, MissingExtraError, UnreadableImageError
from engine.core.images import ImageF32
from engine.data.downsampling import crop_to_multiple
from engine.data.photo_files import LeftOut, find_photos, left_out, none_left
from engine.evaluation.candidates import Candidate
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling
from engine.evaluation.picture_metrics import PictureMetrics
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.imaging.pixel_values import to_float, to_uint
from engine.metrics.checkerboard import checkerboard_levels
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db
from engine.metrics.ssim import WINDOW_PX, ssim

PROTOCOL_ALONE = "enlarged as they are, no reference, border = scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFigures:
    """The figures of one photo.

    Attributes:
        photo: File name.
        figures: By name: ``psnr_y_db``, ``ssim_y``, ``psnr_rgb_db``, ``consistency_levels``
            (mean difference of the reduced result from the LR picture, in 8-bit code
            values) and what the judges add.
    """

    photo: str
    figures: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResult:
    """The figures of one network on one folder.

    Attributes:
        model: Name of the network.
        set: Name of the folder.
        photos: Figures of each photo.
        left_out: Photos of the folder that could not be measured, the same for every network.
    """

    model: str
    set: str
    photos: tuple[PhotoFigures, ...]
    left_out: tuple[LeftOut, ...] = ()

    def means(self) -> dict[str, float]:
        """Return the mean of each figure."""
        names = self.photos[0].figures
        return {
            name: float(np.mean([photo.figures[name] for photo in self.photos])) for name in names
        }

    def row(self) -> dict[str, object]:
        """Return the result as one flat row."""
        return {"model": self.model, "set": self.set, "images": len(self.photos), **self.means()}


def evaluate(
    candidates: Sequence[Candidate],
    folders: Sequence[Path],
    judges: PictureMetrics,
    *,
    token: CancelToken,
    progress: Callable[[int, int], None] = lambda done, total: None,
    downsampling: BenchmarkDownsampling = MATLAB,
    alone: Sequence[Path] = (),
) -> list[SetResult]:
    """Measure every network on every folder.

    Args:
        candidates: What to measure.
        folders: Folders of HR photos.
        judges: What judges beside PSNR and SSIM.
        token: Stops the work between two photos.
        progress: Receives how many photos were judged, and how many there are in all.
        downsampling: How LR pictures are made.
        alone: Folders of photos that are enlarged as they are and have no reference.

    Raises:
        ConfigError: If a folder holds no photo that can be measured.
        InferenceError: If a network cannot be run.
        JobCancelled: If the token was cancelled.
    """
    sets = [(folder, find_photos(folder), downsampling) for folder in folders]
    sets_alone = [(folder, find_photos(folder), None) for folder in alone]
    total = len(candidates) * sum(len(paths) for _, paths, _ in (*sets, *sets_alone))
    done = 0
    results = []
    for candidate in candidates:
        for folder, paths, way in (*sets, *sets_alone):
            rows: list[PhotoFigures] = []
            unusable: list[LeftOut] = []
            for path in paths:
                token.check()
                try:
                    rows.append(_judge(candidate, path, judges, way))
                except (ImageError, MissingExtraError) as error:
                    unusable.append(left_out(folder, path, error))
                done += 1
                progress(done, total)
            if not rows:
                raise ConfigError(none_left(folder, unusable, of=len(paths)))
            results.append(
                SetResult(
                    model=candidate.name,
                    set=folder.name,
                    photos=tuple(rows),
                    left_out=tuple(unusable),
                )
            )
    return results


def judge_photo(
    candidate: Candidate,
    path: Path,
    judges: PictureMetrics,
    downsampling: BenchmarkDownsampling = MATLAB,
) -> PhotoFigures:
    """Measure one network on one photo.

    Raises:
        ImageError: If the photo cannot be decoded or is too small.
        InferenceError: If the network cannot be run.
    """
    scale = candidate.scale
    hr_codes = crop_to_multiple(load_rgb8(path), scale)
    least_px = 2 * scale + WINDOW_PX
    if min(hr_codes.shape[:2]) < least_px:
        raise UnreadableImageError(
            f"{path}: is {hr_codes.shape[1]} x {hr_codes.shape[0]} pixels; "
            f"{least_px} a side are needed to measure at x{scale}"
        )
    lr_codes = downsampling.downsample(hr_codes, scale, photo=path)
    sr_codes = np.asarray(to_uint(candidate.enlarge(to_float(lr_codes)), np.uint8), dtype=np.uint8)
    hr, sr = to_float(hr_codes), to_float(sr_codes)
    figures = dict(_reference_figures(sr, hr, border_px=scale))
    if downsampling.is_bicubic:
        reduced = downsampling.downsample(sr_codes, scale, photo=path)
        figures["consistency_levels"] = _mean_gap(reduced, lr_codes)
    figures |= judges.judge(sr, hr, border_px=scale)
    return PhotoFigures(photo=path.name, figures=figures)


def _judge(
    candidate: Candidate, path: Path, judges: PictureMetrics, way: BenchmarkDownsampling | None
) -> PhotoFigures:
    if way is None:
        return judge_alone(candidate, path, judges)
    return judge_photo(candidate, path, judges, way)


def judge_alone(candidate: Candidate, path: Path, judges: PictureMetrics) -> PhotoFigures:
    """Measure one network on one photo that has no reference: NIQE, consistency, color and grid.

    Raises:
        ImageError: If the photo cannot be decoded.
        InferenceError: If the network cannot be run.
    """
    lr_codes = load_rgb8(path)
    sr_codes = np.asarray(to_uint(candidate.enlarge(to_float(lr_codes)), np.uint8), dtype=np.uint8)
    reduced = MATLAB.downsample(sr_codes, candidate.scale, photo=path)
    sr = to_float(sr_codes)
    figures = {
        "consistency_levels": _mean_gap(reduced, lr_codes),
        "checkerboard_levels": checkerboard_levels(sr, scale=candidate.scale),
        **judges.judge_alone(sr, to_float(reduced), to_float(lr_codes)),
    }
    return PhotoFigures(photo=path.name, figures=figures)


def _mean_gap(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


def _reference_figures(
    sr: ImageF32, hr: ImageF32, *, border_px: int
) -> Iterator[tuple[str, float]]:
    luma_sr, luma_hr = to_luma(sr), to_luma(hr)
    yield "psnr_y_db", psnr_db(luma_sr, luma_hr, border_px=border_px)
    yield "ssim_y", ssim(luma_sr, luma_hr, border_px=border_px)
    yield "psnr_rgb_db", psnr_db(sr, hr, border_px=border_px)
