"""Reads and writes model cards.

`encode_card` is the only writer and `decode_card` the only reader; both validate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from engine.catalog.card import SCHEMA_VERSION, ModelCard, check_rules
from engine.config.renamed_keys import current_card
from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import BadCardError, ConfigError
from engine.core.regular_file import read_regular
from engine.core.typed_data import prepared

# Shipped cards have up to 40 kB.
_MAX_CARD_BYTES = 1 << 20
_FILE_FIELDS = ("file", "sha256", "bytes")
_PATTERN_ERROR = re.compile(r"Expected `str` matching regex '.*'(?= - at|$)", re.DOTALL)


def encode_card(card: ModelCard) -> bytes:
    """Return ``card`` as indented JSON, which `decode_card` reads.

    Raises:
        BadCardError: If the card breaks its own rules.
    """
    _validate(card, source=card.id)
    return msgspec.json.format(msgspec.json.encode(card), indent=2) + b"\n"


def decode_card(content: bytes, *, source: str) -> ModelCard:
    """Return the card that ``content`` holds.

    Args:
        content: JSON, UTF-8.
        source: Where it came from, for messages.

    Raises:
        BadCardError: If it is not a card, or breaks a rule; the message says which.
    """
    try:
        # Only the version is read first: current cards are decoded once, in one step.
        version = msgspec.json.decode(content, type=prepared(_Header)).schema_version
        if version in {1, 2}:
            content = _upgraded(content, source, version)
        card = msgspec.json.decode(content, type=prepared(ModelCard))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCardError(f"{source}: not a model card: {_in_words(error)}") from error
    except RecursionError as error:
        raise BadCardError(f"{source}: not a model card: too deeply nested") from error
    check_rules(card, source=source)
    return card


def write_card(card: ModelCard, path: Path) -> None:
    """Write ``card`` to ``path`` in one step.

    Raises:
        BadCardError: If the card breaks its own rules.
        OutputError: If the file cannot be written.
    """
    write_bytes_atomic(path, encode_card(card))


def read_card(path: Path) -> ModelCard:
    """Return the card in the file ``path``.

    Raises:
        BadCardError: If the file is missing, unreadable or not a valid card.
    """
    return decode_card(read_card_bytes(path), source=str(path))


def read_card_bytes(path: Path) -> bytes:
    """Return the content of a card's file.

    Raises:
        BadCardError: If it is missing, unreadable, not a regular file, or larger than any card.
    """
    try:
        return read_regular(path, max_bytes=_MAX_CARD_BYTES)
    except (OSError, ValueError) as error:
        raise BadCardError(
            f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})"
        ) from error


def card_files(folder: Path) -> Iterator[Path]:
    """Yield the JSON files in ``folder``, sorted by name; each should be a card."""
    yield from sorted(path for path in folder.glob("*.json") if not path.name.startswith("."))


class _Header(Struct):
    """The field that says how the other fields are named."""

    schema_version: int = SCHEMA_VERSION


def _upgraded(content: bytes, source: str, version: int) -> bytes:
    """Return a card of schema version 1 or 2 in this version."""
    tree = msgspec.json.decode(content, type=dict[str, Any])
    try:
        # Of version 1 also the names of fields were others.
        tree = current_card(tree, source=source) if version == 1 else tree
    except ConfigError as error:
        raise BadCardError(str(error)) from error
    # Two models could be blended then; each of them stays a model of its own.
    tree.pop("twin", None)
    variants = tree.get("variants")
    if isinstance(variants, list):
        tree["variants"] = [_with_files(variant) for variant in variants]
    return msgspec.json.encode({**tree, "schema_version": SCHEMA_VERSION})


def _with_files(variant: object) -> object:
    """Return a variant of schema version 2, which was one file, with a list of files."""
    if not isinstance(variant, dict):
        return variant  # the schema says what is wrong with it
    file = {name: variant[name] for name in _FILE_FIELDS if name in variant}
    rest = {name: value for name, value in variant.items() if name not in _FILE_FIELDS}
    return {**rest, "files": [file]}


def _validate(card: ModelCard, *, source: str) -> None:
    # A struct made in Python was never checked against its field constraints.
    try:
        msgspec.convert(msgspec.to_builtins(card), type=prepared(ModelCard))
    except msgspec.ValidationError as error:
        raise BadCardError(f"{source}: not a valid model card: {_in_words(error)}") from error
    check_rules(card, source=source)


def _in_words(error: Exception) -> str:
    return _PATTERN_ERROR.sub("Text that is not allowed here", str(error))
