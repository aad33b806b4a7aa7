"""What the preview shows is what the file holds: the same region of both, pixel by pixel."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.core.images import ImageUint
from engine.core.tiling import Region
from engine.imaging.codecs.decode import open_photo
from engine.inference.job.dial_point import resolve_plan
from engine.inference.job.plan import plan_photo, plan_pixels
from engine.inference.job.preview import upscale_region
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from engine.inference.job.upscale_photo import upscale_photo
from engine.inference.network.model_source import ModelSource
from engine.inference.network.session_pool import SessionPool
from tests.helpers.tiny_models import tiny_dial, tiny_model

Draw = Callable[..., Any]

_POOL = SessionPool(capacity=8)
_TARGETS = st.one_of(
    st.sampled_from([1.0, 2.0, 3.0, 4.0, 8.0, 16.0]).map(OutputTarget.factor),
    st.floats(0.3, 6).map(OutputTarget.factor),
    st.integers(5, 200).map(OutputTarget.long_edge),
    st.floats(0.0002, 0.02).map(OutputTarget.megapixels),
    st.floats(0.2, 3).map(lambda cm: OutputTarget.print_size(cm, unit="cm", dpi=120)),
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, bool], ModelSource]:
    """Networks by their scale and whether they have a dial."""
    folder = tmp_path_factory.mktemp("networks")
    made: dict[tuple[int, bool], ModelSource] = {}
    for scale in (1, 2, 3, 4):
        made[scale, False] = tiny_model(folder, model_id=f"p{scale}", scale=scale, strength=0.1)
        made[scale, True] = tiny_dial(folder, model_id=f"d{scale}", scale=scale, strength=0.1)
    return made


@settings(max_examples=60)
@given(data=st.data())
def test_a_region_of_the_preview_equals_that_of_the_file(
    models: dict[tuple[int, bool], ModelSource], data: st.DataObject
) -> None:
    draw = data.draw
    scale = draw(st.sampled_from([1, 2, 3, 4]), "scale")
    # A network of scale 1 restores and cannot enlarge.
    smaller = st.floats(0.3, 1).map(OutputTarget.factor)
    target = draw(smaller if scale == 1 else _TARGETS, "target")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "photo.png"
        width_px, height_px = draw(st.integers(8, 40), "width"), draw(st.integers(8, 40), "height")
        _write_photo(
            source,
            width_px,
            height_px,
            is_deep=draw(st.booleans(), "16 bit"),
            bands=draw(st.sampled_from([1, 3, 4]), "bands"),
        )
        job = UpscaleSettings(
            models=(models[scale, draw(st.booleans(), "dial")],),
            target=target,
            restoration=draw(st.sampled_from([None, 0.0, 0.7, 1.0]), "restoration"),
            fidelity=draw(st.sampled_from([None, 0.0, 0.4, 1.0]), "fidelity"),
            back_projection=draw(st.booleans(), "back_projection"),
            bit_depth=draw(st.sampled_from([None, 8, 16]), "bit_depth"),
            output_file=folder / "result.png",
        )
        tile_px = draw(st.integers(40, 90), "tile_px")
        plan = plan_photo(source, replace(job, tile_px=tile_px))
        upscale_photo(plan, scratch_folder=folder, pool=_POOL)
        saved = _values(pyvips.Image.new_from_file(str(plan.output)))
        size = plan.pixels.size
        region = _draw_region(draw, size.width_px, size.height_px)
        with open_photo(source, scratch_folder=folder) as photo:
            # The preview plans its own tiles: the seams of the file are elsewhere.
            pixels = resolve_plan(plan_pixels(photo.info, job), photo)
            shown = upscale_region(photo, region, pixels, scratch_folder=folder, pool=_POOL)

    layers = [shown.color] if shown.alpha is None else [shown.color, shown.alpha]
    got: NDArray[Any] = np.concatenate(layers, axis=2)
    if got.itemsize > saved.itemsize:
        got = np.rint(got / 257).astype(np.uint8)
    expected = saved[region.top : region.bottom, region.left : region.right]
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype)
    # A sum in another order can round the other way; what that makes of a correction, the
    # next pass can double.
    tolerance = 2 if len(size.passes) > 1 and job.back_projection else 1
    unit = 257 if got.dtype == np.uint16 else 1
    assert np.abs(got.astype(int) - expected).max() <= tolerance * unit


def _draw_region(draw: Draw, width_px: int, height_px: int) -> Region:
    left, top = draw(st.integers(0, width_px - 1)), draw(st.integers(0, height_px - 1))
    return Region(
        left=left,
        top=top,
        width=draw(st.integers(1, min(width_px - left, 48))),
        height=draw(st.integers(1, min(height_px - top, 48))),
    )


def _write_photo(path: Path, width_px: int, height_px: int, *, is_deep: bool, bands: int) -> None:
    rng = np.random.default_rng(width_px * 100 + height_px)
    soft = rng.uniform(0.15, 0.85, (height_px, width_px, bands))
    if bands == 4:
        soft[..., 3] = np.linspace(-0.5, 1.5, width_px).clip(0, 1)
    kind, white = (np.uint16, 65535) if is_deep else (np.uint8, 255)
    values = np.ascontiguousarray((soft * white).astype(kind))
    pyvips.Image.new_from_array(values).write_to_file(str(path))


def _values(image: pyvips.Image) -> ImageUint:
    shape = (image.height, image.width, image.bands)
    memory = image.write_to_memory()
    if image.format == "ushort":
        return np.frombuffer(memory, np.uint16).reshape(shape)
    return np.frombuffer(memory, np.uint8).reshape(shape)
