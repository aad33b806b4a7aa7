"""The sample pictures come from arithmetic alone and hold fine detail."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
NAMES = ("house", "fabric", "leaves", "page")


@pytest.fixture(scope="module")
def make_samples() -> ModuleType:
    path = ROOT / "packaging" / "make_samples.py"
    spec = importlib.util.spec_from_file_location("make_samples", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_samples"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", NAMES)
def test_a_scene_is_the_same_every_time(make_samples: ModuleType, name: str) -> None:
    first, second = (make_samples.SCENES[name](240, 160) for _ in range(2))

    assert first.shape == (160, 240, 3)
    assert np.array_equal(first, second)
    assert 0 <= first.min() < first.max() <= 1


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_picture_has_detail_up_to_the_pixel(name: str) -> None:
    with Image.open(ROOT / "resources" / "samples" / f"{name}.jpg") as image:
        gray = np.asarray(image.convert("L"), np.float32)

    blurred = (gray[:-2, 1:-1] + gray[2:, 1:-1] + gray[1:-1, :-2] + gray[1:-1, 2:]) / 4
    assert gray.shape == (320, 480)
    assert np.abs(gray[1:-1, 1:-1] - blurred).mean() > 1
