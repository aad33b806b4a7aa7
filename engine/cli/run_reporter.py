"""Shows a run's events while it goes on."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.progress import TaskID

from engine.cli.output import Output
from engine.core.units import format_duration
from engine.runs.events import (
    Checkpoint,
    Event,
    Finished,
    Metric,
    Paused,
    Progress,
    Resumed,
    Sample,
    Started,
    Warned,
    encode_event,
)


class RunReporter:
    """Writes events as JSON lines, or as a bar and lines for people.

    Args:
        output: The voice of the command.
        name: What the bar is called.
    """

    def __init__(self, output: Output, *, name: str) -> None:
        self._output = output
        self._name = name
        self._losses: dict[str, float] = {}
        self._bar = output.progress()
        self._task: TaskID | None = None

    def __enter__(self) -> RunReporter:
        self._shown = self._bar.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.__exit__(kind, error, trace)

    def report(self, event: Event) -> None:
        """Show one event."""
        if self._output.is_json:
            sys.stdout.buffer.write(encode_event(event))
            sys.stdout.buffer.flush()
            return
        self._show(event)

    def _show(self, event: Event) -> None:
        match event:
            case Started(step=step):
                self._output.note(f"Goes on at step {step}." if step else "Training starts.")
            case Metric(name="psnr_y_db", step=step, value=value):
                self._output.note(f"step {step}: validation {value:.2f} dB Y-PSNR")
            case Metric(name=name, value=value) if name.startswith("loss_"):
                self._losses[name.removeprefix("loss_")] = value
            case Progress():
                self._show_progress(event)
            case Warned(text=text):
                self._output.note(f"Warning: {text}")
            case Checkpoint(step=step):
                self._output.note(f"step {step}: checkpoint written")
            case Sample(path=path):
                self._output.note(f"sample written: {path}")
            case Paused():
                self._output.note("Paused.")
            case Resumed():
                self._output.note("Goes on.")
            case Finished(step=step):
                self._output.note(f"Finished {step} steps.")
            case _:
                pass

    def _show_progress(self, event: Progress) -> None:
        eta = format_duration(event.eta_s)
        if self._task is None:
            self._task = self._shown.add_task(self._name, total=event.total)
            left = event.total - event.done
            self._output.note(f"Forecast: about {eta} for the {left} steps to come.")
        self._shown.update(self._task, completed=event.done)
        if not self._losses:
            return
        losses = ", ".join(f"{name} {value:.4f}" for name, value in self._losses.items())
        self._output.note(f"step {event.done}/{event.total}: {losses}; about {eta} left")
