from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.services.event_lines import Event, decode_line, follow_run
from engine.runs.events import Finished, Started, encode_event
from engine.runs.run_folder import RunFolder

_TIMEOUT_S = 30.0


@pytest.mark.parametrize("line", [b"", b"loading torch", b"[1, 2]", b"\xff{}", b'{"a": '])
def test_what_is_not_an_object_is_no_event(line: bytes) -> None:
    assert decode_line(line) is None


def test_an_object_is_an_event() -> None:
    assert decode_line(b'{"event": "done", "count": 2}\n') == {"event": "done", "count": 2}


def test_a_run_is_followed_from_its_first_event_while_it_grows(
    loop: asyncio.AbstractEventLoop, tmp_path: Path
) -> None:
    run = RunFolder.create(tmp_path, "tiny", recipe_yaml="name: tiny\n")
    run.append(Started(step=0))

    last = encode_event(Finished(step=9))

    async def followed() -> list[Event]:
        events = []
        async for event in follow_run(run.path):
            events.append(event)
            if len(events) == 1:
                run.append(Started(step=7))
                # What a reader sees while another process writes: a line without its end.
                _append(run.path, last[:10])
            elif len(events) == 2:
                _append(run.path, last[10:])
            else:
                break
        return events

    events = loop.run_until_complete(asyncio.wait_for(followed(), _TIMEOUT_S))

    assert [event["kind"] for event in events] == ["started", "started", "finished"]
    assert [event.get("step") for event in events[:2]] == [0, 7]


def _append(run: Path, content: bytes) -> None:
    with (run / "events.jsonl").open("ab") as file:
        file.write(content)
