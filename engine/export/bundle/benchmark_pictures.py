"""The photos of a benchmark, as a network that is exported takes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.core.images import ImageU8
from engine.data.downsampling import crop_to_multiple, downsample_bicubic
from engine.data.photo_files import find_photos, load_photos
from engine.export.targets.plain_network import PlainNetwork
from engine.imaging.pixel_values import to_float
from engine.metrics.luma import to_luma


def benchmark_pairs(folder: Path, network: PlainNetwork) -> list[tuple[ImageU8, ImageU8]]:
    """Return LR, bicubic, and HR of all photos of a folder that the network takes.

    Raises:
        ConfigError: If the folder holds no photo that can be decoded.

    Shape:
        - LR: ``(H, W, C)`` uint8; HR: ``(s·H, s·W, C)``.
    """
    scale, rules = network.scale, network.card.size_rules
    pairs = []
    for _, pixels in load_photos(find_photos(folder), folder, []):
        hr = crop_to_multiple(pixels, scale * rules.multiple)
        if min(hr.shape[:2]) // scale < rules.min_px:
            continue
        lr = downsample_bicubic(hr, scale)
        if network.channels == 1:
            lr, hr = (
                np.round(to_luma(to_float(one)) * 255).astype(np.uint8)[..., None]
                for one in (lr, hr)
            )
        pairs.append((lr, hr))
    return pairs
