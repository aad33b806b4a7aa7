"""Decides what the pixel values of a picture mean from everything that its file states.

A file can state its colors in several ways at once. The order of precedence is that of the
standards: PNG, third edition, section 4.3 (cICP, iCCP, sRGB, gAMA and cHRM); HEIF,
ISO/IEC 23008-12, section 6.5.5 (an ICC profile, then nclx); DCF 2.0, section 3.2.5
(EXIF, where nothing else speaks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from engine.core.messages import say
from engine.imaging.color.hdr import HdrCurve
from engine.imaging.color.icc import profile_channels, profile_space, profile_tag, tone_distance
from engine.imaging.color.profile_writer import gray_profile, rgb_profile
from engine.imaging.color.rgb_spaces import (
    ADOBE_RGB_SPACE,
    BT709,
    CICP_CURVES,
    CICP_PRIMARIES,
    HLG,
    KNOWN_PRIMARIES,
    PQ,
    SRGB,
    SRGB_CURVE,
    UNSPECIFIED,
    Curve,
    Primaries,
    RgbSpace,
)

_HDR_CURVES: Final[dict[int, HdrCurve]] = {PQ: "PQ", HLG: "HLG"}
# The gAMA that PNG prescribes beside an sRGB chunk, for readers that know only gAMA.
_SRGB_PNG_GAMMA = 0.45455
_GAMMA_TOLERANCE = 0.0005
_EXPONENTS = (0.2, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cicp:
    """Coding-independent code points (CICP), numbered as in H.273.

    Attributes:
        primaries: Number of the primaries.
        curve: Number of the transfer curve.
        is_full_range: Whether black and white are the lowest and highest pixel values.
    """

    primaries: int
    curve: int
    is_full_range: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorSignals:
    """Everything that a file states about its colors; None where it states nothing.

    Attributes:
        icc: Color profile.
        cicp: Code points.
        is_cicp_first: Whether they take precedence over the profile, as in PNG.
        is_srgb: Whether it states that it is sRGB.
        gamma_encoding: Exponent of the encoding, as PNG's gAMA: 0.45455 for a screen of gamma 2.2.
        primaries: Chromaticities, as PNG's cHRM.
        is_adobe_rgb: Whether the EXIF block states Adobe RGB.
    """

    icc: bytes | None = None
    cicp: Cicp | None = None
    is_cicp_first: bool = False
    is_srgb: bool = False
    gamma_encoding: float | None = None
    primaries: Primaries | None = None
    is_adobe_rgb: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorMeaning:
    """Meaning of pixel values.

    Attributes:
        icc: A profile that describes them; None means sRGB, or gray in sRGB's curve.
        hdr: The curve, if they are HDR; then no profile describes them.
        hdr_primaries: Their primaries in that case.
        is_full_range: Whether black and white are the lowest and highest pixel values.
        notes: What is not used.
    """

    icc: bytes | None = None
    hdr: HdrCurve | None = None
    hdr_primaries: Primaries = BT709
    is_full_range: bool = True
    notes: tuple[str, ...] = ()


def color_meaning(signals: ColorSignals, *, channels: int) -> ColorMeaning:
    """Return what the pixel values of a picture mean.

    The first usable statement in order of precedence decides; unusable ones are named in notes.

    Args:
        signals: Everything that the file states.
        channels: 1 (gray), 3 (RGB) or 4 (CMYK).
    """
    coded: tuple[_Reader, ...] = (_by_cicp, _by_profile)
    readers: Iterable[_Reader] = (
        *(coded if signals.is_cicp_first else reversed(coded)),
        _by_srgb,
        _by_gamma_and_primaries,
        _by_exif,
    )
    notes: list[str] = []
    for reader in readers:
        meaning = reader(signals, channels, notes)
        if meaning is not None:
            return replace(meaning, notes=(*notes, *meaning.notes))
    return ColorMeaning(notes=tuple(notes))


_Reader = Callable[[ColorSignals, int, list[str]], ColorMeaning | None]
"""Returns the meaning by one kind of statement, None without it; adds notes on unusable ones."""


def _by_profile(signals: ColorSignals, channels: int, notes: list[str]) -> ColorMeaning | None:
    icc = signals.icc
    if icc is None:
        return None
    if profile_channels(icc) != channels:
        notes.append(
            say(
                "bad-profile",
                "The color profile is damaged or does not fit the pixels: it is dropped.",
            )
        )
        return None
    if channels != 4 and (
        profile_space(icc) not in {"RGB", "GRAY"} or tone_distance(icc) == float("inf")
    ):
        notes.append(say("unusable-profile", "The color profile cannot be used: it is dropped."))
        return None
    code = profile_tag(icc, b"cicp")
    if code is not None and len(code) >= 12 and code[9] in _HDR_CURVES:
        # ICC.1:2022, section 10.3. The code points are exact, while the curves of such a
        # profile map HDR to SDR as its maker saw fit.
        coded = ColorSignals(cicp=Cicp(primaries=code[8], curve=code[9]))
        return _by_cicp(coded, channels, notes)
    return ColorMeaning(icc=icc)


def _by_cicp(signals: ColorSignals, channels: int, notes: list[str]) -> ColorMeaning | None:
    cicp = signals.cicp
    if cicp is None or channels == 4 or cicp.primaries == cicp.curve == UNSPECIFIED:
        return None
    primaries = CICP_PRIMARIES.get(1 if cicp.primaries == UNSPECIFIED else cicp.primaries)
    if primaries is not None and cicp.curve in _HDR_CURVES:
        return ColorMeaning(
            hdr=_HDR_CURVES[cicp.curve],
            hdr_primaries=primaries,
            is_full_range=cicp.is_full_range,
        )
    curve = SRGB_CURVE if cicp.curve == UNSPECIFIED else CICP_CURVES.get(cicp.curve)
    if primaries is None or curve is None:
        notes.append(f"The color code {cicp.primaries}/{cicp.curve} is not known and not used.")
        return None
    meaning = _of_space(RgbSpace(primaries, curve), channels)
    return replace(meaning, is_full_range=cicp.is_full_range)


def _by_srgb(signals: ColorSignals, _: int, __: list[str]) -> ColorMeaning | None:
    return ColorMeaning() if signals.is_srgb else None


def _by_gamma_and_primaries(
    signals: ColorSignals, channels: int, notes: list[str]
) -> ColorMeaning | None:
    primaries, curve = signals.primaries or BT709, SRGB_CURVE
    if signals.primaries is None and signals.gamma_encoding is None:
        return None
    try:
        primaries.to_d50()
    except ValueError:
        notes.append("The chromaticities make no sense: they are not used.")
        primaries = BT709
    # Rounded chromaticities get the exact ones of the space that they mean, and its name.
    named = [known for known in KNOWN_PRIMARIES if known.is_like(primaries)]
    primaries = BT709 if channels == 1 else named[0] if named else primaries
    if signals.gamma_encoding is not None:
        # gAMA is the exponent of encoding, and a curve that of decoding.
        exponent = 1 / signals.gamma_encoding if signals.gamma_encoding > 0 else 0.0
        if not _EXPONENTS[0] <= exponent <= _EXPONENTS[1]:
            notes.append(f"A gamma of {signals.gamma_encoding:g} makes no sense: it is not used.")
        elif primaries != BT709 or abs(signals.gamma_encoding - _SRGB_PNG_GAMMA) > _GAMMA_TOLERANCE:
            curve = Curve(f"gamma {exponent:.3g}", exponent)
    return _of_space(RgbSpace(primaries, curve), channels)


def _by_exif(signals: ColorSignals, channels: int, _: list[str]) -> ColorMeaning | None:
    if not signals.is_adobe_rgb or channels == 4:
        return None
    return _of_space(ADOBE_RGB_SPACE, channels)


def _of_space(space: RgbSpace, channels: int) -> ColorMeaning:
    if channels == 1:
        icc = None if space.curve == SRGB_CURVE else gray_profile(space.curve)
    else:
        icc = None if space == SRGB else rgb_profile(space)
    return ColorMeaning(icc=icc)
