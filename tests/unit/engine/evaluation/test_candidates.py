from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from engine.catalog.catalog import Catalog
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


def test_a_blend_lies_between_its_networks_and_costs_both() -> None:
    catalog = Catalog.open_default()
    names = ["mfa-xs-x4-photo", "mfa-xs-x4-photo-vivid"]
    lr = np.random.default_rng(0).random((16, 16, 3), dtype=np.float32)
    faithful, vivid = open_candidates(names, catalog=catalog, threads=1)
    blends = open_candidates(names, catalog=catalog, fidelity=0.25, threads=1)

    expected = 0.25 * faithful.enlarge(lr) + 0.75 * vivid.enlarge(lr)

    for blend in blends:
        assert blend.name == "mfa-xs-x4-photo, fidelity 0.25"
        assert_allclose(blend.enlarge(lr), expected, atol=1e-5)
        costs = [cost_of(candidate) for candidate in (blend, faithful, vivid)]
        assert costs[0].gmac == pytest.approx(costs[1].gmac + costs[2].gmac)
        assert costs[0].params == costs[1].params + costs[2].params


def test_wrong_names_are_refused(tmp_path: Path) -> None:
    catalog = Catalog([])

    with pytest.raises(UnknownNameError, match=r"gone\.onnx"):
        open_candidates(["gone.onnx"], catalog=catalog)
    with pytest.raises(UnknownNameError, match="nothing"):
        open_candidates(["nothing"], catalog=catalog)
    with pytest.raises(ConfigError, match="--peers"):
        open_candidates(["peers"], catalog=catalog)
    with pytest.raises(ConfigError, match="mfa-s-x2-classic: has no twin"):
        open_candidates(["mfa-s-x2-classic"], catalog=Catalog.open_default(), fidelity=0.5)
