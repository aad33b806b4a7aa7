"""Crops with a known amount of noise, blur and JPEG damage."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.config.degradation import (
    LIGHT,
    MILD,
    DegradationRecipe,
    OnePassRecipe,
    named_degradation,
)
from engine.core.images import ImageU8
from engine.core.restoration_scale import (
    blur_error_levels,
    jpeg_error_levels,
    jpeg_quality_of,
    restoration_of,
)
from engine.data.degradation import Degradation, build_degradation
from engine.data.drawn_pictures import DRAWN_KINDS, draw_picture
from engine.inference.restoration.crops import CROP_PX
from engine.inference.restoration.features import crop_features
from engine.inference.restoration.regressor import Damage

Array = NDArray[np.float32]

SCALE: Final = 4
# 8 pixels of LR more than a crop, so that a crop can begin beside the grid of a JPEG.
_LR_PX: Final = CROP_PX + 8
HR_PX: Final = _LR_PX * SCALE
"""Photos are at least so high and wide."""

KINDS: Final = ("clean", "light", "mild", "wide", "strong")
_PHOTO_SHARES = (0.15, 0.25, 0.25, 0.17, 0.18)
_DRAWN_SHARES = (0.35, 0.20, 0.20, 0.15, 0.10)
# More of each damage alone than photos usually have, so that no combination is unknown.
_WIDE = OnePassRecipe(
    blur_sigma_px=(0.2, 4.0),
    blur_share=0.5,
    noise_sigma=(0.3, 20.0),
    noise_share=0.6,
    gray_share=0.3,
    jpeg_quality=(30, 97),
    jpeg_share=0.7,
    full_chroma_share=0.3,
    area_share=0.2,
)
# Compressed last, so that the file states with what quality.
_ENDS_IN_JPEG = frozenset({"light", "mild", "wide"})
_GRAY_SHARE, _SAVED_AGAIN_SHARE, _SHIFTED_SHARE, _SMALL_SHARE = 0.08, 0.2, 0.15, 0.2
_SCREENSHOT_SAVED_SHARE = 0.45
_SAVED_QUALITY = (70, 101)
# Of the drawn pictures, by what comes nearest to screenshots and scans.
_DRAWN_AT_LR_SHARE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedCrops:
    """Features of crops, and what was done to them.

    Attributes:
        features: From `crop_features`, ``(N, F)``.
        damage: The damage at scale 4, ``(N,)`` each.
        jpeg_quality: Quality that a file of the crop would state, ``(N,)``; NaN for none.
        kinds: Name of each crop's degradation, one of `KINDS`.
        is_drawn: Whether each crop is drawn and not of a photo, ``(N,)`` bool.
    """

    features: Array
    damage: Damage
    jpeg_quality: Array
    kinds: tuple[str, ...]
    is_drawn: NDArray[np.bool_]


class _Sample(msgspec.Struct, frozen=True):
    crop: ImageU8
    noise: float
    blur: float
    jpeg: float
    quality: float
    kind: str
    is_drawn: bool


class CropMaker:
    """Damages pictures; one seed gives one sequence of crops.

    Args:
        seed: Start of all randomness.
    """

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._degradations = {scale: _degradations(scale, seed) for scale in (1, SCALE)}

    def of_photos(self, photos: Iterable[ImageU8], *, per_photo: int) -> DamagedCrops:
        """Return crops of photos, ``per_photo`` each.

        Args:
            photos: HR pictures of at least `HR_PX` in height and width.
            per_photo: Crops of each photo.
        """
        return _collected(self._photo_samples(photos, per_photo))

    def of_drawings(self, count: int) -> DamagedCrops:
        """Return ``count`` crops of drawn pictures."""
        return _collected(self._drawn_sample(number) for number in range(count))

    def _photo_samples(self, photos: Iterable[ImageU8], per_photo: int) -> Iterator[_Sample]:
        for place, photo in enumerate(photos):
            for number in range(place * per_photo, (place + 1) * per_photo):
                random = np.random.default_rng((self._seed, number, 5))
                height, width = photo.shape[:2]
                top, left = (int(random.integers(side - HR_PX + 1)) for side in (height, width))
                hr = photo[top : top + HR_PX, left : left + HR_PX]
                kind = str(random.choice(KINDS, p=_PHOTO_SHARES))
                yield self._damaged(hr, random, number, scale=SCALE, kind=kind)

    def _drawn_sample(self, number: int) -> _Sample:
        random = np.random.default_rng((self._seed, number, 6))
        drawn = str(random.choice(tuple(DRAWN_KINDS)))
        kind = str(random.choice(KINDS, p=_DRAWN_SHARES))
        # Letters on screens are as sharp as their pixels; downsampled ones are softer.
        is_small = random.random() < _DRAWN_AT_LR_SHARE and kind != "strong"
        scale = 1 if is_small else SCALE
        side = _LR_PX * scale
        picture = draw_picture(random, side_px=side, kind=drawn, unit_px=scale)
        made = self._damaged(picture, random, number, scale=scale, kind=kind, is_drawn=True)
        return made if drawn != "plain" else _only_what_is_seen(made)

    def _damaged(
        self,
        hr: ImageU8,
        random: np.random.Generator,
        number: int,
        *,
        scale: int,
        kind: str,
        is_drawn: bool = False,
    ) -> _Sample:
        planes = torch.from_numpy(hr.copy()).permute(2, 0, 1)[None].to(torch.float32) / 255
        made = self._degradations[scale][kind].degrade(planes, number)
        lr = (made.lr[0] * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
        # Blur is told in pixels of an HR that is four times as large, whatever was drawn.
        sigma_px = float(made.levels.blur_sigma_px) * SCALE / scale
        jpeg = float(made.levels.jpeg_error)
        quality = float(jpeg_quality_of(jpeg)) if kind in _ENDS_IN_JPEG and jpeg else np.nan
        crop, quality, jpeg = _as_saved(lr, random, quality=quality, jpeg=jpeg, is_drawn=is_drawn)
        return _Sample(
            crop=crop,
            noise=float(made.levels.noise_sigma),
            blur=float(blur_error_levels(sigma_px, scale=SCALE)),
            jpeg=jpeg,
            quality=quality,
            kind=kind,
            is_drawn=is_drawn,
        )


def _as_saved(
    lr: ImageU8, random: np.random.Generator, *, quality: float, jpeg: float, is_drawn: bool
) -> tuple[ImageU8, float, float]:
    """Return a crop as a user has it, the quality its file states, and its JPEG error.

    Photos are made gray, saved again as JPEG, cut beside the grid of their JPEG, and small.
    """
    saved_share = _SCREENSHOT_SAVED_SHARE if is_drawn else _SAVED_AGAIN_SHARE
    is_gray, is_saved_again, is_shifted, is_small = random.random(4) < (
        _GRAY_SHARE,
        saved_share,
        _SHIFTED_SHARE,
        _SMALL_SHARE,
    )
    if is_gray:
        # Such a picture was edited: its file is not the JPEG that it was.
        lr, quality = np.asarray(Image.fromarray(lr).convert("L").convert("RGB")), np.nan
    saved_quality, subsampling = int(random.integers(*_SAVED_QUALITY)), int(random.integers(3))
    if is_saved_again:
        stream = io.BytesIO()
        Image.fromarray(lr).save(stream, "JPEG", quality=saved_quality, subsampling=subsampling)
        lr, quality = np.asarray(Image.open(stream)), float(saved_quality)
        jpeg = float(np.hypot(jpeg, jpeg_error_levels(quality)))
    top, left = 0, 0
    if is_shifted:
        top, left = random.integers(1, 8, 2).tolist()
        quality = np.nan
    height, width = CROP_PX, CROP_PX
    if is_small:
        height, width = (8 * random.integers(3, CROP_PX // 8, 2)).tolist()
    return lr[top : top + height, left : left + width], quality, jpeg


def _only_what_is_seen(sample: _Sample) -> _Sample:
    """Return a sample of an area without detail, of whose damage only the visible part counts."""
    # Blur leaves no trace there, and compression takes weak noise away.
    luma = sample.crop @ np.asarray((0.299, 0.587, 0.114))
    seen = np.diff(np.diff(luma, axis=0), axis=1)
    noise = min(sample.noise, float(seen.std()) / 2)
    jpeg = 0.0 if np.isnan(sample.quality) else float(jpeg_error_levels(sample.quality))
    return msgspec.structs.replace(sample, noise=noise, blur=0.0, jpeg=jpeg)


def _degradations(scale: int, seed: int) -> dict[str, Degradation]:
    # A picture that is drawn in LR size is blurred by as much of its own, smaller pixels.
    passes = {
        name: msgspec.structs.replace(
            recipe, blur_sigma_px=tuple(sigma * scale / SCALE for sigma in recipe.blur_sigma_px)
        )
        for name, recipe in (("light", LIGHT), ("mild", MILD), ("wide", _WIDE))
    }
    least = {"light": 0.3, "mild": 0.5, "wide": 0.2}
    recipes = {
        "clean": named_degradation("clean"),
        **{
            name: DegradationRecipe(kind="mild", one_pass=one_pass, strength=(least[name], 1.0))
            for name, one_pass in passes.items()
        },
        "strong": named_degradation("strong", strength=(0.1, 1.0)),
    }
    return {
        kind: build_degradation(recipe, scale=scale, seed=seed) for kind, recipe in recipes.items()
    }


def _collected(samples: Iterable[_Sample]) -> DamagedCrops:
    features, made = [], []
    for sample in samples:
        # Crops differ in size, so each is looked at for itself.
        features.append(crop_features(sample.crop[None])[0])
        made.append(msgspec.structs.replace(sample, crop=sample.crop[:0]))

    def column(values: Sequence[float]) -> Array:
        return np.asarray(values, np.float32)

    noise, blur, jpeg = (
        column([getattr(sample, name) for sample in made]) for name in ("noise", "blur", "jpeg")
    )
    value = restoration_of(noise_levels=noise, blur_levels=blur, jpeg_levels=jpeg)
    return DamagedCrops(
        features=np.stack(features),
        damage=Damage(restoration=value.astype(np.float32), noise=noise, blur=blur, jpeg=jpeg),
        jpeg_quality=column([sample.quality for sample in made]),
        kinds=tuple(sample.kind for sample in made),
        is_drawn=np.asarray([sample.is_drawn for sample in made]),
    )


def joined(parts: Sequence[DamagedCrops]) -> DamagedCrops:
    """Return all crops of ``parts``, in order."""

    def join(name: str) -> Array:
        return np.concatenate([getattr(part.damage, name) for part in parts])

    return DamagedCrops(
        features=np.concatenate([part.features for part in parts]),
        damage=Damage(
            restoration=join("restoration"),
            noise=join("noise"),
            blur=join("blur"),
            jpeg=join("jpeg"),
        ),
        jpeg_quality=np.concatenate([part.jpeg_quality for part in parts]),
        kinds=tuple(kind for part in parts for kind in part.kinds),
        is_drawn=np.concatenate([part.is_drawn for part in parts]),
    )
