"""Lets another program hold, continue and stop a run by lines on its stdin."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TextIO

from engine.core.cancellation import CancelToken

logger = logging.getLogger(__name__)


def obey_stdin(token: CancelToken) -> None:
    """Start a thread that reads ``pause``, ``resume`` and ``stop``, one a line.

    The run answers with the events ``paused`` and ``resumed``; ``stop`` ends it
    with a checkpoint, as SIGTERM does. The end of stdin changes nothing, so
    that a run outlives the program that started it.
    """
    name = "run-commands"
    threading.Thread(target=obey, args=(sys.stdin, token), name=name, daemon=True).start()


def obey(lines: TextIO, token: CancelToken) -> None:
    """Turn each line into a request to ``token``, until there are no more."""
    requests = {"pause": token.pause, "resume": token.resume, "stop": token.cancel}
    for line in lines:
        word = line.strip().lower()
        request = requests.get(word)
        if request is not None:
            request()
        elif word:
            logger.warning("unknown command %r; write pause, resume or stop", word)
