"""In a single process nothing is exchanged; several are tested end to end."""

from __future__ import annotations

from torch import nn

from engine.training.processes import (
    broadcast_text,
    is_any_true,
    mean_over_processes,
    process_count,
    process_group,
    rank,
    shared,
)


def test_a_single_process_is_the_first_of_one() -> None:
    with process_group():
        assert (rank(), process_count()) == (0, 1)


def test_a_single_process_keeps_its_own_values() -> None:
    network = nn.Linear(2, 2)

    assert shared(network) is network
    assert mean_over_processes([1.5, -2.0]) == [1.5, -2.0]
    assert broadcast_text("runs/mine") == "runs/mine"


def test_a_single_process_decides_alone() -> None:
    assert is_any_true(value=True)
    assert not is_any_true(value=False)
