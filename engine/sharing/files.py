"""Writes what is handed on: whole or not at all, and never over a photo."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageCms

from engine.core.atomic_file import publish_new, publish_over, temporary_part
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, OutputError, OutputExistsError
from engine.core.file_guard import FileGuard
from engine.core.messages import say
from engine.core.private_files import shared_mode
from engine.sharing.comparison import RgbImage

PICTURE_SUFFIXES = (".png", ".jpg", ".webp")
ANIMATION_SUFFIXES = (".webp", ".gif")
_QUALITY = 95
_GIF_COLORS = 256


def write_shared(
    content: bytes, path: Path, *, originals: Iterable[Path], may_replace: bool
) -> None:
    """Write ``content`` to ``path`` in one step.

    Args:
        content: The whole file.
        path: Where it goes; its folder exists.
        originals: Photos and results, which are never replaced, by whatever name.
        may_replace: Whether the user agreed that an existing file is replaced.

    Raises:
        OutputExistsError: If the file exists and may not be replaced.
        OutputError: If it is an original, or cannot be written.
    """
    if not FileGuard(originals).is_free(path, path):
        raise OutputError(
            say(
                "shared-original",
                "{path}: is one of the compared photos; choose another name",
                path=path,
            )
        )
    with temporary_part(path) as part:
        part.write_bytes(content)
        if may_replace:
            publish_over(part, path, mode=shared_mode())
            return
        try:
            publish_new(part, path, mode=shared_mode())
        except FileExistsError as error:
            raise OutputExistsError(
                say("shared-exists", "{path}: exists already; choose another name", path=path)
            ) from error


def encode_picture(picture: RgbImage, suffix: str) -> bytes:
    """Return a picture as PNG, JPEG or WebP with an sRGB profile.

    Args:
        picture: The pixels.
        suffix: One of `PICTURE_SUFFIXES`.

    Raises:
        ConfigError: If the suffix is none of them.
    """
    if suffix not in PICTURE_SUFFIXES:
        raise ConfigError(f"{suffix}: a picture is written as {', '.join(PICTURE_SUFFIXES)}")
    buffer = io.BytesIO()
    kind = {".png": "PNG", ".jpg": "JPEG", ".webp": "WEBP"}[suffix]
    # 4:4:4: halved colors would show at the edges that are compared.
    options = {"subsampling": 0} if kind == "JPEG" else {}
    Image.fromarray(picture).save(
        buffer, kind, quality=_QUALITY, icc_profile=_srgb_profile(), **options
    )
    return buffer.getvalue()


def encode_animation(
    frames: Iterable[RgbImage], suffix: str, *, frame_ms: int, token: CancelToken
) -> bytes:
    """Return frames as an endless animation.

    Args:
        frames: Pictures of one size, at least one.
        suffix: ``.webp``, or ``.gif``, which has 256 colors.
        frame_ms: How long each frame is shown, in milliseconds.
        token: Lets the caller stop it between frames.

    Raises:
        ConfigError: If the suffix is none of `ANIMATION_SUFFIXES`.
        JobCancelled: If ``token`` was cancelled.
    """
    if suffix not in ANIMATION_SUFFIXES:
        raise ConfigError(f"{suffix}: an animation is written as {', '.join(ANIMATION_SUFFIXES)}")
    pictures = _checked(frames, token)
    buffer = io.BytesIO()
    if suffix == ".webp":
        first = Image.fromarray(next(pictures))
        rest = (Image.fromarray(frame) for frame in pictures)
        first.save(
            buffer,
            "WEBP",
            save_all=True,
            append_images=rest,
            duration=frame_ms,
            loop=0,
            quality=85,
            method=2,
        )
        return buffer.getvalue()
    images = [Image.fromarray(frame) for frame in pictures]
    palette = _common_palette(images)
    indexed = [image.quantize(palette=palette) for image in images]
    indexed[0].save(
        buffer, "GIF", save_all=True, append_images=indexed[1:], duration=frame_ms, loop=0
    )
    return buffer.getvalue()


def _common_palette(images: Sequence[Image.Image]) -> Image.Image:
    """Return one palette for all frames, or each of them would shimmer in its own."""
    # A quarter and three quarters of the way a sweep shows most of either picture.
    shown = [images[0], images[len(images) // 4], images[3 * len(images) // 4]]
    width, height = images[0].size
    sheet = Image.new("RGB", (width, height * len(shown)))
    for number, image in enumerate(shown):
        sheet.paste(image, (0, height * number))
    return sheet.quantize(_GIF_COLORS, method=Image.Quantize.MEDIANCUT)


def _checked(frames: Iterable[RgbImage], token: CancelToken) -> Iterator[RgbImage]:
    for frame in frames:
        token.check()
        yield frame


@lru_cache(maxsize=1)
def _srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
