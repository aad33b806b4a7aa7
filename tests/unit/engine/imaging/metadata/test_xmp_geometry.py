from __future__ import annotations

import pytest

from tests.helpers.xmp_packets import (
    EXIF,
    GPANO,
    corrected,
    packet_of,
)


def _seq(name: str, *values: int) -> str:
    items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
    return f"<exif:{name}><rdf:Seq>{items}</rdf:Seq></exif:{name}>"


@pytest.mark.parametrize(
    ("orientation", "area"), [(1, b"40 80 16 24"), (3, b"216 112 16 24"), (8, b"80 216 24 16")]
)
def test_subjects_follow_the_picture(orientation: int, area: bytes) -> None:
    packet = packet_of("", _seq("SubjectArea", 10, 20, 4, 6) + _seq("SubjectLocation", 10, 20))

    written = corrected(packet, orientation).to_bytes()

    numbers = written.replace(b"</rdf:li><rdf:li>", b" ")
    assert b"SubjectArea><rdf:Seq><rdf:li>" + area + b"</rdf:li>" in numbers
    assert b"SubjectLocation><rdf:Seq><rdf:li>" + area.rsplit(maxsplit=2)[0] in numbers


@pytest.mark.parametrize(
    "values", [("ten", "20"), ("10",), ("1", "2", "3", "4", "5"), ("inf", "2")]
)
def test_subjects_that_make_no_sense_stay(values: tuple[str, ...]) -> None:
    items = "".join(f"<rdf:li>{value}</rdf:li>" for value in values)
    children = f"<exif:SubjectArea><rdf:Seq>{items}</rdf:Seq></exif:SubjectArea>"

    assert children.encode() in corrected(packet_of("", children)).to_bytes()


def test_pixels_per_length_on_the_sensor_follow_the_picture() -> None:
    said = 'exif:FocalPlaneXResolution="1000/3" exif:FocalPlaneYResolution="200"'

    upright, turned = (
        corrected(packet_of(said), factor=2),
        corrected(packet_of(said), 6, factor=2),
    )

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
        packet = packet_of("", said)
    else:
        packet = packet_of(" ".join(f'GPano:{name}="{value}"' for name, value in PANORAMA.items()))

    found = corrected(packet, factor=3)

    expected = {name: str(3 * value) for name, value in PANORAMA.items()}
    expected["InitialViewHeadingDegrees"] = "180"
    assert {name: found.value(GPANO, name) for name in PANORAMA} == expected


def test_a_panorama_is_turned_with_its_picture() -> None:
    packet = packet_of(" ".join(f'GPano:{name}="{value}"' for name, value in PANORAMA.items()))

    found = corrected(packet, 6, factor=1)

    assert [found.value(GPANO, name) for name in PANORAMA][:10] == [
        *("100", "200", "48", "64"),
        # 100 - 20 - 48 from the other side, then the inner rectangle of the cropped picture.
        *("32", "30"),
        *("6", "4", "40", "50"),
    ]


def test_a_panorama_that_speaks_of_the_upright_picture_is_not_turned() -> None:
    said = 'GPano:CroppedAreaImageWidthPixels="48" GPano:CroppedAreaImageHeightPixels="64"'

    found = corrected(packet_of(said), 6, factor=2)

    assert found.value(GPANO, "CroppedAreaImageWidthPixels") == "96"
    assert found.value(GPANO, "CroppedAreaImageHeightPixels") == "128"


def test_the_corner_of_a_panorama_without_its_size_grows_too() -> None:
    found = corrected(
        packet_of('GPano:CroppedAreaLeftPixels="30" GPano:CroppedAreaTopPixels="20"'), factor=3
    )

    assert found.value(GPANO, "CroppedAreaLeftPixels") == "90"
    assert found.value(GPANO, "CroppedAreaTopPixels") == "60"


def test_a_single_number_of_a_panorama_grows_too() -> None:
    found = corrected(packet_of('GPano:FullPanoWidthPixels="200"'))

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
    upright = corrected(packet_of("", _faces("normalized", 0.25, 0.5, 0.1, 0.2))).to_bytes()
    turned = corrected(packet_of("", _faces("normalized", 0.25, 0.5, 0.1, 0.2)), 8).to_bytes()
    pixels = corrected(packet_of("", _faces("pixel", 16, 24, 6, 9))).to_bytes()

    assert b'stDim:w="256" stDim:h="192"' in upright
    assert b'stArea:x="0.25" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2"' in upright
    assert b'stDim:w="192" stDim:h="256"' in turned
    assert b'stArea:x="0.5" stArea:y="0.75" stArea:w="0.2" stArea:h="0.1"' in turned
    assert b'stArea:x="64" stArea:y="96" stArea:w="24" stArea:h="36"' in pixels


def test_faces_that_speak_of_the_upright_picture_are_not_turned() -> None:
    said = _faces("normalized", 0.25, 0.5, 0.1, 0.2, of=(48, 64))

    found = corrected(packet_of("", said), 6).to_bytes()

    assert b'stDim:w="192" stDim:h="256"' in found
    assert b'stArea:x="0.25" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2"' in found


