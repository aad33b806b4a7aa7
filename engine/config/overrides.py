"""Values of a recipe or a plan that the command line sets, by dotted name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from engine.config.renamed_keys import Rename, Warn
from engine.config.yaml_file import parse_yaml
from engine.core.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One value from the command line.

    Attributes:
        said: What was written: ``--set seed=4``.
        value: The plain value, with current names in it.
    """

    said: str
    value: object


def read_overrides(texts: Mapping[str, str], *, rename: Rename, warn: Warn) -> dict[str, Override]:
    """Return the values that ``texts`` set, by current dotted name.

    Args:
        texts: Values by dotted name, written as in YAML.
        rename: Which old names are understood.
        warn: Receives a sentence for each old name.

    Raises:
        ConfigError: If a value is not YAML, or is set by its old name and by its new one.
    """
    found: dict[str, Override] = {}
    for name, text in texts.items():
        said = f"--set {name}={text}"
        value = parse_yaml(text, source=f"{said}: the value")
        current, value = _renamed(name, value, rename=rename, source=said, warn=warn)
        if current in found:
            raise ConfigError(f"{said}: {found[current].said} sets the same value; remove one")
        found[current] = Override(said=said, value=value)
    return found


def apply_overrides(tree: dict[str, object], overrides: Mapping[str, Override]) -> None:
    """Change values of a tree of plain values in place.

    Raises:
        ConfigError: If a name leads through a value.
    """
    for name, override in overrides.items():
        set_value(tree, name, override.value)


def set_values(tree: dict[str, object], texts: Mapping[str, str]) -> None:
    """Change values of a tree of plain values in place, by dotted name and text as in YAML.

    Raises:
        ConfigError: If a value is not YAML or a name leads through a value.
    """
    for name, text in texts.items():
        set_value(tree, name, parse_yaml(text, source=f"--set {name}={text}: the value"))


def set_value(tree: dict[str, object], name: str, value: object) -> None:
    """Set the value of a dotted ``name`` in place; groups on the way are made.

    Raises:
        ConfigError: If the name leads through a value.
    """
    *path, last = name.split(".")
    node = tree
    for key in path:
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise ConfigError(f"--set {name}: {key!r} is a value, not a group of values")
        node = child
    node[last] = value


def _renamed(
    name: str, value: object, *, rename: Rename, source: str, warn: Warn
) -> tuple[str, object]:
    """Return the current form of one dotted name and its value."""
    # A tree of one branch goes through the same renaming as a file.
    branch: dict[str, object] = {}
    set_value(branch, name, value)
    node: object = rename(branch, source=source, warn=warn)
    keys = []
    # Renaming never adds or removes a key, so there is exactly one at each level.
    for _ in name.split("."):
        [(key, node)] = cast("dict[str, object]", node).items()
        keys.append(key)
    return ".".join(keys), node
