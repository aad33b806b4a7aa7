"""Training photos, decoded once and memory-mapped from the disk.

Decoding AVIF or PNG for each patch would take longer than the training step, so each photo is
decoded into a file that all processes map and share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from engine.core.cancellation import CancelToken
from engine.core.errors import (
    ConfigError,
    EngineError,
    ImageError,
    MissingExtraError,
    UnreadableImageError,
)
from engine.core.images import ImageU8
from engine.data.downsampling import crop_to_multiple, downsample_bicubic
from engine.data.manifest import PhotoRecord, hash_records
from engine.data.paired_photos import check_pair, match_pairs
from engine.data.photo_cache import PhotoCache
from engine.data.photo_files import LeftOut, find_photos, hash_photo, left_out, name_in, none_left
from engine.data.photo_pair import PhotoPair
from engine.imaging.codecs.decode import read_info
from engine.imaging.codecs.rgb8 import load_rgb8

# Further maps are closed and opened again when needed: the system limits their number.
_OPEN_MAPS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """A pair in the cache; ``height`` and ``width`` are those of LR."""

    path: Path
    lr_path: Path | None
    record: PhotoRecord
    height: int
    width: int


class PhotoStore(Sequence[PhotoPair]):
    """All usable pairs of a folder, in the order of their paths.

    Attributes:
        records: Name and hash of each pair, in the same order.
        left_out: Photos of the folder that cannot be used, and why.
        lr_sizes: Height and width of each LR picture, ``(N, 2)`` int64.
    """

    def __init__(
        self,
        cache: PhotoCache,
        photos: Sequence[_Stored],
        *,
        scale: int,
        left_out: tuple[LeftOut, ...] = (),
    ) -> None:
        self._cache = cache
        self._photos = tuple(photos)
        self._scale = scale
        self.records = tuple(photo.record for photo in photos)
        self.left_out = left_out
        sizes = [(photo.height, photo.width) for photo in photos]
        self.lr_sizes: NDArray[np.int64] = np.array(sizes, dtype=np.int64).reshape(-1, 2)
        # Of this object: a decorated method would keep every store alive.
        self._pair = lru_cache(maxsize=_OPEN_MAPS)(self._open_pair)

    @property
    def manifest_sha256(self) -> str:
        """Hash of names and contents of the photos."""
        return hash_records(self.records)

    @property
    def cache(self) -> PhotoCache:
        """Where the decoded photos are kept."""
        return self._cache

    def lr_key(self, number: int) -> str:
        """Return the key of an LR picture in the cache, which names its content."""
        return _keys(self.records[number], self._scale)[1]

    def subset(self, numbers: Sequence[int]) -> PhotoStore:
        """Return a store of some of the pairs."""
        photos = [self._photos[number] for number in numbers]
        return PhotoStore(self._cache, photos, scale=self._scale, left_out=self.left_out)

    @override
    def __len__(self) -> int:
        return len(self._photos)

    @override
    def __getitem__(self, number: int) -> PhotoPair:  # type: ignore[override] # no slices
        return self._pair(range(len(self))[number])

    def _open_pair(self, number: int) -> PhotoPair:
        photo = self._photos[number]
        hr, lr = (self._open(key, photo) for key in _keys(photo.record, self._scale))
        # All scales share the HR file, so it is cropped here to a multiple of this one.
        return PhotoPair(
            hr=hr[: photo.height * self._scale, : photo.width * self._scale],
            lr=lr[: photo.height, : photo.width],
        )

    def _open(self, key: str, photo: _Stored) -> ImageU8:
        pixels = self._cache.open(key)
        if pixels is None:
            # The cache may be cleared at any time, even during a training.
            _Decoder(self._cache, self._scale).fill(photo.path, photo.lr_path, photo.record)
            pixels = self._cache.open(key)
        if pixels is None:
            raise ConfigError(
                f"{photo.path}: its decoded pixels were deleted again at once; check the disk"
            )
        return pixels


def open_photo_store(
    folder: Path,
    cache_folder: Path,
    *,
    scale: int,
    lr_folder: Path | None = None,
    token: CancelToken | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> PhotoStore:
    """Open the pairs of ``folder``, after decoding those that are not in the cache.

    Photos that cannot be decoded are left out.

    Args:
        folder: Folder of HR photos, including its subfolders.
        cache_folder: Folder of the decoded photos.
        scale: Factor between LR and HR. Each HR photo is cropped to a multiple of it.
        lr_folder: Folder of LR photos with the same names; LR is made from HR if not given.
        token: Cancels the work; decoded photos are kept.
        progress: Receives the number of finished steps (reading, decoding) and of all steps.

    Raises:
        ConfigError: If a folder contains no usable photo, or HR photos have no LR photo.
        DiskFullError: If the decoded photos do not fit on the disk.
        JobCancelled: If the token was cancelled.
    """
    unusable: list[LeftOut] = []
    paths = find_photos(folder, unusable)
    lr_paths: Sequence[Path | None] = [None] * len(paths)
    if lr_folder is not None:
        lr_paths = match_pairs(
            paths, find_photos(lr_folder), hr_folder=folder, lr_folder=lr_folder, scale=scale
        )
    decoder = _Decoder(PhotoCache(cache_folder), scale)
    watch = _Watch(token or CancelToken(), progress, total=2 * len(paths))
    found: list[tuple[Path, Path | None, PhotoRecord]] = []
    for path, lr_path in zip(paths, lr_paths, strict=True):
        watch.step()
        try:
            found.append((path, lr_path, _identify(folder, path, lr_path)))
        except UnreadableImageError as error:
            unusable.append(left_out(folder, path, error))
    # Before the first decoding, which may take hours for all photos.
    decoder.check_space(found)
    photos: list[_Stored] = []
    for path, lr_path, record in found:
        watch.step()
        try:
            photos.append(decoder.store(path, lr_path, record))
        except (ImageError, MissingExtraError, ConfigError) as error:
            unusable.append(left_out(folder, path, error))
    if not photos:
        raise ConfigError(none_left(folder, unusable, of=len(paths)))
    return PhotoStore(decoder.cache, photos, scale=scale, left_out=tuple(unusable))


class _Watch:
    """Counts steps and checks for cancellation between them."""

    def __init__(
        self, token: CancelToken, progress: Callable[[int, int], None], *, total: int
    ) -> None:
        self._token, self._progress, self._total = token, progress, total
        self._done = 0

    def step(self) -> None:
        self._token.check()
        self._progress(self._done, self._total)
        self._done += 1


class _Decoder:
    """Decodes photos into a cache, unless they are in it."""

    def __init__(self, cache: PhotoCache, scale: int) -> None:
        self.cache = cache
        self._scale = scale

    def check_space(self, found: Sequence[tuple[Path, Path | None, PhotoRecord]]) -> None:
        """Estimate from the headers what must be decoded, and refuse it if it does not fit."""
        needed = 0
        for path, lr_path, record in found:
            keys = _keys(record, self._scale)
            for key, source, share in (
                (keys[0], path, 1.0),
                (keys[1], lr_path or path, 1.0 if lr_path else self._scale**-2),
            ):
                if not self.cache.has(key):
                    needed += int(_decoded_bytes(source) * share)
        self.cache.check_space(needed)

    def store(self, path: Path, lr_path: Path | None, record: PhotoRecord) -> _Stored:
        """Return a pair, after making sure that it is in the cache and undamaged."""
        hr, lr = (self.cache.check(key) for key in _keys(record, self._scale))
        if hr is None or lr is None:
            hr, lr = self.fill(path, lr_path, record)
        if lr_path is not None:
            cut = (hr[0] - hr[0] % self._scale, hr[1] - hr[1] % self._scale)
            check_pair(cut, lr, scale=self._scale, hr_path=path, lr_path=lr_path)
        return _Stored(path=path, lr_path=lr_path, record=record, height=lr[0], width=lr[1])

    def fill(
        self, path: Path, lr_path: Path | None, record: PhotoRecord
    ) -> tuple[tuple[int, int], tuple[int, int]]:
        """Decode a pair into the cache and return the sizes of HR and LR."""
        hr_key, lr_key = _keys(record, self._scale)
        hr = _decode(path, record.sha256)
        height, width = hr.shape[:2]
        if min(height, width) < self._scale:
            raise UnreadableImageError(
                f"{path}: is {width} x {height} pixels, smaller than one LR pixel"
            )
        if lr_path is None:
            lr = downsample_bicubic(crop_to_multiple(hr, self._scale), self._scale)
        else:
            lr = _decode(lr_path, record.lr_sha256)
        self.cache.keep(hr_key, hr)
        self.cache.keep(lr_key, lr)
        return (height, width), (lr.shape[0], lr.shape[1])


def _identify(folder: Path, path: Path, lr_path: Path | None) -> PhotoRecord:
    return PhotoRecord(
        name=name_in(folder, path),
        sha256=hash_photo(path),
        lr_sha256=hash_photo(lr_path) if lr_path else None,
    )


def _keys(record: PhotoRecord, scale: int) -> tuple[str, str]:
    """Return the keys of HR and LR; all scales share the HR picture."""
    return record.sha256, record.lr_sha256 or f"{record.sha256}-x{scale}"


def _decode(path: Path, sha256: str | None) -> ImageU8:
    pixels = load_rgb8(path)
    # The cache keeps these pixels under this hash, so the file must not change while it is read.
    if hash_photo(path) != sha256:
        raise UnreadableImageError(f"{path}: changes while it is read; try again when it is done")
    return pixels


def _decoded_bytes(path: Path) -> int:
    try:
        info = read_info(path)
    except EngineError:
        return 0  # decoding reports the error
    return 3 * info.width_px * info.height_px
