"""Recipes: everything a training run needs to know, in one file.

A recipe is a YAML file that becomes one frozen struct. Unknown keys, wrong
types and values out of range are errors that name the field.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml
from msgspec import Meta, Struct

from engine.core.errors import ConfigError

Positive = Annotated[int, Meta(ge=1)]
Fraction = Annotated[float, Meta(ge=0, le=1)]


class GeneratorRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which generator to train, and how wide and deep it is."""

    family: str = "mfanet"
    scale: Annotated[int, Meta(ge=2, le=4)] = 4
    channels: Positive = 32
    blocks: Positive = 4


class DataRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the training photos are and how patches are cut from them.

    Attributes:
        folder: Folder of HR photos, searched through all its subfolders.
        cache_folder: Where decoded pixels are kept between runs; beside the
            photos' folder name in the user's cache when not given.
        patch_px: Side of an LR patch.
        batch_size: Patches a step.
    """

    folder: str
    cache_folder: str | None = None
    patch_px: Positive = 32
    batch_size: Positive = 16


class ScheduleRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long training lasts and how the step size changes on the way.

    The step size rises during warm-up, holds, and then falls in a straight
    line to ``final_fraction`` of its peak. A plain one-cycle run lost its last
    quarter to a step size near zero, so the fall is late and stops above zero.
    """

    steps: Positive
    learning_rate: Annotated[float, Meta(gt=0)] = 1e-3
    warmup_fraction: Fraction = 0.01
    hold_fraction: Fraction = 0.45
    final_fraction: Fraction = 0.01


class TrainRecipe(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="psnr"):
    """Fit a generator to minimise the mean absolute error.

    Attributes:
        name: Becomes part of the run folder's name.
        init_weights: Safetensors file to start from; tensors that fit are taken.
        ema_decay: Decay of the averaged weights, which are the ones that ship.
        clip_norm: Largest gradient norm.
        precision: ``bf16`` runs convolutions in bfloat16; sums stay in float32.
        validation_folder: HR photos for Y-PSNR during the run; none when not given.
    """

    name: str
    data: DataRecipe
    schedule: ScheduleRecipe
    generator: GeneratorRecipe = GeneratorRecipe()
    init_weights: str | None = None
    seed: int = 0
    threads: Annotated[int, Meta(ge=0)] = 0
    precision: Literal["fp32", "bf16"] = "fp32"
    ema_decay: Fraction = 0.999
    clip_norm: Annotated[float, Meta(gt=0)] = 1.0
    checkpoint_every: Positive = 1000
    log_every: Positive = 100
    validation_folder: str | None = None
    validate_every: Positive = 1000


def load_recipe(path: Path, overrides: Mapping[str, str] | None = None) -> TrainRecipe:
    """Read a recipe and apply ``overrides`` to it.

    Args:
        path: YAML file.
        overrides: Values by dotted name, such as ``{"schedule.steps": "100"}``,
            written as in YAML.

    Raises:
        ConfigError: If the file cannot be read or a field is wrong; the message names it.
    """
    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: is not YAML: {error}") from error
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: a recipe is a mapping of names to values")
    for name, text in (overrides or {}).items():
        _set_value(tree, name, yaml.safe_load(text))
    try:
        return msgspec.convert(tree, TrainRecipe)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from error


def dump_recipe(recipe: TrainRecipe) -> str:
    """Return ``recipe`` as YAML, with every field written out."""
    return yaml.safe_dump(msgspec.to_builtins(recipe), sort_keys=False, allow_unicode=True)


def _set_value(tree: dict[str, object], name: str, value: object) -> None:
    *path, last = name.split(".")
    node = tree
    for key in path:
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise ConfigError(f"--set {name}: {key!r} is a value, not a group of values")
        node = child
    node[last] = value
