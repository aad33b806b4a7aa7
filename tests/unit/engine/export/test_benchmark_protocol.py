"""What a card says of quality is measured, and its commands repeat it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.evaluation.downsampling import MATLAB, degraded_downsampling
from engine.export.benchmark_protocol import (
    PSNR,
    BenchmarkProtocol,
    card_figures,
    difference_levels,
    lost_db,
    measure,
)
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import write_photos


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "photos", count=2, side_px=64)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    return write_tiny_onnx(tmp_path / "near.onnx", scale=4)


def test_each_way_to_make_lr_is_measured_and_named(
    network: Path, photos: Path, tmp_path: Path
) -> None:
    alone = shutil.copytree(photos, tmp_path / "alone")
    degradation = degraded_downsampling("strong", tmp_path / "lr", seed=7, strength=0.5)

    rows = measure(
        network,
        BenchmarkProtocol(
            benchmarks=(photos,), downsamplings=(MATLAB, degradation), no_reference=(alone,)
        ),
    )

    clean, degraded, natural = rows
    assert clean.protocol == MATLAB.protocol
    assert degraded.protocol == degradation.protocol
    assert degraded.options == "--data photos --degrade strong --seed 7 --strength 0.5"
    assert degraded.means[PSNR] < clean.means[PSNR]
    assert natural.options == "--photos alone"
    assert "no reference" in natural.protocol
    assert PSNR not in natural.means


def test_figures_carry_the_command_that_repeats_them(network: Path, photos: Path) -> None:
    quality = measure(network, BenchmarkProtocol(benchmarks=(photos,)))

    figures = card_figures(quality, "near")

    assert {figure.command for figure in figures} == {"mfagan evaluate near --data photos"}
    assert figures[0].metric == PSNR
    assert figures[0].value == pytest.approx(quality[0].means[PSNR], abs=1e-4)


def test_the_loss_is_that_of_the_worst_set(network: Path, photos: Path, tmp_path: Path) -> None:
    rough = write_tiny_onnx(tmp_path / "rough.onnx", scale=4, strength=0.3)
    degradation = degraded_downsampling("strong", tmp_path / "lr")
    protocol = BenchmarkProtocol(benchmarks=(photos,), downsamplings=(MATLAB, degradation))
    full = measure(network, protocol)
    small = measure(rough, protocol)

    losses = [one.means[PSNR] - other.means[PSNR] for one, other in zip(full, small, strict=True)]

    assert losses[0] != losses[1]
    assert lost_db(rough, full, protocol) == pytest.approx(max(losses), abs=1e-4)
    assert lost_db(network, full, protocol) == 0


def test_the_difference_is_between_the_pictures_of_two_files(
    network: Path, photos: Path, tmp_path: Path
) -> None:
    rough = write_tiny_onnx(tmp_path / "rough.onnx", scale=4, strength=0.3)
    protocol = BenchmarkProtocol(benchmarks=(photos,))

    assert difference_levels(network, network, protocol) == 0
    assert 1 < difference_levels(rough, network, protocol) < 50


def test_folders_of_one_name_are_refused(photos: Path, tmp_path: Path) -> None:
    other = shutil.copytree(photos, tmp_path / "other" / "photos")

    with pytest.raises(ConfigError, match=r"two folders.*photos"):
        BenchmarkProtocol(benchmarks=(photos,), no_reference=(other,))


def test_nothing_to_measure_on_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least one benchmark"):
        BenchmarkProtocol(benchmarks=())
