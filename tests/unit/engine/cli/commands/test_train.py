from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.cli.main import run
from engine.cli.overrides import parse_overrides
from engine.config.recipe_file import load_recipe
from engine.config.recipes import DistillRecipe
from engine.core.errors import ConfigError
from engine.export.onnx_file import export_onnx
from engine.inference.network.dial import mix_networks
from engine.inference.network.session import OrtSession, ProbeSession, SessionSpec
from engine.runs.events import Warned
from engine.runs.run_folder import RunFolder
from engine.runs.summary import read_summary
from engine.training.run_network import load_run_network
from tests.helpers.onnx_teachers import write_teacher
from tests.helpers.tiny_onnx import write_tiny_onnx
from tests.helpers.training import write_photos


def test_overrides_keep_equals_signs_of_their_values() -> None:
    assert parse_overrides(["a.b=1", "c=x=y"]) == {"a.b": "1", "c": "x=y"}


def test_an_override_without_equals_sign_is_misuse() -> None:
    with pytest.raises(ConfigError, match="KEY=VALUE"):
        parse_overrides(["steps"])


@pytest.mark.parametrize("words", [["train"], ["train", "a.yaml", "--preset", "tiny"]])
def test_exactly_one_recipe_must_be_named(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert "Name one recipe" in capsys.readouterr().err


def test_an_unknown_recipe_is_misuse_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "no-such-recipe", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "unknown-name"


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_old_words_in_a_recipe_are_warned_of_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(
        "type: gan\nname: a\ndata: {folder: no-photos}\nschedule: {steps: 3}\njitter_px: 3\n"
    )

    assert run(["train", str(recipe), "--set", "weights.grid=1", *more]) == 2

    reply = capsys.readouterr().err
    assert f"Warning: {recipe}: jitter_px is now called random_shift_px" in reply
    assert "Warning: --set weights.grid=1: weights.grid is now called" in reply


def test_a_run_that_is_running_cannot_be_resumed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = RunFolder.create_at(tmp_path / "run", recipe_yaml="name: a\n")
    folder.write_status("running")

    assert run(["resume", str(folder.path)]) == 2
    assert "is running" in capsys.readouterr().err


def test_bench_train_shows_the_ratio(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = write_photos(tmp_path / "photos")
    small = ["data.patch_px=8", "data.batch_size=2", "generator.channels=4", "generator.blocks=1"]
    small += [f"data.cache_folder={tmp_path / 'cache'}", "precision=fp32"]
    words = [word for value in small for word in ("--set", value)]

    code = run(
        ["bench", "train", "--data", str(photos), "--steps", "2", "--rounds", "1", "--json", *words]
    )

    report = json.loads(capsys.readouterr().out)
    assert code == 0
    assert report["ratio_to_plain"] > 0
    assert report["batch_size"] == 2


def test_bench_train_needs_a_plain_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "train", "gan-x4", "--data", "photos"]) == 2
    assert "type psnr" in capsys.readouterr().err


