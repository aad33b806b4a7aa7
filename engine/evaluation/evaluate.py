"""Measures candidates on folders of HR photos.

Protocol: HR is cropped to a multiple of the scale and downsampled by antialiased
bicubic resampling, rounded to 8 bit. The result is rounded to 8 bit too; as
many pixels as the scale are cut from each side for PSNR, SSIM and NIQE.
The value of a folder is the mean over its photos.

    HR ── downsampling ──► LR ── candidate ──► SR ── PSNR, SSIM, LPIPS … against HR
                            ▲                   │
                            └── consistency ◄───┘  downsampled again
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
from engine.evaluation.candidates import Candidate, enlarge_to_8bit
from engine.evaluation.downsampling import MATLAB, BenchmarkDownsampling
from engine.evaluation.picture_metrics import PictureMetrics
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.imaging.pixel_values import to_float
from engine.metrics.checkerboard import checkerboard_levels
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db
from engine.metrics.ssim import WINDOW_PX, ssim

NO_REFERENCE_PROTOCOL = "enlarged as they are, no reference, border = scale"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoFigures:
    """The metrics of one photo.

    Attributes:
        photo: File name.
        figures: Values by name: ``psnr_y_db``, ``ssim_y``, ``psnr_rgb_db``,
            ``consistency_levels`` (mean difference between the downsampled result and
            the LR picture, in 8-bit levels) and those of `PictureMetrics`.
    """

    photo: str
    figures: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResult:
    """The metrics of one candidate on one folder.

    Attributes:
        model: Name of the candidate.
        set: Name of the folder.
        lr: Name of the downsampling that made the LR pictures; None for photos without
            reference, which are enlarged as they are.
        photos: Metrics of each photo.
        left_out: Photos of the folder that could not be measured.
    """

    model: str
    set: str
    lr: str | None
    photos: tuple[PhotoFigures, ...]
    left_out: tuple[LeftOut, ...] = ()

    def means(self) -> dict[str, float]:
        """Return the mean of each metric over the photos."""
        names = self.photos[0].figures
        return {
            name: float(np.mean([photo.figures[name] for photo in self.photos])) for name in names
        }

    def row(self) -> dict[str, object]:
        """Return the result as one flat row."""
        where = {"model": self.model, "set": self.set, "lr": self.lr}
        return {**where, "images": len(self.photos), **self.means()}


def evaluate(
    candidates: Sequence[Candidate],
    folders: Sequence[Path],
    metrics: PictureMetrics,
    *,
    token: CancelToken,
    progress: Callable[[int, int], None] = lambda done, total: None,
    downsamplings: Sequence[BenchmarkDownsampling] = (MATLAB,),
    no_reference: Sequence[Path] = (),
) -> list[SetResult]:
    """Measure every candidate on every folder, with each way of making its LR pictures.

    Args:
        candidates: Networks, or bicubic.
        folders: Folders of HR photos.
        metrics: Metrics beside PSNR and SSIM.
        token: Stops the work between two photos.
        progress: Receives the number of photos that are done and of all.
        downsamplings: How LR pictures are made.
        no_reference: Folders of photos that are enlarged as they are and have no reference.

    Raises:
        ConfigError: If a folder holds no photo that can be measured.
        InferenceError: If a network cannot be run.
        JobCancelled: If the token was cancelled.
    """
    sets: list[tuple[Path, list[Path], BenchmarkDownsampling | None]] = [
        *((folder, find_photos(folder), way) for folder in folders for way in downsamplings),
        *((folder, find_photos(folder), None) for folder in no_reference),
    ]
    total = len(candidates) * sum(len(paths) for _, paths, _ in sets)
    done = 0
    results = []
    for candidate in candidates:
        for folder, paths, way in sets:
            rows: list[PhotoFigures] = []
            unusable: list[LeftOut] = []
            for path in paths:
                token.check()
                try:
                    rows.append(_measure(candidate, path, metrics, way))
                # A photo that cannot be read or is too small does not end the evaluation.
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
                    lr=None if way is None else way.name,
                    photos=tuple(rows),
                    left_out=tuple(unusable),
                )
            )
    return results


def measure_photo(
    candidate: Candidate,
    path: Path,
    metrics: PictureMetrics,
    downsampling: BenchmarkDownsampling = MATLAB,
) -> PhotoFigures:
    """Measure one candidate on one HR photo.

    Raises:
        ImageError: If the photo cannot be decoded or is too small.
        InferenceError: If the network cannot be run.
    """
    scale = candidate.scale
    hr_pixels = crop_to_multiple(load_rgb8(path), scale)
    # A border of ``scale`` on each side is cut, and one SSIM window must remain.
    least_px = 2 * scale + WINDOW_PX
    if min(hr_pixels.shape[:2]) < least_px:
        raise UnreadableImageError(
            f"{path}: is {hr_pixels.shape[1]} x {hr_pixels.shape[0]} pixels; "
            f"at least {least_px} per side are needed to measure at x{scale}"
        )
    lr_pixels = downsampling.downsample(hr_pixels, scale, photo=path)
    sr_pixels = enlarge_to_8bit(candidate, lr_pixels)
    hr, sr = to_float(hr_pixels), to_float(sr_pixels)
    figures = dict(_reference_figures(sr, hr, border_px=scale))
    # Blur and noise that are drawn at random cannot be repeated on the result.
    if downsampling.is_bicubic:
        downsampled = downsampling.downsample(sr_pixels, scale, photo=path)
        figures["consistency_levels"] = _mean_difference(downsampled, lr_pixels)
    figures |= metrics.measure(sr, hr, border_px=scale)
    return PhotoFigures(photo=path.name, figures=figures)


def measure_without_reference(
    candidate: Candidate, path: Path, metrics: PictureMetrics
) -> PhotoFigures:
    """Measure one candidate on a photo without reference: NIQE, consistency, color, checkerboard.

    Raises:
        ImageError: If the photo cannot be decoded.
        InferenceError: If the network cannot be run.
    """
    lr_pixels = load_rgb8(path)
    sr_pixels = enlarge_to_8bit(candidate.for_photo(to_float(lr_pixels), path=path), lr_pixels)
    downsampled = MATLAB.downsample(sr_pixels, candidate.scale, photo=path)
    sr = to_float(sr_pixels)
    figures = {
        "consistency_levels": _mean_difference(downsampled, lr_pixels),
        "checkerboard_levels": checkerboard_levels(sr, scale=candidate.scale),
        **metrics.measure_without_reference(sr, to_float(downsampled), to_float(lr_pixels)),
    }
    return PhotoFigures(photo=path.name, figures=figures)


def _measure(
    candidate: Candidate,
    path: Path,
    metrics: PictureMetrics,
    downsampling: BenchmarkDownsampling | None,
) -> PhotoFigures:
    if downsampling is None:
        return measure_without_reference(candidate, path, metrics)
    return measure_photo(candidate, path, metrics, downsampling)


def _mean_difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    # Signed and wider than the pixels, or the differences would wrap around.
    return float(np.abs(one.astype(np.int16) - other.astype(np.int16)).mean())


def _reference_figures(
    sr: ImageF32, hr: ImageF32, *, border_px: int
) -> Iterator[tuple[str, float]]:
    luma_sr, luma_hr = to_luma(sr), to_luma(hr)
    # On luma, as papers do; on RGB too, because luma hides wrong colors.
    yield "psnr_y_db", psnr_db(luma_sr, luma_hr, border_px=border_px)
    yield "ssim_y", ssim(luma_sr, luma_hr, border_px=border_px)
    yield "psnr_rgb_db", psnr_db(sr, hr, border_px=border_px)
