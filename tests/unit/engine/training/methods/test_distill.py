from __future__ import annotations

from pathlib import Path

import msgspec

from engine.config.parts import (
    DistillWeights,
)
from engine.runs.summary import series
from tests.helpers.tiny_methods import (
    distill,
    train,
)
from tests.helpers.training import new_run, tiny_recipe


def test_a_student_learns_its_teachers_pictures(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(
        distill(tmp_path),
        weights=DistillWeights(output=1),
        schedule=msgspec.structs.replace(tiny_recipe(tmp_path).schedule, steps=40),
        checkpoint_every=40,
    )
    folder = new_run(tmp_path)

    train(recipe, folder)

    values = list(series(folder, "loss_output").values())
    assert sum(values[-5:]) < 0.7 * sum(values[:5])
