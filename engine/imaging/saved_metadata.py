"""What of a photo's metadata goes into a result of each format, corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from engine.imaging.exif import Exif
from engine.imaging.formats import OutputFormat
from engine.imaging.iptc import wrapped_iptc
from engine.imaging.photo import PhotoInfo
from engine.imaging.vips import pyvips, set_blob

_MM_PER_INCH = 25.4
_MAX_JPEG_SEGMENT = 65_000
_KEEP_EXIF: Final = int(pyvips.ForeignKeep.EXIF)
_KEEP_ALL: Final = int(pyvips.ForeignKeep.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMetadata:
    """Metadata as it goes into one file.

    Attributes:
        blobs: libvips field name to content.
        keep: What libvips is to write, as its flags.
        dpi: Print resolution across and down.
        tiff_exif: What is added to a finished TIFF.
        notes: What the format cannot hold.
    """

    blobs: dict[str, bytes]
    keep: int
    dpi: tuple[float, float] | None
    tiff_exif: Exif | None
    notes: tuple[str, ...]

    def finish(self, file: BinaryIO) -> tuple[str, ...]:
        """Add to the finished file what libvips does not write.

        Returns:
            Notes on what could not be added.
        """
        if self.tiff_exif is None or self.tiff_exif.append_to_tiff(file):
            return ()
        return ("EXIF and IPTC are not written to a TIFF beyond 4 GB.",)


def saved_metadata(
    info: PhotoInfo,
    output_format: OutputFormat,
    *,
    size: tuple[int, int],
    dpi: tuple[float, float] | None,
    keep: bool,
) -> SavedMetadata:
    """Choose and correct what goes into a result of ``size`` (width, height)."""
    notes: list[str] = []
    blobs = {"icc-profile-data": info.icc} if info.icc else {}
    exif = _corrected(info, size, dpi, notes) if keep else None
    tiff_exif = exif if output_format is OutputFormat.TIFF else None
    if keep and info.iptc and output_format is OutputFormat.TIFF:
        # libvips would cut it to a quarter.
        tiff_exif = (exif or Exif()).with_iptc(info.iptc)
    if keep:
        blobs.update(_chosen_blobs(info, exif, output_format, notes))
    return SavedMetadata(
        blobs=blobs,
        keep=_keep_flags(output_format, has_exif="exif-data" in blobs, has_dpi=dpi is not None),
        dpi=dpi,
        tiff_exif=tiff_exif,
        notes=tuple(notes),
    )


def _chosen_blobs(
    info: PhotoInfo, exif: Exif | None, output_format: OutputFormat, notes: list[str]
) -> dict[str, bytes]:
    blobs: dict[str, bytes] = {}
    if exif is not None and output_format is not OutputFormat.TIFF:
        blobs["exif-data"] = b"Exif\0\0" + exif.to_bytes()
    if info.xmp:
        blobs["xmp-data"] = info.xmp
    if info.iptc and output_format is OutputFormat.JPEG:
        blobs["iptc-data"] = wrapped_iptc(info.iptc)
    elif info.iptc and output_format is not OutputFormat.TIFF:
        notes.append(f"{output_format.name} holds no IPTC block: it is dropped.")
    if output_format is OutputFormat.JPEG:
        _drop_too_long(blobs, notes)
    return blobs


def _keep_flags(output_format: OutputFormat, *, has_exif: bool, has_dpi: bool) -> int:
    # Without an EXIF block libvips makes one up; where no other place holds the
    # resolution, that is the place.
    needs_exif = has_dpi and output_format not in {OutputFormat.PNG, OutputFormat.TIFF}
    return _KEEP_ALL if has_exif or needs_exif else _KEEP_ALL & ~_KEEP_EXIF


def attach_metadata(image: pyvips.Image, metadata: SavedMetadata) -> pyvips.Image:
    """Return ``image`` with the metadata for libvips to write."""
    if metadata.dpi is not None:
        x, y = metadata.dpi
        image = image.copy(xres=x / _MM_PER_INCH, yres=y / _MM_PER_INCH)
    else:
        image = image.copy()
    for name, content in metadata.blobs.items():
        set_blob(image, name, content)
    return image


def _corrected(
    info: PhotoInfo, size: tuple[int, int], dpi: tuple[float, float] | None, notes: list[str]
) -> Exif | None:
    if not info.exif:
        return None
    exif = Exif.parse(info.exif)
    if exif is None:
        notes.append("The EXIF block is broken and is dropped.")
        return None
    return exif.corrected(width_px=size[0], height_px=size[1], dpi=dpi)


def _drop_too_long(blobs: dict[str, bytes], notes: list[str]) -> None:
    for name in ("exif-data", "xmp-data", "iptc-data"):
        if len(blobs.get(name, b"")) > _MAX_JPEG_SEGMENT:
            del blobs[name]
            notes.append(
                f"{name.removesuffix('-data').upper()} is longer than JPEG can hold: it is dropped."
            )
