"""Decodes a photo of any size into rasters, upright, band by band."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.core.cancellation import CancelToken
from engine.core.errors import ImageTooLargeError, UnsupportedFormatError
from engine.core.images import ImageUint
from engine.core.messages import say
from engine.core.tiling import Region
from engine.imaging.alpha import bleed_raster, is_zero
from engine.imaging.codecs.decoder_errors import DecoderWarningError
from engine.imaging.codecs.loading import LoadedPicture, loaded_picture
from engine.imaging.codecs.sniff import sniff_format, wrong_suffix_note
from engine.imaging.color.conversion import ColorPlan, plan_color, refusal
from engine.imaging.orientation import upright_pixels, upright_region, upright_size
from engine.imaging.photo import Photo, PhotoInfo
from engine.imaging.raster import MEMORY_LIMIT_BYTES, Raster
from engine.imaging.vips import pyvips

# Rows are fetched in bands: large enough to be fast, small enough to stop soon when cancelled.
_BAND_BYTES = 4 * 2**20
_BAND_ROWS = 1024
# JPEG, WebP and GIF are never wider.
_WIDE_PX = 65_536
_PIECE_PX = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeLimits:
    """How large a photo may be to be decoded.

    Attributes:
        max_pixels: Pixels in one photo. A small file can claim any number.
        memory_limit_bytes: Size up to which a raster is kept in memory.
    """

    max_pixels: int = 500_000_000
    memory_limit_bytes: int = MEMORY_LIMIT_BYTES


def read_info(path: Path) -> PhotoInfo:
    """Return what a file states about its photo, without decoding it.

    The pixels may still turn out to be corrupt; only `open_photo` finds that.

    Raises:
        UnreadableImageError: If the file is missing, empty or corrupt.
        UnsupportedFormatError: If its format, or a variant of it, is not supported.
        MissingExtraError: If its format needs an optional package.
    """
    with _opened(path, pixels=False) as (info, _, _):
        return info


def open_photo(
    path: Path,
    *,
    scratch_folder: Path,
    limits: DecodeLimits | None = None,
    is_header_checked: bool = False,
    token: CancelToken | None = None,
) -> Photo:
    """Decode a photo, upright, with color bled under its transparency.

    Memory stays bounded for JPEG (baseline), PNG and TIFF of any size; other formats
    are decoded whole by their libraries.

    Args:
        path: The file; its format is detected from its content, not from its name.
        scratch_folder: Existing folder for the pixels of a large photo.
        limits: How large it may be.
        is_header_checked: Whether `check_pixel_limit` has passed what `read_info` gave for the
            file as it is now; the header is not read for that a second time then.
        token: Stops the decoding when the caller cancels it.

    Returns:
        The photo; the caller closes it.

    Raises:
        UnreadableImageError: If the file is missing, empty or corrupt.
        UnsupportedFormatError: If its format, or a variant of it, is not supported.
        ImageTooLargeError: If it has more pixels than ``limits`` allows.
        MissingExtraError: If its format needs an optional package.
        DiskFullError: If the scratch folder lacks the room.
        JobCancelled: If ``token`` asks to stop.
    """
    limits = limits or DecodeLimits()
    token = token or CancelToken()
    # From the header, before any memory is taken for pixels.
    if not is_header_checked:
        check_pixel_limit(read_info(path), limits)
    try:
        return _decoded(path, scratch_folder, limits, token)
    except DecoderWarningError as warned:
        # Strict first, so that truncated files are errors; then tolerant, with a note.
        return _decoded(path, scratch_folder, limits, token, warning=str(warned))


def _decoded(
    path: Path,
    folder: Path,
    limits: DecodeLimits,
    token: CancelToken,
    *,
    warning: str | None = None,
) -> Photo:
    opened = _opened(path, pixels=True, warning=warning)
    with ExitStack() as stack, opened as (info, picture, plan):
        check_pixel_limit(info, limits)
        color = _new_raster(info, info.channels, folder, limits)
        stack.callback(color.close)
        alpha = _new_raster(info, 1, folder, limits) if info.has_alpha else None
        if alpha is not None:
            stack.callback(alpha.close)
        _copy(picture, plan, color, alpha, token)
        whole_info = replace(info, notes=(*info.notes, *picture.late_notes()))
        photo = Photo(info=whole_info, color=color, alpha=alpha)
        if picture.alpha_is_unsure and alpha is not None and is_zero(alpha, token=token):
            photo = _without_alpha(photo, alpha)
        # Success: the photo owns the rasters now, and its caller closes them.
        stack.pop_all()
    return photo


def _without_alpha(photo: Photo, alpha: Raster) -> Photo:
    alpha.close()
    note = say(
        "empty-alpha",
        "An extra channel of zeros is not used as transparency: nothing would be visible.",
    )
    notes = (*photo.info.notes, note)
    return Photo(info=replace(photo.info, has_alpha=False, notes=notes), color=photo.color)


@contextmanager
def _opened(
    path: Path, *, pixels: bool, warning: str | None = None
) -> Iterator[tuple[PhotoInfo, LoadedPicture, ColorPlan]]:
    file_format = sniff_format(path)
    with loaded_picture(path, file_format, pixels=pixels, warning=warning) as picture:
        reason = refusal(picture.image)
        if reason is not None:
            raise UnsupportedFormatError(f"{path}: {reason}")
        plan = plan_color(picture.image, picture.signals)
        yield _info(path, file_format, picture, plan), picture, plan


def _info(path: Path, file_format: str, picture: LoadedPicture, plan: ColorPlan) -> PhotoInfo:
    stored = picture.image
    width_px, height_px = upright_size(stored.width, stored.height, picture.orientation)
    dpi = picture.dpi
    # A resolution belongs to the stored columns and rows, which are swapped when turned sideways.
    if dpi is not None and (width_px, height_px) != (stored.width, stored.height):
        dpi = (dpi[1], dpi[0])
    name_note = wrong_suffix_note(path, file_format)
    return PhotoInfo(
        path=path,
        format=file_format,
        width_px=width_px,
        height_px=height_px,
        channels=plan.channels,
        has_alpha=plan.has_alpha,
        bit_depth=plan.bit_depth,
        color_space=plan.name,
        icc=plan.icc,
        exif=picture.exif,
        xmp=picture.xmp,
        iptc=picture.iptc,
        texts=picture.texts,
        orientation=picture.stated_orientation,
        dpi=dpi,
        jpeg_quality=picture.jpeg_quality,
        notes=(*((name_note,) if name_note else ()), *picture.notes, *plan.notes),
    )


def check_pixel_limit(info: PhotoInfo, limits: DecodeLimits) -> None:
    """Refuse a photo whose header claims more pixels than the limit.

    Raises:
        ImageTooLargeError: If it does; the message gives both numbers.
    """
    pixels = info.width_px * info.height_px
    if pixels > limits.max_pixels:
        raise ImageTooLargeError(
            say(
                "too-many-pixels",
                "{path}: {width}x{height} are {megapixels} megapixels, the limit is {limit}; "
                "raise the limit if you trust the file",
                path=info.path,
                width=info.width_px,
                height=info.height_px,
                megapixels=f"{pixels / 1e6:.0f}",
                limit=f"{limits.max_pixels / 1e6:.0f}",
            )
        )


def _new_raster(info: PhotoInfo, channels: int, folder: Path, limits: DecodeLimits) -> Raster:
    return Raster.create(
        height_px=info.height_px,
        width_px=info.width_px,
        channels=channels,
        dtype=np.uint8 if info.bit_depth == 8 else np.uint16,
        scratch_folder=folder,
        memory_limit_bytes=limits.memory_limit_bytes,
    )


def _copy(
    picture: LoadedPicture,
    plan: ColorPlan,
    color: Raster,
    alpha: Raster | None,
    token: CancelToken,
) -> None:
    size = (plan.image.width, plan.image.height)
    for top, pixels in _bands(plan.image, token):
        band = Region(left=0, top=top, width=size[0], height=pixels.shape[0])
        target = upright_region(band, size, picture.orientation)
        upright = upright_pixels(pixels, picture.orientation)
        color.write(target, upright[:, :, : plan.channels])
        if alpha is not None:
            alpha.write(target, upright[:, :, plan.channels :])
    if alpha is not None:
        bleed_raster(color, alpha, token=token)


def _bands(image: pyvips.Image, token: CancelToken) -> Iterator[tuple[int, ImageUint]]:
    """Yield the rows of a picture from top to bottom in bands, each an array of its own."""
    is_deep = image.format != "uchar"
    row_bytes = image.width * image.bands * (2 if is_deep else 1)
    # The time of one fetch grows with the square of its rows in libvips.
    rows = min(_BAND_ROWS, max(1, _BAND_BYTES // row_bytes))
    pixels = pyvips.Region.new(image)
    for top in range(0, image.height, rows):
        count = min(rows, image.height - top)
        fetched = np.empty((count, row_bytes), np.uint8)
        for piece, part in _pieces(pixels, image.width, top, count):
            token.check()
            fetched[piece] = np.frombuffer(part, np.uint8).reshape(fetched[piece].shape)
        shape = (count, image.width, image.bands)
        yield top, fetched.view(np.uint16).reshape(shape) if is_deep else fetched.reshape(shape)


def _pieces(
    pixels: pyvips.Region, width_px: int, top: int, rows: int
) -> Iterator[tuple[tuple[slice, slice], bytes]]:
    """Yield the parts of some rows as they are fetched, with the place of their bytes."""
    if width_px <= _WIDE_PX:
        yield (slice(rows), slice(None)), pixels.fetch(0, top, width_px, rows)
        return
    # It grows with the tiles of a row as well. Row by row, since sequential loaders keep one.
    for row in range(rows):
        for left in range(0, width_px, _PIECE_PX):
            part = pixels.fetch(left, top + row, min(_PIECE_PX, width_px - left), 1)
            start = len(part) // min(_PIECE_PX, width_px - left) * left
            yield (slice(row, row + 1), slice(start, start + len(part))), part
