"""Measures an exported file the way its card reports it."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.core.images import ImageF32
from engine.data.photo_store import crop_to_multiple, find_photos, load_rgb, reduce_bicubic
from engine.imaging.code_values import to_codes, to_float
from engine.inference.session import BatchF32, ExecutionSession
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db
from engine.metrics.ssim import ssim

PROTOCOL = "bicubic (antialiased) LR in 8 bits; SR rounded to 8 bits; border of scale px cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Means over the photos of one folder."""

    psnr_y_db: float
    psnr_rgb_db: float
    ssim_y: float


def measure_quality(session: ExecutionSession, folder: Path, *, scale: int) -> Quality:
    """Enlarge the bicubic LR of each HR photo in ``folder`` and compare with the photo.

    Raises:
        ConfigError: If the folder holds no photo.
    """
    figures = [_one(session, path, scale=scale) for path in find_photos(folder)]
    return Quality(
        psnr_y_db=statistics.fmean(f.psnr_y_db for f in figures),
        psnr_rgb_db=statistics.fmean(f.psnr_rgb_db for f in figures),
        ssim_y=statistics.fmean(f.ssim_y for f in figures),
    )


def relative_speed(fast: ExecutionSession, base: ExecutionSession, *, side_px: int) -> float:
    """Return how many times faster ``fast`` runs than ``base``, from interleaved runs.

    Args:
        fast: Session to judge.
        base: Session it is compared with.
        side_px: Side of the square LR input.
    """
    lr = np.random.default_rng(0).random((1, 3, side_px, side_px), dtype=np.float32)
    sessions = (fast, base)
    for session in sessions:
        session.run(lr)
    times_s = [[_run_s(session, lr) for session in sessions] for _ in range(20)]
    return statistics.median(base_s / fast_s for fast_s, base_s in times_s)


def _one(session: ExecutionSession, path: Path, *, scale: int) -> Quality:
    codes = crop_to_multiple(load_rgb(path), scale)
    hr = to_float(codes)
    sr = _enlarged(session, to_float(reduce_bicubic(codes, scale)))
    return Quality(
        psnr_y_db=psnr_db(to_luma(sr), to_luma(hr), border_px=scale),
        psnr_rgb_db=psnr_db(sr, hr, border_px=scale),
        ssim_y=ssim(to_luma(sr), to_luma(hr), border_px=scale),
    )


def _enlarged(session: ExecutionSession, lr: ImageF32) -> ImageF32:
    sr = session.run(np.ascontiguousarray(lr.transpose(2, 0, 1)[None]))[0]
    return to_float(to_codes(np.ascontiguousarray(sr.transpose(1, 2, 0)), np.uint8))


def _run_s(session: ExecutionSession, lr: BatchF32) -> float:
    before = time.perf_counter()
    session.run(lr)
    return time.perf_counter() - before
