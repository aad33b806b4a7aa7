from __future__ import annotations

import msgspec
import pytest

from engine.core.errors import ConfigError
from engine.search.devices.estimates import fit_published
from engine.search.devices.layers import equal_blocks, layers_of, macs_per_px
from engine.search.devices.predictor import (
    forecast_latency,
    label_of,
    origin_of,
    require_measured,
    require_runtime,
)
from engine.search.devices.profile import DeviceProfile, MeasuredProfile
from engine.search.devices.profile_files import decode_profile, encode_profile, list_profiles
from engine.space.layers import Layer
from tests.helpers.device_profiles import RUNTIME, measured_profile

LAYERS = layers_of(equal_blocks(32, 4), scale=4)


def shipped(profile_id: str) -> DeviceProfile:
    entries, _ = list_profiles()
    return next(entry.profile for entry in entries if entry.profile.id == profile_id)


def test_a_measured_profile_predicts_at_its_own_input_only() -> None:
    profile = measured_profile()
    found = forecast_latency(profile, LAYERS, height_px=180, width_px=320)

    assert found.origin == "measured"
    assert found.low_ms < found.latency_ms < found.high_ms
    with pytest.raises(ConfigError, match=r"180x320, not at 256x256.*--input 256x256"):
        forecast_latency(profile, LAYERS, height_px=256, width_px=256)


def test_layers_that_were_never_measured_are_refused() -> None:
    depthwise = Layer(role="x", kernel_px=5, in_channels=16, out_channels=16, groups=16)
    with pytest.raises(
        ConfigError, match="synthetic says nothing about 5x5 convolutions in groups"
    ):
        forecast_latency(measured_profile(), [*LAYERS, depthwise], height_px=180, width_px=320)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"version": "1.0.0"}, "onnxruntime 1.0.0"),
        ({"name": "other"}, "other 1.31.1"),
        ({"provider": "cuda"}, "on cuda"),
        ({"precision": "int8"}, "int8"),
        ({"thread_count": 4}, "4 threads"),
    ],
)
def test_a_profile_of_another_runtime_is_refused(change: dict[str, object], word: str) -> None:
    profile = measured_profile()
    require_runtime(profile, RUNTIME)

    other = msgspec.structs.replace(RUNTIME, **change)
    with pytest.raises(ConfigError, match=f"not with .*{word}.*mfagan device measure"):
        require_runtime(profile, other)


def test_an_estimate_is_not_compared_with_measured_times() -> None:
    with pytest.raises(ConfigError, match="estimated from its data sheet, within a factor of two"):
        require_measured(shipped("snapdragon-865-cpu-fp32"))
    profile = measured_profile()
    assert require_measured(profile) is profile


def test_every_estimate_stays_labelled_as_one() -> None:
    entries, broken = list_profiles()
    assert not broken
    found = [e.profile for e in entries if not isinstance(e.profile, MeasuredProfile)]
    assert len(found) == 11
    for profile in found:
        # Through a file as well.
        for one in (profile, decode_profile(encode_profile(profile), source="x")):
            forecast = forecast_latency(one, LAYERS, height_px=180, width_px=320)
            assert origin_of(one) == forecast.origin == "estimated"
            assert "estimated from" in label_of(one)
            assert forecast.label == label_of(one)
            assert forecast.low_ms < forecast.latency_ms < forecast.high_ms


def test_the_data_sheet_is_within_a_factor_of_two() -> None:
    found = forecast_latency(
        shipped("snapdragon-865-cpu-fp32"), LAYERS, height_px=180, width_px=320
    )
    assert found.label.endswith("within a factor of two")
    assert found.low_ms == found.latency_ms / 2
    assert found.high_ms == 2 * found.latency_ms
    # Nothing is faster than the peak of the data sheet: 80.8 GMAC/s.
    peak_ms = float(macs_per_px(LAYERS)) * 180 * 320 / 80.8e9 * 1000
    assert found.low_ms >= peak_ms * (1 - 1e-9)


def test_published_times_keep_their_residual() -> None:
    profile = shipped("galaxy-s24-npu-fp16")
    found = forecast_latency(profile, LAYERS, height_px=128, width_px=128)

    worst = max(map(abs, fit_published(profile).errors))  # type: ignore[arg-type]
    assert f"misses by up to {worst:.0%}" in found.label
    # Published for 128x128: 0.6 to 4.3 ms for 0.5 to 20 GMAC; this network has 2.4.
    assert 0.6 < found.latency_ms < 4.3
