from __future__ import annotations

import pytest

from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.metadata.xmp_correction import (
    announced_parts,
    correct_colors,
    correct_xmp,
    stated_dpi,
)
from tests.helpers.xmp_packets import (
    EXIF,
    TIFF,
    corrected,
    packet_of,
)

PLAIN = {
    "ImageWidth": "64",
    "ImageLength": "48",
    "Orientation": "6",
    "XResolution": "72/1",
    "YResolution": "72/1",
    "ResolutionUnit": "3",
}


@pytest.mark.parametrize("as_elements", [False, True])
def test_sizes_orientation_and_resolution_are_those_of_the_result(as_elements: bool) -> None:
    if as_elements:
        packet = packet_of("", "".join(f"<tiff:{n}>{v}</tiff:{n}>" for n, v in PLAIN.items()))
    else:
        packet = packet_of(" ".join(f'tiff:{n}="{v}"' for n, v in PLAIN.items()))

    found = corrected(packet, 6, dpi=(300.0, 150.5))

    assert {name: found.value(TIFF, name) for name in PLAIN} == {
        "ImageWidth": "192",
        "ImageLength": "256",
        "Orientation": "1",
        "XResolution": "300/1",
        "YResolution": "301/2",
        "ResolutionUnit": "2",
    }


def test_nothing_is_added_that_was_not_there() -> None:
    found = corrected(packet_of('exif:PixelXDimension="64"'), dpi=(300.0, 300.0))

    assert [(slot.name, slot.text) for slot in found.properties] == [
        (f"{{{EXIF}}}PixelXDimension", "256")
    ]


def test_an_orientation_that_only_xmp_tells_stays_with_the_unturned_pixels() -> None:
    packet = packet_of('tiff:Orientation="6"')

    found = corrected(packet, is_orientation_known=False)

    assert found.value(TIFF, "Orientation") == "6"


@pytest.mark.parametrize(
    ("x", "unit", "dpi"),
    [
        ("300/1", "2", 300),
        ("118110/1000", "3", 299.9994),
        ("72", None, 72),
        ("300/1", "1", None),
        ("0/1", "2", None),
        ("1/0", "2", None),
        ("1e999999999", "2", None),
        ("rubbish", "2", None),
        ("", "2", None),
    ],
)
def test_a_resolution_is_read(x: str, unit: str | None, dpi: float | None) -> None:
    said = f'tiff:ResolutionUnit="{unit}"' if unit else ""

    found = stated_dpi(packet_of(f'tiff:XResolution="{x}" tiff:YResolution="{x}" {said}'))

    assert found == (None if dpi is None else pytest.approx((dpi, dpi)))


def test_an_impossible_resolution_goes() -> None:
    packet = packet_of('tiff:XResolution="4294967295/1" tiff:YResolution="72/1"')

    assert list(corrected(packet).properties) == []


def _directory(*semantics: str) -> str:
    items = "".join(
        "<rdf:li rdf:parseType='Resource'>"
        f'<Container:Item Item:Mime="image/jpeg" Item:Semantic="{semantic}" Item:Length="9"/>'
        "</rdf:li>"
        for semantic in semantics
    )
    return f"<Container:Directory><rdf:Seq>{items}</rdf:Seq></Container:Directory>"


@pytest.mark.parametrize(
    ("attributes", "children", "parts"),
    [
        ('hdrgm:Version="1.0"', "", {"gain map"}),
        ("", _directory("Primary", "GainMap"), {"gain map"}),
        ("", _directory("Primary", "GainMap", "MotionPhoto"), {"gain map", "video"}),
        ("", _directory("Primary", "Original"), {"picture"}),
        ("", _directory("Primary"), set()),
        ('GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"', "", {"video"}),
        ('GCamera:MicroVideo="1" GCamera:MicroVideoOffset="280"', "", {"video"}),
        ("", "<GCamera:MicroVideoOffset>280</GCamera:MicroVideoOffset>", {"video"}),
        ('GCamera:MotionPhoto="0"', "", set()),
        ('tiff:ImageWidth="5"', "", set()),
    ],
)
def test_what_announces_parts_that_are_left_out_goes_too(
    attributes: str, children: str, parts: set[str]
) -> None:
    packet = packet_of(f'{attributes} exif:ColorSpace="1"', children)

    assert announced_parts(packet) == parts
    found = corrected(packet)

    assert announced_parts(found) == set()
    assert found.value(EXIF, "ColorSpace") == "1"
    for name in (b"hdrgm", b"Container", b"GCamera"):
        assert name not in found.to_bytes() or not parts


