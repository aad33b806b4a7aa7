from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.core.errors import ConfigError, ShapeMismatchError
from engine.core.images import ImageF32
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.imaging.pixel_values import to_float
from engine.metrics.niqe import NiqeModel, load_niqe, niqe


def model() -> NiqeModel:
    offsets = np.arange(7) - 3
    row = np.exp(-(offsets**2) / (2 * (7 / 6) ** 2))
    window = np.outer(row, row)
    return NiqeModel(mean=np.zeros(36), covariance=np.eye(36), window=window / window.sum())


def noise(height: int, width: int) -> ImageF32:
    return np.random.default_rng(0).random((height, width, 3), dtype=np.float32)


@pytest.mark.needs_data
def test_baboon_gets_the_published_figure(data_folder: Path) -> None:
    # 5.7296 is what the authors' MATLAB code gives for this picture.
    photo = to_float(load_rgb8(data_folder / "bench" / "set14" / "baboon.png"))

    figure = niqe(photo, load_niqe(data_folder / "features" / "niqe.npz"))

    assert figure == pytest.approx(5.7296, abs=0.002)


def test_the_figure_is_the_distance_of_the_feature_means() -> None:
    near = model()
    far = NiqeModel(mean=near.mean + 10, covariance=near.covariance, window=near.window)
    picture = noise(96, 192)

    assert 0 < niqe(picture, near) < niqe(picture, far)


def test_the_border_does_not_count() -> None:
    picture = noise(104, 104)
    framed = picture.copy()
    framed[:4] = framed[-4:] = 1
    framed[:, :4] = framed[:, -4:] = 1

    assert niqe(framed, model(), border_px=4) == niqe(picture, model(), border_px=4)


def test_a_small_picture_is_refused() -> None:
    with pytest.raises(ShapeMismatchError, match="96 pixels"):
        niqe(noise(95, 200), model())


def test_parameters_are_read_as_published(tmp_path: Path) -> None:
    path = tmp_path / "niqe.npz"
    np.savez(
        path,
        mu_pris_param=np.ones((1, 36)),
        cov_pris_param=np.eye(36),
        gaussian_window=np.full((7, 7), 1 / 49),
    )

    assert load_niqe(path).mean.shape == (36,)


def test_another_file_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", a=np.ones(1))

    for name in ("other.npz", "absent.npz"):
        with pytest.raises(ConfigError, match=name):
            load_niqe(tmp_path / name)


def test_corrupt_and_missing_files_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    np.save(tmp_path / "array", np.zeros(3))
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04 and nothing else")
    (tmp_path / "empty.npz").touch()
    for name in ("pipe.npz", "array.npy", "cut.npz", "empty.npz"):
        with pytest.raises(ConfigError, match=name):
            load_niqe(tmp_path / name)
