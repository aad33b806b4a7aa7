"""What the page says about a run: its state, its progress, what went wrong and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from app.services.engine_sentences import engine_kind
from app.services.engine_texts import note_texts
from app.services.run_requests import ACTIVE
from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from app.state.translation import QT_TRANSLATE_NOOP
from app.widgets.controls import PARTS_MARK
from engine.api import RunSummary, SeenState, TrainingEstimate, format_bytes, format_duration

STATE_ICONS: Mapping[SeenState, tuple[str, str]] = {
    "new": ("clock", "text_secondary"),
    "starting": ("clock", "accent"),
    "running": ("play", "accent"),
    "paused": ("pause", "warning"),
    "finished": ("check", "accent"),
    "failed": ("warning", "danger"),
    "cancelled": ("cancel", "text_secondary"),
    "interrupted": ("warning", "warning"),
    "damaged": ("warning", "danger"),
}
"""Icon and color of each state."""

# Under this name its texts are found for translation.
translate = QCoreApplication.translate

_STATES: Mapping[SeenState, str] = {
    "new": QT_TRANSLATE_NOOP("RunTexts", "Not started"),
    "starting": QT_TRANSLATE_NOOP("RunTexts", "Starting"),
    "running": QT_TRANSLATE_NOOP("RunTexts", "Running"),
    "paused": QT_TRANSLATE_NOOP("RunTexts", "Paused"),
    "finished": QT_TRANSLATE_NOOP("RunTexts", "Finished"),
    "failed": QT_TRANSLATE_NOOP("RunTexts", "Failed"),
    "cancelled": QT_TRANSLATE_NOOP("RunTexts", "Stopped"),
    "interrupted": QT_TRANSLATE_NOOP("RunTexts", "Interrupted"),
    "damaged": QT_TRANSLATE_NOOP("RunTexts", "Damaged"),
}
_WAYS_OUT = {
    "out-of-memory": QT_TRANSLATE_NOOP(
        "RunTexts",
        "Start a copy with smaller batches or patches (data.batch_size, data.patch_px), or let "
        "each batch be processed in parts (accumulate).",
    ),
    "non-finite-loss": QT_TRANSLATE_NOOP(
        "RunTexts",
        "Start a copy with a lower learning rate (schedule.learning_rate); half of it is a good "
        "first try.",
    ),
    "disk-full": QT_TRANSLATE_NOOP("RunTexts", "Free some space on the disk, then resume the run."),
    "output": QT_TRANSLATE_NOOP(
        "RunTexts", "Make the folder of the run writable again, then resume the run."
    ),
    "config": QT_TRANSLATE_NOOP(
        "RunTexts", "Start a copy in which the value that is named above is changed."
    ),
    "missing-extra": QT_TRANSLATE_NOOP("RunTexts", "Install what is missing, then resume the run."),
}
_LOSSES = {
    "l1": QT_TRANSLATE_NOOP("RunTexts", "L1"),
    "pixel": QT_TRANSLATE_NOOP("RunTexts", "Pixels"),
    "perceptual": QT_TRANSLATE_NOOP("RunTexts", "Perceptual"),
    "adversarial": QT_TRANSLATE_NOOP("RunTexts", "Adversarial"),
    "discriminator": QT_TRANSLATE_NOOP("RunTexts", "Discriminator"),
    "output": QT_TRANSLATE_NOOP("RunTexts", "Teacher's picture"),
    "feature": QT_TRANSLATE_NOOP("RunTexts", "Features"),
    "imitated_largest": QT_TRANSLATE_NOOP("RunTexts", "Largest subnet's picture"),
    "artifact": QT_TRANSLATE_NOOP("RunTexts", "Artifacts"),
    "variation": QT_TRANSLATE_NOOP("RunTexts", "Variation"),
    "gates": QT_TRANSLATE_NOOP("RunTexts", "Gates"),
    "color": QT_TRANSLATE_NOOP("RunTexts", "Color"),
    "tone": QT_TRANSLATE_NOOP("RunTexts", "Tone"),
    "checkerboard": QT_TRANSLATE_NOOP("RunTexts", "Checkerboard"),
    "style": QT_TRANSLATE_NOOP("RunTexts", "Style"),
    "structure": QT_TRANSLATE_NOOP("RunTexts", "Structure"),
}


def state_text(state: SeenState) -> str:
    """Return the word for a state."""
    return translate("RunTexts", _STATES[state])


def progress_text(summary: RunSummary) -> str:
    """Return how far a run is: ``step 2,553 of 6,000``."""
    locale = QLocale()
    return translate("RunTexts", "step {done} of {total}").format(
        done=locale.toString(summary.step), total=locale.toString(summary.steps)
    )


def summary_line(summary: RunSummary) -> str:
    """Return the facts of a run in the list, the most important one first."""
    if summary.fault is not None:
        return shown(summary.fault)
    parts = []
    if summary.best_psnr_y_db is not None:
        parts.append(
            translate("RunTexts", "best {value} dB").format(
                value=decimal(summary.best_psnr_y_db, 2)
            )
        )
    if summary.state in ACTIVE and summary.eta_s is not None:
        parts.append(translate("RunTexts", "{time} left").format(time=duration(summary.eta_s)))
    elif summary.state != "finished":
        parts.append(progress_text(summary))
    if summary.state not in ACTIVE and summary.trained_s > 0:
        parts.append(duration(summary.trained_s))
    return PARTS_MARK.join(parts)


def facts_line(summary: RunSummary) -> str:
    """Return where a run comes from and how long it trained, for its header."""
    parts = [summary.kind]
    if summary.started_s is not None:
        when = moment(summary.started_s)
        if when:
            parts.append(translate("RunTexts", "started {time}").format(time=when))
    if summary.trained_s > 0:
        parts.append(
            translate("RunTexts", "trained for {time}").format(time=duration(summary.trained_s))
        )
    return PARTS_MARK.join(parts)


def failure_texts(code: str, text: str) -> tuple[str, str]:
    """Return what went wrong, in words, and the way out."""
    said = note_texts([text])[0]
    kind = engine_kind(code)
    reason = said if kind is None or said != shown(text) else f"{kind}: {said}"
    way = _WAYS_OUT.get(code)
    general = QT_TRANSLATE_NOOP(
        "RunTexts", "Resume the run from its last checkpoint, or start a copy with other values."
    )
    return reason, translate("RunTexts", way or general)


def metric_title(name: str) -> str:
    """Return how a metric is called in legends and axes; its own name if it is unknown."""
    known = {
        "psnr_y_db": translate("RunTexts", "PSNR"),
        "psnr_rgb_db": translate("RunTexts", "PSNR (RGB)"),
        "ssim_y": "SSIM",
        "lpips": "LPIPS",
        "niqe": "NIQE",
        "learning_rate": translate("RunTexts", "Learning rate"),
        "images_per_s": translate("RunTexts", "Pictures per second"),
        "peak_memory_mb": translate("RunTexts", "Peak memory (MB)"),
        "peak_gpu_memory_mb": translate("RunTexts", "Peak memory of the graphics card (MB)"),
        "data_wait_share": translate("RunTexts", "Share of time waiting for data"),
    }
    if name in known:
        return known[name]
    if name.startswith("loss_"):
        loss = name.removeprefix("loss_")
        return translate("RunTexts", _LOSSES[loss]) if loss in _LOSSES else shown(loss)
    return shown(name)


def estimate_text(estimate: TrainingEstimate) -> str:
    """Return what a training will take, and how that is known."""
    parts = [translate("RunTexts", "about {time}").format(time=duration(estimate.total_s))]
    if estimate.memory_bytes is not None:
        size = local_numbers(format_bytes(estimate.memory_bytes))
        parts.append(translate("RunTexts", "{size} of memory").format(size=size))
    if estimate.gpu_memory_bytes is not None:
        size = local_numbers(format_bytes(estimate.gpu_memory_bytes))
        parts.append(translate("RunTexts", "{size} on the graphics card").format(size=size))
    if estimate.earlier_run is not None:
        source = translate("RunTexts", "as {run} took").format(run=shown(estimate.earlier_run))
    else:
        source = translate("RunTexts", "measured over {count} steps").format(
            count=estimate.measured_steps
        )
    parts.append(source)
    line = PARTS_MARK.join(parts)
    if estimate.fits_memory is False:
        free = local_numbers(format_bytes(estimate.free_memory_bytes))
        warning = translate("RunTexts", "That is more than the {size} of memory that are free.")
        line = f"{line}\n{warning.format(size=free)}"
    return line


def duration(seconds: float) -> str:
    """Return a duration in the language of the app."""
    return local_numbers(format_duration(max(seconds, 0.0)))


def decimal(value: float, digits: int) -> str:
    """Return a number in the language of the app."""
    return QLocale().toString(value, "f", digits)


def moment(time_s: float) -> str:
    """Return a point in time, empty for one that no calendar has."""
    try:
        dt.datetime.fromtimestamp(time_s)
    except (OverflowError, OSError, ValueError):
        return ""
    when = QDateTime.fromSecsSinceEpoch(int(time_s))
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)


def run_name(summary: RunSummary) -> str:
    """Return what the list calls a run: its folder without the date and the random digits."""
    return shown(Path(summary.path).name)
