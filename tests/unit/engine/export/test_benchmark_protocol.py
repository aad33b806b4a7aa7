"""What a card says of quality is measured, and its commands repeat it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import ConfigError
from engine.core.images import ImageF32
from engine.evaluation.candidates import FileCandidate
from engine.evaluation.downsampling import MATLAB, degraded_downsampling
from engine.export.benchmark_protocol import (
    PSNR,
    BenchmarkProtocol,
    card_figures,
    measure,
    precision_loss,
)
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import write_photos


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "photos", count=2, side_px=64)


@pytest.fixture
def network(tmp_path: Path) -> FileCandidate:
    return FileCandidate(write_tiny_onnx(tmp_path / "near.onnx", scale=4), threads=1)


@pytest.fixture
def rough(tmp_path: Path) -> FileCandidate:
    path = write_tiny_onnx(tmp_path / "rough.onnx", scale=4, strength=0.3)
    return FileCandidate(path, threads=1)


def test_each_way_to_make_lr_is_measured_and_named(
    network: FileCandidate, photos: Path, tmp_path: Path
) -> None:
    alone = shutil.copytree(photos, tmp_path / "alone")
    degradation = degraded_downsampling("strong", tmp_path / "lr", seed=7, strength=0.5)

    rows = measure(
        network,
        BenchmarkProtocol(
            benchmarks=(photos,), downsamplings=(MATLAB, degradation), no_reference=(alone,)
        ),
        at="fidelity 1",
    )

    clean, degraded, natural = rows
    assert clean.protocol == f"{MATLAB.protocol}, fidelity 1"
    assert degraded.protocol == f"{degradation.protocol}, fidelity 1"
    assert degraded.options == "--data photos --degrade strong --seed 7 --strength 0.5"
    assert degraded.means[PSNR] < clean.means[PSNR]
    assert natural.options == "--photos alone"
    assert "no reference" in natural.protocol
    assert PSNR not in natural.means


def test_figures_carry_the_command_that_repeats_them(network: FileCandidate, photos: Path) -> None:
    quality = measure(network, BenchmarkProtocol(benchmarks=(photos,)))

    figures = card_figures(quality)

    assert {figure.command for figure in figures} == {"mfagan evaluate near --data photos"}
    assert figures[0].metric == PSNR
    assert figures[0].value == pytest.approx(quality[0].means[PSNR], abs=1e-4)


def test_the_loss_is_that_of_the_worst_set(
    network: FileCandidate, rough: FileCandidate, photos: Path, tmp_path: Path
) -> None:
    # Another content, so that the loss differs.
    other = write_photos(tmp_path / "other", count=1, side_px=48)
    protocol = BenchmarkProtocol(benchmarks=(photos, other))
    sets = zip(measure(network, protocol), measure(rough, protocol), strict=True)
    losses = [full.means[PSNR] - small.means[PSNR] for full, small in sets]

    found = precision_loss(rough, network, protocol.benchmarks, MATLAB)

    assert losses[0] != losses[1]
    assert found.loss_db == pytest.approx(max(losses), abs=2e-4)
    assert 1 < found.difference_levels < 50


def test_a_network_loses_nothing_against_itself_and_never_less(
    network: FileCandidate, rough: FileCandidate, photos: Path
) -> None:
    same = precision_loss(network, network, [photos], MATLAB)
    better = precision_loss(network, rough, [photos], MATLAB)

    assert (same.loss_db, same.difference_levels) == (0, 0)
    assert better.loss_db == 0
    assert better.difference_levels > 1


def test_folders_of_one_name_are_refused(photos: Path, tmp_path: Path) -> None:
    other = shutil.copytree(photos, tmp_path / "other" / "photos")

    with pytest.raises(ConfigError, match=r"two folders.*photos"):
        BenchmarkProtocol(benchmarks=(photos,), no_reference=(other,))


def test_nothing_to_measure_on_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least one benchmark"):
        BenchmarkProtocol(benchmarks=())


class WrongEdges:
    """Differs from another candidate by two levels where its picture is not of one gray."""

    name = "wrong"
    scale = 4

    def __init__(self, right: FileCandidate) -> None:
        self._right = right

    def for_photo(self, lr: ImageF32, *, path: Path | None = None) -> WrongEdges:
        return self

    def enlarge(self, lr: ImageF32) -> ImageF32:
        sr = self._right.enlarge(lr)
        sr[150:250] += np.float32(2 / 255)
        return sr


def test_smooth_areas_are_measured_apart(network: FileCandidate, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    pixels = np.full((400, 96, 3), 90, np.uint8)
    pixels[140:260] = np.random.default_rng(0).integers(0, 256, (120, 96, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "texture.png")

    found = precision_loss(WrongEdges(network), network, [folder], MATLAB)

    assert found.difference_levels == pytest.approx(2 * 100 / 400, abs=0.01)
    assert found.smooth_difference_levels == 0
