from __future__ import annotations

import numpy as np
import pytest
from typing_extensions import override

from engine.core.images import ImageF32
from engine.core.tiling import Region
from engine.inference.network.self_ensemble import SelfEnsemble
from engine.inference.network.upscaler import Upscaler


class _Leaning(Upscaler):
    """Repeats each pixel twice and adds a ramp from left to right: an error with a direction."""

    scale = 2
    overlap_px = 5
    size_multiple = 4

    def __init__(self, ramp: float) -> None:
        self.ramp = ramp
        self.seen: list[tuple[int, ...]] = []

    @override
    def upscale(self, lr: ImageF32, *, where: Region) -> ImageF32:
        self.seen.append(lr.shape)
        large = lr.repeat(2, axis=0).repeat(2, axis=1)
        slope = np.linspace(-self.ramp, self.ramp, large.shape[1], dtype=np.float32)
        return large + slope[None, :, None]


WHERE = Region(left=0, top=0, width=7, height=5)


def _crop() -> ImageF32:
    return np.random.default_rng(3).random((5, 7, 3), dtype=np.float32)


def test_errors_of_a_direction_cancel() -> None:
    lr = _crop()

    sr = SelfEnsemble(_Leaning(0.5)).upscale(lr, where=WHERE)

    assert sr.dtype == np.float32
    assert sr == pytest.approx(lr.repeat(2, axis=0).repeat(2, axis=1), abs=1e-6)


def test_each_symmetry_is_run_once() -> None:
    upscaler = _Leaning(0)

    SelfEnsemble(upscaler).upscale(_crop(), where=WHERE)

    assert sorted(upscaler.seen) == [(5, 7, 3)] * 4 + [(7, 5, 3)] * 4


def test_tiles_need_what_the_network_needs() -> None:
    ensemble = SelfEnsemble(_Leaning(0))

    assert (ensemble.scale, ensemble.overlap_px, ensemble.size_multiple) == (2, 5, 4)
