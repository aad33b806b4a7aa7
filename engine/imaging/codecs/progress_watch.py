"""Watches libvips while it evaluates a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.core.cancellation import CancelToken
from engine.imaging.vips import pyvips

ReportFraction: TypeAlias = Callable[[float], None]
"""Called with the fraction of the work that is done, 0 to 1, from libvips' threads."""


class ProgressWatch:
    """Reports the progress of libvips, and stops it when cancelled.

    Attributes:
        error: What stopped it, if anything did; exceptions cannot pass through libvips.
    """

    def __init__(self, report: ReportFraction, token: CancelToken) -> None:
        self._report = report
        self._token = token
        self.error: BaseException | None = None

    def attach(self, image: pyvips.Image) -> None:
        """Follow the evaluation of ``image``."""
        image.set_progress(True)
        image.signal_connect("eval", self.on_eval)

    def finish(self) -> None:
        """Report completion, which libvips does not for every picture, and stop if cancelled."""
        self._report(1.0)
        self._token.check()

    def on_eval(self, image: pyvips.Image, progress: pyvips.GValue) -> None:
        """Called by libvips, on its own threads, with the percentage that is done."""
        # An exception cannot pass through libvips: it is kept for the caller.
        try:
            self._token.check()
            self._report(min(progress.percent / 100, 1.0))
        except BaseException as error:  # noqa: BLE001 - raised again by the encoder
            self.error = error
            image.set_kill(True)
