"""Makes XMP say of a result what it said of the photo: sizes, places, and no more parts than are.

Formats: XMP specification, part 2 (tiff, exif, dc); Google, "Photo Sphere XMP Metadata" (GPano),
"Motion Photo format" and "Ultra HDR Image Format"; Metadata Working Group, "Guidelines",
version 2.0 (regions); IPTC Photo Metadata Standard (image regions).
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from engine.imaging.metadata.notes import DEPTH_MAP
from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.metadata.xmp import RDF, Element, Slot, XmpPacket
from engine.imaging.orientation import upright_size
from engine.imaging.resolution import Dpi, as_ratio, is_possible

_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_XMP, _DC = "http://ns.adobe.com/xap/1.0/", "http://purl.org/dc/elements/1.1/"
_GPANO = "http://ns.google.com/photos/1.0/panorama/"
_GAIN_MAP = "http://ns.adobe.com/hdr-gain-map/1.0/"
_CONTAINER = "http://ns.google.com/photos/1.0/container/"
_CONTAINER_ITEM = "http://ns.google.com/photos/1.0/container/item/"
_REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"
_AREA = "http://ns.adobe.com/xmp/sType/Area#"
_DIMENSIONS = "http://ns.adobe.com/xap/1.0/sType/Dimensions#"
_MICROSOFT_REGION = "http://ns.microsoft.com/photo/1.2/t/Region#"
_IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_DYNAMIC_DEPTH = "http://ns.google.com/photos/dd/"
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
# How the pixels of the photo were stored.
_STORAGE = frozenset(
    f"{{{_TIFF}}}{name}"
    for name in (
        "BitsPerSample",
        "Compression",
        "PhotometricInterpretation",
        "PlanarConfiguration",
        "SamplesPerPixel",
        "YCbCrPositioning",
        "YCbCrSubSampling",
    )
)
# Pictures inside of XMP, which stand as the photo was stored.
_MAPS = frozenset(
    f"http://ns.google.com/photos/1.0/{name}/" for name in ("depthmap", "image", "focus")
)
# Of any maker's namespace: a video behind the picture.
_VIDEO_NAMES = ("MotionPhoto", "MicroVideo", "OLivePhoto", "VideoLength")
# Beside stale copies, the pointer to content credentials, which are left out.
_STALE = frozenset(
    {
        "{http://purl.org/dc/terms/}provenance",
        f"{{{_XMP}}}Thumbnails",
        f"{{{_TIFF}}}NativeDigest",
        f"{{{_EXIF}}}NativeDigest",
    }
)

# Inches and centimeters, by the numbers EXIF gives them.
_UNITS: Final = {"2": 1.0, "3": 2.54}

GAIN_MAP, VIDEO, PICTURE = "gain map", "video", "picture"
_SEMANTICS: Final = {"GainMap": GAIN_MAP, "MotionPhoto": VIDEO}


def announced_parts(packet: XmpPacket) -> frozenset[str]:
    """Return what the packet says the file holds beside its picture.

    Any of `GAIN_MAP`, `VIDEO` and `PICTURE`.
    """
    found = set()
    for slot in packet.properties:
        namespace, local = _split_name(slot.name)
        if namespace == _GAIN_MAP:
            found.add(GAIN_MAP)
        elif local.startswith(_VIDEO_NAMES) and slot.text != "0":
            found.add(VIDEO)
        elif namespace == _CONTAINER and slot.child is not None:
            kinds = set(_texts(slot.child, _CONTAINER_ITEM, "Semantic")) - {"Primary"}
            found |= {_SEMANTICS.get(kind, PICTURE) for kind in kinds}
    return frozenset(found)


def stated_dpi(packet: XmpPacket) -> Dpi | None:
    """Return the print resolution the packet states, across and down; None if it states none."""
    x, y = (_fraction(packet.value(_TIFF, name)) for name in ("XResolution", "YResolution"))
    unit = packet.value(_TIFF, "ResolutionUnit") or "2"
    if x is None or y is None or unit not in _UNITS:
        return None
    return float(x) * _UNITS[unit], float(y) * _UNITS[unit]


def correct_xmp(
    packet: XmpPacket,
    mapping: PixelMapping,
    *,
    dpi: Dpi | None,
    mime_type: str,
    is_orientation_known: bool,
) -> tuple[str, ...]:
    """Make ``packet`` say what is true of a result, and return notes on what had to go.

    Args:
        packet: The photo's; it is changed.
        mapping: From the stored pixels to those of the result.
        dpi: Print resolution of the result; None if it has none.
        mime_type: What the result is.
        is_orientation_known: Whether the file told outside of XMP how it is to be turned.
            Where it did not, the pixels stand as they were stored, and what XMP says of
            that stays as true as it was.
    """
    notes = _drop_parts(packet, mapping)
    width, height = (str(side) for side in mapping.size)
    _set(packet, _TIFF, {"ImageWidth": width, "ImageLength": height})
    _set(packet, _EXIF, {"PixelXDimension": width, "PixelYDimension": height})
    _set(packet, _DC, {"format": mime_type})
    if is_orientation_known:
        _set(packet, _TIFF, {"Orientation": "1"})
    if dpi is not None:
        x, y = ("{}/{}".format(*(as_ratio(value) or (72, 1))) for value in dpi)
        _set(packet, _TIFF, {"XResolution": x, "YResolution": y, "ResolutionUnit": "2"})
    elif (stated := stated_dpi(packet)) is not None and not is_possible(stated):
        for name in ("XResolution", "YResolution", "ResolutionUnit"):
            for slot in packet.slots(_TIFF, name):
                slot.remove()
    _correct_focal_plane(packet, mapping)
    _correct_subject(packet, mapping)
    _correct_panorama(packet, mapping)
    _correct_regions(packet, mapping)
    return notes


def correct_colors(packet: XmpPacket, profile_name: str | None, *, is_gray: bool) -> None:
    """Make ``packet`` name the color space of a result.

    Args:
        packet: The photo's; it is changed.
        profile_name: Name of the result's profile; None if it has none.
        is_gray: Whether it is gray.
    """
    _set(packet, _PHOTOSHOP, {"ColorMode": "1" if is_gray else "3"})
    if profile_name is None and packet.value(_EXIF, "ColorSpace") == "2":
        # Adobe RGB, by the number that some cameras give it.
        _set(packet, _EXIF, {"ColorSpace": "1"})
    for slot in packet.slots(_PHOTOSHOP, "ICCProfile"):
        if profile_name is None:
            slot.remove()
        else:
            slot.text = profile_name


def _drop_parts(packet: XmpPacket, mapping: PixelMapping) -> tuple[str, ...]:
    parts = [slot for slot in packet.properties if _is_dropped(slot.name)]
    maps = [slot for slot in packet.properties if _split_name(slot.name)[0] in _MAPS]
    if not mapping.is_turned:
        maps = []
    for slot in (*parts, *maps):
        slot.remove()
    if parts or maps:
        packet.forget_unused_names()
    return (DEPTH_MAP,) if maps else ()


def _is_dropped(name: str) -> bool:
    namespace, local = _split_name(name)
    is_part = namespace in {_GAIN_MAP, _CONTAINER} or namespace.startswith(_DYNAMIC_DEPTH)
    return is_part or local.startswith(_VIDEO_NAMES) or name in _STALE | _STORAGE


def _set(packet: XmpPacket, namespace: str, values: dict[str, str]) -> None:
    """Set plain properties where they are; none is added."""
    for local, value in values.items():
        for slot in packet.slots(namespace, local):
            slot.text = value


def _correct_focal_plane(packet: XmpPacket, mapping: PixelMapping) -> None:
    names = ("FocalPlaneXResolution", "FocalPlaneYResolution")
    values = [_fraction(packet.value(_EXIF, name)) for name in names]
    if mapping.is_sideways and None not in values:
        values.reverse()
    for name, value, factor in zip(names, values, mapping.factors, strict=True):
        ratio = as_ratio(value * Fraction(factor)) if value is not None else None
        if ratio is not None:
            _set(packet, _EXIF, {name: "{}/{}".format(*ratio)})


def _correct_subject(packet: XmpPacket, mapping: PixelMapping) -> None:
    for name in ("SubjectArea", "SubjectLocation"):
        for slot in packet.slots(_EXIF, name):
            items = slot.child.findall(f".//{{{RDF}}}li") if slot.child is not None else []
            numbers = [_number(item.text) for item in items]
            known = [number for number in numbers if number is not None]
            if len(known) != len(numbers) or not 2 <= len(known) <= 4:
                continue
            for item, value in zip(items, mapping.area(known), strict=True):
                item.text = str(round(value))


def _correct_panorama(packet: XmpPacket, mapping: PixelMapping) -> None:
    def numbers(*names: str) -> list[float] | None:
        found = [_number(packet.value(_GPANO, name)) for name in names]
        known = [number for number in found if number is not None]
        return known if len(known) == len(names) else None

    def put(names: tuple[str, ...], values: tuple[float, ...]) -> None:
        texts = [str(round(value)) for value in values]
        _set(packet, _GPANO, dict(zip(names, texts, strict=True)))

    cropped = numbers(*_CROPPED)
    if _is_upright_already(cropped, mapping):
        mapping = _plain(mapping)
    full, corner = numbers(*_FULL), numbers(*_CORNER)
    inner, inner_size = numbers(*_INNER_CORNER), numbers(*_INNER_SIZE)
    if full and cropped and corner and min(full) > 0:
        width, height = mapping.extent(*full)
        sphere = replace(
            mapping,
            stored_size=(round(full[0]), round(full[1])),
            size=(round(width), round(height)),
        )
        put(_CORNER, sphere.corner(*corner, *cropped))
    elif corner:
        put(_CORNER, mapping.extent(*corner))
    if inner and inner_size:
        put(_INNER_CORNER, mapping.corner(*inner, *inner_size))
    for names in (_FULL, _CROPPED, _INNER_SIZE):
        size = numbers(*names)
        if size:
            put(names, mapping.extent(*size))
        else:
            _scale_each(packet, names, mapping)


_FULL = ("FullPanoWidthPixels", "FullPanoHeightPixels")
_CROPPED = ("CroppedAreaImageWidthPixels", "CroppedAreaImageHeightPixels")
_CORNER = ("CroppedAreaLeftPixels", "CroppedAreaTopPixels")
_INNER_CORNER = ("LargestValidInteriorRectLeft", "LargestValidInteriorRectTop")
_INNER_SIZE = ("LargestValidInteriorRectWidth", "LargestValidInteriorRectHeight")


def _scale_each(packet: XmpPacket, names: tuple[str, ...], mapping: PixelMapping) -> None:
    for name, factor in zip(names, mapping.factors, strict=True):
        value = _number(packet.value(_GPANO, name))
        if value is not None:
            _set(packet, _GPANO, {name: str(round(value * factor))})


def _correct_regions(packet: XmpPacket, mapping: PixelMapping) -> None:
    for slot in packet.properties:
        namespace, local = _split_name(slot.name)
        if slot.child is None:
            continue
        if (namespace, local) == (_REGIONS, "Regions"):
            _correct_named_regions(slot.child, mapping)
        elif (namespace, local) == (_IPTC_EXTENSION, "ImageRegion"):
            _correct_image_regions(slot.child, mapping)
        for rectangle in _fields(slot.child, _MICROSOFT_REGION, "Rectangle"):
            values = [_number(part) for part in rectangle.text.split(",")]
            known = [value for value in values if value is not None]
            if len(known) == len(values) == 4:
                u, v, w, h = _relative_area(known, mapping)
                rectangle.text = ", ".join(_decimal(value) for value in (u, v, w, h))


def _correct_named_regions(regions: Element, mapping: PixelMapping) -> None:
    sides = [_fields(regions, _DIMENSIONS, name) for name in ("w", "h")]
    size = [_number(found[0].text) if found else None for found in sides]
    known = [side for side in size if side is not None]
    if _is_upright_already(known, mapping):
        mapping = _plain(mapping)
    for found, value in zip(sides, mapping.size, strict=True):
        for slot in found:
            slot.text = str(value)
    for area in regions.iter(f"{{{_REGIONS}}}Area"):
        if _texts(area, _AREA, "unit") == ["pixel"]:
            _correct_area(area, mapping, in_pixels=True)
        elif mapping.is_turned:
            _correct_area(area, mapping, in_pixels=False)


def _correct_area(area: Element, mapping: PixelMapping, *, in_pixels: bool) -> None:
    """Correct an area that is told by its center, its width and its height."""
    if not in_pixels:
        mapping = replace(mapping, stored_size=(1, 1), size=(1, 1))
    for names, move in ((("x", "y"), mapping.point), (("w", "h"), mapping.extent)):
        slots = [_fields(area, _AREA, name) for name in names]
        values = [_number(found[0].text) if found else None for found in slots]
        first, second = values
        if first is None or second is None:
            continue
        for found, value in zip(slots, move(first, second), strict=True):
            for slot in found:
                slot.text = _decimal(value)


def _correct_image_regions(regions: Element, mapping: PixelMapping) -> None:
    across, down = mapping.factors
    factors = {"rbX": across, "rbW": across, "rbRx": across, "rbY": down, "rbH": down}
    for boundary in regions.iter(f"{{{_IPTC_EXTENSION}}}RegionBoundary"):
        if _texts(boundary, _IPTC_EXTENSION, "rbUnit") != ["pixel"]:
            continue
        for name, factor in factors.items():
            for slot in _fields(boundary, _IPTC_EXTENSION, name):
                value = _number(slot.text)
                if value is not None:
                    slot.text = _decimal(value * factor)


def _relative_area(area: list[float], mapping: PixelMapping) -> tuple[float, ...]:
    """Return corner and size of an area in parts of the sides, as it lies in the result."""
    unit = replace(mapping, stored_size=(1, 1), size=(1, 1))
    return (*unit.corner(*area), *unit.extent(*area[2:]))


def _is_upright_already(size: list[float] | None, mapping: PixelMapping) -> bool:
    """Return whether the size that places count from is that of the turned picture."""
    upright = upright_size(*mapping.stored_size, mapping.orientation)
    return size == [*upright] and upright != mapping.stored_size


def _plain(mapping: PixelMapping) -> PixelMapping:
    upright = upright_size(*mapping.stored_size, mapping.orientation)
    return replace(mapping, stored_size=upright, orientation=1)


def _fields(structure: Element, namespace: str, local: str) -> list[Slot]:
    """Return the places in a structure, however deep, where a field of that name stands."""
    name = f"{{{namespace}}}{local}"
    attributes = [Slot(holder, name) for holder in structure.iter() if name in holder.attrib]
    return attributes + [Slot(child.getparent(), name, child) for child in structure.iter(name)]


def _texts(structure: Element, namespace: str, local: str) -> list[str]:
    return [slot.text for slot in _fields(structure, namespace, local)]


def _split_name(name: str) -> tuple[str, str]:
    namespace, _, local = name.removeprefix("{").rpartition("}")
    return namespace, local


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e9 else None


def _fraction(text: str | None) -> Fraction | None:
    # Of an exponent, a few characters would make a number of any length.
    match = re.fullmatch(r"(\d{1,10}(?:\.\d{1,10})?)(?:/(\d{1,10}))?", (text or "").strip())
    if match is None or (match[2] and not int(match[2])):
        return None
    value = Fraction(match[1]) / int(match[2] or 1)
    return value if value > 0 else None


def _decimal(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
