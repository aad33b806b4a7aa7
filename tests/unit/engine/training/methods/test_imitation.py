from __future__ import annotations

import pytest
import torch

from engine.config.parts import DistillWeights, GeneratorRecipe, PerceptualRecipe
from engine.data.batch import Batch
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.training.methods.imitation import Imitation
from engine.training.methods.teachers import Teacher

LR, HR = torch.rand(1, 3, 9, 9), torch.rand(1, 3, 18, 18)
BATCH = Batch(lr=LR, hr=HR)


def network(channels: int, blocks: int) -> Generator:
    return build_generator(GeneratorRecipe(scale=2, channels=channels, blocks=blocks))


def imitation(weights: DistillWeights) -> tuple[Imitation, Generator, Generator]:
    student, teacher = network(4, 1), network(6, 2).requires_grad_(requires_grad=False)
    compared = Imitation(
        student,
        Teacher(teacher),
        weights,
        device=torch.device("cpu"),
        perceptual=PerceptualRecipe(),
    )
    return compared, student, teacher


def test_the_terms_are_those_with_a_weight_and_scale_with_it() -> None:
    compared, student, teacher = imitation(DistillWeights(output=2, pixel=3))

    found = compared.compare(BATCH)

    assert set(found.terms) == {"output", "imitated_pixel"}
    distance = (student(LR) - teacher(LR)).abs().mean()
    assert float(found.terms["output"].detach()) == pytest.approx(2 * float(distance.detach()))
    error = (student(LR) - HR).abs().mean()
    assert float(found.terms["imitated_pixel"].detach()) == pytest.approx(3 * float(error.detach()))
    assert not found.teacher_sr.requires_grad


@pytest.mark.parametrize(("feature", "names"), [(1.0, {"adaptors"}), (0.0, set())])
def test_adaptors_are_trained_only_for_features(feature: float, names: set[str]) -> None:
    compared, _, _ = imitation(DistillWeights(output=1, feature=feature, affinity=1))

    terms = compared.compare(BATCH).terms

    assert set(compared.networks) == names
    assert ("feature" in terms) == bool(feature)
    assert "affinity" in terms


def test_features_reach_the_student_through_its_blocks() -> None:
    compared, student, _ = imitation(DistillWeights(output=0, feature=1))

    compared.compare(BATCH).terms["feature"].backward()

    gradients = {name: parameter.grad for name, parameter in student.named_parameters()}
    assert gradients["blocks.0.stage_1.kernel"] is not None
    assert gradients["tail.kernel"] is None  # behind the last point that is compared


def test_a_student_that_equals_its_teacher_has_no_loss() -> None:
    teacher = network(4, 2).requires_grad_(requires_grad=False)
    student = network(4, 2)
    student.load_state_dict(teacher.state_dict())
    compared = Imitation(
        student,
        Teacher(teacher),
        DistillWeights(output=1, affinity=1),
        device=torch.device("cpu"),
        perceptual=PerceptualRecipe(),
    )

    terms = compared.compare(BATCH).terms

    assert [float(term.detach()) for term in terms.values()] == pytest.approx([0, 0], abs=1e-6)
