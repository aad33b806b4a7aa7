from __future__ import annotations

import pytest

from engine.core.errors import BadEventError
from engine.runs.events import Metric, Sample, UnknownEvent, Warned, decode_event, encode_event


def test_a_metric_of_an_earlier_version_has_its_current_name() -> None:
    line = b'{"kind":"metric","time_s":1.0,"step":2,"name":"loss_colour","value":0.5}'

    assert decode_event(line) == Metric(time_s=1.0, step=2, name="loss_color", value=0.5)


def test_an_event_of_a_newer_version_is_kept_as_text() -> None:
    line = b'{"kind":"celebrated","cake":true}\n'

    assert decode_event(line) == UnknownEvent(kind="celebrated", text=line.decode().rstrip())


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"kind":"metric","step":1}', "kind 'metric' is damaged"),
        (b'{"kind":"metr', "Not an event"),
        (b"[]", "Not an event"),
        (b'{"kind":"\xff"}', "Not an event"),
    ],
)
def test_a_damaged_line_is_refused(line: bytes, told: str) -> None:
    with pytest.raises(BadEventError, match=told):
        decode_event(line)


def test_file_names_that_are_no_utf8_are_escaped() -> None:
    event = Warned(time_s=1.0, code="left-out", text="photo \udcff.png")

    assert decode_event(encode_event(event)) == Warned(
        time_s=1.0, code="left-out", text="photo \\xff.png"
    )
    plain = Sample(time_s=1.0, step=1, path="samples/a.png")
    assert decode_event(encode_event(plain)) == plain
