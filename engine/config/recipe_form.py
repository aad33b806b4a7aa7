"""A recipe as the values of a form and as YAML text, both ways, with what is wrong by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml
from msgspec import Struct

from engine.config.field_names import value_names
from engine.config.overrides import set_value
from engine.config.places import with_absolute_places
from engine.config.recipe_checks import RecipeChecker, value_text
from engine.config.recipe_fields import (
    group_struct,
    plain_value,
    recipe_fields,
    struct_of,
)
from engine.config.recipe_types import FieldType, struct_fields
from engine.config.renamed_keys import current_recipe
from engine.config.yaml_file import parse_yaml, read_yaml_file, yaml_lines
from engine.core.errors import ConfigError, UnknownNameError
from engine.core.typed_data import prepared

_SOURCE = "recipe"
_RECIPE_FILE = "recipe.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeFault:
    """What is wrong with a recipe.

    Attributes:
        path: Dotted name of the field, or empty if it is the recipe as a whole.
        text: What is wrong, and what to do about it.
        line: Line of the text where the field is, counted from 1; None if it is not there.
    """

    path: str
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeReading:
    """The outcome of `parse_recipe`.

    Attributes:
        kind: Value of the field ``type``.
        values: Value of every field, by dotted name, those that the text leaves out too. None
            if the text cannot be read at all.
        faults: What is wrong with the text; empty if a run can be started with it.
    """

    kind: str
    values: dict[str, object] | None
    faults: tuple[RecipeFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteRecipe:
    """The outcome of `complete_recipe`.

    Attributes:
        name: Part of the name of the run folder.
        kind: Value of the field ``type``.
        text: YAML.
    """

    name: str
    kind: str
    text: str


def recipe_text(values: Mapping[str, object]) -> str:
    """Return a recipe as YAML that names what differs from the defaults of its kind.

    Args:
        values: By dotted name, as in `RecipeReading.values` or as they were typed: text in a
            field that takes something else is read as YAML. Of a group, whether it is there.
    """
    tree: dict[str, object] = {}
    switches = {}
    for path, value in values.items():
        # Of a group only whether it is there; its values have names of their own.
        if isinstance(value, bool) and any(name.startswith(f"{path}.") for name in values):
            switches[path] = value
        else:
            _set(tree, path, value)
    try:
        struct = struct_of(tree)
    except UnknownNameError:
        return _dump(tree)
    short, _ = _Shaper(switches).shape(struct, tree, "")
    return _dump({"type": tree.get("type", "psnr"), **short})


def parse_recipe(text: str) -> RecipeReading:
    """Read a recipe from YAML; whatever is wrong with it is in the result, field by field."""
    try:
        tree = _read_tree(text)
    except ConfigError as error:
        fault = _unreadable(error)
        return RecipeReading(kind="", values=None, faults=(fault,))
    lines = yaml_lines(text)
    try:
        struct = struct_of(tree)
    except UnknownNameError as error:
        fault = RecipeFault(path="type", text=str(error), line=lines.get("type"))
        return RecipeReading(kind="", values=None, faults=(fault,))
    known = value_names(struct)
    faults = tuple(
        RecipeFault(path=path, text=text, line=_nearest_line(path, lines))
        for path, text in RecipeChecker(known).check(struct, tree, "")
    )
    kind = str(struct.__struct_config__.tag)
    return RecipeReading(kind=kind, values=dict(_values(struct, tree, "")), faults=faults)


def recipe_faults(values: Mapping[str, object]) -> tuple[RecipeFault, ...]:
    """Return what is wrong with the values of a form; empty if a run can be started with them."""
    return parse_recipe(recipe_text(values)).faults


def complete_recipe(text: str) -> CompleteRecipe:
    """Return the recipe of a run: every field written out, folders as absolute paths.

    Raises:
        ConfigError: If something is wrong; the message names all of it.
    """
    faults = parse_recipe(text).faults
    if faults:
        listed = "; ".join(f"{fault.path}: {fault.text}".removeprefix(": ") for fault in faults)
        raise ConfigError(f"{_SOURCE}: {listed}")
    tree = _read_tree(text)
    recipe = with_absolute_places(msgspec.convert(tree, prepared(struct_of(tree)), strict=False))
    values = msgspec.to_builtins(recipe)
    return CompleteRecipe(name=values["name"], kind=values["type"], text=_dump(values))


def preset_text(name: str) -> str:
    """Return a shipped recipe as `recipe_text` writes it.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    return recipe_text({field.path: field.default for field in recipe_fields(name)})


def clone_recipe(run: Path) -> str:
    """Return the recipe of a run as `recipe_text` writes it, to start another one with changes.

    Args:
        run: A run folder, or a recipe file.

    Raises:
        ConfigError: If its recipe cannot be read.
    """
    tree = _read_tree(run)
    return recipe_text(dict(_values(struct_of(tree), tree, "")))


def recipe_differences(
    one: str | Path, other: str | Path
) -> tuple[tuple[str, str | None, str | None], ...]:
    """Return the fields in which two recipes differ: name, value here, value there.

    Values that a recipe leaves out are compared by their defaults; None if it has no such field.

    Args:
        one: YAML text, or the path of a recipe or of a run folder.
        other: The same.

    Raises:
        ConfigError: If a recipe cannot be read.
    """
    values = [_shown_values(recipe) for recipe in (one, other)]
    names = dict.fromkeys(name for tree in values for name in tree)
    rows = ((name, values[0].get(name), values[1].get(name)) for name in names)
    return tuple(row for row in rows if row[1] != row[2])


