"""Plans the size of tiles from a memory budget."""

from __future__ import annotations

import psutil

from engine.catalog.card import ModelCard
from engine.inference.job.tiled import smallest_tile_px
from engine.inference.network.loading import LoadedNetwork
from engine.inference.network.upscaler import Upscaler

# Peak memory of a fresh process at 256 x 256 LR pixels less 70 MB for the process itself,
# 14 networks, ONNX Runtime 1.31 on a CPU: 640-2,800 bytes for each LR pixel where all work is
# done at LR size, 17,300 for RRDB-23 (17.9 million MACs for each pixel).
_NETWORK_BYTES_PER_PX = 3000
_NETWORK_BYTES_PER_MAC = 1e-3
# The result as float32, its clipped, rounded and back-projected copies; for each channel value.
_RESULT_BYTES_PER_VALUE = 20
_BUDGET_SHARE = 0.25
_MAX_BUDGET_BYTES = 400 * 2**20
# A tile of ten overlaps keeps (8 / 10)^2 = 64 % of what is computed.
_CONTEXT_SHARE = 10


def memory_budget_bytes(available_bytes: int | None = None) -> int:
    """Return the memory that one tile may take: a quarter of what is free, at most 400 MiB.

    With it the whole process stays below about 1.2 GB.

    Args:
        available_bytes: Memory that is free; asked of the system by default.
    """
    free_bytes = psutil.virtual_memory().available if available_bytes is None else available_bytes
    return min(int(free_bytes * _BUDGET_SHARE), _MAX_BUDGET_BYTES)


def tile_bytes_per_px(card: ModelCard) -> int:
    """Return the memory that one LR pixel of a tile takes while the network runs on it."""
    network = max(_NETWORK_BYTES_PER_PX, int(macs_per_px(card) * _NETWORK_BYTES_PER_MAC))
    return network + card.scale**2 * 3 * _RESULT_BYTES_PER_VALUE


def macs_per_px(card: ModelCard) -> float:
    """Return the multiply-accumulate operations for each LR pixel."""
    height_px, width_px = card.macs.input.split("x")
    return card.macs.value / (int(height_px) * int(width_px))


def tile_px_now(loaded: LoadedNetwork) -> int:
    """Return the side of a tile for ``loaded`` with the memory that is free at this moment.

    It is no part of a plan: a batch may run for hours after it was planned.
    """
    card = loaded.plan.card
    return plan_tile_px(card, loaded.upscaler, budget_bytes=memory_budget_bytes())


def plan_tile_px(card: ModelCard, upscaler: Upscaler, *, budget_bytes: int) -> int:
    """Return the side of a tile, in LR pixels.

    The size that was measured as best, or ten times the overlap where that is more, so that
    little work is thrown away; less where the budget asks for it.

    Args:
        card: The network that runs on each tile.
        upscaler: The network with what is around it.
        budget_bytes: Memory that a tile may take.
    """
    multiple = upscaler.size_multiple
    wanted_px = max(card.tile.best_px, _CONTEXT_SHARE * upscaler.overlap_px)
    fitting_px = int((budget_bytes / tile_bytes_per_px(card)) ** 0.5)
    tile_px = min(wanted_px, fitting_px) // multiple * multiple
    return max(tile_px, smallest_tile_px(upscaler.overlap_px, multiple))
