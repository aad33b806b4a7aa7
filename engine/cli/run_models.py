"""Exports the networks of training runs for commands that take models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from engine.catalog.catalog import Catalog
from engine.config.recipe_file import load_recipe
from engine.config.recipes import dial_of
from engine.core.errors import MissingExtraError, UnknownNameError
from engine.evaluation.model_points import parse_model_point
from engine.runs.find_run import open_run
from engine.runs.run_folder import RunFolder

# These names never mean a run, whatever the runs are called.
_OTHER_NAMES = frozenset({"bicubic", "peers"})
_FILE_SUFFIXES = frozenset({".onnx", ".json"})


def runs_as_files(
    names: Sequence[str], *, catalog: Catalog, peers: Path | None, runs: Path, scratch: Path
) -> list[str]:
    """Return ``names`` with each run replaced by the ONNX file of its network.

    A run with a dial is replaced by the card of its networks; a point after its name is kept.

    Args:
        names: Models, files, and runs by folder or by name in ``runs``.
        catalog: Ids of its models take precedence over runs.
        peers: Names of files in this folder do, too.
        runs: Folder of the user's runs.
        scratch: Existing folder for the ONNX files.

    Raises:
        ConfigError: If a name is part of those of several runs, or a run has no checkpoint.
        MissingExtraError: If a run is named and torch is not installed.
        ParityError: If a file does not compute what its network computes.
    """
    known = {entry.card.id for entry in catalog.entries()} | _OTHER_NAMES
    result = []
    for name in names:
        model = parse_model_point(name)[0]
        is_file = Path(model).suffix in _FILE_SUFFIXES or (
            peers and (peers / f"{model}.onnx").exists()
        )
        is_model = model in known or catalog.alias(model) is not None
        run = None if is_model or is_file else _find(model, runs)
        point = name[len(model) :]
        result.append(name if run is None else f"{_export(run, scratch)}{point}")
    return result


def _find(name: str, runs: Path) -> RunFolder | None:
    try:
        return open_run(name, runs)
    except UnknownNameError:
        return None  # the error of the catalog then lists the known names


def _export(run: RunFolder, scratch: Path) -> Path:
    try:
        from engine.export.onnx_file import export_onnx  # noqa: PLC0415 - torch loads for seconds
        from engine.training.run_network import load_run_network  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            f'{run.path}: the network of a run needs torch: pip install "mfagan-studio[train]"'
        ) from error
    # The same files as `mfagan export` writes, so that figures of both agree.
    name = run.path.resolve().name
    if dial_of(load_recipe(run.path / "recipe.yaml")) is not None:
        return _export_dial(run, scratch / name)
    network = load_run_network(run.path)
    path = scratch / f"{name}.onnx"
    export_onnx(network.generator, path, sizes=network.sizes)
    return path


def _export_dial(run: RunFolder, folder: Path) -> Path:
    from engine.export.network_sources import RunSource  # noqa: PLC0415 - torch loads for seconds
    from engine.export.publish import PublishRequest, publish_model  # noqa: PLC0415

    # A run may have any name, a model only some.
    model_id = re.sub(r"[^a-z0-9._-]", "-", folder.name.lower()).lstrip("._-")[:64] or "run"
    card = folder / f"{model_id}.json"
    # A run may be named several times, at several points.
    if not card.exists():
        source = RunSource(run=run.path)
        publish_model(
            PublishRequest(source=source, folder=folder, id=model_id, name=folder.name, version="0")
        )
    return card
