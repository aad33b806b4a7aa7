from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.catalog.catalog import Catalog, shipped_models_folder
from engine.core.errors import ConfigError, UnknownNameError
from engine.evaluation.candidates import FileCandidate, open_candidates
from engine.evaluation.costs import cost_of
from engine.imaging.pixel_values import to_float
from tests.helpers.tiny_onnx import write_tiny_onnx


def test_a_file_enlarges_by_its_own_scale(tmp_path: Path) -> None:
    network = FileCandidate(write_tiny_onnx(tmp_path / "net.onnx", scale=2), threads=1)

    sr = network.enlarge(to_float(np.zeros((9, 7, 3), dtype=np.uint8)))

    assert (network.name, network.scale, sr.shape) == ("net", 2, (18, 14, 3))


def test_a_file_for_gray_enlarges_each_channel(tmp_path: Path) -> None:
    network = FileCandidate(write_tiny_onnx(tmp_path / "gray.onnx", channels=1), threads=1)
    lr = to_float(np.random.default_rng(0).integers(0, 255, (9, 7, 3), dtype=np.uint8))

    sr = network.enlarge(lr)

    green = network.enlarge(np.repeat(lr[:, :, 1:2], 3, axis=2))
    assert sr.shape == (18, 14, 3)
    assert_allclose(sr[:, :, 1], green[:, :, 0], atol=1e-6)


def test_names_are_bicubic_files_and_peers(tmp_path: Path) -> None:
    write_tiny_onnx(tmp_path / "b.onnx")
    write_tiny_onnx(tmp_path / "a.onnx")
    catalog = Catalog([])

    names = ["bicubic", "b", "peers", str(tmp_path / "a.onnx")]
    found = open_candidates(names, catalog=catalog, peers=tmp_path, threads=1)

    assert [candidate.name for candidate in found] == ["bicubic", "b", "a", "b", "a"]


def test_bicubic_enlarges_as_far_as_the_networks_beside_it(tmp_path: Path) -> None:
    catalog = Catalog([])
    double = str(write_tiny_onnx(tmp_path / "double.onnx", scale=2))
    triple = str(write_tiny_onnx(tmp_path / "triple.onnx", scale=3))

    def found(*names: str, scale: int | None = None) -> list[tuple[str, int]]:
        candidates = open_candidates(list(names), catalog=catalog, scale=scale, threads=1)
        return [(candidate.name, candidate.scale) for candidate in candidates]

    assert found("bicubic") == [("bicubic", 4)]
    assert found("bicubic", double) == [("bicubic", 2), ("double", 2)]
    assert found("bicubic", double, scale=4) == [("bicubic", 4), ("double", 2)]
    both = [("double", 2), ("bicubic x2", 2), ("bicubic x3", 3), ("triple", 3)]
    assert found(double, "bicubic", triple) == both


def test_a_dial_runs_at_the_point_that_is_asked_for_and_costs_one_network() -> None:
    catalog = Catalog.open_default()
    lr = np.random.default_rng(0).random((16, 16, 3), dtype=np.float32)
    (plain,) = open_candidates(["mfa-s-x4"], catalog=catalog, threads=1)
    (corner,) = open_candidates(
        ["mfa-s-x4"], catalog=catalog, restoration=0.0, fidelity=1.0, threads=1
    )
    file = shipped_models_folder() / "mfa-s-x4-r0f1.onnx"

    assert plain.name == "mfa-s-x4-restoration50"
    assert corner.name == "mfa-s-x4-restoration0-fidelity100"
    assert_allclose(corner.enlarge(lr), FileCandidate(file, threads=1).enlarge(lr), atol=1e-6)
    assert np.abs(corner.enlarge(lr) - plain.enlarge(lr)).max() > 0.01
    assert cost_of(corner).params == cost_of(plain).params == catalog.get("mfa-s-x4").params


def test_wrong_names_are_refused(tmp_path: Path) -> None:
    catalog = Catalog([])

    with pytest.raises(UnknownNameError, match=r"gone\.onnx"):
        open_candidates(["gone.onnx"], catalog=catalog)
    with pytest.raises(UnknownNameError, match="nothing"):
        open_candidates(["nothing"], catalog=catalog)
    with pytest.raises(ConfigError, match="--peers"):
        open_candidates(["peers"], catalog=catalog)
    with pytest.raises(ConfigError, match=r"fidelity=1\.5"):
        open_candidates(["mfa-s-x4"], catalog=Catalog.open_default(), fidelity=1.5)
