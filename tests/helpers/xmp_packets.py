"""XMP packets with the names that photos use, and their correction for a result."""

from __future__ import annotations

from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.metadata.xmp import XmpPacket
from engine.imaging.metadata.xmp_correction import correct_xmp
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


def packet_of(attributes: str = "", children: str = "") -> XmpPacket:
    packet = XmpPacket.parse(xmp_of(f"{NAMES} {attributes}", children))
    assert packet is not None
    return packet


def corrected(
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
