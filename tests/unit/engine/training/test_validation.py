from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from safetensors.torch import load_file

from engine.config.degradation import DegradationRecipe
from engine.config.recipes import TrainRecipe
from engine.data.degradation import degrade_photo
from engine.data.photo_pair import PhotoPair
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.models.dial import DialNetwork
from engine.runs.run_folder import RunFolder
from engine.runs.summary import series
from engine.training.methods.build import build_method
from engine.training.run import run_training
from engine.training.run_generator import build_run_generator
from engine.training.validation import ValidationSet, enlarge_to_8bit
from tests.helpers.tiny_methods import dial
from tests.helpers.tiny_onnx import write_distance_onnx
from tests.helpers.training import Recorder, new_run, tiny_recipe, write_photos


def train(recipe: TrainRecipe, folder: RunFolder, recorder: Recorder | None = None) -> Recorder:
    recorder = recorder or Recorder()
    run_training(recipe, folder, build_method=build_method, token=recorder.token, report=recorder)
    return recorder


def test_validation_measures_the_averaged_generator(tmp_path: Path) -> None:
    bench = write_photos(tmp_path / "bench", count=1, side_px=32)
    recipe = msgspec.structs.replace(
        tiny_recipe(tmp_path, steps=2), validation_folder=str(bench), validate_every=1
    )
    folder = new_run(tmp_path)

    train(recipe, folder)

    values = list(series(folder, "psnr_y_db").values())
    assert len(values) == 2
    assert all(10 < value < 60 for value in values)


def test_validation_of_a_run_on_degraded_pictures_is_on_degraded_pictures(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(
        tiny_recipe(tmp_path), validation_folder=str(write_photos(tmp_path / "validation"))
    )
    real = msgspec.structs.replace(
        recipe.data, degradation=DegradationRecipe(kind="real", strength=(0.5, 1.0), pool_batches=2)
    )
    clean, degraded = new_run(tmp_path, "clean"), new_run(tmp_path, "degraded")

    train(recipe, clean)
    train(msgspec.structs.replace(recipe, data=real), degraded)

    assert series(degraded, "psnr_y_db")[4] < series(clean, "psnr_y_db")[4]
    shown = Path("samples") / "lr" / "0.png"
    assert not np.array_equal(load_rgb8(clean.path / shown), load_rgb8(degraded.path / shown))


def test_each_photo_is_validated_and_shown_at_its_own_restoration_value(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(
        dial(tmp_path),
        validation_folder=str(write_photos(tmp_path / "validation")),
        sample_photos=2,
    )
    folder = new_run(tmp_path)

    train(recipe, folder)

    made = build_run_generator(recipe)
    assert isinstance(made, DialNetwork)
    made.load_state_dict(load_file(folder.checkpoints / "step-3" / "averaged.safetensors"))
    photos = [load_rgb8(path) for path in sorted((tmp_path / "validation").iterdir())]
    pairs = [
        degrade_photo(hr, recipe.data.degradation, scale=2, seed=0, number=number)
        for number, hr in enumerate(photos)
    ]
    assert len({pair.restoration for pair in pairs}) == 3
    for number, pair in enumerate(pairs[:2]):
        assert pair.restoration is not None
        shown = load_rgb8(folder.path / "samples" / "step-3" / f"{number}.png")
        plain = PhotoPair(hr=pair.hr, lr=pair.lr)
        exact = enlarge_to_8bit(made.fixed(pair.restoration), plain)
        np.testing.assert_array_equal(shown, exact)
    measured = ValidationSet(pairs, scale=2).psnr_y_db(made)
    assert series(folder, "psnr_y_db")[3] == measured


def test_lpips_is_measured_where_the_recipe_names_its_network(tmp_path: Path) -> None:
    plain = msgspec.structs.replace(
        tiny_recipe(tmp_path, steps=2),
        validation_folder=str(write_photos(tmp_path / "validation")),
        validate_every=1,
    )
    network = write_distance_onnx(tmp_path / "lpips.onnx")
    folder, other = new_run(tmp_path), new_run(tmp_path, "plain")

    train(msgspec.structs.replace(plain, lpips_onnx=str(network)), folder)
    train(plain, other)

    distances = series(folder, "lpips")
    assert list(distances) == [1, 2]
    assert all(0 < distance < 10 for distance in distances.values())
    assert series(other, "lpips") == {}
    assert series(other, "psnr_y_db") == series(folder, "psnr_y_db")
