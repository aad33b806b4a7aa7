"""Fine-tuning for 8 bits: what it writes, that it helps, and that it comes from the command."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import onnx
import onnxruntime as ort
import pytest

from engine.cli.main import run
from engine.config.parts import GeneratorRecipe, ScheduleRecipe
from engine.config.recipes import QuantizeRecipe
from engine.quantization.int8_file import write_int8
from engine.quantization.plan import quantization_plan
from engine.quantization.tuned_file import TUNED_FILE, read_tuned, weights_fingerprint
from engine.runs.events import Noted
from engine.runs.run_folder import RunFolder
from engine.runs.summary import series
from engine.training.float_networks import float_files
from tests.helpers.float_networks import CORNERS, install_float_dial, write_float_file
from tests.helpers.tiny_methods import quantize, quantize_dial, train, weights
from tests.helpers.training import Recorder, new_run, write_photos

SMALL = GeneratorRecipe(scale=2, channels=8, blocks=1)


def longer(recipe: QuantizeRecipe, tmp_path: Path) -> QuantizeRecipe:
    """Return a training whose effect is far above chance."""
    return msgspec.structs.replace(
        recipe,
        float_weights=str(write_float_file(tmp_path / "small.onnx", SMALL)),
        schedule=ScheduleRecipe(steps=60, learning_rate=3e-4, shape="cosine"),
        range_learning_rate=3e-3,
        data=msgspec.structs.replace(recipe.data, batch_size=4),
        ema_decay=0.9,
        checkpoint_every=60,
    )


def difference_levels(model: onnx.ModelProto, int8: Path) -> float:
    """Return how far ONNX Runtime's picture of an int8 file is from that of its float network."""
    codes = np.random.default_rng(3).integers(60, 200, (1, 3, 8, 8))
    lr = (codes.repeat(4, 2).repeat(4, 3) / 255).astype(np.float32)
    float_sr, int8_sr = (
        np.asarray(ort.InferenceSession(content).run(None, {"lr": lr})[0])
        for content in (model.SerializeToString(), int8.read_bytes())
    )
    return float(255 * np.abs(float_sr - int8_sr).mean())


def test_training_brings_the_8_bit_picture_closer_to_the_float_picture(tmp_path: Path) -> None:
    folder = new_run(tmp_path)
    recipe = longer(quantize(tmp_path), tmp_path)

    train(recipe, folder)

    losses = list(series(folder, "loss_difference").values())
    assert np.mean(losses[-15:]) < 0.85 * np.mean(losses[:15])


def test_the_file_of_a_run_makes_an_int8_file(tmp_path: Path) -> None:
    folder, recorder = new_run(tmp_path), Recorder()
    recipe = quantize(tmp_path)

    train(recipe, folder, recorder)

    tuned = read_tuned(folder.path / "artifacts" / TUNED_FILE)
    [path] = float_files(recipe.float_weights).values()
    model = onnx.load(path)
    corner = tuned.corners[""]
    assert corner.source == weights_fingerprint(model)
    applied = corner.applied_to(model)
    assert weights_fingerprint(applied) != corner.source
    plan = quantization_plan(model)
    write_int8(applied, tmp_path / "int8.onnx", plan=plan, ranges=corner.ranges)
    assert difference_levels(model, tmp_path / "int8.onnx") < 12
    assert any(isinstance(one, Noted) and "ranges" in one.text for one in recorder.events)


def test_all_corners_of_a_dial_are_trained_and_written(tmp_path: Path) -> None:
    folder = new_run(tmp_path)
    recipe = quantize_dial(tmp_path)

    train(recipe, folder)

    tuned = read_tuned(folder.path / "artifacts" / TUNED_FILE)
    assert set(tuned.corners) == {corner.label for corner in CORNERS}
    assert tuned.model == recipe.float_weights
    for corner, path in float_files(recipe.float_weights).items():
        of_corner = tuned.corners[corner.label]
        applied = of_corner.applied_to(onnx.load(path))
        assert weights_fingerprint(applied) != of_corner.source


def test_a_resumed_run_keeps_the_ranges_that_were_measured(tmp_path: Path) -> None:
    folder = new_run(tmp_path)
    recipe = quantize(tmp_path)
    train(msgspec.structs.replace(recipe, schedule=ScheduleRecipe(steps=1)), folder)
    before = weights(folder, 1, "averaged")["calibrated"]

    recorder = Recorder()
    train(recipe, folder, recorder)

    assert (weights(folder, 3, "averaged")["calibrated"] == before).all()
    assert not any(isinstance(one, Noted) and "ranges" in one.text for one in recorder.events)


def test_the_preset_trains_a_model_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install_float_dial()
    photos = write_photos(tmp_path / "photos", count=10, side_px=64)
    settings = ["float_weights=small-dial", "generator.scale=2", "data.patch_px=12"]
    settings += ["schedule.steps=2", f"data.cache_folder={tmp_path / 'cache'}", "log_every=1"]
    words = [word for setting in settings for word in ("--set", setting)]

    place = ["--data", str(photos), "--into", str(tmp_path / "run")]

    code = run(["train", "--preset", "int8-x4", *place, *words])

    folder = RunFolder(tmp_path / "run")
    told = capsys.readouterr().err
    assert code == 0, told
    assert (folder.path / "artifacts" / TUNED_FILE).is_file()
    assert (folder.path / "samples" / "step-2" / "0.png").is_file()
    assert set(series(folder, "psnr_y_db")) == {2}
    assert "step 2/2: difference" in told
    assert "mfagan export int8 small-dial --tuned" in told
