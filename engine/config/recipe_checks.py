"""Finds everything that is wrong with the values of a recipe, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
import yaml
from msgspec import Struct

from engine.config.field_names import tell_unknown
from engine.config.recipe_fields import group_struct
from engine.config.recipe_types import FieldType, struct_fields

_PLACE = re.compile(r" - at `[^`]*`$")
_BLAMED = re.compile(r"(?P<name>[a-z_][a-z_.]*)(?P<sign>[:=])?")


class RecipeChecker:
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
