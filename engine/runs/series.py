r"""The course of a run: its metrics by step and time, read while the run writes them.

A killed run has written metrics after its last checkpoint. When it is resumed, these steps are
trained and written again, so that what was there is abandoned:

    loss  \.
            \.......            abandoned: steps 201 to 260, which the run lost
             \
              `-.__
                    `--.__
          ----|----------------> step
             200  cut: resumed here, abandoned to 260
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from engine.config.renamed_keys import current_metric
from engine.core.messages import say
from engine.runs.event_tail import Events, EventTail
from engine.runs.events import (
    Failed,
    FrontChanged,
    Metric,
    Noted,
    Preparing,
    Progress,
    Started,
    UnknownEvent,
    Warned,
)
from engine.runs.points import Columns, Points
from engine.runs.trained_clock import TrainedClock

HYPERVOLUME = "hypervolume"
"""Name of the series of a search's hypervolume, by number of evaluations."""

_Block: TypeAlias = tuple[list[int], list[float], list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where a run was resumed.

    Attributes:
        step: The step that it continued from.
        time_s: Seconds of training until then, as in `RunSeries.values`.
        abandoned_to_step: Last step whose values were abandoned; ``step`` if none were.
    """

    step: int
    time_s: float
    abandoned_to_step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMessage:
    """What a run had to say.

    Attributes:
        time_s: Seconds since 1970, UTC.
        kind: ``note``, ``warning`` or ``failed``.
        code: Stable name of what happened.
        text: A sentence about it.
    """

    time_s: float
    kind: str
    code: str
    text: str


def _gone(folder: Path) -> str:
    return say(
        "run-gone", "{folder}: this run folder is gone; it was moved or deleted", folder=folder
    )


class RunSeries:
    """Everything that a run measured; `update` reads on where it stopped.

    A log that is damaged, replaced or gone is no error: `fault` says what is wrong with it, and
    what was read of it remains. Not safe for several threads at once.

    Args:
        folder: The run folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tail = EventTail(folder / "events.jsonl")
        self._access_fault: str | None = None
        self._forget()

    def _forget(self) -> None:
        self._points: dict[str, Points] = {}
        self._waiting: dict[str, _Block] = {}
        self._clock = TrainedClock()
        self._cuts: list[Cut] = []
        self._messages: list[RunMessage] = []
        self._step = 0
        self._last_step = 0  # of anything written since the last start
        self.started_s: float | None = None
        self.progress: Progress | None = None
        self.preparing: Preparing | None = None

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self._folder

    @property
    def fault(self) -> str | None:
        """What is wrong with the log or its folder; None if nothing is."""
        if self._access_fault is not None or self._tail.fault is None:
            return self._access_fault
        return say(
            "lines-skipped",
            "{file}: lines that are not events were skipped: {count}; the first: {line}",
            file=self._folder / "events.jsonl",
            count=self._tail.skipped_lines,
            line=self._tail.fault,
        )

    @property
    def step(self) -> int:
        """Number of steps that were done, of those that count; of a search, of evaluations."""
        return self._step

    @property
    def trained_s(self) -> float:
        """Seconds of training so far, without pauses and interruptions."""
        return self._clock.trained_s

    def update(self) -> bool:
        """Read the new events; return whether anything is new, a fault included."""
        before = self.fault
        is_new = False
        try:
            # Another log of the same name, as when a run was deleted and begun again.
            if self._tail.was_replaced():
                self._tail.forget()
                self._forget()
                is_new = True
            for events in self._tail.read():
                is_new = bool(events) or is_new
                self._take(events)
            self._access_fault = None if self._folder.is_dir() else _gone(self._folder)
        except OSError as error:
            self._access_fault = f"{self._folder}: cannot be read ({error.strerror or error})"
        return is_new or self.fault != before

    def names(self) -> tuple[str, ...]:
        """Return the names of all metrics so far, in the order in which they appeared."""
        return tuple(self._points)

    def values(self, name: str) -> Columns:
        """Return steps, values and times of a metric, by rising step; empty if it has none.

        Times are seconds of training since the first start, without pauses and interruptions.
        The arrays never change; those of a later call may be longer.
        """
        return self._of(name).kept

    def abandoned(self, name: str) -> Columns:
        """Return the points that a resumed run wrote again, as `values` does."""
        return self._of(name).abandoned

    def cuts(self) -> tuple[Cut, ...]:
        """Return where the run was resumed, in the order of time."""
        return tuple(self._cuts)

    def messages(self) -> tuple[RunMessage, ...]:
        """Return notes, warnings and failures, in the order of time."""
        return tuple(self._messages)

    def _of(self, name: str) -> Points:
        return self._points.get(name) or Points()

    def _take(self, events: Events) -> None:
        metric, clock, waiting = Metric, self._clock, self._waiting
        # Once for each line of logs that may have millions: no `match`, no calls but the clock.
        for event in events:
            if type(event) is metric:
                block = waiting.get(event.name)
                if block is None:
                    block = waiting[event.name] = ([], [], [])
                block[0].append(event.step)
                block[1].append(event.value)
                block[2].append(clock.take(event))
            elif type(event) is not UnknownEvent:
                self._take_other(event, clock.take(event))  # type: ignore[arg-type]
        self._flush()

    def _take_other(self, event: object, trained_s: float) -> None:
        match event:
            case Started():
                self._start(event, trained_s)
            case Progress():
                self.progress = event
                self._step = event.done
                self._last_step = max(self._last_step, event.done)
            case Preparing():
                self.preparing = event
            case FrontChanged():
                block = self._waiting.setdefault(HYPERVOLUME, ([], [], []))
                block[0].append(event.evaluations)
                block[1].append(event.hypervolume)
                block[2].append(trained_s)
            case Noted() | Warned() | Failed():
                kind = {Noted: "note", Warned: "warning", Failed: "failed"}[type(event)]
                message = RunMessage(
                    time_s=event.time_s, kind=kind, code=event.code, text=event.text
                )
                self._messages.append(message)
            case _:
                pass

    def _start(self, event: Started, trained_s: float) -> None:
        self._flush()
        self.preparing = None
        if self.started_s is None:
            self.started_s = event.time_s
        elif self._last_step > 0:
            reached = max(event.step, self._last_step)
            self._cuts.append(Cut(step=event.step, time_s=trained_s, abandoned_to_step=reached))
            for points in self._points.values():
                points.cut(event.step)
        self._step = self._last_step = event.step

    def _flush(self) -> None:
        for name, (steps, values, times_s) in self._waiting.items():
            if steps:
                points = self._points.setdefault(current_metric(name), Points())
                points.extend(steps, values, times_s)
                self._last_step = max(self._last_step, steps[-1])
        self._waiting.clear()
