"""What networks with and without a dial start from."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import torch
from safetensors.torch import save_file

from engine.config.recipes import PsnrRecipe
from engine.core.errors import ConfigError
from engine.export.onnx_file import export_onnx
from engine.models.dial import DialNetwork
from engine.models.generators.base import Generator
from engine.models.generators.build import build_generator
from engine.runs.events import Event, Warned
from engine.training.run_generator import build_run_generator, load_initial_weights
from tests.helpers.tiny_methods import dial
from tests.helpers.training import TINY, tiny_recipe

LR = torch.rand(1, 3, 8, 8)


def network(seed: int, *, blocks: int = 1) -> Generator:
    torch.manual_seed(seed)
    made = build_generator(msgspec.structs.replace(TINY, blocks=blocks))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made


def saved(path: Path, made: Generator) -> str:
    save_file(made.state_dict(), path)
    return str(path)


def started(recipe: PsnrRecipe, *starts: str) -> tuple[Generator, list[Event]]:
    named = None if not starts else starts[0] if len(starts) == 1 else (starts[0], starts[1])
    recipe = msgspec.structs.replace(recipe, init_weights=named)
    made = build_run_generator(recipe)
    events: list[Event] = []
    load_initial_weights(made, recipe, events.append)
    return made, events


def dial_recipe(tmp_path: Path) -> PsnrRecipe:
    recipe = dial(tmp_path)
    assert isinstance(recipe, PsnrRecipe)
    return recipe


def pictures(made: Generator, *values: float) -> list[torch.Tensor]:
    assert isinstance(made, DialNetwork)
    with torch.no_grad():
        return [made.fixed(value)(LR) for value in values]


def test_two_starts_become_the_two_ends(tmp_path: Path) -> None:
    clean, noisy = network(1), network(2)
    starts = saved(tmp_path / "1.safetensors", clean), saved(tmp_path / "2.safetensors", noisy)

    made, events = started(dial_recipe(tmp_path), *starts)

    assert events == []
    with torch.no_grad():
        for own, given in zip(pictures(made, 0, 1), (clean, noisy), strict=True):
            assert torch.equal(own, given.folded()(LR))


def test_exported_networks_start_the_ends_with_the_pictures_they_make(tmp_path: Path) -> None:
    networks = [network(1), network(2)]
    for number, given in enumerate(networks):
        export_onnx(given.folded(), tmp_path / f"{number}.onnx", sizes=TINY)

    made, events = started(dial_recipe(tmp_path), *(str(tmp_path / f"{n}.onnx") for n in (0, 1)))

    assert events == []
    with torch.no_grad():
        for own, given in zip(pictures(made, 0, 1), networks, strict=True):
            assert torch.allclose(own, given.folded()(LR), atol=1e-5)


def test_one_start_becomes_both_ends(tmp_path: Path) -> None:
    given = network(1)

    made, _ = started(dial_recipe(tmp_path), saved(tmp_path / "1.safetensors", given))

    with torch.no_grad():
        assert all(
            torch.allclose(own, given.folded()(LR), atol=1e-6) for own in pictures(made, 0, 0.5, 1)
        )


def test_without_a_start_both_ends_are_equal(tmp_path: Path) -> None:
    made, _ = started(dial_recipe(tmp_path))

    first, *others = pictures(made, 0, 0.5, 1)

    assert all(torch.allclose(first, other, atol=1e-6) for other in others)


def test_weights_of_a_dial_start_another_as_it_ended(tmp_path: Path) -> None:
    given = DialNetwork([network(1), network(2)])

    made, events = started(dial_recipe(tmp_path), saved(tmp_path / "dial.safetensors", given))

    assert events == []
    for own, wanted in zip(pictures(made, 0, 0.4, 1), pictures(given, 0, 0.4, 1), strict=True):
        assert torch.equal(own, wanted)


def test_weights_of_a_dial_do_not_start_a_plain_network(tmp_path: Path) -> None:
    start = saved(tmp_path / "dial.safetensors", DialNetwork([network(1), network(2)]))

    with pytest.raises(ConfigError, match="it is of a network with a restoration dial"):
        started(tiny_recipe(tmp_path), start)


def test_an_end_that_is_deeper_than_its_start_says_so_and_adds_nothing_at_first(
    tmp_path: Path,
) -> None:
    recipe = dial_recipe(tmp_path)
    deeper = msgspec.structs.replace(
        recipe, generator=msgspec.structs.replace(recipe.generator, blocks=2)
    )
    starts = (
        saved(tmp_path / "1.safetensors", network(1)),
        saved(tmp_path / "2.safetensors", network(2, blocks=2)),
    )

    made, events = started(deeper, *starts)

    (warning,) = events
    assert isinstance(warning, Warned)
    assert "1.safetensors: loaded in part: blocks.1" in warning.text
    with torch.no_grad():
        assert torch.allclose(pictures(made, 0)[0], network(1).folded()(LR), atol=1e-5)
