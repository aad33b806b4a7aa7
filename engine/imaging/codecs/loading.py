"""Opens a file of any format as a lazy picture, with everything else that the file states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final, cast

from engine.core.errors import UnsupportedFormatError
from engine.imaging.codecs.decoder_errors import DecoderWarningError, decoder_errors
from engine.imaging.codecs.whole_decoders import WHOLE_DECODERS, WholePicture
from engine.imaging.color.conversion import COLOR_BANDS
from engine.imaging.color.file_signals import file_signals
from engine.imaging.color.heif import heif_color
from engine.imaging.color.icc import profile_channels
from engine.imaging.color.signals import ColorSignals
from engine.imaging.containers.jpeg_integrity import (
    WatchedJpeg,
    irregularity_note,
    jpeg_structure,
    may_be_whole,
)
from engine.imaging.containers.tiff_pages import TiffPage, page_notes, photo_page, tiff_pages
from engine.imaging.metadata.reading import FileMetadata, read_file_metadata
from engine.imaging.photo_text import PhotoText
from engine.imaging.vips import (
    FileSource,
    VipsError,
    blob,
    first_line,
    forget_errors,
    number,
    pyvips,
)

# Truncation and corrupt data are errors; what libraries merely warn of is not.
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
    """A picture whose pixels are decoded from top to bottom as they are requested.

    Attributes:
        image: The pixels as stored, before orientation.
        orientation: How the pixels must be turned, 1 to 8 as in EXIF.
        alpha_is_unsure: Whether an extra channel is used as alpha without being declared as alpha.
        signals: What the file states about its colors.
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet.
        iptc: IPTC records without any wrapping.
        texts: Comments and other texts.
        stated_orientation: The orientation that the file states, also where the decoder has
            applied it; None if it states none.
        dpi: Print resolution across and down as stored.
        jpeg_quality: Quality of a JPEG, 1 to 100, by its quantization table.
        notes: What is left out or converted while loading.
        late_notes: Returns the notes that are known only after all pixels were read.
    """

    image: pyvips.Image
    orientation: int = 1
    alpha_is_unsure: bool = False
    signals: ColorSignals = field(default_factory=ColorSignals)
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    texts: tuple[PhotoText, ...] = ()
    stated_orientation: int | None = None
    dpi: tuple[float, float] | None = None
    jpeg_quality: int | None = None
    notes: tuple[str, ...] = ()
    late_notes: Callable[[], tuple[str, ...]] = tuple


@contextmanager
def loaded_picture(
    path: Path, file_format: str, *, pixels: bool, warning: str | None = None
) -> Iterator[LoadedPicture]:
    """Open ``path``, which holds ``file_format``; it is closed after the block.

    Args:
        path: The file.
        file_format: What `sniff_format` found.
        pixels: Whether the pixels will be read; if not, they may be black.
        warning: Text of the `DecoderWarningError` of a first attempt, to decode tolerantly.

    Raises:
        UnreadableImageError: If the file is corrupt, here or while pixels are read.
        UnsupportedFormatError: If it is a variant of its format that is not read.
        DecoderWarningError: If its decoder warns and the picture may still be whole.
        MissingExtraError: If the format needs an optional package that is not installed.
    """
    with decoder_errors(path):
        if file_format in WHOLE_DECODERS:
            yield _load_whole(path, file_format, pixels=pixels)
            return
        with path.open("rb") as file:
            yield from _load_file(path, file, file_format, pixels=pixels, warning=warning)


def _load_file(
    path: Path, file: BinaryIO, file_format: str, *, pixels: bool, warning: str | None
) -> Iterator[LoadedPicture]:
    watched = None
    if file_format == "jpeg":
        watched = _watched_jpeg(path, file, is_strict=pixels and warning is None)
    elif file_format == "tiff":
        pages = tiff_pages(file)
        misread = pages[photo_page(pages)].misread_variant if pages else None
        if misread is not None:
            raise _not_read(path, misread)
    stream = FileSource(cast("BinaryIO", watched) if watched else file)
    try:
        picture = _load_stream(file, stream, file_format, watched)
        if watched is not None:
            picture = replace(picture, late_notes=lambda: watched.notes)
        if warning is not None:
            picture = replace(picture, notes=(irregularity_note(warning), *picture.notes))
        yield picture
    except VipsError as error:
        if stream.error is not None:
            raise stream.error from error
        if watched is not None and may_be_whole(str(error.detail)):
            raise DecoderWarningError(first_line(error).rpartition(": ")[2]) from error
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
    """Return the name of the variant that libvips does not read, None if the file is corrupt."""
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
    metadata = _whole_metadata(path, file_format, found)
    with path.open("rb") as file:
        signals = file_signals(file, file_format, icc=found.icc, exif=metadata.exif)
    return LoadedPicture(
        image=_spread(image.copy(interpretation=kind), found.spread_bits),
        orientation=found.orientation,
        stated_orientation=metadata.orientation,
        signals=signals,
        exif=metadata.exif,
        xmp=metadata.xmp,
        dpi=metadata.dpi,
        notes=(*found.notes, *metadata.notes),
    )


def _whole_metadata(path: Path, file_format: str, found: WholePicture) -> FileMetadata:
    with path.open("rb") as file:
        return read_file_metadata(
            file,
            file_format,
            exif=found.exif,
            xmp=found.xmp,
            pictures=found.pictures,
            dpi=found.dpi,
        )


def _load_stream(
    file: BinaryIO, stream: FileSource, file_format: str, watched: WatchedJpeg | None
) -> LoadedPicture:
    options: dict[str, str | int] = dict(_STRICT)
    if watched is not None:
        # libjpeg only warns of missing data, and fills the rest with gray.
        options["fail_on"] = "warning"
    pages = tiff_pages(file) if file_format == "tiff" else ()
    if pages:
        options["page"] = photo_page(pages)
    forget_errors()
    image = getattr(pyvips.Image, _LOADERS[file_format])(stream.source, **options)
    found = read_file_metadata(
        file,
        file_format,
        page=photo_page(pages),
        end_at=watched.end_at if watched is not None else None,
        exif=blob(image, "exif-data"),
        xmp=blob(image, "xmp-data"),
        pictures=1 if pages else number(image, "n-pages") or 1,
    )
    stated = found.orientation or number(image, "orientation")
    picture = LoadedPicture(
        image=image,
        # The decoder of AVIF has turned the pixels already.
        orientation=1 if file_format == "avif" else stated or 1,
        stated_orientation=stated,
        exif=found.exif,
        xmp=found.xmp,
        iptc=found.iptc,
        texts=found.texts,
        dpi=found.dpi,
        jpeg_quality=found.jpeg_quality,
        notes=(*page_notes(pages), *found.notes),
    )
    icc = blob(image, "icc-profile-data")
    signals = file_signals(file, file_format, icc=icc, exif=found.exif)
    if file_format == "tiff":
        picture = _with_alpha_first(picture, pages)
    elif file_format == "avif":
        picture = replace(picture, image=_avif_image(file, image, icc))
    return replace(picture, signals=signals)


def _avif_image(file: BinaryIO, image: pyvips.Image, icc: bytes | None) -> pyvips.Image:
    if heif_color(file).is_gray and (icc is None or profile_channels(icc) == 1):
        # libheif decodes gray to three equal channels.
        kind = "grey16" if image.format == "ushort" else "b-w"
        gray = image.extract_band(0)
        gray = gray.bandjoin(image.extract_band(3)) if image.bands == 4 else gray
        image = gray.copy(interpretation=kind)
    bits = number(image, "bits-per-sample") if image.format == "ushort" else None
    return _spread(image, bits)


def _spread(image: pyvips.Image, bits: int | None) -> pyvips.Image:
    """Return 16-bit pixel values, of which only the upper ``bits`` are set, scaled to 65535."""
    # White of a 10-bit picture arrives as 65472. Its upper bits repeated below make it 65535:
    #     abcdefghij000000 | abcdefghij000000 >> 10 = abcdefghijabcdef
    if bits is None:
        return image
    return (image | (image >> bits)).copy(interpretation=image.interpretation)


def _with_alpha_first(picture: LoadedPicture, pages: tuple[TiffPage, ...]) -> LoadedPicture:
    """Move the alpha of a TIFF in front of its other extra samples."""
    image = picture.image
    extras = image.bands - COLOR_BANDS.get(image.interpretation, image.bands)
    if extras < 1 or not pages:
        return picture
    declared = pages[photo_page(pages)].alpha_extra
    if declared is None or declared >= extras:
        if image.interpretation == "cmyk":
            # Further inks of a printer, such as orange or varnish.
            note = f"{extras} extra ink{'s are' if extras > 1 else ' is'} dropped."
            plain = image.extract_band(0, n=image.bands - extras)
            return replace(picture, image=plain, notes=(*picture.notes, note))
        return replace(picture, alpha_is_unsure=True)
    if declared == 0:
        return picture
    # From R G B extra alpha to R G B alpha extra; all after the alpha is dropped later.
    first = image.bands - extras
    order = [*range(first), first + declared]
    order += [band for band in range(first, image.bands) if band != first + declared]
    bands = [image.extract_band(band) for band in order]
    joined = bands[0].bandjoin(bands[1:]).copy(interpretation=image.interpretation)
    return replace(picture, image=joined)
