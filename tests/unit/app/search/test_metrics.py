from __future__ import annotations

from pathlib import Path

import pytest

from app.search.metrics import (
    METRICS,
    axis_title,
    device_sentence,
    is_estimate,
    known_metrics,
    origin_text,
)
from engine.api import DeviceFacts, SearchReader
from tests.helpers.small_searches import write_search

_PHONE = DeviceFacts(id="phone", device="Phone", kind="estimated-from-data-sheet")
_HERE = DeviceFacts(id="here", device="This one", kind="measured")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("psnr_y_db", 28.43535, "28.435 dB"),
        ("lpips", 0.12345, "0.1235"),
        ("latency_ms", 597.44, "597.4 ms"),
        ("params", 420_928.0, "420.9 K"),
        ("file_mb", 1.6918, "1.69 MB"),
    ],
)
def test_values_have_their_unit(name: str, value: float, text: str) -> None:
    assert METRICS[name].text(value) == text


def test_an_axis_says_where_latencies_come_from() -> None:
    latency = METRICS["latency_ms"]

    assert axis_title(latency, _PHONE) == "Latency \u00b7 Phone, estimated (ms)"
    assert axis_title(latency, _HERE) == "Latency \u00b7 This one, predicted (ms)"
    assert axis_title(METRICS["lpips"], _PHONE) == "LPIPS"
    assert origin_text(_PHONE) != origin_text(_HERE)


def test_only_latency_of_a_profile_is_an_estimate() -> None:
    assert is_estimate([METRICS["psnr_y_db"], METRICS["latency_ms"]])
    assert not is_estimate([METRICS["psnr_y_db"], METRICS["measured_latency_ms"]])


def test_an_estimate_from_a_data_sheet_says_how_wrong_it_can_be() -> None:
    assert "within a factor of two" in device_sentence(_PHONE)
    assert "measured on it" in device_sentence(_HERE)
    assert device_sentence(DeviceFacts(id="odd", kind="new")) == "odd"


def test_axes_are_offered_for_what_is_known(tmp_path: Path) -> None:
    state = SearchReader(write_search(tmp_path / "search")).read()

    assert [metric.name for metric in known_metrics(state)] == [
        "psnr_y_db",
        "latency_ms",
        "measured_latency_ms",
        "gmacs",
        "params",
    ]
