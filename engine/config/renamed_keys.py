"""Old names in recipes, comparison plans, run folders and model cards, and what they are now.

This is the only module that knows them. Recipes and plans in old words are read for one
release, with a warning; cards and run folders, which a program wrote, without one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from engine.core.errors import ConfigError

Warn: TypeAlias = Callable[[str], None]
"""Receives a sentence for the author of a recipe or a plan."""
Rename: TypeAlias = Callable[..., dict[str, object]]
"""`current_recipe` or `current_plan`."""

# Renamed wherever they occur in a recipe: none of them is a current key of any group.
_RECIPE_KEYS = {
    "artefact": "artifact",
    "colour": "color",
    "grid": "checkerboard",
    "jitter_px": "random_shift_px",
    "quantise": "quantize",
}
_RECIPE_VALUES = {("connector", "normalised"): "normalized"}
_ARM_KEYS = {"genes": "subnet"}
# Of run folders (``loss_...``), model cards and results of comparisons.
_METRICS = {
    "colour_cast_de": "color_cast_de",
    "colour_shift_de": "color_shift_de",
    "consistency_codes": "consistency_levels",
    "grid_codes": "checkerboard_levels",
    "loss_artefact": "loss_artifact",
    "loss_colour": "loss_color",
    "loss_grid": "loss_checkerboard",
}
# Of schema version 1.
_CARD_FIELDS = {"damage": "degradation", "licence": "license"}
_CARD_PART_FIELDS = {
    "architecture": {"genes": "config"},
    "input": {"colour": "color"},
    "output": {"colour": "color"},
    "variants": {"difference_codes": "difference_levels"},
}


def keep_quiet(_warning: str) -> None:
    """Take warnings about a file that nobody edits by hand, and drop them."""


def current_metric(name: str) -> str:
    """Return the current name of a metric that an earlier version may have written."""
    return _METRICS.get(name, name)


def current_recipe(
    tree: Mapping[str, object], *, source: str, warn: Warn = keep_quiet, place: str = ""
) -> dict[str, object]:
    """Return a recipe, or a group of its values, with current keys and values.

    Args:
        tree: Plain values, as a YAML file holds them.
        source: Where they come from, for messages.
        warn: Receives a sentence for each old name.
        place: Dotted name of ``tree`` in its file, with a dot at the end.

    Raises:
        ConfigError: If a value is given by its old name and by its new one.
    """
    result = _renamed(tree, _RECIPE_KEYS, source=source, warn=warn, place=place)
    # Values change, keys do not, so the dictionary may be changed on the way.
    for key, value in result.items():
        name = f"{place}{key}"
        if isinstance(value, dict):
            result[key] = current_recipe(value, source=source, warn=warn, place=f"{name}.")
        elif isinstance(value, str) and (key, value) in _RECIPE_VALUES:
            result[key] = _RECIPE_VALUES[key, value]
            warn(f"{source}: {name}={value} is now {name}={result[key]}{_FAREWELL}")
    return result


def current_plan(
    tree: Mapping[str, object], *, source: str, warn: Warn = keep_quiet
) -> dict[str, object]:
    """Return the plan of a comparison with current keys and values, as `current_recipe` does.

    Arms and parts keep the names that the plan gives them, whatever these are.

    Raises:
        ConfigError: If a value is given by its old name and by its new one.
    """

    def recipe(value: dict[str, object], place: str) -> dict[str, object]:
        return current_recipe(value, source=source, warn=warn, place=place)

    def arm(value: dict[str, object], place: str) -> dict[str, object]:
        values = _renamed(value, _ARM_KEYS, source=source, warn=warn, place=place)
        return _changed(values, "recipe", recipe, place)

    def each(change: _Change) -> _Change:
        return lambda values, place: {
            name: _changed(values, name, change, place)[name] for name in values
        }

    result = _changed(tree, "recipe", recipe)
    result = _changed(result, "parts", each(recipe))
    return _changed(result, "arms", each(arm))


def current_card(tree: Mapping[str, object], *, source: str) -> dict[str, object]:
    """Return a model card whose fields have the names of schema version 1 with the current ones.

    Raises:
        ConfigError: If a field is given by its old name and by its new one.
    """

    def part(names: Mapping[str, str]) -> _Change:
        return lambda value, place: _renamed(value, names, source=source, place=place)

    def recipe(value: dict[str, object], place: str) -> dict[str, object]:
        return current_recipe(value, source=source, place=place)

    def training(value: dict[str, object], place: str) -> dict[str, object]:
        return _changed(value, "recipe", recipe, place)

    def figure(value: dict[str, object], _place: str) -> dict[str, object]:
        metric = value.get("metric")
        return {**value, "metric": current_metric(metric)} if isinstance(metric, str) else value

    result = _renamed(tree, _CARD_FIELDS, source=source)
    for name, names in _CARD_PART_FIELDS.items():
        result = _changed(result, name, part(names))
    return _changed(_changed(result, "training", training), "quality", figure)


_FAREWELL = "; the old name is understood in this release only"
_Change: TypeAlias = Callable[[dict[str, object], str], dict[str, object]]


def _changed(
    tree: Mapping[str, object], name: str, change: _Change, place: str = ""
) -> dict[str, object]:
    """Return ``tree`` with ``change`` applied to the group ``name``, or to each of its groups.

    What is no group of values stays as it is: whoever reads the tree refuses it.
    """
    value = tree.get(name)
    inner = f"{place}{name}."
    if isinstance(value, dict):
        return {**tree, name: change(value, inner)}
    if isinstance(value, list):
        groups = [change(item, inner) if isinstance(item, dict) else item for item in value]
        return {**tree, name: groups}
    return dict(tree)


def _renamed(
    tree: Mapping[str, object],
    names: Mapping[str, str],
    *,
    source: str,
    warn: Warn = keep_quiet,
    place: str = "",
) -> dict[str, object]:
    result = {}
    for old, value in tree.items():
        new = names.get(old, old)
        if new != old:
            # Which of the two the author meant cannot be known.
            if new in tree:
                raise ConfigError(
                    f"{source}: {place}{old} is the old name of {place}{new}, and both are given; "
                    f"remove {place}{old}"
                )
            warn(f"{source}: {place}{old} is now called {place}{new}{_FAREWELL}")
        result[new] = value
    return result
