"""Training in two processes equals training in one, and survives the death of a worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from safetensors.torch import load_file

from engine.runs.run_folder import RunFolder
from engine.runs.summary import series
from tests.helpers.training import write_photos

TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")


def write_recipe(tmp_path: Path, *, steps: int, checkpoint_every: int) -> Path:
    photos = write_photos(tmp_path / "photos")
    path = tmp_path / "tiny.yaml"
    path.write_text(
        f"""
name: tiny
type: gan
data: {{folder: {photos}, cache_folder: {tmp_path / "cache"}, patch_px: 16, batch_size: 4}}
schedule: {{steps: {steps}}}
generator: {{family: mfanet, scale: 2, channels: 4, blocks: 1}}
discriminator: {{channels: 2, layers: 1, norm: none}}
adversarial: hinge
weights: {{pixel: 1.0, adversarial: 0.1, perceptual: 0.1}}
clip_norm: 1000.0
device: cpu
threads: 1
log_every: 1
checkpoint_every: {checkpoint_every}
""",
        encoding="utf-8",
    )
    return path


def own_environment() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1"}


def test_two_processes_train_as_one_with_the_whole_batch(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, steps=4, checkpoint_every=4)
    command = ["-m", "engine.cli.main", "train", str(recipe), "--json", "--into"]
    one, two = tmp_path / "one", tmp_path / "two"

    subprocess.run(
        [sys.executable, *command, str(one)], check=True, capture_output=True, env=own_environment()
    )
    subprocess.run(
        [*TORCHRUN, *command, str(two)], check=True, capture_output=True, env=own_environment()
    )

    for name in ("loss_pixel", "loss_adversarial", "loss_discriminator"):
        expected = series(RunFolder(one), name)
        assert series(RunFolder(two), name) == pytest.approx(expected, rel=1e-3, abs=1e-6)
    weights = [load_file(run / "checkpoints" / "step-4" / "generator.safetensors")
               for run in (one, two)]  # fmt: skip
    assert all(float((weights[0][key] - weights[1][key]).abs().max()) < 1e-4 for key in weights[0])


def test_a_killed_worker_is_started_again_and_the_run_ends_as_if_it_had_lived(
    tmp_path: Path,
) -> None:
    recipe = write_recipe(tmp_path, steps=100, checkpoint_every=10)
    folder = tmp_path / "run"
    words = ["--max-restarts", "2", "-m", "engine.cli.main", "train", str(recipe), "--json"]
    command = [*TORCHRUN, *words, "--into", str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=own_environment()
    ) as process:
        wait_for_checkpoint(folder, process)
        worker = next(
            child
            for child in psutil.Process(process.pid).children(recursive=True)
            if "engine.cli.main" in child.cmdline()
        )
        worker.send_signal(signal.SIGKILL)
        _, errors = process.communicate(timeout=240)

    assert process.returncode == 0, errors
    events = list(RunFolder(folder).events())
    starts = [event for event in events if getattr(event, "schema_version", None) is not None]
    assert len(starts) == 2
    assert list(series(RunFolder(folder), "loss_pixel")) == list(range(1, 101))


def wait_for_checkpoint(folder: Path, process: subprocess.Popen[bytes]) -> None:
    while not (folder / "checkpoints" / "last").exists():
        assert process.poll() is None
        time.sleep(0.05)
