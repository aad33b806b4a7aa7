"""Training photos, decoded once and kept as raw bytes on the disk.

Decoding AVIF or PNG for each patch would cost more than the training step, so
all photos are decoded into one flat file that processes map and share.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image
from typing_extensions import override

from engine.core.atomic_file import atomic_path, write_bytes_atomic
from engine.core.errors import ConfigError, UnreadableImageError
from engine.data.paired_photos import check_pair, match_pairs
from engine.imaging.code_values import to_codes, to_float
from engine.imaging.resize import resize_bicubic

PHOTO_SUFFIXES = frozenset({".avif", ".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"})


class _Entry(Struct, frozen=True):
    offset: int
    height: int
    width: int


class _Index(Struct, frozen=True):
    manifest_sha256: str
    hr: tuple[_Entry, ...]
    lr: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """One photo and its reduction.

    Attributes:
        hr: ``(s·H, s·W, 3)`` uint8.
        lr: ``(H, W, 3)`` uint8.
    """

    hr: NDArray[np.uint8]
    lr: NDArray[np.uint8]


class PhotoStore(Sequence[PhotoPair]):
    """All pairs of a folder, in the order of their paths.

    Attributes:
        manifest_sha256: Hash of names and sizes of the photos, for the run's record.
    """

    def __init__(self, index: _Index, pixels: NDArray[np.uint8]) -> None:
        self._index = index
        self._pixels = pixels
        self.manifest_sha256 = index.manifest_sha256

    @override
    def __len__(self) -> int:
        return len(self._index.hr)

    @override
    def __getitem__(self, number: int) -> PhotoPair:  # type: ignore[override] # no slices
        return PhotoPair(
            hr=self._view(self._index.hr[number]), lr=self._view(self._index.lr[number])
        )

    def _view(self, entry: _Entry) -> NDArray[np.uint8]:
        end = entry.offset + entry.height * entry.width * 3
        return self._pixels[entry.offset : end].reshape(entry.height, entry.width, 3)


def open_photo_store(
    folder: Path, cache_folder: Path, *, scale: int, lr_folder: Path | None = None
) -> PhotoStore:
    """Open the pairs of ``folder``, decoding them first where the cache is not current.

    Args:
        folder: HR photos, in any depth.
        cache_folder: Where the decoded pixels are kept.
        scale: Factor between LR and HR. Each HR photo is cropped to a multiple of it.
        lr_folder: LR photos of the same names; LR is made from HR when not given.

    Raises:
        ConfigError: If a folder holds no photo, or the pairs do not fit.
        UnreadableImageError: If a photo cannot be decoded.
    """
    paths = find_photos(folder)
    manifest = _manifest_sha256(folder, paths)
    lr_paths: list[Path] | None = None
    if lr_folder is not None:
        lr_paths = match_pairs(
            paths, find_photos(lr_folder), hr_folder=folder, lr_folder=lr_folder, scale=scale
        )
        both = manifest + _manifest_sha256(lr_folder, lr_paths)
        manifest = hashlib.sha256(both.encode()).hexdigest()
    stem = cache_folder / f"{manifest[:16]}-x{scale}"
    index_path, pixel_path = stem.with_suffix(".json"), stem.with_suffix(".rgb")
    if not index_path.exists():
        cache_folder.mkdir(parents=True, exist_ok=True)
        index = _decode_all(
            paths, lr_paths or [None] * len(paths), pixel_path, manifest=manifest, scale=scale
        )
        write_bytes_atomic(index_path, msgspec.json.encode(index))
    index = msgspec.json.decode(index_path.read_bytes(), type=_Index)
    return PhotoStore(index, np.memmap(pixel_path, dtype=np.uint8, mode="r"))


def find_photos(folder: Path) -> list[Path]:
    """Return the photos in ``folder`` and below it, sorted.

    Raises:
        ConfigError: If there is none.
    """
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in PHOTO_SUFFIXES)
    if not paths:
        kinds = " ".join(sorted(PHOTO_SUFFIXES))
        raise ConfigError(f"{folder}: holds no photos; looked for {kinds}")
    return paths


def load_rgb(path: Path) -> NDArray[np.uint8]:
    """Decode a photo to ``(H, W, 3)`` uint8.

    Raises:
        UnreadableImageError: If it cannot be decoded.
    """
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except OSError as error:
        raise UnreadableImageError(f"{path}: cannot be decoded ({error})") from error


def reduce_bicubic(hr: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """Return the LR of ``hr`` as benchmarks make it: antialiased bicubic, rounded to 8 bits.

    Shape:
        - ``hr``: ``(s·H, s·W, 3)`` uint8; result ``(H, W, 3)`` uint8.
    """
    height, width = hr.shape[0] // scale, hr.shape[1] // scale
    lr = resize_bicubic(to_float(hr), height_px=height, width_px=width)
    return np.asarray(to_codes(lr, np.uint8), dtype=np.uint8)


def crop_to_multiple(image: NDArray[np.uint8], multiple: int) -> NDArray[np.uint8]:
    """Cut rows and columns at the end until both sides are multiples of ``multiple``."""
    height, width = image.shape[:2]
    return image[: height - height % multiple, : width - width % multiple]


def _decode_all(
    paths: Sequence[Path],
    lr_paths: Sequence[Path | None],
    pixel_path: Path,
    *,
    manifest: str,
    scale: int,
) -> _Index:
    hr_entries: list[_Entry] = []
    lr_entries: list[_Entry] = []
    offset = 0
    with atomic_path(pixel_path) as part, part.open("wb") as file:
        for path, lr_path in zip(paths, lr_paths, strict=True):
            pair = _decode_pair(path, lr_path, scale=scale)
            for image, entries in ((pair.hr, hr_entries), (pair.lr, lr_entries)):
                entries.append(_Entry(offset, image.shape[0], image.shape[1]))
                offset += file.write(np.ascontiguousarray(image).tobytes())
    return _Index(manifest_sha256=manifest, hr=tuple(hr_entries), lr=tuple(lr_entries))


def _decode_pair(path: Path, lr_path: Path | None, *, scale: int) -> PhotoPair:
    hr = crop_to_multiple(load_rgb(path), scale)
    if lr_path is None:
        return PhotoPair(hr=hr, lr=reduce_bicubic(hr, scale))
    lr = load_rgb(lr_path)
    check_pair(hr, lr, scale=scale, hr_path=path, lr_path=lr_path)
    return PhotoPair(hr=hr, lr=lr)


def _manifest_sha256(folder: Path, paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(folder).as_posix()}\t{path.stat().st_size}\n".encode())
    return digest.hexdigest()
