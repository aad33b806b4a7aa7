"""Decides which colors are kept and which are converted to sRGB.

The networks expect pixel values in a tone curve like sRGB's. RGB and gray spaces with such a
curve are kept, with their profile, and the result has the same one; all others become sRGB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.imaging.color.hdr import WHITE_CD_M2, hdr_to_srgb
from engine.imaging.color.icc import FAR_TONE_CURVE, profile_name, tone_distance
from engine.imaging.color.profile_writer import rgb_profile_like
from engine.imaging.color.signals import ColorMeaning, ColorSignals, color_meaning
from engine.imaging.vips import pyvips, set_blob

COLOR_BANDS: Final = {"b-w": 1, "grey16": 1, "srgb": 3, "scrgb": 3, "rgb16": 3, "cmyk": 4}
"""Number of color bands by libvips' name for the kind of picture; further bands are extra."""

_KIND_NAMES = {
    "float": "32-bit floating point",
    "double": "64-bit floating point",
    "short": "signed 16-bit",
    "char": "signed 8-bit",
    "int": "signed 32-bit",
    "uint": "32-bit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorPlan:
    """A lazy picture that yields the pixel values to work with.

    Attributes:
        image: The picture: gray or RGB, then alpha if there is one; uchar or ushort.
        channels: 1 (gray) or 3 (RGB).
        has_alpha: Whether an alpha band follows.
        icc: Profile of ``image``; None means sRGB or gray in sRGB's tone curve.
        name: Name of the color space of ``image``.
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
        """Bits per pixel value: 8 or 16."""
        return 8 if self.image.format == "uchar" else 16


def refusal(image: pyvips.Image) -> str | None:
    """Return why pixels of this kind are not supported, None if they are."""
    if image.interpretation not in COLOR_BANDS:
        return f"holds {image.interpretation} colors; convert it to RGB"
    if image.format not in {"uchar", "ushort"}:
        kind = _KIND_NAMES.get(image.format, image.format)
        return f"holds {kind} samples; save it with 8 or 16 bits per channel"
    return None


def plan_color(image: pyvips.Image, signals: ColorSignals) -> ColorPlan:
    """Plan the conversion of a picture for which `refusal` returns None.

    Args:
        image: Any gray, RGB or CMYK picture of 8 or 16 bits, alpha not multiplied in.
        signals: What its file states about its colors.
    """
    bands = COLOR_BANDS[image.interpretation]
    color = image.extract_band(0, n=bands) if image.bands > bands else image
    alpha = image.extract_band(bands) if image.bands > bands else None
    meaning = color_meaning(signals, channels=bands)
    notes = list(meaning.notes)
    dropped = image.bands - bands - 1
    if dropped > 0:
        notes.append(f"{dropped} extra channel{'s are' if dropped > 1 else ' is'} dropped.")
    color, icc, note = _understood(color, meaning)
    return _join(color, alpha, icc, (*notes, *note))


def _understood(
    color: pyvips.Image, meaning: ColorMeaning
) -> tuple[pyvips.Image, bytes | None, tuple[str, ...]]:
    """Return a picture to work with, its profile, and notes on what was converted."""
    icc, bands = meaning.icc, color.bands
    if bands == 4:
        color, note = _from_cmyk(color, icc)
        return color, None, (note,)
    if not meaning.is_full_range:
        color = _full_range(color)
    if meaning.hdr is not None:
        primaries = meaning.hdr_primaries
        name = f"{meaning.hdr}, {primaries.name}" if bands == 3 else meaning.hdr
        note = (
            f"Converted from HDR ({name}) to sRGB: what is brighter than white "
            f"({WHITE_CD_M2:.0f} cd/m\N{SUPERSCRIPT TWO}) is compressed."
        )
        return hdr_to_srgb(color, meaning.hdr, primaries), None, (note,)
    if icc is not None and tone_distance(icc) > FAR_TONE_CURVE:
        note = f"Converted from {_name(icc, bands)}: its tone curve is far from sRGB's."
        return to_srgb(color, icc), None, (note,)
    return color, icc, ()


def _full_range(color: pyvips.Image) -> pyvips.Image:
    """Return the picture with black and white at the ends of the range; H.273, section 8.3."""
    unit = 1 if color.format == "uchar" else 256
    white = 255 if color.format == "uchar" else 65535
    # Studio range: black at 16, white at 235, of 8 bits; 16 and 235 times 256 of 16 bits.
    stretched = (color - 16 * unit) * (white / (219 * unit))
    return stretched.rint().cast(color.format).copy(interpretation=color.interpretation)


def _join(
    color: pyvips.Image, alpha: pyvips.Image | None, icc: bytes | None, notes: tuple[str, ...]
) -> ColorPlan:
    channels = color.bands
    # A conversion to 16 bits has left an 8-bit alpha behind.
    if alpha is not None and alpha.format != color.format:
        alpha = (alpha * 257).cast("ushort")
    image = color if alpha is None else color.bandjoin(alpha)
    return ColorPlan(
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


def _from_cmyk(color: pyvips.Image, icc: bytes | None) -> tuple[pyvips.Image, str]:
    depth = 8 if color.format == "uchar" else 16
    # The profile that was chosen by the signals, not the one that the loader attached.
    plain = color.copy()
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


def to_srgb(color: pyvips.Image, icc: bytes) -> pyvips.Image:
    """Return gray or RGB pixels with a profile as 16-bit sRGB, or gray in sRGB's curve."""
    # To 16 bits: near black one 8-bit level of linear light covers many levels of sRGB.
    bands = color.bands
    like = rgb_profile_like(icc) if bands == 1 else None
    if like is not None:
        # Through RGB: LittleCMS is off by up to 7 levels for dark grays converted as gray.
        kind = "srgb" if color.format == "uchar" else "rgb16"
        color, icc = color.bandjoin([color, color]).copy(interpretation=kind), like
    profiled = color.copy()
    set_blob(profiled, "icc-profile-data", icc)
    converted = profiled.icc_transform("srgb", embedded=True, intent="relative", depth=16)
    return converted.extract_band(1) if bands == 1 else converted
