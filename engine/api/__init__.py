"""The one door through which the app enters the engine."""

from __future__ import annotations

from engine.core.cancellation import CancelToken
from engine.core.errors import EngineError, JobCancelled
from engine.core.images import CodeImage, ImageF32
from engine.core.tiling import Region
from engine.core.units import format_bytes, format_duration
from engine.imaging.photo import Photo, PhotoInfo
from engine.imaging.raster import Raster
from engine.imaging.resize import axis_weights, resample_axis

__all__ = [
    "CancelToken",
    "CodeImage",
    "EngineError",
    "ImageF32",
    "JobCancelled",
    "Photo",
    "PhotoInfo",
    "Raster",
    "Region",
    "axis_weights",
    "format_bytes",
    "format_duration",
    "resample_axis",
]
