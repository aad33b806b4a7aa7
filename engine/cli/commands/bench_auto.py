"""``mfagan bench auto``: measure the estimated restoration against known degradations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from engine.catalog.catalog import Catalog
from engine.cli.common_options import JsonOption, LpipsOption, ThreadsOption
from engine.cli.degradation_options import DegradeOptions, SeedOption, degradation_names
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.core.errors import ConfigError
from engine.core.places import resources_folder
from engine.data.photo_files import LeftOut, find_photos, name_in, tell_left_out
from engine.inference.network.lpips import Lpips
from engine.inference.network.model_source import ModelSource

if TYPE_CHECKING:
    from engine.bench.auto_loss import AutoBench, AutoLoss

_ALL_KINDS = ["clean", "light", "mild", "strong"]


def auto(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="Id of a model with a restoration dial.")
    ] = "mfa-s-x4",
    *,
    data: Annotated[Path, typer.Option(help="Folder of HR photos.")],
    is_held_out: Annotated[
        bool,
        typer.Option(
            "--held-out/--all",
            help="Measure only the photos that the estimator was not trained on, by its card, or "
            "all photos of the folder.",
        ),
    ] = False,
    degrade: DegradeOptions = None,
    fidelity: Annotated[
        float | None,
        typer.Option(help="Fidelity of the model. Default: that of the model.", min=0, max=1),
    ] = None,
    lpips: LpipsOption = None,
    side: Annotated[
        int, typer.Option(min=96, help="Side of the middle of each photo, in HR pixels.")
    ] = 320,
    seed: SeedOption = 1,
    threads: ThreadsOption = 0,
    is_json: JsonOption = False,
) -> None:
    """Measure what Auto loses against the best fixed restoration of each photo.

    Each photo is degraded by name, so the true restoration value is known. The
    estimate of a JPEG is made twice: as of the file, whose tables state its
    quality, and as of a PNG with the same pixels.

    For example:

        mfagan bench auto mfa-s-x4 --data photos --held-out --lpips lpips.onnx
    """
    from engine.bench.auto_loss import (  # noqa: PLC0415 - torch loads for seconds
        FIXED_VALUES,
        AutoBench,
        measure_auto,
        summarize_auto,
    )

    output = Output(is_json=is_json)
    entry = Catalog.open_default().entry(model)
    bench = AutoBench(
        source=ModelSource(card=entry.card, folder=entry.folder),
        degradations=degradation_names(degrade or _ALL_KINDS),
        fidelity=fidelity,
        side_px=side,
        seed=seed,
        threads=threads,
        lpips=Lpips(lpips, threads=threads) if lpips else None,
    )
    unusable: list[LeftOut] = []
    photos = find_photos(data, unusable)
    if is_held_out:
        photos = _held_out(photos, data)
    with cancel_on_interrupt() as token, output.progress() as bars:
        task = bars.add_task("Photos", total=None)
        results = measure_auto(
            bench,
            photos,
            data,
            unusable=unusable,
            token=token,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    if unusable:
        output.warning(tell_left_out(unusable, of=len(photos)))
    summaries = summarize_auto(results)
    if is_json:
        output.document(
            {
                "degradations": msgspec.to_builtins(summaries),
                "photos": msgspec.to_builtins(results),
            }
        )
    _print(summaries, bench, output, fixed=FIXED_VALUES)


def _held_out(photos: list[Path], folder: Path) -> list[Path]:
    from engine.training.estimator.card import (  # noqa: PLC0415 - torch loads for seconds
        CARD_FILE,
        read_estimator_card,
    )

    card = read_estimator_card(resources_folder() / "estimator" / CARD_FILE)
    held_out = [path for path in photos if name_in(folder, path) in card.held_out]
    if not held_out:
        named = ", ".join(card.held_out[:3])
        raise ConfigError(
            f"{folder}: none of the photos that were held out is there ({named}, ...); "
            "measure all of its photos with --all"
        )
    return held_out


def _print(
    summaries: list[AutoLoss], bench: AutoBench, output: Output, *, fixed: Sequence[float]
) -> None:
    columns = (
        ("Degradation", _row_name),
        (">value", lambda row: f"{row.true_restoration:.2f}"),
        (">error", lambda row: f"{row.error:.3f}"),
        (">bias", lambda row: f"{row.bias:+.3f}"),
        (">PSNR-Y", lambda row: f"{row.psnr_y_db:.2f}"),
        (">behind", lambda row: f"{row.loss_db:.3f}"),
        (">true", lambda row: f"{row.told_loss_db:.3f}"),
        (">LPIPS", lambda row: _shown(row.lpips, ".4f")),
        (">behind", lambda row: _shown(row.lpips_loss, "+.4f")),
        (">least", lambda row: _shown(row.least_lpips_loss, "+.4f")),
    )
    rows = [[cell(summary) for _, cell in columns] for summary in summaries]
    output.table([title for title, _ in columns], rows)
    card = bench.source.card
    fidelity = (
        card.dial.default_fidelity if bench.fidelity is None and card.dial else bench.fidelity
    )
    output.text(
        f"{card.id} at fidelity {fidelity}, fp32; middles of {bench.side_px} px of "
        f"{summaries[0].photos} photos, x{card.scale}, seed {bench.seed}"
    )
    output.text(
        "value: the true one, on average; error and bias: of the estimate. behind: the fixed value "
        f"with the best PSNR of each photo, of {', '.join(f'{value:g}' for value in fixed)}; "
        "true: the same of the true value; least: the fixed value with the best LPIPS."
    )


def _row_name(row: AutoLoss) -> str:
    return f"{row.degradation} (JPEG)" if row.is_stated else row.degradation


def _shown(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
