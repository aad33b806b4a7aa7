"""Tests of blending two networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import ConfigError
from engine.core.tiling import Region
from engine.inference.network.blend import FidelityBlend
from engine.inference.network.network_upscaler import NetworkUpscaler
from engine.inference.network.selection import plan_network
from tests.helpers.tiny_models import soft_picture, tiny_model

WHERE = Region(left=0, top=0, width=24, height=20)


def two(folder: Path) -> tuple[NetworkUpscaler, NetworkUpscaler]:
    vivid = tiny_model(folder, model_id="vivid", kind="vivid", seed=1, strength=0.3)
    return NetworkUpscaler(plan_network(vivid)), NetworkUpscaler(
        plan_network(tiny_model(folder, model_id="faithful"))
    )


@pytest.mark.parametrize("fidelity", [0.0, 0.3, 1.0])
def test_blend_lies_between_vivid_at_0_and_faithful_at_1(tmp_path: Path, fidelity: float) -> None:
    vivid, faithful = two(tmp_path)
    lr = soft_picture(20, 24)
    blend = FidelityBlend(vivid=vivid, faithful=faithful, fidelity=fidelity)
    a, b = vivid.upscale(lr, where=WHERE), faithful.upscale(lr, where=WHERE)
    expected = (1 - fidelity) * a + fidelity * b
    np.testing.assert_allclose(blend.upscale(lr, where=WHERE), expected, atol=1e-6)
    assert (blend.scale, blend.overlap_px, blend.size_multiple) == (2, 3, 1)


@pytest.mark.parametrize("fidelity", [-0.1, 1.1, float("nan")])
def test_fidelity_outside_0_to_1_is_refused(tmp_path: Path, fidelity: float) -> None:
    vivid, faithful = two(tmp_path)
    with pytest.raises(ConfigError, match="between 0"):
        FidelityBlend(vivid=vivid, faithful=faithful, fidelity=fidelity)


def test_networks_of_two_scales_cannot_be_blended(tmp_path: Path) -> None:
    vivid, _ = two(tmp_path)
    faithful = NetworkUpscaler(plan_network(tiny_model(tmp_path, model_id="large", scale=3)))
    with pytest.raises(ConfigError, match="2 and 3"):
        FidelityBlend(vivid=vivid, faithful=faithful, fidelity=0.5)
