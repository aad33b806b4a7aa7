"""What every generator promises; a test class per generator gives the fixture ``generator``."""

from __future__ import annotations

import copy

import pytest
import torch

from engine.models.generators.base import Generator


class GeneratorContract:
    """Subclass it and give a fixture ``generator`` with a freshly built network."""

    @pytest.fixture
    def generator(self) -> Generator:
        raise NotImplementedError

    @pytest.mark.parametrize("size", [(1, 8, 8), (2, 9, 13)])
    def test_enlarges_any_size_by_its_scale(
        self, generator: Generator, size: tuple[int, int, int]
    ) -> None:
        count, height, width = size

        sr = generator(torch.rand(count, 3, height, width))

        assert sr.shape == (count, 3, generator.scale * height, generator.scale * width)
        assert sr.dtype == torch.float32
        assert bool(torch.isfinite(sr).all())

    def test_repeats_itself_in_eval(self, generator: Generator) -> None:
        generator.eval()
        lr = torch.rand(1, 3, 9, 8)

        assert torch.equal(generator(lr), generator(lr))

    def test_pictures_of_a_batch_do_not_mix(self, generator: Generator) -> None:
        generator.eval()
        lr = torch.rand(2, 3, 8, 8)

        together = generator(lr)

        assert torch.allclose(together[:1], generator(lr[:1]), atol=1e-5)
        assert torch.allclose(together[1:], generator(lr[1:]), atol=1e-5)

    def test_every_parameter_gets_a_gradient(self, generator: Generator) -> None:
        generator.train()

        generator(torch.rand(1, 3, 8, 8)).square().mean().backward()

        gradients = {name: p.grad for name, p in generator.named_parameters()}
        without = [name for name, grad in gradients.items() if grad is None or not grad.any()]
        assert without == []

    def test_weights_survive_saving(self, generator: Generator) -> None:
        generator.eval()
        other = copy.deepcopy(generator)
        with torch.no_grad():
            for parameter in other.parameters():
                parameter.add_(1.0)
        other.load_state_dict(generator.state_dict())
        lr = torch.rand(1, 3, 8, 8)

        assert torch.equal(other(lr), generator(lr))

    def test_no_pixel_outside_the_receptive_field_matters(self, generator: Generator) -> None:
        generator.eval()
        reach = (generator.receptive_field_px - 1) // 2
        side = 2 * reach + 5
        lr = torch.rand(1, 3, side, side)
        changed = lr.clone()
        changed[:, :, 0, :] = 1 - changed[:, :, 0, :]
        first_untouched = generator.scale * (reach + 1)

        with torch.no_grad():
            difference = (generator(lr) - generator(changed)).abs()

        assert float(difference[:, :, first_untouched:].max()) < 1e-6

    def test_the_receptive_field_is_no_wider_than_what_matters(self, generator: Generator) -> None:
        exact = generator.folded().double()
        reach, scale = (generator.receptive_field_px - 1) // 2, generator.scale
        middle = reach + 2
        lr = torch.rand(1, 3, 2 * middle + 1, 2 * middle + 1, dtype=torch.float64)
        lr.requires_grad_()
        own = slice(scale * middle, scale * (middle + 1))  # the SR pixels of the middle one

        exact(lr)[:, :, own, own].square().sum().backward()

        assert lr.grad is not None
        rows = lr.grad.abs().sum(dim=(0, 1, 3)).nonzero().flatten() - middle
        assert int(rows.abs().max()) == reach

    def test_folding_changes_nothing_but_the_size(self, generator: Generator) -> None:
        generator.eval()
        with torch.no_grad():
            for parameter in generator.parameters():
                parameter.add_(0.02 * torch.randn_like(parameter))
        lr = torch.rand(1, 3, 9, 11)

        folded = generator.folded()

        with torch.no_grad():
            assert torch.allclose(folded(lr), generator(lr), atol=2e-5)
        count = sum(p.numel() for p in folded.parameters())
        assert count <= sum(p.numel() for p in generator.parameters())
