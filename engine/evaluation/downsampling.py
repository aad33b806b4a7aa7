"""How the LR picture of a benchmark is made from its HR photo.

Two kinds of bicubic reduction are about in the field, and figures differ in
their second decimal: MATLAB's, which papers use, mirrors the photo at its borders and
rounds once; Pillow's cuts its kernel there and rounds after each of its two
passes. Networks score up to 0.02 dB more on Pillow's.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from typing_extensions import override

from engine.config.degradation import DegradationName, named_degradation
from engine.core.atomic_file import atomic_path, make_folder
from engine.core.errors import ImageError, MissingExtraError
from engine.data.photo_store import reduce_bicubic
from engine.imaging.codecs.rgb8 import load_rgb8

Codes = NDArray[np.uint8]

_VERSION = 2  # changes when one recipe damages otherwise than before


class Downsampling(Protocol):
    """Makes LR pictures.

    Attributes:
        protocol: What the figures that come of it are called.
        options: What chooses it, after ``mfagan evaluate``.
        is_bicubic: Whether LR is HR made smaller and nothing else, so that a
            result made smaller the same way can be compared with it.
    """

    protocol: str
    options: str
    is_bicubic: bool

    def reduce(self, hr: Codes, scale: int, *, photo: Path) -> Codes:
        """Return the LR picture of the photo at ``photo``.

        Raises:
            OutputError: If it shall be kept and cannot be written.

        Shape:
            - ``hr``: ``(s·H, s·W, 3)`` uint8; result ``(H, W, 3)`` uint8.
        """
        ...


class MatlabDownsampling(Downsampling):
    """Antialiased bicubic as MATLAB's ``imresize``, the field's protocol."""

    protocol = "bicubic LR, 8-bit, border = scale"
    options = ""
    is_bicubic = True

    @override
    def reduce(self, hr: Codes, scale: int, *, photo: Path) -> Codes:
        return reduce_bicubic(hr, scale)


class PillowDownsampling(Downsampling):
    """Antialiased bicubic as Pillow's ``Image.resize``."""

    protocol = "bicubic LR of Pillow, 8-bit, border = scale"
    options = "--lr pillow"
    is_bicubic = True

    @override
    def reduce(self, hr: Codes, scale: int, *, photo: Path) -> Codes:
        return resize_pillow(hr, height_px=hr.shape[0] // scale, width_px=hr.shape[1] // scale)


class DegradedDownsampling(Downsampling):
    """Blur, noise and JPEG of a named degradation, as real photos have them.

    The draws depend on the seed and the photo's name alone. LR pictures are kept where a
    folder is given: one that was made of the same HR pixels in the same way is read again,
    so that one folder serves several machines; a damaged one is made again.
    """

    is_bicubic = False

    def __init__(
        self,
        name: DegradationName,
        folder: Path | None = None,
        *,
        seed: int = 0,
        strength: float = 1.0,
    ) -> None:
        """Choose the degradation, how strong it is, and where LR pictures are kept.

        ``strong`` at strength 1 is Real-ESRGAN's, which is more than most photos have.

        Raises:
            MissingExtraError: If torch is not installed.
        """
        try:
            from engine.data.downsampling import build_reduction  # noqa: PLC0415 - torch loads long
        except ImportError as error:
            raise MissingExtraError(
                'Degrading photos needs torch: pip install "mfagan-studio[train]"'
            ) from error
        self.protocol = f"{name} LR, seed {seed}, strength {strength:g}, 8-bit, border = scale"
        self.options = f"--degrade {name} --seed {seed} --strength {strength:g}"
        self._folder = folder
        self._seed = seed
        self._recipe = named_degradation(name, strength=strength)
        self._marks = f"{name}-seed{seed}"
        if strength != 1:
            self._marks = f"{name}-strength{strength:g}-seed{seed}"
        self._build = build_reduction

    @override
    def reduce(self, hr: Codes, scale: int, *, photo: Path) -> Codes:
        number = zlib.crc32(os.fsencode(photo.stem))
        if self._folder is None:
            return self._degrade(hr, scale, number=number)
        folder = self._folder / f"{photo.parent.name}-x{scale}-{self._marks}"
        target = folder / f"{photo.stem}-{self._digest(hr)}.png"
        kept = _load_kept(target)
        if kept is not None and kept.shape[0] == hr.shape[0] // scale:
            return kept
        make_folder(folder)
        lr = self._degrade(hr, scale, number=number)
        with atomic_path(target) as part:
            Image.fromarray(lr).save(part, format="png")
        return lr

    def _digest(self, hr: Codes) -> str:
        """Return what tells LR pictures of other photos or other recipes from this one's."""
        digest = hashlib.sha256(msgspec.json.encode([_VERSION, self._recipe, hr.shape]))
        digest.update(hr.tobytes())
        return digest.hexdigest()[:16]

    def _degrade(self, hr: Codes, scale: int, *, number: int) -> Codes:
        return self._build(self._recipe, scale=scale, seed=self._seed)(hr, number)


def _load_kept(path: Path) -> Codes | None:
    try:
        return load_rgb8(path) if path.is_file() else None
    except ImageError:
        return None


MATLAB = MatlabDownsampling()
PILLOW = PillowDownsampling()


def resize_pillow(codes: Codes, *, height_px: int, width_px: int) -> Codes:
    """Resample code values by Pillow's bicubic filter.

    Shape:
        - ``codes``: ``(H, W, 3)`` uint8; result ``(height_px, width_px, 3)`` uint8.
    """
    resized = Image.fromarray(codes).resize((width_px, height_px), Image.Resampling.BICUBIC)
    return np.asarray(resized)
