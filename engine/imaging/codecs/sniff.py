"""Detects the format of a file from its content; its name is only a hint that may be wrong."""

from __future__ import annotations

from pathlib import Path

from engine.core.errors import UnreadableImageError, UnsupportedFormatError
from engine.core.file_identity import is_folder
from engine.core.messages import say
from engine.core.regular_file import open_regular
from engine.imaging.formats import FORMAT_SUFFIXES, RAW_SUFFIXES

# Enough for the brands of an ISO base media file:
#     | size | ftyp | major | minor | brand | brand | ...
#     0      4      8       12      16      20
_HEAD_BYTES = 64
_HEIF_BRANDS = {
    b"avif": "avif",
    b"avis": "avif",
    b"heic": "heic",
    b"heix": "heic",
    b"heim": "heic",
    b"heis": "heic",
    b"hevc": "heic",
    b"hevx": "heic",
    b"crx ": "raw",
}
# A BMP without its file header, as clipboards hold it: size of the second header, one plane.
_BITMAP_HEADERS = {size.to_bytes(4, "little") for size in (40, 52, 56, 64, 108, 124)}
_ONE_PLANE = b"\1\0"
_SPACES = (b" ", b"\t", b"\n", b"\r", b"#")
_MAGICS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"GIF8", "gif"),
    (b"\xff\x0a", "jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "jxl"),
    (b"FUJIFILMCCD-RAW", "raw"),
    (b"IIU\0", "raw"),
    (b"IIRO", "raw"),
    (b"IIRS", "raw"),
    (b"BM", "bmp"),
    # White space or a comment follows the digit; a text that begins with "P3..." is not a PPM.
    *((b"P" + kind + end, "ppm") for kind in (b"%d" % n for n in range(1, 8)) for end in _SPACES),
)


def sniff_format(path: Path) -> str:
    """Return the format of the file's content, as `PhotoInfo.format` names it.

    Raises:
        UnreadableImageError: If the file does not exist, is empty or cannot be opened.
        UnsupportedFormatError: If it is not in a format that can be read.
    """
    head = _read_head(path)
    if not head:
        raise UnreadableImageError(
            say("empty-file", "{path}: the file is empty; download or copy it again", path=path)
        )
    found = _format_of(head, path.suffix.lower())
    if found is None:
        raise UnsupportedFormatError(
            say(
                "no-picture",
                "{path}: not a picture in a format that can be read; save it as PNG, TIFF or JPEG",
                path=path,
            )
        )
    return found


def wrong_suffix_note(path: Path, found: str) -> str | None:
    """Return a note if the suffix of the file belongs to another format than its content."""
    if found == "raw" or path.suffix.lower() in FORMAT_SUFFIXES[found]:
        return None
    if not path.suffix:
        return say(
            "no-suffix",
            "The file is named without a suffix but holds {format}.",
            format=found.upper(),
        )
    return say(
        "wrong-suffix",
        "The file is named {suffix} but holds {format}.",
        suffix=path.suffix,
        format=found.upper(),
    )


def _read_head(path: Path) -> bytes:
    if is_folder(path):
        raise UnreadableImageError(
            say("folder", "{path}: a folder, not a picture; name the pictures in it", path=path)
        )
    try:
        with open_regular(path) as file:
            return file.read(_HEAD_BYTES)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError | ValueError) -> UnreadableImageError:
    """Return the engine's error for ``error``, met while reading ``path``."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return UnreadableImageError(
        say(
            "unreadable",
            "{path}: cannot be read ({reason}); check its name and your permissions",
            path=path,
            reason=reason,
        )
    )


def _format_of(head: bytes, suffix: str) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _format_of_brands(head)
    if head[:4] in _BITMAP_HEADERS and head[12:14] == _ONE_PLANE:
        return "bmp"
    for magic, name in _MAGICS:
        if head.startswith(magic):
            # Most camera raw formats are TIFFs by their header: only the suffix distinguishes them.
            return "raw" if name == "tiff" and suffix in RAW_SUFFIXES else name
    return None


def _format_of_brands(head: bytes) -> str | None:
    # The major brand can be a general one ("mif1"); the compatible brands then name the codec.
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, len(head), 4))]
    return next((_HEIF_BRANDS[brand] for brand in brands if brand in _HEIF_BRANDS), None)
