"""Reads facts of a color profile: color space, name, single tags, and how far it is from sRGB.

LittleCMS reads the profile (`PIL.ImageCms`); the bytes of a tag, which it does not give, are
looked up in the tag table. Format: ICC.1:2022, sections 7.2 (header) and 7.3 (tag table).
"""

from __future__ import annotations

import io
import struct
from functools import lru_cache
from typing import Literal

import numpy as np
from PIL import ImageCms

from engine.imaging.vips import VipsError, pyvips, set_blob

_HEADER_BYTES = 128
# Most photos of a folder share a profile.
_REMEMBERED = 16
# CIE L* of about half an 8-bit level of gray.
_SAME_TONE_CURVE = 0.2
FAR_TONE_CURVE = 18.0
"""CIE L* by which a tone curve may differ from sRGB's and still count as like it.

Gamma 2.2 is 3 away, gamma 1.8 (ProPhoto) 8, the press curve Dot Gain 15% 15, linear light 31.
"""


def profile_channels(icc: bytes) -> int | None:
    """Return how many channels a picture with this profile has, None if it cannot be read."""
    # LittleCMS reads a profile that is cut short as far as it goes; its size tells.
    if int.from_bytes(icc[:4], "big") > len(icc):
        return None
    return {"GRAY": 1, "RGB": 3, "CMYK": 4, "Lab": 3}.get(profile_space(icc) or "")


def profile_space(icc: bytes) -> str | None:
    """Return the color space of the pixels, such as ``RGB`` or ``GRAY``; None if unreadable."""
    return _fact(icc, "xcolor_space")


def profile_name(icc: bytes) -> str | None:
    """Return the profile's own description, in English if there are several, None without one."""
    return _fact(icc, "profile_description")


def _fact(icc: bytes, name: Literal["xcolor_space", "profile_description"]) -> str | None:
    try:
        text: str | None = getattr(ImageCms.ImageCmsProfile(io.BytesIO(icc)).profile, name)
    except (OSError, ValueError):
        # Not a profile, or a text in it that cannot be decoded.
        return None
    return (text or "").strip() or None


def profile_tag(icc: bytes, name: bytes) -> bytes | None:
    """Return the content of a tag of the profile, None if it has none of that name."""
    try:
        # | header | count | name offset size | name offset size | ... | contents |
        #   128      4       4    4      4
        (count,) = struct.unpack_from(">I", icc, _HEADER_BYTES)
        for index in range(min(count, 100)):
            tag, offset, size = struct.unpack_from(">4sII", icc, _HEADER_BYTES + 4 + 12 * index)
            if tag == name:
                return icc[offset : offset + size]
    except struct.error:
        pass
    return None


@lru_cache(maxsize=_REMEMBERED)
def tone_distance(icc: bytes) -> float:
    """Return the largest difference between the profile's tone curve and sRGB's.

    Args:
        icc: Profile of gray or RGB pixel values.

    Returns:
        Largest difference in CIE L* over a ramp of grays; infinity if the
        profile cannot be used at all.
    """
    pixels = np.arange(256, dtype=np.uint8)
    channels = 1 if profile_space(icc) == "GRAY" else 3
    ramp = np.repeat(pixels[None, :, None], channels, axis=2)
    image = pyvips.Image.new_from_array(np.ascontiguousarray(ramp))
    image = image.copy(interpretation="b-w" if channels == 1 else "srgb")
    set_blob(image, "icc-profile-data", icc)
    try:
        lab = image.icc_import(embedded=True, pcs="lab", intent="relative").numpy()
    except VipsError:
        return float("inf")
    return float(np.abs(lab[0, :, 0] - _srgb_lightness(pixels / 255)).max())


def _srgb_lightness(encoded: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.float64]:
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    cube = np.where(linear > 216 / 24389, np.cbrt(linear), (24389 / 27 * linear + 16) / 116)
    return np.asarray(116 * cube - 16)


@lru_cache(maxsize=_REMEMBERED)
def is_srgb(icc: bytes) -> bool:
    """Return whether pixel values with this profile mean what they mean in sRGB.

    They do if no color of a coarse grid changes by more than one 8-bit level.
    """
    if profile_space(icc) != "RGB":
        return tone_distance(icc) < _SAME_TONE_CURVE
    steps = np.linspace(0, 255, 6).round().astype(np.uint8)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    image = pyvips.Image.new_from_array(np.ascontiguousarray(grid), interpretation="srgb")
    set_blob(image, "icc-profile-data", icc)
    try:
        seen = image.icc_transform("srgb", embedded=True, intent="relative", depth=8).numpy()
    except VipsError:
        return False
    return int(np.abs(seen.astype(int) - grid).max()) <= 1
