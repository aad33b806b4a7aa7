"""Tests of the preview of a part."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.core.tiling import Region
from engine.imaging.code_values import to_codes, to_float
from engine.inference.assembly import ModelSettings, assemble
from engine.inference.preview import upscale_region
from engine.inference.session import SessionSpec, open_session
from engine.inference.session_pool import SessionPool
from tests.helpers.tiny_models import layers_of, soft_picture, tiny_model


@pytest.mark.parametrize(
    "region",
    [
        Region(left=0, top=0, width=20, height=20),
        Region(left=37, top=21, width=30, height=25),
        Region(left=90, top=60, width=10, height=10),
        Region(left=0, top=0, width=100, height=70),
    ],
)
@pytest.mark.parametrize("back_projection", [False, True])
def test_preview_equals_that_part_of_the_whole(
    tmp_path: Path, region: Region, *, back_projection: bool
) -> None:
    settings = ModelSettings(models=(tiny_model(tmp_path),), back_projection=back_projection)
    codes = to_codes(soft_picture(70, 100), np.uint8)
    layers = layers_of(codes, tmp_path)
    whole = assemble(settings, 2).upscaler.upscale(to_float(codes), where=layers.colour.whole)
    part = region.scaled(2)
    expected = whole[part.top : part.bottom, part.left : part.right]
    got = upscale_region(layers.colour, region, settings, scale=2, token=CancelToken())
    np.testing.assert_allclose(got, np.clip(expected, 0, 1), atol=0.5 / 255)


def test_pool_keeps_the_network_for_the_next_preview(tmp_path: Path) -> None:
    opened: list[SessionSpec] = []

    def count(spec: SessionSpec) -> object:
        opened.append(spec)
        return open_session(spec)

    pool = SessionPool(opener=count)  # type: ignore[arg-type]
    settings = ModelSettings(models=(tiny_model(tmp_path),))
    layers = layers_of(to_codes(soft_picture(20, 20), np.uint8), tmp_path)
    for _ in range(3):
        upscale_region(layers.colour, layers.colour.whole, settings, scale=2, pool=pool)
    assert len(opened) == 1


def test_preview_can_be_cancelled(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    layers = layers_of(to_codes(soft_picture(20, 20), np.uint8), tmp_path)
    settings = ModelSettings(models=(tiny_model(tmp_path),))
    with pytest.raises(JobCancelled):
        upscale_region(layers.colour, layers.colour.whole, settings, scale=2, token=token)
