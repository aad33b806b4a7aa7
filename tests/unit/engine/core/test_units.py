from __future__ import annotations

import pytest

from engine.core.units import format_bytes, format_duration, format_megapixels


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_400_000_000, "1.4 GB"),
        (2.5e15, "2500.0 TB"),
        (-2000, "-2.0 kB"),
    ],
)
def test_sizes_read_well(count: float, text: str) -> None:
    assert format_bytes(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.9, "9.9 s"), (10.4, "10 s"), (125, "2 min 5 s"), (7325, "2 h 2 min")],
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("pixels", "text"),
    [
        (256 * 169, "0.043 MP"),
        (1, "0.0000010 MP"),
        (640_000, "0.64 MP"),
        (999_999, "1.00 MP"),
        (1_000_000, "1.0 MP"),
        (11_124_736, "11.1 MP"),
    ],
)
def test_no_picture_has_no_pixels(pixels: int, text: str) -> None:
    assert format_megapixels(pixels) == text
