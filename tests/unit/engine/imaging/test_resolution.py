from __future__ import annotations

from fractions import Fraction

import pytest

from engine.imaging.resolution import as_ratio, is_possible


@pytest.mark.parametrize("dpi", [(72.0, 72.0), (0.01, 1e7), (254_000.0, 254_000.0)])
def test_posters_and_microscopes_are_possible(dpi: tuple[float, float]) -> None:
    assert is_possible(dpi)


@pytest.mark.parametrize("dpi", [(4294967295.0, 72.0), (72.0, 1e-9), (1e8, 1e8)])
def test_resolutions_that_nothing_has_are_impossible(dpi: tuple[float, float]) -> None:
    assert not is_possible(dpi)


@pytest.mark.parametrize(
    ("value", "ratio"),
    [
        (300.0, (300, 1)),
        (72.5, (145, 2)),
        (Fraction(1000, 3), (1000, 3)),
        (4e9 + 0.25, (4_000_000_000, 1)),
        (4e8 + 1 / 3, (1_200_000_001, 3)),
        (2.0**40, None),
    ],
)
def test_a_value_becomes_two_numbers_of_32_bits(
    value: float | Fraction, ratio: tuple[int, int] | None
) -> None:
    assert as_ratio(value) == ratio
