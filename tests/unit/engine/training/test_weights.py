"""Weights come from files and from models by their id, and pickles are never opened."""

from __future__ import annotations

import pickle
from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import save_file
from typing_extensions import override

from engine.catalog.card_file import read_card, write_card
from engine.catalog.catalog import imported_models_folder
from engine.config.parts import GeneratorRecipe
from engine.config.recipe_file import load_recipe
from engine.core.errors import ConfigError, EngineError
from engine.core.places import resources_folder
from engine.export.onnx_file import export_onnx
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.models.onnx_network import SIZES_KEY, encode_sizes
from engine.training.weights import describe_missing, load_all, load_fitting, read_weights
from tests.helpers.catalogs import put_dial

SIZES = [
    GeneratorRecipe(family="mfanet", scale=2, channels=6, blocks=2),
    GeneratorRecipe(family="mfanet", scale=2, channels=6, blocks=2, inner=((4, 5), (6, 3))),
    GeneratorRecipe(family="span", scale=2, channels=4, blocks=2),
    GeneratorRecipe(family="compact", scale=2, channels=4, blocks=2),
]


def trained(sizes: GeneratorRecipe) -> Generator:
    torch.manual_seed(5)
    network = build_generator(sizes)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return network.eval()


def largest_difference(one: Generator, other: Generator) -> float:
    torch.manual_seed(7)
    lr = torch.rand(1, 3, 15, 18)
    with torch.no_grad():
        return float((one(lr) - other(lr)).abs().max())


@pytest.mark.parametrize("kind", ["averaged.safetensors", "folded.safetensors", "net.onnx"])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_a_network_that_trains_continues_where_a_file_ended(
    tmp_path: Path, sizes: GeneratorRecipe, kind: str
) -> None:
    network = trained(sizes)
    path = tmp_path / kind
    if kind == "net.onnx":
        export_onnx(network.folded(), path, sizes=sizes)
    else:
        tensors = (network if kind.startswith("averaged") else network.folded()).state_dict()
        save_file(tensors, path)
    torch.manual_seed(1)
    fresh = build_generator(sizes).eval()
    assert largest_difference(fresh, network) > 1e-2

    load_all(fresh, read_weights(str(path)))

    assert largest_difference(fresh, network) < 1e-5
    assert all(
        bool((parameter != 0).any())
        for name, parameter in fresh.named_parameters()
        if name.endswith(("expand", "mix", "squeeze"))
    )  # every branch keeps learning


def test_a_corner_of_a_dial_is_found_by_its_name() -> None:
    weights = read_weights("mfa-s-x4-r0f1")

    assert weights.sizes == GeneratorRecipe(family="mfanet", scale=4, channels=32, blocks=4)
    load_all(build_generator(weights.sizes), weights)


def test_a_dial_has_no_weights_of_its_own_but_those_of_its_corners() -> None:
    with pytest.raises(ConfigError, match=r"is a dial; name .*: mfa-s-x4-r0f0, mfa-s-x4-r1f0, "):
        read_weights("mfa-s-x4")


