"""Enlarges a part of a photo at once, exactly as the whole photo would come out."""

from __future__ import annotations

import numpy as np

from engine.core.cancellation import CancelToken
from engine.core.images import ImageF32
from engine.core.tiling import Region, plan_tiles
from engine.imaging.code_values import to_float
from engine.imaging.raster import Raster
from engine.inference.assembly import Assembly, ModelSettings, assemble
from engine.inference.planning import memory_budget_bytes, plan_tile_px
from engine.inference.session_pool import SessionPool


def upscale_region(
    source: Raster,
    region: Region,
    settings: ModelSettings,
    *,
    scale: int,
    pool: SessionPool | None = None,
    token: CancelToken | None = None,
) -> ImageF32:
    """Return one part of a picture enlarged by one pass; nothing is written.

    The context around the part is used, so the preview equals that part of
    the finished result.

    Args:
        source: Colours of the photo.
        region: The part, in pixels of ``source``.
        settings: Which networks, and how to run them.
        scale: Enlargement; a network must have it.
        pool: Where loaded networks are kept from one preview to the next.
        token: Checked before each tile.

    Returns:
        The enlarged part, clipped to ``[0, 1]``.

    Raises:
        ValueError: If ``region`` leaves the picture.
        ConfigError: If no network has that scale.
        InferenceError: If a network cannot be run.
        JobCancelled: If ``token`` was cancelled.

    Shape:
        - result: ``(scale * height, scale * width, C)`` float32.
    """
    assembly = assemble(settings, scale, pool=pool)
    upscaler, multiple = assembly.upscaler, assembly.upscaler.size_multiple
    # A window that starts on the multiple is folded like the whole picture.
    margin_px = upscaler.overlap_px + multiple - 1
    window = _aligned(
        region.grown(margin_px, width_px=source.width_px, height_px=source.height_px), multiple
    )
    lr = to_float(source.read(window))
    plan = plan_tiles(
        window.width,
        window.height,
        tile_px=_tile_px(assembly),
        overlap_px=upscaler.overlap_px,
        size_multiple=multiple,
    )
    sr = np.empty((window.height * scale, window.width * scale, source.channels), np.float32)
    for tile in plan.tiles:
        if token is not None:
            token.check()
        crop, core, inner = tile.crop, tile.core.scaled(scale), tile.core_in_crop.scaled(scale)
        large = upscaler.upscale(lr[crop.top : crop.bottom, crop.left : crop.right], where=region)
        sr[core.top : core.bottom, core.left : core.right] = large[
            inner.top : inner.bottom, inner.left : inner.right
        ]
    top, left = (region.top - window.top) * scale, (region.left - window.left) * scale
    part = sr[top : top + region.height * scale, left : left + region.width * scale]
    return np.clip(part, 0, 1)


def _aligned(window: Region, multiple: int) -> Region:
    left, top = -(-window.left // multiple) * multiple, -(-window.top // multiple) * multiple
    return Region(left=left, top=top, width=window.right - left, height=window.bottom - top)


def _tile_px(assembly: Assembly) -> int:
    cards = [network.card for network in assembly.networks]
    return plan_tile_px(cards, assembly.upscaler, budget_bytes=memory_budget_bytes())
