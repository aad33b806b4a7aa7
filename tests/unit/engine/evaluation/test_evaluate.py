from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.testing import assert_allclose
from onnx import TensorProto, helper, save
from PIL import Image

from engine.catalog.catalog import Catalog
from engine.cli.main import run
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled, UnknownNameError
from engine.core.images import ImageF32
from engine.evaluation.candidates import BicubicCandidate, FileCandidate, open_candidates
from engine.evaluation.costs import cost_of
from engine.evaluation.crops import write_crops
from engine.evaluation.downsampling import MATLAB, PILLOW, BenchmarkDownsampling
from engine.evaluation.evaluate import evaluate, measure_photo
from engine.evaluation.picture_metrics import Lpips, PictureMetrics
from engine.evaluation.tables import to_csv, to_markdown
from engine.imaging.pixel_values import to_float
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import write_photos

NO_EXTRAS = PictureMetrics()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "set2", count=2, side_px=45)


def write_distance(path: Path) -> Path:
    """Write a graph with LPIPS's inputs that returns their mean absolute difference."""
    nodes = [
        helper.make_node("Sub", ["ref", "dist"], ["gap"]),
        helper.make_node("Abs", ["gap"], ["size"]),
        helper.make_node("ReduceMean", ["size"], ["score"], keepdims=1),
    ]
    shape: list[str | int | None] = [1, 3, "h", "w"]
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, shape) for n in ("ref", "dist")]
    output = helper.make_tensor_value_info("score", TensorProto.FLOAT, [1, 1, 1, 1])
    graph = helper.make_graph(nodes, "distance", inputs, [output])
    opset = helper.make_opsetid("", 18)
    save(helper.make_model(graph, ir_version=10, opset_imports=[opset]), path)
    return path


def test_a_perfect_enlargement_has_nothing_to_blame(tmp_path: Path) -> None:
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


def test_lpips_sees_normalized_pictures(tmp_path: Path) -> None:
    lpips = Lpips(write_distance(tmp_path / "d.onnx"))
    sr: ImageF32 = np.full((8, 8, 3), 0.5, dtype=np.float32)

    distance = lpips.distance(sr, sr + np.float32(0.1))

    expected = np.mean(0.1 / np.array([0.229, 0.224, 0.225]))
    assert distance == pytest.approx(expected, rel=1e-4)
    assert lpips.distance(sr, sr) == 0


def test_a_network_with_other_inputs_is_no_lpips(tmp_path: Path) -> None:
    path = write_tiny_onnx(tmp_path / "sr.onnx")

    with pytest.raises(ConfigError, match="ref and dist"):
        Lpips(path)
    with pytest.raises(ConfigError, match="no such file"):
        Lpips(tmp_path / "absent.onnx")


def test_a_file_enlarges_by_its_own_scale(tmp_path: Path, photos: Path) -> None:
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
    gap = ((sr - hr) @ np.array([65.481, 128.553, 24.966]) / 255)[1:-1, 1:-1]
    assert figures["psnr_y_db"] == pytest.approx(10 * np.log10(255**2 / np.mean(gap**2)), abs=0.02)


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


def test_a_card_tells_how_many_parameters_were_trained() -> None:
    catalog = Catalog.open_default()
    candidate = open_candidates(["mfa-s-x4-photo"], catalog=catalog, threads=1)[0]

    assert cost_of(candidate).params == catalog.entry("mfa-s-x4-photo").card.params


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


def test_tables_hold_every_network_and_every_photo(photos: Path) -> None:
    results = evaluate([BicubicCandidate(scale=2)], [photos], NO_EXTRAS, token=CancelToken())

    markdown, lines = to_markdown(results), to_csv(results).splitlines()

    assert markdown.startswith("| model | set | images | psnr_y_db |")
    assert "| bicubic | set2 | 2 |" in markdown
    assert [line.split(",")[2] for line in lines] == ["photo", "0.png", "1.png"]


