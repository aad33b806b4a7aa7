"""What a run reports: one JSON object a line, in ``events.jsonl``.

Readers skip a broken last line, because a run may have died while writing it,
and keep kinds they do not know as `UnknownEvent`.
"""

from __future__ import annotations

import time
from typing import TypeAlias

import msgspec
from msgspec import Struct, field

from engine.config.renamed_keys import current_metric
from engine.core.errors import BadEventError
from engine.core.path_texts import printable

SCHEMA_VERSION = 1


class Event(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Something a run says at a time.

    Attributes:
        time_s: Seconds since 1970, UTC.
    """

    time_s: float = field(default_factory=time.time)


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """The run began or went on, at ``step``."""

    step: int = 0
    schema_version: int = SCHEMA_VERSION


class Preparing(Event, frozen=True, kw_only=True, tag="preparing"):
    """Before the first step: ``done`` of ``total`` parts of reading the photos are done."""

    done: int
    total: int


class Noted(Event, frozen=True, kw_only=True, tag="note"):
    """Something to know that is no fault."""

    code: str
    text: str


class Metric(Event, frozen=True, kw_only=True, tag="metric"):
    """A measured value; ``name`` carries its unit."""

    step: int
    name: str
    value: float


class Progress(Event, frozen=True, kw_only=True, tag="progress"):
    """The run did ``done`` of ``total`` steps and may need ``eta_s`` more seconds."""

    done: int
    total: int
    eta_s: float


class Sample(Event, frozen=True, kw_only=True, tag="sample"):
    """A picture was written, ``path`` inside the run folder."""

    step: int
    path: str


class Checkpoint(Event, frozen=True, kw_only=True, tag="checkpoint"):
    """A complete checkpoint of ``step`` lies in the run folder."""

    step: int


class Warned(Event, frozen=True, kw_only=True, tag="warning"):
    """The run went on, but not as asked."""

    code: str
    text: str


class Paused(Event, frozen=True, kw_only=True, tag="paused"):
    """The run holds."""


class Resumed(Event, frozen=True, kw_only=True, tag="resumed"):
    """The run goes on."""


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """The run came to its end."""

    step: int


class Failed(Event, frozen=True, kw_only=True, tag="failed"):
    """The run stopped before its end."""

    code: str
    text: str


KnownEvent: TypeAlias = (
    Started
    | Preparing
    | Noted
    | Metric
    | Progress
    | Sample
    | Checkpoint
    | Warned
    | Paused
    | Resumed
    | Finished
    | Failed
)


class UnknownEvent(Struct, frozen=True, kw_only=True):
    """An event of a kind that this version does not know."""

    kind: str
    text: str


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[KnownEvent] = msgspec.json.Decoder(KnownEvent)


class _Kind(Struct):
    kind: str


def encode_event(event: Event) -> bytes:
    """Return ``event`` as one line of JSON, line feed included.

    Text that UTF-8 cannot hold, such as of file names of other systems, is written with escapes.
    """
    try:
        return _encoder.encode(event) + b"\n"
    except UnicodeEncodeError:
        texts = {
            name: printable(value)
            for name in event.__struct_fields__
            if isinstance(value := getattr(event, name), str)
        }
        return _encoder.encode(msgspec.structs.replace(event, **texts)) + b"\n"


def decode_event(line: bytes) -> KnownEvent | UnknownEvent:
    """Read one line; metrics of earlier versions get their current names.

    Raises:
        BadEventError: If the line is no event at all.
    """
    try:
        event = _decoder.decode(line)
    except msgspec.MsgspecError as error:
        return _unknown(line, error)
    if isinstance(event, Metric) and (name := current_metric(event.name)) != event.name:
        return msgspec.structs.replace(event, name=name)
    return event


def _unknown(line: bytes, cause: msgspec.MsgspecError) -> UnknownEvent:
    try:
        kind = msgspec.json.decode(line, type=_Kind).kind
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadEventError(f"Not an event: {line[:80]!r}") from error
    if kind in _KNOWN_KINDS:
        raise BadEventError(f"An event of kind {kind!r} is damaged: {cause}") from cause
    return UnknownEvent(kind=kind, text=line.decode(errors="replace").rstrip("\n"))


_KNOWN_KINDS = frozenset(
    {
        "started",
        "preparing",
        "note",
        "metric",
        "progress",
        "sample",
        "checkpoint",
        "warning",
        "paused",
        "resumed",
        "finished",
        "failed",
    }
)
