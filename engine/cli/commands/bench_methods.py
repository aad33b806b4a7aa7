"""``mfagan bench methods``: compare training methods at one budget."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli.common_options import JsonLinesOption, LpipsOption
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.config.method_comparison import load_comparison
from engine.core.atomic_file import write_bytes_atomic
from engine.core.errors import OutputExistsError
from engine.core.regular_file import read_regular

_MAX_BYTES = 2**28


def methods(
    plan_file: Annotated[
        Path,
        typer.Argument(
            metavar="PLAN", help="YAML file with the experiment arms, seeds and shared recipe."
        ),
    ],
    *,
    into: Annotated[
        Path,
        typer.Option(
            help="Folder for runs and results; an interrupted comparison in it is resumed."
        ),
    ],
    data: Annotated[list[Path], typer.Option(help="Folder of HR benchmark photos. Repeatable.")],
    lpips: LpipsOption = None,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change a value of the plan, such as recipe.data.folder=photos. Repeatable.",
        ),
    ] = None,
    is_table_only: Annotated[
        bool, typer.Option("--table", help="Train nothing; print the table of finished results.")
    ] = False,
    is_json: JsonLinesOption = False,
) -> None:
    """Train every arm of a plan with every seed, and compare the arms.

    After each network a table (comparison.md) and all metrics
    (comparison.json) are written into the folder. Differences are taken between
    networks with the same seed; the spread is the standard deviation over the
    seeds.

    For example:

        mfagan bench methods resources/comparisons/methods-x4.yaml
        --into runs/methods --data bench/set5 --data bench/set14
        --set recipe.data.folder=photos
    """
    from engine.bench.method_comparison import (  # noqa: PLC0415 - torch loads for seconds
        ArmResult,
        Bench,
        finished_results,
        run_comparison,
    )
    from engine.bench.method_table import comparison_markdown, summarize_arms  # noqa: PLC0415
    from engine.evaluation.picture_metrics import PictureMetrics  # noqa: PLC0415

    output = Output(is_json=is_json)
    plan = load_comparison(plan_file, parse_overrides(values or []), warn=output.warning)

    def keep(result: ArmResult) -> None:
        summaries = summarize_arms(plan, finished_results(plan, into))
        document = {
            "plan": msgspec.to_builtins(plan),
            "arms": msgspec.to_builtins(summaries),
            "results": msgspec.to_builtins(finished_results(plan, into)),
        }
        # After every network, so that an interrupted comparison has its table.
        write_bytes_atomic(into / "comparison.json", msgspec.json.encode(document))
        write_bytes_atomic(into / "comparison.md", comparison_markdown(summaries).encode())
        output.event("result", **msgspec.to_builtins(result))
        output.note(f"{result.arm} seed {result.seed}: {_brief(result.figures)}")

    if not is_table_only:
        _check_own(into)
        # Without a deadline: a run that is stopped writes a checkpoint first.
        with cancel_on_interrupt(has_deadline=False) as token:
            metrics = PictureMetrics.open(lpips=lpips, niqe_file=None, threads=1)
            bench = Bench(folder=into, benchmarks=data, metrics=metrics, token=token, report=keep)
            run_comparison(plan, bench)
    summaries = summarize_arms(plan, finished_results(plan, into))
    if not is_json:
        output.block(comparison_markdown(summaries))
    output.event("summary", arms=msgspec.to_builtins(summaries))


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of a ``comparison.json`` that this command wrote."""

    plan: msgspec.Raw
    arms: msgspec.Raw
    results: msgspec.Raw


def _check_own(into: Path) -> None:
    """Refuse a folder in which the files of a comparison would replace something else."""
    document, table = into / "comparison.json", into / "comparison.md"
    try:
        msgspec.json.decode(read_regular(document, max_bytes=_MAX_BYTES), type=_Document)
    except (OSError, msgspec.DecodeError):
        for path in (document, table):
            if os.path.lexists(path):
                raise OutputExistsError(
                    f"{path}: was not written by a comparison and is not replaced; "
                    "name another folder with --into"
                ) from None


def _brief(figures: dict[str, dict[str, float]]) -> str:
    parts = [f"{place} {means['psnr_y_db']:.3f} dB" for place, means in figures.items()]
    return ", ".join(parts)
