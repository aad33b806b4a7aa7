"""The dotted names of all values of a recipe, and messages about wrong ones."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct, inspect

from engine.config.overrides import Override
from engine.core.typed_data import prepared

_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]*)`")
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]*)`")
_PLACE = re.compile(r" - at `\$\.?(?P<place>[^`]*)`$")


def value_names(kind: type[Struct]) -> tuple[str, ...]:
    """Return the dotted name of every value and group of values in a struct."""
    return tuple(_names(inspect.type_info(prepared(kind)), ""))


def nearest_name(name: str, known: tuple[str, ...]) -> str | None:
    """Return the known name that was most probably meant, or None.

    ``steps`` means ``schedule.steps``: the last parts are compared too.
    """
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    if close:
        return close[0]
    # reversed: of several names with the same end, the first one in the struct wins.
    by_end = {other.rpartition(".")[2]: other for other in reversed(known)}
    ends = difflib.get_close_matches(name.rpartition(".")[2], by_end, n=1, cutoff=0.8)
    return by_end[ends[0]] if ends else None


def tell_unknown(name: str, known: tuple[str, ...]) -> str:
    """Return the message about a name that is not among ``known``."""
    near = nearest_name(name, known)
    return f"there is no value {name!r}" + (f"; did you mean {near!r}?" if near else "")


def tell_fault(
    error: msgspec.ValidationError,
    source: str,
    overrides: Mapping[str, Override],
    kind: type[Struct],
) -> str:
    """Return the message about a wrong recipe: where, which value, and what was probably meant.

    Args:
        error: The error of msgspec.
        source: The recipe file.
        overrides: Values that the command line set, by dotted name.
        kind: Struct that the recipe was read as.
    """
    # msgspec ends its messages with the place: " - at `$.schedule.steps`".
    text = str(error)
    found = _PLACE.search(text)
    # Without list indices, as dotted names have none.
    place = re.sub(r"\[[^\]]*\]", "", found["place"]) if found else ""
    blamed = source
    if place in overrides:
        blamed = overrides[place].said
    for pattern in (_UNKNOWN, _MISSING):
        if match := pattern.search(text):
            name = f"{place}.{match['field']}" if place else match["field"]
            if pattern is _UNKNOWN:
                return f"{blamed}: {tell_unknown(name, value_names(kind))}"
            hint = "; name your photos with --data FOLDER" if name.startswith("data") else ""
            return f"{blamed}: {name} is missing{hint}"
    return f"{blamed}: {text}"


def _names(kind: inspect.Type, prefix: str) -> Iterator[str]:
    if isinstance(kind, inspect.Metadata):
        yield from _names(kind.type, prefix)
    elif isinstance(kind, inspect.UnionType):
        # A group that may be None, or one of several structs.
        for one in kind.types:
            yield from _names(one, prefix)
    elif isinstance(kind, inspect.StructType):
        for field in kind.fields:
            name = f"{prefix}{field.encode_name}"
            yield name
            yield from _names(field.type, f"{name}.")
