"""Corrects the XMP of a photo for its result: sizes, resolution, colors, and parts left out.

Formats: XMP specification, part 2 (tiff, exif, dc); Google, "Motion Photo format" and "Ultra HDR
Image Format".
"""

from __future__ import annotations

from typing import Final

from engine.imaging.metadata.notes import DEPTH_MAP
from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.metadata.xmp import XmpPacket
from engine.imaging.metadata.xmp_fields import fraction_of, set_plain, split_name, texts_of
from engine.imaging.metadata.xmp_geometry import correct_coordinates
from engine.imaging.resolution import Dpi, as_ratio, is_possible

_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_XMP, _DC = "http://ns.adobe.com/xap/1.0/", "http://purl.org/dc/elements/1.1/"
_GAIN_MAP = "http://ns.adobe.com/hdr-gain-map/1.0/"
_CONTAINER = "http://ns.google.com/photos/1.0/container/"
_CONTAINER_ITEM = "http://ns.google.com/photos/1.0/container/item/"
_DYNAMIC_DEPTH = "http://ns.google.com/photos/dd/"
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
# Properties that state how the pixels of the photo were stored.
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
# Pictures inside the XMP; they are not turned with the photo.
_MAPS = frozenset(
    f"http://ns.google.com/photos/1.0/{name}/" for name in ("depthmap", "image", "focus")
)
# In the namespace of any maker: a video behind the picture.
_VIDEO_NAMES = ("MotionPhoto", "MicroVideo", "OLivePhoto", "VideoLength")
# Copies that would be out of date, and the pointer to content credentials, which are left out.
_STALE = frozenset(
    {
        "{http://purl.org/dc/terms/}provenance",
        f"{{{_XMP}}}Thumbnails",
        f"{{{_TIFF}}}NativeDigest",
        f"{{{_EXIF}}}NativeDigest",
    }
)

# Units per inch, by the numbers of EXIF: inches and centimeters.
_UNITS: Final = {"2": 1.0, "3": 2.54}

GAIN_MAP, VIDEO, PICTURE = "gain map", "video", "picture"
_SEMANTICS: Final = {"GainMap": GAIN_MAP, "MotionPhoto": VIDEO}


def announced_parts(packet: XmpPacket) -> frozenset[str]:
    """Return the parts besides the picture that the packet announces.

    Any of `GAIN_MAP`, `VIDEO` and `PICTURE`.
    """
    found = set()
    for slot in packet.properties:
        namespace, local = split_name(slot.name)
        if namespace == _GAIN_MAP:
            found.add(GAIN_MAP)
        elif local.startswith(_VIDEO_NAMES) and slot.text != "0":
            found.add(VIDEO)
        elif namespace == _CONTAINER and slot.child is not None:
            kinds = set(texts_of(slot.child, _CONTAINER_ITEM, "Semantic")) - {"Primary"}
            found |= {_SEMANTICS.get(kind, PICTURE) for kind in kinds}
    return frozenset(found)


def stated_dpi(packet: XmpPacket) -> Dpi | None:
    """Return the stated print resolution across and down, None if there is none."""
    x, y = (fraction_of(packet.value(_TIFF, name)) for name in ("XResolution", "YResolution"))
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
    """Make ``packet`` true of a result, and return notes on what was removed.

    Args:
        packet: The packet of the photo; it is changed.
        mapping: From the stored pixels to those of the result.
        dpi: Print resolution of the result; None if it has none.
        mime_type: MIME type of the result.
        is_orientation_known: Whether the file states its orientation outside of XMP. If not,
            the pixels were not turned, and the orientation in XMP stays as true as it was.
    """
    notes = _drop_parts(packet, mapping)
    width, height = (str(side) for side in mapping.size)
    set_plain(packet, _TIFF, {"ImageWidth": width, "ImageLength": height})
    set_plain(packet, _EXIF, {"PixelXDimension": width, "PixelYDimension": height})
    set_plain(packet, _DC, {"format": mime_type})
    if is_orientation_known:
        set_plain(packet, _TIFF, {"Orientation": "1"})
    if dpi is not None:
        x, y = ("{}/{}".format(*(as_ratio(value) or (72, 1))) for value in dpi)
        set_plain(packet, _TIFF, {"XResolution": x, "YResolution": y, "ResolutionUnit": "2"})
    elif (stated := stated_dpi(packet)) is not None and not is_possible(stated):
        for name in ("XResolution", "YResolution", "ResolutionUnit"):
            for slot in packet.slots(_TIFF, name):
                slot.remove()
    correct_coordinates(packet, mapping)
    return notes


def correct_colors(packet: XmpPacket, profile_name: str | None, *, is_gray: bool) -> None:
    """Make ``packet`` name the color space of a result.

    Args:
        packet: The packet of the photo; it is changed.
        profile_name: Name of the result's profile; None without a profile.
        is_gray: Whether it is gray.
    """
    set_plain(packet, _PHOTOSHOP, {"ColorMode": "1" if is_gray else "3"})
    if profile_name is None and packet.value(_EXIF, "ColorSpace") == "2":
        # Adobe RGB, by the number that some cameras give it.
        set_plain(packet, _EXIF, {"ColorSpace": "1"})
    for slot in packet.slots(_PHOTOSHOP, "ICCProfile"):
        if profile_name is None:
            slot.remove()
        else:
            slot.text = profile_name


def _drop_parts(packet: XmpPacket, mapping: PixelMapping) -> tuple[str, ...]:
    parts = [slot for slot in packet.properties if _is_dropped(slot.name)]
    maps = [slot for slot in packet.properties if split_name(slot.name)[0] in _MAPS]
    if not mapping.is_turned:
        maps = []
    for slot in (*parts, *maps):
        slot.remove()
    if parts or maps:
        packet.forget_unused_names()
    return (DEPTH_MAP,) if maps else ()


def _is_dropped(name: str) -> bool:
    namespace, local = split_name(name)
    is_part = namespace in {_GAIN_MAP, _CONTAINER} or namespace.startswith(_DYNAMIC_DEPTH)
    return is_part or local.startswith(_VIDEO_NAMES) or name in _STALE | _STORAGE
