"""Encodes rasters into files, front to back, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, TypeAlias

from engine.core.atomic_file import Publish, publish_over, temporary_part
from engine.core.cancellation import CancelToken
from engine.core.errors import OutputError
from engine.core.messages import say
from engine.core.private_files import shared_mode
from engine.imaging.codecs.gray_output import (
    as_rgb,
    is_plain_gray,
    write_gray_avif,
    writes_gray_as_rgb,
)
from engine.imaging.codecs.progress_watch import ProgressWatch, ReportFraction
from engine.imaging.codecs.raster_image import RasterImage, interpretation
from engine.imaging.formats import OutputFormat, check_format_limits
from engine.imaging.metadata.selection import select_metadata
from engine.imaging.metadata.writing import finish_metadata, metadata_stream, with_profile
from engine.imaging.photo import PhotoInfo
from engine.imaging.raster import Raster
from engine.imaging.vips import FileTarget, VipsError, first_line, pyvips

_Parameters: TypeAlias = dict[str, str | int | bool]
_Saver: TypeAlias = tuple[str, _Parameters]
"""A libvips operation and its parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeOptions:
    """How a result is written.

    Attributes:
        format: Format of the file.
        quality: 1 to 100, for JPEG, WebP and AVIF.
        bit_depth: 8 or 16; None keeps the raster's. A format that holds fewer bits gets
            fewer, with a note.
        lossless: Write WebP or AVIF without loss.
        keep_metadata: Write EXIF, XMP, IPTC and texts of the source. The color profile is
            written in any case, and the print resolution where the format has a place of its
            own for it, or ``dpi`` asks for it.
        dpi: Print resolution of the result; None keeps the source's.
        tiff_compression: ``deflate`` gives the smallest files; every reader knows it.
    """

    format: OutputFormat
    quality: int = 92
    bit_depth: Literal[8, 16] | None = None
    lossless: bool = False
    keep_metadata: bool = True
    dpi: float | None = None
    tiff_compression: Literal["none", "lzw", "deflate"] = "deflate"

    def working_bit_depth(self, photo_bit_depth: int) -> int:
        """Return the bits, 8 or 16, that a result needs before it is written.

        A network computes finer levels than 8 bits hold. They are lost where its result is
        rounded to the photo's 8 bits first and spread over 16 afterwards.
        """
        held = 8 if self.format.max_bit_depth == 8 else 16
        return max(photo_bit_depth, min(self.bit_depth or photo_bit_depth, held))


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveReport:
    """Outcome of writing a result.

    Attributes:
        path: The file.
        size_bytes: Its size.
        notes: What was converted or dropped to fit the format.
    """

    path: Path
    size_bytes: int
    notes: tuple[str, ...]


def save_photo(
    color: Raster,
    alpha: Raster | None,
    info: PhotoInfo,
    path: Path,
    *,
    options: EncodeOptions,
    progress: ReportFraction | None = None,
    token: CancelToken | None = None,
    publish: Publish | None = None,
) -> SaveReport:
    """Write a result; ``path`` does not exist before the file is complete.

    Memory stays bounded for JPEG, PNG and TIFF; the
    encoders of WebP and AVIF hold the whole picture, whose size their format limits.

    Args:
        color: Gray or RGB pixel values in the space that ``info.icc`` describes.
        alpha: Opacity of the same size and dtype.
        info: Facts of the source: profile, metadata, resolution.
        path: Where it goes; the folder must exist.
        options: How it is written.
        progress: Called with the fraction that is done.
        token: Stops the encoding when the caller cancels it.
        publish: Gives the finished file its name, which may be another one than ``path``;
            by default an existing file at ``path`` is replaced.

    Raises:
        FormatLimitError: If the format cannot hold a picture of this size.
        DiskFullError: If the disk fills up; nothing is left behind.
        OutputError: If the file cannot be written.
        JobCancelled: If ``token`` asks to stop.
    """
    check_format_limits(
        options.format, width_px=color.width_px, height_px=color.height_px, path=path
    )
    pictures = RasterImage.of(color), RasterImage.of(alpha) if alpha is not None else None
    image, notes = _fitted(*pictures, 8 * color.dtype.itemsize, options)
    size = (color.width_px, color.height_px)
    metadata = select_metadata(
        info, options.format, size=size, wanted_dpi=options.dpi, keep=options.keep_metadata
    )
    if metadata.icc and writes_gray_as_rgb(image, options.format):
        image, metadata = as_rgb(image, metadata)
    image = with_profile(image, metadata)
    watch = ProgressWatch(progress or _ignore, token or CancelToken())
    # Beside the final name, so that publishing is a rename on the same disk.
    with temporary_part(path) as part:
        with part.open("w+b") as file:
            stream = metadata_stream(file, options.format, metadata)
            try:
                _write(image, stream, path, options, watch)
            finally:
                _check_sources(*pictures)
            late_notes = finish_metadata(file, options.format, metadata, size)
            file.flush()
        size_bytes = part.stat().st_size
        watch.finish()
        if publish is not None:
            path = publish(part)
        else:
            publish_over(part, path, mode=shared_mode(info.path))
    notes = (*notes, *metadata.notes, *late_notes)
    return SaveReport(path=path, size_bytes=size_bytes, notes=notes)


