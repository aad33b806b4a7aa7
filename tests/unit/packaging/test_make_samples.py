"""The sample pictures come from arithmetic alone and hold fine detail."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
DRAWN, RENDERED = ("house", "page"), ("meadow", "pebbles")


@pytest.fixture(scope="module")
def scenes() -> dict[str, Callable[[int, int], NDArray[np.float32]]]:
    return {**_load("make_samples").SCENES, **_load("photo_scenes").SCENES}


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", [*DRAWN, *RENDERED])
def test_a_scene_is_the_same_every_time(
    scenes: dict[str, Callable[[int, int], NDArray[np.float32]]], name: str
) -> None:
    first, second = (scenes[name](240, 160) for _ in range(2))

    assert first.shape == (160, 240, 3)
    assert np.array_equal(first, second)
    assert 0 <= first.min() < first.max() <= 1


@pytest.mark.parametrize("name", [*DRAWN, *RENDERED])
def test_the_shipped_picture_has_detail_up_to_the_pixel(name: str) -> None:
    with Image.open(ROOT / "resources" / "samples" / f"{name}.jpg") as image:
        gray = np.asarray(image.convert("L"), np.float32)

    blurred = (gray[:-2, 1:-1] + gray[2:, 1:-1] + gray[1:-1, :-2] + gray[1:-1, 2:]) / 4
    assert gray.shape == (320, 480)
    assert np.abs(gray[1:-1, 1:-1] - blurred).mean() > 1


def test_every_sample_that_ships_is_drawn_by_us() -> None:
    shipped = {path.stem for path in (ROOT / "resources" / "samples").iterdir()}

    assert shipped == {*DRAWN, *RENDERED}


@pytest.mark.parametrize("name", RENDERED)
def test_a_rendered_scene_has_the_light_of_a_photograph(name: str) -> None:
    with Image.open(ROOT / "resources" / "samples" / f"{name}.jpg") as image:
        gray = np.asarray(image.convert("L"), np.float32)

    levels = np.unique(gray).size
    shares = [float((gray <= 8).mean()), float((gray >= 247).mean())]
    assert levels > 200, "soft light has every tone"
    assert max(shares) < 0.02, "neither shadows nor highlights are cut off"
