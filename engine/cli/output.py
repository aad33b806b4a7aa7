"""Output of the commands: text for people, JSON lines for programs."""

from __future__ import annotations

import dataclasses
import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from typing_extensions import override

from engine.cli.streams import console_of, surviving_lost_output
from engine.core.path_texts import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

# Characters that JSON allows and that act on a terminal or that UTF-8 cannot encode.
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Output:
    """Output of one command: text for people, JSON lines for programs.

    All text from files and cards must pass here: control characters in it are escaped.

    With ``is_json`` stdout carries JSON lines only, each an object whose
    ``event`` names its kind. Otherwise stdout carries the answer as text;
    progress and errors go to stderr in both cases.
    """

    def __init__(self, *, is_json: bool) -> None:
        self.is_json = is_json

    def event(self, kind: str, **values: object) -> None:
        """Write one JSON line; nothing without ``--json``."""
        if self.is_json:
            self.document({"event": kind, **values})

    def document(self, values: Mapping[str, object]) -> None:
        """Write one JSON object as a line."""
        # Other encodings than UTF-8 lack letters of file names; JSON can escape them.
        is_unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
        line = json.dumps(values, default=_plain, ensure_ascii=not is_unicode)
        with surviving_lost_output():
            sys.stdout.write(_UNSAFE_IN_JSON.sub(_json_escape, line) + "\n")
            # At once: programs act on events as they come.
            sys.stdout.flush()

    def text(self, line: str = "") -> None:
        """Write a line of text to stdout; nothing with ``--json``."""
        if not self.is_json:
            _print(console_of(sys.stdout), line)

    def block(self, lines: str) -> None:
        """Write text of several lines to stdout, also with ``--json``."""
        rows = lines.removesuffix("\n").split("\n")
        with surviving_lost_output():
            sys.stdout.write("".join(f"{printable(line)}\n" for line in rows))
            sys.stdout.flush()

    def note(self, line: str) -> None:
        """Write a remark to stderr; nothing with ``--json``."""
        if not self.is_json:
            _print(console_of(sys.stderr), line)

    def warning(self, line: str) -> None:
        """Write a warning to stderr, also with ``--json``."""
        _print(console_of(sys.stderr), f"Warning: {line}")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a table; nothing with ``--json``. Columns named ``>…`` are aligned right."""
        if self.is_json:
            return
        # rich costs more than a short command
        from rich.table import Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            justify = "right" if column.startswith(">") else "left"
            title = Text(printable(column.removeprefix(">")))
            table.add_column(title, justify=justify, overflow="fold")  # type: ignore[arg-type]
        for row in rows:
            # As Text, or rich would read brackets in names as markup.
            table.add_row(*(Text(printable(cell)) for cell in row))
        with surviving_lost_output():
            console_of(sys.stdout).print(table)

    def failed(self, code: str, text: str) -> None:
        """Report an error: as a JSON line with ``--json``, else as text on stderr."""
        if self.is_json:
            self.event("failed", code=code, text=text)
        else:
            _print(console_of(sys.stderr), f"Error: {text}")

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show progress bars on stderr while the block runs, if it is a terminal."""
        from rich.progress import (  # noqa: PLC0415 - rich costs more than a short command
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        console = console_of(sys.stderr)
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
        )
        is_shown = console.is_terminal and not self.is_json
        with Progress(*columns, console=console, disable=not is_shown, transient=True) as progress:
            yield progress


class PlainFormatter(logging.Formatter):
    """Formats log records without characters that act on a terminal."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(printable, super().format(record).split("\n")))


def _print(console: Console, line: str) -> None:
    with surviving_lost_output():
        console.print(printable(line), markup=False, highlight=False, soft_wrap=True)


def _json_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def _plain(value: object) -> object:
    """Return ``value`` as something JSON can hold."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
