"""Holds the settings in use and keeps them on disk."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.settings import (
    SETTING_BY_KEY,
    SETTINGS_VERSION,
    SettingValue,
    defaults,
    migrate,
)

logger = logging.getLogger(__name__)


class SettingsStore(QObject):
    """The settings by key. A value out of range never gets in.

    Signals:
        changed: Key of the setting that took a new value.
    """

    changed = Signal(str)

    def __init__(self, path: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._values = defaults()
        if path is not None and path.is_file():
            self._load(path)

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
        """Take ``value``, save, and tell.

        Raises:
            ValueError: If the setting does not accept the value.
        """
        if not SETTING_BY_KEY[key].accepts(value):
            raise ValueError(f"Setting {key!r} cannot be {value!r}")
        if self._values[key] == value:
            return
        self._values[key] = value
        self._save()
        self.changed.emit(key)

    def reset(self) -> None:
        """Take back every default."""
        for key, value in defaults().items():
            self.set_value(key, value)

    def _load(self, path: Path) -> None:
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            stored = migrate(dict(content["values"]), int(content["version"]))
        except (OSError, ValueError, KeyError, TypeError):
            # Settings must not keep anyone from a photo: begin afresh, keep the old file.
            logger.info("Settings could not be read and start from the defaults")
            path.replace(path.with_suffix(".unreadable"))
            return
        for key, value in stored.items():
            setting = SETTING_BY_KEY.get(key)
            if setting is not None and setting.accepts(value):
                self._values[key] = value  # type: ignore[assignment]  # `accepts` checked it

    def _save(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = {"version": SETTINGS_VERSION, "values": self._values}
        write_text_atomic(self._path, json.dumps(content, indent=1, ensure_ascii=False))


def write_text_atomic(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step; waits for the disk, without the window's lock.

    Raises:
        OSError: If it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
