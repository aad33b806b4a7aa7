from __future__ import annotations

from pathlib import Path

from tests.helpers.training import write_photos
from tests.unit.engine.bench.conftest import quantized_model
from tests.unit.engine.cli.conftest import RunCommand

__all__ = ["quantized_model"]


def test_methods_layers_and_ends_are_printed(
    mfagan: RunCommand, quantized_model: Path, tmp_path: Path
) -> None:
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)

    said = mfagan(
        "bench", "int8", quantized_model, "--calibrate", photos, "--benchmark", photos,
        "--layers", "--rounds", 1, "--threads", 1,
    )  # fmt: skip

    assert said.code == 0, said.err
    rows = [line.split() for line in said.out.splitlines()]
    assert {"minmax", "percentile", "mse", "files"} <= {row[0] for row in rows if row}
    assert "mine, on photos, degradation clean; calibrated with 1 photos" in said.out
    assert any(row[:1] == ["after"] and row[-1] == "int8" for row in rows)
    assert any(row[:2] == ["head,", "after"] for row in rows)


def test_its_figures_are_one_document(
    mfagan: RunCommand, quantized_model: Path, tmp_path: Path
) -> None:
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)

    said = mfagan(
        "bench", "int8", quantized_model, "--calibrate", photos, "--benchmark", photos,
        "--threads", 1, "--json",
    )  # fmt: skip

    assert said.code == 0, said.err
    (document,) = said.events
    assert [one["method"] for one in document["methods"]] == [
        "minmax", "percentile", "mse", "model",
    ]  # fmt: skip
    assert (document["model"], document["benchmarks"]) == ("mine", ["photos"])
    assert (document["layers"], document["ends"]) == ([], [])
    assert str(tmp_path) not in said.out


def test_an_unknown_model_is_named(mfagan: RunCommand, tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)

    said = mfagan("bench", "int8", "nowhere", "--calibrate", photos, "--benchmark", photos)

    assert said.code == 2
    assert "nowhere: there is no such model or run" in said.err
