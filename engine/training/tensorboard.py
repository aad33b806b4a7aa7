"""Writes a run's figures and pictures as TensorBoard event files too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from engine.core.errors import MissingExtraError
from engine.runs.events import Event, Metric, Sample, Started

if TYPE_CHECKING:
    from tensorboardX import SummaryWriter  # type: ignore[import-untyped]


@contextmanager
def also_on_tensorboard(
    report: Callable[[Event], None], run: Path, *, is_wanted: bool
) -> Iterator[Callable[[Event], None]]:
    """Give a ``report`` that also fills ``tensorboard/`` in the run's folder, if wanted.

    Raises:
        MissingExtraError: If the package that writes the files is not installed.
    """
    if not is_wanted:
        yield report
        return
    board = _Board(run)

    def both(event: Event) -> None:
        board.take(event)
        report(event)

    try:
        yield both
    finally:
        board.close()


class _Board:
    def __init__(self, run: Path) -> None:
        try:
            import tensorboardX  # noqa: F401, PLC0415 - an extra that most runs do without
        except ImportError as error:
            raise MissingExtraError(
                'tensorboard: true needs tensorboardX: pip install "mfagan-studio[tensorboard]"'
            ) from error
        self._run = run
        self._writer: SummaryWriter | None = None

    def take(self, event: Event) -> None:
        """Write what TensorBoard can show of ``event``."""
        match event:
            case Started(step=step):
                self._open(step)
            case Metric(step=step, name=name, value=value) if self._writer:
                self._writer.add_scalar(name, value, step, walltime=event.time_s)
            case Sample(step=step, path=path) if self._writer:
                with Image.open(self._run / path) as image:
                    pixels = np.asarray(image.convert("RGB"))
                self._writer.add_image(
                    f"sample/{Path(path).stem}",
                    pixels,
                    step,
                    walltime=event.time_s,
                    dataformats="HWC",
                )
            case _:
                pass

    def close(self) -> None:
        """Write out what is held back."""
        if self._writer is not None:
            self._writer.close()

    def _open(self, step: int) -> None:
        from tensorboardX import SummaryWriter  # noqa: PLC0415

        # What a killed run wrote after the checkpoint it goes on from is hidden.
        self._writer = SummaryWriter(str(self._run / "tensorboard"), purge_step=step or None)
