"""What a field of a recipe may be, read from the struct that declares it."""

from __future__ import annotations

import inspect
import re
import types
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

FieldKind: TypeAlias = Literal[
    "group", "int", "float", "bool", "choice", "text", "folder", "file", "list"
]
"""``group``: values of its own below it. ``list``: anything that takes YAML to write."""

_DOCUMENTED = re.compile(r"^ {4}(\w+): (.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldType:
    """The type of a field.

    Attributes:
        kind: What kind of value it takes.
        hint: The type as it was declared.
        structs: Of a group, the structs that its values may be; usually one.
        is_optional: Whether it may be null.
        choices: The values of a choice.
        minimum: Least number.
        maximum: Largest number.
        excludes_minimum: Whether the number must be above the minimum.
    """

    kind: FieldKind
    hint: Any
    structs: tuple[type[Struct], ...] = ()
    is_optional: bool = False
    choices: tuple[object, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    excludes_minimum: bool = False


def field_type(name: str, hint: object) -> FieldType:
    """Return the type of the field ``name`` that was declared as ``hint``."""
    options = [one for one in _options(hint) if one is not type(None)]
    is_optional = len(options) < len(_options(hint))
    structs = [one for one in options if inspect.isclass(one) and issubclass(one, Struct)]
    if len(structs) == len(options):
        return FieldType(kind="group", hint=hint, structs=tuple(structs), is_optional=is_optional)
    if len(options) > 1:
        return FieldType(kind="list", hint=hint, is_optional=is_optional)
    [option] = options
    if get_origin(option) is Literal:
        return FieldType(
            kind="choice", hint=hint, choices=get_args(option), is_optional=is_optional
        )
    plain, limits = _limits(option)
    kinds: dict[object, FieldKind] = {bool: "bool", int: "int", float: "float", str: _text(name)}
    return FieldType(
        kind=kinds.get(plain, "list"),
        hint=hint,
        is_optional=is_optional,
        minimum=limits.ge if limits.gt is None else limits.gt,
        maximum=limits.le,
        excludes_minimum=limits.gt is not None,
    )


@lru_cache(maxsize=256)
def attribute_texts(kind: type[Struct]) -> dict[str, str]:
    """Return what the docstrings of a struct and its bases say about each field."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if issubclass(base, Struct) and base.__doc__:
            texts |= _attributes(inspect.cleandoc(base.__doc__))
    return texts


@lru_cache(maxsize=256)
def struct_fields(kind: type[Struct]) -> dict[str, tuple[FieldType, object]]:
    """Return type and default of each field; `msgspec.NODEFAULT` if it must be given."""
    found = {}
    for field in msgspec.structs.fields(kind):
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        found[field.encode_name] = (field_type(field.encode_name, field.type), default)
    return found


def _options(hint: object) -> tuple[object, ...]:
    is_union = get_origin(hint) in {Union, types.UnionType}
    return get_args(hint) if is_union else (hint,)


def _limits(hint: object) -> tuple[object, Meta]:
    if get_origin(hint) is not Annotated:
        return hint, Meta()
    plain, *notes = get_args(hint)
    return plain, next((note for note in notes if isinstance(note, Meta)), Meta())


def _text(name: str) -> FieldKind:
    # As `engine.config.places` tells them apart.
    if name.endswith("folder"):
        return "folder"
    return "file" if name.endswith(("onnx", "weights")) else "text"


def _attributes(doc: str) -> dict[str, str]:
    """Return the entries of the section ``Attributes:``, each on one line without markup."""
    _, _, section = doc.partition("\nAttributes:\n")
    entries: dict[str, list[str]] = {}
    name = ""
    for line in section.splitlines():
        if match := _DOCUMENTED.match(line):
            name = match[1]
            entries[name] = [match[2]]
        elif name and line.startswith("     "):
            entries[name].append(line.strip())
        elif line.strip():
            break
    return {name: _plain(" ".join(lines)) for name, lines in entries.items()}


def _plain(text: str) -> str:
    return text.replace("``", "").replace("`", "")
