"""Complete states of a run, from which it goes on exactly.

A checkpoint is a folder ``step-<n>``: weights as ``<network>.safetensors``,
``optimizer.safetensors`` for the generator's optimizer and
``optimizer-<group>.safetensors`` for others, and ``loop.json`` with their hashes. The
file ``last`` names the newest complete one; a damaged one is passed over. Nothing is pickled.
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

_KEEP = 2
_PART = ".part"
_MAX_LOOP_BYTES = 1 << 20
_MAX_LAST_BYTES = 100
_STEP = re.compile(r"step-[0-9]{1,18}")


class LoopState(Struct, frozen=True, kw_only=True):
    """What the loop itself remembers.

    Attributes:
        loss_sums: Sum of each loss since the last metric was said.
        loss_count: Number of steps in those sums.
        gradient_scales: `OptimizerGroup.gradient_scale` of each group that has one.
        sha256: SHA-256 of each other file of the checkpoint, by name.
    """

    loss_sums: dict[str, float] = {}
    loss_count: int = 0
    gradient_scales: dict[str, tuple[float, int]] = {}
    sha256: dict[str, str] = {}


class Restored(Struct, frozen=True, kw_only=True):
    """What `load_checkpoint` found.

    Attributes:
        step: The step that the networks stand at; 0 when there is no checkpoint.
        loop: What the loop remembered.
        faults: What is wrong with newer checkpoints, which were passed over.
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
    for leftover in folder.glob(f"step-*{_PART}"):
        shutil.rmtree(leftover, ignore_errors=True)
    part, final = folder / f"step-{step}{_PART}", folder / f"step-{step}"
    try:
        part.mkdir()
        _write(part, networks, groups, loop)
        shutil.rmtree(final, ignore_errors=True)
        part.rename(final)
    except OSError as error:
        raise output_error(error, final) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    write_bytes_atomic(folder / "last", final.name.encode())
    kept = sorted((path for path in _all(folder) if _step_of(path) <= step), key=_step_of)[-_KEEP:]
    for other in _all(folder):
        # One of a later step was passed over as damaged; its steps are done anew.
        if other not in kept:
            shutil.rmtree(other, ignore_errors=True)


def newest_checkpoint(folder: Path) -> Path | None:
    """Return the newest complete checkpoint of ``folder``, or nothing when there is none."""
    return next(iter(_newest_first(folder)), None)


def load_checkpoint(
    folder: Path, *, networks: Mapping[str, nn.Module], groups: Mapping[str, OptimizerGroup]
) -> Restored:
    """Restore the newest checkpoint of ``folder`` that is whole.

    Raises:
        ConfigError: If there are checkpoints and all are damaged.
    """
    faults: list[str] = []
    for path in _newest_first(folder):
        try:
            loop = _restore(path, networks, groups)
        # A damaged file raises what its reader raises; the checkpoint before it is whole.
        except (SafetensorError, OSError, KeyError, ValueError, RuntimeError) as error:
            faults.append(f"{path.name}: {str(error).splitlines()[0]}")
        else:
            return Restored(step=_step_of(path), loop=loop, faults=tuple(faults))
    if faults:
        raise ConfigError(
            f"{folder}: no checkpoint can be used ({'; '.join(faults)}). If recipe.yaml was "
            "changed, undo that; else delete the folder's checkpoints to begin anew"
        )
    return Restored()


def _restore(
    path: Path, networks: Mapping[str, nn.Module], groups: Mapping[str, OptimizerGroup]
) -> LoopState:
    memory = path / "loop.json"
    loop = None
    if os.path.lexists(memory):
        content = read_regular(memory, max_bytes=_MAX_LOOP_BYTES)
        loop = msgspec.json.decode(content, type=LoopState)
    known = loop.sha256 if loop else {}
    # All is read before anything is taken, so that a fault leaves no mixture.
    weights = {name: _read(path / f"{name}.safetensors", known) for name in networks}
    states = {name: _read(path / _optimizer_file(name), known) for name in groups}
    for name, network in networks.items():
        network.load_state_dict(weights[name])
    for name, group in groups.items():
        group.load_optimizer_state(states[name])
    return loop or LoopState()


def _read(path: Path, known: Mapping[str, str]) -> dict[str, Tensor]:
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
    memory = msgspec.structs.replace(loop, sha256=sha256)
    write_bytes_atomic(part / "loop.json", msgspec.json.encode(memory))


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
    # Clones: safetensors refuses tensors that share memory.
    return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
