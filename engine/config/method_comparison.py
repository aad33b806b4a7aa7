"""Plans of comparisons between training methods: arms, seeds, and what the arms share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from engine.config.field_names import tell_fault
from engine.config.overrides import apply_overrides, read_overrides
from engine.config.renamed_keys import Warn, current_plan, keep_quiet
from engine.config.yaml_file import read_yaml_file
from engine.core.errors import ConfigError
from engine.core.typed_data import prepared


class ArmPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One arm of a comparison: one way of making a network.

    Attributes:
        parts: Names of the plan's parts that are merged into the shared recipe, in order.
        recipe: Further values of the recipe, as in a recipe file.
        start: Arm whose network of the same seed is the starting point.
        sizes_of: Arm whose network has the sizes to use, such as a slimmed network.
        cut_from: Arm whose supernet contains this arm's network; nothing is trained.
        subnet: Which network is cut from it: ``channels``, ``blocks``, ``inner``.
        against: Arm that the figures are compared with, seed by seed.
    """

    parts: tuple[str, ...] = ()
    recipe: dict[str, object] = {}
    start: str | None = None
    sizes_of: str | None = None
    cut_from: str | None = None
    subnet: dict[str, object] = {}
    against: str | None = None


class ComparisonPlan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which arms are trained, with which seeds.

    Attributes:
        recipe: Recipe that all arms share.
        parts: Pieces of recipes that some arms share, by name.
        arms: Arms by name; each comes after the arms that it needs.
        seeds: Each arm is trained once per seed.
    """

    recipe: dict[str, object]
    parts: dict[str, dict[str, object]] = {}
    arms: dict[str, ArmPlan]
    seeds: Annotated[tuple[Annotated[int, Meta(ge=0)], ...], Meta(min_length=1)] = (0, 1, 2)

    def recipe_of(self, arm: ArmPlan) -> dict[str, object]:
        """Return the recipe of an arm as a tree of plain values."""
        # Later values win: the shared recipe, the parts in their order, the arm's own.
        tree = self.recipe
        for part in arm.parts:
            tree = merged(tree, self.parts[part])
        return merged(tree, arm.recipe)


def load_comparison(
    path: Path, overrides: Mapping[str, str] | None = None, *, warn: Warn = keep_quiet
) -> ComparisonPlan:
    """Read a plan from a YAML file and apply ``overrides`` to it, as to a recipe.

    Args:
        path: YAML file.
        overrides: Values by dotted name, written as in YAML.
        warn: Receives a sentence for each name of an earlier version.

    Raises:
        ConfigError: If the file cannot be read, a field is wrong, or an arm needs another
            that does not come before it.
    """
    tree = read_yaml_file(path)
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: a plan is a mapping of names to values")
    tree = current_plan(tree, source=str(path), warn=warn)
    changes = read_overrides(overrides or {}, rename=current_plan, warn=warn)
    apply_overrides(tree, changes)
    try:
        plan = msgspec.convert(tree, prepared(ComparisonPlan), strict=False)
    except msgspec.ValidationError as error:
        fault = tell_fault(error, str(path), changes, ComparisonPlan)
        raise ConfigError(fault) from error
    _check_order(plan, path)
    return plan


def merged(base: Mapping[str, object], change: Mapping[str, object]) -> dict[str, object]:
    """Return ``base`` updated with ``change``; groups of values are merged, not replaced."""
    result = dict(base)
    for name, value in change.items():
        old = result.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        result[name] = merged(old, value) if both else value  # type: ignore[arg-type]
    return result


def _check_order(plan: ComparisonPlan, path: Path) -> None:
    # Arms are trained in the order of the file, so what an arm needs must come before it.
    known: set[str] = set()
    for name, arm in plan.arms.items():
        for needed in (arm.start, arm.sizes_of, arm.cut_from):
            if needed is not None and needed not in known:
                raise ConfigError(f"{path}: arms.{name} needs {needed!r}; put it before {name}")
        known.add(name)
    # Comparisons are made at the end, so `against` may name any arm.
    for name, arm in plan.arms.items():
        for part in arm.parts:
            if part not in plan.parts:
                raise ConfigError(f"{path}: arms.{name}.parts: there is no part {part!r}")
        if arm.against is not None and arm.against not in known:
            raise ConfigError(f"{path}: arms.{name}.against: there is no arm {arm.against!r}")
