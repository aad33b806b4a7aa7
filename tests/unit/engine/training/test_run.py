from __future__ import annotations

import errno
import signal
import time
from pathlib import Path

import msgspec
import pytest
import torch

from engine.config.recipe_file import dump_recipe, load_recipe
from engine.config.recipes import PsnrRecipe, TrainRecipe
from engine.core.errors import ConfigError, DiskFullError, EngineError, OutOfMemoryError
from engine.runs.events import Failed, Metric, Warned
from engine.runs.run_folder import RunFolder
from engine.runs.summary import seen_state
from engine.training.method import MethodContext, TrainingMethod
from engine.training.methods.build import build_method
from engine.training.run import run_training
from tests.helpers.training import Recorder, new_run, tiny_recipe, write_photos


def train(recipe: TrainRecipe, folder: RunFolder, *, fault: Exception | None = None) -> Recorder:
    def build(recipe: TrainRecipe, start: MethodContext) -> TrainingMethod:
        if fault is not None:
            raise fault
        return build_method(recipe, start)

    recorder = Recorder()
    run_training(recipe, folder, build_method=build, token=recorder.token, report=recorder)
    return recorder


def failure(folder: RunFolder) -> Failed:
    failed = [event for event in folder.events() if isinstance(event, Failed)]
    assert len(failed) == 1
    return failed[0]


@pytest.mark.parametrize(
    ("fault", "raised", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "x"), DiskFullError, "disk-full"),
        (MemoryError(), OutOfMemoryError, "out-of-memory"),
        (torch.OutOfMemoryError("CUDA out of memory."), OutOfMemoryError, "out-of-memory"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried 9 bytes"),
            OutOfMemoryError,
            "out-of-memory",
        ),
        (RuntimeError("anything else"), RuntimeError, "unexpected"),
    ],
)
def test_whatever_stops_a_run_is_recorded_in_its_status(
    tmp_path: Path, fault: Exception, raised: type[Exception], code: str
) -> None:
    folder = new_run(tmp_path)

    with pytest.raises(raised):
        train(tiny_recipe(tmp_path), folder, fault=fault)

    assert seen_state(folder) == "failed"
    assert failure(folder).code == code


def test_too_little_memory_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"data\.batch_size"):
        train(tiny_recipe(tmp_path), new_run(tmp_path), fault=MemoryError())


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_named(tmp_path: Path) -> None:
    recipe = msgspec.structs.replace(tiny_recipe(tmp_path), device="cuda")

    with pytest.raises(ConfigError, match=r"device=cuda.*--set device=cpu"):
        train(recipe, new_run(tmp_path))


def test_a_full_disk_during_the_run_leaves_a_failed_run_without_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_run(tmp_path)
    write = Path.write_bytes

    def refuse(path: Path, content: bytes) -> int:
        if "step-4.part" in str(path):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(DiskFullError):
        train(tiny_recipe(tmp_path), folder)

    assert seen_state(folder) == "failed"
    assert failure(folder).code == "disk-full"
    assert sorted(path.name for path in folder.checkpoints.iterdir()) == ["last", "step-2"]


def test_a_refusal_leaves_a_finished_run_finished(tmp_path: Path) -> None:
    recipe, folder = tiny_recipe(tmp_path), new_run(tmp_path)
    train(recipe, folder)
    events = (folder.path / "events.jsonl").read_bytes()
    (Path(recipe.data.folder) / "0.png").unlink()

    with pytest.raises(ConfigError, match="not those this run started with"):
        train(recipe, folder)

    assert seen_state(folder) == "finished"
    assert (folder.path / "events.jsonl").read_bytes() == events


def test_two_cannot_train_in_one_folder(tmp_path: Path) -> None:
    recipe, folder = tiny_recipe(tmp_path), new_run(tmp_path)

    with folder.locked(), pytest.raises(ConfigError, match="is running in another process"):
        train(recipe, RunFolder(folder.path))

    assert seen_state(folder) == "new"
    train(recipe, folder)
    assert seen_state(folder) == "finished"


def test_a_damaged_checkpoint_is_reported_and_the_one_before_is_used(tmp_path: Path) -> None:
    folder = new_run(tmp_path)
    train(tiny_recipe(tmp_path), folder)
    weights = folder.checkpoints / "step-4" / "averaged.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])

    recorder = train(tiny_recipe(tmp_path, steps=6), folder)

    warning = next(event for event in recorder.events if isinstance(event, Warned))
    assert warning.code == "damaged-checkpoint"
    assert "resumes from step 2" in warning.text
    assert seen_state(folder) == "finished"


def test_held_out_photos_measure_a_run_without_a_validation_folder(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    write_photos(Path(recipe.data.folder), count=12)

    recorder = train(recipe, new_run(tmp_path))

    figures = [e for e in recorder.events if isinstance(e, Metric) and e.name == "psnr_y_db"]
    assert [figure.step for figure in figures] == [4]
    assert 5 < figures[0].value < 60


def test_a_run_keeps_where_its_photos_are_now(tmp_path: Path) -> None:
    recipe = tiny_recipe(tmp_path)
    folder = RunFolder.create_at(tmp_path / "run", recipe_yaml=dump_recipe(recipe))
    train(recipe, folder)
    moved = Path(recipe.data.folder).rename(tmp_path / "moved")
    data = msgspec.structs.replace(recipe.data, folder=str(moved))

    train(msgspec.structs.replace(recipe, data=data), folder)

    kept = load_recipe(folder.path / "recipe.yaml")
    assert isinstance(kept, PsnrRecipe)
    assert kept.data.folder == str(moved)


def test_a_signal_that_is_repeated_after_a_while_stops_a_run_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.training.run_outcome._REPEAT_AFTER_S", 0.0)
    folder = new_run(tmp_path)

    def build(recipe: TrainRecipe, start: MethodContext) -> TrainingMethod:
        signal.raise_signal(signal.SIGINT)
        time.sleep(0.01)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("it went on")

    recorder = Recorder()
    with pytest.raises(KeyboardInterrupt):
        run_training(
            tiny_recipe(tmp_path), folder, build_method=build,
            token=recorder.token, report=recorder,
        )  # fmt: skip

    assert seen_state(folder) == "cancelled"