TINY = [
    "data.patch_px=8", "data.batch_size=2", "generator.channels=4", "generator.blocks=1",
    "schedule.steps=3", "log_every=2", "threads=1",
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MFAGAN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def train(*words: str) -> int:
    values = [word for value in TINY for word in ("--set", value)]
    return run(["train", "--preset", "tiny", *values, *words])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--data", "nope"], "there is no such folder"),
        ([], "name your photos with --data FOLDER"),
        (["--data", "photos", "--set", "schedul.steps=4"], "did you mean 'schedule.steps'"),
        (["--data", "photos", "--set", "validation_folder=nope"], "validation_folder="),
        (["--data", "photos", "--set", "init_weights=nope.safetensors"], "nope.safetensors"),
    ],
)
def test_what_cannot_run_leaves_no_run_folder(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    if "photos" in words:
        write_photos(home / "photos")

    assert train(*words, "--runs", "runs") == 2

    assert message in capsys.readouterr().err
    assert not (home / "runs").exists()


@pytest.mark.parametrize(
    ("recipe", "value", "message"),
    [
        ("distill-x4", "teacher.weights=null", "teacher.weights: the recipe needs a teacher"),
        ("mfagan-x4", "teacher.weights=mfa-s-x4q", "mfa-s-x4"),
        ("supernet-x4", "space.channels=[64]", "not part of the supernet"),
        ("slim-x4", "teacher.weights=old.pth", "pickled weights are never opened"),
        ("agd-x4", "perceptual.network=discriminator", "there is none here"),
        ("omgd-x4", "student_weights.adversarial=1.0", "has no discriminator"),
    ],
)
def test_a_method_that_lacks_something_leaves_no_run_folder(
    home: Path, capsys: pytest.CaptureFixture[str], recipe: str, value: str, message: str
) -> None:
    photos = write_photos(home / "photos", count=1)

    assert run(["train", recipe, "--data", str(photos), "--runs", "runs", "--set", value]) == 2

    assert message in capsys.readouterr().err
    assert not (home / "runs").exists()


def test_a_run_reaches_the_end_of_its_bar_and_is_resumed_from_anywhere(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_photos(home / "photos")
    assert train("--data", "photos", "--into", "run") == 0
    assert read_summary(RunFolder(home / "run")).step == 3
    recipe = home / "run" / "recipe.yaml"
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("steps: 3", "steps: 5"))
    elsewhere = home / "elsewhere"
    write_photos(elsewhere / "photos", side_px=64)  # others, of the same relative name
    monkeypatch.chdir(elsewhere)

    assert run(["resume", str(home / "run")]) == 0

    assert read_summary(RunFolder(home / "run")).step == 5
    assert "Resumes at step 3" in capsys.readouterr().err


def test_a_folder_of_another_run_is_refused_and_says_what_differs(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_photos(home / "photos")
    write_photos(home / "others", count=4)
    assert train("--data", "photos", "--into", "run") == 0
    before = (home / "run" / "recipe.yaml").read_bytes()

    assert train("--data", "others", "--into", "run", "--set", "seed=77") == 2

    reply = capsys.readouterr().err
    assert "data.folder (" in reply
    assert "seed (0, here 77)" in reply
    assert "mfagan resume run" in reply
    assert "batch_size" not in reply
    assert (home / "run" / "recipe.yaml").read_bytes() == before
    assert train("--data", "photos", "--into", "run") == 0  # the same settings go on


def test_moved_photos_are_named_when_the_run_is_resumed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = write_photos(home / "photos")
    assert train("--data", "photos", "--into", "run") == 0
    photos.rename(home / "moved")

    assert run(["resume", "run"]) == 2
    assert "photos: there is no such folder" in capsys.readouterr().err
    assert run(["resume", "run", "--data", "moved"]) == 0
    assert run(["resume", "run"]) == 0
    assert read_summary(RunFolder(home / "run")).state == "finished"


def test_folders_and_photos_may_be_called_anything(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_photos(home / os.fsdecode(b"[a: \xe4"))
    (folder / os.fsdecode(b"b\xe4d.png")).write_bytes(b"no picture")

    assert train("--data", str(folder), "--into", "run") == 0
    assert "b\\xe4d.png: not a picture" in capsys.readouterr().err.replace("\n", "")
    assert run(["resume", "run"]) == 0
    assert any("xe4d.png" in event.text for event in RunFolder(home / "run").events()
               if isinstance(event, Warned))  # fmt: skip


DIAL = [
    "generator.scale=2", "data.patch_px=16", "data.batch_size=4", "dial.group=2",
    "generator.channels=4", "generator.blocks=1", "init_weights=null", "schedule.steps=3",
    "checkpoint_every=3", "precision=fp32",
]  # fmt: skip
VIVID = ["perceptual.network=discriminator", "discriminator.channels=4", "discriminator.layers=1"]


def train_dial(preset: str, into: str, *values: str) -> int:
    words = [word for value in (*DIAL, *values) for word in ("--set", value)]
    return run(["train", "--preset", preset, "--data", "photos", "--into", into, *words])


def test_both_sides_of_a_dial_are_trained_and_fixed_at_a_value(home: Path) -> None:
    write_photos(home / "photos", side_px=96)

    assert train_dial("dial", "faithful") == 0
    start = home / "faithful" / "checkpoints" / "step-3" / "averaged.safetensors"
    assert train_dial("dial-vivid", "vivid", f"init_weights={start}", *VIVID) == 0

    lr = np.random.default_rng(1).random((1, 3, 9, 12), dtype=np.float32)
    for name in ("faithful", "vivid"):
        files = {}
        for value in (0.0, 0.4, 1.0):
            made = load_run_network(home / name, restoration=value)
            files[value] = home / f"{name}-{value}.onnx"
            export_onnx(made.generator, files[value], sizes=made.sizes)
        fixed = OrtSession(SessionSpec.of_file(files[0.4])).run(lr)
        with torch.no_grad():
            exact = load_run_network(home / name, restoration=0.4).generator(torch.from_numpy(lr))
        assert np.abs(fixed - exact.numpy()).max() < 1e-5
        # What the product mixes of the ends is the network that was trained for the value.
        ends = [files[value].read_bytes() for value in (0.0, 1.0)]
        mixed = ProbeSession(mix_networks(ends, [0.6, 0.4])).run(lr)
        assert np.abs(mixed - fixed).max() < 1e-5


def test_a_run_with_a_dial_is_resumed_and_shown(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_photos(home / "photos", side_px=96)
    assert train_dial("dial", "run") == 0
    recipe = home / "run" / "recipe.yaml"
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("steps: 3", "steps: 5"))

    assert run(["resume", "run"]) == 0
    capsys.readouterr()
    assert run(["runs", "show", "run"]) == 0

    shown = capsys.readouterr().out
    assert "dial.group" in shown
    assert read_summary(RunFolder(home / "run")).step == 5


DISTILL = [
    "train", "--preset", "distill-onnx", "--data", "photos", "--into", "run",
    *(word for value in TINY for word in ("--set", value)),
    "--set", "teacher.value_range=[0, 1]",
]  # fmt: skip


def test_any_network_is_distilled_into_a_small_one_of_its_scale(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_photos(home / "photos")
    write_teacher(home / "big.onnx")

    assert run([*DISTILL, "--teacher", "big.onnx", "--teacher-license", "MIT"]) == 0
    assert "3 pictures to make once" in capsys.readouterr().err
    assert run(["export", "run", "--unmeasured", "--to", "models", "--json"]) == 0

    card = json.loads(capsys.readouterr().out)
    assert card["scale"] == 2
    assert card["kind"] == "vivid"
    assert card["credit"].endswith("its teacher was big.onnx, license MIT")
    recipe = load_recipe(home / "run" / "recipe.yaml")
    assert isinstance(recipe, DistillRecipe)
    assert recipe.teacher.onnx == str(home / "big.onnx")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "the recipe needs a teacher and names none"),
        (["--teacher", "big.onnx"], "--set teacher.license=MIT"),
        (["--teacher", "gone.onnx", "--teacher-license", "MIT"], "gone.onnx: cannot be read"),
        (["--teacher", "photos/0.png", "--teacher-license", "MIT"], "0.png: "),
        (
            ["--teacher", "big.onnx", "--teacher-license", "MIT", "--set", "generator.scale=4"],
            "enlarges by 2 but the student by 4",
        ),
        (["--teacher", "x1.onnx", "--teacher-license", "MIT"], "enlarges by 1; students enlarge"),
        (
            ["--teacher", "big.onnx", "--teacher-license", "MIT", "--set", "weights.feature=1"],
            "weights.feature: needs a teacher of ours",
        ),
        (
            ["--teacher", "big.onnx", "--teacher-license", "MIT", "--set", "teacher.random=true"],
            "teacher.onnx is a teacher by itself",
        ),
    ],
)
def test_a_teacher_that_cannot_be_used_leaves_no_run_folder(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    write_photos(home / "photos")
    write_teacher(home / "big.onnx")
    write_tiny_onnx(home / "x1.onnx", scale=1)

    assert run([*DISTILL, *words]) != 0

    assert message in capsys.readouterr().err
    assert not (home / "run").exists()


def test_an_estimate_trains_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = write_photos(tmp_path / "photos")
    recipe = tmp_path / "tiny.yaml"
    recipe.write_text(
        f"name: tiny\ndata: {{folder: {photos}, patch_px: 8, batch_size: 2}}\n"
        "generator: {family: mfanet, scale: 2, channels: 4, blocks: 1}\nschedule: {steps: 7}\n",
        encoding="utf-8",
    )
    words = ["train", str(recipe), "--runs", str(tmp_path / "runs"), "--estimate"]

    assert run([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["event"] == "estimate"
    assert document["steps"] == document["measured_steps"] == 7
    assert document["total_s"] > 0
    assert run(words) == 0
    assert "Estimate: about" in capsys.readouterr().out
    assert not (tmp_path / "runs").exists()