def _shown_values(recipe: str | Path) -> dict[str, str]:
    """Return every value as text, with all defaults; of groups only that one is left out."""
    tree = _read_tree(recipe)
    values = dict(_values(struct_of(tree), tree, "", fills=True))
    groups = {name.rpartition(".")[0] for name in values}
    return {
        name: value_text(value)
        for name, value in values.items()
        if name not in groups or value is False
    }


def _read_tree(recipe: str | Path) -> dict[str, object]:
    if isinstance(recipe, str):
        return current_recipe(_read_mapping(recipe), source=_SOURCE)
    file = recipe / _RECIPE_FILE if recipe.is_dir() else recipe
    return current_recipe(_mapping(read_yaml_file(file), str(file)), source=str(file))


class _Shaper:
    """Turns typed values into the tree of a recipe."""

    def __init__(self, switches: Mapping[str, bool]) -> None:
        self._switches = switches

    def shape(
        self, struct: type[Struct], given: Mapping[str, object], prefix: str
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Return the values that differ from the struct's defaults, and all values."""
        short: dict[str, object] = {}
        whole: dict[str, object] = {}
        fields = struct_fields(struct)
        for name, (kind, default) in fields.items():
            usual = plain_value(default)
            if kind.kind == "group":
                written, value = self._group(kind, given.get(name), f"{prefix}{name}", default)
            else:
                value = _typed(given[name], kind) if name in given else usual
                written = value
            whole[name] = value
            is_missing = default is msgspec.NODEFAULT and value is None
            if not is_missing and not (default is not msgspec.NODEFAULT and _same(value, usual)):
                short[name] = written
        if tag_field := struct.__struct_config__.tag_field:
            whole = {tag_field: struct.__struct_config__.tag, **whole}
        # Names that the schema does not know are kept: the author must see what is refused.
        unknown = {n: v for n, v in given.items() if n not in fields and n != tag_field}
        return {**short, **unknown}, whole

    def _group(
        self, kind: FieldType, given: object, path: str, default: object
    ) -> tuple[object, object]:
        if given is not None and not isinstance(given, Mapping):
            return given, given
        is_usual = default is not None
        if not self._switches.get(path, given is not None or is_usual):
            return None, None
        inner = given if isinstance(given, Mapping) else {}
        struct = group_struct(kind, inner)
        short, whole = self.shape(struct, inner, f"{path}.")
        if (tag_field := struct.__struct_config__.tag_field) and len(kind.structs) > 1:
            short = {tag_field: struct.__struct_config__.tag, **short}
        return short, whole


def _values(
    struct: type[Struct], tree: Mapping[str, object], prefix: str, *, fills: bool = False
) -> Iterator[tuple[str, object]]:
    tag_field = struct.__struct_config__.tag_field
    if tag_field:
        yield f"{prefix}{tag_field}", struct.__struct_config__.tag
    for name, (kind, default) in struct_fields(struct).items():
        path = f"{prefix}{name}"
        value = tree[name] if name in tree else plain_value(default)
        if kind.kind == "group":
            is_there = value is not None or default is msgspec.NODEFAULT
            yield path, is_there
            inner = value if isinstance(value, Mapping) else {}
            # Of a group that is left out too, so that a form has what to show if it is wanted.
            yield from _values(group_struct(kind, inner), inner, f"{path}.", fills=fills)
        else:
            # A list stays as its author wrote it, without the defaults of groups inside.
            typed = _typed(value, kind)
            yield path, typed if kind.kind == "list" and not fills else _normal(typed, kind)


def _typed(value: object, kind: FieldType) -> object:
    """Return what was typed as the field takes it; as it is if that cannot be."""
    if isinstance(value, str) and kind.kind not in {"text", "folder", "file"}:
        try:
            value = parse_yaml(value, source=_SOURCE)
        except ConfigError:
            return value
        if isinstance(value, str) and kind.kind in {"int", "float"}:
            # 1e-3 is text in YAML 1.1.
            try:
                return float(value)
            except ValueError:
                return value
        return value
    # An empty field of a form.
    return None if value == "" else value


def _normal(value: object, kind: FieldType) -> object:
    """Return a value as the schema understands it, with its own defaults filled in."""
    try:
        return plain_value(msgspec.convert(value, prepared(kind.hint), strict=False))
    except msgspec.ValidationError:
        return value


def _same(one: object, other: object) -> bool:
    # True == 1, but a field that takes one does not take the other.
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _set(tree: dict[str, object], path: str, value: object) -> None:
    try:
        set_value(tree, path, value)
    except ConfigError:
        # Values below something that is no group: kept flat, and refused by name.
        tree[path] = value


def _dump(tree: Mapping[str, object]) -> str:
    text: str = yaml.safe_dump(dict(tree), sort_keys=False, allow_unicode=True)
    return text


def _read_mapping(text: str) -> dict[str, object]:
    return _mapping(parse_yaml(text, source=_SOURCE), _SOURCE)


def _mapping(tree: object, source: str) -> dict[str, object]:
    if not isinstance(tree, dict):
        raise ConfigError(f"{source}: is a mapping of names to values, one on each line")
    return tree


def _unreadable(error: ConfigError) -> RecipeFault:
    # Of PyYAML's message only the problem: an editor shows the place.
    cause = error.__cause__
    mark, problem = getattr(cause, "problem_mark", None), getattr(cause, "problem", None)
    if mark is not None and problem is not None:
        return RecipeFault(path="", text=f"is not YAML: {problem}", line=mark.line + 1)
    return RecipeFault(path="", text=str(error).removeprefix(f"{_SOURCE}: "))


def _nearest_line(path: str, lines: Mapping[str, int]) -> int | None:
    # What is missing is reported where its group begins.
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path)
