from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import MissingExtraError
from engine.inference.network.session import SessionSpec, open_session
from engine.probing.process import measure_cost
from engine.profiling.rrdb_reference import build_rrdb


def test_rrdb_23_costs_what_the_paper_s_network_costs(tmp_path: Path) -> None:
    build_rrdb(tmp_path / "rrdb.onnx")
    cost = measure_cost(tmp_path / "rrdb.onnx", height_px=256, width_px=256)
    assert cost.params == 16_697_987
    assert round(cost.macs / 1e9, 2) == 1174.85
    assert round(cost.conv_activations / 1e6, 1) == 1030.8
    assert (
        round(measure_cost(tmp_path / "rrdb.onnx", height_px=180, width_px=320).macs / 1e9, 1)
        == 1032.6
    )


def test_the_reference_runs_and_stays_finite(tmp_path: Path) -> None:
    build_rrdb(tmp_path / "rrdb.onnx", block_count=1)
    session = open_session(SessionSpec(path=tmp_path / "rrdb.onnx"))
    output = session.run(np.random.default_rng(0).random((1, 3, 8, 12), dtype=np.float32))
    assert output.shape == (1, 3, 32, 48)
    assert np.isfinite(output).all()
    assert output.std() > 0


def test_without_the_onnx_package_the_way_out_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingExtraError, match="--no-rrdb"):
        build_rrdb(tmp_path / "rrdb.onnx")
