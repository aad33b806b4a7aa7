"""Opens a file of any format as a lazy picture plus what else the file says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, cast

from engine.core.errors import UnsupportedFormatError
from engine.imaging.colour import COLOUR_BANDS
from engine.imaging.decoder_errors import OddImageError, decoder_errors
from engine.imaging.exif import Exif
from engine.imaging.iptc import bare_iptc
from engine.imaging.jpeg_file import WatchedJpeg, is_remark, jpeg_structure, odd_note
from engine.imaging.tiff_structure import TiffPage, page_notes, photo_page, tiff_pages
from engine.imaging.vips import (
    FileSource,
    VipsError,
    blob,
    first_line,
    forget_errors,
    number,
    pyvips,
)
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
        alpha_is_unsure: Whether an extra channel is taken as alpha that is not said to be one.
        spread_bits: Significant bits, if 16-bit code values hold fewer, shifted up.
        icc: Colour profile.
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet.
        iptc: IPTC records without any wrapping.
        dpi: Print resolution across and down as stored.
        notes: What is dropped already here.
        late_notes: What is known only once all pixels were read.
    """

    image: pyvips.Image
    orientation: int = 1
    alpha_is_unsure: bool = False
    spread_bits: int | None = None
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    dpi: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()
    late_notes: Callable[[], tuple[str, ...]] = tuple


@contextmanager
def loaded_picture(
    path: Path, file_format: str, *, pixels: bool, remark: str | None = None
) -> Iterator[LoadedPicture]:
    """Open ``path``, which holds ``file_format``; it is closed after the block.

    Args:
        path: The file.
        file_format: What `sniff_format` found.
        pixels: Whether the picture's pixels will be asked for; without, they may be black.
        remark: What an `OddImageError` said of the file, to read it all the same.

    Raises:
        UnreadableImageError: If the file is damaged, here or while pixels are asked for.
        UnsupportedFormatError: If it is of a variant that is not read.
        OddImageError: If it is odd and may be whole all the same.
        MissingExtraError: If the format needs an optional package that is not installed.
    """
    with decoder_errors(path):
        if file_format in WHOLE_DECODERS:
            yield _load_whole(path, file_format, pixels=pixels)
            return
        with path.open("rb") as file:
            yield from _load_file(path, file, file_format, pixels=pixels, remark=remark)


def _load_file(
    path: Path, file: BinaryIO, file_format: str, *, pixels: bool, remark: str | None
) -> Iterator[LoadedPicture]:
    watched = None
    if file_format == "jpeg":
        watched = _watched_jpeg(path, file, is_strict=pixels and remark is None)
    stream = FileSource(cast("BinaryIO", watched) if watched else file)
    try:
        picture = _load_stream(file, stream, file_format, is_strict=watched is not None)
        if watched is not None:
            picture = replace(picture, late_notes=lambda: watched.notes)
        if remark is not None:
            picture = replace(picture, notes=(odd_note(remark), *picture.notes))
        yield picture
    except VipsError as error:
        if stream.error is not None:
            raise stream.error from error
        if watched is not None and is_remark(str(error.detail)):
            raise OddImageError(first_line(error).rpartition(": ")[2]) from error
        variant = _unread_variant(file, file_format)
        if variant is None:
            raise
        raise _not_read(path, variant) from error


def _watched_jpeg(path: Path, file: BinaryIO, *, is_strict: bool) -> WatchedJpeg | None:
    structure = jpeg_structure(file, scans=is_strict)
    if structure.precision not in {0, 8}:
        raise _not_read(path, str(structure.unread_variant))
    watched = WatchedJpeg(file, structure) if is_strict else None
    file.seek(0)
    return watched


def _unread_variant(file: BinaryIO, file_format: str) -> str | None:
    """Return the name of the variant that libvips does not read, None if the file is damaged."""
    if file_format == "jpeg":
        return jpeg_structure(file, scans=False).unread_variant
    if file_format == "tiff":
        pages = tiff_pages(file)
        return pages[photo_page(pages)].unread_variant if pages else None
    return None


def _not_read(path: Path, variant: str) -> UnsupportedFormatError:
    return UnsupportedFormatError(
        f"{path}: {variant} is not read; save it as PNG or as a plain TIFF with 8 or 16 bits"
    )


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


def _load_stream(
    file: BinaryIO, stream: FileSource, file_format: str, *, is_strict: bool
) -> LoadedPicture:
    options: dict[str, str | int] = dict(_STRICT)
    if is_strict:
        # Of missing data, the decoder of JPEG warns only, and fills it with gray.
        options["fail_on"] = "warning"
    pages = tiff_pages(file) if file_format == "tiff" else ()
    if pages:
        options["page"] = photo_page(pages)
    forget_errors()
    image = getattr(pyvips.Image, _LOADERS[file_format])(stream.source, **options)
    exif = _bare_exif(blob(image, "exif-data"))
    picture = LoadedPicture(
        image=image,
        orientation=number(image, "orientation") or 1,
        icc=blob(image, "icc-profile-data"),
        exif=exif,
        xmp=blob(image, "xmp-data"),
        iptc=bare_iptc(blob(image, "iptc-data")),
        dpi=_stored_dpi(image, exif),
        notes=page_notes(pages) if pages else _page_notes(image),
    )
    if file_format == "tiff":
        return _with_tiff_exif(file, _with_alpha_first(picture, pages))
    if file_format == "avif" and image.format == "ushort":
        return replace(picture, spread_bits=number(image, "bits-per-sample"))
    return picture


def _with_alpha_first(picture: LoadedPicture, pages: tuple[TiffPage, ...]) -> LoadedPicture:
    """Put the alpha of a TIFF in front of its other extra samples."""
    image = picture.image
    extras = image.bands - COLOUR_BANDS.get(image.interpretation, image.bands)
    if extras < 1 or not pages:
        return picture
    declared = pages[photo_page(pages)].alpha_extra
    if declared is None or declared >= extras:
        return replace(picture, alpha_is_unsure=True)
    if declared == 0:
        return picture
    first = image.bands - extras
    order = [*range(first), first + declared]
    order += [band for band in range(first, image.bands) if band != first + declared]
    bands = [image.extract_band(band) for band in order]
    joined = bands[0].bandjoin(bands[1:]).copy(interpretation=image.interpretation)
    return replace(picture, image=joined)


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
