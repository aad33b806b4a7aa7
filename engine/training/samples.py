"""Sample pictures that show the progress of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.core.atomic_file import atomic_path, make_folder
from engine.data.photo_pair import PhotoPair
from engine.models.generators.base import Generator
from engine.training.validation import enlarge_to_8bit

CROP_PX = 64
"""Side of the LR crops; smaller photos are shown whole."""


class SamplePictures:
    """The same crops at every validation, as ``samples/step-<n>/<number>.png``.

    The inputs and the references are in ``samples/lr`` and ``samples/hr``.

    Args:
        pairs: Photos to crop, at the center of each.
        scale: Factor between LR and HR.
        run: The run's folder.
    """

    def __init__(self, pairs: Sequence[PhotoPair], *, scale: int, run: Path) -> None:
        self._run = run
        self._crops = [crop_center(pair, scale, side_px=CROP_PX) for pair in pairs]

    def write(self, generator: Generator, step: int) -> list[str]:
        """Write the pictures of ``step``.

        Returns:
            Their paths inside the run's folder.
        """
        for number, crop in enumerate(self._crops):
            for kind, codes in (("lr", crop.lr), ("hr", crop.hr)):
                beside = self._run / "samples" / kind / f"{number}.png"
                # Written once: inputs and references are the same at every validation.
                if not beside.exists():
                    _write(codes, beside)
        paths = [f"samples/step-{step}/{number}.png" for number in range(len(self._crops))]
        for path, crop in zip(paths, self._crops, strict=True):
            _write(enlarge_to_8bit(generator, crop), self._run / path)
        return paths


def crop_center(pair: PhotoPair, scale: int, *, side_px: int) -> PhotoPair:
    """Return the center crop of a pair, ``side_px`` x ``side_px`` of LR or as large as it is."""
    height, width = pair.lr.shape[:2]
    rows, columns = min(side_px, height), min(side_px, width)
    top, left = (height - rows) // 2, (width - columns) // 2
    # HR starts and ends where the LR pixels do, so that both show the same.
    lr = pair.lr[top : top + rows, left : left + columns]
    hr = pair.hr[scale * top : scale * (top + rows), scale * left : scale * (left + columns)]
    return replace(pair, hr=np.ascontiguousarray(hr), lr=np.ascontiguousarray(lr))


def _write(codes: NDArray[np.uint8], path: Path) -> None:
    make_folder(path.parent)
    with atomic_path(path) as part:
        Image.fromarray(codes).save(part, format="png")
