from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from engine.core.cancellation import CancelToken
from engine.inference.batch.work import UpscaleWork
from engine.inference.job.naming import ResultName
from engine.inference.job.plan import PhotoPlan
from engine.inference.job.upscale_photo import UpscaleReport
from tests.helpers.catalogs import put_dial, put_model
from tests.unit.engine.cli.conftest import RunCommand, write_photo


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_one_photo_into_a_folder(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    said = mfagan("upscale", photo, "-o", tmp_path / "out", "--scale", 2, "--model", tiny)
    assert said.code == 0, said.err
    assert names(tmp_path / "out") == ["photo_tiny_x2.png"]
    with Image.open(tmp_path / "out" / "photo_tiny_x2.png") as result:
        assert result.size == (48, 32)
    assert "48 x 32 px" in said.out
    assert "CPU" in said.out


def test_one_photo_into_a_file_of_another_format(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    result = tmp_path / "new" / "result.jpg"
    said = mfagan("upscale", photo, "-o", result, "--scale", 2, "--model", tiny, "--quality", 80)
    assert said.code == 0, said.err
    with Image.open(result) as written:
        assert written.format == "JPEG"
    again = mfagan("upscale", photo, "-o", result, "--scale", 2, "--model", tiny)
    assert again.code == 0
    assert names(tmp_path / "new") == ["result-2.jpg", "result.jpg"]
    skipped = mfagan(
        "upscale", photo, "-o", result, "--scale", 2, "--model", tiny, "--collision", "skip"
    )
    assert "Skipped" in skipped.err


def test_json_lines_report_every_step(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    said = mfagan("upscale", photo, "-o", tmp_path / "out", "--scale", 2, "--model", tiny, "--json")
    assert said.err == ""
    kinds = [event["event"] for event in said.events]
    assert kinds[0] == "forecast"
    assert kinds[1] == "photo-started"
    assert "progress" in kinds
    assert kinds[-2:] == ["photo", "finished"]
    event = said.events[-2]
    assert event["outcome"] == "done"
    assert event["networks"][0]["provider"] == "cpu"
    assert (event["width_px"], event["height_px"], event["passes"]) == (48, 32, [2])
    assert event["consistency"]["mean_levels"] >= 0
    assert said.events[-1] == {
        "event": "finished", "left_out": 0, "done": 1, "skipped": 0, "failed": 0,
    }  # fmt: skip


def test_a_folder_is_mirrored_and_one_bad_photo_stops_nothing(
    mfagan: RunCommand, tiny: str, tmp_path: Path
) -> None:
    source = tmp_path / "in"
    write_photo(source / "a.png")
    write_photo(source / "sub" / "größe 東京.png")
    (source / "bad.png").write_bytes(b"no picture")
    common = ("-o", tmp_path / "out", "--scale", 2, "--model", tiny)
    said = mfagan("upscale", source, *common, "--recursive")
    assert said.code == 1
    assert "2 done, 0 skipped, 1 failed" in said.err
    assert "bad.png" in said.err
    assert names(tmp_path / "out") == ["a_tiny_x2.png", "sub/größe 東京_tiny_x2.png"]
    write_photo(source / "bad.png")
    retried = mfagan("upscale", *common, "--retry-failed", "--json")
    assert retried.code == 0
    assert retried.events[-1]["done"] == 1
    resumed = mfagan("upscale", *common, "--resume", "--json")
    assert resumed.code == 0
    assert resumed.events[-1] == {
        "event": "finished", "left_out": 3, "done": 0, "skipped": 0, "failed": 0,
    }  # fmt: skip


def test_a_single_photo_that_fails_is_reported_once(mfagan: RunCommand, tmp_path: Path) -> None:
    said = mfagan("upscale", tmp_path / "gone.jpg", "-o", tmp_path / "out")

    assert said.code == 1
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("Failed ")


def test_a_dry_run_writes_nothing(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    said = mfagan(
        "upscale",
        photo,
        "-o",
        tmp_path / "out",
        "--scale",
        2,
        "--model",
        tiny,
        "--dry-run",
        "--json",
    )
    assert said.code == 0
    assert [event["event"] for event in said.events] == ["forecast"]
    forecast = said.events[0]
    assert forecast["photos"] == 1
    assert forecast["is_measured"]
    assert forecast["memory_bytes"] > 0
    assert not (tmp_path / "out").exists()


def test_consistent_results_are_the_photo_when_made_small_again(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    said = mfagan(
        "upscale", photo, "-o", tmp_path / "out", "--scale", 2, "--model", tiny, "--consistent",
        "--json",
    )  # fmt: skip
    event = next(e for e in said.events if e["event"] == "photo")
    assert event["consistency"]["max_levels"] <= 1


def test_restoration_and_fidelity_turn_a_dial(
    mfagan: RunCommand, photo: Path, own_home: Path, tmp_path: Path
) -> None:
    put_dial(own_home / "data" / "models", "dial")

    def upscaled(*options: object) -> tuple[np.ndarray, dict[str, Any]]:
        result = tmp_path / f"{len(list(tmp_path.iterdir()))}.png"
        said = mfagan(
            "upscale", photo, "-o", result, "--scale", 2, "--model", "dial", *options, "--json"
        )
        assert said.code == 0, said.err
        event = next(e for e in said.events if e["event"] == "photo")
        return np.asarray(Image.open(result), dtype=np.float32), event

    low, _ = upscaled("--restoration", 0, "--fidelity", 0)
    high, event = upscaled("--restoration", 0, "--fidelity", 1)
    auto, by_default = upscaled()

    assert np.abs(low - high).max() > 1
    assert (event["restoration"], event["fidelity"], event["is_auto"]) == (0.0, 1.0, False)
    assert (by_default["fidelity"], by_default["is_auto"]) == (0.15, True)
    again, same = upscaled("--restoration", by_default["restoration"], "--fidelity", 0.15)
    np.testing.assert_array_equal(auto, again)
    assert not same["is_auto"]


@pytest.mark.usefixtures("tiny")
def test_a_restoration_that_is_no_value_is_refused(
    mfagan: RunCommand, photo: Path, tmp_path: Path
) -> None:
    for value in ("strong", "1.5", "nan"):
        said = mfagan("upscale", photo, "-o", tmp_path / "out", "--restoration", value)
        assert said.code != 0
        assert f"restoration={value}: must be" in said.err
    assert not (tmp_path / "out").exists()


def test_a_model_without_a_dial_says_that_the_values_had_no_effect(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    said = mfagan(
        "upscale", photo, "-o", tmp_path / "out", "--scale", 2, "--model", tiny,
        "--restoration", 0.5, "--fidelity", 1,
    )  # fmt: skip
    assert said.code == 0
    assert f"{tiny} has no restoration" in said.err
    assert f"{tiny} has no fidelity" in said.err


def test_a_model_of_an_earlier_version_is_replaced_with_a_note(
    mfagan: RunCommand, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "shipped"
    put_dial(models, "mfa-xs-x4", scale=4)
    monkeypatch.setattr("engine.catalog.catalog.shipped_models_folder", lambda: models)

    def photo_event(*options: object) -> dict[str, Any]:
        said = mfagan("upscale", photo, "-o", tmp_path / "out", *options, "--json")
        assert said.code == 0, said.err
        return next(e for e in said.events if e["event"] == "photo")

    said = mfagan("upscale", photo, "-o", tmp_path / "out", "--model", "mfa-xs-x4-classic")
    assert "was replaced by mfa-xs-x4 with --restoration 0 --fidelity 1" in said.err
    classic = photo_event("--model", "mfa-xs-x4-classic")
    assert (classic["restoration"], classic["fidelity"], classic["is_auto"]) == (0.0, 1.0, False)
    vivid = photo_event("--model", "mfa-xs-x4-photo-vivid")
    assert (vivid["fidelity"], vivid["is_auto"]) == (0.0, True)
    chosen = photo_event("--model", "mfa-xs-x4-classic", "--fidelity", 0.4, "--restoration", "auto")
    assert (chosen["fidelity"], chosen["is_auto"]) == (0.4, True)


def test_options_reach_the_engine(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    said = mfagan(
        "upscale", photo, "-o", tmp_path / "out", "--long-edge", 30, "--model", tiny,
        "--format", "tiff", "--bit-depth", 16, "--name", "{name} {width}x{height}",
        "--tile", 16, "--device", "cpu", "--precision", "fp32", "--threads", 1, "--json",
    )  # fmt: skip
    assert said.code == 0, said.out
    assert names(tmp_path / "out") == ["photo 30x20.tif"]
    event = next(e for e in said.events if e["event"] == "photo")
    assert event["tile_px"] == 16


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--model", "tinny"], "Did you mean 'tiny'"),
        (["--device", "warp"], "warp"),
        (["--name", "{nome}"], "nome"),
        (["--scale", "2", "--long-edge", "9"], "only one"),
        (["--precision", "int8", "--model", "tiny"], "int8"),
    ],
)
def test_what_cannot_be_is_misuse_before_anything_is_written(
    mfagan: RunCommand, photo: Path, tmp_path: Path, words: list[str], reason: str
) -> None:
    said = mfagan("upscale", photo, "-o", tmp_path / "out.png", *words)
    assert said.code == 2
    assert reason in said.err
    assert not (tmp_path / "out.png").exists()


def test_a_missing_photo_is_named(mfagan: RunCommand, tiny: str, tmp_path: Path) -> None:
    said = mfagan("upscale", tmp_path / "gone.jpg", "-o", tmp_path / "out", "--model", tiny)
    assert said.code == 1
    assert "gone.jpg" in said.err


def test_a_batch_nobody_started_cannot_be_resumed(mfagan: RunCommand, tmp_path: Path) -> None:
    said = mfagan("upscale", "-o", tmp_path / "out", "--resume")
    assert said.code == 2
    assert "no batch" in said.err
    assert mfagan("upscale", "-o", tmp_path / "out").code == 2


def test_the_format_of_a_file_must_be_its_ending(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    said = mfagan("upscale", photo, "-o", tmp_path / "a.png", "--format", "jpeg", "--model", tiny)
    assert said.code == 2
    assert "a.png" in said.err


def test_what_is_left_out_and_what_is_locked_is_said(
    mfagan: RunCommand, tiny: str, tmp_path: Path, lock: Callable[[Path], None]
) -> None:
    write_photo(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "plan.psd").touch()
    (tmp_path / "in" / "locked").mkdir()
    lock(tmp_path / "in" / "locked")
    words = ("upscale", tmp_path / "in", "-r", "-o", tmp_path / "out", "--model", tiny)
    said = mfagan(*words)
    assert said.code == 1
    assert len(names(tmp_path / "out")) == 1
    assert "1 .psd" in said.err
    assert f"{tmp_path / 'in' / 'locked'}: the folder cannot be read" in said.err
    event = mfagan(*words, "--json", "--dry-run")
    assert event.code == 1
    assert [e["path"] for e in event.events if e["event"] == "locked"] == [
        str(tmp_path / "in" / "locked")
    ]


@pytest.mark.parametrize("size", [[], ["--scale", 1]])
def test_a_network_that_restores_is_run_at_the_photos_own_size(
    mfagan: RunCommand, photo: Path, own_home: Path, tmp_path: Path, size: list[object]
) -> None:
    put_model(own_home / "data" / "models", "clean", scale=1)

    said = mfagan("upscale", photo, "-o", tmp_path / "out.png", "--model", "clean", *size)

    assert said.code == 0, said.err
    session = onnxruntime.InferenceSession(str(own_home / "data" / "models" / "clean.onnx"))
    with Image.open(photo) as before, Image.open(tmp_path / "out.png") as after:
        given = np.asarray(before, dtype=np.float32) / 255
        (restored,) = session.run(None, {"lr": given.transpose(2, 0, 1)[None]})
        expected = np.clip(restored[0].transpose(1, 2, 0) * 255, 0, 255).round()
        assert np.abs(np.asarray(after) - expected).max() <= 1
        assert np.abs(np.asarray(after) - given * 255).mean() > 0.5
    assert "clean" in said.out


def test_a_network_that_restores_is_not_asked_to_enlarge(
    mfagan: RunCommand, photo: Path, own_home: Path, tmp_path: Path
) -> None:
    put_model(own_home / "data" / "models", "clean", scale=1)

    said = mfagan("upscale", photo, "-o", tmp_path, "--model", "clean", "--scale", 2)

    assert said.code != 0
    assert "--scale 1" in said.err


@pytest.mark.parametrize("collision", ["number", "skip", "replace"])
@pytest.mark.parametrize(
    "output", [".", "../in", "sub/..", "../linked", "a.png", "../linked/a.png"]
)
def test_an_original_is_never_changed_whatever_the_output_is_called(
    mfagan: RunCommand, tiny: str, tmp_path: Path, output: str, collision: str
) -> None:
    photo = write_photo(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "sub").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "in")
    before = photo.read_bytes()
    said = mfagan(
        "upscale", photo, "-o", tmp_path / "in" / output, "--name", "{name}",
        "--collision", collision, "--model", tiny, "--json",
    )  # fmt: skip
    assert said.code == 0, said.out
    assert photo.read_bytes() == before
    event = next(e for e in said.events if e["event"] == "photo")
    assert event["outcome"] == "done"
    assert Path(event["output"]).name == "a-2.png"
    assert names(tmp_path / "in") == ["a-2.png", "a.png"]


def test_a_file_that_appears_under_the_results_name_is_kept(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = tmp_path / "result.png"
    run = UpscaleWork.run

    def appear(
        work: UpscaleWork, plan: PhotoPlan, name: ResultName, token: CancelToken
    ) -> UpscaleReport:
        result.write_bytes(b"precious")
        return run(work, plan, name, token)

    monkeypatch.setattr(UpscaleWork, "run", appear)
    said = mfagan("upscale", photo, "-o", result, "--model", tiny, "--json")
    assert said.code == 0, said.out
    event = next(e for e in said.events if e["event"] == "photo")
    assert event["output"] == str(tmp_path / "result-2.png")
    assert result.read_bytes() == b"precious"
    skipped = mfagan(
        "upscale", photo, "-o", result, "--model", tiny, "--collision", "skip", "--json"
    )
    assert [e["outcome"] for e in skipped.events if e["event"] == "photo"] == ["skipped"]


def test_what_passes_through_is_not_for_others_to_read(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path, own_home: Path
) -> None:
    photo.chmod(0o600)
    assert mfagan("upscale", photo, "-o", tmp_path / "out", "--model", tiny).code == 0
    for path in [*(own_home / "cache").rglob("*"), *(own_home / "state").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    (result,) = (tmp_path / "out").iterdir()
    assert result.stat().st_mode & 0o777 == 0o600


def test_what_is_no_file_is_refused_at_once(
    mfagan: RunCommand, photo: Path, tiny: str, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    out = tmp_path / "out"
    for words in (
        ["info", tmp_path / "pipe.png"],
        ["compare", photo, tmp_path / "pipe.png"],
        ["models", "import", tmp_path / "pipe.png"],
        ["upscale", tmp_path / "pipe.png", "-o", out / "a.png", "--model", tiny],
        ["upscale", tmp_path, "-o", out, "--model", tiny],
        ["upscale", "/dev/zero", "-o", out, "--model", tiny],
    ):
        said = mfagan(*words)
        assert said.code == 1
        assert "not a file" in said.err
