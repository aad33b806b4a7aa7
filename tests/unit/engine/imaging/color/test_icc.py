from __future__ import annotations

import struct

import pytest

from engine.imaging.color.icc import (
    FAR_TONE_CURVE,
    is_srgb,
    profile_channels,
    profile_name,
    tone_distance,
)
from engine.imaging.color.profile_writer import gray_profile, rgb_profile
from engine.imaging.color.rgb_spaces import SRGB, SRGB_CURVE
from tests.helpers.pictures import builtin_profile, matrix_profile


@pytest.mark.parametrize(
    ("profile", "channels", "name"),
    [
        (builtin_profile("srgb"), 3, "sRGB"),
        (builtin_profile("p3"), 3, "sP3C"),
        (builtin_profile("cmyk"), 4, "Chemical proof"),
        (matrix_profile(2.2, name="Adobe-like"), 3, "Adobe-like"),
        (matrix_profile(2.2, gray=True), 1, "Test space"),
    ],
)
def test_a_profile_tells_its_channels_and_name(profile: bytes, channels: int, name: str) -> None:
    assert profile_channels(profile) == channels
    assert profile_name(profile) == name


@pytest.mark.parametrize("content", [b"", b"x" * 200, matrix_profile(2.2)[:-1]])
def test_other_bytes_are_no_profile(content: bytes) -> None:
    assert profile_channels(content) is None


def _with_tag(tag: bytes, content: bytes) -> bytes:
    table = struct.pack(">I4sII", 1, tag, 144, len(content))
    return matrix_profile(2.2)[:128] + table + content


@pytest.mark.parametrize(
    "profile",
    [
        _with_tag(b"cprt", b""),
        _with_tag(b"desc", b"what"),
        _with_tag(b"desc", b"desc"),
        _with_tag(b"desc", struct.pack(">4sII", b"desc", 0, 1) + b"\0"),
        matrix_profile(2.2)[:130],
    ],
)
def test_a_profile_may_have_no_name(profile: bytes) -> None:
    assert profile_name(profile) is None


@pytest.mark.parametrize("gray", [False, True])
@pytest.mark.parametrize(
    ("gamma", "lowest", "highest"), [(2.2, 0, 4), (1.8, 5, FAR_TONE_CURVE), (1.0, 20, 40)]
)
def test_the_distance_from_srgbs_tone_curve_is_lightness(
    gamma: float, lowest: float, highest: float, gray: bool
) -> None:
    assert lowest < tone_distance(matrix_profile(gamma, gray=gray)) < highest


def test_srgb_is_at_no_distance_from_itself() -> None:
    assert tone_distance(builtin_profile("srgb")) < 0.5


@pytest.mark.parametrize("gray", [False, True])
def test_a_profile_that_cannot_be_used_is_infinitely_far_and_not_srgb(gray: bool) -> None:
    profile = matrix_profile(2.2, gray=gray).replace(b"curv", b"what")

    assert tone_distance(profile) == float("inf")
    assert not is_srgb(profile)


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (builtin_profile("srgb"), True),
        (rgb_profile(SRGB), True),
        (builtin_profile("p3"), False),
        (matrix_profile(2.2), False),
        (gray_profile(SRGB_CURVE), True),
        (matrix_profile(2.2, gray=True), False),
    ],
)
def test_srgb_is_known_by_what_it_does(profile: bytes, expected: bool) -> None:
    assert is_srgb(profile) is expected
