from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch

from engine.config.recipe_file import dump_recipe
from engine.core.errors import ConfigError
from engine.export.onnx_file import export_onnx
from engine.models.generators.build import build_generator
from engine.runs.summary import series
from engine.training.method import MethodContext
from engine.training.methods.supernet import SupernetMethod
from engine.training.run_network import load_run_network
from engine.training.weights import load_all, read_weights
from tests.helpers.tiny_methods import (
    differs,
    supernet,
    train,
    weights,
)
from tests.helpers.training import TINY, new_run


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"widths": (8,)}, "not part of"),
        ({"inner_widths": (2, 8)}, "not part of"),
        ({"inherit": True}, "only an mfanet"),
        ({"depths": ()}, "at least one"),
        ({"generator": msgspec.structs.replace(TINY, family="srresnet")}, "only mfanet"),
    ],
)
def test_a_supernet_that_does_not_contain_its_subnets_is_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    recipe = msgspec.structs.replace(supernet(tmp_path), **change)

    with pytest.raises(ConfigError, match=message):
        train(recipe, new_run(tmp_path))


def test_a_supernet_may_keep_its_teachers_discriminator(tmp_path: Path) -> None:
    first, second = new_run(tmp_path, "first"), new_run(tmp_path, "second")
    recipe = msgspec.structs.replace(supernet(tmp_path), subnets_per_step=1, sandwich=False)
    train(recipe, first)
    path = first.checkpoints / "step-3" / "discriminator.safetensors"

    train(msgspec.structs.replace(recipe, discriminator_weights=str(path)), second)

    assert differs(weights(second, 2, "discriminator"), weights(first, 2, "discriminator"))
    apart = msgspec.structs.replace(recipe, discriminator_weights=str(tmp_path / "gone"))
    with pytest.raises(ConfigError, match="gone"):
        train(apart, new_run(tmp_path, "third"))


def test_only_the_largest_subnet_is_trained_while_a_supernet_is_predistilled(
    tmp_path: Path,
) -> None:
    recipe = msgspec.structs.replace(supernet(tmp_path), predistill_fraction=0.5)
    network = build_generator(recipe.generator)
    method = SupernetMethod(
        recipe, MethodContext(generator=network, averaged=network, device=torch.device("cpu"))
    )

    drawn = [method.draw(step) for step in range(3)]

    assert [len(configs) for configs in drawn] == [1, 1, 4]
    assert drawn[0] == drawn[1] == (drawn[2][-1],)
    assert drawn[2][-1].channels == 4


def test_subnets_depend_on_seed_and_step_alone(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(supernet(tmp_path), subnets_per_step=8)
    network = build_generator(recipe.generator)
    start = MethodContext(generator=network, averaged=network, device=torch.device("cpu"))

    one, other = SupernetMethod(recipe, start), SupernetMethod(recipe, start)

    assert one.draw(5) == other.draw(5)
    assert one.draw(5) != one.draw(6)


def test_a_subnet_is_trained_on_from_its_exported_file(tmp_path: Path) -> None:
    folder = new_run(tmp_path)
    recipe = supernet(tmp_path)
    (folder.path / "recipe.yaml").write_text(dump_recipe(recipe))
    train(recipe, folder)
    made = load_run_network(folder.path, {"channels": 2, "blocks": 1, "inner": [[3, 2]]})
    path = tmp_path / "subnet.onnx"
    export_onnx(made.generator, path)
    fresh = build_generator(made.sizes).eval()

    load_all(fresh, read_weights(str(path)))

    lr = torch.rand(1, 3, 9, 8)
    with torch.no_grad():
        assert torch.allclose(fresh(lr), made.generator(lr), atol=1e-5)


def test_losses_are_means_over_the_subnets_of_a_step(tmp_path: Path) -> None:
    only: dict[str, object] = {
        "widths": (4,),
        "depths": (2,),
        "inner_widths": (),
        "sandwich": False,
    }
    recipe = msgspec.structs.replace(supernet(tmp_path), **only)
    one, three = new_run(tmp_path, "one"), new_run(tmp_path, "three")

    train(msgspec.structs.replace(recipe, subnets_per_step=1), one)
    train(msgspec.structs.replace(recipe, subnets_per_step=3), three)

    for term in ("output", "pixel", "feature", "adversarial"):
        first, second = (series(run, f"loss_{term}")[1] for run in (one, three))
        assert second == pytest.approx(first, rel=1e-4)
