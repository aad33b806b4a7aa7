from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engine.config.parts import GeneratorRecipe
from engine.losses.features import relative_feature_loss
from engine.models.generators.build import build_generator
from engine.training.methods.feature_matching import Adaptors, FeatureMatching, FeaturePoints

CPU = torch.device("cpu")


def pair(*, is_sliced: bool = False) -> FeatureMatching:
    student, teacher = (
        FeaturePoints.of_body(
            build_generator(GeneratorRecipe(scale=2, channels=channels, blocks=blocks))
        )
        for channels, blocks in ((4, 1), (6, 3))
    )
    return FeatureMatching(student, teacher, relative_feature_loss, device=CPU, is_sliced=is_sliced)


def maps(width: int) -> list[Tensor]:
    return [torch.rand(2, width, 5, 7) for _ in range(4)]


def test_a_students_maps_are_compared_in_the_teachers_widths() -> None:
    matching = pair()
    student, teacher = maps(4), maps(6)
    assert matching.student.widths == (4,) * 4
    assert matching.teacher.widths == (6,) * 4

    loss = matching(student, teacher)

    shares = [
        (layer(own) - other).square().mean() / other.square().mean()
        for layer, own, other in zip(matching.adaptors.layers, student, teacher, strict=True)
    ]
    assert float(loss.detach()) == pytest.approx(float(torch.stack(shares).mean().detach()))


def test_adaptors_learn_and_the_teacher_does_not() -> None:
    matching = pair()
    teacher = [level.requires_grad_() for level in maps(6)]

    matching(maps(4), teacher).backward()

    for parameter in matching.adaptors.parameters():
        assert parameter.grad is not None
        assert bool(parameter.grad.any())
    assert all(level.grad is None for level in teacher)


def test_a_narrower_subnet_uses_the_first_channels_of_the_adaptors() -> None:
    matching = pair(is_sliced=True)
    student, teacher = maps(4), maps(6)
    narrow = [level[:, :3] for level in student]
    padded = [torch.cat([level, torch.zeros(2, 1, 5, 7)], dim=1) for level in narrow]

    with torch.no_grad():
        assert torch.allclose(matching(narrow, teacher), matching(padded, teacher), atol=1e-6)


def test_the_normalized_connector_cuts_off_below_zero() -> None:
    adaptors = Adaptors([(3, 5)], connector="normalized")

    (adapted,) = adaptors([torch.rand(2, 3, 6, 6) - 0.5])

    assert adapted.shape == (2, 5, 6, 6)
    assert float(adapted.detach().min()) == 0
    assert isinstance(adaptors.layers[0], nn.Sequential)
