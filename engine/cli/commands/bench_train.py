"""``mfagan bench train``: compare the speed of training with plain loops."""

from __future__ import annotations

import dataclasses
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.common_options import JsonOption, SetOption
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.config.recipe_file import load_recipe
from engine.config.recipes import PsnrRecipe
from engine.config.shipped_recipes import find_recipe
from engine.core.errors import ConfigError

if TYPE_CHECKING:
    from engine.bench.throughput import ThroughputReport


def train(
    recipe: Annotated[
        str,
        typer.Argument(
            metavar="RECIPE",
            help="Recipe file, or name of a shipped recipe; of type psnr, without teacher or "
            "discriminator.",
        ),
    ] = "psnr-x4",
    *,
    data: Annotated[Path, typer.Option(help="Folder of HR training photos.")],
    values: SetOption = None,
    steps: Annotated[int, typer.Option(min=1, help="Training steps per round.")] = 60,
    rounds: Annotated[
        int, typer.Option(min=1, help="Timed rounds, after one round of warm-up.")
    ] = 5,
    is_json: JsonOption = False,
) -> None:
    """Time our training loop against plain loops written by hand, in turns.

    Network, batches and mathematics are the same. "ours" prepares batches in
    the background, "plain" prepares them in the loop, and "plain-ready" has
    them in memory.

    For example:

        mfagan bench train --data photos --steps 100 --json
    """
    from engine.bench.throughput import measure_throughput  # noqa: PLC0415 - torch loads long

    overrides = parse_overrides(values or [])
    output = Output(is_json=is_json)
    texts = {"data.folder": str(data)}
    loaded = load_recipe(find_recipe(recipe), overrides, texts=texts, warn=output.warning)
    if not isinstance(loaded, PsnrRecipe):
        raise ConfigError(f"{recipe}: only recipes of type psnr can be compared with a plain loop")
    with (
        tempfile.TemporaryDirectory(prefix="mfagan-") as scratch,
        cancel_on_interrupt(has_deadline=False) as token,
        output.progress() as bars,
    ):
        task = bars.add_task("Training", total=None)
        report = measure_throughput(
            loaded,
            Path(scratch),
            steps=steps,
            rounds=rounds,
            token=token,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    if is_json:
        output.document(dataclasses.asdict(report))
    _print_report(report, output)


def _print_report(report: ThroughputReport, output: Output) -> None:
    rows = [
        (name, f"{statistics.median(values):.1f}", f"{min(values):.1f}", f"{max(values):.1f}")
        for name, values in report.images_per_s.items()
    ]
    output.table(("Loop", ">images/s", ">least", ">most"), rows)
    output.text(
        f"ours / plain {report.ratio_to_plain:.3f}, ours / plain-ready "
        f"{report.ratio_to_ready:.3f}; waited for data {report.data_wait_share:.1%} of the time; "
        f"batch {report.batch_size} of {report.patch_px} px, {report.precision}, "
        f"{report.threads} threads on {report.device}"
    )
