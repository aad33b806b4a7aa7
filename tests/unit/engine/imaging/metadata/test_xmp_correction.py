from __future__ import annotations

import pytest

from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.metadata.xmp import XmpPacket
from engine.imaging.metadata.xmp_correction import (
    announced_parts,
    correct_colors,
    correct_xmp,
    stated_dpi,
)
from tests.helpers.metadata_blocks import xmp_of

TIFF, EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
GPANO = "http://ns.google.com/photos/1.0/panorama/"
CAMERA = "http://ns.google.com/photos/1.0/camera/"
GAIN_MAP = "http://ns.adobe.com/hdr-gain-map/1.0/"
CONTAINER = "http://ns.google.com/photos/1.0/container/"
REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"
NAMES = (
    f'xmlns:tiff="{TIFF}" xmlns:exif="{EXIF}" xmlns:GPano="{GPANO}" xmlns:GCamera="{CAMERA}" '
    f'xmlns:hdrgm="{GAIN_MAP}" xmlns:Container="{CONTAINER}" '
    f'xmlns:Item="{CONTAINER}item/" xmlns:mwg-rs="{REGIONS}" '
    'xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" '
    'xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#" '
    'xmlns:MP="http://ns.microsoft.com/photo/1.2/" '
    'xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#" '
    'xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" '
    'xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dcterms="http://purl.org/dc/terms/"'
)


def _packet(attributes: str = "", children: str = "") -> XmpPacket:
    packet = XmpPacket.parse(xmp_of(f"{NAMES} {attributes}", children))
    assert packet is not None
    return packet


def _corrected(
    packet: XmpPacket,
    orientation: int = 1,
    *,
    stored: tuple[int, int] = (64, 48),
    factor: int = 4,
    dpi: tuple[float, float] | None = None,
    is_orientation_known: bool = True,
) -> XmpPacket:
    width, height = stored[::-1] if orientation >= 5 else stored
    correct_xmp(
        packet,
        PixelMapping(
            stored_size=stored, orientation=orientation, size=(width * factor, height * factor)
        ),
        dpi=dpi,
        mime_type="image/png",
        is_orientation_known=is_orientation_known,
    )
    again = XmpPacket.parse(packet.to_bytes())
    assert again is not None
    return again


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
        packet = _packet("", "".join(f"<tiff:{n}>{v}</tiff:{n}>" for n, v in PLAIN.items()))
    else:
        packet = _packet(" ".join(f'tiff:{n}="{v}"' for n, v in PLAIN.items()))

    found = _corrected(packet, 6, dpi=(300.0, 150.5))

    assert {name: found.value(TIFF, name) for name in PLAIN} == {
        "ImageWidth": "192",
        "ImageLength": "256",
        "Orientation": "1",
        "XResolution": "300/1",
        "YResolution": "301/2",
        "ResolutionUnit": "2",
    }


def test_nothing_is_added_that_was_not_there() -> None:
    found = _corrected(_packet('exif:PixelXDimension="64"'), dpi=(300.0, 300.0))

    assert [(slot.name, slot.text) for slot in found.properties] == [
        (f"{{{EXIF}}}PixelXDimension", "256")
    ]


def test_an_orientation_that_only_xmp_tells_stays_with_the_unturned_pixels() -> None:
    packet = _packet('tiff:Orientation="6"')

    found = _corrected(packet, is_orientation_known=False)

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

    found = stated_dpi(_packet(f'tiff:XResolution="{x}" tiff:YResolution="{x}" {said}'))

    assert found == (None if dpi is None else pytest.approx((dpi, dpi)))


def test_an_impossible_resolution_goes() -> None:
    packet = _packet('tiff:XResolution="4294967295/1" tiff:YResolution="72/1"')

    assert list(_corrected(packet).properties) == []


def _seq(name: str, *values: int) -> str:
    items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
    return f"<exif:{name}><rdf:Seq>{items}</rdf:Seq></exif:{name}>"


@pytest.mark.parametrize(
    ("orientation", "area"), [(1, b"40 80 16 24"), (3, b"216 112 16 24"), (8, b"80 216 24 16")]
)
def test_subjects_follow_the_picture(orientation: int, area: bytes) -> None:
    packet = _packet("", _seq("SubjectArea", 10, 20, 4, 6) + _seq("SubjectLocation", 10, 20))

    written = _corrected(packet, orientation).to_bytes()

    numbers = written.replace(b"</rdf:li><rdf:li>", b" ")
    assert b"SubjectArea><rdf:Seq><rdf:li>" + area + b"</rdf:li>" in numbers
    assert b"SubjectLocation><rdf:Seq><rdf:li>" + area.rsplit(maxsplit=2)[0] in numbers


@pytest.mark.parametrize(
    "values", [("ten", "20"), ("10",), ("1", "2", "3", "4", "5"), ("inf", "2")]
)
def test_subjects_that_make_no_sense_stay(values: tuple[str, ...]) -> None:
    items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
    children = f"<exif:SubjectArea><rdf:Seq>{items}</rdf:Seq></exif:SubjectArea>"

    assert children.encode() in _corrected(_packet("", children)).to_bytes()


