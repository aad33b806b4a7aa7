"""Complete states of a run, from which it goes on exactly.

A checkpoint is a folder ``step-<n>``: weights as ``<network>.safetensors``,
``optimizer.safetensors`` for the generator's optimiser and
``optimizer-<player>.safetensors`` for others, and ``loop.json``. The file
``last`` names the newest complete one. Nothing is pickled.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.core.atomic_file import write_bytes_atomic
from engine.training.player import Player

_KEEP = 2
_PART = ".part"


class LoopState(Struct, frozen=True, kw_only=True):
    """What the loop itself remembers.

    Attributes:
        loss_sums: Sum of each loss since the last metric was said.
        loss_count: Number of steps in those sums.
        gradient_scales: What `Player.gradient_scale` says of each player that has one.
    """

    loss_sums: dict[str, float] = {}
    loss_count: int = 0
    gradient_scales: dict[str, tuple[float, int]] = {}


def save_checkpoint(
    folder: Path,
    *,
    step: int,
    networks: Mapping[str, nn.Module],
    players: Mapping[str, Player],
    loop: LoopState,
) -> None:
    """Write a checkpoint of ``step`` into ``folder`` and drop all but the newest two."""
    for leftover in folder.glob(f"step-*{_PART}"):
        shutil.rmtree(leftover)
    part = folder / f"step-{step}{_PART}"
    part.mkdir()
    for name, network in networks.items():
        save_file(_contiguous(network.state_dict()), part / f"{name}.safetensors")
    for name, player in players.items():
        save_file(player.moments(), part / _optimizer_file(name))
    write_bytes_atomic(part / "loop.json", msgspec.json.encode(loop))
    final = folder / f"step-{step}"
    shutil.rmtree(final, ignore_errors=True)
    part.rename(final)
    write_bytes_atomic(folder / "last", final.name.encode())
    for old in sorted(folder.glob("step-*"), key=_step_of)[:-_KEEP]:
        shutil.rmtree(old)


def newest_checkpoint(folder: Path) -> Path | None:
    """Return the newest complete checkpoint of ``folder``, or nothing when there is none."""
    last = folder / "last"
    return folder / last.read_text(encoding="utf-8") if last.exists() else None


def load_checkpoint(
    folder: Path, *, networks: Mapping[str, nn.Module], players: Mapping[str, Player]
) -> tuple[int, LoopState]:
    """Restore the newest checkpoint of ``folder``.

    Returns:
        Its step and the loop's memory; 0 when there is no checkpoint, and
        everything is left as it is.
    """
    path = newest_checkpoint(folder)
    if path is None:
        return 0, LoopState()
    for name, network in networks.items():
        network.load_state_dict(load_file(path / f"{name}.safetensors"))
    for name, player in players.items():
        player.restore_moments(load_file(path / _optimizer_file(name)))
    loop = path / "loop.json"
    memory = msgspec.json.decode(loop.read_bytes(), type=LoopState) if loop.exists() else None
    return _step_of(path), memory or LoopState()


def _optimizer_file(player: str) -> str:
    suffix = "" if player == "generator" else f"-{player}"
    return f"optimizer{suffix}.safetensors"


def _step_of(path: Path) -> int:
    return int(path.name.removeprefix("step-"))


def _contiguous(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    # Clones: safetensors refuses tensors that share memory.
    return {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
