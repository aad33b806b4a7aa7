"""Reads ``events.jsonl`` while it grows: each call gives the events that came since the last one.

    |-- read before --|---------- whole lines ----------|-- torn line --|
                      offset                            offset of the next call

A line without its line feed waits: the run may be writing it, or was killed while it did.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import msgspec

from engine.core.errors import BadEventError
from engine.core.regular_file import open_regular
from engine.core.typed_data import prepared
from engine.runs.events import KnownEvent, UnknownEvent, decode_event

Events: TypeAlias = list[KnownEvent | UnknownEvent]

# Small enough that decoding one piece holds up no other thread: about 2 ms.
_PIECE_BYTES = 1 << 18
_LONGEST_LINE_BYTES = 1 << 20
_lines = msgspec.json.Decoder(prepared(KnownEvent))


class EventTail:
    """Remembers how far a log was read.

    Lines that are not events are skipped and counted; `fault` quotes the first. A broken last
    line is no fault yet: only what follows it shows that nobody is still writing it.

    Args:
        path: The log, ``events.jsonl`` of a run folder. It may not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.forget()

    def forget(self) -> None:
        """Start over at the beginning of the log."""
        self._offset = 0
        self._identity: tuple[int, int] | None = None
        self._is_in_long_line = False
        self._pending: BadEventError | None = None
        self.skipped_lines = 0
        self.fault: str | None = None

    def was_replaced(self) -> bool:
        """Whether the log is another file than before, or shorter than what was read of it.

        Raises:
            OSError: If it cannot be asked.
        """
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return self._identity is not None
        identity = (status.st_dev, status.st_ino)
        return self._identity not in {None, identity} or status.st_size < self._offset

    def read(self) -> Iterator[Events]:
        """Give the new events, in lists of some thousands; nothing if there is no log.

        Raises:
            OSError: If the log cannot be read.
        """
        try:
            file = open_regular(self._path)
        except FileNotFoundError:
            return
        with file:
            status = os.fstat(file.fileno())
            self._identity = (status.st_dev, status.st_ino)
            while True:
                file.seek(self._offset)
                piece = file.read(_PIECE_BYTES)
                end = piece.rfind(b"\n") + 1
                if not end:
                    # One line fills the piece: read further for its end, but not for ever.
                    piece += file.read(_LONGEST_LINE_BYTES) if len(piece) == _PIECE_BYTES else b""
                    end = piece.rfind(b"\n") + 1
                if not end:
                    if len(piece) < _LONGEST_LINE_BYTES:
                        return
                    self._skip_part_of_line(len(piece))
                    continue
                self._offset += end
                yield self._decode(piece[:end])

    def _skip_part_of_line(self, count: int) -> None:
        self._offset += count
        if not self._is_in_long_line:
            self._note(BadEventError(f"A line is longer than {_LONGEST_LINE_BYTES} bytes"))
        self._is_in_long_line = True

    def _decode(self, lines: bytes) -> Events:
        if self._is_in_long_line:
            # Its end; the line was counted at its beginning.
            lines = lines[lines.index(b"\n") + 1 :]
            self._is_in_long_line = False
        try:
            # All lines in one call, which is five times as fast as one by one.
            events: Events = list(_lines.decode_lines(lines))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return self._decode_each(lines)
        if events:
            self._settle()
        return events

    def _decode_each(self, lines: bytes) -> Events:
        events: Events = []
        for line in lines.splitlines():
            if not line.strip():
                continue
            self._settle()
            try:
                events.append(decode_event(line))
            except (BadEventError, RecursionError) as error:
                self._pending = BadEventError(str(error) or "A line is nested too deeply")
        return events

    def _settle(self) -> None:
        """Count a broken line, now that another one follows it."""
        if self._pending is not None:
            self._note(self._pending)
            self._pending = None

    def _note(self, error: BadEventError) -> None:
        self.skipped_lines += 1
        self.fault = self.fault or str(error)