def test_pixels_per_length_on_the_sensor_follow_the_picture() -> None:
    said = 'exif:FocalPlaneXResolution="1000/3" exif:FocalPlaneYResolution="200"'

    upright, turned = _corrected(_packet(said), factor=2), _corrected(_packet(said), 6, factor=2)

    names = ("FocalPlaneXResolution", "FocalPlaneYResolution")
    assert [upright.value(EXIF, name) for name in names] == ["2000/3", "400/1"]
    assert [turned.value(EXIF, name) for name in names] == ["400/1", "2000/3"]


PANORAMA = {
    "FullPanoWidthPixels": 200,
    "FullPanoHeightPixels": 100,
    "CroppedAreaImageWidthPixels": 64,
    "CroppedAreaImageHeightPixels": 48,
    "CroppedAreaLeftPixels": 30,
    "CroppedAreaTopPixels": 20,
    "LargestValidInteriorRectLeft": 4,
    "LargestValidInteriorRectTop": 2,
    "LargestValidInteriorRectWidth": 50,
    "LargestValidInteriorRectHeight": 40,
    "InitialViewHeadingDegrees": 180,
}


@pytest.mark.parametrize("as_elements", [False, True])
def test_a_panorama_grows_with_its_picture(as_elements: bool) -> None:
    if as_elements:
        said = "".join(f"<GPano:{name}>{value}</GPano:{name}>" for name, value in PANORAMA.items())
        packet = _packet("", said)
    else:
        packet = _packet(" ".join(f'GPano:{name}="{value}"' for name, value in PANORAMA.items()))

    found = _corrected(packet, factor=3)

    expected = {name: str(3 * value) for name, value in PANORAMA.items()}
    expected["InitialViewHeadingDegrees"] = "180"
    assert {name: found.value(GPANO, name) for name in PANORAMA} == expected


def test_a_panorama_is_turned_with_its_picture() -> None:
    packet = _packet(" ".join(f'GPano:{name}="{value}"' for name, value in PANORAMA.items()))

    found = _corrected(packet, 6, factor=1)

    assert [found.value(GPANO, name) for name in PANORAMA][:10] == [
        *("100", "200", "48", "64"),
        # 100 - 20 - 48 from the other side, then the inner rectangle of the cropped picture.
        *("32", "30"),
        *("6", "4", "40", "50"),
    ]


def test_a_panorama_that_speaks_of_the_upright_picture_is_not_turned() -> None:
    said = 'GPano:CroppedAreaImageWidthPixels="48" GPano:CroppedAreaImageHeightPixels="64"'

    found = _corrected(_packet(said), 6, factor=2)

    assert found.value(GPANO, "CroppedAreaImageWidthPixels") == "96"
    assert found.value(GPANO, "CroppedAreaImageHeightPixels") == "128"


def test_the_corner_of_a_panorama_without_its_size_grows_too() -> None:
    found = _corrected(
        _packet('GPano:CroppedAreaLeftPixels="30" GPano:CroppedAreaTopPixels="20"'), factor=3
    )

    assert found.value(GPANO, "CroppedAreaLeftPixels") == "90"
    assert found.value(GPANO, "CroppedAreaTopPixels") == "60"


def test_a_single_number_of_a_panorama_grows_too() -> None:
    found = _corrected(_packet('GPano:FullPanoWidthPixels="200"'))

    assert found.value(GPANO, "FullPanoWidthPixels") == "800"


