"""Opens a file of any format as a lazy picture plus what else the file says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final

from engine.core.errors import UnsupportedFormatError
from engine.imaging.decoder_errors import decoder_errors
from engine.imaging.exif import Exif
from engine.imaging.iptc import bare_iptc
from engine.imaging.vips import FileSource, VipsError, blob, number, pyvips
from engine.imaging.whole_decoders import WHOLE_DECODERS

_MM_PER_INCH = 25.4
_EXIF_PREFIX = b"Exif\0\0"
# Truncation and damage are errors; what libraries merely remark upon is not.
_STRICT: Final = {"access": "sequential", "fail_on": "error"}
_LOADERS: Final = {
    "jpeg": "jpegload_source",
    "png": "pngload_source",
    "tiff": "tiffload_source",
    "webp": "webpload_source",
    "avif": "heifload_source",
    "gif": "gifload_source",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPicture:
    """A picture whose pixels are decoded as they are asked for, top to bottom.

    Attributes:
        image: The pixels as stored, before orientation.
        orientation: How they are to be turned, 1 to 8.
        spread_bits: Significant bits, if 16-bit code values hold fewer, shifted up.
        icc: Colour profile.
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet.
        iptc: IPTC records without any wrapping.
        dpi: Print resolution across and down as stored.
        notes: What is dropped already here.
    """

    image: pyvips.Image
    orientation: int = 1
    spread_bits: int | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    dpi: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


@contextmanager
def loaded_picture(path: Path, file_format: str, *, pixels: bool) -> Iterator[LoadedPicture]:
    """Open ``path``, which holds ``file_format``; it is closed after the block.

    Args:
        path: The file.
        file_format: What `sniff_format` found.
        pixels: Whether the picture's pixels will be asked for; without, they may be black.

    Raises:
        UnreadableImageError: If the file is damaged, here or while pixels are asked for.
        MissingExtraError: If the format needs an optional package that is not installed.
    """
    with decoder_errors(path):
        if file_format in WHOLE_DECODERS:
            yield _load_whole(path, file_format, pixels=pixels)
            return
        with path.open("rb") as file:
            stream = FileSource(file)
            try:
                yield _load_stream(file, stream, file_format)
            except VipsError as error:
                if stream.error is not None:
                    raise stream.error from error
                if "labq" in str(error.detail):
                    raise UnsupportedFormatError(
                        f"{path}: holds Lab colours; convert it to RGB"
                    ) from error
                raise


def _load_whole(path: Path, file_format: str, *, pixels: bool) -> LoadedPicture:
    found = WHOLE_DECODERS[file_format](path)
    if pixels:
        image = pyvips.Image.new_from_array(found.decode())
    else:
        image = pyvips.Image.black(found.width_px, found.height_px, bands=found.channels)
        image = image.cast("uchar" if found.bit_depth == 8 else "ushort")
    kind = "b-w" if found.channels < 3 else "srgb"
    if found.bit_depth == 16:
        kind = "grey16" if found.channels < 3 else "rgb16"
    return LoadedPicture(
        image=image.copy(interpretation=kind),
        orientation=found.orientation,
        spread_bits=found.spread_bits,
        icc=found.icc,
        exif=_bare_exif(found.exif),
        xmp=found.xmp,
        notes=found.notes,
    )


def _load_stream(file: BinaryIO, stream: FileSource, file_format: str) -> LoadedPicture:
    image = getattr(pyvips.Image, _LOADERS[file_format])(stream.source, **_STRICT)
    exif = _bare_exif(blob(image, "exif-data"))
    picture = LoadedPicture(
        image=image,
        orientation=number(image, "orientation") or 1,
        icc=blob(image, "icc-profile-data"),
        exif=exif,
        xmp=blob(image, "xmp-data"),
        iptc=bare_iptc(blob(image, "iptc-data")),
        dpi=_stored_dpi(image, exif),
        notes=_page_notes(image),
    )
    if file_format == "tiff":
        return _with_tiff_exif(file, picture)
    if file_format == "avif" and image.format == "ushort":
        return replace(picture, spread_bits=number(image, "bits-per-sample"))
    return picture


def _with_tiff_exif(file: BinaryIO, picture: LoadedPicture) -> LoadedPicture:
    # libvips reads on from where it left the file, so leave it there too.
    place = file.tell()
    exif = Exif.of_tiff(file)
    file.seek(place)
    if exif is None:
        return replace(picture, notes=(*picture.notes, "EXIF of a BigTIFF file is not read."))
    rest = exif.without_iptc()
    return replace(
        picture,
        exif=None if rest.is_empty else rest.to_bytes(),
        iptc=bare_iptc(exif.iptc),
    )


def _page_notes(image: pyvips.Image) -> tuple[str, ...]:
    pages = number(image, "n-pages") or 1
    return (f"Only the first of {pages} pages or frames is used.",) if pages > 1 else ()


def _stored_dpi(image: pyvips.Image, exif: bytes | None) -> tuple[float, float] | None:
    # libvips says 1 pixel per mm where a file says nothing.
    if (image.xres, image.yres) != (1.0, 1.0):
        return image.xres * _MM_PER_INCH, image.yres * _MM_PER_INCH
    parsed = Exif.parse(exif) if exif else None
    return parsed.dpi if parsed is not None else None


def _bare_exif(block: bytes | None) -> bytes | None:
    return block.removeprefix(_EXIF_PREFIX) if block else None
