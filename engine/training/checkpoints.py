"""Complete states of a run, from which it goes on exactly.

A checkpoint is a folder ``step-<n>`` with weights as safetensors; ``last``
names the newest complete one. Nothing is pickled.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Adam

from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import ConfigError

_KEEP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainState:
    """What changes while a generator is trained."""

    generator: nn.Module
    averaged: nn.Module
    optimizer: Adam


def save_checkpoint(folder: Path, state: TrainState, *, step: int) -> None:
    """Write a checkpoint of ``step`` into ``folder`` and drop all but the newest two."""
    final = folder / f"step-{step}"
    part = folder / f"step-{step}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    save_file(_contiguous(state.generator.state_dict()), part / "generator.safetensors")
    save_file(_contiguous(state.averaged.state_dict()), part / "averaged.safetensors")
    save_file(_moments(state), part / "optimizer.safetensors")
    shutil.rmtree(final, ignore_errors=True)
    part.rename(final)
    write_bytes_atomic(folder / "last", final.name.encode())
    for old in sorted(folder.glob("step-*"), key=_step_of)[:-_KEEP]:
        shutil.rmtree(old)


def load_checkpoint(folder: Path, state: TrainState) -> int:
    """Restore the newest checkpoint of ``folder`` into ``state``.

    Returns:
        Its step; 0 when there is no checkpoint, and ``state`` is left as it is.
    """
    last = folder / "last"
    if not last.exists():
        return 0
    path = folder / last.read_text(encoding="utf-8")
    state.generator.load_state_dict(load_file(path / "generator.safetensors"))
    state.averaged.load_state_dict(load_file(path / "averaged.safetensors"))
    _restore_moments(state, load_file(path / "optimizer.safetensors"), step=_step_of(path))
    return _step_of(path)


def load_fitting(module: nn.Module, path: Path) -> tuple[str, ...]:
    """Take from ``path`` every tensor that ``module`` has in the same shape.

    Returns:
        Names of the tensors of ``module`` that were not found there.

    Raises:
        ConfigError: If nothing fits.
    """
    found = load_file(path)
    own = module.state_dict()
    fitting = {k: v for k, v in found.items() if k in own and own[k].shape == v.shape}
    if not fitting:
        raise ConfigError(f"{path}: holds no tensor that fits this generator")
    module.load_state_dict(fitting, strict=False)
    return tuple(name for name in own if name not in fitting)


def _step_of(path: Path) -> int:
    return int(path.name.removeprefix("step-").removesuffix(".part"))


def _contiguous(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor.contiguous() for name, tensor in tensors.items()}


def _moments(state: TrainState) -> dict[str, Tensor]:
    moments = {}
    for name, parameter in state.generator.named_parameters():
        for key, value in state.optimizer.state.get(parameter, {}).items():
            moments[f"{name}/{key}"] = value.contiguous().clone()
    return moments


def _restore_moments(state: TrainState, moments: dict[str, Tensor], *, step: int) -> None:
    for name, parameter in state.generator.named_parameters():
        state.optimizer.state[parameter] = {
            key: moments[f"{name}/{key}"] for key in ("step", "exp_avg", "exp_avg_sq")
        }
