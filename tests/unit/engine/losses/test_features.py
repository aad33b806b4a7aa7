from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.losses.features import (
    affinity_loss,
    channel_loss,
    content_loss,
    gram,
    relative_feature_loss,
    style_loss,
)


def test_equal_maps_have_no_loss_and_targets_get_no_gradient() -> None:
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


def test_affinities_do_not_depend_on_width_or_magnitude() -> None:
    features = torch.rand(1, 4, 6, 6)
    doubled = 2 * torch.cat([features, features], dim=1)

    assert float(affinity_loss([features], [doubled])) == pytest.approx(0, abs=1e-6)
    assert float(affinity_loss([features], [torch.rand(1, 3, 6, 6)])) > 0.01
    assert float(affinity_loss([torch.rand(1, 2, 64, 40)], [torch.rand(1, 2, 64, 40)])) > 0


def test_styles_differ_by_absolute_or_squared_gram_matrices() -> None:
    torch.manual_seed(0)
    one, other = torch.rand(2, 3, 5, 5), torch.rand(2, 3, 5, 5)

    def by_hand(image: int, i: int, j: int) -> float:
        products = [float((maps[image, i] * maps[image, j]).sum()) for maps in (one, other)]
        return (products[0] - products[1]) / (3 * 25)

    gaps = [by_hand(n, i, j) for n in range(2) for i in range(3) for j in range(3)]

    assert float(style_loss([one], [other])) == pytest.approx(np.abs(gaps).mean(), rel=1e-5)
    squared = float(style_loss([one], [other], is_squared=True))
    assert squared == pytest.approx(np.square(gaps).mean(), rel=1e-5)


def test_the_relative_loss_is_one_for_zeros_whatever_the_size_of_the_maps() -> None:
    wanted = [torch.rand(1, 3, 4, 4), 1000 * torch.rand(1, 5, 2, 2)]
    zeros = [torch.zeros_like(level) for level in wanted]

    assert float(relative_feature_loss(zeros, wanted)) == pytest.approx(1)
    assert float(relative_feature_loss(wanted, wanted)) == 0
    assert float(relative_feature_loss([2 * level for level in wanted], wanted)) == pytest.approx(1)


def test_the_channel_loss_compares_means_of_channels() -> None:
    wanted = torch.rand(2, 3, 4, 4)
    rolled = wanted.roll(1, dims=3)  # other pixels, the same means

    assert float(channel_loss([rolled], [wanted])) == pytest.approx(0, abs=1e-12)
    assert float(channel_loss([wanted + 0.5], [wanted])) == pytest.approx(0.25)


def test_maps_in_half_precision_are_compared_in_full() -> None:
    wanted = [torch.full((1, 2, 4, 4), 300.0)]
    halves = [level.half() for level in wanted]

    loss = relative_feature_loss([2 * level for level in halves], halves)

    assert loss.dtype == torch.float32
    assert float(loss) == pytest.approx(1)  # 300 squared is more than float16 can hold
