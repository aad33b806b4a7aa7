"""The events of a run: one JSON object per line, in ``events.jsonl``.

Readers skip a broken last line, because the run may have been killed while it wrote it, and
keep events of unknown kinds as `UnknownEvent`, because a newer version may have written them.
"""

from __future__ import annotations

import time
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct, field

from engine.config.renamed_keys import current_metric
from engine.core.errors import BadEventError
from engine.core.path_texts import printable
from engine.core.typed_data import prepared

SCHEMA_VERSION = 1

Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
"""Up to the largest number that a float holds exactly, in which charts compute."""
Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=1e12)]
"""Seconds since 1970; the limit is 30,000 years away."""


class Event(Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Something that happened in a run.

    Attributes:
        time_s: Seconds since 1970, UTC.
    """

    time_s: Seconds = field(default_factory=time.time)


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """The run started or resumed at ``step``."""

    step: Count = 0
    schema_version: int = SCHEMA_VERSION


class Preparing(Event, frozen=True, kw_only=True, tag="preparing"):
    """Before the first step: ``done`` of ``total`` photos are read, decoded or enlarged."""

    done: Count
    total: Count


class Noted(Event, frozen=True, kw_only=True, tag="note"):
    """A notice that is not a warning."""

    code: str
    text: str


class Metric(Event, frozen=True, kw_only=True, tag="metric"):
    """A measured value; ``name`` carries its unit."""

    step: Count
    name: str
    value: float


class Progress(Event, frozen=True, kw_only=True, tag="progress"):
    """``done`` of ``total`` steps are done; the rest takes about ``eta_s`` seconds."""

    done: Count
    total: Count
    eta_s: float


class Sample(Event, frozen=True, kw_only=True, tag="sample"):
    """A sample picture was written to ``path``, relative to the run folder."""

    step: Count
    path: str


class Checkpoint(Event, frozen=True, kw_only=True, tag="checkpoint"):
    """The checkpoint of ``step`` is complete."""

    step: Count


class CandidateEvaluated(Event, frozen=True, kw_only=True, tag="candidate"):
    """Candidate ``id`` of a search was evaluated; its values are in ``candidates/<id>``."""

    id: str


class FrontChanged(Event, frozen=True, kw_only=True, tag="front"):
    """After ``evaluations`` the candidates ``ids`` are those that no other beats.

    ``hypervolume`` is the volume that they dominate up to the run's reference point, in the product
    of the units of the objectives.
    """

    ids: tuple[str, ...]
    hypervolume: float
    evaluations: Count


class Warned(Event, frozen=True, kw_only=True, tag="warning"):
    """The run continues, but not exactly as requested."""

    code: str
    text: str


class Paused(Event, frozen=True, kw_only=True, tag="paused"):
    """The run was paused."""


class Resumed(Event, frozen=True, kw_only=True, tag="resumed"):
    """The paused run was resumed."""


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """The run reached its last step."""

    step: Count


class Failed(Event, frozen=True, kw_only=True, tag="failed"):
    """The run stopped because of an error."""

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
    | CandidateEvaluated
    | FrontChanged
    | Warned
    | Paused
    | Resumed
    | Finished
    | Failed
)


class UnknownEvent(Struct, frozen=True, kw_only=True):
    """An event whose kind this version does not know."""

    kind: str
    text: str


_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[KnownEvent] = msgspec.json.Decoder(prepared(KnownEvent))


class _Kind(Struct):
    kind: str


def encode_event(event: Event) -> bytes:
    """Return ``event`` as one line of JSON, line feed included.

    Text that UTF-8 cannot represent, as in file names of other systems, is escaped.
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
        BadEventError: If the line is not an event.
    """
    try:
        event = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return _unknown(line, error)
    if isinstance(event, Metric) and (name := current_metric(event.name)) != event.name:
        return msgspec.structs.replace(event, name=name)
    return event


def _unknown(line: bytes, cause: Exception) -> UnknownEvent:
    try:
        kind = msgspec.json.decode(line, type=prepared(_Kind)).kind
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadEventError(f"Not an event: {line[:80]!r}") from error
    # A known kind that cannot be read is damaged; an unknown one is of a newer version.
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
        "candidate",
        "front",
        "warning",
        "paused",
        "resumed",
        "finished",
        "failed",
    }
)
