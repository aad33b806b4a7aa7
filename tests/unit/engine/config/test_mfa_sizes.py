from __future__ import annotations

import msgspec
import pytest

from engine.config.mfa_sizes import MfaSizes
from engine.config.parts import GeneratorRecipe

SEARCHED = MfaSizes(
    channels=8,
    inner=((4, 8), (8, 4), (8, 8)),
    taps=(True, False, True),
    last_kernels=(3, 1, 1),
    tail_kernel=1,
)


def test_sizes_are_written_as_briefly_as_they_can_be() -> None:
    usual = GeneratorRecipe(scale=2, channels=8, blocks=3)

    assert MfaSizes.of(usual).in_recipe(GeneratorRecipe(scale=2)) == usual
    written = SEARCHED.in_recipe(GeneratorRecipe(scale=2))
    assert MfaSizes.of(written) == SEARCHED
    assert (written.taps, written.tail_kernel) == ((True, False, True), 1)


def test_the_number_of_blocks_follows_from_any_list() -> None:
    assert MfaSizes.of(GeneratorRecipe(taps=(True, False))).blocks == 2
    assert MfaSizes.of(GeneratorRecipe(last_kernels=(1, 3, 1))).blocks == 3
    with pytest.raises(ValueError, match="taps has the values of 2 blocks, but there are 3"):
        MfaSizes.of(GeneratorRecipe(blocks=3, taps=(True, False)))


def test_the_receptive_field_follows_from_the_kernels() -> None:
    # 1 for the head, 3, 2 and 2 for the blocks, 1 behind them and 0 for the tail, on each side.
    assert SEARCHED.receptive_field_px == 2 * (1 + 3 + 2 + 2 + 1) + 1
    assert MfaSizes.of(GeneratorRecipe(blocks=4)).receptive_field_px == 2 * (3 * 4 + 3) + 1


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, []),
        ({"channels": 9}, ["channels=9 of at most 8"]),
        ({"tail_kernel": 3}, ["tail_kernel=3 of at most 1"]),
        ({"taps": (True, True, True)}, ["taps[1]=True of at most False"]),
        ({"last_kernels": (3, 3, 1)}, ["last_kernels[1]=3 of at most 1"]),
        ({"inner": ((4, 8), (9, 5), (8, 8))},
         ["inner[1][0]=9 of at most 8", "inner[1][1]=5 of at most 4"]),
    ],
)  # fmt: skip
def test_what_a_larger_network_lacks_is_named(
    change: dict[str, object], missing: list[str]
) -> None:
    asked = msgspec.structs.replace(SEARCHED, **change)

    assert list(asked.missing_from(SEARCHED)) == missing
