from __future__ import annotations

import pytest

from engine.imaging.color.icc import profile_name
from engine.imaging.color.rgb_spaces import ADOBE_RGB, BT709, BT2020, Primaries
from engine.imaging.color.signals import Cicp, ColorSignals, color_meaning
from tests.helpers.pictures import builtin_profile, matrix_profile

P3 = Cicp(primaries=12, curve=13)
PQ = Cicp(primaries=9, curve=16)
OWN_PRIMARIES = Primaries("own primaries", (0.6, 0.35), (0.3, 0.55), (0.16, 0.1), (0.34, 0.35))
OWN = matrix_profile(2.2, name="Own")


def _name(signals: ColorSignals, channels: int = 3) -> str | None:
    icc = color_meaning(signals, channels=channels).icc
    return profile_name(icc) if icc is not None else None


@pytest.mark.parametrize(
    ("signals", "name"),
    [
        (ColorSignals(), None),
        (ColorSignals(icc=OWN), "Own"),
        # PNG: cICP, iCCP, sRGB, gAMA and cHRM, EXIF.
        (ColorSignals(icc=OWN, cicp=P3, is_cicp_first=True, is_srgb=True), "Display P3"),
        (ColorSignals(icc=OWN, is_cicp_first=True, is_srgb=True, gamma_encoding=1.0), "Own"),
        (ColorSignals(is_cicp_first=True, is_srgb=True, gamma_encoding=1.0), None),
        (ColorSignals(gamma_encoding=0.5, is_adobe_rgb=True), "BT.709, gamma 2"),
        (ColorSignals(is_srgb=True, is_adobe_rgb=True), None),
        # HEIF: a profile, nclx, EXIF.
        (ColorSignals(icc=OWN, cicp=P3), "Own"),
        (ColorSignals(cicp=P3, is_adobe_rgb=True), "Display P3"),
        (ColorSignals(cicp=Cicp(primaries=1, curve=13), is_adobe_rgb=True), None),
        (ColorSignals(cicp=Cicp(primaries=2, curve=2), is_adobe_rgb=True), "Adobe RGB"),
        # EXIF, where nothing else speaks.
        (ColorSignals(is_adobe_rgb=True), "Adobe RGB"),
        (ColorSignals(icc=OWN, is_adobe_rgb=True), "Own"),
    ],
)
def test_the_standards_order_decides(signals: ColorSignals, name: str | None) -> None:
    assert _name(signals) == name
    assert color_meaning(signals, channels=3).notes == ()


@pytest.mark.parametrize(
    ("gamma", "primaries", "name"),
    [
        (0.45455, None, None),
        (0.45455, BT709, None),
        (0.45454, BT709, None),
        (0.45, None, "BT.709, gamma 2.22"),
        (0.55, None, "BT.709, gamma 1.82"),
        (1.0, None, "BT.709, gamma 1"),
        (None, ADOBE_RGB, "Adobe RGB with sRGB's curve"),
        (0.45455, ADOBE_RGB, "Adobe RGB, gamma 2.2"),
        (0.45455, BT2020, "BT.2020, gamma 2.2"),
        (None, BT709, None),
        (0.4, OWN_PRIMARIES, "own primaries, gamma 2.5"),
    ],
)
def test_gamma_and_primaries_are_kept_as_a_profile(
    gamma: float | None, primaries: Primaries | None, name: str | None
) -> None:
    assert _name(ColorSignals(gamma_encoding=gamma, primaries=primaries)) == name


def test_primaries_that_are_about_those_of_srgb_are_srgb() -> None:
    # As they stand in many files: rounded to three places.
    rounded = Primaries("own", (0.640, 0.330), (0.300, 0.600), (0.150, 0.060), (0.313, 0.329))

    assert _name(ColorSignals(gamma_encoding=0.45455, primaries=rounded)) is None


@pytest.mark.parametrize(
    ("gamma", "name"), [(0.45455, None), (0.55, "gray, gamma 1.82"), (1.0, "gray, gamma 1")]
)
def test_gray_has_a_curve_and_no_primaries(gamma: float, name: str | None) -> None:
    assert _name(ColorSignals(gamma_encoding=gamma, primaries=ADOBE_RGB), channels=1) == name
    assert _name(ColorSignals(cicp=P3), channels=1) is None


