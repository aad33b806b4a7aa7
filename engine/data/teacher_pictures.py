"""A teacher's pictures of the training photos, made once and kept beside the decoded photos.

    photo ─ clean bicubic reduction ─► LR ─ teacher ─► <cache>/<form>/ab/abcd…-x4-by-<key>.npy
                                        │
                                        └─ random degradation ─► what the student sees

The teacher sees the whole clean photo, so its patches have no borders, and runs at no step of
the training. A file is named after the content of the photo and after all that the picture
depends on, so it is never out of date; `engine.data.photo_cache` finds damaged ones by their
checksums.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, InferenceError
from engine.core.images import ImageU8
from engine.data.photo_cache import PhotoCache
from engine.data.photo_store import PhotoStore

_OPEN_MAPS = 4096  # the system limits their number


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMaker:
    """What makes a teacher's pictures.

    Attributes:
        name: Name of the teacher, for messages.
        key: Hash of all that a picture depends on beside the photo; see `picture_key`.
        enlarge: Returns the teacher's picture, ``(s·H, s·W, 3)`` uint8, of an LR picture,
            ``(H, W, 3)`` uint8.
    """

    name: str
    key: str
    enlarge: Callable[[ImageU8, CancelToken], ImageU8]


class TeacherPictures:
    """The pictures of a teacher for the photos of a store, in the same order.

    Args:
        store: The photos.
        cache: Where the pictures are kept.
        maker: What makes them.
        scale: Factor between LR and HR.
    """

    def __init__(
        self, store: PhotoStore, cache: PhotoCache, maker: PictureMaker, *, scale: int
    ) -> None:
        self._store = store
        self._cache = cache
        self._maker = maker
        self._scale = scale
        # Of this object: a decorated method would keep it alive.
        self._picture = lru_cache(maxsize=_OPEN_MAPS)(self._open)

    def __getitem__(self, number: int) -> ImageU8:
        """Return the picture of photo ``number``, ``(s·H, s·W, 3)`` uint8."""
        return self._picture(number)

    def missing(self, numbers: Sequence[int]) -> list[int]:
        """Return those of the photos ``numbers`` whose picture is absent or damaged.

        Raises:
            DiskFullError: If the missing pictures do not fit on the disk.
        """
        absent = [number for number in numbers if not self._is_kept(number)]
        pixels = self._store.lr_sizes[absent].prod(axis=1).sum()
        self._cache.check_space(int(pixels) * 3 * self._scale**2, what="the teacher's pictures")
        return absent

    def make(
        self,
        numbers: Sequence[int],
        *,
        token: CancelToken,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        """Make the pictures of the photos ``numbers``; those that are finished are kept.

        Args:
            numbers: Photos; those whose picture another process made meanwhile are skipped.
            token: Cancels the work between two photos.
            progress: Receives the number of finished pictures and of all.

        Raises:
            JobCancelled: If the token was cancelled.
            InferenceError: If the teacher cannot be run.
        """
        for done, number in enumerate(numbers):
            token.check()
            progress(done, len(numbers))
            if not self._is_kept(number):
                self._make(number, token)
        progress(len(numbers), len(numbers))

    def _key(self, number: int) -> str:
        return f"{self._store.lr_key(number)}-by-{self._maker.key}"

    def _is_kept(self, number: int) -> bool:
        height, width = (self._scale * int(px) for px in self._store.lr_sizes[number])
        return self._cache.check(self._key(number)) == (height, width)

    def _make(self, number: int, token: CancelToken) -> None:
        lr = self._store[number].lr
        try:
            sr = self._maker.enlarge(np.ascontiguousarray(lr), token)
        except InferenceError as error:
            name = self._store.records[number].name
            raise InferenceError(f"the teacher's picture of {name}: {error}") from error
        height, width = (self._scale * side for side in lr.shape[:2])
        if sr.shape != (height, width, 3):
            raise ConfigError(
                f"{self._maker.name}: gives {sr.shape[1]} x {sr.shape[0]} pixels for a photo "
                f"that the student enlarges to {width} x {height}; the scales must be equal"
            )
        self._cache.keep(self._key(number), sr)

    def _open(self, number: int) -> ImageU8:
        pixels = self._cache.open(self._key(number))
        if pixels is None:
            # The cache may be cleared at any time, even during a training.
            self._make(number, CancelToken())
            pixels = self._cache.open(self._key(number))
        if pixels is None:
            name = self._store.records[number].name
            raise ConfigError(
                f"{name}: the teacher's picture was deleted again at once; check the disk"
            )
        return pixels


def picture_key(*parts: object) -> str:
    """Return one hash of all that a teacher's picture depends on beside the photo."""
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()
