from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from engine.catalog.catalog import Catalog
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.evaluation.candidates import BicubicCandidate, FileCandidate, open_candidates
from engine.evaluation.downsampling import MATLAB, PILLOW, BenchmarkDownsampling
from engine.evaluation.evaluate import evaluate, measure_photo
from engine.evaluation.picture_metrics import PictureMetrics
from engine.inference.network.lpips import Lpips
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import write_photos

NO_EXTRAS = PictureMetrics()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "set2", count=2, side_px=45)


def test_a_perfect_enlargement_has_perfect_metrics(tmp_path: Path) -> None:
    Image.new("RGB", (44, 44), (10, 200, 30)).save(tmp_path / "flat.png")

    figures = measure_photo(BicubicCandidate(scale=4), tmp_path / "flat.png", NO_EXTRAS).figures

    assert figures["psnr_y_db"] == np.inf
    assert figures["ssim_y"] == pytest.approx(1)
    assert figures["consistency_levels"] == 0


def test_photos_are_cut_to_a_multiple_of_the_scale(photos: Path) -> None:
    results = evaluate([BicubicCandidate(scale=2)], [photos], NO_EXTRAS, token=CancelToken())

    assert [photo.photo for photo in results[0].photos] == ["0.png", "1.png"]
    assert all(20 < photo.figures["psnr_y_db"] < 80 for photo in results[0].photos)


def test_the_mean_is_of_the_figures_of_the_photos(photos: Path) -> None:
    result = evaluate([BicubicCandidate(scale=2)], [photos], NO_EXTRAS, token=CancelToken())[0]

    values = [photo.figures["psnr_y_db"] for photo in result.photos]
    assert result.means()["psnr_y_db"] == pytest.approx(sum(values) / 2)
    assert result.row()["images"] == 2


def test_a_cancelled_evaluation_stops(photos: Path) -> None:
    token = CancelToken()

    with pytest.raises(JobCancelled):
        evaluate(
            [BicubicCandidate(scale=2)],
            [photos],
            NO_EXTRAS,
            token=token,
            progress=lambda done, total: token.cancel(),
        )


def test_a_network_that_restores_is_measured_against_the_photo_itself(
    tmp_path: Path, photos: Path
) -> None:
    path = write_tiny_onnx(tmp_path / "clean.onnx", scale=1, strength=0.2)
    photo = photos / "0.png"

    figures = measure_photo(FileCandidate(path, threads=1), photo, NO_EXTRAS).figures

    hr = np.asarray(Image.open(photo).convert("RGB"), dtype=np.float64)
    session = onnxruntime.InferenceSession(str(path))
    lr = (hr / 255).astype(np.float32).transpose(2, 0, 1)[None]
    sr = np.clip(session.run(None, {"lr": lr})[0][0].transpose(1, 2, 0) * 255, 0, 255).round()
    # BT.601 luma, a border of one pixel left out.
    difference = ((sr - hr) @ np.array([65.481, 128.553, 24.966]) / 255)[1:-1, 1:-1]
    assert figures["psnr_y_db"] == pytest.approx(
        10 * np.log10(255**2 / np.mean(difference**2)), abs=0.02
    )


@pytest.mark.needs_data
@pytest.mark.parametrize("name", ["bicubic", "tpsr-nogan-x4", "tpsr-d2-x4"])
def test_known_networks_get_their_known_figures(data_folder: Path, name: str) -> None:
    """The figures were measured on LR pictures that Pillow made."""
    table = json.loads((data_folder / "peers" / "peers.json").read_text(encoding="utf-8"))
    known = {row["name"]: row["quality"] for row in table["networks"]}
    known["bicubic"] = table["bicubic"]

    means = measure(data_folder, name, PILLOW)

    expected = known[name]["set5"]
    assert means["psnr_y_db"] == pytest.approx(expected["psnr_y_db"], abs=0.0051)
    assert means["psnr_rgb_db"] == pytest.approx(expected["psnr_rgb_db"], abs=0.0051)
    assert means["ssim_y"] == pytest.approx(expected["ssim_y"], abs=0.00006)
    assert means["lpips"] == pytest.approx(expected["lpips"], abs=0.00006)


@pytest.mark.needs_data
@pytest.mark.parametrize(("name", "psnr_y_db"), [("tpsr-nogan-x4", 31.10), ("tpsr-d2-x4", 29.60)])
def test_papers_figures_are_of_lr_as_matlab_makes_it(
    data_folder: Path, name: str, psnr_y_db: float
) -> None:
    # What the published weights give on the LR pictures that were published with them.
    assert measure(data_folder, name, MATLAB)["psnr_y_db"] == pytest.approx(psnr_y_db, abs=0.005)


def measure(data_folder: Path, name: str, downsampling: BenchmarkDownsampling) -> dict[str, float]:
    """Return the means of one network on Set5."""
    candidates = open_candidates(
        [name],
        catalog=Catalog([]),
        peers=data_folder / "peers",
        threads=1,
        is_pillow=downsampling is PILLOW,
    )
    metrics = PictureMetrics(
        lpips=Lpips(data_folder / "features" / "lpips_squeezenet.onnx", threads=1)
    )
    set5 = [data_folder / "bench" / "set5"]
    return evaluate(candidates, set5, metrics, token=CancelToken(), downsamplings=[downsampling])[
        0
    ].means()


def test_photos_that_cannot_be_measured_are_left_out_and_named(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "set", count=2)
    (folder / "bad.png").write_bytes(b"not a picture")
    Image.new("RGB", (14, 90)).save(folder / "slip.png")

    result = evaluate([BicubicCandidate(scale=2)], [folder], PictureMetrics(), token=CancelToken())[
        0
    ]

    assert [photo.photo for photo in result.photos] == ["0.png", "1.png"]
    assert [photo.name for photo in result.left_out] == ["bad.png", "slip.png"]
    assert "14 x 90 pixels" in result.left_out[1].reason


def test_a_folder_of_which_nothing_can_be_measured_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.png").write_bytes(b"not a picture")

    with pytest.raises(ConfigError, match=r"bad\.png.*none is left"):
        evaluate([BicubicCandidate(scale=2)], [tmp_path], PictureMetrics(), token=CancelToken())


def test_sixteen_bits_are_measured_as_eight(tmp_path: Path) -> None:
    gray = np.random.default_rng(2).integers(0, 256, (40, 48), dtype=np.uint16)
    (tmp_path / "deep").mkdir()
    (tmp_path / "plain").mkdir()
    Image.fromarray(gray * 257).save(tmp_path / "deep" / "0.png")
    Image.fromarray(gray.astype(np.uint8)).save(tmp_path / "plain" / "0.png")

    deep, plain = (
        evaluate(
            [BicubicCandidate(scale=2)], [tmp_path / name], PictureMetrics(), token=CancelToken()
        )[0]
        for name in ("deep", "plain")
    )

    assert deep.means() == plain.means()
    assert deep.means()["psnr_y_db"] < 30
