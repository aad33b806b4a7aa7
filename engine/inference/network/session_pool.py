"""Keeps recently used networks loaded, so that the next preview starts at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeAlias

from engine.inference.network.session import ExecutionSession, SessionSpec, open_session

SessionOpener = Callable[[SessionSpec], ExecutionSession]
# What is loaded, and when each of its files was changed.
_Key: TypeAlias = tuple[SessionSpec, tuple[int, ...]]


class SessionPool:
    """Loaded networks; the least recently used is dropped first. Safe to use from threads.

    Each point of a dial is a network of its own.
    """

    def __init__(self, *, capacity: int = 4, opener: SessionOpener = open_session) -> None:
        self._capacity = capacity
        self._opener = opener
        self._sessions: OrderedDict[_Key, ExecutionSession] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, spec: SessionSpec) -> ExecutionSession:
        """Return the loaded network, loading it if it is not or one of its files has changed.

        Raises:
            InferenceError: If the file is missing or cannot be run.
            OutOfMemoryError: If it does not fit into memory.
        """
        # A file that was replaced (a model imported again) is another network.
        key = (spec, _changed_ns(spec))
        with self._lock:
            # Loaded under the lock: two threads that want one network must not load it twice.
            session = self._sessions.pop(key, None) or self._opener(spec)
            self._sessions[key] = session
            while len(self._sessions) > self._capacity:
                self._sessions.popitem(last=False)
            return session


def _changed_ns(spec: SessionSpec) -> tuple[int, ...]:
    try:
        return tuple(file.path.stat().st_mtime_ns for file in spec.files)
    except OSError:
        return ()  # the opener reports the missing file with its own message
