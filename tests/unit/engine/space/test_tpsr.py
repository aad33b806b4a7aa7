from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config.operations import TPSR_CELLS
from engine.config.parts import GeneratorRecipe
from engine.config.spaces import TpsrDiscriminatorSpaceRecipe, TpsrSpaceRecipe
from engine.models.discriminators.build import build_discriminator
from engine.models.generators.build import build_generator
from engine.profiling.network_cost import count_network_cost
from engine.space.layers import Cost, count_cost
from engine.space.space import Space
from engine.space.tpsr import TpsrDiscriminatorSpace, TpsrSpace

GENERATORS = TpsrSpace(TpsrSpaceRecipe())
DISCRIMINATORS = TpsrDiscriminatorSpace(TpsrDiscriminatorSpaceRecipe())
SEEDS = st.integers(0, 1 << 30)


@pytest.mark.parametrize("space", [GENERATORS, DISCRIMINATORS], ids=["generators", "others"])
@given(seed=SEEDS)
def test_random_candidates_stay_inside_and_are_canonical(space: Space, seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = space.draw(random), space.draw(random)

    made = [one, other, space.mutate(one, random), space.cross(one, other, random)]

    assert all(candidate in space for candidate in made)
    assert made[2] != one
    assert all(space.candidate(space.chromosome(candidate)) == candidate for candidate in made)


@pytest.mark.parametrize(
    ("operations", "nodes"),
    [((None, "conv3"), 2), ((None, "sep3", "conv3"), 1), (("sep3", "conv5"), 2)],
)
def test_equal_generators_are_one_candidate(operations: tuple[str | None, ...], nodes: int) -> None:
    space = TpsrSpace(
        TpsrSpaceRecipe(channels=(8,), operations=operations, nodes=nodes)  # type: ignore[arg-type]
    )
    every = itertools.product(*(gene.choices for gene in space.genes))

    found = {space.candidate(values) for values in every}

    assert len(found) == space.count == len({candidate.id for candidate in found})

    def graph(recipe: GeneratorRecipe) -> tuple[object, object]:
        assert recipe.cells is not None
        early, one, two, shortcut = recipe.cells
        if early:
            return early, (sorted([one, two]), shortcut)
        return early, sorted([one, two, shortcut])

    assert len({str(graph(space.generator(candidate))) for candidate in found}) == len(found)


def test_the_published_generator_is_one_of_them() -> None:
    random = np.random.default_rng(0)
    published = build_generator(GeneratorRecipe(family="tpsr"))
    names = [None, "sep3", "sep5", "conv3", "sep7", "conv5", "conv7"]
    values = [16, *(names.index(operation) for chain in TPSR_CELLS for operation in chain)]

    candidate = GENERATORS.candidate(values)

    made = build_generator(GENERATORS.generator(candidate))
    assert sum(p.numel() for p in made.parameters()) == 61_097
    assert sum(p.numel() for p in published.parameters()) == 61_097
    assert GENERATORS.describe(candidate) == (
        "16: sep5 conv7 conv7 | conv3 conv5 conv3 | conv3 conv5 sep3 | conv7"
    )
    assert GENERATORS.mutate(candidate, random) != candidate


@settings(max_examples=8)
@given(seed=SEEDS)
def test_generators_cost_what_is_counted(seed: int) -> None:
    space = TpsrSpace(TpsrSpaceRecipe(channels=(4, 6)))
    candidate = space.draw(np.random.default_rng(seed))
    network = build_generator(space.generator(candidate)).eval()

    counted = count_cost(space.blocks(candidate), height_px=8, width_px=12)

    measured = count_network_cost(network, height_px=8, width_px=12)
    assert counted == Cost(
        params=measured.params, macs=measured.macs, activations=measured.activations
    )
    with torch.no_grad():
        assert network(torch.rand(1, 3, 8, 8)).shape == (1, 3, 32, 32)


@settings(max_examples=8)
@given(seed=SEEDS)
def test_discriminators_cost_what_is_counted(seed: int) -> None:
    space = TpsrDiscriminatorSpace(TpsrDiscriminatorSpaceRecipe(channels=(4, 6)))
    candidate = space.draw(np.random.default_rng(seed))
    network = build_discriminator(space.discriminator(candidate))

    counted = count_cost(space.blocks(candidate), height_px=32, width_px=48)

    measured = count_network_cost(network, height_px=32, width_px=48)
    assert counted == Cost(
        params=measured.params, macs=measured.macs, activations=measured.activations
    )


def test_cells_that_are_not_there_make_no_other_discriminator() -> None:
    choices = DISCRIMINATORS.genes[2].choices

    twins = {DISCRIMINATORS.candidate([32, 2, 0, 1, first, 0]) for first in choices}

    assert len(twins) == 1
    assert DISCRIMINATORS.describe(twins.pop()) == "32: - sep3"
    assert DISCRIMINATORS.count == 5 * (5**2 + 5**3 + 5**4)


@pytest.mark.parametrize("space", [GENERATORS, DISCRIMINATORS], ids=["generators", "others"])
def test_draws_by_cost_reach_both_ends(space: Space) -> None:
    random = np.random.default_rng(0)
    least, most = (space.macs(end) for end in (space.smallest, space.largest))

    costs = [space.macs(space.draw_by_cost(random)) for _ in range(60)]

    bins = np.histogram(costs, bins=3, range=(least, most))[0].tolist()
    # 20 in each, give or take four standard deviations of 3.7.
    assert all(5 <= count <= 35 for count in bins)
