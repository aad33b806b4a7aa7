"""What a page gives to the blind test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from app.services.pictures.picture_levels import RgbPixels
from engine.api import CancelToken


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedModel:
    """A model that can be compared.

    Attributes:
        id: Name in files, the same in every sitting.
        label: What users call it; hidden until the result.
        source: What the renderer needs to know of it.
        metrics: What was measured of it, by name, such as ``lpips``.
    """

    id: str
    label: str
    source: object
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnlargedCrop:
    """A part of a photo, enlarged.

    Attributes:
        pixels: ``(h, w, 3)`` or ``(h, w, 4)``, 8 bits.
        icc: Color profile of the pixels, None for sRGB.
    """

    pixels: RgbPixels
    icc: bytes | None = None


Render: TypeAlias = Callable[[JudgedModel, Path, CancelToken], EnlargedCrop]
"""Enlarges the same part of a photo with every model; called on one worker thread, takes long.

Raises `EngineError` if the photo or the model cannot be used, `JobCancelled` if it was cancelled.
"""
