from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from engine.cli.commands import bench_speed
from engine.cli.profile_targets import Target
from engine.profiling import speed
from engine.profiling.speed import TimedNetwork
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.unit.engine.cli.conftest import RunCommand


def test_bench_writes_one_object(
    mfagan: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The real one multiplies large matrices for seconds.
    monkeypatch.setattr(speed, "measure_peak_gflops", lambda *, side: side / 10)
    write_tiny_onnx(tmp_path / "peer.onnx", scale=4)
    (tmp_path / "peers.json").write_text(
        '{"networks": [{"file": "peer.onnx", "name": "a-peer"}]}', encoding="utf-8"
    )
    said = mfagan(
        "bench", "speed", "--size", 16, "--rounds", 1, "--no-rrdb", "--no-memory",
        "--peers", tmp_path, "--json",
    )  # fmt: skip
    assert said.code == 0, said.out
    reply = said.events[0]
    assert reply["peak_gflops"] == 204.8
    assert {"machine", "peak_gflops", "networks"} <= set(reply)
    assert reply["networks"][-1]["name"] == "a-peer"
    needed = {
        "name", "gmac", "latency_ms", "megapixels_per_s", "gflops", "peak_share", "peak_rss_mb",
    }  # fmt: skip
    assert all(needed <= set(network) for network in reply["networks"])


def test_bench_refuses_a_folder_without_networks(mfagan: RunCommand, tmp_path: Path) -> None:
    assert mfagan("bench", "speed", "--no-rrdb", "--peers", tmp_path).code == 2
    (tmp_path / "peers.json").write_text("[]", encoding="utf-8")
    assert "peers.json" in mfagan("bench", "speed", "--no-rrdb", "--peers", tmp_path).err


@pytest.fixture
def _one_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one tiny network stand for the shipped ones, and no large matrix be multiplied."""
    path = write_tiny_onnx(tmp_path / "ours.onnx", scale=4)
    ours = [TimedNetwork(name="ours", path=path, group="ours")]
    monkeypatch.setattr(bench_speed, "_ours", lambda: ours)
    monkeypatch.setattr(speed, "measure_peak_gflops", lambda *, side: side / 10)


_QUICK = ("bench", "speed", "--size", 16, "--rounds", 1, "--no-memory")


@pytest.mark.usefixtures("_one_network")
def test_the_reference_is_timed_beside_the_models(
    mfagan: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def small_reference(name: str, *_: object, **__: object) -> Target:
        asked.append(name)
        path = write_tiny_onnx(tmp_path / "reference.onnx", scale=4)
        return Target(path=path, params=1, macs=1, activations=1)

    monkeypatch.setattr(bench_speed, "open_target", small_reference)

    said = mfagan(*_QUICK, "--json")

    assert asked == ["rrdbnet"]
    assert [network["name"] for network in said.events[0]["networks"]] == ["ours", "rrdb-23"]
    assert list(said.events[0]["times_faster"]["ours"]) == ["rrdb-23"]


@pytest.mark.usefixtures("_one_network")
def test_without_torch_the_reference_is_left_out_or_refused(
    mfagan: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    said = mfagan(*_QUICK)
    refused = mfagan(*_QUICK, "--rrdb")

    assert said.code == 0
    assert "Left out: rrdb-23" in said.err
    assert "rrdb" not in said.out
    assert refused.code == 1
    assert 'pip install "mfagan-studio[train]", or leave it out with --no-rrdb' in refused.err
