"""``mfagan train-estimator``: train what chooses the restoration value of a photo."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.data.photo_files import tell_left_out

app = make_app()


@app.command()
def train_estimator(
    *,
    data: Annotated[Path, typer.Option(help="Folder of HR training photos.")],
    into: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER", help="Folder for the weights and their card; old ones are replaced."
        ),
    ],
    crops: Annotated[int, typer.Option(min=1, help="Crops of each photo.")] = 4,
    drawings: Annotated[
        int, typer.Option(min=1, help="Crops of drawn text, windows, charts and comics.")
    ] = 2000,
    steps: Annotated[int, typer.Option(min=1, help="Training steps.")] = 8000,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    is_json: JsonOption = False,
) -> None:
    """Train the estimator of the restoration value on crops with known damage.

    It is what "mfagan upscale --restoration auto" asks how much noise, blur and
    JPEG damage a photo has. Photos are held out as by the recipes, and the
    errors on them are written on the card.

    For example:

        mfagan train-estimator --data photos --into resources/estimator
    """
    from engine.training.estimator.run import (  # noqa: PLC0415 - torch loads for seconds
        EstimatorSettings,
        train_estimator,
    )

    output = Output(is_json=is_json)
    settings = EstimatorSettings(photo_crops=crops, drawn_crops=drawings, steps=steps, seed=seed)
    with cancel_on_interrupt(has_deadline=False) as token, output.progress() as bars:
        task = bars.add_task("Photos", total=None)
        trained = train_estimator(
            data,
            into,
            settings,
            command=_command(data, settings.photo_crops, drawings, steps, seed),
            token=token,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    if trained.left_out:
        output.warning(tell_left_out(trained.left_out, of=trained.card.photos))
    if is_json:
        output.document(msgspec.to_builtins(trained.card))
    rows = [
        (
            errors.kind,
            str(errors.crops),
            f"{errors.restoration:.2f}",
            f"{errors.mean_error:.3f}",
            f"{errors.bias:+.3f}",
        )
        for errors in trained.card.errors
    ]
    output.table(("Degradation", ">crops", ">restoration", ">mean error", ">bias"), rows)
    output.text(
        f"{trained.weights}: from {trained.card.photo_crops} crops of {trained.card.photos} photos "
        f"and {drawings} drawn ones; errors on {len(trained.card.held_out)} other photos, "
        "one crop each time"
    )


def _command(data: Path, crops: int, drawings: int, steps: int, seed: int) -> str:
    # The name of the folder alone: where it was on this machine says nothing to others.
    return (
        f"mfagan train-estimator --data {shlex.quote(data.name)} --crops {crops} "
        f"--drawings {drawings} --steps {steps} --seed {seed}"
    )
