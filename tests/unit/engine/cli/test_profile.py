from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.cli.main import run
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


def test_a_file_is_counted_and_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_tiny_onnx(tmp_path / "net.onnx")

    found = answer(capsys, str(path), "--runs", "2", "--input", "16x16", "--threads", "1")

    assert found["params"] > 0
    assert found["latency_ms"] > 0
    assert found["peak_rss_mb"] > 10


def test_a_recipe_names_its_generator(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "mfa-s-x4-classic", "--runs", "0")

    assert found["gmac"] < 9.7


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rrdb"], "Generators are: mfanet"),
        (["gone.onnx"], "no such file"),
        (["mfanet", "--input", "big"], "HEIGHTxWIDTH"),
        (["mfanet", "--set", "chanels=3"], "chanels"),
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
