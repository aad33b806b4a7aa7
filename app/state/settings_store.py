"""Holds the settings in use and keeps them on disk."""

from __future__ import annotations

import json
import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.state.places import complete_path
from app.state.settings import (
    SETTING_BY_KEY,
    SETTINGS_VERSION,
    SettingValue,
    defaults,
    migrate,
)
from app.state.state_files import UnusableFileError, keep_copy, read_json
from app.state.state_problem import StateProblem
from app.state.state_writer import StateWriter


class SettingsStore(QObject):
    """The settings by key. A value out of range is never stored.

    Attributes:
        problems: What was wrong with the file when it was read.
        writer: Writes the file; other files of the app may be written through it too.

    Signals:
        changed: Key of the setting that has a new value.
        was_reset: Every setting has its default again.
    """

    changed = Signal(str)
    was_reset = Signal()

    def __init__(self, path: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._values = defaults()
        # Only these are written: the rest of the file may be newer, from another window.
        self._changed_keys: set[str] = set()
        self.writer = StateWriter(self)
        self.problems: tuple[StateProblem, ...] = ()
        if path is not None:
            stored, problem = read_settings(path)
            self._values |= stored
            self.problems = (problem,) if problem is not None else ()

    def value(self, key: str) -> SettingValue:
        """Return the value of ``key``."""
        return self._values[key]

    def text(self, key: str) -> str:
        """Return a text setting."""
        return str(self._values[key])

    def number(self, key: str) -> int:
        """Return a whole-number setting."""
        return int(self._values[key])

    def is_on(self, key: str) -> bool:
        """Return a yes-or-no setting."""
        return bool(self._values[key])

    def set_value(self, key: str, value: SettingValue) -> None:
        """Store ``value``, signal it, and have it saved.

        Raises:
            ValueError: If the setting does not accept the value.
        """
        setting = SETTING_BY_KEY[key]
        if setting.is_folder and isinstance(value, str) and value:
            # A folder is stored complete: `~` and relative paths depend on how the app starts.
            home = os.path.expanduser(value)  # noqa: PTH111  # pathlib raises for ~nobody
            value = str(complete_path(Path(home)))
        if not setting.accepts(value):
            raise ValueError(f"Setting {key!r} cannot be {value!r}")
        if self._values[key] == value:
            return
        self._values[key] = value
        self._changed_keys.add(key)
        self._save()
        self.changed.emit(key)

    @Slot()
    def reset(self) -> None:
        """Reset every setting to its default."""
        for key, value in defaults().items():
            self.set_value(key, value)
        self.was_reset.emit()

    def wait_for_saved(self) -> None:
        """Wait until what was set is on disk."""
        self.writer.wait_for_done()

    def _save(self) -> None:
        if self._path is None:
            return
        # Copied here: the text is made later, on the writer's thread.
        own = {key: self._values[key] for key in sorted(self._changed_keys)}
        self.writer.put(self._path, partial(_merged_text, self._path, own))


def read_settings(path: Path) -> tuple[dict[str, SettingValue], StateProblem | None]:
    """Return the values in ``path`` that can be used, and what was wrong with the others.

    If anything in the file cannot be used, a copy of it is kept.
    """
    try:
        content = read_json(path)
        if content is None:
            return {}, None
        values, version = _checked(content)
    except UnusableFileError as error:
        copy = keep_copy(path, is_moved=True)
        return {}, StateProblem(kind="broken", path=path, copy=copy, reason=str(error))
    usable, is_whole = _usable(values, version)
    if is_whole:
        return usable, None
    kind = "newer" if version > SETTINGS_VERSION else "part"
    return usable, StateProblem(kind=kind, path=path, copy=keep_copy(path))


def _checked(content: object) -> tuple[dict[str, object], int]:
    if not isinstance(content, dict) or not isinstance(content.get("values"), dict):
        raise UnusableFileError("not a settings file")
    version = content.get("version")
    if type(version) is not int or version < 1:
        raise UnusableFileError("no version")
    return content["values"], version


def _usable(values: dict[str, object], version: int) -> tuple[dict[str, SettingValue], bool]:
    """Return the values that this version accepts, and whether those are all of them."""
    known: dict[str, SettingValue] = {}
    is_whole = version <= SETTINGS_VERSION
    for key, value in migrate(values, version).items():
        setting = SETTING_BY_KEY.get(key)
        if setting is not None and setting.accepts(value):
            known[key] = value  # type: ignore[assignment]  # `accepts` checked it
        elif setting is not None or version == SETTINGS_VERSION:
            # A setting that only older versions had is gone for good, which is not an error.
            is_whole = False
    return known, is_whole


def _merged_text(path: Path, own: dict[str, SettingValue]) -> str:
    """Return the file with ``own`` values; values that other windows changed are kept."""
    stored, _ = read_settings(path)
    content = {"version": SETTINGS_VERSION, "values": defaults() | stored | own}
    return json.dumps(content, indent=1)