def _faces(
    unit: str, x: float, y: float, w: float, h: float, *, of: tuple[int, int] = (64, 48)
) -> str:
    return (
        '<mwg-rs:Regions rdf:parseType="Resource">'
        f'<mwg-rs:AppliedToDimensions stDim:w="{of[0]}" stDim:h="{of[1]}" stDim:unit="pixel"/>'
        "<mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description>"
        f'<mwg-rs:Area stArea:x="{x}" stArea:y="{y}" stArea:w="{w}" stArea:h="{h}" '
        f'stArea:unit="{unit}"/>'
        "</rdf:Description></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def test_faces_are_where_they_were() -> None:
    upright = _corrected(_packet("", _faces("normalized", 0.25, 0.5, 0.1, 0.2))).to_bytes()
    turned = _corrected(_packet("", _faces("normalized", 0.25, 0.5, 0.1, 0.2)), 8).to_bytes()
    pixels = _corrected(_packet("", _faces("pixel", 16, 24, 6, 9))).to_bytes()

    assert b'stDim:w="256" stDim:h="192"' in upright
    assert b'stArea:x="0.25" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2"' in upright
    assert b'stDim:w="192" stDim:h="256"' in turned
    assert b'stArea:x="0.5" stArea:y="0.75" stArea:w="0.2" stArea:h="0.1"' in turned
    assert b'stArea:x="64" stArea:y="96" stArea:w="24" stArea:h="36"' in pixels


def test_faces_that_speak_of_the_upright_picture_are_not_turned() -> None:
    said = _faces("normalized", 0.25, 0.5, 0.1, 0.2, of=(48, 64))

    found = _corrected(_packet("", said), 6).to_bytes()

    assert b'stDim:w="192" stDim:h="256"' in found
    assert b'stArea:x="0.25" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2"' in found


def test_of_a_face_without_all_its_numbers_what_makes_sense_grows() -> None:
    said = _faces("pixel", 16, 24, 6, 9)

    no_place = _corrected(_packet("", said.replace('stArea:y="24" ', ""))).to_bytes()
    no_size = _corrected(_packet("", said.replace('stArea:w="6"', 'stArea:w="six"'))).to_bytes()

    assert b'stArea:x="16" stArea:w="24" stArea:h="36"' in no_place
    assert b'stArea:x="64" stArea:y="96" stArea:w="six" stArea:h="9"' in no_size


def test_faces_of_microsoft_are_where_they_were() -> None:
    children = (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
        '<rdf:li MPReg:Rectangle="0.25, 0.5, 0.1, 0.2"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>'
    )

    upright = _corrected(_packet("", children)).to_bytes()
    turned = _corrected(_packet("", children), 6).to_bytes()

    assert b'"0.25, 0.5, 0.1, 0.2"' in upright
    # The lower edge becomes the left one: 1 - 0.5 - 0.2.
    assert b'"0.3, 0.25, 0.2, 0.1"' in turned


@pytest.mark.parametrize("said", ["0.25, 0.5, 0.1", "0.25, 0.5, 0.1, wide", "1, 2, 3, 4, 5", ""])
def test_a_face_of_microsoft_that_makes_no_sense_stays(said: str) -> None:
    children = (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
        f'<rdf:li MPReg:Rectangle="{said}"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>'
    )

    assert f'MPReg:Rectangle="{said}"'.encode() in _corrected(_packet("", children), 6).to_bytes()


def test_regions_in_pixels_grow_and_relative_ones_stay() -> None:
    def region(unit: str, x: str) -> str:
        return (
            "<rdf:li rdf:parseType='Resource'><ext:RegionBoundary rdf:parseType='Resource'>"
            f"<ext:rbUnit>{unit}</ext:rbUnit><ext:rbX>{x}</ext:rbX><ext:rbH>0.5</ext:rbH>"
            "</ext:RegionBoundary></rdf:li>"
        )

    regions = region("pixel", "5") + region("relative", "5") + region("pixel", "five")
    children = f"<ext:ImageRegion><rdf:Bag>{regions}</rdf:Bag></ext:ImageRegion>"

    written = _corrected(_packet("", children)).to_bytes()

    assert b"<ext:rbX>20</ext:rbX><ext:rbH>2</ext:rbH>" in written
    assert b"<ext:rbX>5</ext:rbX><ext:rbH>0.5</ext:rbH>" in written
    assert b"<ext:rbX>five</ext:rbX><ext:rbH>2</ext:rbH>" in written


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
    packet = _packet(f'{attributes} exif:ColorSpace="1"', children)

    assert announced_parts(packet) == parts
    found = _corrected(packet)

    assert announced_parts(found) == set()
    assert found.value(EXIF, "ColorSpace") == "1"
    for name in (b"hdrgm", b"Container", b"GCamera"):
        assert name not in found.to_bytes() or not parts


def test_stale_thumbnails_and_pointers_go() -> None:
    packet = _packet(
        'dcterms:provenance="self#jumbf" tiff:NativeDigest="x"',
        "<xmp:Thumbnails><rdf:Alt><rdf:li>small</rdf:li></rdf:Alt></xmp:Thumbnails>",
    )

    assert list(_corrected(packet).properties) == []


def test_a_depth_map_goes_with_a_note_where_the_picture_is_turned() -> None:
    said = (
        'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" GDepth:Data="abcd" '
        'xmlns:GImage="http://ns.google.com/photos/1.0/image/" GImage:Data="abcd"'
    )
    upright, turned = _packet(said), _packet(said)
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

    found = _corrected(_packet('tiff:ImageWidth="64"', children))

    assert found.value(TIFF, "ImageWidth") == "256"


def test_how_pixels_were_stored_is_not_told_of_a_result() -> None:
    packet = _packet(
        'tiff:Compression="5" tiff:PhotometricInterpretation="5"',
        "<tiff:BitsPerSample><rdf:Seq><rdf:li>8</rdf:li></rdf:Seq></tiff:BitsPerSample>",
    )

    assert list(_corrected(packet).properties) == []


@pytest.mark.parametrize(("profile", "is_gray"), [("Display P3", False), (None, True)])
def test_the_color_space_is_that_of_the_result(profile: str | None, is_gray: bool) -> None:
    photoshop = "http://ns.adobe.com/photoshop/1.0/"
    said = f'xmlns:photoshop="{photoshop}" photoshop:ColorMode="4" exif:ColorSpace="2"'
    packet = _packet(f'{said} photoshop:ICCProfile="FOGRA39"')

    correct_colors(packet, profile, is_gray=is_gray)

    assert packet.value(photoshop, "ColorMode") == ("1" if is_gray else "3")
    assert packet.value(photoshop, "ICCProfile") == profile
    assert packet.value(EXIF, "ColorSpace") == ("2" if profile else "1")
