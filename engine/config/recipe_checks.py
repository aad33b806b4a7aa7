"""Finds everything that is wrong with the values of a recipe, field by field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec
import yaml
from msgspec import Struct

from engine.config.field_names import tell_unknown
from engine.config.recipe_fields import group_struct
from engine.config.recipe_types import FieldType, struct_fields
from engine.core.messages import say
from engine.core.typed_data import prepared

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
                found += self._check_value(kind, {}, path) or [(path, _missing())]
            elif default is msgspec.NODEFAULT:
                found.append((path, _missing()))
        return found or self._check_together(struct, tree, prefix)

    def _check_value(self, kind: FieldType, value: object, path: str) -> list[tuple[str, str]]:
        if value is None and kind.is_optional:
            return []
        if kind.kind == "group":
            if not isinstance(value, Mapping):
                text = say(
                    "field-group",
                    "{value}: expected values of its own below it",
                    value=value_text(value),
                )
                return [(path, text)]
            struct = group_struct(kind, value)
            tag_field = struct.__struct_config__.tag_field
            if tag_field and value.get(tag_field, kind.structs[0]) is kind.structs[0]:
                value = {tag_field: struct.__struct_config__.tag, **value}
            tags = [one.__struct_config__.tag for one in kind.structs]
            if tag_field and value[tag_field] not in tags:
                shown = value_text(value[tag_field])
                return [(f"{path}.{tag_field}", _expected_choice(shown, tags))]
            return self.check(struct, value, f"{path}.")
        try:
            # Not strict: YAML 1.1 reads 1e-3 as text.
            msgspec.convert(value, prepared(kind.hint), strict=False)
        except msgspec.ValidationError as error:
            return [(path, _expected(kind, value, error))]
        return []

    def _check_together(
        self, struct: type[Struct], tree: Mapping[str, object], prefix: str
    ) -> list[tuple[str, str]]:
        """Return what values that are right by themselves have against each other."""
        try:
            msgspec.convert(tree, prepared(struct), strict=False)
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


def _missing() -> str:
    return say("field-missing", "is missing")


def _expected(kind: FieldType, value: object, error: Exception) -> str:
    shown = value_text(value)
    match kind.kind:
        case "choice":
            return _expected_choice(shown, kind.choices)
        case "bool":
            return say("field-bool", "{value}: expected true or false", value=shown)
        case "int":
            return _expected_int(shown, kind)
        case "float":
            return _expected_float(shown, kind)
        case _:
            return f"{shown}: {_PLACE.sub('', str(error)).replace('`', '')}"


def _expected_choice(shown: str, choices: Sequence[object]) -> str:
    listed = ", ".join(map(value_text, choices))
    return say("field-choice", "{value}: expected one of {choices}", value=shown, choices=listed)


def _expected_int(shown: str, kind: FieldType) -> str:
    least, most = kind.minimum, kind.maximum
    if least is None:
        return say("field-int", "{value}: expected a whole number", value=shown)
    if most is None:
        return say(
            "field-int-least",
            "{value}: expected a whole number of at least {least}",
            value=shown,
            least=f"{least:g}",
        )
    return say(
        "field-int-range",
        "{value}: expected a whole number from {least} to {most}",
        value=shown,
        least=f"{least:g}",
        most=f"{most:g}",
    )


def _expected_float(shown: str, kind: FieldType) -> str:
    least, most = kind.minimum, kind.maximum
    if least is None:
        return say("field-number", "{value}: expected a number", value=shown)
    if kind.excludes_minimum:
        return say(
            "field-number-above",
            "{value}: expected a number above {least}",
            value=shown,
            least=f"{least:g}",
        )
    if most is None:
        return say(
            "field-number-least",
            "{value}: expected a number of at least {least}",
            value=shown,
            least=f"{least:g}",
        )
    return say(
        "field-number-range",
        "{value}: expected a number from {least} to {most}",
        value=shown,
        least=f"{least:g}",
        most=f"{most:g}",
    )


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