def _check_sources(*pictures: RasterImage | None) -> None:
    """Raise the error of reading the rasters; libvips reports only that something failed."""
    for picture in pictures:
        if picture is not None and picture.error is not None:
            raise picture.error


def _fitted(
    color: RasterImage, alpha: RasterImage | None, source_depth: int, options: EncodeOptions
) -> tuple[pyvips.Image, tuple[str, ...]]:
    """Return the picture for the encoder, and notes on what was converted to fit the format."""
    notes = []
    image = color.image
    if alpha is not None:
        image = image.bandjoin(alpha.image)
        if not options.format.has_alpha:
            white = 2**source_depth - 1
            image = image.flatten(background=white, max_alpha=white)
            notes.append(
                say("on-white", "JPEG has no transparency: transparent areas become white.")
            )
    wanted = options.bit_depth or source_depth
    kept = min(wanted, options.format.max_bit_depth)
    if kept < wanted:
        notes.append(
            say(
                "fewer-bits",
                "{format} keeps {kept} bits of {wanted} per channel.",
                format=options.format.name,
                kept=kept,
                wanted=wanted,
            )
        )
    depth = 8 if kept == 8 else 16
    if depth < source_depth:
        # 65535 / 257 = 255 exactly; a shift by eight bits would darken by half a pixel value.
        image = (image / 257).rint().cast("uchar")
    elif depth > source_depth:
        # 255 * 257 = 65535: white stays white.
        image = (image * 257).cast("ushort")
    return image.copy(interpretation=interpretation(color.image.bands, depth)), tuple(notes)


def _write(
    image: pyvips.Image, file: BinaryIO, path: Path, options: EncodeOptions, watch: ProgressWatch
) -> None:
    if options.format is OutputFormat.AVIF and is_plain_gray(image):
        quality = 100 if options.lossless else options.quality
        write_gray_avif(image, file, path, quality=quality, speed=_AVIF_SPEED)
    else:
        _encode(image, file, path, _saver(image, options), watch)


def _encode(
    image: pyvips.Image, file: BinaryIO, path: Path, saver: _Saver, watch: ProgressWatch
) -> None:
    target = FileTarget(file)
    watch.attach(image)
    operation, parameters = saver
    try:
        getattr(image, operation)(target.target, **parameters)
    except VipsError as error:
        cause = watch.error or target.error
        if cause is not None:
            raise cause from error
        raise OutputError(
            say(
                "encoder-failed",
                "{path}: {operation} failed ({reason}); choose another format",
                path=path,
                operation=operation,
                reason=first_line(error),
            )
        ) from error
    if watch.error is not None:
        raise watch.error


def _saver(image: pyvips.Image, options: EncodeOptions) -> _Saver:
    operation, parameters = _SAVERS[options.format](image, options)
    return operation, {**parameters, "keep": _KEEP}


def _jpeg(_: pyvips.Image, options: EncodeOptions) -> _Saver:
    # Full chroma: halved colors show as fringes at enlarged edges. No optimal Huffman tables:
    # they would need the whole picture in memory.
    return "jpegsave_target", {"Q": options.quality, "subsample_mode": "off"}


def _png(_: pyvips.Image, __: EncodeOptions) -> _Saver:
    # Level 6 takes 65 % more time on photos for 3 % smaller files.
    return "pngsave_target", {"compression": 3, "filter": "paeth"}


def _tiff(image: pyvips.Image, options: EncodeOptions) -> _Saver:
    size_bytes = image.width * image.height * image.bands * (1 if image.format == "uchar" else 2)
    parameters: _Parameters = {
        "compression": options.tiff_compression,
        "bigtiff": size_bytes > _BIGTIFF_FROM_BYTES,
        "resunit": "inch",
    }
    if options.tiff_compression != "none":
        parameters["predictor"] = "horizontal"
    return "tiffsave_target", parameters


def _webp(_: pyvips.Image, options: EncodeOptions) -> _Saver:
    quality: _Parameters = {"Q": options.quality}
    return "webpsave_target", {"lossless": True} if options.lossless else quality


def _avif(image: pyvips.Image, options: EncodeOptions) -> _Saver:
    parameters: _Parameters = {
        "compression": "av1",
        "bitdepth": 8 if image.format == "uchar" else 12,
        "subsample_mode": "off",
        "effort": 9 - _AVIF_SPEED,
    }
    parameters.update({"lossless": True} if options.lossless else {"Q": options.quality})
    return "heifsave_target", parameters


_AVIF_SPEED: Final = 6
# All other metadata are written by `metadata.writing`.
_KEEP: Final = int(pyvips.ForeignKeep.ICC)
# Offsets of a classic TIFF end at 4 GiB, and compressed data can be a little larger than raw.
_BIGTIFF_FROM_BYTES: Final = 3_900_000_000
_SAVERS: Final = {
    OutputFormat.JPEG: _jpeg,
    OutputFormat.PNG: _png,
    OutputFormat.TIFF: _tiff,
    OutputFormat.WEBP: _webp,
    OutputFormat.AVIF: _avif,
}


def _ignore(_: float) -> None:
    """No-op callback."""
