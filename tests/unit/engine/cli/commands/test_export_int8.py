from __future__ import annotations

from pathlib import Path

from tests.helpers.catalogs import put_dial
from tests.helpers.training import write_photos
from tests.unit.engine.cli.conftest import RunCommand


def test_a_model_gets_int8_files_and_the_loss_is_printed(
    tmp_path: Path, own_home: Path, mfagan: RunCommand
) -> None:
    put_dial(own_home / "data" / "models", "knob")
    photos = write_photos(tmp_path / "photos", count=1, side_px=64)

    said = mfagan(
        "export", "int8", "knob", "--calibrate", photos, "--benchmark", photos,
        "--to", tmp_path / "models", "--json",
    )  # fmt: skip

    assert said.code == 0
    assert [variant["precision"] for variant in said.events[0]["variants"]] == ["fp32", "int8"]
    assert (tmp_path / "models" / "knob.json").exists()


def test_neither_photos_nor_weights_is_misuse(
    tmp_path: Path, own_home: Path, mfagan: RunCommand
) -> None:
    put_dial(own_home / "data" / "models", "knob")

    said = mfagan("export", "int8", "knob", "--benchmark", tmp_path)

    assert said.code == 2
    assert "--tuned RUN or --calibrate FOLDER" in said.err
