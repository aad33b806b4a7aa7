"""Decides what of a picture's colour is kept as it is and what is converted.

The networks expect code values in a tone curve like sRGB's. Any RGB or gray
space that has one is kept, with its profile, and comes back unchanged; all
others become sRGB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.imaging.icc import (
    FAR_TONE_CURVE,
    is_rgb_or_gray,
    profile_channels,
    profile_name,
    tone_distance,
)
from engine.imaging.vips import pyvips, set_blob

COLOUR_BANDS: Final = {"b-w": 1, "grey16": 1, "srgb": 3, "scrgb": 3, "rgb16": 3, "cmyk": 4}
"""Bands of colour by libvips' name for the kind of picture; what follows is extra."""

_KIND_NAMES = {
    "float": "32-bit floating point",
    "double": "64-bit floating point",
    "short": "signed 16-bit",
    "char": "signed 8-bit",
    "int": "signed 32-bit",
    "uint": "32-bit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourPlan:
    """A picture on its way to code values we work with.

    Attributes:
        image: The picture: gray or RGB, then alpha if there is one; uchar or ushort.
        channels: 1 (gray) or 3 (RGB).
        has_alpha: Whether an alpha band follows.
        icc: Profile of ``image``; None means sRGB or gray in sRGB's tone curve.
        name: Name of the colour space of ``image``.
        notes: What is converted or dropped.
    """

    image: pyvips.Image
    channels: int
    has_alpha: bool
    icc: bytes | None
    name: str
    notes: tuple[str, ...]

    @property
    def bit_depth(self) -> int:
        """Bits per code value: 8 or 16."""
        return 8 if self.image.format == "uchar" else 16


def refusal(image: pyvips.Image) -> str | None:
    """Return why pixels of this kind are not handled, None if they are."""
    if image.interpretation not in COLOUR_BANDS:
        return f"holds {image.interpretation} colours; convert it to RGB"
    if image.format not in {"uchar", "ushort"}:
        kind = _KIND_NAMES.get(image.format, image.format)
        return f"holds {kind} samples; save it with 8 or 16 bits per channel"
    return None


def plan_colour(image: pyvips.Image, icc: bytes | None) -> ColourPlan:
    """Plan the conversion of a picture that `refusal` has nothing against.

    Args:
        image: Any gray, RGB or CMYK picture of 8 or 16 bits, alpha not multiplied in.
        icc: Profile found in its file.
    """
    bands = COLOUR_BANDS[image.interpretation]
    notes = []
    colour = image.extract_band(0, n=bands) if image.bands > bands else image
    alpha = image.extract_band(bands) if image.bands > bands else None
    dropped = image.bands - bands - 1
    if dropped > 0:
        notes.append(f"{dropped} extra channel{'s are' if dropped > 1 else ' is'} dropped.")
    if icc is not None and profile_channels(icc) != bands:
        notes.append("The colour profile is damaged or does not fit the pixels: it is dropped.")
        icc = None
    if bands == 4:
        colour, note = _from_cmyk(colour, icc)
        return _join(colour, alpha, None, (*notes, note))
    if icc is None:
        return _join(colour, alpha, None, tuple(notes))
    distance = tone_distance(icc) if is_rgb_or_gray(icc) else float("inf")
    if distance == float("inf"):
        notes.append("The colour profile cannot be used: it is dropped.")
        return _join(colour, alpha, None, tuple(notes))
    if distance > FAR_TONE_CURVE:
        notes.append(f"Converted from {_name(icc, bands)}: its tone curve is far from sRGB's.")
        return _join(_to_srgb(colour, icc), alpha, None, tuple(notes))
    return _join(colour, alpha, icc, tuple(notes))


def _join(
    colour: pyvips.Image, alpha: pyvips.Image | None, icc: bytes | None, notes: tuple[str, ...]
) -> ColourPlan:
    channels = colour.bands
    if alpha is not None and alpha.format != colour.format:
        alpha = (alpha * 257).cast("ushort")
    image = colour if alpha is None else colour.bandjoin(alpha)
    return ColourPlan(
        image=image,
        channels=channels,
        has_alpha=alpha is not None,
        icc=icc,
        name=_name(icc, channels),
        notes=notes,
    )


def _name(icc: bytes | None, channels: int) -> str:
    plain = "gray" if channels == 1 else "sRGB"
    if icc is None:
        return plain
    return profile_name(icc) or f"unnamed {'gray' if channels == 1 else 'RGB'} profile"


def _from_cmyk(colour: pyvips.Image, icc: bytes | None) -> tuple[pyvips.Image, str]:
    depth = 8 if colour.format == "uchar" else 16
    plain = colour.copy()
    plain.remove("icc-profile-data")
    if icc is not None:
        set_blob(plain, "icc-profile-data", icc)
    name = (profile_name(icc) if icc else None) or "a general press profile"
    converted = plain.icc_transform(
        "srgb",
        embedded=True,
        input_profile="cmyk",
        intent="relative",
        black_point_compensation=True,
        depth=depth,
    )
    return converted, f"Converted from CMYK ({name}) to sRGB."


def _to_srgb(colour: pyvips.Image, icc: bytes) -> pyvips.Image:
    # 16 bits, because linear code values are coarse where sRGB's are fine.
    profiled = colour.copy()
    set_blob(profiled, "icc-profile-data", icc)
    converted = profiled.icc_transform("srgb", embedded=True, intent="relative", depth=16)
    return converted.extract_band(1) if colour.bands == 1 else converted
