from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.config.parts import PerceptualRecipe
from engine.core.errors import ConfigError
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.losses.adversarial import GAN_LOSSES
from engine.losses.feature_networks import load_feature_network
from engine.losses.features import affinity_loss, channel_loss, content_loss, gram, style_loss
from engine.losses.pictures import (
    artifact_map,
    checkerboard_loss,
    color_loss,
    structure_loss,
    tone_loss,
    variation_loss,
)
from engine.metrics.ssim import ssim

REAL, FAKE = torch.full((2, 1, 3, 3), 3.0), torch.full((2, 1, 3, 3), -3.0)


def pictures(seed: int = 0, side: int = 24) -> Tensor:
    return torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", list(GAN_LOSSES))
class TestEveryForm:
    def test_a_discriminator_that_is_right_loses_less(self, name: str) -> None:
        loss = GAN_LOSSES[name]

        assert loss.discriminator(REAL, FAKE) < loss.discriminator(FAKE, REAL)

    def test_a_generator_that_deceives_loses_less(self, name: str) -> None:
        loss = GAN_LOSSES[name]

        assert loss.generator(FAKE, REAL) < loss.generator(REAL, FAKE)

    def test_only_the_fake_judgment_moves_the_generator(self, name: str) -> None:
        fake = FAKE.clone().requires_grad_()

        GAN_LOSSES[name].generator(REAL, fake).backward()

        assert fake.grad is not None
        assert float(fake.grad.sum()) < 0


def test_known_values_of_the_forms() -> None:
    zero = torch.zeros(1, 1, 2, 2)

    assert float(GAN_LOSSES["hinge"].discriminator(zero, zero)) == 1
    assert float(GAN_LOSSES["least-squares"].generator(zero, zero)) == 1
    assert float(GAN_LOSSES["vanilla"].discriminator(zero, zero)) == pytest.approx(np.log(2))
    assert float(GAN_LOSSES["relativistic"].generator(zero, zero)) == pytest.approx(np.log(2))


def test_the_structure_loss_is_one_less_the_metric() -> None:
    sr, hr = pictures(0), pictures(1)

    expected = np.mean(
        [
            1 - ssim(a.permute(1, 2, 0).numpy(), b.permute(1, 2, 0).numpy())
            for a, b in zip(sr, hr, strict=True)
        ]
    )

    assert float(structure_loss(sr, hr)) == pytest.approx(expected, abs=1e-4)
    assert float(structure_loss(sr, sr)) == pytest.approx(0, abs=1e-6)


def test_lightness_is_no_error_of_color_and_a_tint_is() -> None:
    hr = torch.rand(2, 3, 4, 4)
    tinted = hr.clone()
    tinted[:, 0] += 0.3

    assert float(color_loss(hr + 0.2, hr)) == pytest.approx(0, abs=1e-6)
    assert float(color_loss(tinted, hr)) == pytest.approx(0.15)


@pytest.mark.parametrize("scale", [2, 4])
def test_a_checkerboard_is_a_grid_and_an_offset_is_none(scale: int) -> None:
    hr = torch.rand(2, 3, 8 * scale, 8 * scale)
    ripple = torch.arange(8 * scale).remainder(2) * 0.2 - 0.1

    assert float(checkerboard_loss(hr + 0.3, hr, scale=scale)) == pytest.approx(0, abs=1e-6)
    assert float(checkerboard_loss(hr + ripple, hr, scale=scale)) == pytest.approx(0.1, abs=1e-6)


def test_detail_hardly_counts_as_a_grid() -> None:
    noise = torch.rand(1, 1, 128, 128) - 0.5

    assert (
        float(checkerboard_loss(noise, torch.zeros_like(noise), scale=4))
        < 0.15 * noise.abs().mean()
    )


def test_painted_detail_keeps_its_tone_and_an_offset_does_not() -> None:
    hr = torch.rand(2, 3, 32, 32)
    ripple = torch.arange(32).remainder(2) * 0.2 - 0.1

    assert float(tone_loss(hr + ripple, hr)) == pytest.approx(0, abs=1e-6)
    assert float(tone_loss(hr - 0.1, hr)) == pytest.approx(0.1, abs=1e-6)


def test_a_flat_picture_has_no_variation_and_a_step_has() -> None:
    step = torch.zeros(1, 1, 4, 4)
    step[..., 2:] = 1

    assert float(variation_loss(torch.ones(1, 3, 4, 4))) == 0
    assert float(variation_loss(step)) == pytest.approx(1 / 3)


def test_artifacts_count_only_where_the_average_errs_less() -> None:
    hr = torch.zeros(1, 3, 16, 16)
    sr = pictures(2, 16)[:1]

    assert float(artifact_map(sr, hr, hr).min()) > 0
    assert float(artifact_map(hr, sr, hr).max()) == 0


def test_equal_maps_lose_nothing_and_targets_get_no_gradient() -> None:
    maps = [torch.rand(1, 4, 5, 5, requires_grad=True)]
    wanted = [torch.rand(1, 4, 5, 5, requires_grad=True)]

    for loss in (content_loss, style_loss):
        assert loss(maps, maps).item() == 0
        loss(maps, wanted).backward()
        assert wanted[0].grad is None
    assert channel_loss(maps[:1], maps[:1]).item() == 0


def test_the_gram_matrix_of_one_channel_is_its_mean_square() -> None:
    features = torch.full((1, 1, 2, 2), 3.0)

    assert float(gram(features)) == 9


def test_affinities_do_not_care_for_width_or_size_of_values() -> None:
    features = torch.rand(1, 4, 6, 6)
    doubled = 2 * torch.cat([features, features], dim=1)

    assert float(affinity_loss([features], [doubled])) == pytest.approx(0, abs=1e-6)
    assert float(affinity_loss([features], [torch.rand(1, 3, 6, 6)])) > 0.01
    assert float(affinity_loss([torch.rand(1, 2, 64, 40)], [torch.rand(1, 2, 64, 40)])) > 0


@pytest.mark.needs_data
@pytest.mark.parametrize(
    ("network", "file", "taps"),
    [("vgg19", "vgg19_relu3_1.npz", 5), ("squeezenet", "squeezenet11_caffe.npz", 4)],
)
def test_feature_networks_see_a_difference(
    data_folder: Path, network: str, file: str, taps: int
) -> None:
    path = str(data_folder / "features" / file)
    recipe = PerceptualRecipe(network=network, weights=path)  # type: ignore[arg-type]
    features = load_feature_network(recipe)
    image = pictures(side=48).requires_grad_()

    maps = features(image)

    assert len(maps) == taps
    content_loss(maps, features(1 - image.detach())).backward()
    assert image.grad is not None
    assert float(image.grad.abs().sum()) > 0


@pytest.mark.needs_data
def test_the_taps_of_vgg_are_of_the_size_its_file_promises(data_folder: Path) -> None:
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
