"""Records the weights that a run learns from, and checks that they stay the same.

The id of a model may name another file later: `mfagan export --replace` replaces it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.config.recipe_file import recipe_values
from engine.config.recipes import QuantizeRecipe, TrainRecipe
from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import ConfigError
from engine.core.file_hash import hash_file
from engine.runs.run_folder import RunFolder
from engine.training.float_networks import float_files
from engine.training.processes import rank
from engine.training.weights import find_weights

RECORD_NAME = "weights.json"


def keep_weights(recipe: TrainRecipe, folder: RunFolder, *, resumes: bool) -> None:
    """Record the hashes of the weights that a run learns from, or compare them with the record.

    Args:
        recipe: The recipe of the run.
        folder: The run folder; the record is written to it if there is none.
        resumes: Whether there is a checkpoint, so that initial weights do not matter.

    Raises:
        ConfigError: If a file is not the one that the run started with, or is missing.
    """
    named = named_weights(recipe, resumes=resumes)
    found = {name: hash_file(find_weights(value)) for name, value in named.items()}
    path = folder.path / RECORD_NAME
    known = _read(path)
    for name, sha256 in found.items():
        if known.get(name, sha256) != sha256:
            raise ConfigError(
                f"{name}={named[name]}: is not the file that this run started "
                "with; put that one back, or train a new run with this one"
            )
    if rank() == 0 and not path.is_file():
        write_bytes_atomic(path, msgspec.json.format(msgspec.json.encode(found), indent=2))


def named_weights(recipe: TrainRecipe, *, resumes: bool = False) -> dict[str, str]:
    """Return the weights and ONNX teachers that a run needs, as the recipe names them, by field.

    Two starts are ``init_weights.0`` and ``init_weights.1``; of a dial to quantize, each corner
    is named, such as ``float_weights.r0f1``.

    Args:
        recipe: The recipe of the run.
        resumes: Whether there is a checkpoint, so that initial weights are not needed.
    """
    named: dict[str, str] = {}
    for name, value in recipe_values(recipe).items():
        if not name.endswith(("weights", "onnx")) or (resumes and name == "init_weights"):
            continue
        if isinstance(value, str):
            named[name] = value
        elif isinstance(value, list | tuple):
            named |= {f"{name}.{number}": str(one) for number, one in enumerate(value)}
    if isinstance(recipe, QuantizeRecipe):
        name = "float_weights"
        source = named.pop(name)
        files = float_files(source)
        labels = {corner.label: str(path) for corner, path in files.items() if corner.label}
        named |= {f"{name}.{label}": path for label, path in labels.items()} or {name: source}
    return named


def recorded_hashes(folder: RunFolder) -> dict[str, str]:
    """Return the SHA-256 of each file of weights that a run learns from, by its field.

    Raises:
        ConfigError: If the record is damaged.
    """
    return _read(folder.path / RECORD_NAME)


def _read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({error}); delete it to resume") from error
