"""The weights that a run learns from, and that they stay the same.

A name of a model may mean another file tomorrow: `mfagan export --replace` gives it one.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.catalog.card import hash_file
from engine.config.recipes import TrainRecipe, recipe_values
from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import ConfigError
from engine.runs.run_folder import RunFolder
from engine.training.processes import rank
from engine.training.weights import find_weights

RECORD_NAME = "weights.json"


def keep_weights(recipe: TrainRecipe, folder: RunFolder, *, resumes: bool) -> None:
    """Write down what the weights hold that a run learns from, or check that they still do.

    Args:
        recipe: What the run was told.
        folder: Of the run; gets the record if it has none.
        resumes: Whether there is a checkpoint, so that what it started from is of no matter.

    Raises:
        ConfigError: If a file is not the one that the run began with, or is gone.
    """
    here = {
        name: hash_file(find_weights(value))
        for name, value in recipe_values(recipe).items()
        if name.endswith("weights")
        and isinstance(value, str)
        and not (resumes and name == "init_weights")
    }
    path = folder.path / RECORD_NAME
    known = _read(path)
    for name, sha256 in here.items():
        if known.get(name, sha256) != sha256:
            raise ConfigError(
                f"{name}={recipe_values(recipe)[name]}: is not the file that this run began "
                "with; put that one back, or train a new run with this one"
            )
    if rank() == 0 and not path.is_file():
        write_bytes_atomic(path, msgspec.json.format(msgspec.json.encode(here), indent=2))


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); delete it to go on") from error
