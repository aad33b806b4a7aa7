"""Measuring this computer, with tiny pictures; no test depends on how long anything takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import JobCancelled
from engine.inference.network.session import runtime_version
from engine.search.devices import measuring, network_bench
from engine.search.devices.interleaving import TimedRun
from engine.search.devices.layers import layers_of
from engine.search.devices.measuring import MeasureSettings, measure_device, measure_widths
from engine.search.devices.network_bench import NetworkBench, Writer
from engine.search.devices.networks import read_layers
from engine.search.devices.predictor import forecast_latency
from engine.search.devices.profile_files import decode_profile, encode_profile
from engine.search.devices.sampling import block_pairs, draw_networks

SETTINGS = MeasureSettings(
    profile_id="here", height_px=8, width_px=8, networks=22, unseen=4, rounds=2, has_blocks=False
)


@pytest.fixture(autouse=True)
def _undisturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no measurement be repeated, however busy this machine is."""
    monkeypatch.setattr(network_bench, "_UNCERTAINTY", float("inf"))


def test_a_measured_computer_becomes_a_profile() -> None:
    steps: list[tuple[int, int]] = []
    profile = measure_device(SETTINGS, progress=lambda done, total: steps.append((done, total)))

    assert profile.runtime.version == runtime_version()
    assert (profile.height_px, profile.width_px, profile.scale) == (8, 8, 4)
    assert len(profile.observations) == 22
    assert {found.runs for found in profile.observations} == {2}
    assert [row.width for row in profile.widths] == list(measuring.WIDTHS)
    assert profile.accuracy[0].networks == 4
    assert profile.reference_ms > 0
    # Twice 22 + 4 networks and 16 chains.
    assert steps[-1] == (84, 84)
    assert decode_profile(encode_profile(profile), source="x") == profile
    layers = layers_of(draw_networks(1, seed=5, scale=4)[0], scale=4)
    assert forecast_latency(profile, layers, height_px=8, width_px=8).origin == "measured"


def test_blocks_are_measured_by_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = block_pairs()[:2]
    monkeypatch.setattr(measuring, "block_pairs", lambda: pairs)
    settings = MeasureSettings(
        profile_id="here",
        height_px=8,
        width_px=8,
        networks=20,
        unseen=0,
        rounds=2,
        has_widths=False,
    )
    profile = measure_device(settings)

    assert [(row.channels, row.inner) for row in profile.blocks] == [
        (deep.channels, deep.inner[0][0]) for _, deep in pairs
    ]
    assert not profile.widths


def test_the_width_table_is_a_difference_of_two_chains(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def known(bench: NetworkBench, writers: Sequence[Writer]) -> list[list[TimedRun]]:
        bench.reference_s.append(0.01)
        runs = []
        for writer in writers:
            path = tmp_path / "chain.onnx"
            writer(path)
            widths = [layer.out_channels for layer in read_layers(path) if layer.kernel_px == 3]
            # 2 ms, and 1 ms for each 8 channels of each layer behind the first.
            task_s = 0.002 + 0.001 * sum(width / 8 for width in widths[1:])
            runs.append([TimedRun(before_s=0.01, task_s=task_s, after_s=0.01)])
        return runs

    monkeypatch.setattr(NetworkBench, "time", known)
    table = measure_widths(SETTINGS)

    assert [row.latency_ms for row in table] == pytest.approx([w / 8 for w in measuring.WIDTHS])
    expected = 9 * 16 * 16 * 8 * 8 / 1e9 / 0.002
    assert table[1].gmac_per_s == pytest.approx(expected)


def test_cancelling_ends_the_measurement() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(JobCancelled):
        measure_widths(SETTINGS, token=token)
