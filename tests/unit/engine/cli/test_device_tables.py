from __future__ import annotations

from engine.cli.device_tables import FORECAST_COLUMNS, facts, forecast_row, list_row
from engine.search.devices.layers import equal_blocks, layers_of
from engine.search.devices.predictor import forecast_latency
from engine.search.devices.profile_files import find_profile
from tests.helpers.device_profiles import measured_profile

LAYERS = layers_of(equal_blocks(32, 4), scale=4)
MEASURED, ESTIMATED = (
    FORECAST_COLUMNS.index(">ms, from measured times"),
    FORECAST_COLUMNS.index(">ms, estimated"),
)


def test_measured_and_estimated_latencies_never_share_a_column() -> None:
    for profile in (
        measured_profile(),
        find_profile("snapdragon-865-cpu-fp32"),
        find_profile("galaxy-s24-npu-int8"),
    ):
        found = forecast_latency(profile, LAYERS, height_px=180, width_px=320)
        row = forecast_row("a.onnx", profile.id, found)
        assert len(row) == len(FORECAST_COLUMNS)
        filled, empty = (
            (MEASURED, ESTIMATED) if found.origin == "measured" else (ESTIMATED, MEASURED)
        )
        assert row[filled] == f"{found.latency_ms:.1f}"
        assert row[empty] == "-"


def test_every_description_of_an_estimate_says_so() -> None:
    for name in ("snapdragon-865-cpu-fp32", "galaxy-s24-npu-int8"):
        profile = find_profile(name)
        assert "estimated" in list_row(profile)[-1]
        assert "estimated" in dict(facts(profile))["Latencies"]


def test_conditions_that_are_not_known_are_named() -> None:
    found = dict(facts(measured_profile()))
    assert found["Before"] == (
        "governor performance, frequency not known, temperature 40 °C, load not known"
    )
