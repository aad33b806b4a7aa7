from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.imaging.color.icc import (
    FAR_TONE_CURVE,
    is_srgb,
    profile_channels,
    profile_name,
    profile_space,
    profile_tag,
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


def test_of_a_name_in_several_languages_the_english_one_is_taken() -> None:
    texts = {b"deDE": "Anzeige", b"enUS": "Display", b"hrHR": "Zaslon"}
    at, table, body = 16 + 12 * len(texts), b"", b""
    for language, text in texts.items():
        encoded = text.encode("utf-16-be")
        table += language + struct.pack(">II", len(encoded), at + len(body))
        body += encoded
    content = struct.pack(">4s4xII", b"mluc", len(texts), 12) + table + body

    assert profile_name(_with_tag(b"desc", content)) == "Display"


def test_the_bytes_of_a_tag_are_given_as_they_are() -> None:
    profile = _with_tag(b"cicp", b"cicp\0\0\0\0\x09\x10\0\x01")

    assert profile_tag(profile, b"cicp") == b"cicp\0\0\0\0\x09\x10\0\x01"
    assert profile_tag(profile, b"desc") is None
    assert profile_tag(profile[:140], b"cicp") is None


@given(at=st.integers(0, 500), content=st.binary(min_size=1, max_size=8), cut=st.integers(0, 520))
def test_no_damage_to_a_profile_stops_what_reads_it(at: int, content: bytes, cut: int) -> None:
    whole = rgb_profile(SRGB)
    broken = (whole[:at] + content + whole[at + len(content) :])[: len(whole) - cut]

    assert profile_channels(broken) in {None, 1, 3, 4}
    assert isinstance(profile_name(broken), str | None)
    assert isinstance(profile_space(broken), str | None)
    assert tone_distance(broken) >= 0


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
