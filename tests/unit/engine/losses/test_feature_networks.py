from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.config.parts import PerceptualRecipe
from engine.core.errors import ConfigError
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.losses.feature_networks import load_feature_network
from engine.losses.features import content_loss


def pictures(seed: int = 0, side: int = 24) -> Tensor:
    return torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(seed))


@pytest.mark.needs_data
@pytest.mark.parametrize(
    ("network", "file", "count"),
    [("vgg19", "vgg19_relu3_1.npz", 5), ("squeezenet", "squeezenet11_caffe.npz", 4)],
)
def test_feature_networks_tell_pictures_apart(
    data_folder: Path, network: str, file: str, count: int
) -> None:
    path = str(data_folder / "features" / file)
    recipe = PerceptualRecipe(network=network, weights=path)  # type: ignore[arg-type]
    features = load_feature_network(recipe)
    image = pictures(side=48).requires_grad_()

    maps = features(image)

    assert len(maps) == count
    content_loss(maps, features(1 - image.detach())).backward()
    assert image.grad is not None
    assert float(image.grad.abs().sum()) > 0


@pytest.mark.needs_data
def test_the_maps_of_vgg_have_the_size_its_file_promises(data_folder: Path) -> None:
    path = str(data_folder / "features" / "vgg19_relu3_1.npz")
    features = load_feature_network(PerceptualRecipe(network="vgg19", weights=path))
    codes = load_rgb8(data_folder / "bench" / "set5" / "head.png")[:160, :160]
    photo = torch.from_numpy(codes.astype(np.float32) / 255).permute(2, 0, 1)[None]

    means = [float(level.mean()) for level in features(photo)]

    assert all(0.6 < mean < 1 for mean in means)


def test_a_file_of_another_network_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", a=np.ones(1, dtype=np.float32))
    recipe = PerceptualRecipe(network="vgg19", weights=str(tmp_path / "other.npz"))

    with pytest.raises(ConfigError, match="is not a vgg19"):
        load_feature_network(recipe)
