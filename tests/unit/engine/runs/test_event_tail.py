from __future__ import annotations

from pathlib import Path

from engine.runs.event_tail import EventTail
from engine.runs.events import Event, Finished, Metric, Paused, UnknownEvent, encode_event


def line(step: int) -> bytes:
    return encode_event(Metric(time_s=1.0, step=step, name="loss_l1", value=0.5))


def taken(tail: EventTail) -> list[Event | UnknownEvent]:
    return [event for events in tail.read() for event in events]


def test_each_event_is_given_once(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    tail = EventTail(log)
    assert taken(tail) == []
    log.write_bytes(encode_event(Paused(time_s=1.0)))
    assert taken(tail) == [Paused(time_s=1.0)]

    with log.open("ab") as file:
        file.write(encode_event(Finished(time_s=2.0, step=3)))

    assert taken(tail) == [Finished(time_s=2.0, step=3)]
    assert taken(tail) == []
    assert tail.fault is None


def test_a_torn_line_waits_for_its_end(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    whole = line(7)
    log.write_bytes(line(6) + whole[:20])
    tail = EventTail(log)
    assert [event.step for event in taken(tail) if isinstance(event, Metric)] == [6]

    log.write_bytes(line(6) + whole)

    assert [event.step for event in taken(tail) if isinstance(event, Metric)] == [7]


def test_an_event_is_whole_wherever_the_pieces_end(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(b"".join(map(line, range(20_000))))  # several pieces of 256 KiB

    events = taken(EventTail(log))

    assert [event.step for event in events if isinstance(event, Metric)] == list(range(20_000))


def test_foreign_lines_are_skipped_counted_and_quoted(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    foreign = b'{"foo": 1}\n[[[\n\xff\xfe\n{"kind":"metric","step":"x"}\n'
    log.write_bytes(line(1) + foreign + b"\n" + b'{"kind":"of-tomorrow","a":1}\n' + line(2))
    tail = EventTail(log)

    events = taken(tail)

    assert [event.step for event in events if isinstance(event, Metric)] == [1, 2]
    assert [event.kind for event in events if isinstance(event, UnknownEvent)] == ["of-tomorrow"]
    assert tail.skipped_lines == 4
    assert '{"foo": 1}' in (tail.fault or "")


def test_a_broken_last_line_is_a_fault_only_when_another_follows(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(line(1) + b"{broken\n")
    tail = EventTail(log)
    taken(tail)
    assert tail.fault is None

    with log.open("ab") as file:
        file.write(line(2))
    taken(tail)

    assert tail.skipped_lines == 1
    assert "{broken" in str(tail.fault)


def test_a_line_that_never_ends_is_passed_over(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(line(1) + b"x" * 3_000_000 + b"\n" + line(2))
    tail = EventTail(log)

    steps = [event.step for event in taken(tail) if isinstance(event, Metric)]

    assert steps == [1, 2]
    assert tail.skipped_lines == 1
    assert "longer than" in (tail.fault or "")


def test_a_long_but_whole_line_is_read(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(b'{"kind":"note","code":"a","text":"' + b"x" * 600_000 + b'"}\n' + line(2))
    tail = EventTail(log)

    assert len(taken(tail)) == 2
    assert tail.fault is None


def test_deep_nesting_is_a_broken_line(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(b"[" * 100_000 + b"\n" + line(2))
    tail = EventTail(log)

    assert len(taken(tail)) == 1
    assert tail.skipped_lines == 1


def test_another_or_a_shorter_log_is_noticed(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(line(1) + line(2))
    tail = EventTail(log)
    taken(tail)
    assert not tail.was_replaced()

    log.write_bytes(line(1))
    assert tail.was_replaced()
    tail.forget()
    assert len(taken(tail)) == 1

    log.unlink()
    assert tail.was_replaced()
