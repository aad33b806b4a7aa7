"""Reads and writes the chunks of a PNG that hold its metadata.

Formats: PNG (third edition), sections 5 and 11; XMP specification, part 3, section 1.1.5;
ImageMagick, ``coders/png.c``, for raw profiles: a line break, the name, the length, then
hexadecimal digits.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from engine.imaging.photo_text import PhotoText
from engine.imaging.resolution import Dpi

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP_KEYWORD = "XML:com.adobe.xmp"
_RAW_PROFILE = "Raw profile type "
_INCH_IN_METERS: Final = 0.0254
_METER = 1
_WANTED = frozenset({b"tEXt", b"zTXt", b"iTXt", b"pHYs", b"eXIf", b"acTL", b"caBX"})
_MAX_BYTES, _MAX_CHUNKS = 64 * 2**20, 1_000_000


@dataclass(slots=True)
class PngHead:
    """Metadata in the chunks of a PNG.

    Attributes:
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet.
        raw_profiles: ImageMagick's raw profiles, by name.
        texts: Other texts.
        density: Pixels per unit across and down, and the unit (0 none, 1 meter).
        frames: Frames of an animation; 1 if it is not animated.
        has_credentials: Whether it holds content credentials.
        unread: Number of texts that are corrupt or too long.
    """

    exif: bytes | None = None
    xmp: bytes | None = None
    raw_profiles: dict[str, bytes] = field(default_factory=dict)
    texts: list[PhotoText] = field(default_factory=list)
    density: tuple[int, int, int] | None = None
    frames: int = 1
    has_credentials: bool = False
    unread: int = 0

    def _take(self, kind: bytes, content: bytes) -> None:
        if kind == b"pHYs" and len(content) == 9:
            self.density = struct.unpack(">IIB", content)
        elif kind == b"acTL" and len(content) == 8:
            self.frames = max(struct.unpack(">II", content)[0], 1)
        elif kind == b"eXIf":
            # Some writers leave the "Exif" of JPEG's segments in front.
            self.exif = content.removeprefix(b"Exif\0\0")
        elif kind == b"caBX":
            self.has_credentials = True
        elif kind in {b"tEXt", b"zTXt", b"iTXt"}:
            try:
                text = _text(kind, content)
            except (ValueError, zlib.error):
                self.unread += 1
                return
            self._take_text(text, "utf-8" if kind == b"iTXt" else "latin-1")

    def _take_text(self, text: PhotoText, encoding: str) -> None:
        if text.keyword == _XMP_KEYWORD:
            # In any kind of text chunk, the original bytes are those of the packet.
            self.xmp = self.xmp or text.text.encode(encoding)
        elif text.keyword.startswith(_RAW_PROFILE):
            profile = _raw_profile(text.text)
            if profile is None:
                self.unread += 1
            else:
                self.raw_profiles[text.keyword.removeprefix(_RAW_PROFILE).lower()] = profile
        else:
            self.texts.append(text)


def read_png_head(file: BinaryIO) -> PngHead:
    """Return the metadata of all chunks, also those after the pixels, up to invalid data.

    Args:
        file: The file; its position changes.
    """
    found = PngHead()
    for kind, content in _chunks(file):
        found._take(kind, content)  # noqa: SLF001 - it builds itself here
    return found


def walk_chunks(file: BinaryIO, *, most: int) -> Iterator[tuple[bytes, int]]:
    """Yield kind and size of up to ``most`` chunks; meanwhile the file is at their content.

    signature | size | kind | content | checksum | size | kind | ...
        8        4      4     size        4
    """
    at = len(_SIGNATURE)
    for _ in range(most):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        size, kind = struct.unpack(">I4s", head)
        yield kind, size
        at += 12 + size


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    taken_bytes = 0
    for kind, size in walk_chunks(file, most=_MAX_CHUNKS):
        if kind not in _WANTED:
            continue
        taken_bytes += size
        if taken_bytes > _MAX_BYTES:
            return
        content = file.read(size)
        if len(content) < size:
            return
        yield kind, content


def _text(kind: bytes, content: bytes) -> PhotoText:
    keyword, _, rest = content.partition(b"\0")
    name = keyword.decode("latin-1")
    if kind == b"tEXt":
        return PhotoText(name, rest.decode("latin-1"))
    if kind == b"zTXt":
        return PhotoText(name, _inflated(rest[1:]).decode("latin-1"))
    # iTXt: keyword 0 | compressed? method | language 0 | translated keyword 0 | text
    is_compressed = rest[:1] == b"\x01"
    language, translated, text = rest[2:].split(b"\0", 2)
    if is_compressed:
        text = _inflated(text)
    return PhotoText(
        name,
        text.decode("utf-8", "replace"),
        language.decode("latin-1"),
        translated.decode("utf-8", "replace"),
    )


def _inflated(content: bytes) -> bytes:
    # With a limit: a few kilobytes can inflate to gigabytes.
    inflater = zlib.decompressobj()
    text = inflater.decompress(content, _MAX_BYTES)
    if not inflater.eof:
        raise ValueError("the text is cut off or longer than any text is")
    return text


def _raw_profile(text: str) -> bytes | None:
    _, length, *digits = [*text.lstrip("\n").split("\n", 2), "", ""][:3]
    try:
        profile = bytes.fromhex("".join(digits))
        return profile if len(profile) == int(length) else None
    except ValueError:
        return None


def png_chunks(
    *,
    dpi: Dpi | None,
    exif: bytes | None,
    xmp: bytes | None,
    iptc: bytes | None,
    texts: tuple[PhotoText, ...],
) -> bytes:
    """Return the chunks to precede the pixels of a PNG.

    Args:
        dpi: Print resolution.
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet in UTF-8.
        iptc: Photoshop's resources with IPTC records; PNG has no chunk for them; ImageMagick
            and ExifTool read them from a raw profile.
        texts: Texts.
    """
    parts = []
    if dpi is not None:
        x, y = (min(round(value / _INCH_IN_METERS), 2**31 - 1) for value in dpi)
        parts.append(_chunk(b"pHYs", struct.pack(">IIB", x, y, _METER)))
    if exif:
        parts.append(_chunk(b"eXIf", exif))
    if xmp:
        parts.append(_chunk(b"iTXt", _XMP_KEYWORD.encode() + b"\0\0\0\0\0" + xmp))
    if iptc:
        lines = re.sub(r"(.{72})", r"\1\n", iptc.hex())
        raw = f"\niptc\n{len(iptc):8}\n{lines}\n".encode()
        keyword = (_RAW_PROFILE + "iptc").encode()
        parts.append(_chunk(b"zTXt", keyword + b"\0\0" + zlib.compress(raw)))
    parts += [_text_chunk(text) for text in texts]
    return b"".join(parts)


def _text_chunk(text: PhotoText) -> bytes:
    keyword = text.keyword.encode("latin-1", "replace")[:79] + b"\0"
    if not text.language and not text.translated_keyword:
        try:
            return _chunk(b"tEXt", keyword + text.text.encode("latin-1"))
        except UnicodeEncodeError:
            pass
    language = text.language.encode("latin-1", "replace") + b"\0"
    translated = text.translated_keyword.encode() + b"\0"
    return _chunk(b"iTXt", keyword + b"\0\0" + language + translated + text.text.encode())


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def with_png_chunks(head: bytes, chunks: bytes) -> bytes | None:
    """Return the start of a PNG with ``chunks`` before its pixels, None if it is too short.

    An existing resolution is removed.

    Args:
        head: The start of the file; complete if it reaches the first byte of the pixels.
        chunks: The chunks of `png_chunks`.
    """
    kept = bytearray(head[: len(_SIGNATURE)])
    at = len(_SIGNATURE)
    while at + 8 <= len(head):
        size, kind = struct.unpack_from(">I4s", head, at)
        if kind == b"IDAT":
            return bytes(kept) + chunks + head[at:]
        end = at + 12 + size
        if kind != b"pHYs":
            kept += head[at:end]
        at = end
    return None
