"""Reads recipes from YAML files and writes them.

Unknown keys, wrong types and values out of range are errors that name the field.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import msgspec
import yaml

from engine.config.field_names import tell_fault, tell_unknown, value_names
from engine.config.overrides import Override, apply_overrides, read_overrides, set_value
from engine.config.recipes import AnyRecipe, PsnrRecipe, TrainRecipe
from engine.config.renamed_keys import Warn, current_recipe, keep_quiet
from engine.config.yaml_file import read_yaml_file
from engine.core.errors import ConfigError
from engine.core.typed_data import prepared


def load_recipe(
    path: Path,
    overrides: Mapping[str, str] | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    warn: Warn = keep_quiet,
) -> AnyRecipe:
    """Read a recipe and apply ``overrides`` to it.

    Args:
        path: YAML file.
        overrides: Values by dotted name, such as ``{"schedule.steps": "100"}``,
            written as in YAML.
        texts: Values that are taken as they are, such as folders: one may be called ``1e3``.
        warn: Receives a sentence for each name of an earlier version.

    Raises:
        ConfigError: If the file cannot be read or a field is wrong; the message names it.
    """
    tree = current_recipe(_read_tree(path), source=str(path), warn=warn)
    changes = read_overrides(overrides or {}, rename=current_recipe, warn=warn)
    kind = _kind_of({**tree, **{name: change.value for name, change in changes.items()}})
    # Checked here, because below it would look as if the file had the unknown name.
    known = value_names(kind)
    for name, change in changes.items():
        if name not in {*known, "type"}:
            raise ConfigError(f"{change.said}: {tell_unknown(name, known)}")
    apply_overrides(tree, changes)
    for name, text in (texts or {}).items():
        set_value(tree, name, text)
    return build_recipe(tree, source=str(path), overrides=changes)


def build_recipe(
    tree: Mapping[str, object], *, source: str, overrides: Mapping[str, Override] | None = None
) -> AnyRecipe:
    """Return the recipe that a tree of plain values describes.

    Args:
        tree: Values as a YAML file holds them, under current names.
        source: Where they come from, for the message of an error.
        overrides: Which of them come from the command line instead.

    Raises:
        ConfigError: If a field is wrong; the message names it and where it was set.
    """
    try:
        # Not strict: YAML 1.1 reads 1e-3 as text.
        recipe: AnyRecipe = msgspec.convert(
            {"type": "psnr", **tree}, prepared(AnyRecipe), strict=False
        )
    except msgspec.ValidationError as error:
        fault = tell_fault(error, source, overrides or {}, _kind_of(tree))
        raise ConfigError(fault) from error
    return recipe


def dump_recipe(recipe: TrainRecipe) -> str:
    """Return ``recipe`` as YAML, with every field written out."""
    return yaml.safe_dump(msgspec.to_builtins(recipe), sort_keys=False, allow_unicode=True)


def differing_fields(one: TrainRecipe, other: TrainRecipe) -> dict[str, tuple[object, object]]:
    """Return the values in which two recipes differ, by dotted name, as pairs."""
    trees = [recipe_values(recipe) for recipe in (one, other)]
    names = dict.fromkeys(name for tree in trees for name in tree)
    pairs = {name: (trees[0].get(name), trees[1].get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def recipe_values(recipe: TrainRecipe) -> dict[str, object]:
    """Return every value of ``recipe`` by its dotted name."""
    return dict(_leaves(msgspec.to_builtins(recipe), ""))


def _leaves(tree: Mapping[str, object], prefix: str) -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _kind_of(tree: Mapping[str, object]) -> type[TrainRecipe]:
    kinds = {kind.__struct_config__.tag: kind for kind in get_args(AnyRecipe)}
    # Without a type it is psnr; an unknown one is refused when the recipe is built.
    kind: type[TrainRecipe] = kinds.get(tree.get("type"), PsnrRecipe)
    return kind


def _read_tree(path: Path) -> dict[str, object]:
    tree = read_yaml_file(path)
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: a recipe is a mapping of names to values")
    return tree