@pytest.mark.parametrize(
    ("signals", "note"),
    [
        (ColorSignals(icc=b"rubbish"), "The color profile is damaged"),
        (ColorSignals(icc=OWN.replace(b"curv", b"what")), "The color profile cannot be used"),
        (ColorSignals(cicp=Cicp(primaries=200, curve=13)), "The color code 200/13 is not known"),
        (ColorSignals(cicp=Cicp(primaries=1, curve=9)), "The color code 1/9 is not known"),
        (ColorSignals(gamma_encoding=0.0), "A gamma of 0 makes no sense"),
        (ColorSignals(gamma_encoding=42949.0), "A gamma of 42949 makes no sense"),
        (
            ColorSignals(primaries=Primaries("own", (0, 0), (0, 0), (0, 0), (0, 0))),
            "The chromaticities make no sense",
        ),
    ],
)
def test_what_cannot_be_used_is_named_and_the_next_decides(
    signals: ColorSignals, note: str
) -> None:
    meaning = color_meaning(signals, channels=3)

    assert meaning.icc is None
    assert len(meaning.notes) == 1
    assert meaning.notes[0].startswith(note)


def test_a_useless_profile_leaves_the_word_to_the_next() -> None:
    assert _name(ColorSignals(icc=builtin_profile("cmyk"), cicp=P3)) == "Display P3"
    assert _name(ColorSignals(icc=b"rubbish", is_adobe_rgb=True)) == "Adobe RGB"


@pytest.mark.parametrize(("curve", "name"), [(16, "PQ"), (18, "HLG")])
@pytest.mark.parametrize("channels", [1, 3])
def test_hdr_is_named_with_its_primaries(curve: int, name: str, channels: int) -> None:
    meaning = color_meaning(ColorSignals(cicp=Cicp(primaries=9, curve=curve)), channels=channels)

    assert (meaning.hdr, meaning.hdr_primaries, meaning.icc) == (name, BT2020, None)


def test_a_profile_stands_above_hdr_in_heif_and_below_it_in_png() -> None:
    assert color_meaning(ColorSignals(icc=OWN, cicp=PQ), channels=3).hdr is None
    png = ColorSignals(icc=OWN, cicp=PQ, is_cicp_first=True)
    assert color_meaning(png, channels=3).hdr == "PQ"


def test_a_profile_that_names_hdr_by_its_code_is_hdr() -> None:
    # A tag more: its place in the table, and its content at the end.
    profile = matrix_profile(2.2)
    for code, hdr in ((16, "PQ"), (18, "HLG"), (13, None)):
        content = b"cicp\0\0\0\0" + bytes([9, code, 0, 1])
        count = int.from_bytes(profile[128:132], "big")
        entry = b"cicp" + (len(profile) + 12).to_bytes(4, "big") + (12).to_bytes(4, "big")
        moved = bytearray(profile[:128] + (count + 1).to_bytes(4, "big"))
        for index in range(count):
            tag = profile[132 + 12 * index : 144 + 12 * index]
            at = int.from_bytes(tag[4:8], "big") + 12
            moved += tag[:4] + at.to_bytes(4, "big") + tag[8:]
        moved += entry + profile[132 + 12 * count :] + content
        moved[:4] = len(moved).to_bytes(4, "big")

        meaning = color_meaning(ColorSignals(icc=bytes(moved)), channels=3)

        assert (meaning.hdr, meaning.icc is None) == (hdr, hdr is not None)


def test_the_narrow_range_is_handed_on() -> None:
    narrow = Cicp(primaries=1, curve=13, is_full_range=False)

    assert not color_meaning(ColorSignals(cicp=narrow), channels=3).is_full_range


def test_cmyk_has_its_profile_and_nothing_else() -> None:
    press = builtin_profile("cmyk")

    assert color_meaning(ColorSignals(icc=press, cicp=P3), channels=4).icc == press
    assert color_meaning(ColorSignals(is_adobe_rgb=True), channels=4).icc is None
