from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from engine.core.errors import ConfigError, DiskFullError
from engine.training.checkpoints import (
    LoopState,
    load_checkpoint,
    newest_checkpoint,
    save_checkpoint,
)
from engine.training.optimizer_group import OptimizerGroup


def network(value: float) -> nn.Module:
    made = nn.Linear(3, 2)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.fill_(value)
    return made


def save(folder: Path, *steps: int) -> None:
    """Write checkpoints whose weights are their steps."""
    for step in steps:
        made = network(float(step))
        save_checkpoint(
            folder,
            step=step,
            networks={"generator": made},
            groups={"generator": OptimizerGroup({"generator": made})},
            loop=LoopState(loss_count=step),
        )


def restored(folder: Path) -> tuple[int, float, tuple[str, ...]]:
    made = network(-1.0)
    found = load_checkpoint(
        folder,
        networks={"generator": made},
        groups={"generator": OptimizerGroup({"generator": made})},
    )
    assert found.loop.loss_count == found.step
    return found.step, float(next(made.parameters()).detach()[0, 0]), found.faults


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_the_newest_two_are_kept_and_the_newest_is_restored(folder: Path) -> None:
    save(folder, 2, 4, 6)

    assert sorted(path.name for path in folder.glob("step-*")) == ["step-4", "step-6"]
    assert restored(folder) == (6, 6.0, ())


def test_without_a_checkpoint_everything_stays(folder: Path) -> None:
    assert restored(folder) == (0, -1.0, ())


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("harm", [cut, flip, empty, Path.unlink, pipe])
@pytest.mark.parametrize("name", ["generator.safetensors", "optimizer.safetensors"])
def test_a_damaged_one_is_skipped_and_named(
    folder: Path, harm: Callable[[Path], None], name: str
) -> None:
    save(folder, 4, 6)
    harm(folder / "step-6" / name)

    step, value, faults = restored(folder)

    assert (step, value) == (4, 4.0)
    assert len(faults) == 1
    assert faults[0].startswith("step-6: ")


def test_a_damaged_state_of_the_loop_counts_too(folder: Path) -> None:
    save(folder, 4, 6)
    cut(folder / "step-6" / "loop.json")

    assert restored(folder)[:2] == (4, 4.0)


@pytest.mark.parametrize("content", [b"", b"../../etc", b"step-99", b"\xff\xfe", b"step-6\n"])
def test_a_damaged_pointer_does_not_matter(folder: Path, content: bytes) -> None:
    save(folder, 4, 6)
    (folder / "last").write_bytes(content)

    assert restored(folder)[:2] == (6, 6.0)
    assert newest_checkpoint(folder) == folder / "step-6"


def test_what_was_skipped_is_gone_after_the_next_checkpoint(folder: Path) -> None:
    save(folder, 4, 6)
    cut(folder / "step-6" / "generator.safetensors")
    assert restored(folder)[0] == 4

    save(folder, 5)

    assert sorted(path.name for path in folder.glob("step-*")) == ["step-4", "step-5"]
    assert restored(folder)[:2] == (5, 5.0)


def test_when_all_are_damaged_the_run_does_not_start_over(folder: Path) -> None:
    save(folder, 4, 6)
    for path in folder.glob("*/generator.safetensors"):
        cut(path)

    with pytest.raises(ConfigError, match=r"no checkpoint can be used \(step-6: .*step-4: "):
        restored(folder)


def test_a_full_disk_leaves_the_checkpoints_before_and_no_part(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(folder, 2)

    def refuse(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(DiskFullError):
        save(folder, 4)
    monkeypatch.undo()

    assert sorted(path.name for path in folder.iterdir()) == ["last", "step-2"]
    assert restored(folder)[:2] == (2, 2.0)


def test_weights_are_on_the_disk_before_they_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    save(folder, 2)

    weights = [number for number, name in enumerate(flushed) if ".safetensors." in name]
    pointer = max(number for number, name in enumerate(flushed) if name.endswith("-part"))
    assert len(weights) == 2
    assert max(weights) < pointer