def test_crops_show_bicubic_result_and_reference(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "large", count=1, side_px=200)
    network = FileCandidate(write_tiny_onnx(tmp_path / "net.onnx", scale=2), threads=1)

    written = write_crops(network, [folder], tmp_path / "crops")

    assert [path.name for path in written] == ["net-large-worst.png", "net-large-best.png"]
    with Image.open(written[0]) as picture:
        assert picture.width > 3 * 96


def test_the_command_answers_with_one_object(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = write_tiny_onnx(tmp_path / "net.onnx", scale=4)
    lpips = write_distance(tmp_path / "d.onnx")
    words = ["evaluate", "bicubic", str(network), "--data", str(photos), "--lpips", str(lpips)]

    assert run([*words, "--json"]) == 0

    answer = capsys.readouterr().out
    results = json.loads(answer)["results"]
    assert [(row["model"], row["set"]) for row in results] == [("bicubic", "set2"), ("net", "set2")]
    assert set(results[0]) == {
        "model", "set", "images", "psnr_y_db", "ssim_y", "psnr_rgb_db", "consistency_levels",
        "lpips", "color_shift_de", "left_out",
    }  # fmt: skip
    assert json.loads(answer)["models"][0]["params"] == 0


def test_the_command_needs_photos(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "bicubic"]) == 2
    assert "--photos" in capsys.readouterr().err


def test_the_table_has_one_row_per_model_with_its_cost(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = write_tiny_onnx(tmp_path / "net.onnx", scale=4)
    other = write_photos(tmp_path / "alone", count=1, side_px=16)
    words = ["evaluate", "bicubic", str(network), "--data", str(photos), "--photos", str(other)]

    assert run([*words, "--table"]) == 0

    header, _, bicubic, net, _, foot = capsys.readouterr().out.splitlines()
    assert header.startswith("| model | scale | params | GMAC | M act. | set2 PSNR-Y |")
    assert header.endswith(
        "| alone back to LR | alone checkerboard | alone color ΔE | alone color cast ΔE |"
    )
    assert bicubic.startswith("| bicubic | x4 | - | - | - | ")
    assert net.startswith("| net | x4 | ")
    assert "256x256" in foot


@pytest.mark.parametrize("lr", ["matlab", "pillow"])
def test_the_command_says_how_lr_was_made(
    photos: Path, lr: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "bicubic", "--data", str(photos), "--lr", lr, "--json"]) == 0

    assert ("Pillow" in json.loads(capsys.readouterr().out)["protocol"]) == (lr == "pillow")


def test_the_command_draws_a_sheet_without_measuring(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.png"
    words = ["evaluate", "bicubic", "--photos", str(photos), "--sheet", str(sheet)]

    assert run([*words, "--no-figures"]) == 0

    assert sheet.stat().st_size > 1000
    assert capsys.readouterr().out == ""


def test_a_set_is_called_after_its_folder_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(write_photos(tmp_path / "holiday", count=1))

    assert run(["evaluate", "bicubic", "--scale", "2", "--data", ".", "--csv"]) == 0

    assert "holiday" in capsys.readouterr().out


def test_the_command_degrades_photos_and_keeps_them(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "evaluate",
        "bicubic",
        "--data",
        str(photos),
        "--degrade",
        "strong",
        "--keep-lr",
        str(tmp_path / "lr"),
    ]

    assert run([*words, "--seed", "5", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["protocol"].startswith("strong LR, seed 5")
    assert len(list((tmp_path / "lr" / "set2-x4-strong-seed5").iterdir())) == 2


def test_an_unknown_reduction_is_misuse(photos: Path) -> None:
    assert run(["evaluate", "bicubic", "--data", str(photos), "--lr", "octave"]) == 2


@pytest.mark.parametrize(("form", "rows"), [("--markdown", 1), ("--csv", 2)])
def test_the_command_writes_tables(
    photos: Path, form: str, rows: int, capsys: pytest.CaptureFixture[str]
) -> None:
    more = write_photos(photos.parent / "set3", count=2, side_px=45)

    assert run(["evaluate", "bicubic", "--data", str(photos), str(more), form]) == 0

    assert capsys.readouterr().out.count("bicubic") == 2 * rows


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
    return evaluate(candidates, set5, metrics, token=CancelToken(), downsampling=downsampling)[
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
