"""Every method trains, resumes exactly and moves what it should move and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.config.parts import (
    DistillWeights,
    GeneratorRecipe,
    PerceptualRecipe,
    TeacherRecipe,
)
from engine.config.recipes import (
    DistillRecipe,
    SupernetRecipe,
    dump_recipe,
)
from engine.core.errors import ConfigError, JobCancelled
from engine.export.onnx_file import export_onnx
from engine.models.discriminators.build import build_discriminator
from engine.models.discriminators.patchgan import Norm
from engine.models.generators.build import build_generator
from engine.runs.events import Checkpoint
from engine.runs.summary import series
from engine.training.method import MethodContext
from engine.training.methods.discriminator_trainer import evaluating
from engine.training.methods.supernet import SupernetMethod
from engine.training.run_network import load_run_network
from engine.training.weights import load_all, read_weights
from tests.helpers.tiny_methods import (
    METHODS,
    SMALL_D,
    TEACHER,
    differs,
    distill,
    gan,
    losses,
    mfagan,
    omgd,
    supernet,
    train,
    weights,
)
from tests.helpers.training import TINY, Recorder, new_run, tiny_recipe


@pytest.mark.parametrize("method", list(METHODS))
def test_every_term_is_reported_at_every_step(tmp_path: Path, method: str) -> None:
    folder = new_run(tmp_path)

    train(METHODS[method](tmp_path), folder)

    assert all(list(values) == [1, 2, 3] for values in losses(folder, method).values())


@pytest.mark.parametrize("method", list(METHODS))
def test_an_interrupted_run_equals_the_uninterrupted_one(tmp_path: Path, method: str) -> None:
    recipe = METHODS[method](tmp_path)
    whole, halved = new_run(tmp_path, "whole"), new_run(tmp_path, "halved")
    train(recipe, whole)

    with pytest.raises(JobCancelled):
        train(recipe, halved, Recorder(cancel_at=Checkpoint))
    train(recipe, halved)

    assert losses(halved, method) == losses(whole, method)
    assert not differs(weights(whole, 3, "averaged"), weights(halved, 3, "averaged"))


@pytest.mark.parametrize("method", ["gan", "mfagan"])
def test_both_sides_move_and_the_batch_may_be_worked_off_in_parts(
    tmp_path: Path, method: str
) -> None:
    recipe = msgspec.structs.replace(METHODS[method](tmp_path), accumulate=2)
    folder = new_run(tmp_path)

    train(recipe, folder)

    for name in ("generator", "discriminator"):
        assert differs(weights(folder, 2, name), weights(folder, 3, name))


def test_a_trained_teacher_discriminator_stands_still(tmp_path: Path) -> None:
    first, second = new_run(tmp_path, "first"), new_run(tmp_path, "second")
    recipe = mfagan(tmp_path)
    train(recipe, first)
    path = first.checkpoints / "step-3" / "teacher_discriminator.safetensors"

    train(msgspec.structs.replace(recipe, teacher_discriminator_weights=str(path)), second)

    assert series(second, "loss_teacher_discriminator") == {}
    assert not differs(load_file(path), weights(second, 3, "teacher_discriminator"))


@pytest.mark.parametrize("norm", ["spectral", "batch"])
def test_a_look_at_the_teachers_discriminator_changes_nothing_in_it(norm: Norm) -> None:
    network = build_discriminator(msgspec.structs.replace(SMALL_D, norm=norm, layers=2))
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}

    with evaluating(network):
        network(torch.rand(2, 3, 32, 32))

    assert not differs(before, network.state_dict())
    assert network.training


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
        ({"teacher": TeacherRecipe(weights="mfa-xs-x4-classic")}, "scale=4"),
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


@pytest.mark.parametrize("method", ["distill", "mfagan", "supernet", "slim"])
def test_no_method_imitates_random_weights_unasked(tmp_path: Path, method: str) -> None:
    unnamed = msgspec.structs.replace(TEACHER, random=False)
    recipe = msgspec.structs.replace(METHODS[method](tmp_path), teacher=unnamed)

    with pytest.raises(ConfigError, match="names none"):
        train(recipe, new_run(tmp_path))


def test_a_teacher_is_taken_by_the_id_of_a_model(tmp_path: Path) -> None:
    recipe = distill(tmp_path)
    sizes = GeneratorRecipe(scale=4, channels=16, blocks=6)
    slow = msgspec.structs.replace(recipe.schedule, learning_rate=1e-9)
    change = {
        "generator": sizes,
        "init_weights": "mfa-xs-x4-classic",
        "teacher": TeacherRecipe(weights="mfa-xs-x4-classic"),
        "data": msgspec.structs.replace(recipe.data, patch_px=8),
        "schedule": slow,
    }
    folder = new_run(tmp_path)

    train(msgspec.structs.replace(recipe, **change), folder)

    assert max(series(folder, "loss_output").values()) < 1e-6


def test_discriminators_of_different_depth_are_refused(tmp_path: Path) -> None:
    deeper = msgspec.structs.replace(SMALL_D, layers=2)
    recipe = msgspec.structs.replace(mfagan(tmp_path), teacher_discriminator=deeper)

    with pytest.raises(ConfigError, match="2 layers and teacher_discriminator 3"):
        train(recipe, new_run(tmp_path))


def test_online_teachers_move_at_their_own_pace_and_share_layers(tmp_path: Path) -> None:
    folder = new_run(tmp_path)

    train(omgd(tmp_path), folder)

    assert list(series(folder, "loss_wider_pixel")) == [1, 3]
    for name in ("wider", "deeper", "wider_discriminator", "generator"):
        assert differs(weights(folder, 2, name), weights(folder, 3, name))
    one, other = (weights(folder, 3, f"{name}_discriminator") for name in ("wider", "deeper"))
    common = [name for name in one if name.startswith("layers.0.")]
    apart = [name for name in one if name.startswith(("layers.1.", "judge."))]
    assert common
    assert sorted(other) == sorted(apart)  # what is shared is written once
    assert any(not torch.equal(one[name], other[name]) for name in apart)


def test_a_discriminator_without_layers_to_share_is_refused(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(omgd(tmp_path), shared_layers=3)

    with pytest.raises(ConfigError, match="shared_layers=3"):
        train(recipe, new_run(tmp_path))


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
def test_a_supernet_that_does_not_hold_its_slices_is_refused(
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


def test_only_the_largest_slice_learns_while_a_supernet_is_predistilled(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(supernet(tmp_path), predistill_fraction=0.5)
    network = build_generator(recipe.generator)
    method = SupernetMethod(
        recipe, MethodContext(generator=network, averaged=network, device=torch.device("cpu"))
    )

    drawn = [method.draw(step) for step in range(3)]

    assert [len(configs) for configs in drawn] == [1, 1, 4]
    assert drawn[0] == drawn[1] == (drawn[2][-1],)
    assert drawn[2][-1].channels == 4


def test_slices_depend_on_seed_and_step_alone(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(supernet(tmp_path), subnets_per_step=8)
    network = build_generator(recipe.generator)
    start = MethodContext(generator=network, averaged=network, device=torch.device("cpu"))

    one, other = SupernetMethod(recipe, start), SupernetMethod(recipe, start)

    assert one.draw(5) == other.draw(5)
    assert one.draw(5) != one.draw(6)


def whole_supernet(tmp_path: Path) -> SupernetRecipe:
    """Return a supernet of which only the whole learns."""
    only: dict[str, object] = {"widths": (4,), "depths": (2,), "inner_widths": ()}
    return msgspec.structs.replace(supernet(tmp_path), **only)


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


def test_a_missing_feature_network_is_named_with_the_way_out(tmp_path: Path) -> None:
    recipe = gan(tmp_path)
    unnamed = msgspec.structs.replace(recipe, perceptual=PerceptualRecipe(network="vgg19"))
    absent = PerceptualRecipe(network="squeezenet", weights=str(tmp_path / "gone.npz"))

    with pytest.raises(ConfigError, match="discriminator, which needs none"):
        train(unnamed, new_run(tmp_path, "unnamed"))
    with pytest.raises(ConfigError, match=r"gone\.npz"):
        train(msgspec.structs.replace(recipe, perceptual=absent), new_run(tmp_path, "absent"))
