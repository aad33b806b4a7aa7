"""What Auto loses: the estimated restoration against the true one and the best one of a photo.

::

    photo ── degradation ──> LR ──┬─ estimate ─> restoration ──> SR ── PSNR, LPIPS
                │                 └─ fixed values 0 ... 1 ─────> SR ── PSNR, LPIPS, the best of them
                └─ true restoration
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import numpy as np
import torch
from msgspec import Struct

from engine.config.degradation import DegradationName, named_degradation
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.core.images import ImageF32, ImageU8
from engine.core.restoration_scale import jpeg_quality_of
from engine.core.tiling import Region
from engine.data.degradation import build_degradation
from engine.data.downsampling import crop_to_multiple
from engine.data.photo_files import LeftOut, load_photos
from engine.imaging.pixel_values import to_float, to_uint
from engine.inference.network.lpips import Lpips
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_network
from engine.inference.restoration.estimate import estimate_of_pixels
from engine.metrics.luma import to_luma
from engine.metrics.psnr import psnr_db

FIXED_VALUES = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
"""The restoration values that Auto is compared with."""

# Degradations whose last step is JPEG: a file states with what quality.
_ENDS_IN_JPEG = frozenset({"light", "mild"})


class Quality(Struct, frozen=True, kw_only=True):
    """Metrics of one enlarged picture; ``lpips`` is None if it is not measured."""

    psnr_y_db: float
    lpips: float | None


class AutoResult(Struct, frozen=True, kw_only=True):
    """What Auto made of one degraded photo.

    Attributes:
        photo: Its name.
        degradation: Its degradation.
        jpeg_quality: JPEG quality that its file states; None if it states none.
        true_restoration: Restoration value of what was done to it.
        restoration: The estimated value.
        auto: Metrics at the estimated value.
        told: Metrics at the true value.
        fixed: Metrics at each of `FIXED_VALUES`.
    """

    photo: str
    degradation: str
    jpeg_quality: int | None
    true_restoration: float
    restoration: float
    auto: Quality
    told: Quality
    fixed: tuple[Quality, ...]

    @property
    def best(self) -> Quality:
        """Metrics at the fixed value with the highest PSNR."""
        return max(self.fixed, key=lambda quality: quality.psnr_y_db)


class AutoLoss(Struct, frozen=True, kw_only=True):
    """Means over the photos of one degradation.

    Attributes:
        degradation: Name of the degradation.
        is_stated: Whether files state their JPEG quality.
        photos: Number of photos.
        true_restoration: Mean of the true values.
        error: Mean absolute error of the estimate.
        bias: Mean error of the estimate.
        psnr_y_db: PSNR of Auto.
        loss_db: By how much Auto is behind the fixed value that is best for each photo, in dB.
        told_loss_db: The same of the true value.
        lpips: LPIPS of Auto.
        lpips_loss: LPIPS of Auto minus LPIPS at that fixed value.
        least_lpips_loss: LPIPS of Auto minus the lowest LPIPS of all fixed values.
    """

    degradation: str
    is_stated: bool
    photos: int
    true_restoration: float
    error: float
    bias: float
    psnr_y_db: float
    loss_db: float
    told_loss_db: float
    lpips: float | None
    lpips_loss: float | None
    least_lpips_loss: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoBench:
    """How Auto is measured.

    Attributes:
        source: The model; its dial has restoration.
        degradations: Names of the degradations.
        fidelity: Fidelity of the model; None for its default.
        side_px: The middle of each photo that is measured, in HR pixels.
        seed: Random seed of the degradations.
        threads: CPU threads; 0 takes all physical cores.
        lpips: Measures LPIPS, if given.
    """

    source: ModelSource
    degradations: Sequence[DegradationName]
    fidelity: float | None = None
    side_px: int = 320
    seed: int = 1
    threads: int = 0
    lpips: Lpips | None = None


def measure_auto(
    bench: AutoBench,
    photos: Sequence[Path],
    folder: Path,
    *,
    unusable: list[LeftOut] | None = None,
    token: CancelToken | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[AutoResult]:
    """Return what Auto makes of each photo with each degradation.

    Degradations that end in JPEG are measured twice: as a file that states its quality, and as
    a PNG of the same pixels.

    Args:
        bench: How it is measured.
        photos: HR photos in ``folder``.
        folder: Folder that their names are relative to.
        unusable: Receives the photos that cannot be decoded.
        token: Stops the work between two pictures.
        progress: Receives the number of degraded photos that are done and of all.

    Raises:
        ConfigError: If the model has no restoration, or no photo can be decoded.
        InferenceError: If the network cannot be run.
        JobCancelled: If the token was cancelled.
    """
    if not bench.source.card.has_restoration:
        raise ConfigError(f"{bench.source.card.id}: has no restoration that could be estimated")
    unusable = [] if unusable is None else unusable
    token = token or CancelToken()
    dial = _Dial(bench)
    total = len(photos) * len(bench.degradations)
    found: list[AutoResult] = []
    for number, (path, pixels) in enumerate(load_photos(photos, folder, unusable)):
        hr = crop_to_multiple(_middle(pixels, bench.side_px), dial.scale)
        for place, kind in enumerate(bench.degradations, start=1):
            token.check()
            found += _results(bench, dial, path.name, hr, kind=kind, number=number)
            progress(number * len(bench.degradations) + place, total)
    return found


def summarize_auto(results: Sequence[AutoResult]) -> list[AutoLoss]:
    """Return the means of each degradation, in the order of their first photos."""
    groups: dict[tuple[str, bool], list[AutoResult]] = {}
    for result in results:
        key = result.degradation, result.jpeg_quality is not None
        groups.setdefault(key, []).append(result)
    return [_summary(group) for group in groups.values()]


@dataclass(slots=True)
class _Dial:
    """A network at any restoration; each value is loaded once."""

    bench: AutoBench
    loaded: dict[float, NetworkUpscaler] = field(default_factory=dict)

    @property
    def scale(self) -> int:
        return self.bench.source.card.scale

    def quality(self, lr: ImageF32, hr: ImageF32, restoration: float) -> Quality:
        sr = self._enlarged(lr, restoration)
        lpips = self.bench.lpips
        return Quality(
            psnr_y_db=psnr_db(to_luma(sr), to_luma(hr), border_px=self.scale),
            lpips=None if lpips is None else lpips.distance(sr, hr),
        )

    def _enlarged(self, lr: ImageF32, restoration: float) -> ImageF32:
        if restoration not in self.loaded:
            plan = plan_network(
                self.bench.source,
                restoration=restoration,
                fidelity=self.bench.fidelity,
                precision="fp32",
                thread_count=self.bench.threads,
            )
            self.loaded[restoration] = NetworkUpscaler(plan)
        whole = Region(left=0, top=0, width=lr.shape[1], height=lr.shape[0])
        sr = self.loaded[restoration].upscale(lr, where=whole)
        # Rounded as in a file.
        return to_float(to_uint(sr, np.uint8))


def _results(
    bench: AutoBench, dial: _Dial, name: str, hr: ImageU8, *, kind: DegradationName, number: int
) -> Iterator[AutoResult]:
    pixels, truth, quality = _degraded(hr, kind, scale=dial.scale, seed=bench.seed, at=number)
    lr, reference = to_float(pixels), to_float(hr)
    fixed = tuple(dial.quality(lr, reference, value) for value in FIXED_VALUES)
    told = dial.quality(lr, reference, round(truth, 2))
    for stated in dict.fromkeys((quality, None)):
        found = estimate_of_pixels(pixels, scale=dial.scale, jpeg_quality=stated).restoration
        yield AutoResult(
            photo=name,
            degradation=kind,
            jpeg_quality=stated,
            true_restoration=truth,
            restoration=found,
            auto=dial.quality(lr, reference, found),
            told=told,
            fixed=fixed,
        )


def _degraded(
    hr: ImageU8, kind: DegradationName, *, scale: int, seed: int, at: int
) -> tuple[ImageU8, float, int | None]:
    """Return LR, its true restoration, and the JPEG quality that its file would state."""
    planes = torch.from_numpy(hr.copy()).permute(2, 0, 1)[None].to(torch.float32) / 255
    made = build_degradation(named_degradation(kind), scale=scale, seed=seed).degrade(planes, at)
    lr = (made.lr[0] * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    error = float(made.levels.jpeg_error)
    quality = round(float(jpeg_quality_of(error))) if kind in _ENDS_IN_JPEG and error else None
    return lr, float(made.levels.restoration(scale=scale)), quality


def _middle(pixels: ImageU8, side_px: int) -> ImageU8:
    height, width = (min(side, side_px) for side in pixels.shape[:2])
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - width) // 2
    return pixels[top : top + height, left : left + width]


def _summary(results: Sequence[AutoResult]) -> AutoLoss:
    errors = [result.restoration - result.true_restoration for result in results]
    pairs = [(result.auto, result.best) for result in results]
    return AutoLoss(
        degradation=results[0].degradation,
        is_stated=results[0].jpeg_quality is not None,
        photos=len(results),
        true_restoration=fmean(result.true_restoration for result in results),
        error=fmean(abs(error) for error in errors),
        bias=fmean(errors),
        psnr_y_db=fmean(result.auto.psnr_y_db for result in results),
        loss_db=fmean(best.psnr_y_db - auto.psnr_y_db for auto, best in pairs),
        told_loss_db=fmean(result.best.psnr_y_db - result.told.psnr_y_db for result in results),
        lpips=_mean([result.auto.lpips for result in results]),
        lpips_loss=_mean([_less(auto.lpips, best.lpips) for auto, best in pairs]),
        least_lpips_loss=_mean(
            [
                _less(result.auto.lpips, quality.lpips)
                for result in results
                for quality in (min(result.fixed, key=lambda one: one.lpips or 0.0),)
            ]
        ),
    )


def _less(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first - second


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
