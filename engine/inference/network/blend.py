"""Blends the pictures of a vivid and a faithful network."""

from __future__ import annotations

import numpy as np
from typing_extensions import override

from engine.core.errors import ConfigError
from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.inference.network.upscaler import Upscaler


class FidelityBlend(Upscaler):
    """Two networks mixed: ``(1 - fidelity) * vivid + fidelity * faithful``."""

    def __init__(self, *, vivid: Upscaler, faithful: Upscaler, fidelity: float) -> None:
        """Take two networks of one scale; ``fidelity`` 0 is all vivid, 1 all faithful.

        Raises:
            ConfigError: If ``fidelity`` leaves ``[0, 1]`` or the scales differ.
        """
        check_fidelity(fidelity)
        if vivid.scale != faithful.scale:
            raise ConfigError(
                f"Networks of scales {vivid.scale} and {faithful.scale} cannot be blended"
            )
        self._vivid, self._faithful, self._fidelity = vivid, faithful, np.float32(fidelity)

    @property
    @override
    def scale(self) -> int:
        return self._vivid.scale

    @property
    @override
    def overlap_px(self) -> int:
        return max(self._vivid.overlap_px, self._faithful.overlap_px)

    @property
    @override
    def size_multiple(self) -> int:
        return int(np.lcm(self._vivid.size_multiple, self._faithful.size_multiple))

    @override
    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        # One after the other: two networks at once would only share the same cores.
        vivid = self._vivid.upscale(lr, where=where)
        faithful = self._faithful.upscale(lr, where=where)
        return vivid + self._fidelity * (faithful - vivid)


def check_fidelity(fidelity: float) -> None:
    """Refuse a value outside ``[0, 1]``.

    Raises:
        ConfigError: If ``fidelity`` leaves ``[0, 1]`` or is not a number.
    """
    # Written so that NaN is refused, too.
    if not 0 <= fidelity <= 1:
        raise ConfigError(f"fidelity={fidelity}: must lie between 0 (vivid) and 1 (faithful)")
