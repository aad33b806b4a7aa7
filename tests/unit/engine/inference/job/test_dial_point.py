from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.images import ImageU8
from engine.imaging.codecs.decode import open_photo, read_info
from engine.inference.job.dial_point import resolve_plan
from engine.inference.job.plan import PixelPlan, plan_pixels
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputTarget
from engine.inference.network.dial import DialSetting
from engine.inference.network.model_source import ModelSource
from tests.helpers.leaf_pictures import leaf_picture, with_noise
from tests.helpers.tiny_models import tiny_dial, tiny_model

LEAVES = leaf_picture(height=120, width=160)


def _resolved(
    pixels: ImageU8,
    folder: Path,
    model: ModelSource,
    *,
    factor: int = 2,
    restoration: float | None = None,
) -> PixelPlan:
    path = folder / "photo.png"
    Image.fromarray(pixels).save(path)
    target = OutputTarget.factor(factor)
    settings = UpscaleSettings(models=(model,), target=target, restoration=restoration)
    plan = plan_pixels(read_info(path), settings)
    with open_photo(path, scratch_folder=folder) as photo:
        return resolve_plan(plan, photo)


def _dial(plan: PixelPlan) -> DialSetting:
    assert plan.dial is not None
    return plan.dial


def test_auto_restores_a_noisy_photo_more_than_a_clean_one(tmp_path: Path) -> None:
    dial = tiny_dial(tmp_path)

    clean, noisy = (
        _dial(_resolved(pixels, tmp_path, dial)) for pixels in (LEAVES, with_noise(LEAVES, 15))
    )

    assert clean.restoration is not None
    assert noisy.restoration is not None
    assert noisy.restoration > clean.restoration + 0.3
    assert (noisy.is_auto, noisy.is_open) == (True, False)
    assert noisy.reason == "Much noise"


def test_a_chosen_value_is_kept_without_a_look_at_the_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.inference.job.dial_point.estimate_restoration", None)

    chosen = _dial(_resolved(LEAVES, tmp_path, tiny_dial(tmp_path), restoration=0.3))

    assert (chosen.restoration, chosen.is_auto, chosen.reason) == (0.3, False, None)


def test_a_network_without_restoration_needs_no_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.inference.job.dial_point.estimate_restoration", None)

    plain = _resolved(LEAVES, tmp_path, tiny_model(tmp_path))
    vivid_or_faithful = _resolved(LEAVES, tmp_path, tiny_dial(tmp_path, axes=("fidelity",)))

    assert plain.dial is None
    assert _dial(vivid_or_faithful).restoration is None


def test_a_photo_that_keeps_its_size_needs_no_estimate(tmp_path: Path) -> None:
    same = _resolved(LEAVES, tmp_path, tiny_dial(tmp_path), factor=1)

    assert same.dial is None


def test_only_the_first_pass_restores(tmp_path: Path) -> None:
    plan = _resolved(with_noise(LEAVES, 10), tmp_path, tiny_dial(tmp_path), factor=4)

    first, second = (network.dial for network in plan.networks)
    assert first is not None
    assert second is not None
    assert first.restoration is not None
    assert first.restoration > 0.4
    assert (second.restoration, second.is_open) == (0.0, False)


def test_the_estimate_is_the_same_for_preview_and_result(tmp_path: Path) -> None:
    noisy = np.asarray(with_noise(LEAVES, 7))

    first, again = (_resolved(noisy, tmp_path, tiny_dial(tmp_path)) for _ in range(2))

    assert _dial(first) == _dial(again)
