"""How the LR picture of a benchmark is made from its HR photo.

Two kinds of bicubic downsampling are in use in the field, and figures differ in their second
decimal: MATLAB's, which papers use, mirrors the photo at its borders and rounds once; Pillow's
cuts its kernel there and rounds after each of its two passes. Networks score up to 0.02 dB
more on Pillow's.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from engine.config.degradation import DegradationName, DegradationRecipe, named_degradation
from engine.core.atomic_file import atomic_path, make_folder
from engine.core.errors import ImageError
from engine.core.images import ImageU8
from engine.data.downsampling import (
    Downsampling,
    build_downsampling,
    downsample_bicubic,
)
from engine.imaging.codecs.rgb8 import load_rgb8

_VERSION = 2  # changes when one recipe degrades otherwise than before


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPictures:
    """A folder of degraded LR pictures, so that several machines measure on the same ones.

    A picture that was made of the same HR pixels in the same way is reused; a corrupt
    file is written anew.

    Attributes:
        folder: The folder; created when needed.
        marks: Readable part of the names of its subfolders.
        recipe: How the pictures are made.
    """

    folder: Path
    marks: str
    recipe: DegradationRecipe

    def path(self, hr: ImageU8, scale: int, *, photo: Path) -> Path:
        """Return the file of the LR picture of ``hr``."""
        # By content: photos and recipes of the same names may differ.
        digest = hashlib.sha256(msgspec.json.encode([_VERSION, self.recipe, hr.shape]))
        digest.update(hr.tobytes())
        subfolder = f"{photo.parent.name}-x{scale}-{self.marks}"
        return self.folder / subfolder / f"{photo.stem}-{digest.hexdigest()[:16]}.png"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkDownsampling:
    """How LR pictures are made, and the name of the protocol that uses them.

    Attributes:
        name: Short name, in tables: ``clean`` or that of a degradation.
        protocol: Name of the protocol, in tables and on model cards.
        options: Options of ``mfagan evaluate`` that choose it.
        is_bicubic: Whether the pictures are downsampled and not degraded, so that a
            result can be downsampled in the same way and compared with them.
        make: Makes the pictures.
        kept: Folder in which they are kept; None keeps none.
    """

    name: str
    protocol: str
    options: str = ""
    is_bicubic: bool
    make: Downsampling
    kept: KeptPictures | None = None

    def downsample(self, hr: ImageU8, scale: int, *, photo: Path) -> ImageU8:
        """Return the LR picture of the photo at ``photo``, whose pixels are ``hr``.

        Random draws depend on the seed and the photo's name alone.

        Raises:
            OutputError: If it is to be kept and cannot be written.

        Shape:
            - ``hr``: ``(s·H, s·W, 3)``; result ``(H, W, 3)``.
        """
        # Python's own hash of a text differs from process to process.
        number = zlib.crc32(os.fsencode(photo.stem))
        if self.kept is None:
            return self.make(hr, scale, number=number)
        target = self.kept.path(hr, scale, photo=photo)
        found = _load_kept(target)
        if found is not None and found.shape[0] == hr.shape[0] // scale:
            return found
        make_folder(target.parent)
        lr = self.make(hr, scale, number=number)
        with atomic_path(target) as part:
            Image.fromarray(lr).save(part, format="png")
        return lr


def degraded_downsampling(
    name: DegradationName, folder: Path | None = None, *, seed: int = 0, strength: float = 1.0
) -> BenchmarkDownsampling:
    """Return a named degradation: blur, noise and JPEG as real photos have them.

    Args:
        name: Name of the degradation; ``strong`` at strength 1 equals Real-ESRGAN, which
            is more than most photos have. ``clean`` is bicubic downsampling alone.
        folder: Folder in which LR pictures are kept; by default they are made each time.
        seed: Random seed.
        strength: Strength from 0 to 1.

    Raises:
        MissingExtraError: If torch is not installed.
    """
    recipe = named_degradation(name, strength=strength)
    if recipe.is_clean:
        # The field's protocol: its figures need no seed, and none should be stated.
        return MATLAB
    marks = [name, *([f"strength{strength:g}"] if strength != 1 else []), f"seed{seed}"]
    kept = None
    if folder is not None:
        kept = KeptPictures(folder=folder, marks="-".join(marks), recipe=recipe)
    return BenchmarkDownsampling(
        name=name,
        protocol=f"{name} LR, seed {seed}, strength {strength:g}, 8-bit, border = scale",
        options=f"--degrade {name} --seed {seed} --strength {strength:g}",
        is_bicubic=False,
        make=build_downsampling(recipe, seed=seed),
        kept=kept,
    )


def downsample_pillow(hr: ImageU8, scale: int, *, number: int = 0) -> ImageU8:
    """Return the LR picture of ``hr`` by Pillow's bicubic filter; see `Downsampling`."""
    return resize_pillow(hr, height_px=hr.shape[0] // scale, width_px=hr.shape[1] // scale)


def resize_pillow(pixels: ImageU8, *, height_px: int, width_px: int) -> ImageU8:
    """Resample a picture by Pillow's antialiased bicubic filter.

    Shape:
        - ``pixels``: ``(H, W, 3)``; result ``(height_px, width_px, 3)``.
    """
    resized = Image.fromarray(pixels).resize((width_px, height_px), Image.Resampling.BICUBIC)
    return np.asarray(resized)


def _load_kept(path: Path) -> ImageU8 | None:
    try:
        return load_rgb8(path) if path.is_file() else None
    except ImageError:
        return None


MATLAB = BenchmarkDownsampling(
    name="clean",
    protocol="bicubic LR, 8-bit, border = scale",
    is_bicubic=True,
    make=downsample_bicubic,
)
"""Antialiased bicubic as MATLAB's ``imresize``, the field's protocol."""

PILLOW = BenchmarkDownsampling(
    name="pillow",
    protocol="bicubic LR of Pillow, 8-bit, border = scale",
    options="--lr pillow",
    is_bicubic=True,
    make=downsample_pillow,
)
"""Antialiased bicubic as Pillow's ``Image.resize``."""
