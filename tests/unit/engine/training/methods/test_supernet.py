from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import DistillWeights, GeneratorRecipe, ScheduleRecipe
from engine.config.recipe_file import dump_recipe
from engine.config.recipes import SupernetRecipe
from engine.config.spaces import MfanetSpaceRecipe, ShrinkingStage
from engine.core.errors import ConfigError
from engine.export.onnx_file import export_onnx
from engine.models.generators.build import build_generator
from engine.models.generators.mfanet import MfaNet
from engine.models.supernets.mfanet import MfaSupernet
from engine.runs.summary import series
from engine.training.method import MethodContext
from engine.training.methods.supernet import SupernetMethod
from engine.training.run_network import load_run_network, load_supernet, open_supernet
from engine.training.weights import load_all, read_weights
from tests.helpers.tiny_methods import (
    ONLY_THE_WHOLE,
    TEACHER,
    differs,
    supernet,
    train,
    weights,
)
from tests.helpers.training import TINY, new_run


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"space": MfanetSpaceRecipe(channels=(8,), blocks=(2,), inner=(2,))}, "not part of"),
        ({"space": MfanetSpaceRecipe(channels=(4,), blocks=(2,), inner=(8,))}, "not part of"),
        ({"inherit": True}, "only an mfanet"),
        ({"space": MfanetSpaceRecipe(blocks=())}, "at least one"),
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


def method_of(recipe: SupernetRecipe) -> SupernetMethod:
    network = build_generator(recipe.generator)
    return SupernetMethod(
        recipe, MethodContext(generator=network, averaged=network, device=torch.device("cpu"))
    )


def test_choices_are_opened_stage_by_stage(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(
        supernet(tmp_path),
        schedule=ScheduleRecipe(steps=100),
        shrinking=(
            ShrinkingStage(until=0.1),
            ShrinkingStage(until=0.5, free=("blocks", "taps")),
        ),
    )
    method = method_of(recipe)
    largest = MfaSizes.of(recipe.generator)

    stages = [[method.draw(step) for step in steps] for steps in (range(10), range(10, 50))]
    last = [method.draw(step) for step in range(50, 100)]

    assert stages[0] == [(largest,)] * 10
    drawn = {sizes for step in stages[1] for sizes in step}
    assert {sizes.blocks for sizes in drawn} == {1, 2}
    assert {tap for sizes in drawn for tap in sizes.taps} == {False, True}
    assert {sizes.channels for sizes in drawn} == {4}
    assert all(step[-1] == largest for step in (*stages[1], *last))
    free = {sizes for step in last for sizes in step}
    assert {sizes.channels for sizes in free} == {2, 4}
    assert {sizes.tail_kernel for sizes in free} == {1, 3}


def test_subnets_are_drawn_evenly_in_cost_or_in_choices(tmp_path: Path) -> None:
    space = MfanetSpaceRecipe(channels=(4, 16), blocks=(2, 8), inner=(2, 16))
    recipe = msgspec.structs.replace(
        supernet(tmp_path),
        generator=GeneratorRecipe(scale=2, channels=16, blocks=8),
        space=space,
        sandwich=False,
        subnets_per_step=30,
    )
    by_cost = method_of(recipe).draw(0)
    by_choices = method_of(msgspec.structs.replace(recipe, draw="choices")).draw(0)

    wide = [[sizes.channels for sizes in drawn].count(16) for drawn in (by_cost, by_choices)]

    assert wide[0] > wide[1]


def test_only_the_largest_subnet_learns_from_photos_and_teacher(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(supernet(tmp_path), imitate="largest", adversarial_weight=0.0)
    # As the teacher and the photos then pull nowhere, only the largest's picture can.
    apart = msgspec.structs.replace(recipe, weights=DistillWeights(output=1.0))
    folder = new_run(tmp_path)

    train(apart, folder)

    imitated, own = (series(folder, f"loss_{name}") for name in ("imitated_largest", "output"))
    assert set(imitated) == set(own) == {1, 2, 3}
    assert all(value > 0 for value in imitated.values())
    with pytest.raises(ValueError, match="set sandwich to true"):
        msgspec.structs.replace(recipe, sandwich=False)


def test_stages_that_go_back_are_refused(tmp_path: Path) -> None:
    stages = (ShrinkingStage(until=0.5), ShrinkingStage(until=0.2))

    with pytest.raises(ValueError, match="should rise"):
        msgspec.structs.replace(supernet(tmp_path), shrinking=stages)


def test_a_supernet_starts_from_the_weights_of_a_plain_network(tmp_path: Path) -> None:
    recipe = supernet(tmp_path)
    torch.manual_seed(5)
    whole = build_generator(recipe.generator)
    assert isinstance(whole, MfaNet)
    with torch.no_grad():
        for parameter in whole.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    path = tmp_path / "plain.safetensors"
    save_file(whole.folded().state_dict(), path)
    start = msgspec.structs.replace(
        recipe,
        init_weights=str(path),
        schedule=ScheduleRecipe(steps=1, learning_rate=1e-12),
        ema_decay=0.0,
    )
    folder = new_run(tmp_path)
    (folder.path / "recipe.yaml").write_text(dump_recipe(start))

    train(start, folder)

    trained = load_supernet(folder.path)
    outside = open_supernet(str(path), recipe.space, generator=recipe.generator)
    sizes = trained.space.sizes(trained.space.draw(np.random.default_rng(1)))
    lr = torch.rand(1, 3, 8, 9)
    with torch.no_grad():
        wanted = MfaSupernet(whole)(lr, sizes).sr
        assert torch.allclose(trained.cut(sizes)(lr), wanted, atol=1e-4)
        assert torch.allclose(outside.cut(sizes)(lr), wanted, atol=1e-4)


def test_a_supernet_of_elsewhere_must_say_its_sizes_and_contain_its_space(tmp_path: Path) -> None:
    recipe = supernet(tmp_path)
    path = tmp_path / "plain.safetensors"
    save_file(build_generator(recipe.generator).folded().state_dict(), path)

    with pytest.raises(ConfigError, match="does not say how large"):
        open_supernet(str(path), recipe.space)
    with pytest.raises(ConfigError, match="not part of the supernet"):
        open_supernet(str(path), MfanetSpaceRecipe(), generator=recipe.generator)
    assert TEACHER.generator is not None
    save_file(build_generator(TEACHER.generator).state_dict(), path)
    with pytest.raises(ConfigError, match="only mfanet"):
        open_supernet(str(path), recipe.space, generator=TEACHER.generator)


def test_subnets_depend_on_seed_and_step_alone(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(supernet(tmp_path), subnets_per_step=8)

    one, other = method_of(recipe), method_of(recipe)

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
    only: dict[str, object] = {"space": ONLY_THE_WHOLE, "sandwich": False}
    recipe = msgspec.structs.replace(supernet(tmp_path), **only)
    one, three = new_run(tmp_path, "one"), new_run(tmp_path, "three")

    train(msgspec.structs.replace(recipe, subnets_per_step=1), one)
    train(msgspec.structs.replace(recipe, subnets_per_step=3), three)

    for term in ("output", "pixel", "feature", "adversarial"):
        first, second = (series(run, f"loss_{term}")[1] for run in (one, three))
        assert second == pytest.approx(first, rel=1e-4)
