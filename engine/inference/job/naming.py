"""Names results: a template, safe characters, and a policy for names that are taken."""

from __future__ import annotations

import datetime as dt
import os
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from engine.core.atomic_file import output_error, publish_new, publish_over
from engine.core.errors import ConfigError, OutputError, OutputExistsError
from engine.core.file_guard import FileGuard
from engine.core.messages import say
from engine.core.private_files import shared_mode

DEFAULT_TEMPLATE = "{name}_{model}_x{scale}"
TEMPLATE_FIELDS = {
    "name": "name of the photo without its extension",
    "model": "id of the model, with restoration and fidelity in percent where others are chosen",
    "scale": "enlargement: 4, or 2.5",
    "width": "width of the result in pixels",
    "height": "height of the result in pixels",
    "date": "today: 2026-01-31",
}
"""The fields a template may use, with what they stand for."""

Announce: TypeAlias = Callable[[Path, Path], None]
"""Called with a finished temporary file and the name that it is about to get."""

# File systems hold 255 bytes; a number adds up to 6, and other systems count otherwise.
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
    """Replace the old one, except an original or the result of another photo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFields:
    """The values of a template's fields, see `TEMPLATE_FIELDS`."""

    name: str
    model: str
    scale: float
    width: int
    height: int


def check_template(template: str) -> None:
    """Check a name template before any result is named with it.

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
            raise ConfigError(
                say(
                    "template-folder",
                    "Name template {template} names a folder; use --output for that",
                    template=repr(template),
                )
            )
        if field is not None and (field not in TEMPLATE_FIELDS or format_spec or conversion):
            raise ConfigError(
                say(
                    "template-field",
                    "Name template {template}: no field {field}; there are {known}",
                    template=repr(template),
                    field=repr(field),
                    known=known,
                )
            )
    if not any(field == "name" for _, field, _, _ in parts):
        raise ConfigError(
            say(
                "template-name",
                "Name template {template} needs {{name}}, or all results are alike",
                template=repr(template),
            )
        )


def output_name(template: str, fields: NameFields, *, suffix: str) -> str:
    """Return the file name that ``template`` gives, safe on every system.

    Letters of all scripts are kept; what a file system forbids becomes ``_``;
    a photo's name that makes the whole too long is shortened at its end.

    Args:
        template: Checked by `check_template`.
        fields: What to print.
        suffix: Extension with its dot.
    """
    # Only the photo's own name is shortened: the rest of the template distinguishes the
    # results of one photo.
    excess = len(_render(template, fields, fields.name, suffix).encode()) - _MAX_NAME_BYTES
    name = _shorten(fields.name, excess) if excess > 0 else fields.name
    return _render(template, fields, name, suffix)


class ResultName:
    """Reserves the name of a result, and gives it to the finished file.

    No file has the name before the result is complete. An original, the result of another
    photo, and a file that appears in the meantime are never replaced; other files only
    by `Collision.REPLACE`. Two threads or processes that want the same name get two names.

    ::

        part file ──fsync──> link to a.png ──ok──> done
                                  │ a.png exists
                                  └──> link to a-2.png ──ok──> done
                                           └──> ...
    """

    def __init__(
        self,
        wanted: Path,
        policy: Collision,
        guard: FileGuard | None = None,
        *,
        photo: Path | None = None,
        announce: Announce | None = None,
    ) -> None:
        """Choose a name.

        Args:
            wanted: The name to have. Its folder must exist.
            policy: What to do when it is taken.
            guard: What must not be replaced; not needed where nothing ever is.
            photo: The photo that the result is made of, if it is one.
            announce: Called with the finished temporary file and its name, just before the
                rename.

        Raises:
            OutputError: If no number is free.
        """
        self._wanted, self._policy, self._guard = wanted, policy, guard or FileGuard()
        self._photo, self._owner = photo, photo or wanted
        self._announce = announce
        self.path = next(self._candidates())
        self.is_taken = policy is Collision.SKIP and _exists(self.path)
        """Whether the result is to be skipped, as a file has its name already."""

    def publish(self, part: Path) -> Path:
        """Give a finished temporary file its name, and return that.

        Raises:
            OutputExistsError: If a taken name skips the result, and the name was taken meanwhile.
            OutputError: If it cannot be renamed, or no number is free.
            DiskFullError: If the disk is full.
        """
        try:
            for path in self._candidates():
                if self._publish(part, path):
                    self.path = path
                    self._guard.give(path, self._owner)
                    return path
                if self._policy is Collision.SKIP:
                    break
        except OSError as error:
            raise output_error(error, self.path) from error
        raise OutputExistsError(
            say(
                "appeared",
                "{path}: appeared meanwhile and was kept; nothing was made",
                path=self.path,
            )
        )

    def _publish(self, part: Path, path: Path) -> bool:
        if self._announce is not None:
            # Before the rename: a kill between the two is found out by comparing the file
            # under the name with what was announced.
            self._announce(part, path)
        mode = shared_mode(self._photo)
        if self._policy is Collision.REPLACE:
            publish_over(part, path, mode=mode)
            return True
        try:
            # Fails where a file appeared since the name was chosen; a check would not.
            publish_new(part, path, mode=mode)
        except FileExistsError:
            return False
        return True

    def _candidates(self) -> Iterator[Path]:
        for number in range(1, _MAX_NUMBER + 1):
            path = numbered(self._wanted, number)
            is_free = self._guard.is_free(path, self._owner)
            if is_free and (self._policy is not Collision.NUMBER or not _exists(path)):
                yield path
        raise OutputError(
            f"{self._wanted}: {_MAX_NUMBER} files with this name; choose another folder"
        )


def numbered(path: Path, number: int) -> Path:
    """Return ``path`` with ``-number`` behind its stem, or itself for 1."""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _render(template: str, fields: NameFields, name: str, suffix: str) -> str:
    text = template.format(
        name=name,
        model=fields.model,
        scale=f"{fields.scale:.4g}",
        width=fields.width,
        height=fields.height,
        date=dt.datetime.now(tz=dt.UTC).astimezone().date().isoformat(),
    )
    # Bytes of the photo's name that are not UTF-8 cannot be part of a new name.
    text = text.encode("utf-8", "replace").decode("utf-8")
    safe = _FORBIDDEN.sub("_", text).strip().lstrip(".").rstrip(". ")
    if _DEVICE_NAME.match(safe) or not safe:
        safe = f"_{safe}"
    return safe + suffix


def _shorten(name: str, excess_bytes: int) -> str:
    kept = name.encode("utf-8", "replace")[: -excess_bytes or None]
    return kept.decode("utf-8", "ignore")


def _exists(path: Path) -> bool:
    # A broken link belongs to a user as well.
    return os.path.lexists(path)
