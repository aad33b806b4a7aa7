"""What the commands say: text for people, JSON lines for programs."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress


class Output:
    """The voice of one command.

    With ``is_json`` stdout carries JSON lines only, each an object whose
    ``event`` names its kind. Otherwise stdout carries the answer as text;
    progress and errors go to stderr in both cases.
    """

    def __init__(self, *, is_json: bool) -> None:
        self.is_json = is_json

    def event(self, kind: str, **values: object) -> None:
        """Write one JSON line, or nothing for people."""
        if self.is_json:
            self.document({"event": kind, **values})

    def document(self, values: Mapping[str, object]) -> None:
        """Write one JSON object as a line."""
        sys.stdout.write(json.dumps(values, default=_plain, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def text(self, line: str = "") -> None:
        """Write a line for people, or nothing for programs."""
        if not self.is_json:
            _stdout_console().print(line, markup=False, highlight=False, soft_wrap=True)

    def note(self, line: str) -> None:
        """Write a remark for people to stderr, or nothing for programs."""
        if not self.is_json:
            _stderr_console().print(line, markup=False, highlight=False, soft_wrap=True)

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a table for people; columns whose name starts with ``>`` align right."""
        if self.is_json:
            return
        from rich.table import Table  # noqa: PLC0415 - rich costs more than a short command

        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            justify = "right" if column.startswith(">") else "left"
            table.add_column(column.lstrip(">"), justify=justify, overflow="fold")  # type: ignore[arg-type]
        for row in rows:
            table.add_row(*row)
        _stdout_console().print(table)

    def failed(self, code: str, text: str) -> None:
        """Say what went wrong: a JSON line for programs, stderr for people."""
        if self.is_json:
            self.event("failed", code=code, text=text)
        else:
            _stderr_console().print(f"Error: {text}", markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show progress bars on stderr while the block runs, on a terminal only."""
        from rich.progress import (  # noqa: PLC0415 - rich costs more than a short command
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        console = _stderr_console()
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
        )
        is_shown = console.is_terminal and not self.is_json
        with Progress(*columns, console=console, disable=not is_shown, transient=True) as progress:
            yield progress


def _stdout_console() -> Console:
    from rich.console import Console  # noqa: PLC0415

    return Console(file=sys.stdout)


def _stderr_console() -> Console:
    from rich.console import Console  # noqa: PLC0415

    return Console(file=sys.stderr)


def _plain(value: object) -> object:
    """Return ``value`` as something JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
