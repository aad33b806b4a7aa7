"""``mfagan bench gui``: measure how smoothly the window responds."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from engine.cli.common_options import JsonOption


def gui(
    *,
    seconds: Annotated[
        float, typer.Option(min=1, help="Seconds to observe the window during an upscale.")
    ] = 45,
    is_json: JsonOption = False,
) -> None:
    """Measure how smoothly the window responds, off screen, in a separate process.

    Measures start-up, the first preview, dragging the divider, panning and
    zooming on a result of 192 megapixels, the longest stall, the charts of a run
    of a million steps and of 5000 candidates, and watching ten runs at once.
    """
    # The engine does not import the window; it starts it.
    command = [sys.executable, "-m", "app.dev.bench", "--seconds", str(seconds)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [*command, *(["--json"] if is_json else [])], env=environment, check=False
    )
    raise typer.Exit(done.returncode)
