"""Each layer is measured alone, and the ends of the int8 chain with it and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bench.int8_layers import measure_ends, measure_layers
from engine.bench.int8_methods import Int8Bench, open_int8_bench
from engine.core.cancellation import CancelToken
from engine.export.bundle.source import BundleSource


@pytest.fixture
def bench(quantized_model: Path, photos: Path, tmp_path: Path) -> Int8Bench:
    return open_int8_bench(
        BundleSource(name=str(quantized_model), calibration=photos),
        (photos,),
        runs=tmp_path,
        threads=1,
        token=CancelToken(),
    )


def test_each_convolution_is_measured_alone(bench: Int8Bench) -> None:
    found = measure_layers(bench)

    names = {one.layer for one in found}
    assert {"head", "tail", "anchor", "after", "blocks.0.stage_1"} <= names
    assert {one.layer for one in found if not one.is_int8} == {"head", "tail", "anchor"}
    assert sum(one.macs_share for one in found) == pytest.approx(1, abs=0.01)
    differences = [one.difference_levels for one in found]
    assert differences == sorted(differences, reverse=True)
    assert all(0 < difference < 20 for difference in differences)


def test_ends_in_float_differ_less_and_leave_less_to_int8(bench: Int8Bench) -> None:
    neither, first, last, both = measure_ends(bench, rounds=1)

    assert [one.float_ends for one in (neither, first, last, both)] == [
        (), ("first",), ("last",), ("first", "last"),
    ]  # fmt: skip
    assert [one.layers for one in (neither, first, last, both)] == [
        (), ("head",), ("after",), ("head", "after"),
    ]  # fmt: skip
    assert neither.int8_macs_share > first.int8_macs_share > both.int8_macs_share > 0
    assert neither.bytes < both.bytes
    assert both.difference_levels < neither.difference_levels
    assert all(one.times_as_fast > 0 for one in (neither, first, last, both))
