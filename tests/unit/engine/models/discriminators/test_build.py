from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.config.parts import DiscriminatorRecipe
from engine.core.errors import UnknownNameError
from engine.models.discriminators.base import Discriminator
from engine.models.discriminators.build import DISCRIMINATORS, build_discriminator
from engine.models.discriminators.patchgan import PatchGan


def small(family: str) -> Discriminator:
    torch.manual_seed(0)
    return build_discriminator(DiscriminatorRecipe(family=family, channels=4))


@pytest.mark.parametrize("family", list(DISCRIMINATORS))
class TestEveryDiscriminator:
    def test_it_ends_with_logits_of_one_channel(self, family: str) -> None:
        maps = small(family)(torch.rand(2, 3, 48, 64))

        assert len(maps) >= 4
        assert all(level.ndim == 4 for level in maps)
        assert maps[-1].shape[:2] == (2, 1)

    def test_every_parameter_gets_a_gradient(self, family: str) -> None:
        network = small(family)

        network(torch.rand(2, 3, 48, 48))[-1].mean().backward()

        without = [
            name
            for name, parameter in network.named_parameters()
            if parameter.grad is None or not parameter.grad.any()
        ]
        assert without == []

    def test_pictures_of_a_batch_do_not_mix_in_eval(self, family: str) -> None:
        network = small(family).eval()
        image = torch.rand(2, 3, 48, 48)

        together = network(image)[-1]

        assert torch.allclose(together[:1], network(image[:1])[-1], atol=1e-5)

    def test_weights_survive_saving(self, family: str) -> None:
        network, other = small(family), small(family)
        with torch.no_grad():
            for parameter in other.parameters():
                parameter.add_(0.3)
        other.load_state_dict(network.state_dict())
        image = torch.rand(1, 3, 48, 48)

        assert torch.equal(other.eval()(image)[-1], network.eval()(image)[-1])


def test_patchgan_has_the_published_size() -> None:
    network = PatchGan(channels=64, layers=3, norm="batch")

    assert sum(parameter.numel() for parameter in network.parameters()) == 2_765_633


def test_patchgan_sees_seventy_pixels() -> None:
    network = PatchGan(channels=4, norm="none").eval()
    image = torch.rand(1, 3, 160, 160, requires_grad=True)
    logits = network(image)[-1]

    logits[0, 0, logits.shape[2] // 2, logits.shape[3] // 2].backward()

    assert image.grad is not None
    rows = image.grad.abs().sum(dim=(0, 1, 3)).nonzero().flatten()
    assert int(rows.max() - rows.min()) + 1 == 70


@pytest.mark.parametrize("norm", ["none", "batch", "spectral"])
def test_the_norm_of_a_patchgan_is_a_choice(norm: str) -> None:
    recipe = DiscriminatorRecipe(channels=4, norm=norm)  # type: ignore[arg-type]
    network = build_discriminator(recipe)

    has_batch_norm = any(isinstance(module, nn.BatchNorm2d) for module in network.modules())
    has_spectral_norm = any("parametrizations" in name for name, _ in network.named_modules())
    assert (has_batch_norm, has_spectral_norm) == (norm == "batch", norm == "spectral")


def test_an_unknown_family_suggests_the_closest() -> None:
    with pytest.raises(UnknownNameError, match="patchgan"):
        build_discriminator(DiscriminatorRecipe(family="patchgun"))
