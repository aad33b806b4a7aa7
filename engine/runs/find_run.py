"""Finds a run by its folder or by a part of its name, and makes the folder of a new one."""

from __future__ import annotations

from pathlib import Path

from engine.core.errors import ConfigError, UnknownNameError
from engine.runs.run_folder import RunFolder
from engine.runs.summary import find_runs


def open_run(name: str, runs: Path) -> RunFolder:
    """Open the run folder ``name``, or the run in ``runs`` whose name contains ``name``.

    Raises:
        UnknownNameError: If there is no such run.
        ConfigError: If there are several.
    """
    if (Path(name) / "recipe.yaml").is_file():
        return RunFolder.open(Path(name))
    found = find_runs(runs)
    exact = [run for run in found if run.path.name == name]
    fitting = exact or [run for run in found if name in run.path.name]
    if not fitting:
        here = ", ".join(run.path.name for run in found) or "none"
        raise UnknownNameError(f"No run is called {name!r}. In {runs} there are: {here}")
    if len(fitting) > 1:
        several = ", ".join(run.path.name for run in fitting)
        raise ConfigError(f"{name!r} is part of several names: {several}; name one")
    return fitting[0]


def new_run(name: str, recipe_yaml: str, *, runs: Path, exact: Path | None = None) -> RunFolder:
    """Make the folder of a new run.

    Args:
        name: Part of the name of the folder.
        recipe_yaml: The recipe of the run.
        runs: Folder in which the folder is made.
        exact: Path of the folder itself, instead.

    Raises:
        OutputError: If it cannot be made or is there already.
    """
    if exact is not None:
        return RunFolder.create_at(exact, recipe_yaml=recipe_yaml)
    return RunFolder.create(runs, name, recipe_yaml=recipe_yaml)
