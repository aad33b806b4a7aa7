"""Small pictures and files for tests of imaging."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image

from engine.core.images import ImageUint
from engine.imaging.photo import PhotoInfo
from engine.imaging.raster import Raster


def noise(
    height: int, width: int, channels: int = 3, dtype: type = np.uint8, seed: int = 0
) -> ImageUint:
    """Return code values over the whole range."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, np.iinfo(dtype).max, (height, width, channels), endpoint=True)
    return codes.astype(np.uint16) if dtype is np.uint16 else codes.astype(np.uint8)


def filled_raster(codes: ImageUint, folder: Path, *, on_disk: bool = False) -> Raster:
    """Return a raster that holds ``codes``."""
    height, width, channels = codes.shape
    raster = Raster.create(
        height_px=height,
        width_px=width,
        channels=channels,
        dtype=codes.dtype,
        scratch_folder=folder,
        memory_limit_bytes=0 if on_disk else 2**30,
    )
    raster.write(raster.whole, codes)
    return raster


def info_of(codes: ImageUint, **said: object) -> PhotoInfo:
    """Return what a plain file with these pixels would say, changed by ``said``."""
    values = {
        "path": Path("source.png"),
        "format": "png",
        "width_px": codes.shape[1],
        "height_px": codes.shape[0],
        "channels": 1 if codes.shape[2] < 3 else 3,
        "has_alpha": codes.shape[2] in {2, 4},
        "bit_depth": 8 * codes.itemsize,
        "color_space": "sRGB",
    }
    return PhotoInfo(**{**values, **said})


def vips_image(codes: ImageUint) -> pyvips.Image:
    """Return the picture with libvips' name for its kind."""
    deep = codes.dtype == np.uint16
    names = ("grey16", "rgb16") if deep else ("b-w", "srgb")
    return pyvips.Image.new_from_array(codes, interpretation=names[codes.shape[2] > 2])


def pixels_of(path: Path) -> ImageUint:
    """Return what stands in a file, read without our own code."""
    image = pyvips.Image.new_from_file(str(path))
    codes: ImageUint = image.numpy()
    return codes.reshape(image.height, image.width, image.bands)


def exif_block(*, orientation: int = 1, width: int = 64, height: int = 48) -> bytes:
    """Return an EXIF block with camera, place, maker note, sizes and a thumbnail."""
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = orientation
    exif[0x0100] = width
    exif[0x0101] = height
    exif[0x011A] = exif[0x011B] = 240.0
    exif[0x0128] = 2
    exif[0x8298] = "A. Author"
    inner = exif.get_ifd(0x8769)
    inner[0x9003] = "2024:05:06 07:08:09"
    inner[0x927C] = b"MAKERNOTE-1234567890"
    inner[0xA002] = width
    inner[0xA003] = height
    place = exif.get_ifd(0x8825)
    place[1] = "N"
    place[2] = (48.0, 12.0, 30.0)
    return exif.tobytes().removeprefix(b"Exif\0\0")


def jpeg_bytes(codes: ImageUint, *, exif: bytes = b"", xmp: bytes = b"", icc: bytes = b"") -> bytes:
    """Return a JPEG with metadata, written without our own code."""
    squeezed = codes[:, :, 0] if codes.shape[2] == 1 else codes
    stream = io.BytesIO()
    block = b"Exif\0\0" + exif if exif else b""
    Image.fromarray(squeezed).save(
        stream, "JPEG", quality=95, exif=block, xmp=xmp, icc_profile=icc, dpi=(240, 240)
    )
    return stream.getvalue()


def builtin_profile(name: str) -> bytes:
    """Return a profile that libvips brings: ``srgb``, ``p3`` or ``cmyk``."""
    return bytes(pyvips.Operation.call("profile_load", name))


def matrix_profile(gamma: float, *, name: str = "Test space", gray: bool = False) -> bytes:
    """Return an RGB or gray profile of version 2 with one tone curve, made from nothing."""
    description = name.encode() + b"\0"
    curve = struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + b"\0\0"
    tags = {
        b"desc": struct.pack(">4sII", b"desc", 0, len(description)) + description + b"\0" * 78,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
    }
    if gray:
        tags[b"kTRC"] = curve
    else:
        # Adobe RGB (1998) primaries, adapted to D50.
        tags[b"rXYZ"] = _xyz(0.60974, 0.31111, 0.01947)
        tags[b"gXYZ"] = _xyz(0.20528, 0.62567, 0.06087)
        tags[b"bXYZ"] = _xyz(0.14919, 0.06322, 0.74457)
        tags.update({b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})
    at = 128 + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        table += struct.pack(">4sII", tag, at + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    head = bytearray(128)
    struct.pack_into(
        ">I4sI4s4s4s",
        head,
        0,
        at + len(body),
        b"test",
        0x02400000,
        b"mntr",
        b"GRAY" if gray else b"RGB ",
        b"XYZ ",
    )
    struct.pack_into(">4s", head, 36, b"acsp")
    struct.pack_into(">3i", head, 68, 63190, 65536, 54061)
    return bytes(head) + table + body


def _xyz(x: float, y: float, z: float) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *(round(value * 65536) for value in (x, y, z)))


def png_claiming(width: int, height: int) -> bytes:
    """Return a tiny PNG whose header claims a picture of any size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )
