"""Tiles joined equal the picture enlarged as a whole, through a real network."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.images import ImageF32
from engine.core.tiling import Region, plan_tiles
from engine.imaging.resample.bicubic import resize_bicubic
from engine.inference.network.back_projection import BackProjected
from engine.inference.network.model_source import ModelSource
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_network
from engine.inference.network.session_pool import SessionPool
from engine.inference.network.upscaler import Upscaler
from tests.helpers.tiny_models import (
    FakeSession,
    enlarge_nearest,
    opener,
    soft_picture,
    tiny_card,
    tiny_model,
    with_file,
)
from tests.helpers.tiny_onnx import FOLDING_RECEPTIVE_FIELD_PX, write_folding_onnx

WHOLE = Region(left=0, top=0, width=1, height=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ModelSource:
    return tiny_model(tmp_path_factory.mktemp("tiny"), scale=3, strength=0.2)


@pytest.fixture(scope="module")
def folding(tmp_path_factory: pytest.TempPathFactory) -> ModelSource:
    folder = tmp_path_factory.mktemp("folding")
    card = msgspec.structs.replace(
        tiny_card(size_multiple=2), receptive_field_px=FOLDING_RECEPTIVE_FIELD_PX
    )
    path = write_folding_onnx(folder / card.files[0].file)
    return ModelSource(card=with_file(card, path), folder=folder)


def joined(upscaler: Upscaler, lr: ImageF32, *, tile_px: int) -> ImageF32:
    """Enlarge tile by tile, in floats, without rasters."""
    plan = plan_tiles(
        lr.shape[1],
        lr.shape[0],
        tile_px=tile_px,
        overlap_px=upscaler.overlap_px,
        size_multiple=upscaler.size_multiple,
    )
    scale = upscaler.scale
    sr = np.zeros((lr.shape[0] * scale, lr.shape[1] * scale, lr.shape[2]), np.float32)
    for tile in plan.tiles:
        crop, core = tile.crop, tile.core.scaled(scale)
        inner = tile.core_in_crop.scaled(scale)
        part = upscaler.upscale(lr[crop.top : crop.bottom, crop.left : crop.right], where=crop)
        sr[core.top : core.bottom, core.left : core.right] = part[
            inner.top : inner.bottom, inner.left : inner.right
        ]
    return sr


@settings(max_examples=60)
@given(
    width_px=st.integers(1, 70),
    height_px=st.integers(1, 70),
    tile_px=st.integers(8, 40),
    seed=st.integers(0, 9),
)
def test_joined_tiles_equal_the_whole_picture(
    model: ModelSource, width_px: int, height_px: int, tile_px: int, seed: int
) -> None:
    network = NetworkUpscaler(plan_network(model))
    lr = soft_picture(height_px, width_px, seed=seed)
    whole = network.upscale(lr, where=WHOLE)
    np.testing.assert_allclose(joined(network, lr, tile_px=tile_px), whole, atol=1e-5)


@settings(max_examples=20)
@given(width_px=st.integers(24, 70), height_px=st.integers(24, 70), seed=st.integers(0, 9))
def test_one_session_sees_one_shape_only(width_px: int, height_px: int, seed: int) -> None:
    session = FakeSession(enlarge_nearest)
    pool = SessionPool(opener=opener(fp32=session))
    source = ModelSource(card=tiny_card(), folder=Path("/nowhere"))
    network = NetworkUpscaler(plan_network(source), pool=pool)

    joined(network, soft_picture(height_px, width_px, seed=seed), tile_px=24)

    assert set(session.shapes) == {(1, 3, 24, 24)}


def test_too_small_an_overlap_would_be_noticed(model: ModelSource) -> None:
    lr = soft_picture(50, 50)
    network = NetworkUpscaler(plan_network(model))
    whole = network.upscale(lr, where=WHOLE)

    class Short(NetworkUpscaler):
        overlap_px = 1

    short = Short(plan_network(model))
    assert np.abs(joined(short, lr, tile_px=20) - whole).max() > 1e-3


@settings(max_examples=20)
@given(width_px=st.integers(1, 60), height_px=st.integers(1, 60), tile_px=st.integers(40, 60))
def test_joined_back_projected_tiles_are_consistent_and_next_to_the_whole_picture(
    model: ModelSource, width_px: int, height_px: int, tile_px: int
) -> None:
    upscaler = BackProjected(NetworkUpscaler(plan_network(model)))
    lr = soft_picture(height_px, width_px)
    whole = upscaler.upscale(lr, where=WHOLE)
    sr = joined(upscaler, lr, tile_px=tile_px)
    np.testing.assert_allclose(sr, whole, atol=2 / 255)
    downscaled = resize_bicubic(sr, height_px=height_px, width_px=width_px)
    assert np.abs(downscaled - lr).max() * 255 <= 1


@settings(max_examples=40)
@given(width_px=st.integers(1, 61), height_px=st.integers(1, 61), tile_px=st.integers(14, 40))
def test_tiles_of_a_network_that_folds_pixels_join_too(
    folding: ModelSource, width_px: int, height_px: int, tile_px: int
) -> None:
    network = NetworkUpscaler(plan_network(folding))
    lr = soft_picture(height_px, width_px)
    whole = network.upscale(lr, where=WHOLE)
    np.testing.assert_allclose(joined(network, lr, tile_px=tile_px), whole, atol=1e-5)
