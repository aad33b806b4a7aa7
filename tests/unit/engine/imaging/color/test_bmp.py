from __future__ import annotations

import io
import struct

import pytest

from engine.imaging.color.bmp import bmp_signals
from engine.imaging.color.rgb_spaces import BT709
from engine.imaging.color.signals import ColorSignals

CALIBRATED, SRGB, EMBEDDED, WINDOWS = 0, 0x73524742, 0x4D424544, 0x57696E20
# X, Y and Z of the primaries of sRGB, and their chromaticities.
AMOUNTS = (0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505)
POINTS = (0.64, 0.33, 0.03, 0.30, 0.60, 0.10, 0.15, 0.06, 0.79)


def _bmp(
    kind: int,
    *,
    points: tuple[float, ...] = (0.0,) * 9,
    gamma: float = 0.0,
    size: int = 124,
    profile: bytes = b"",
    profile_bytes: int | None = None,
) -> io.BytesIO:
    header = bytearray(124)
    struct.pack_into("<I", header, 0, size)
    struct.pack_into("<I", header, 56, kind)
    struct.pack_into("<9i", header, 60, *(round(point * 2**30) for point in points))
    struct.pack_into("<3I", header, 96, *[round(gamma * 2**16)] * 3)
    length = len(profile) if profile_bytes is None else profile_bytes
    struct.pack_into("<II", header, 112, size, length)
    return io.BytesIO(b"BM" + bytes(12) + bytes(header[:size]) + profile)


def test_srgb_is_known_by_its_mark() -> None:
    assert bmp_signals(_bmp(SRGB)) == ColorSignals(is_srgb=True)


@pytest.mark.parametrize("kind", [WINDOWS, 7])
def test_other_marks_state_nothing(kind: int) -> None:
    assert bmp_signals(_bmp(kind)) == ColorSignals()


def test_a_header_without_colors_states_nothing() -> None:
    assert bmp_signals(_bmp(SRGB, size=40)) == ColorSignals()
    assert bmp_signals(io.BytesIO(_bmp(SRGB).getvalue()[:60])) == ColorSignals()


@pytest.mark.parametrize("points", [POINTS, AMOUNTS])
def test_primaries_are_read_as_chromaticities_and_as_amounts(points: tuple[float, ...]) -> None:
    signals = bmp_signals(_bmp(CALIBRATED, points=points, gamma=2.2))

    assert signals.primaries is not None
    assert signals.primaries.is_like(BT709)
    assert signals.gamma_encoding == pytest.approx(1 / 2.2, rel=1e-4)


@pytest.mark.parametrize(("gamma", "encoding"), [(0.0, None), (2.0, 0.5)])
def test_primaries_of_zeros_are_none(gamma: float, encoding: float | None) -> None:
    signals = bmp_signals(_bmp(CALIBRATED, gamma=gamma))

    assert signals == ColorSignals(gamma_encoding=encoding)


def test_an_embedded_profile_is_found_and_the_position_restored() -> None:
    file = _bmp(EMBEDDED, profile=b"a profile")
    file.seek(5)

    assert bmp_signals(file) == ColorSignals(icc=b"a profile")
    assert file.tell() == 5


@pytest.mark.parametrize("profile_bytes", [0, 16 * 2**20 + 1])
def test_a_profile_of_no_or_of_huge_size_is_not_read(profile_bytes: int) -> None:
    file = _bmp(EMBEDDED, profile=b"x", profile_bytes=profile_bytes)

    assert bmp_signals(file).icc is None


def test_a_version_4_header_has_no_profile() -> None:
    assert bmp_signals(_bmp(EMBEDDED, size=108)).icc is None
