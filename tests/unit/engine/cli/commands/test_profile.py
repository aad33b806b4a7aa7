from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.cli.main import run
from engine.cli.profile_targets import open_target
from engine.probing.process import measure_cost
from tests.helpers.tiny_onnx import write_tiny_onnx


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert run(["profile", *words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


def test_a_generator_is_counted_at_the_published_input(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = answer(capsys, "rrdbnet", "--runs", "0")

    assert found["params"] == 16_697_987
    assert found["gmac"] == pytest.approx(1174.85, abs=0.01)
    assert found["activations_m"] == pytest.approx(1030.8, abs=0.1)
    assert found["input"] == "256x256"
    assert found["latency_ms"] is None


def test_sizes_can_be_changed(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ("--set", "channels=40", "--set", "blocks=8")

    found = answer(capsys, "mfanet", *sizes, "--runs", "0", "--input", "64x128")

    assert found["input"] == "64x128"
    assert found["gmac"] * 8 < 1174.85 / 42.9


def test_old_words_in_a_recipe_are_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("name: a\ndata: {folder: b}\nschedule: {steps: 3}\ncolour: 1.0\n")

    assert run(["profile", str(recipe), "--runs", "0"]) == 0

    assert f"Warning: {recipe}: colour is now called color" in capsys.readouterr().err


def test_a_file_is_counted_and_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")

    found = answer(capsys, str(path), "--runs", "2", "--input", "16x16", "--threads", "1")

    assert found["params"] > 0
    assert found["latency_ms"] > 0
    assert found["peak_rss_mb"] > found["peak_growth_mb"] > 0
    assert 0 < found["live_peak_mb"] < 1


def test_a_recipe_names_its_generator(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "dial", "--runs", "0")

    assert found["gmac"] < 9.7


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rrdb"], "Generators are: mfanet"),
        (["gone.onnx"], "no such file"),
        (["mfanet", "--input", "big"], "HEIGHTxWIDTH"),
        (["mfanet", "--set", "chanels=3"], "chanels"),
        (["mfanet:40by8"], "KEY=VALUE"),
        (["mfanet:chanels=3"], "chanels"),
    ],
)
def test_what_cannot_be_profiled_is_misuse(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["profile", *words]) == 2
    assert message in capsys.readouterr().err


def test_people_get_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["profile", "tpsr", "--runs", "0"]) == 0
    assert "61,097" in capsys.readouterr().out


def test_sizes_can_stand_in_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    short = answer(capsys, "mfanet:40x8", "--runs", "0")
    long = answer(capsys, "mfanet:channels=40,blocks=8", "--runs", "0")
    options = ("--set", "channels=40", "--set", "blocks=8")
    separate = answer(capsys, "mfanet", *options, "--runs", "0")

    assert short["params"] == long["params"] == separate["params"]


def test_networks_that_answer_loudly_when_untrained_are_measured_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = answer(capsys, "span:28x6", "--runs", "1", "--input", "16x16", "--threads", "1")

    assert found["peak_growth_mb"] > 0


def test_several_networks_make_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["profile", "mfanet:16x2", "mfanet:8x1", "--input", "16x24", "--threads", "1"]

    assert run(words) == 0

    header, _, first, second, _, foot = capsys.readouterr().out.splitlines()
    assert header.startswith("| network | parameters | GMAC | M act. | live MB (estimate) |")
    assert "ms" not in header.split()
    assert "÷" not in first
    assert second.startswith("| mfanet:8x1 | ")
    assert second.count("÷") == 5
    assert "16x24" in foot


def test_several_networks_make_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = write_tiny_onnx(tmp_path / "small.onnx")
    large = write_tiny_onnx(tmp_path / "large.onnx", width=16)

    found = answer(capsys, str(small), str(large), "--input", "64x64", "--threads", "1")

    counts = [profile["gmac"] for profile in found["profiles"]]
    assert counts[0] < counts[1]
    assert all(profile["latency_ms"] is None for profile in found["profiles"])


def test_our_students_hold_far_less_memory_than_esrgan(tmp_path: Path) -> None:
    student = live_peak("mfanet:40x8", tmp_path)

    teacher = live_peak("rrdbnet:64x1", tmp_path)

    # The widest place of ESRGAN is at its end, whatever its depth.
    assert teacher / student > 8.3


def live_peak(name: str, folder: Path) -> int:
    target = open_target(name, {}, height_px=8, width_px=8, folder=folder)
    assert target.path is not None
    found = measure_cost(target.path, height_px=256, width_px=256).live_peak_bytes
    assert found is not None
    return found
