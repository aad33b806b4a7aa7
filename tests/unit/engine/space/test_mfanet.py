from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config.mfa_sizes import MfaSizes
from engine.config.spaces import MfanetSpaceRecipe
from engine.core.errors import ConfigError
from engine.models.generators.build import build_generator
from engine.profiling.network_cost import count_network_cost
from engine.space.candidate import Candidate
from engine.space.layers import Cost, count_cost
from engine.space.mfanet import MfanetSpace

WHOLE = MfanetSpace(MfanetSpaceRecipe(), scale=4)
SEEDS = st.integers(0, 1 << 30)


def drawn(seed: int) -> Candidate:
    return WHOLE.draw(np.random.default_rng(seed))


def test_the_usual_space_has_more_networks_than_could_ever_be_tried() -> None:
    assert WHOLE.count == 5 * 2 * sum((6 * 6 * 2 * 2) ** blocks for blocks in range(2, 9))
    assert WHOLE.count > 10**9


@given(seed=SEEDS)
def test_what_is_drawn_is_canonical_and_survives_json(seed: int) -> None:
    candidate = drawn(seed)

    assert candidate in WHOLE
    assert WHOLE.candidate(WHOLE.chromosome(candidate)) == candidate
    read = msgspec.json.decode(msgspec.json.encode(candidate), type=Candidate)
    assert (read, read.id) == (candidate, candidate.id)
    assert WHOLE.of_sizes(WHOLE.sizes(candidate)) == candidate
    assert WHOLE.of_named(WHOLE.named(candidate)) == candidate


@given(seed=SEEDS, other=SEEDS)
def test_genes_of_blocks_that_are_not_there_make_no_other_candidate(seed: int, other: int) -> None:
    candidate, filling = drawn(seed), WHOLE.chromosome(WHOLE.largest)
    values = [
        fill if own is None else own for own, fill in zip(candidate.genes, filling, strict=True)
    ]

    assert WHOLE.candidate(values) == candidate
    # Equal networks are equal candidates, and different ones are not.
    twin = drawn(other)
    is_same = WHOLE.sizes(candidate) == WHOLE.sizes(twin)
    assert (candidate == twin) is is_same
    assert (candidate.id == twin.id) is is_same


@given(seed=SEEDS)
def test_mutations_stay_inside_and_change_something(seed: int) -> None:
    random = np.random.default_rng(seed)
    candidate = WHOLE.draw(random)

    for _ in range(4):
        changed = WHOLE.mutate(candidate, random)
        assert changed in WHOLE
        assert changed != candidate
        candidate = changed


