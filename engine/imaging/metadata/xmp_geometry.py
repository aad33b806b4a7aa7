"""Makes coordinates in XMP follow a photo that was turned and enlarged.

Focal plane, subject areas, panoramas, and regions of faces in three schemas. Formats: XMP
specification, part 2 (exif); Google, "Photo Sphere XMP Metadata" (GPano); Metadata Working
Group, "Guidelines", version 2.0 (regions); IPTC Photo Metadata Standard (image regions);
Microsoft, "People Tagging" (MPReg).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.metadata.xmp import RDF, Element, XmpPacket
from engine.imaging.metadata.xmp_fields import (
    decimal_text,
    fields_of,
    fraction_of,
    number_of,
    set_plain,
    split_name,
    texts_of,
)
from engine.imaging.orientation import upright_size
from engine.imaging.resolution import as_ratio

_EXIF = "http://ns.adobe.com/exif/1.0/"
_GPANO = "http://ns.google.com/photos/1.0/panorama/"
_REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"
_AREA = "http://ns.adobe.com/xmp/sType/Area#"
_DIMENSIONS = "http://ns.adobe.com/xap/1.0/sType/Dimensions#"
_MICROSOFT_REGION = "http://ns.microsoft.com/photo/1.2/t/Region#"
_IPTC_EXTENSION = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_FULL = ("FullPanoWidthPixels", "FullPanoHeightPixels")
_CROPPED = ("CroppedAreaImageWidthPixels", "CroppedAreaImageHeightPixels")
_CORNER = ("CroppedAreaLeftPixels", "CroppedAreaTopPixels")
_INNER_CORNER = ("LargestValidInteriorRectLeft", "LargestValidInteriorRectTop")
_INNER_SIZE = ("LargestValidInteriorRectWidth", "LargestValidInteriorRectHeight")


def correct_coordinates(packet: XmpPacket, mapping: PixelMapping) -> None:
    """Make all coordinates and lengths in pixels that ``packet`` states true of a result.

    Args:
        packet: The packet of the photo; it is changed.
        mapping: From the stored pixels to those of the result.
    """
    _correct_focal_plane(packet, mapping)
    _correct_subject(packet, mapping)
    _correct_panorama(packet, mapping)
    _correct_regions(packet, mapping)


def _correct_focal_plane(packet: XmpPacket, mapping: PixelMapping) -> None:
    names = ("FocalPlaneXResolution", "FocalPlaneYResolution")
    values = [fraction_of(packet.value(_EXIF, name)) for name in names]
    # Pixels per length on the sensor: across and down swap when the picture is turned.
    if mapping.is_sideways and None not in values:
        values.reverse()
    for name, value, factor in zip(names, values, mapping.factors, strict=True):
        ratio = as_ratio(value * Fraction(factor)) if value is not None else None
        if ratio is not None:
            set_plain(packet, _EXIF, {name: "{}/{}".format(*ratio)})


def _correct_subject(packet: XmpPacket, mapping: PixelMapping) -> None:
    for name in ("SubjectArea", "SubjectLocation"):
        for slot in packet.slots(_EXIF, name):
            items = slot.child.findall(f".//{{{RDF}}}li") if slot.child is not None else []
            numbers = [number_of(item.text) for item in items]
            known = [number for number in numbers if number is not None]
            # As in EXIF: a point, a circle or a rectangle; anything else is not understood.
            if len(known) != len(numbers) or not 2 <= len(known) <= 4:
                continue
            for item, value in zip(items, mapping.area(known), strict=True):
                item.text = str(round(value))


def _correct_panorama(packet: XmpPacket, mapping: PixelMapping) -> None:
    def numbers(*names: str) -> list[float] | None:
        found = [number_of(packet.value(_GPANO, name)) for name in names]
        known = [number for number in found if number is not None]
        return known if len(known) == len(names) else None

    def put(names: tuple[str, ...], values: tuple[float, ...]) -> None:
        texts = [str(round(value)) for value in values]
        set_plain(packet, _GPANO, dict(zip(names, texts, strict=True)))

    cropped = numbers(*_CROPPED)
    if _is_upright_already(cropped, mapping):
        mapping = _plain(mapping)
    full, corner = numbers(*_FULL), numbers(*_CORNER)
    inner, inner_size = numbers(*_INNER_CORNER), numbers(*_INNER_SIZE)
    # The photo is a crop of a sphere that was never stored; its sides, too, swap when turned.
    #     +--------------------- full ---+
    #     |      corner                  |
    #     |      +--- cropped ---+       |
    #     |      |  the photo    |       |
    #     |      +---------------+       |
    #     +------------------------------+
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


def _scale_each(packet: XmpPacket, names: tuple[str, ...], mapping: PixelMapping) -> None:
    for name, factor in zip(names, mapping.factors, strict=True):
        value = number_of(packet.value(_GPANO, name))
        if value is not None:
            set_plain(packet, _GPANO, {name: str(round(value * factor))})


def _correct_regions(packet: XmpPacket, mapping: PixelMapping) -> None:
    for slot in packet.properties:
        namespace, local = split_name(slot.name)
        if slot.child is None:
            continue
        if (namespace, local) == (_REGIONS, "Regions"):
            _correct_named_regions(slot.child, mapping)
        elif (namespace, local) == (_IPTC_EXTENSION, "ImageRegion"):
            _correct_image_regions(slot.child, mapping)
        for rectangle in fields_of(slot.child, _MICROSOFT_REGION, "Rectangle"):
            values = [number_of(part) for part in rectangle.text.split(",")]
            known = [value for value in values if value is not None]
            if len(known) == len(values) == 4:
                u, v, w, h = _relative_area(known, mapping)
                rectangle.text = ", ".join(decimal_text(value) for value in (u, v, w, h))


def _correct_named_regions(regions: Element, mapping: PixelMapping) -> None:
    sides = [fields_of(regions, _DIMENSIONS, name) for name in ("w", "h")]
    size = [number_of(found[0].text) if found else None for found in sides]
    known = [side for side in size if side is not None]
    if _is_upright_already(known, mapping):
        mapping = _plain(mapping)
    for found, value in zip(sides, mapping.size, strict=True):
        for slot in found:
            slot.text = str(value)
    for area in regions.iter(f"{{{_REGIONS}}}Area"):
        if texts_of(area, _AREA, "unit") == ["pixel"]:
            _correct_area(area, mapping, in_pixels=True)
        elif mapping.is_turned:
            _correct_area(area, mapping, in_pixels=False)


def _correct_area(area: Element, mapping: PixelMapping, *, in_pixels: bool) -> None:
    """Correct an area that is given by its center, its width and its height."""
    # Fractions of the sides do not grow, but they do turn.
    if not in_pixels:
        mapping = replace(mapping, stored_size=(1, 1), size=(1, 1))
    for names, move in ((("x", "y"), mapping.point), (("w", "h"), mapping.extent)):
        slots = [fields_of(area, _AREA, name) for name in names]
        values = [number_of(found[0].text) if found else None for found in slots]
        first, second = values
        if first is None or second is None:
            continue
        for found, value in zip(slots, move(first, second), strict=True):
            for slot in found:
                slot.text = decimal_text(value)


def _correct_image_regions(regions: Element, mapping: PixelMapping) -> None:
    across, down = mapping.factors
    factors = {"rbX": across, "rbW": across, "rbRx": across, "rbY": down, "rbH": down}
    for boundary in regions.iter(f"{{{_IPTC_EXTENSION}}}RegionBoundary"):
        if texts_of(boundary, _IPTC_EXTENSION, "rbUnit") != ["pixel"]:
            continue
        for name, factor in factors.items():
            for slot in fields_of(boundary, _IPTC_EXTENSION, name):
                value = number_of(slot.text)
                if value is not None:
                    slot.text = decimal_text(value * factor)


def _relative_area(area: list[float], mapping: PixelMapping) -> tuple[float, ...]:
    """Return corner and size of an area in the result, as fractions of the sides."""
    unit = replace(mapping, stored_size=(1, 1), size=(1, 1))
    return (*unit.corner(*area), *unit.extent(*area[2:]))


def _is_upright_already(size: list[float] | None, mapping: PixelMapping) -> bool:
    """Return whether the size that coordinates refer to is that of the upright picture."""
    upright = upright_size(*mapping.stored_size, mapping.orientation)
    return size == [*upright] and upright != mapping.stored_size


def _plain(mapping: PixelMapping) -> PixelMapping:
    upright = upright_size(*mapping.stored_size, mapping.orientation)
    return replace(mapping, stored_size=upright, orientation=1)
