"""Events of the engine as lines of JSON, on a pipe or in the folder of a run."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from app.services.folder_watch import FolderWatch

Event = dict[str, object]


def decode_line(line: bytes) -> Event | None:
    """Return the event of a line, None for a line that is not an object of JSON."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


async def follow_run(folder: Path) -> AsyncIterator[Event]:
    """Give the events of a run, those so far and then each new one. Any process may run it.

    The stream does not end by itself; stop reading at an event such as ``finished``.
    """
    file = _GrowingFile(folder / "events.jsonl")
    async for _ in FolderWatch(folder).changes():
        for line in file.new_lines():
            event = decode_line(line)
            if event is not None:
                yield event


class _GrowingFile:
    """Reads what another process appends, line by line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0

    def new_lines(self) -> Iterator[bytes]:
        """Give the lines that are complete by now and were not given before."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                content = file.read()
        except OSError:
            return
        # The last line may be half written; it is read again when it is whole.
        whole = content[: content.rfind(b"\n") + 1]
        self._position += len(whole)
        yield from whole.splitlines()
