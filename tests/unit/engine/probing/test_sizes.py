from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.core.errors import InferenceError, ModelRefusedError
from engine.core.size_rules import SizeRules
from engine.probing.sizes import FoundSizes, find_sizes

Takes = Callable[[int, int], bool]


class Network:
    """Enlarges what it takes; counts how often it is run, in units of 64 x 64 px."""

    def __init__(self, takes: Takes, scale: int = 2) -> None:
        self._takes, self._scale = takes, scale
        self.work = 0.0

    def __call__(self, height: int, width: int) -> tuple[int, ...]:
        self.work += height * width / 64**2
        if not self._takes(height, width):
            raise InferenceError(f"no {height} x {width}")
        return (1, 3, height * self._scale, width * self._scale)


@pytest.mark.parametrize("multiple", [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 16, 18, 20, 24, 32])
def test_the_least_multiple_is_found(multiple: int) -> None:
    network = Network(lambda h, w: h % multiple == 0 and w % multiple == 0)
    found = find_sizes(network, channels=3)
    assert found == FoundSizes(scale=2, rules=SizeRules(multiple=multiple, min_px=multiple))


@pytest.mark.parametrize("multiple", [13, 36, 40, 48, 56, 60, 64, 72, 80, 96, 112, 128])
def test_large_and_odd_multiples_are_found(multiple: int) -> None:
    network = Network(lambda h, w: h % multiple == 0 and w % multiple == 0)
    assert find_sizes(network, channels=3).rules.multiple == multiple


def test_a_multiple_of_one_side_applies_to_both() -> None:
    network = Network(lambda h, w: h % 6 == 0 and w % 4 == 0)
    assert find_sizes(network, channels=3).rules.multiple == 12


@pytest.mark.parametrize(("multiple", "least"), [(1, 1), (1, 2), (1, 11), (1, 33), (4, 20), (8, 8)])
def test_the_least_side_is_found(multiple: int, least: int) -> None:
    network = Network(lambda h, w: h % multiple == 0 and w % multiple == 0 and min(h, w) >= least)
    found = find_sizes(network, channels=3)
    assert (found.rules.multiple, found.rules.min_px) == (multiple, least)


@pytest.mark.parametrize("least", [40, 73, 150])
def test_networks_that_take_large_pictures_only_are_found(least: int) -> None:
    network = Network(lambda h, w: min(h, w) >= least)
    assert find_sizes(network, channels=3).rules.min_px == least


def test_sizes_that_ended_a_process_are_not_tried_again() -> None:
    def takes(height: int, width: int) -> bool:
        assert (height, width) != (1, 1)
        return True

    assert find_sizes(Network(takes), channels=3, crashed=[(1, 1)]).rules.min_px == 2


def test_usual_networks_need_few_trials() -> None:
    plain, windowed = Network(lambda _h, _w: True), Network(lambda h, w: h % 8 == w % 8 == 0)
    find_sizes(plain, channels=3)
    find_sizes(windowed, channels=3)
    assert plain.work < 0.6
    assert windowed.work < 10


def test_a_traced_size_is_named() -> None:
    network = Network(lambda h, w: (h, w) == (64, 64))
    with pytest.raises(ModelRefusedError, match=r"runs at 64 x 64 px only.*traced"):
        find_sizes(network, channels=3)


def test_a_network_that_never_runs_is_refused_with_the_first_reason() -> None:
    with pytest.raises(ModelRefusedError, match="no 32 x 33"):
        find_sizes(Network(lambda _h, _w: False), channels=3)


def test_an_output_of_a_fixed_size_is_named() -> None:
    with pytest.raises(ModelRefusedError, match=r"always has 128 x 96 px.*traced"):
        find_sizes(lambda _h, _w: (1, 3, 96, 128), channels=3)


@pytest.mark.parametrize(
    "output",
    [
        lambda h, w: (1, 3, h // 2, w // 2),
        lambda h, w: (1, 3, h * 5 // 2, w * 5 // 2),
        lambda h, w: (1, 3, h * 17, w * 17),
        lambda h, w: (1, 4, h * 2, w * 2),
        lambda h, w: (1, 3, h * 2 - 8, w * 2 - 8),
        lambda h, w: (1, 3, w * 2, h * 2),
        lambda h, w: (3, h * 2, w * 2),
        lambda _h, _w: (),
    ],
    ids=["smaller", "x2.5", "x17", "4 channels", "cut", "turned", "no batch", "a number"],
)
def test_what_does_not_enlarge_by_an_integer_factor_is_refused(
    output: Callable[[int, int], tuple[int, ...]],
) -> None:
    with pytest.raises(ModelRefusedError, match="not an enlargement by an integer factor"):
        find_sizes(output, channels=3)
