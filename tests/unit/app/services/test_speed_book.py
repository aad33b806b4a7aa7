from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.speed_book import SpeedBook
from app.state.processing import ProcessingChoice, TargetChoice

_CHOICE = ProcessingChoice(model_id="m", fidelity=1.0)


def test_the_first_part_loads_the_network_and_does_not_count() -> None:
    book = SpeedBook()

    book.add_part(_CHOICE, 9.0, 100)
    assert book.seconds_per_px(_CHOICE) is None
    for seconds in (1.0, 2.0, 30.0):
        book.add_part(_CHOICE, seconds, 100)

    assert book.seconds_per_px(_CHOICE) == pytest.approx(0.02)


def test_a_whole_photo_counts_more_than_parts() -> None:
    book = SpeedBook()
    for _ in range(3):
        book.add_part(_CHOICE, 5.0, 100)

    book.add_job(_CHOICE, 1.0, 100)
    book.add_part(_CHOICE, 5.0, 100)

    assert book.seconds_per_px(_CHOICE) == pytest.approx(0.01)


def test_only_what_costs_time_is_told_apart() -> None:
    book = SpeedBook()
    book.add_job(replace(_CHOICE, fidelity=0.3), 2.0, 100)

    same = replace(
        _CHOICE, fidelity=0.7, restoration=0.5, target=TargetChoice(value=2.0), quality=50
    )
    assert book.seconds_per_px(same) == pytest.approx(0.02)
    for other in (
        replace(same, back_projection=True),
        replace(same, model_id="n"),
        replace(same, device="cpu"),
    ):
        assert book.seconds_per_px(other) is None
