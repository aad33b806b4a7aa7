from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.core.errors import ConfigError
from engine.data.downsampling import downsample_bicubic
from engine.data.photo_pair import PhotoPair
from engine.evaluation.subnet_quality import ProxyCrops
from engine.models.generators.mfanet import MfaNet


def photo(seed: int, *, side_px: int = 80) -> PhotoPair:
    """Return soft shapes, which a network can enlarge, with their LR."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:side_px, 0:side_px] / side_px
    waves = [
        np.sin(2 * np.pi * (rows * random.uniform(1, 5) + columns * random.uniform(1, 5)))
        for _ in range(3)
    ]
    hr = (127 + 100 * np.stack(waves, axis=2)).round().astype(np.uint8)
    return PhotoPair(hr=hr, lr=downsample_bicubic(hr, 2))


def photos(*seeds: int) -> list[PhotoPair]:
    return [photo(seed) for seed in seeds]


def network() -> MfaNet:
    torch.manual_seed(0)
    return MfaNet(scale=2, channels=6, blocks=1).folded()


def test_a_fitted_tail_is_measured_beside_the_inherited_one() -> None:
    crops = ProxyCrops(photos(0, 1), photos(2, 3), count=6, side_px=24)
    subnet = network()

    quality = crops.measure(subnet)

    assert quality.inherited_psnr_y_db == crops.psnr_y_db(subnet)
    assert quality.fitted_psnr_y_db == crops.psnr_y_db(quality.fitted)
    # Fresh weights repeat pixels; soft waves are far from that.
    assert quality.fitted_psnr_y_db > quality.inherited_psnr_y_db + 3


def test_crops_depend_on_the_seed_alone() -> None:
    one, same, other = (
        ProxyCrops(photos(0, 1), photos(2), count=4, side_px=16, seed=seed).psnr_y_db(network())
        for seed in (1, 1, 2)
    )

    assert one == same
    assert one != other


@pytest.mark.parametrize("sides", [(40, 80), (80, 24)])
def test_photos_of_both_kinds_must_be_large_enough(sides: tuple[int, int]) -> None:
    measured, fitted = ([photo(0, side_px=side)] for side in sides)

    with pytest.raises(ConfigError, match="none of 1 photos has an LR side of at least"):
        ProxyCrops(measured, fitted, side_px=32)


def test_a_copy_of_the_crops_measures_the_same_to_the_last_bit() -> None:
    crops = ProxyCrops(photos(0, 1), photos(2), count=4, side_px=16)

    copied = ProxyCrops.of_tensors(crops.tensors())

    assert copied.sha256 == crops.sha256
    assert copied.psnr_y_db(network()) == crops.psnr_y_db(network())


def test_an_incomplete_copy_is_refused() -> None:
    tensors = ProxyCrops(photos(0), photos(1), count=2, side_px=16).tensors()
    del tensors["fitted.lr"]

    with pytest.raises(ConfigError, match=r"fitted\.lr"):
        ProxyCrops.of_tensors(tensors)