def test_of_a_face_without_all_its_numbers_what_makes_sense_grows() -> None:
    said = _faces("pixel", 16, 24, 6, 9)

    no_place = corrected(packet_of("", said.replace('stArea:y="24" ', ""))).to_bytes()
    no_size = corrected(packet_of("", said.replace('stArea:w="6"', 'stArea:w="six"'))).to_bytes()

    assert b'stArea:x="16" stArea:w="24" stArea:h="36"' in no_place
    assert b'stArea:x="64" stArea:y="96" stArea:w="six" stArea:h="9"' in no_size


def test_faces_of_microsoft_are_where_they_were() -> None:
    children = (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
        '<rdf:li MPReg:Rectangle="0.25, 0.5, 0.1, 0.2"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>'
    )

    upright = corrected(packet_of("", children)).to_bytes()
    turned = corrected(packet_of("", children), 6).to_bytes()

    assert b'"0.25, 0.5, 0.1, 0.2"' in upright
    # The lower edge becomes the left one: 1 - 0.5 - 0.2.
    assert b'"0.3, 0.25, 0.2, 0.1"' in turned


@pytest.mark.parametrize("said", ["0.25, 0.5, 0.1", "0.25, 0.5, 0.1, wide", "1, 2, 3, 4, 5", ""])
def test_a_face_of_microsoft_that_makes_no_sense_stays(said: str) -> None:
    children = (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag>'
        f'<rdf:li MPReg:Rectangle="{said}"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>'
    )

    assert f'MPReg:Rectangle="{said}"'.encode() in corrected(packet_of("", children), 6).to_bytes()


def test_regions_in_pixels_grow_and_relative_ones_stay() -> None:
    def region(unit: str, x: str) -> str:
        return (
            "<rdf:li rdf:parseType='Resource'><ext:RegionBoundary rdf:parseType='Resource'>"
            f"<ext:rbUnit>{unit}</ext:rbUnit><ext:rbX>{x}</ext:rbX><ext:rbH>0.5</ext:rbH>"
            "</ext:RegionBoundary></rdf:li>"
        )

    regions = region("pixel", "5") + region("relative", "5") + region("pixel", "five")
    children = f"<ext:ImageRegion><rdf:Bag>{regions}</rdf:Bag></ext:ImageRegion>"

    written = corrected(packet_of("", children)).to_bytes()

    assert b"<ext:rbX>20</ext:rbX><ext:rbH>2</ext:rbH>" in written
    assert b"<ext:rbX>5</ext:rbX><ext:rbH>0.5</ext:rbH>" in written
    assert b"<ext:rbX>five</ext:rbX><ext:rbH>2</ext:rbH>" in written


@pytest.mark.parametrize("sides", [(0, 100), (200, 0)])
def test_a_panorama_of_an_empty_sphere_is_scaled_and_not_turned(sides: tuple[int, int]) -> None:
    said = {**PANORAMA, "FullPanoWidthPixels": sides[0], "FullPanoHeightPixels": sides[1]}
    packet = packet_of(" ".join(f'GPano:{name}="{value}"' for name, value in said.items()))

    found = corrected(packet)

    assert found.value(GPANO, "CroppedAreaLeftPixels") == "120"
    assert found.value(GPANO, "CroppedAreaTopPixels") == "80"


def test_a_sphere_of_one_pixel_is_a_sphere() -> None:
    names = ("FullPanoWidthPixels", "FullPanoHeightPixels")
    said = {**PANORAMA, **dict.fromkeys(names, 1)}
    packet = packet_of(" ".join(f'GPano:{name}="{value}"' for name, value in said.items()))

    found = corrected(packet, 2)

    # Mirrored within the sphere: the corner of the crop is then to its left.
    assert found.value(GPANO, "CroppedAreaLeftPixels") == str(4 * (1 - 30 - 64))


@pytest.mark.parametrize("missing", ["Left", "Width"])
def test_an_interior_without_all_its_numbers_is_not_moved(missing: str) -> None:
    name = f"LargestValidInteriorRect{missing}"
    said = {key: value for key, value in PANORAMA.items() if key != name}
    packet = packet_of(" ".join(f'GPano:{key}="{value}"' for key, value in said.items()))

    found = corrected(packet, 2)

    assert found.value(GPANO, "LargestValidInteriorRectTop") == "2"
    assert found.value(GPANO, name) is None


def test_boundaries_outside_of_image_regions_stay() -> None:
    boundary = (
        "<ext:RegionBoundary rdf:parseType='Resource'><ext:rbUnit>pixel</ext:rbUnit>"
        "<ext:rbX>5</ext:rbX></ext:RegionBoundary>"
    )
    children = f"<ext:Other rdf:parseType='Resource'>{boundary}</ext:Other>"

    assert b"<ext:rbX>5</ext:rbX>" in corrected(packet_of("", children)).to_bytes()


def test_relative_faces_keep_their_digits_where_nothing_is_turned() -> None:
    said = _faces("normalized", 0.25, 0.5, 0.1, 0.2).replace('"0.25"', '"0.250000"')

    assert b'stArea:x="0.250000"' in corrected(packet_of("", said)).to_bytes()
