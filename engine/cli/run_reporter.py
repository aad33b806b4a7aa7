"""Shows the events of a run while it trains."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.progress import TaskID

from engine.cli.output import Output
from engine.cli.streams import surviving_lost_output
from engine.core.units import format_duration
from engine.runs.events import (
    Checkpoint,
    Event,
    Finished,
    Metric,
    Noted,
    Paused,
    Preparing,
    Progress,
    Resumed,
    Sample,
    Started,
    Warned,
    encode_event,
)


class RunReporter:
    """Writes events as JSON lines, or as a progress bar and lines of text.

    Args:
        output: Output of the command.
        name: Label of the progress bar.
    """

    def __init__(self, output: Output, *, name: str) -> None:
        self._output = output
        self._name = name
        self._losses: dict[str, float] = {}
        self._bar = output.progress()
        self._task: TaskID | None = None
        self._reading: TaskID | None = None

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
            # As bytes: the event is encoded already, exactly as in the run's events.jsonl.
            with surviving_lost_output():
                sys.stdout.buffer.write(encode_event(event))
                sys.stdout.buffer.flush()
            return
        self._show(event)

    def _show(self, event: Event) -> None:
        match event:
            case Started(step=step):
                self._end_preparing()
                self._output.note(f"Resumes at step {step}." if step else "Training starts.")
            case Metric(name="psnr_y_db", step=step, value=value):
                self._output.note(f"step {step}: validation {value:.2f} dB Y-PSNR")
            # Kept for the next progress line, which shows all losses at once.
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
                self._output.note("Resumed.")
            case Finished(step=step):
                self._output.note(f"Finished {step} steps.")
            case _:
                self._show_before(event)

    def _show_before(self, event: Event) -> None:
        match event:
            case Preparing():
                self._show_preparing(event)
            case Noted(text=text):
                self._output.note(text)
            case _:
                pass

    def _show_preparing(self, event: Preparing) -> None:
        if self._reading is None:
            self._output.note(
                "Reading the photos; pictures that are not in the cache are made once."
            )
            self._reading = self._shown.add_task("Photos", total=event.total)
        self._shown.update(self._reading, completed=event.done, total=event.total)

    def _end_preparing(self) -> None:
        if self._reading is not None:
            self._shown.remove_task(self._reading)
            self._reading = None

    def _show_progress(self, event: Progress) -> None:
        eta = format_duration(event.eta_s)
        if self._task is None:
            # The first progress event has the first estimate of the remaining time.
            self._task = self._shown.add_task(self._name, total=event.total)
            left = event.total - event.done
            if left > 0:
                self._output.note(f"Estimate: about {eta} for the remaining {left} steps.")
        self._shown.update(self._task, completed=event.done)
        if not self._losses:
            return
        losses = ", ".join(f"{name} {value:.4f}" for name, value in self._losses.items())
        self._output.note(f"step {event.done}/{event.total}: {losses}; about {eta} left")
