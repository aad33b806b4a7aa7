"""Control a running job over stdin: ``pause``, ``resume``, ``stop``."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TextIO

from engine.core.cancellation import CancelToken

logger = logging.getLogger(__name__)


def follow_stdin(token: CancelToken) -> None:
    """Start a thread that reads ``pause``, ``resume`` and ``stop``, one per line.

    The run answers with the events ``paused`` and ``resumed``; ``stop`` ends it
    with a checkpoint, as SIGTERM does. The end of stdin changes nothing, so
    that a run outlives the program that started it.
    """
    # A daemon: a read that waits for a line cannot be interrupted, and must not keep us alive.
    threading.Thread(
        target=follow, args=(sys.stdin, token), name="run-control", daemon=True
    ).start()


def follow(lines: TextIO, token: CancelToken) -> None:
    """Turn each line into a request to ``token``, until there are no more lines."""
    requests = {"pause": token.pause, "resume": token.resume, "stop": token.cancel}
    for line in lines:
        word = line.strip().lower()
        request = requests.get(word)
        if request is not None:
            # Only marks the token; the loop acts on it after its current step.
            request()
        elif word:
            logger.warning("unknown command %r; write pause, resume or stop", word)
