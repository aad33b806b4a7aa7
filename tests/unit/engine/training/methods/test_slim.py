"""Slimming leaves a network that is measured, written and trained on as what it is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine.config.parts import (
    DistillWeights,
)
from engine.config.recipe_file import dump_recipe
from engine.core.errors import ConfigError
from engine.data.downsampling import downsample_bicubic
from engine.data.photo_pair import PhotoPair
from engine.models.generators.build import build_generator
from engine.runs.events import Warned
from engine.runs.run_folder import RunFolder
from engine.runs.summary import series
from engine.training.method import MethodContext
from engine.training.methods.slim import SlimMethod
from engine.training.run_network import load_run_network
from engine.training.validation import ValidationSet, enlarge_to_8bit
from tests.helpers.tiny_methods import (
    slim,
    train,
    weights,
)
from tests.helpers.training import TINY, Recorder, new_run, tiny_recipe, write_photos


def test_the_slim_network_is_written_with_what_is_left_of_it(tmp_path: Path) -> None:
    folder = new_run(tmp_path)

    train(slim(tmp_path), folder)

    artifacts = folder.path / "artifacts"
    sizes = msgspec.json.decode((artifacts / "slim.json").read_bytes())
    left = load_file(artifacts / "slim.safetensors")
    assert sizes["inner"][0][0] == left["blocks.0.stage_1.weight"].shape[0]
    assert sizes["params"] == sum(tensor.numel() for tensor in left.values())
    gates = weights(folder, 3, "gates")
    open_gates = [int(gate.count_nonzero()) for gate in gates.values()]
    assert sizes["inner"] == [[max(count, 1) for count in open_gates]]
    assert sum(open_gates) < 8


def slimmed(tmp_path: Path) -> tuple[RunFolder, Path]:
    """Return a finished slim run that lost channels, and the photos it was validated on."""
    bench = write_photos(tmp_path / "bench", count=1, side_px=32)
    folder = RunFolder.create_at(tmp_path / "slim", recipe_yaml="name: tiny\n")
    recipe = msgspec.structs.replace(
        slim(tmp_path), validation_folder=str(bench), validate_every=3, quantize=False
    )
    (folder.path / "recipe.yaml").write_text(dump_recipe(recipe))
    train(recipe, folder)
    return folder, bench


def test_a_slim_run_is_validated_and_shown_as_it_ships(tmp_path: Path) -> None:
    folder, bench = slimmed(tmp_path)

    shipped = load_run_network(folder.path).generator
    whole = build_generator(slim(tmp_path).generator)
    whole.load_state_dict(weights(folder, 3, "averaged"))
    measured = ValidationSet.open(
        bench, scale=2, make_pair=lambda hr, _: PhotoPair(hr=hr, lr=downsample_bicubic(hr, 2))
    )
    said = series(folder, "psnr_y_db")[3]
    assert said == pytest.approx(measured.psnr_y_db(shipped), abs=1e-6)
    assert abs(said - measured.psnr_y_db(whole)) > 0.05  # the gates matter
    shown = np.asarray(Image.open(folder.path / "samples/step-3/0.png"), dtype=np.uint8)
    np.testing.assert_array_equal(shown, enlarge_to_8bit(shipped, measured.pairs[0]))


def test_training_of_a_slim_network_continues_where_it_ended(tmp_path: Path) -> None:
    folder, bench = slimmed(tmp_path)
    made = load_run_network(folder.path)
    plain = tiny_recipe(tmp_path, steps=1)
    still = msgspec.structs.replace(plain.schedule, learning_rate=1e-9)
    recipe = msgspec.structs.replace(
        plain,
        init_weights=str(folder.path / "artifacts" / "slim.safetensors"),
        generator=made.sizes,
        schedule=still,
        validation_folder=str(bench),
    )
    second, recorder = new_run(tmp_path, "second"), Recorder()

    train(recipe, second, recorder)

    assert not [event for event in recorder.events if isinstance(event, Warned)]
    before, after = (series(run, "psnr_y_db") for run in (folder, second))
    assert after[1] == pytest.approx(before[3], abs=1e-3)


@pytest.mark.parametrize("reweight", [True, False])
def test_small_channels_are_penalized_more_if_asked_for(tmp_path: Path, *, reweight: bool) -> None:
    recipe = msgspec.structs.replace(slim(tmp_path), reweight=reweight, gate_learning_rate=0.01)
    network = build_generator(recipe.generator)
    with torch.no_grad():
        network.state_dict()["blocks.0.stage_1.kernel"][2] += 5
    method = SlimMethod(
        recipe, MethodContext(generator=network, averaged=network, device=torch.device("cpu"))
    )
    gate = method.networks["gates"].get_parameter("0")
    for each in method.networks["gates"].parameters():
        each.grad = torch.zeros_like(each)

    method.end_step(recipe.schedule.learning_rate)

    kept = gate.detach()
    assert bool((kept < 1).all())
    assert (float(kept[2]) > float(kept[[0, 1, 3]].max())) == reweight


def test_slimming_needs_an_mfanet_and_compares_pictures_only(tmp_path: Path) -> None:
    other = msgspec.structs.replace(TINY, family="srresnet")
    features = DistillWeights(feature=1)

    with pytest.raises(ConfigError, match="only mfanet"):
        train(msgspec.structs.replace(slim(tmp_path), generator=other), new_run(tmp_path, "a"))
    with pytest.raises(ConfigError, match="pictures only"):
        train(msgspec.structs.replace(slim(tmp_path), weights=features), new_run(tmp_path, "b"))
