"""Reads recipes of searches and tuning from YAML files and writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml
from msgspec import Struct

from engine.config.field_names import tell_fault, tell_unknown, value_names
from engine.config.overrides import apply_overrides, read_overrides
from engine.config.renamed_keys import Warn, keep_quiet
from engine.config.search import SearchRecipe, TuneRecipe, TuningSpace
from engine.config.yaml_file import read_yaml_file
from engine.core.errors import ConfigError
from engine.core.typed_data import prepared

StructT = TypeVar("StructT", bound=Struct)


def load_search(path: Path, overrides: Mapping[str, str] | None = None) -> SearchRecipe:
    """Read the recipe of a search and apply ``overrides`` to it.

    Args:
        path: YAML file.
        overrides: Values by dotted name, such as ``{"budget": "100"}``, written as in YAML.

    Raises:
        ConfigError: If the file cannot be read or a field is wrong; the message names it.
    """
    return _load(path, SearchRecipe, overrides or {})


def load_tuning_space(path: Path, overrides: Mapping[str, str] | None = None) -> TuningSpace:
    """Read what tuning varies; see `load_search`."""
    return _load(path, TuningSpace, overrides or {})


def load_tune(path: Path) -> TuneRecipe:
    """Read the recipe of a tuning run; see `load_search`."""
    return _load(path, TuneRecipe, {})


def dump_search(recipe: SearchRecipe | TuneRecipe) -> str:
    """Return the recipe as YAML, with every field written out."""
    return yaml.safe_dump(msgspec.to_builtins(recipe), sort_keys=False, allow_unicode=True)


def _load(path: Path, kind: type[StructT], texts: Mapping[str, str]) -> StructT:
    tree = read_yaml_file(path)
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: a recipe is a mapping of names to values")
    changes = read_overrides(texts, rename=_keep_names, warn=keep_quiet)
    known = value_names(kind)
    for name, change in changes.items():
        # The values of constraints and fields are named by the user, those of a training by it.
        if not any(parent in known for parent in _and_parents(name)):
            raise ConfigError(f"{change.said}: {tell_unknown(name, known)}")
    apply_overrides(tree, changes)
    space = tree.get("space")
    if kind is SearchRecipe and isinstance(space, dict):
        # Spaces had no family when only supernets were searched.
        space.setdefault("family", "mfanet")
    try:
        # Not strict: YAML 1.1 reads 1e-3 as text.
        return msgspec.convert(tree, prepared(kind), strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(tell_fault(error, str(path), changes, kind)) from error


def _and_parents(name: str) -> Iterator[str]:
    """Yield ``a.b.c``, ``a.b`` and ``a``."""
    while name:
        yield name
        name = name.rpartition(".")[0]


def _keep_names(tree: Mapping[str, object], *, source: str, warn: Warn) -> dict[str, object]:
    return dict(tree)
