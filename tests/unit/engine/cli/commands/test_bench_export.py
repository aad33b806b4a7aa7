from __future__ import annotations

import json
from pathlib import Path

from tests.helpers.catalogs import put_model
from tests.unit.engine.cli.conftest import RunCommand, write_photo


def test_the_tables_are_printed_and_written(mfagan: RunCommand, tiny: str, tmp_path: Path) -> None:
    write_photo(tmp_path / "places" / "set" / "a.png", width=64, height=48)
    out = tmp_path / "out"

    said = mfagan(
        "bench", "export", tiny, "--to", "ort,darktable", "--benchmark", tmp_path / "places/set",
        "--rounds", 1, "--threads", 1, "--out", out,
    )  # fmt: skip

    assert said.code == 0, said.err
    assert said.out == (out / "measured.md").read_text()
    assert "`mfagan bench export tiny --to ort,darktable --benchmark set --rounds 1`" in said.out
    # Neither in the tables nor in the figures: both are handed on.
    assert str(tmp_path) not in said.out + (out / "matrix.json").read_text()


def test_events_name_model_and_target(mfagan: RunCommand, tmp_path: Path) -> None:
    put_model(tmp_path / "found", "found")

    said = mfagan(
        "bench", "export", tmp_path / "found" / "found.json", "--to", "ort,onnx-int8",
        "--no-latency", "--out", tmp_path / "out", "--json",
    )  # fmt: skip

    assert said.code == 0, said.err
    targets = [event for event in said.events if event["event"] == "target"]
    assert [(event["model"], event["name"], event["state"]) for event in targets] == [
        ("found", "onnx-int8", "impossible"),
        ("found", "ort", "verified"),
    ]
    assert said.events[-1] == {"event": "finished", "path": str(tmp_path / "out"), "failed": []}
    report = json.loads((tmp_path / "out" / "matrix.json").read_text())
    assert report["models"][0]["latency"] is None


def test_a_folder_of_something_else_is_refused(
    mfagan: RunCommand, tiny: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    said = mfagan("bench", "export", tiny, "--out", tmp_path)

    assert said.code != 0
    assert str(tmp_path) in said.err
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["mine.txt"]
