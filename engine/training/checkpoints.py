"""Complete states of a run, from which it resumes exactly.

A checkpoint is a folder ``step-<n>``: weights as ``<network>.safetensors``,
``optimizer.safetensors`` for the generator's optimizer and
``optimizer-<group>.safetensors`` for others, and ``loop.json`` with their hashes. The
file ``last`` names the newest complete one; a damaged one is skipped. Nothing is pickled.

    checkpoints/
        last                              "step-200", written after everything else
        step-100/  step-200/              the newest two
            generator.safetensors         weights
            averaged.safetensors          EMA weights, which ship
            optimizer.safetensors         Adam's state
            loop.json                     sums of losses, SHA-256 of the files
        step-300.part/                    being written
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from engine.core.atomic_file import output_error, write_bytes_atomic
from engine.core.errors import ConfigError
from engine.core.regular_file import open_regular, read_regular
from engine.training.optimizer_group import OptimizerGroup

_KEEP = 2  # the newest, and the one before in case it is damaged
_PART = ".part"
# Limits of what is read into memory, far above what is written.
_MAX_LOOP_BYTES = 1 << 20
_MAX_LAST_BYTES = 100
_STEP = re.compile(r"step-[0-9]{1,18}")


class LoopState(Struct, frozen=True, kw_only=True):
    """The state of the loop itself.

    Attributes:
        loss_sums: Sum of each loss since the last metric was reported.
        loss_count: Number of steps in those sums.
        gradient_scales: `OptimizerGroup.gradient_scale` of each group that has one.
        sha256: SHA-256 of each other file of the checkpoint, by name.
    """

    loss_sums: dict[str, float] = {}
    loss_count: int = 0
    gradient_scales: dict[str, tuple[float, int]] = {}
    sha256: dict[str, str] = {}


class Restored(Struct, frozen=True, kw_only=True):
    """The outcome of `load_checkpoint`.

    Attributes:
        step: Number of steps that the networks were trained; 0 without a checkpoint.
        loop: The loop's state.
        faults: What is wrong with newer checkpoints, which were skipped.
    """

    step: int = 0
    loop: LoopState = LoopState()
    faults: tuple[str, ...] = ()


def save_checkpoint(
    folder: Path,
    *,
    step: int,
    networks: Mapping[str, nn.Module],
    groups: Mapping[str, OptimizerGroup],
    loop: LoopState,
) -> None:
    """Write a checkpoint of ``step`` into ``folder`` and drop all but the newest two.

    Everything is on the disk before ``last`` names it.

    Raises:
        DiskFullError: If the disk is full; nothing half-written is left.
        OutputError: If the folder cannot be written to.
    """
    # A process that was killed while it wrote leaves such folders.
    for leftover in folder.glob(f"step-*{_PART}"):
        shutil.rmtree(leftover, ignore_errors=True)
    part, final = folder / f"step-{step}{_PART}", folder / f"step-{step}"
    try:
        part.mkdir()
        _write(part, networks, groups, loop)
        # A damaged checkpoint of this step may be there; rename would refuse a folder in its place.
        shutil.rmtree(final, ignore_errors=True)
        part.rename(final)
    except OSError as error:
        raise output_error(error, final) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    # From here on the new checkpoint counts; a kill before leaves the one before in charge.
    write_bytes_atomic(folder / "last", final.name.encode())
    kept = sorted((path for path in _all(folder) if _step_of(path) <= step), key=_step_of)[-_KEEP:]
    for other in _all(folder):
        # A checkpoint of a later step was skipped as damaged; its steps are trained again.
        if other not in kept:
            shutil.rmtree(other, ignore_errors=True)


def newest_checkpoint(folder: Path) -> Path | None:
    """Return the newest complete checkpoint of ``folder``, or None if there is none."""
    return next(iter(_newest_first(folder)), None)


def load_checkpoint(
    folder: Path, *, networks: Mapping[str, nn.Module], groups: Mapping[str, OptimizerGroup]
) -> Restored:
    """Restore the newest complete checkpoint of ``folder``.

    Raises:
        ConfigError: If there are checkpoints and all are damaged.
    """
    faults: list[str] = []
    for path in _newest_first(folder):
        try:
            loop = _restore(path, networks, groups)
        # Readers of damaged files raise all of these; the checkpoint before is complete.
        except (SafetensorError, OSError, KeyError, ValueError, RuntimeError) as error:
            faults.append(f"{path.name}: {str(error).splitlines()[0]}")
        else:
            return Restored(step=_step_of(path), loop=loop, faults=tuple(faults))
    if faults:
        raise ConfigError(
            f"{folder}: no checkpoint can be used ({'; '.join(faults)}). If recipe.yaml was "
            "changed, undo that; else delete the folder's checkpoints to start over"
        )
    return Restored()


def _restore(
    path: Path, networks: Mapping[str, nn.Module], groups: Mapping[str, OptimizerGroup]
) -> LoopState:
    state = path / "loop.json"
    loop = None
    if os.path.lexists(state):
        content = read_regular(state, max_bytes=_MAX_LOOP_BYTES)
        loop = msgspec.json.decode(content, type=LoopState)
    known = loop.sha256 if loop else {}
    # Everything is read before anything is applied: a fault half-way must not leave weights of
    # one checkpoint beside the optimizer state of another.
    weights = {name: _read(path / f"{name}.safetensors", known) for name in networks}
    states = {name: _read(path / _optimizer_file(name), known) for name in groups}
    for name, network in networks.items():
        network.load_state_dict(weights[name])
    for name, group in groups.items():
        group.load_optimizer_state(states[name])
    return loop or LoopState()


def _read(path: Path, known: Mapping[str, str]) -> dict[str, Tensor]:
    # Hash and tensors come from one read, so that they are of the same bytes.
    with open_regular(path) as file:
        content = file.read()
    expected = known.get(path.name)
    if expected is not None and hashlib.sha256(content).hexdigest() != expected:
        raise ValueError(f"{path.name} is damaged: its content is not what was written")
    return load(content)


def _write(
    part: Path,
    networks: Mapping[str, nn.Module],
    groups: Mapping[str, OptimizerGroup],
    loop: LoopState,
) -> None:
    sha256 = {}
    for name, network in networks.items():
        file = f"{name}.safetensors"
        sha256[file] = write_tensors(part / file, _contiguous(network.state_dict()))
    for name, group in groups.items():
        file = _optimizer_file(name)
        sha256[file] = write_tensors(part / file, group.optimizer_state())
    state = msgspec.structs.replace(loop, sha256=sha256)
    write_bytes_atomic(part / "loop.json", msgspec.json.encode(state))


def write_tensors(
    path: Path, tensors: Mapping[str, Tensor], *, metadata: dict[str, str] | None = None
) -> str:
    """Write a safetensors file that is on the disk when this returns.

    Returns:
        SHA-256 of its content.

    Raises:
        DiskFullError: If the disk is full.
        OutputError: If it cannot be written.
    """
    content = save(dict(tensors), metadata)
    write_bytes_atomic(path, content)
    return hashlib.sha256(content).hexdigest()


def _all(folder: Path) -> list[Path]:
    return [path for path in folder.glob("step-*") if _STEP.fullmatch(path.name)]


def _newest_first(folder: Path) -> list[Path]:
    """Return the checkpoints: the one that ``last`` names, then the others by their steps."""
    found = sorted(_all(folder), key=_step_of, reverse=True)
    try:
        last = read_regular(folder / "last", max_bytes=_MAX_LAST_BYTES).decode("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return found
    return sorted(found, key=lambda path: path.name != last)


def _optimizer_file(group: str) -> str:
    suffix = "" if group == "generator" else f"-{group}"
    return f"optimizer{suffix}.safetensors"


def _step_of(path: Path) -> int:
    return int(path.name.removeprefix("step-"))


def _contiguous(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    # Clones: safetensors refuses tensors that share memory, such as OMGD's shared layers.
    return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
