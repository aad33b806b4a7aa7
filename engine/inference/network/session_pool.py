"""Keeps recently used networks loaded, so that the next preview starts at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from engine.inference.network.session import ExecutionSession, SessionSpec, open_session

SessionOpener = Callable[[SessionSpec], ExecutionSession]


class SessionPool:
    """Loaded networks; the least recently used is dropped first. Safe to use from threads."""

    def __init__(self, *, capacity: int = 4, opener: SessionOpener = open_session) -> None:
        self._capacity = capacity
        self._opener = opener
        self._sessions: OrderedDict[tuple[SessionSpec, int], ExecutionSession] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, spec: SessionSpec) -> ExecutionSession:
        """Return the loaded network, loading it if it is not or its file has changed.

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


def _changed_ns(spec: SessionSpec) -> int:
    try:
        return spec.path.stat().st_mtime_ns
    except OSError:
        return 0  # the opener reports the missing file with its own message