@given(seed=SEEDS)
def test_a_child_has_each_block_and_each_size_from_a_parent(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other = parents = [WHOLE.draw(random), WHOLE.draw(random)]

    child = WHOLE.cross(one, other, random)

    assert child in WHOLE
    for group in WHOLE.groups():
        own = [child.genes[place] for place in group]
        theirs = [[parent.genes[place] for place in group] for parent in parents]
        assert own in theirs or own == [None] * len(own)


def test_children_mix_their_parents() -> None:
    random = np.random.default_rng(0)

    children = {WHOLE.cross(WHOLE.smallest, WHOLE.largest, random).id for _ in range(32)}

    assert len(children) > 16


def test_a_space_of_one_network_has_nothing_to_mutate() -> None:
    only = MfanetSpace(
        MfanetSpaceRecipe(
            channels=(8,),
            blocks=(2,),
            inner=(8,),
            taps=(True,),
            last_kernels=(3,),
            tail_kernels=(3,),
        ),
        scale=2,
    )
    random = np.random.default_rng(0)

    assert only.count == 1
    assert only.mutate(only.smallest, random) == only.smallest == only.largest
    assert only.draw_by_cost(random) == only.smallest


def test_blocks_are_inserted_removed_and_exchanged_as_a_whole() -> None:
    random = np.random.default_rng(3)
    start = WHOLE.nearest_cost(WHOLE.macs(WHOLE.largest) / 256**2 / 3, random)
    kept = set()

    for _ in range(200):
        values = WHOLE.restructured(WHOLE.chromosome(start), random)
        sizes = WHOLE.sizes(WHOLE.candidate(values))
        before = WHOLE.sizes(start)
        if sorted(sizes.inner) == sorted(before.inner) and sizes.inner != before.inner:
            kept.add("exchanged")
        if sizes.blocks == before.blocks + 1 and set(sizes.inner) == set(before.inner):
            kept.add("inserted")
        if sizes.blocks == before.blocks - 1:
            kept.add("removed")
    assert kept == {"exchanged", "inserted", "removed"}


def test_draws_by_cost_are_spread_evenly_over_the_costs() -> None:
    random = np.random.default_rng(0)
    least, most = (WHOLE.macs(end) for end in (WHOLE.smallest, WHOLE.largest))

    def counts(candidates: list[Candidate]) -> list[int]:
        costs = [WHOLE.macs(candidate) for candidate in candidates]
        return [int(count) for count in np.histogram(costs, bins=5, range=(least, most))[0]]

    by_cost = counts([WHOLE.draw_by_cost(random) for _ in range(200)])
    by_choices = counts([WHOLE.draw(random) for _ in range(200)])

    # 40 in each of 5 bins, give or take four standard deviations of 5.7.
    assert all(17 <= count <= 63 for count in by_cost)
    # Drawn evenly in the choices, the dear end is hardly ever seen.
    assert by_choices[-1] < 5


def test_a_draw_comes_close_to_the_cost_it_aims_at() -> None:
    random = np.random.default_rng(1)
    least, most = (WHOLE.macs(end) / 256**2 for end in (WHOLE.smallest, WHOLE.largest))

    for wanted in np.linspace(least, most, 7).tolist():
        made = WHOLE.macs(WHOLE.nearest_cost(wanted, random)) / 256**2
        assert abs(made - wanted) <= 0.01 * (most - least)


@settings(max_examples=10)
@given(seed=SEEDS, scale=st.sampled_from([2, 3, 4]))
def test_cost_is_counted_as_it_is_measured(seed: int, scale: int) -> None:
    small = MfanetSpaceRecipe(channels=(4, 8), blocks=(1, 2, 3), inner=(2, 4, 8))
    space = MfanetSpace(small, scale=scale)
    candidate = space.draw(np.random.default_rng(seed))
    network = build_generator(space.generator(candidate)).folded()

    counted = count_cost(space.blocks(candidate), height_px=20, width_px=24)

    measured = count_network_cost(network, height_px=20, width_px=24)
    assert counted == Cost(
        params=measured.params, macs=measured.macs, activations=measured.activations
    )
    assert space.macs(candidate, height_px=20, width_px=24) == measured.macs
    assert space.macs_per_px(space.chromosome(candidate)) * 20 * 24 == measured.macs
    with torch.no_grad():
        assert network(torch.rand(1, 3, 6, 5)).shape == (1, 3, 6 * scale, 5 * scale)


def test_stages_may_be_as_wide_as_the_trunk() -> None:
    space = MfanetSpace(MfanetSpaceRecipe(channels=(6, 4), blocks=(2, 1), inner=()), scale=2)

    assert space.sizes(space.smallest).inner == ((4, 4),)
    assert space.sizes(space.largest).inner == ((6, 6),) * 2
    assert space.of_sizes(space.sizes(space.largest)) == space.largest
    odd = msgspec.structs.replace(space.sizes(space.smallest), inner=((2, 4),))
    with pytest.raises(ConfigError, match="only the trunk's width"):
        space.of_sizes(odd)


def test_a_candidate_is_described_in_a_line() -> None:
    sizes = MfaSizes(
        channels=32,
        inner=((16, 24), (8, 8)),
        taps=(True, False),
        last_kernels=(3, 1),
        tail_kernel=1,
    )

    assert WHOLE.describe(WHOLE.of_sizes(sizes)) == "32x2 [16,24] [8,8]-tap/1 tail 1"


def test_an_id_stays_when_the_space_grows() -> None:
    deeper = MfanetSpace(MfanetSpaceRecipe(blocks=(1, 2, 3, 12), channels=(16, 64)), scale=4)
    sizes = msgspec.structs.replace(WHOLE.sizes(WHOLE.smallest), channels=16)

    assert deeper.of_sizes(sizes).id == WHOLE.of_sizes(sizes).id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"channels": 17}, "channels=17: the space has only 16, 24, 32, 40, 48"),
        ({"tail_kernel": 5}, "tail_kernel=5"),
        ({"inner": ((8, 9), (8, 8))}, "block_0.middle=9"),
        ({"inner": ((8, 8),) * 9, "taps": (True,) * 9, "last_kernels": (3,) * 9}, "at most 8"),
    ],
)
def test_sizes_that_cannot_be_chosen_are_refused(change: dict[str, object], message: str) -> None:
    sizes = msgspec.structs.replace(WHOLE.sizes(WHOLE.smallest), **change)

    with pytest.raises(ConfigError, match=message):
        WHOLE.of_sizes(sizes)


def test_a_candidate_of_elsewhere_is_refused() -> None:
    twice = MfanetSpace(MfanetSpaceRecipe(), scale=2)
    raw = Candidate(family="mfanet", scale=4, genes=WHOLE.chromosome(WHOLE.smallest))

    assert twice.smallest not in WHOLE
    with pytest.raises(ConfigError, match="mfanet x2 in a space of mfanet x4"):
        WHOLE.check(twice.smallest)
    with pytest.raises(ConfigError, match="canonical"):
        WHOLE.check(raw)
    with pytest.raises(ConfigError, match="3 genes, but the space has 35"):
        WHOLE.candidate([16, 2, 3])
    with pytest.raises(ConfigError, match=r"block_9\.tap: the space has no such gene"):
        WHOLE.of_named({"channels": 16, "block_9.tap": 1})


def test_a_supernet_must_contain_the_largest() -> None:
    WHOLE.check_inside(WHOLE.sizes(WHOLE.largest))

    for name in ("channels", "tail_kernel"):
        smaller = msgspec.structs.replace(WHOLE.sizes(WHOLE.largest), **{name: 1})
        with pytest.raises(ConfigError, match=f"{name}=.* not part of the supernet"):
            WHOLE.check_inside(smaller)


def test_a_space_without_a_choice_is_refused() -> None:
    with pytest.raises(ConfigError, match="channels: name at least one"):
        MfanetSpace(MfanetSpaceRecipe(channels=()), scale=4)


def test_a_shrunk_space_leaves_open_what_is_named() -> None:
    narrow = WHOLE.shrunk(["blocks", "taps"])

    assert narrow.largest == WHOLE.largest
    assert narrow.count == sum(2**blocks for blocks in range(2, 9))
    assert WHOLE.shrunk([]).count == 1
