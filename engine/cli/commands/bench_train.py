"""``mfagan bench train``: how fast training is against plain loops."""

from __future__ import annotations

import dataclasses
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.config.recipes import PsnrRecipe, load_recipe
from engine.config.shipped_recipes import find_recipe
from engine.core.errors import ConfigError

if TYPE_CHECKING:
    from engine.bench.throughput import ThroughputReport


def train(
    recipe: Annotated[
        str, typer.Argument(help="A recipe without a teacher or discriminator: file or name.")
    ] = "mfa-s-x4-classic",
    *,
    data: Annotated[Path, typer.Option(help="Folder of HR photos.")],
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value: data.batch_size=8."),
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of a round.")] = 60,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds, after one that does not count.")] = 5,
    is_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Time our training loop and plain loops written by hand in turns, A B C A B C.

    Same network, same batches, same mathematics. Ours cuts its batches while
    it trains; "plain" cuts them in the loop; "plain-ready" has them in memory.

    For example:

        mfagan bench train --data photos --steps 100 --json
    """
    from engine.bench.throughput import measure_throughput  # noqa: PLC0415 - torch loads long

    overrides = parse_overrides(values or [])
    output = Output(is_json=is_json)
    texts = {"data.folder": str(data)}
    loaded = load_recipe(find_recipe(recipe), overrides, texts=texts, warn=output.warning)
    if not isinstance(loaded, PsnrRecipe):
        raise ConfigError(f"{recipe}: only recipes of type psnr can be set against a plain loop")
    with (
        tempfile.TemporaryDirectory(prefix="mfagan-") as scratch,
        cancel_on_interrupt(insists=False) as token,
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
    _tell(report, output)


def _tell(report: ThroughputReport, output: Output) -> None:
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
