"""Shortcuts by command: the defaults and the changes of the user."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

RESERVED_KEYS = frozenset(
    {"Space", "Left", "Right", "Up", "Down", "Tab", "Backtab", "Esc", "Return", "Enter"}
)
"""Keys that every control uses for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortcutTable:
    """Keys by the name of their command, written as Qt's portable text.

    Attributes:
        defaults: The shortcuts of a new installation.
        changed: What the user chose instead; an empty tuple means no shortcut.
    """

    defaults: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_text(cls, defaults: Mapping[str, tuple[str, ...]], text: str) -> ShortcutTable:
        """Return the table that `to_text` wrote; entries that cannot be read are left out."""
        try:
            stored = json.loads(text) if text else {}
            entries = {str(name): tuple(str(k) for k in keys) for name, keys in stored.items()}
        except (ValueError, AttributeError, TypeError, RecursionError):
            entries = {}
        # A newer version may have commands that this one does not know.
        known = {name: keys for name, keys in entries.items() if name in defaults}
        return cls(defaults=defaults, changed=known)

    def to_text(self) -> str:
        """Return the changed keys as text of a setting, empty if there are none."""
        return json.dumps(self.changed, sort_keys=True) if self.changed else ""

    def keys(self, command: str) -> tuple[str, ...]:
        """Return the keys of a command, the one that is shown first."""
        return self.changed.get(command, self.defaults[command])

    def owner(self, key: str) -> str | None:
        """Return the command that ``key`` calls."""
        return next((name for name in self.defaults if key in self.keys(name)), None)

    def with_keys(self, command: str, keys: tuple[str, ...]) -> ShortcutTable:
        """Return the table with other keys; commands that had them lose them."""
        changed = dict(self.changed)
        for name in self.defaults:
            left = tuple(key for key in self.keys(name) if key not in keys)
            if name != command and left != self.keys(name):
                changed[name] = left
        changed[command] = keys
        changed = {name: own for name, own in changed.items() if own != self.defaults[name]}
        return replace(self, changed=changed)

    def with_default(self, command: str) -> ShortcutTable:
        """Return the table with the default keys of a command."""
        return self.with_keys(command, self.defaults[command])
