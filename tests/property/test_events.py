"""Every event survives the way to a line and back; anything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.errors import BadEventError
from engine.runs.events import (
    Checkpoint,
    Event,
    Failed,
    Finished,
    Metric,
    Paused,
    Progress,
    Resumed,
    Sample,
    Started,
    UnknownEvent,
    Warned,
    decode_event,
    encode_event,
)

numbers = st.floats(allow_nan=False, allow_infinity=False)
times = st.floats(min_value=0, max_value=1e12)
steps = st.integers(min_value=0, max_value=10**9)
events = st.one_of(
    st.builds(Started, time_s=times, step=steps),
    st.builds(Metric, time_s=times, step=steps, name=st.text(), value=numbers),
    st.builds(Progress, time_s=times, done=steps, total=steps, eta_s=numbers),
    st.builds(Sample, time_s=times, step=steps, path=st.text()),
    st.builds(Checkpoint, time_s=times, step=steps),
    st.builds(Warned, time_s=times, code=st.text(), text=st.text()),
    st.builds(Paused, time_s=times),
    st.builds(Resumed, time_s=times),
    st.builds(Finished, time_s=times, step=steps),
    st.builds(Failed, time_s=times, code=st.text(), text=st.text()),
)


@given(events)
def test_decoding_undoes_encoding(event: Event) -> None:
    line = encode_event(event)

    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode_event(line) == event


@given(events, st.data())
def test_no_cut_line_passes_for_an_event(event: Event, data: st.DataObject) -> None:
    line = encode_event(event).rstrip(b"\n")
    end = data.draw(st.integers(min_value=0, max_value=len(line) - 1))

    with pytest.raises(BadEventError):
        decode_event(line[:end])


@given(st.binary(max_size=60))
def test_bytes_that_are_no_json_object_are_refused(line: bytes) -> None:
    with pytest.raises(BadEventError):
        decode_event(b"?" + line)


def test_an_unknown_kind_is_kept() -> None:
    line = b'{"kind":"eclipse","time_s":1.0,"moons":2}\n'

    event = decode_event(line)

    assert event == UnknownEvent(kind="eclipse", text=line.decode().rstrip("\n"))


def test_a_known_kind_with_a_missing_field_is_damaged() -> None:
    with pytest.raises(BadEventError, match="metric"):
        decode_event(b'{"kind":"metric","time_s":1.0}')
