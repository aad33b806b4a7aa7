"""Describes the fields of a recipe, so that a form can be made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

import msgspec
from msgspec import Struct

from engine.config.recipe_types import FieldKind, FieldType, attribute_texts, struct_fields
from engine.config.recipes import AnyRecipe
from engine.config.search import SearchRecipe
from engine.config.shipped_recipes import find_recipe, find_search, shipped_names
from engine.config.yaml_file import read_yaml_file
from engine.core.errors import ConfigError, UnknownNameError
from engine.core.suggestions import did_you_mean

# Words of titles that are not written in lower case.
_SPELLED = {
    "hr": "HR", "lr": "LR", "px": "(px)", "ema": "EMA", "onnx": "ONNX", "jpeg": "JPEG",
    "tensorboard": "TensorBoard", "lpips": "LPIPS", "ms": "(ms)", "url": "URL",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeField:
    """One field of a recipe.

    Attributes:
        path: Dotted name, such as ``schedule.steps``.
        title: The last part of it as a title: "Steps".
        kind: What it takes. A ``group`` has the fields below its path; a ``list`` is anything
            that takes YAML to write, such as ``[0.5, 0.75]``.
        default: Value if nothing is entered, in plain types; None if there is none. Of a group,
            whether it is there.
        is_required: Whether a value must be given.
        is_optional: Whether it may be null. An optional group can be left out as a whole.
        is_common: Whether the preset sets it, or it is required: what to show first.
        choices: The values of a choice.
        minimum: Least number.
        maximum: Largest number.
        excludes_minimum: Whether the number must be above the minimum.
        help: What the field is for, in English.
    """

    path: str
    title: str
    kind: FieldKind
    default: object = None
    is_required: bool = False
    is_optional: bool = False
    is_common: bool = False
    choices: tuple[object, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    excludes_minimum: bool = False
    help: str = ""

    @property
    def group(self) -> str:
        """Path of the group that it belongs to; empty at the top."""
        return self.path.rpartition(".")[0]


def recipe_kinds() -> tuple[str, ...]:
    """Return the kinds of recipes, which are the values of their field ``type``."""
    return tuple(_KINDS)


def recipe_presets() -> tuple[str, ...]:
    """Return the names of the shipped training recipes."""
    return shipped_names("recipes")


def recipe_fields(kind_or_preset: str) -> tuple[RecipeField, ...]:
    """Return the fields of a kind of recipe in the order of its schema.

    Args:
        kind_or_preset: A kind, such as ``gan`` or ``search``, or a shipped recipe, whose values
            are the defaults then.

    Raises:
        UnknownNameError: If there is neither.
    """
    tree = preset_values(kind_or_preset)
    kind = struct_of(tree)
    choices: tuple[object, ...] = tuple(_KINDS)
    if kind is SearchRecipe:
        choices = ("search",)
    tag = RecipeField(
        path="type",
        title="Type",
        kind="choice",
        default=kind.__struct_config__.tag,
        is_common=True,
        choices=choices,
        help=(kind.__doc__ or "").partition("\n")[0],
    )
    return (tag, *_fields(kind, tree, "", tree))


def preset_values(kind_or_preset: str) -> dict[str, object]:
    """Return the values of a shipped recipe, or the type alone of a kind.

    Raises:
        UnknownNameError: If there is neither.
    """
    if kind_or_preset in {*_KINDS, "search"}:
        return {"type": kind_or_preset}
    if kind_or_preset in shipped_names("recipes"):
        return _read(find_recipe(kind_or_preset))
    if kind_or_preset in shipped_names("searches"):
        return _read(find_search(kind_or_preset))
    known = (*_KINDS, *recipe_presets())
    hint = did_you_mean(kind_or_preset, known, otherwise=f"There are: {', '.join(known)}.")
    raise UnknownNameError(f"{kind_or_preset!r} is no kind of recipe and no preset. {hint}")


def struct_of(tree: Mapping[str, object]) -> type[Struct]:
    """Return the struct of a recipe by its type; without one it is psnr.

    Raises:
        UnknownNameError: If there is no such type.
    """
    name = tree.get("type", "psnr")
    if name == "search":
        return SearchRecipe
    if not isinstance(name, str) or name not in _KINDS:
        raise UnknownNameError(f"type={name!r}: choose one of {', '.join(_KINDS)}")
    return _KINDS[name]


def group_struct(kind: FieldType, values: Mapping[str, object]) -> type[Struct]:
    """Return which struct of a group its values are for, by the tag among them."""
    for struct in kind.structs:
        config = struct.__struct_config__
        if config.tag_field is not None and values.get(config.tag_field) == config.tag:
            return struct
    return kind.structs[0]


def title_of(path: str) -> str:
    """Return the last part of a path as a title.

    Example:
        >>> title_of("data.lr_folder")
        'LR folder'
    """
    words = path.rpartition(".")[2].split("_")
    text = " ".join(_SPELLED.get(word, word) for word in words)
    return text[0].upper() + text[1:]


def plain_value(value: object) -> object:
    """Return a default as the plain values of YAML."""
    # By way of JSON, which knows no tuples.
    return None if value is msgspec.NODEFAULT else msgspec.json.decode(msgspec.json.encode(value))


def _fields(
    struct: type[Struct], defaults: Mapping[str, object], prefix: str, named: object
) -> Iterator[RecipeField]:
    """Give the fields of a struct, those of its groups behind each group.

    Args:
        struct: The struct.
        defaults: Values that come before those of the struct.
        prefix: Path of the struct with a dot at the end.
        named: What the preset says here, if it says anything.
    """
    texts = attribute_texts(struct)
    said: Mapping[str, object] = named if isinstance(named, Mapping) else {}
    for name, (kind, default) in struct_fields(struct).items():
        value = defaults[name] if name in defaults else plain_value(default)
        is_required = default is msgspec.NODEFAULT
        # Shipped recipes name a folder as an example; which one it is, only the user knows.
        if kind.kind == "folder":
            value = None
        inner = value if isinstance(value, Mapping) else {}
        yield RecipeField(
            path=f"{prefix}{name}",
            title=title_of(name),
            kind=kind.kind,
            default=value if kind.kind != "group" else is_required or value is not None,
            # A group that must be there is made by the fields in it.
            is_required=is_required and kind.kind != "group",
            is_optional=kind.is_optional,
            is_common=name in said or is_required,
            choices=kind.choices,
            minimum=kind.minimum,
            maximum=kind.maximum,
            excludes_minimum=kind.excludes_minimum,
            help=texts.get(name, ""),
        )
        if kind.kind == "group":
            yield from _group_fields(kind, inner, f"{prefix}{name}.", said.get(name))


def _group_fields(
    kind: FieldType, values: Mapping[str, object], prefix: str, named: object
) -> Iterator[RecipeField]:
    struct = group_struct(kind, values)
    tags = tuple(one.__struct_config__.tag for one in kind.structs)
    if tag_field := struct.__struct_config__.tag_field:
        yield RecipeField(
            path=f"{prefix}{tag_field}",
            title=title_of(tag_field),
            kind="choice",
            default=struct.__struct_config__.tag,
            choices=tags,
            help=(struct.__doc__ or "").partition("\n")[0],
        )
    yield from _fields(struct, values, prefix, named)


def _read(path: object) -> dict[str, object]:
    tree = read_yaml_file(path)  # type: ignore[arg-type]
    if not isinstance(tree, dict):
        raise ConfigError(f"{path}: a recipe is a mapping of names to values")
    return tree


_KINDS: dict[str, type[Struct]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyRecipe)
}
