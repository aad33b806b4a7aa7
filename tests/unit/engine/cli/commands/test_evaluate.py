from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from engine.cli.commands import evaluate as command
from engine.cli.main import run
from engine.core.cancellation import CancelToken
from tests.helpers.tiny_onnx import write_distance_onnx, write_tiny_onnx
from tests.helpers.training import write_photos


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "set2", count=2, side_px=45)


def test_the_command_answers_with_one_object(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = write_tiny_onnx(tmp_path / "net.onnx", scale=4)
    lpips = write_distance_onnx(tmp_path / "d.onnx")
    words = ["evaluate", "bicubic", str(network), "--data", str(photos), "--lpips", str(lpips)]

    assert run([*words, "--json"]) == 0

    answer = capsys.readouterr().out
    results = json.loads(answer)["results"]
    assert [(row["model"], row["set"]) for row in results] == [("bicubic", "set2"), ("net", "set2")]
    assert set(results[0]) == {
        "model", "set", "lr", "images", "psnr_y_db", "ssim_y", "psnr_rgb_db", "consistency_levels",
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
    assert header.startswith("| model | scale | params | GMAC | M act. | training | set2 PSNR-Y |")
    assert header.endswith(
        "| alone back to LR | alone checkerboard | alone color ΔE | alone color cast ΔE |"
    )
    assert bicubic.startswith("| bicubic | x4 | - | - | - | - | ")
    assert net.startswith("| net | x4 | ")
    assert "256x256" in foot


def test_one_table_holds_every_degradation(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = write_tiny_onnx(tmp_path / "net.onnx", scale=4)
    lpips = write_distance_onnx(tmp_path / "d.onnx")
    words = ["evaluate", "bicubic", str(network), "--data", str(photos), "--lpips", str(lpips)]
    degraded = [word for name in ("clean", "mild", "clean") for word in ("--degrade", name)]

    assert run([*words, *degraded, "--table"]) == 0

    header, _, bicubic, _, _, foot = capsys.readouterr().out.splitlines()
    titles = "PSNR-Y / LPIPS / color ΔE"
    assert header.endswith(f"| set2 clean: {titles} | set2 mild: {titles} |")
    clean, mild = ([float(v) for v in cell.split("/")] for cell in bicubic.split("|")[-3:-1])
    assert clean[0] > mild[0] + 0.5
    assert "clean: bicubic LR" in foot
    assert "mild: mild LR, seed 0" in foot


def test_each_row_says_how_lr_was_made_where_it_differs(
    photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evaluate", "bicubic", "--data", str(photos)]
    degraded = ["--degrade", "clean", "--degrade", "light"]

    assert run([*words, *degraded, "--csv"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert run([*words, *degraded, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["results"]

    assert [line.split(",")[:4] for line in lines[:2]] == [
        ["model", "set", "lr", "photo"],
        ["bicubic", "set2", "clean", "0.png"],
    ]
    assert [row["lr"] for row in rows] == ["clean", "light"]


@pytest.mark.parametrize("lr", ["matlab", "pillow"])
def test_the_command_says_how_lr_was_made(
    photos: Path, lr: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "bicubic", "--data", str(photos), "--lr", lr, "--json"]) == 0

    (protocol,) = json.loads(capsys.readouterr().out)["protocols"].values()
    assert ("Pillow" in protocol) == (lr == "pillow")


def test_the_command_draws_a_sheet_without_measuring(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.png"
    words = ["evaluate", "bicubic", "--photos", str(photos), "--sheet", str(sheet)]

    assert run([*words, "--no-figures"]) == 0

    assert sheet.stat().st_size > 1000
    assert capsys.readouterr().out == ""


def test_a_set_is_named_after_its_folder_also_for_a_dot(
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

    protocols = json.loads(capsys.readouterr().out)["protocols"]
    assert protocols["strong"].startswith("strong LR, seed 5")
    assert len(list((tmp_path / "lr" / "set2-x4-strong-seed5").iterdir())) == 2


def test_an_unknown_downsampling_is_misuse(photos: Path) -> None:
    assert run(["evaluate", "bicubic", "--data", str(photos), "--lr", "octave"]) == 2


@pytest.mark.parametrize(("form", "rows"), [("--markdown", 1), ("--csv", 2)])
def test_the_command_writes_tables(
    photos: Path, form: str, rows: int, capsys: pytest.CaptureFixture[str]
) -> None:
    more = write_photos(photos.parent / "set3", count=2, side_px=45)

    assert run(["evaluate", "bicubic", "--data", str(photos), str(more), form]) == 0

    assert capsys.readouterr().out.count("bicubic") == 2 * rows


def test_ctrl_c_cancels_the_evaluation(
    photos: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, token: CancelToken, **__: object) -> None:
        signal.raise_signal(signal.SIGINT)
        token.check()

    monkeypatch.setattr(command, "evaluate", interrupted)

    assert run(["evaluate", "bicubic", "--data", str(photos), "--json"]) == 130
    assert json.loads(capsys.readouterr().out)["code"] == "cancelled"


@pytest.mark.parametrize("words", [["--precision", "fp8"], ["--degrade", "total"]])
def test_unknown_choices_are_misuse_and_named(
    photos: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", "bicubic", "--data", str(photos), *words]) == 2
    assert words[1] in capsys.readouterr().err
