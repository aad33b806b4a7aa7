"""Tests of output sizes and the steps to them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import ConfigError
from engine.inference.job.target import OutputTarget, plan_output


def sizes(target: OutputTarget, *scales: int) -> list[tuple[int | None, int, int]]:
    plan = plan_output(100, 60, target, scales=scales)
    return [(step.scale, step.width_px, step.height_px) for step in plan.steps]


def test_factor_of_a_network_is_one_pass() -> None:
    assert sizes(OutputTarget.factor(4), 2, 4) == [(4, 400, 240)]
    assert sizes(OutputTarget.factor(2), 2, 4) == [(2, 200, 120)]


def test_a_factor_between_scales_is_passed_and_downscaled() -> None:
    assert sizes(OutputTarget.factor(3), 2, 4) == [(4, 400, 240), (None, 300, 180)]
    assert sizes(OutputTarget.factor(2.5), 4) == [(4, 400, 240), (None, 250, 150)]


def test_larger_factor_repeats_and_ends_on_the_size() -> None:
    assert sizes(OutputTarget.factor(8), 2, 4) == [(2, 200, 120), (4, 800, 480)]
    assert sizes(OutputTarget.factor(16), 4) == [(4, 400, 240), (4, 1600, 960)]


def test_the_picture_is_downscaled_before_the_last_pass_to_save_work() -> None:
    assert sizes(OutputTarget.factor(5), 4) == [
        (4, 400, 240),
        (None, 125, 75),
        (4, 500, 300),
    ]
    assert sizes(OutputTarget.factor(4.99), 4)[1:] == [
        (None, 125, 75),
        (4, 500, 300),
        (None, 499, 299),
    ]


def test_long_edge_megapixels_and_print_size_end_on_the_size() -> None:
    assert sizes(OutputTarget.long_edge(333), 4)[-1] == (None, 333, 200)
    assert sizes(OutputTarget.megapixels(0.06), 4)[-1] == (None, 316, 190)
    inch = OutputTarget.print_size(1, unit="inch", dpi=300)
    assert sizes(inch, 4)[-1] == (None, 300, 180)
    assert inch.dpi == 300
    assert sizes(OutputTarget.print_size(2.54, unit="cm", dpi=300), 4)[-1] == (None, 300, 180)


def test_target_not_above_the_photo_needs_no_network() -> None:
    assert sizes(OutputTarget.long_edge(50), 4) == [(None, 50, 30)]
    assert plan_output(100, 60, OutputTarget.factor(1), scales=[4]).steps == ()


def test_passes_are_the_network_steps() -> None:
    assert plan_output(100, 60, OutputTarget.factor(5), scales=[4]).passes == (4, 4)


def test_halves_are_rounded_up_and_no_side_vanishes() -> None:
    plan = plan_output(3, 1, OutputTarget.factor(1.5), scales=[2])
    assert (plan.width_px, plan.height_px) == (5, 2)
    plan = plan_output(1000, 1, OutputTarget.long_edge(10), scales=[2])
    assert (plan.width_px, plan.height_px) == (10, 1)


@pytest.mark.parametrize("value", [0, -2, math.nan, math.inf])
def test_sizes_that_make_no_sense_are_refused(value: float) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        OutputTarget.factor(value)
    with pytest.raises(ConfigError, match="above 0"):
        OutputTarget.print_size(10, unit="cm", dpi=value)


def test_unknown_unit_is_refused() -> None:
    with pytest.raises(ConfigError, match="'mm'"):
        OutputTarget.print_size(10, unit="mm", dpi=300)


def test_target_out_of_reach_is_refused() -> None:
    with pytest.raises(ConfigError, match="at most 64 times"):
        plan_output(100, 60, OutputTarget.factor(65), scales=[4])
    with pytest.raises(ConfigError, match="cannot be reached with networks of scale 2"):
        plan_output(100, 60, OutputTarget.factor(20), scales=[2])
    with pytest.raises(ConfigError, match="no network that enlarges"):
        plan_output(100, 60, OutputTarget.factor(2), scales=[1])


def test_networks_that_restore_run_once_at_the_photos_own_size() -> None:
    assert sizes(OutputTarget.factor(1), 1) == [(1, 100, 60)]
    assert sizes(OutputTarget.long_edge(100), 1) == [(1, 100, 60)]
    assert sizes(OutputTarget.factor(0.5), 1) == [(1, 100, 60), (None, 50, 30)]


def test_networks_that_enlarge_are_not_run_where_nothing_is_enlarged() -> None:
    assert sizes(OutputTarget.factor(1), 1, 4) == []
    assert sizes(OutputTarget.factor(2), 1, 2) == [(2, 200, 120)]


@given(
    width_px=st.integers(1, 5000),
    height_px=st.integers(1, 5000),
    factor=st.floats(0.01, 60),
    scales=st.sampled_from([(4,), (3, 4), (2, 3, 4)]),
)
def test_steps_always_end_on_the_size_and_never_enlarge_by_resizing(
    width_px: int, height_px: int, factor: float, scales: tuple[int, ...]
) -> None:
    plan = plan_output(width_px, height_px, OutputTarget.factor(factor), scales=scales)
    before = (width_px, height_px)
    for step in plan.steps:
        size = (step.width_px, step.height_px)
        if step.scale is None:
            assert size[0] <= before[0]
            assert size[1] <= before[1]
        else:
            assert size == (before[0] * step.scale, before[1] * step.scale)
        before = size
    assert before == (plan.width_px, plan.height_px)


@pytest.mark.parametrize("dpi", [0.0, -300.0, math.inf, math.nan])
def test_a_resolution_of_a_print_must_be_a_number_above_zero(dpi: float) -> None:
    with pytest.raises(ConfigError, match="dpi"):
        OutputTarget.print_size(30, unit="cm", dpi=dpi)


def test_sixty_four_times_is_possible_and_no_more() -> None:
    assert plan_output(10, 8, OutputTarget.factor(64), scales=[4]).width_px == 640

    with pytest.raises(ConfigError, match="at most 64 times"):
        plan_output(10, 8, OutputTarget.long_edge(641), scales=[4])


def test_the_work_for_a_photo_of_the_wanted_size_is_a_copy() -> None:
    plan = plan_output(10, 8, OutputTarget.factor(1), scales=[4])

    assert plan.steps == ()
    assert [(step.scale, step.width_px, step.height_px) for step in plan.work] == [(None, 10, 8)]


def test_the_work_of_other_plans_is_their_steps() -> None:
    plan = plan_output(10, 8, OutputTarget.factor(4), scales=[4])

    assert plan.work == plan.steps


def test_a_print_may_have_less_than_a_dot_per_inch() -> None:
    poster = OutputTarget.print_size(1000, unit="inch", dpi=0.5)

    assert (poster.value, poster.dpi) == (500, 0.5)