def test_stale_thumbnails_and_pointers_go() -> None:
    packet = packet_of(
        'dcterms:provenance="self#jumbf" tiff:NativeDigest="x"',
        "<xmp:Thumbnails><rdf:Alt><rdf:li>small</rdf:li></rdf:Alt></xmp:Thumbnails>",
    )

    assert list(corrected(packet).properties) == []


def test_a_depth_map_goes_with_a_note_where_the_picture_is_turned() -> None:
    said = (
        'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" GDepth:Data="abcd" '
        'xmlns:GImage="http://ns.google.com/photos/1.0/image/" GImage:Data="abcd"'
    )
    upright, turned = packet_of(said), packet_of(said)
    mapping = PixelMapping(stored_size=(64, 48), orientation=1, size=(128, 96))
    sideways = PixelMapping(stored_size=(64, 48), orientation=6, size=(96, 128))

    said_upright, said_turned = (
        correct_xmp(packet, way, dpi=None, mime_type="image/png", is_orientation_known=True)
        for packet, way in ((upright, mapping), (turned, sideways))
    )

    assert said_upright == ()
    assert len(list(upright.properties)) == 2
    assert said_turned == ("The depth map is left out.",)
    assert list(turned.properties) == []


def test_a_packet_of_very_many_properties_is_corrected_all_the_same() -> None:
    children = "".join(f"<exif:n{number}>1</exif:n{number}>" for number in range(15_000))

    found = corrected(packet_of('tiff:ImageWidth="64"', children))

    assert found.value(TIFF, "ImageWidth") == "256"


def test_how_pixels_were_stored_is_not_told_of_a_result() -> None:
    packet = packet_of(
        'tiff:Compression="5" tiff:PhotometricInterpretation="5"',
        "<tiff:BitsPerSample><rdf:Seq><rdf:li>8</rdf:li></rdf:Seq></tiff:BitsPerSample>",
    )

    assert list(corrected(packet).properties) == []


@pytest.mark.parametrize(("profile", "is_gray"), [("Display P3", False), (None, True)])
def test_the_color_space_is_that_of_the_result(profile: str | None, is_gray: bool) -> None:
    photoshop = "http://ns.adobe.com/photoshop/1.0/"
    said = f'xmlns:photoshop="{photoshop}" photoshop:ColorMode="4" exif:ColorSpace="2"'
    packet = packet_of(f'{said} photoshop:ICCProfile="FOGRA39"')

    correct_colors(packet, profile, is_gray=is_gray)

    assert packet.value(photoshop, "ColorMode") == ("1" if is_gray else "3")
    assert packet.value(photoshop, "ICCProfile") == profile
    assert packet.value(EXIF, "ColorSpace") == ("2" if profile else "1")


def test_semantics_outside_of_a_container_announce_nothing() -> None:
    structure = (
        '<ext:Thing rdf:parseType="Resource"><Item:Semantic>GainMap</Item:Semantic></ext:Thing>'
    )

    assert announced_parts(packet_of("", structure)) == frozenset()


def test_a_possible_resolution_stays_where_no_other_is_wanted() -> None:
    said = 'tiff:XResolution="300/1" tiff:YResolution="300/1" tiff:ResolutionUnit="2"'

    assert stated_dpi(corrected(packet_of(said))) == (300, 300)
