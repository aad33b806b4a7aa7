"""Exports the networks of training runs for commands that take models."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.catalog.catalog import Catalog
from engine.core.errors import MissingExtraError, UnknownNameError
from engine.runs.find_run import open_run
from engine.runs.run_folder import RunFolder

# These names never mean a run, whatever the runs are called.
_OTHER_NAMES = frozenset({"bicubic", "peers"})
_FILE_SUFFIXES = frozenset({".onnx", ".json"})


def runs_as_files(
    names: Sequence[str], *, catalog: Catalog, peers: Path | None, runs: Path, scratch: Path
) -> list[str]:
    """Return ``names`` with each run replaced by the ONNX file of its network.

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
        is_file = Path(name).suffix in _FILE_SUFFIXES or (
            peers and (peers / f"{name}.onnx").exists()
        )
        run = None if name in known or is_file else _find(name, runs)
        result.append(name if run is None else str(_export(run, scratch)))
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
    # The same file as `mfagan export` writes, so that figures of both agree.
    network = load_run_network(run.path)
    path = scratch / f"{run.path.resolve().name}.onnx"
    export_onnx(network.generator, path, sizes=network.sizes)
    return path
