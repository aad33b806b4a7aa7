from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from engine.core.errors import ConfigError, ModelRefusedError
from engine.search.devices.checking import check_networks
from engine.search.devices.interleaving import TimedRun
from engine.search.devices.layers import equal_blocks, layers_of
from engine.search.devices.network_bench import NetworkBench, Writer
from engine.search.devices.networks import write_network
from engine.search.devices.predictor import forecast_latency
from engine.search.devices.profile import MeasuredProfile
from engine.search.devices.this_computer import local_runtime
from tests.helpers.device_profiles import measured_profile

SIZES = [equal_blocks(16, 2), equal_blocks(32, 3)]


@pytest.fixture
def profile() -> MeasuredProfile:
    """A profile of the synthetic device that seems to be of this computer."""
    return msgspec.structs.replace(
        measured_profile(), height_px=8, width_px=8, runtime=local_runtime(1)
    )


@pytest.fixture
def networks(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "a.onnx", tmp_path / "b.onnx"]
    for path, sizes in zip(paths, SIZES, strict=True):
        write_network(sizes, path, scale=4)
    return paths


def test_networks_are_measured_beside_their_predictions(
    profile: MeasuredProfile, networks: list[Path]
) -> None:
    found = check_networks(profile, networks, rounds=2)

    assert [row.path for row in found] == networks
    for row, sizes in zip(found, SIZES, strict=True):
        layers = layers_of(sizes, scale=4)
        predicted = forecast_latency(profile, layers, height_px=8, width_px=8)
        assert row.predicted_ms == pytest.approx(predicted.latency_ms)
        assert row.measured_ms > 0


def test_a_measured_latency_is_a_multiple_of_the_reference_of_today(
    profile: MeasuredProfile, networks: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def known(bench: NetworkBench, writers: Sequence[Writer]) -> list[list[TimedRun]]:
        bench.reference_s += [0.02, 0.02, 0.9]
        return [[TimedRun(before_s=1.0, task_s=3.0, after_s=2.0)] for _ in writers]

    monkeypatch.setattr(NetworkBench, "time", known)
    found = check_networks(profile, networks)

    assert [row.measured_ms for row in found] == pytest.approx([40.0, 40.0])
    assert found[0].error == pytest.approx(found[0].predicted_ms / 40 - 1)


def test_another_version_of_the_runtime_is_refused_before_anything_runs(
    profile: MeasuredProfile, networks: list[Path]
) -> None:
    old = msgspec.structs.replace(profile.runtime, version="1.2.3")
    with pytest.raises(ConfigError, match=r"onnxruntime 1\.2\.3"):
        check_networks(msgspec.structs.replace(profile, runtime=old), networks)


def test_a_file_that_is_no_network_is_named(profile: MeasuredProfile, tmp_path: Path) -> None:
    with pytest.raises(ModelRefusedError, match=r"missing\.onnx"):
        check_networks(profile, [tmp_path / "missing.onnx"])