def test_a_model_whose_file_is_not_what_its_card_says_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MFAGAN_HOME", str(tmp_path))
    shipped, own = resources_folder() / "models", imported_models_folder()
    own.mkdir(parents=True)
    card = read_card(shipped / "mfa-s-x4.json")
    fp32 = next(variant for variant in card.variants if variant.precision == "fp32")
    corner = fp32.files[0]
    alone = msgspec.structs.replace(
        fp32, files=(msgspec.structs.replace(corner, restoration=None, fidelity=None),)
    )
    mine = msgspec.structs.replace(
        card, id="mine", kind="faithful", dial=None, is_default=False, variants=(alone,)
    )
    write_card(mine, own / "mine.json")
    content = bytearray((shipped / corner.file).read_bytes())
    (own / corner.file).write_bytes(content)
    assert read_weights("mine").sizes is not None
    content[len(content) // 2] ^= 1
    (own / corner.file).write_bytes(content)

    with pytest.raises(EngineError, match="not what its card describes"):
        read_weights("mine")


def test_a_dial_has_several_weights_and_an_earlier_model_is_one_of_its_corners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = put_dial(tmp_path / "shipped", "mfa-xs-x4", scale=4)
    monkeypatch.setattr(
        "engine.catalog.catalog.shipped_models_folder", lambda: tmp_path / "shipped"
    )
    corner = next(f.file for f in card.files if (f.restoration, f.fidelity) == (0, 1))

    with pytest.raises(ConfigError, match=rf"mfa-xs-x4: is a dial; .*{Path(corner).stem}"):
        read_weights("mfa-xs-x4")
    # The file is found, and refused for what it is: not exported by this product.
    with pytest.raises(ConfigError, match=f"{corner}: cannot be used as weights"):
        read_weights("mfa-xs-x4-classic")


def test_a_name_that_is_neither_file_nor_model_proposes_the_closest() -> None:
    with pytest.raises(ConfigError, match=r"mfa-s-x4q: .*mfa-s-x4"):
        read_weights("mfa-s-x4q")


def test_files_of_weights_may_record_their_network(tmp_path: Path) -> None:
    path = tmp_path / "slim.safetensors"
    save_file(trained(SIZES[1]).folded().state_dict(), path,
              metadata={SIZES_KEY: encode_sizes(SIZES[1])})  # fmt: skip
    weights = read_weights(str(path))
    other = build_generator(SIZES[0])

    missing = load_fitting(other, weights)

    assert weights.sizes == SIZES[1]
    assert "blocks.0.stage_1.kernel" in missing
    text = describe_missing(weights, missing)
    assert "generator.inner=[[4, 5], [6, 3]]" in text
    assert "more are not in it" in text


class _Bomb:
    """Leaves a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @override
    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize(
    "name", ["w.pth", "w.pt", "w.ckpt", "w.bin", "w.safetensors", "w", "w.onnx"]
)
@pytest.mark.parametrize("is_archive", [True, False])
def test_a_pickle_is_refused_under_every_name_and_never_run(
    tmp_path: Path, name: str, is_archive: bool
) -> None:
    path, left = tmp_path / name, tmp_path / "left"
    if is_archive:
        torch.save({"weight": _Bomb(left)}, path)
    else:
        path.write_bytes(pickle.dumps(_Bomb(left)))

    with pytest.raises(ConfigError, match=r"/w"):
        read_weights(str(path))

    assert not left.exists()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused_before_training(
    tmp_path: Path, value: float
) -> None:
    tensors = trained(SIZES[0]).state_dict()
    tensors["after.bias"][2] = value
    path = tmp_path / "broken.safetensors"
    save_file(tensors, path)

    with pytest.raises(ConfigError, match=r"broken\.safetensors: after\.bias .*not finite"):
        read_weights(str(path))


def test_a_damaged_file_and_one_of_another_network_are_named(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.safetensors"
    save_file(trained(SIZES[0]).state_dict(), damaged)
    damaged.write_bytes(damaged.read_bytes()[:-9])
    other = tmp_path / "other.safetensors"
    save_file({"x": torch.zeros(2)}, other)

    with pytest.raises(ConfigError, match=r"damaged\.safetensors: is not a safetensors"):
        read_weights(str(damaged))
    with pytest.raises(ConfigError, match=r"other\.safetensors: contains no tensor"):
        load_fitting(build_generator(SIZES[0]), read_weights(str(other)))


@pytest.mark.parametrize(
    "path", sorted((resources_folder() / "recipes").glob("*.yaml")), ids=lambda p: p.stem
)
def test_whatever_a_shipped_recipe_starts_from_or_imitates_is_there(path: Path) -> None:
    recipe = load_recipe(path)
    generator = build_generator(recipe.generator)

    for start in recipe.starts:
        load_fitting(generator, read_weights(start))
    teacher = getattr(recipe, "teacher", None)
    # The teacher of distill-onnx is named by --teacher.
    if teacher is not None and path.stem != "distill-onnx":
        weights = read_weights(teacher.weights)
        sizes = teacher.generator or weights.sizes
        assert sizes is not None
        assert sizes.scale == generator.scale
        load_all(build_generator(sizes), weights)
