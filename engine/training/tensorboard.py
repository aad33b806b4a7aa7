"""Also writes a run's metrics and sample pictures as TensorBoard event files."""

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
    """Yield a ``report`` that also writes to ``tensorboard/`` in the run folder, if wanted.

    Raises:
        MissingExtraError: If the package that writes the files is not installed.
    """
    if not is_wanted:
        yield report
        return
    board = _Board(run)

    def both(event: Event) -> None:
        board.write(event)
        report(event)

    try:
        yield both
    finally:
        board.close()


class _Board:
    def __init__(self, run: Path) -> None:
        try:
            import tensorboardX  # noqa: F401, PLC0415 - an optional extra
        except ImportError as error:
            raise MissingExtraError(
                'tensorboard: true needs tensorboardX: pip install "mfagan-studio[tensorboard]"'
            ) from error
        self._run = run
        self._writer: SummaryWriter | None = None

    def write(self, event: Event) -> None:
        """Write ``event`` if TensorBoard can show it."""
        match event:
            case Started(step=step):
                self._open(step)
            # Nothing can be written before the start, when the step to purge from is unknown.
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
        """Flush and close the file."""
        if self._writer is not None:
            self._writer.close()

    def _open(self, step: int) -> None:
        from tensorboardX import SummaryWriter  # noqa: PLC0415

        # A killed run may have written steps after its last checkpoint; they are hidden, because
        # they are trained and written again.
        self._writer = SummaryWriter(str(self._run / "tensorboard"), purge_step=step or None)
