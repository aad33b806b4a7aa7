from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from safetensors.torch import save_file

from engine.config.parts import (
    GeneratorRecipe,
    TeacherRecipe,
)
from engine.config.recipes import (
    DistillRecipe,
    SupernetRecipe,
)
from engine.core.errors import ConfigError
from engine.models.generators.build import build_generator
from engine.runs.summary import series
from tests.helpers.tiny_methods import (
    ONLY_THE_WHOLE,
    TEACHER,
    distill,
    supernet,
    train,
)
from tests.helpers.training import TINY, new_run


def whole_supernet(tmp_path: Path) -> SupernetRecipe:
    """Return a supernet of which only the whole learns."""
    return msgspec.structs.replace(supernet(tmp_path), space=ONLY_THE_WHOLE)


def test_the_teacher_starts_from_its_file(tmp_path: Path) -> None:
    sizes = GeneratorRecipe(family="rrdbnet", scale=2, channels=4, blocks=1)
    teacher = build_generator(sizes)
    path = tmp_path / "teacher.safetensors"
    save_file(teacher.state_dict(), path)
    recipe = distill(tmp_path)

    fitting = TeacherRecipe(generator=sizes, weights=str(path))
    train(msgspec.structs.replace(recipe, teacher=fitting), new_run(tmp_path, "fits"))

    wider = msgspec.structs.replace(sizes, channels=6)
    other = TeacherRecipe(generator=wider, weights=str(path))
    with pytest.raises(ConfigError, match="another network"):
        train(msgspec.structs.replace(recipe, teacher=other), new_run(tmp_path, "wider"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"teacher": TeacherRecipe()}, "teacher.weights: .*names none.*models list"),
        ({"teacher": TeacherRecipe(random=True)}, "say how large"),
        ({"teacher": TeacherRecipe(generator=GeneratorRecipe(scale=4), random=True)}, "scale=4"),
        ({"teacher": TeacherRecipe(weights="mfa-s-x4-r0f1")}, "scale=4"),
        ({"generator": msgspec.structs.replace(TINY, family="compact")}, "no blocks"),
        ({"teacher": msgspec.structs.replace(TEACHER, weights="gone.safetensors")}, "gone"),
    ],
)
def test_a_pair_that_does_not_fit_is_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    recipe = msgspec.structs.replace(distill(tmp_path), **change)

    with pytest.raises(ConfigError, match=message):
        train(recipe, new_run(tmp_path))


def test_a_teacher_is_named_by_the_corner_of_a_model(tmp_path: Path) -> None:
    recipe = distill(tmp_path)
    sizes = GeneratorRecipe(scale=4, channels=32, blocks=4)
    slow = msgspec.structs.replace(recipe.schedule, learning_rate=1e-9)
    change = {
        "generator": sizes,
        "init_weights": "mfa-s-x4-r0f1",
        "teacher": TeacherRecipe(weights="mfa-s-x4-r0f1"),
        "data": msgspec.structs.replace(recipe.data, patch_px=8),
        "schedule": slow,
    }
    folder = new_run(tmp_path)

    train(msgspec.structs.replace(recipe, **change), folder)

    assert max(series(folder, "loss_output").values()) < 1e-6


@pytest.mark.parametrize("method", [distill, whole_supernet])
def test_a_student_that_inherits_starts_as_its_teacher(
    tmp_path: Path, method: Callable[[Path], DistillRecipe | SupernetRecipe]
) -> None:
    recipe = method(tmp_path)
    blocks = recipe.generator.blocks
    teacher = TeacherRecipe(generator=msgspec.structs.replace(TINY, blocks=blocks), random=True)
    slow = msgspec.structs.replace(recipe.schedule, learning_rate=1e-9)
    change = {"teacher": teacher, "inherit": True, "schedule": slow, "checkpoint_every": 1}
    folder = new_run(tmp_path)

    train(msgspec.structs.replace(recipe, **change), folder)

    assert max(series(folder, "loss_output").values()) < 1e-3
