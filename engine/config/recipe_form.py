"""A recipe as the values of a form and as YAML text, both ways, with what is wrong by field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml
from msgspec import Struct

from engine.config.field_names import tell_unknown, value_names
from engine.config.overrides import set_value
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

_SOURCE = "recipe"
_PLACE = re.compile(r" - at `[^`]*`$")
_BLAMED = re.compile(r"(?P<name>[a-z_][a-z_.]*)(?P<sign>[:=])?")
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
        tree = current_recipe(_read_mapping(text), source=_SOURCE)
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
        for path, text in _Checker(known).check(struct, tree, "")
    )
    kind = str(struct.__struct_config__.tag)
    return RecipeReading(kind=kind, values=dict(_values(struct, tree, "")), faults=faults)


def recipe_faults(values: Mapping[str, object]) -> tuple[RecipeFault, ...]:
    """Return what is wrong with the values of a form; empty if a run can be started with them."""
    return parse_recipe(recipe_text(values)).faults


def preset_text(name: str) -> str:
    """Return a shipped recipe as `recipe_text` writes it.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    return recipe_text({field.path: field.default for field in recipe_fields(name)})


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


def value_text(value: object) -> str:
    """Return a value as it is written in a recipe, on one line.

    Example:
        >>> value_text([0.5, None])
        '[0.5, null]'
    """
    if isinstance(value, str):
        return value
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.removesuffix("\n").removesuffix("\n...")


def _shown_values(recipe: str | Path) -> dict[str, str]:
    if isinstance(recipe, Path):
        file = recipe / _RECIPE_FILE if recipe.is_dir() else recipe
        tree = read_yaml_file(file)
        if not isinstance(tree, dict):
            raise ConfigError(f"{file}: a recipe is a mapping of names to values")
        reading = parse_recipe(_dump(tree))
    else:
        file = Path(_SOURCE)
        reading = parse_recipe(recipe)
    if reading.values is None:
        raise ConfigError(f"{file}: {reading.faults[0].text}")
    groups = {name.rpartition(".")[0] for name in reading.values}
    return {
        name: value_text(value)
        for name, value in reading.values.items()
        if name not in groups or value is False
    }


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


class _Checker:
    """Finds everything that is wrong with the tree of a recipe."""

    def __init__(self, known: tuple[str, ...]) -> None:
        self._known = known

    def check(
        self, struct: type[Struct], tree: Mapping[str, object], prefix: str
    ) -> list[tuple[str, str]]:
        """Return path and message of each fault."""
        fields = struct_fields(struct)
        tag_field = struct.__struct_config__.tag_field
        found = [
            (f"{prefix}{name}", tell_unknown(f"{prefix}{name}", self._known))
            for name in tree
            if name not in {*fields, tag_field}
        ]
        for name, (kind, default) in fields.items():
            path = f"{prefix}{name}"
            if name in tree:
                found += self._check_value(kind, tree[name], path)
            elif default is msgspec.NODEFAULT and kind.kind == "group":
                # Its own fields say what is missing, if one of them must be given.
                found += self._check_value(kind, {}, path) or [(path, "is missing")]
            elif default is msgspec.NODEFAULT:
                found.append((path, "is missing"))
        return found or self._check_together(struct, tree, prefix)

    def _check_value(self, kind: FieldType, value: object, path: str) -> list[tuple[str, str]]:
        if value is None and kind.is_optional:
            return []
        if kind.kind == "group":
            if not isinstance(value, Mapping):
                return [(path, f"{value_text(value)}: expected values of its own below it")]
            struct = group_struct(kind, value)
            tag_field = struct.__struct_config__.tag_field
            if tag_field and value.get(tag_field, kind.structs[0]) is kind.structs[0]:
                value = {tag_field: struct.__struct_config__.tag, **value}
            tags = [one.__struct_config__.tag for one in kind.structs]
            if tag_field and value[tag_field] not in tags:
                listed = ", ".join(map(str, tags))
                return [(f"{path}.{tag_field}", f"expected one of {listed}")]
            return self.check(struct, value, f"{path}.")
        try:
            # Not strict: YAML 1.1 reads 1e-3 as text.
            msgspec.convert(value, kind.hint, strict=False)
        except msgspec.ValidationError as error:
            return [(path, _expected(kind, value, error))]
        return []

    def _check_together(
        self, struct: type[Struct], tree: Mapping[str, object], prefix: str
    ) -> list[tuple[str, str]]:
        """Return what values that are right by themselves have against each other."""
        try:
            msgspec.convert(tree, struct, strict=False)
        except msgspec.ValidationError as error:
            text = _PLACE.sub("", str(error))
            match = _BLAMED.match(text)
            named = match["name"].rstrip(".") if match else ""
            # "lr_folder gives ...", of this group; "teacher.onnx=...", of any. A sentence that
            # only begins like a name, such as "name either ...", is about the group.
            paths = [f"{prefix}{named}"]
            if match and (match["sign"] or "." in named):
                paths.append(named)
            path = next((path for path in paths if path in self._known), prefix.removesuffix("."))
            return [(path, text)]
        return []


def _expected(kind: FieldType, value: object, error: Exception) -> str:
    shown = value_text(value)
    names = {"int": "a whole number", "float": "a number", "bool": "true or false"}
    if kind.kind == "choice":
        return f"{shown}: expected one of {', '.join(map(value_text, kind.choices))}"
    if kind.kind not in names:
        return f"{shown}: {_PLACE.sub('', str(error)).replace('`', '')}"
    return f"{shown}: expected {names[kind.kind]}{_limits(kind)}"


def _limits(kind: FieldType) -> str:
    if kind.minimum is not None and kind.maximum is not None:
        return f" from {kind.minimum:g} to {kind.maximum:g}"
    if kind.minimum is not None:
        return f"{' above' if kind.excludes_minimum else ' of at least'} {kind.minimum:g}"
    return "" if kind.maximum is None else f" of at most {kind.maximum:g}"


def _values(
    struct: type[Struct], tree: Mapping[str, object], prefix: str
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
            yield from _values(group_struct(kind, inner), inner, f"{path}.")
        else:
            yield path, _normal(_typed(value, kind), kind)


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
        return plain_value(msgspec.convert(value, kind.hint, strict=False))
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
    tree = parse_yaml(text, source=_SOURCE)
    if not isinstance(tree, dict):
        raise ConfigError(f"{_SOURCE}: is a mapping of names to values, one on each line")
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
