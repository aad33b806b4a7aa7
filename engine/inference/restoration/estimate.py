"""Estimates the restoration value of a photo, and says why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.core.images import ImageU8, ImageUint
from engine.core.messages import say
from engine.core.restoration_scale import (
    blur_error_levels,
    blur_sigma_of,
    jpeg_error_levels,
    jpeg_quality_of,
    restoration_of,
)
from engine.imaging.photo import Photo
from engine.imaging.resample.banded import on_one_thread
from engine.inference.restoration.crops import sample_crops, sample_pixels
from engine.inference.restoration.features import crop_features
from engine.inference.restoration.regressor import (
    Damage,
    Regressor,
    network_inputs,
    shipped_regressor,
)

_TRAINED_SCALE = 4
# Words for amounts, in 8-bit levels of luma: below the first one is nothing to speak of.
_LITTLE_NOISE, _SOME_NOISE, _MUCH_NOISE = 0.5, 2.0, 6.0
_SLIGHT_BLUR, _BLUR = 0.8, 3.0
# Of JPEG quality 95; the traces of finer files are too faint to be told from detail.
_JPEG_TRACES = 1.75
# More than this, without any one cause that stands out.
_FAINT = 0.15
# A picture that was compressed more strongly before it was saved as it is.
_FORMER_JPEG = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorationEstimate:
    """How much restoration a photo needs, and what it was found to have.

    Attributes:
        restoration: Restoration value, 0 to 1, in steps of 1/100.
        noise_levels: Standard deviation of the noise of its luma, in 8-bit levels.
        blur_levels: Error left by blur, in 8-bit levels.
        jpeg_quality: JPEG quality that its file states, or that its pixels look like; None if
            they show no compression.
        findings: What was found, in messages with codes, for a list: "little noise".
    """

    restoration: float
    noise_levels: float
    blur_levels: float
    jpeg_quality: int | None
    findings: tuple[str, ...]

    @property
    def reason(self) -> str:
        """The findings in one line: "JPEG quality about 82, little noise"."""
        line = ", ".join(self.findings)
        return line[:1].upper() + line[1:]


def estimate_restoration(photo: Photo, *, scale: int) -> RestorationEstimate:
    """Return how much restoration a decoded photo needs; one photo always gives one estimate.

    Only up to 16 crops are looked at, so the time does not grow with the photo.

    Args:
        photo: The photo; it stays open.
        scale: Scale of the network that will enlarge it: of one blur, less is visible in the
            result of a larger scale.

    Raises:
        ConfigError: If the weights of the estimator are missing from the installation.
    """
    crops = sample_crops(photo.color, photo.alpha, orientation=photo.info.orientation or 1)
    return _estimate(crops, scale=scale, jpeg_quality=photo.info.jpeg_quality)


def estimate_of_pixels(
    pixels: ImageUint, *, scale: int, jpeg_quality: int | None = None
) -> RestorationEstimate:
    """Return how much restoration a picture without a file needs.

    Args:
        pixels: The picture.
        scale: Scale of the network that will enlarge it.
        jpeg_quality: JPEG quality with which it was compressed, if that is known.

    Shape:
        - ``pixels``: ``(H, W, 1)`` or ``(H, W, 3)``, uint8 or uint16.

    Raises:
        ConfigError: If the weights of the estimator are missing from the installation.
    """
    return _estimate(sample_pixels(pixels), scale=scale, jpeg_quality=jpeg_quality)


def _estimate(crops: ImageU8, *, scale: int, jpeg_quality: int | None) -> RestorationEstimate:
    # By definition of the value, compression alone asks for this much.
    stated = 0.0 if jpeg_quality is None else float(jpeg_error_levels(jpeg_quality))
    least = float(restoration_of(noise_levels=0, blur_levels=0, jpeg_levels=stated))
    if not len(crops):
        bare = say("finding-little-detail", "too little detail to be judged")
        said = [] if jpeg_quality is None else [_stated_quality(jpeg_quality)]
        return RestorationEstimate(
            restoration=round(least, 2),
            noise_levels=0.0,
            blur_levels=0.0,
            jpeg_quality=jpeg_quality,
            findings=(*said, bare),
        )
    found = _photo_damage(shipped_regressor(), crops, jpeg_quality)
    noise, blur, jpeg = float(found.noise[0]), float(found.blur[0]), float(found.jpeg[0])
    blur_here = _blur_at(scale, blur)
    # The network was trained at one scale; blur counts more or less at another one.
    change = _value(noise, blur_here, jpeg) - _value(noise, blur, jpeg)
    restoration = min(max(float(found.restoration[0]) + change, least), 1.0)
    if jpeg_quality is None and jpeg >= _JPEG_TRACES:
        shown_quality: int | None = round(float(jpeg_quality_of(jpeg)))
    else:
        shown_quality = jpeg_quality
    return RestorationEstimate(
        restoration=round(restoration, 2),
        noise_levels=noise,
        blur_levels=blur_here,
        jpeg_quality=shown_quality,
        findings=_findings(noise, blur, jpeg, jpeg_quality, restoration=restoration),
    )


def _photo_damage(regressor: Regressor, crops: ImageU8, jpeg_quality: int | None) -> Damage:
    quality = np.nan if jpeg_quality is None else jpeg_quality
    # Small products: on two threads of a busy machine they took 0.73 s in place of 0.01 s.
    with on_one_thread():
        return regressor.damage_of_photo(network_inputs(crop_features(crops), quality))


def _blur_at(scale: int, blur: float) -> float:
    # Blur of one width in the photo covers more pixels of the result at a larger scale.
    sigma_px = blur_sigma_of(blur, scale=_TRAINED_SCALE) * scale / _TRAINED_SCALE
    return float(blur_error_levels(sigma_px, scale=scale))


def _value(noise: float, blur: float, jpeg: float) -> float:
    return float(restoration_of(noise_levels=noise, blur_levels=blur, jpeg_levels=jpeg))


def _findings(
    noise: float, blur: float, jpeg: float, stated: int | None, *, restoration: float
) -> tuple[str, ...]:
    said = [*_jpeg_findings(jpeg, stated), *_noise_findings(noise), *_blur_findings(blur)]
    if not said and restoration >= _FAINT:
        said = [say("finding-faint", "faint noise or compression")]
    return tuple(said) or (say("finding-clean", "no visible damage"),)


def _jpeg_findings(jpeg: float, stated: int | None) -> list[str]:
    if stated is None and jpeg < _JPEG_TRACES:
        return []
    if stated is None:
        quality = round(float(jpeg_quality_of(jpeg)))
        return [say("finding-jpeg-traces", "traces of JPEG quality {quality}", quality=quality)]
    said = [_stated_quality(stated)]
    if jpeg > float(jpeg_error_levels(stated)) + _FORMER_JPEG:
        said.append(say("finding-compressed-before", "compressed more strongly before"))
    return said


def _stated_quality(quality: int) -> str:
    return say("finding-jpeg-quality", "JPEG quality about {quality}", quality=quality)


def _noise_findings(noise: float) -> list[str]:
    if noise >= _MUCH_NOISE:
        return [say("finding-much-noise", "much noise")]
    if noise >= _SOME_NOISE:
        return [say("finding-some-noise", "some noise")]
    return [say("finding-little-noise", "little noise")] if noise >= _LITTLE_NOISE else []


def _blur_findings(blur: float) -> list[str]:
    if blur >= _BLUR:
        return [say("finding-blur", "blurred")]
    return [say("finding-slight-blur", "slightly blurred")] if blur >= _SLIGHT_BLUR else []
