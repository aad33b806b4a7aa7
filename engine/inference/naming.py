"""Names results: a template, safe characters, and what to do when a name is taken."""

from __future__ import annotations

import datetime as dt
import os
import re
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import psutil

from engine.core.atomic_file import output_error
from engine.core.errors import ConfigError, OutputError

DEFAULT_TEMPLATE = "{name}_{model}_x{scale}"
TEMPLATE_FIELDS = {
    "name": "name of the photo without its extension",
    "model": "id of the model",
    "scale": "enlargement: 4, or 2.5",
    "width": "width of the result in pixels",
    "height": "height of the result in pixels",
    "date": "today: 2026-01-31",
}
"""The fields a template may use, with what they stand for."""

_CLAIM_SUFFIX = ".mfagan-claim"
# File systems hold 255 bytes; a claim adds 14 and a number up to 6.
_MAX_NAME_BYTES = 230
_MAX_NUMBER = 99_999
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICE_NAME = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


class Collision(Enum):
    """What to do when a result's name is taken."""

    NUMBER = "number"
    """Keep both: the new one gets ``-2``, ``-3`` and so on."""
    SKIP = "skip"
    """Keep the old one and do nothing."""
    REPLACE = "replace"
    """Put the new one in the place of the old one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFields:
    """What a template can print, see `TEMPLATE_FIELDS`."""

    name: str
    model: str
    scale: float
    width: int
    height: int


def check_template(template: str) -> None:
    """Check a name template before anything is made with it.

    Raises:
        ConfigError: If it has an unknown field, a folder in it, or prints nothing.
    """
    known = ", ".join(f"{{{field}}}" for field in TEMPLATE_FIELDS)
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ConfigError(f"Name template {template!r}: {error}; fields are {known}") from error
    for text, field, format_spec, conversion in parts:
        if set(text) & {"/", "\\"}:
            raise ConfigError(f"Name template {template!r} names a folder; use --output for that")
        if field is not None and (field not in TEMPLATE_FIELDS or format_spec or conversion):
            raise ConfigError(f"Name template {template!r}: no field {field!r}; there are {known}")
    if not any(field == "name" for _, field, _, _ in parts):
        raise ConfigError(f"Name template {template!r} needs {{name}}, or all results are alike")


def output_name(template: str, fields: NameFields, *, suffix: str) -> str:
    """Return the file name that ``template`` gives, safe on every system.

    Letters of all scripts are kept; what a file system forbids becomes ``_``;
    a photo's name that makes the whole too long is shortened at its end.

    Args:
        template: Checked by `check_template`.
        fields: What to print.
        suffix: Extension with its dot.
    """
    excess = len(_render(template, fields, fields.name, suffix).encode()) - _MAX_NAME_BYTES
    name = _shorten(fields.name, excess) if excess > 0 else fields.name
    return _render(template, fields, name, suffix)


@contextmanager
def claim_path(wanted: Path, policy: Collision) -> Iterator[Path | None]:
    """Reserve the name of a result while it is made.

    Two threads or processes that ask for one name never get the same, without
    a half-made or empty file ever standing under it.

    Args:
        wanted: The name to have. Its folder must exist.
        policy: What to do when it is taken.

    Yields:
        The path to write, or None when the result is to be skipped.

    Raises:
        OutputError: If the folder cannot be written to, or no number is free.
    """
    claimed = _claim(wanted, policy)
    try:
        yield claimed
    finally:
        if claimed is not None:
            _claim_file(claimed).unlink(missing_ok=True)


def numbered(path: Path, number: int) -> Path:
    """Return ``path`` with ``-number`` behind its stem, or itself for 1."""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def remove_stale_claims(folder: Path) -> None:
    """Delete the claims that processes now dead left in ``folder``."""
    for claim in folder.glob(f".*{_CLAIM_SUFFIX}"):
        if not _is_held(claim):
            claim.unlink(missing_ok=True)


def _render(template: str, fields: NameFields, name: str, suffix: str) -> str:
    text = template.format(
        name=name,
        model=fields.model,
        scale=f"{fields.scale:.4g}",
        width=fields.width,
        height=fields.height,
        date=dt.datetime.now(tz=dt.UTC).astimezone().date().isoformat(),
    )
    # Bytes that were no UTF-8 in the photo's name cannot stand in a new one.
    text = text.encode("utf-8", "replace").decode("utf-8")
    safe = _FORBIDDEN.sub("_", text).strip().lstrip(".").rstrip(". ")
    if _DEVICE_NAME.match(safe) or not safe:
        safe = f"_{safe}"
    return safe + suffix


def _shorten(name: str, excess_bytes: int) -> str:
    kept = name.encode("utf-8", "replace")[: -excess_bytes or None]
    return kept.decode("utf-8", "ignore")


def _claim(wanted: Path, policy: Collision) -> Path | None:
    if policy is Collision.REPLACE:
        return wanted
    for number in range(1, _MAX_NUMBER + 1):
        path = numbered(wanted, number)
        if _take(path):
            return path
        if policy is Collision.SKIP:
            return None
    raise OutputError(f"{wanted}: {_MAX_NUMBER} files with this name; choose another folder")


def _take(path: Path) -> bool:
    if path.exists():
        return False
    claim = _claim_file(path)
    if not _create(claim):
        if _is_held(claim):
            return False
        claim.unlink(missing_ok=True)
        if not _create(claim):
            return False
    # The owner of an earlier claim may have finished between the two looks.
    if path.exists():
        claim.unlink(missing_ok=True)
        return False
    return True


def _claim_file(path: Path) -> Path:
    return path.with_name(f".{path.name}{_CLAIM_SUFFIX}")


def _create(claim: Path) -> bool:
    try:
        descriptor = os.open(claim, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        return False
    except OSError as error:
        raise output_error(error, claim.parent) from error
    with os.fdopen(descriptor, "w") as file:
        file.write(str(os.getpid()))
    return True


def _is_held(claim: Path) -> bool:
    try:
        owner = claim.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False
    # Empty: its owner is between creating and writing it.
    return not owner or (owner.isdigit() and psutil.pid_exists(int(owner)))
