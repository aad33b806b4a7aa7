from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from PIL import Image

from engine.catalog.aliases import find_alias
from engine.catalog.catalog import Catalog, shipped_models_folder
from engine.core.errors import ConfigError, UnknownNameError
from engine.evaluation.candidates import FileCandidate, open_candidates
from engine.evaluation.costs import cost_of
from engine.imaging.pixel_values import to_float
from engine.inference.restoration.estimate import estimate_of_pixels
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
    names = ["mfa-s-x4@r=0.5", "mfa-s-x4@r=0,f=1"]
    middle, corner = open_candidates(names, catalog=catalog, threads=1)
    file = shipped_models_folder() / "mfa-s-x4-r0f1.onnx"

    assert [middle.name, corner.name] == names
    assert_allclose(corner.enlarge(lr), FileCandidate(file, threads=1).enlarge(lr), atol=1e-6)
    assert np.abs(corner.enlarge(lr) - middle.enlarge(lr)).max() > 0.01
    assert cost_of(corner).params == cost_of(middle).params == catalog.get("mfa-s-x4").params


def test_auto_restores_each_picture_as_its_estimate_says() -> None:
    catalog = Catalog.open_default()
    random = np.random.default_rng(0)
    # Gray with the noise of a phone at night, and without any.
    noisy = to_float((random.normal(128, 12, (96, 96, 3)).clip(0, 255)).astype(np.uint8))
    flat = np.full_like(noisy, 0.5)
    (auto,) = open_candidates(["mfa-s-x4@f=0.15"], catalog=catalog, threads=1)

    for lr in (noisy, flat):
        pixels = np.rint(lr * 255).astype(np.uint8)
        value = estimate_of_pixels(pixels, scale=4).restoration
        named = [f"mfa-s-x4@r={value:g},f=0.15"]
        (fixed,) = open_candidates(named, catalog=catalog, threads=1)
        assert_allclose(auto.enlarge(lr), fixed.enlarge(lr), atol=1e-6)
        assert auto.for_photo(lr).name == f"mfa-s-x4@f=0.15 (r={value:g})"
    assert np.abs(auto.for_photo(flat).enlarge(noisy) - auto.enlarge(noisy)).max() > 0.01


def test_the_compression_of_a_file_counts_for_auto(tmp_path: Path) -> None:
    catalog = Catalog.open_default()
    (auto,) = open_candidates(["mfa-s-x4"], catalog=catalog, threads=1)
    flat = np.full((64, 64, 3), 0.5, dtype=np.float32)
    Image.new("RGB", (64, 64), (128, 128, 128)).save(tmp_path / "low.jpg", quality=10)

    of_pixels, of_file = auto.for_photo(flat), auto.for_photo(flat, path=tmp_path / "low.jpg")

    values = [float(one.name.split("r=")[1].rstrip(")")) for one in (of_pixels, of_file)]
    assert values[1] > values[0] + 0.2


def test_models_of_earlier_versions_are_points_of_a_dial() -> None:
    shipped = Catalog.open_default()
    only_dial = SimpleNamespace(
        alias=lambda name: find_alias(name, ["mfa-s-x4"]), entry=shipped.entry
    )

    notes: list[str] = []
    names = ["mfa-s-x4-classic"]
    (found,) = open_candidates(names, catalog=only_dial, note=notes.append)  # type: ignore[arg-type]

    assert found.name == "mfa-s-x4@r=0,f=1"
    assert "mfa-s-x4-classic was replaced by mfa-s-x4" in notes[0]


def test_bicubic_and_files_have_no_dial(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")

    with pytest.raises(ConfigError, match="an ONNX file has no dial"):
        open_candidates([f"{path}@f=1"], catalog=Catalog([]))
    with pytest.raises(ConfigError, match="bicubic has no dial"):
        open_candidates(["bicubic@f=1"], catalog=Catalog([]))


def test_wrong_names_are_refused(tmp_path: Path) -> None:
    catalog = Catalog([])

    with pytest.raises(UnknownNameError, match=r"gone\.onnx"):
        open_candidates(["gone.onnx"], catalog=catalog)
    with pytest.raises(UnknownNameError, match="nothing"):
        open_candidates(["nothing"], catalog=catalog)
    with pytest.raises(ConfigError, match="--peers"):
        open_candidates(["peers"], catalog=catalog)
    with pytest.raises(ConfigError, match=r"f=1\.5"):
        open_candidates(["mfa-s-x4@f=1.5"], catalog=Catalog.open_default())
