"""What a run made comes out as it ships: folded, slimmed or cut out of a supernet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.config.degradation import DegradationRecipe
from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import DataRecipe, DialRecipe, GeneratorRecipe
from engine.config.recipe_file import dump_recipe
from engine.config.recipes import PsnrRecipe, SlimRecipe, SupernetRecipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import ConfigError
from engine.export.network_sources import RunSource
from engine.models.dial import DialNetwork
from engine.models.generators.build import build_generator
from engine.models.quantized import QuantizedNetwork
from engine.training.run_network import load_run_network, load_supernet
from tests.helpers.finished_runs import (
    CHOICES,
    SHARED,
    TEACHER,
    close_gates,
    finished_run,
    finished_run_of_any,
)
from tests.helpers.tiny_methods import quantize, train
from tests.helpers.training import new_run


def test_a_plain_run_gives_its_folded_average(tmp_path: Path) -> None:
    recipe = PsnrRecipe(**SHARED)  # type: ignore[arg-type]
    whole = finished_run(tmp_path, recipe)
    lr = torch.rand(1, 3, 8, 8)

    made = load_run_network(tmp_path)

    assert made.step == 9
    assert made.sizes == recipe.generator
    with torch.no_grad():
        assert torch.allclose(made.generator(lr), whole(lr), atol=1e-5)


def finished_dial(folder: Path) -> DialNetwork:
    """Write a finished run with a dial and return its averaged network."""
    data = DataRecipe(folder="photos", degradation=DegradationRecipe(kind="mild"))
    recipe = PsnrRecipe(**{**SHARED, "data": data}, dial=DialRecipe())  # type: ignore[arg-type]
    network = finished_run_of_any(folder, recipe)
    assert isinstance(network, DialNetwork)
    return network


@pytest.mark.parametrize("restoration", [0.0, 0.3, 1.0])
def test_a_run_with_a_dial_gives_the_plain_network_of_a_value(
    tmp_path: Path, restoration: float
) -> None:
    network = finished_dial(tmp_path)
    lr = torch.rand(1, 3, 8, 8)

    made = load_run_network(tmp_path, restoration=restoration)

    plain = build_generator(made.sizes).folded()
    plain.load_state_dict(made.generator.state_dict())
    with torch.no_grad():
        assert torch.equal(plain(lr), network.fixed(restoration)(lr))


def test_a_value_is_asked_for_where_there_is_a_dial_and_nowhere_else(tmp_path: Path) -> None:
    finished_dial(tmp_path / "dial")
    finished_run(tmp_path / "plain", PsnrRecipe(**SHARED))  # type: ignore[arg-type]

    with pytest.raises(ConfigError, match="has a restoration dial; choose a value"):
        load_run_network(tmp_path / "dial")
    with pytest.raises(ConfigError, match=r"restoration=1\.5: choose a value from 0 to 1"):
        load_run_network(tmp_path / "dial", restoration=1.5)
    with pytest.raises(ConfigError, match="has no restoration dial"):
        load_run_network(tmp_path / "plain", restoration=0.5)


def test_a_slim_run_gives_what_the_gates_leave(tmp_path: Path) -> None:
    recipe = SlimRecipe(**SHARED, teacher=TEACHER, quantize=False)  # type: ignore[arg-type]
    gated = close_gates(tmp_path, finished_run(tmp_path, recipe), quantize=False)
    lr = torch.rand(1, 3, 8, 9)

    made = load_run_network(tmp_path)

    assert made.sizes.inner == ((5, 4), (3, 2))
    with torch.no_grad():
        assert torch.allclose(made.generator(lr), gated(lr), atol=1e-5)


def test_sizes_of_a_slim_network_build_one_like_it(tmp_path: Path) -> None:
    recipe = SlimRecipe(**SHARED, teacher=TEACHER)  # type: ignore[arg-type]
    close_gates(tmp_path, finished_run(tmp_path, recipe), quantize=True)

    made = load_run_network(tmp_path)

    twin = build_generator(made.sizes).folded()
    shapes = [
        {name: tensor.shape for name, tensor in network.state_dict().items()}
        for network in (twin, made.generator)
    ]
    assert shapes[0] == shapes[1]


def test_a_supernet_run_gives_the_subnet_that_is_asked_for(tmp_path: Path) -> None:
    finished_run(tmp_path, SupernetRecipe(**SHARED, **CHOICES, teacher=TEACHER))  # type: ignore[arg-type]
    subnet: dict[str, object] = {"channels": 4, "blocks": 1, "inner": [[2, 5]]}
    sizes = MfaSizes.of(GeneratorRecipe(channels=4, blocks=1, inner=((2, 5),)))
    lr = torch.rand(1, 3, 8, 8)

    made = load_run_network(tmp_path, subnet)

    assert (made.sizes.channels, made.sizes.blocks, made.sizes.inner) == (4, 1, ((2, 5),))
    with torch.no_grad():
        sliced = load_supernet(tmp_path).supernet(lr, sizes).sr
        assert torch.allclose(made.generator(lr), sliced, atol=1e-5)
    assert load_run_network(tmp_path).sizes.channels == 6


def test_a_search_draws_and_cuts_what_was_trained(tmp_path: Path) -> None:
    recipe = SupernetRecipe(
        **SHARED,  # type: ignore[arg-type]
        **CHOICES,  # type: ignore[arg-type]
        teacher=TEACHER,
    )
    finished_run(tmp_path, recipe)
    lr = torch.rand(1, 3, 8, 8)

    trained = load_supernet(tmp_path)
    sizes = trained.space.sizes(trained.space.draw(np.random.default_rng(4)))

    assert trained.space.count == 2 * (4 + 16)
    with torch.no_grad():
        made, sliced = trained.cut(sizes)(lr), trained.supernet(lr, sizes).sr
    assert torch.allclose(made, sliced, atol=1e-5)


@pytest.mark.parametrize(
    ("subnet", "message"),
    [
        ({"channels": 9}, "not part of"),
        ({"channels": "many"}, r"Expected `int \| null`"),
        ({"kernels": 3}, "a subnet has no 'kernels'"),
    ],
)
def test_subnets_that_the_supernet_does_not_have_are_refused(
    tmp_path: Path, subnet: dict[str, object], message: str
) -> None:
    finished_run(tmp_path, SupernetRecipe(**SHARED, **CHOICES, teacher=TEACHER))  # type: ignore[arg-type]

    with pytest.raises(ConfigError, match=message):
        load_run_network(tmp_path, subnet)


def test_only_a_supernet_has_subnets_and_only_a_run_with_a_checkpoint_a_network(
    tmp_path: Path,
) -> None:
    finished_run(tmp_path / "plain", PsnrRecipe(**SHARED))  # type: ignore[arg-type]
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "recipe.yaml").write_text(dump_recipe(PsnrRecipe(**SHARED)))  # type: ignore[arg-type]

    with pytest.raises(ConfigError, match="only a supernet"):
        load_run_network(tmp_path / "plain", {"channels": 4})
    with pytest.raises(ConfigError, match="not a supernet"):
        load_supernet(tmp_path / "plain")
    with pytest.raises(ConfigError, match="no checkpoint"):
        load_run_network(fresh)


def test_a_network_that_is_tuned_for_8_bits_comes_with_its_rounding(tmp_path: Path) -> None:
    recipe, folder = quantize(tmp_path), new_run(tmp_path, "quantized")
    write_bytes_atomic(folder.path / "recipe.yaml", dump_recipe(recipe).encode())
    train(recipe, folder)

    network = load_run_network(folder.path).generator

    assert isinstance(network, QuantizedNetwork)
    assert network.rounds
    with pytest.raises(ConfigError, match="mfagan export int8"):
        RunSource(run=folder.path).load()
