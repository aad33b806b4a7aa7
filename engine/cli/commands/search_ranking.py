"""``mfagan search ranking``: do inherited weights rank networks as training them alone does?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from engine.cli.common_options import JsonLinesOption, RunArgument, RunsOption, SetOption
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.cli.run_reporter import RunReporter
from engine.config.places import with_absolute_places
from engine.config.recipe_file import load_recipe
from engine.config.recipes import AnyRecipe
from engine.config.shipped_recipes import find_recipe
from engine.core.errors import ConfigError
from engine.runs.find_run import open_run
from engine.runs.location import runs_folder

if TYPE_CHECKING:
    from engine.search.job import SearchJob
    from engine.search.rank_report import Ranking


def compare_ranks(
    run: RunArgument,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="Folder of the networks: ID.json with genes and ID-sSEED.safetensors with "
            "weights, for each network and seed.",
        ),
    ],
    *,
    count: Annotated[
        int,
        typer.Option(
            "--networks",
            min=0,
            help="Draw networks, evenly over their cost, until FOLDER has the genes of so many.",
        ),
    ] = 0,
    recipe: Annotated[
        str,
        typer.Option(
            "--train",
            metavar="RECIPE",
            help="Train each network alone by this recipe, with each seed; weights that are "
            "there are kept.",
        ),
    ] = "",
    seeds: Annotated[int, typer.Option(min=1, help="Number of trainings of each network.")] = 2,
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of HR training photos; short for --set data.folder=FOLDER."),
    ] = None,
    values: SetOption = None,
    results: Annotated[
        Path | None,
        typer.Option(
            help="JSON or CSV with id, seed and psnr_y_db of each training, instead of weights."
        ),
    ] = None,
    benchmark: Annotated[
        Path | None,
        typer.Option(
            help="Folder of HR photos to measure on. Default: the proxy crops of the search."
        ),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(help="Device whose latency divides the networks into bands of equal cost."),
    ] = None,
    runs: RunsOption = None,
    is_json: JsonLinesOption = False,
) -> None:
    """Compare how inherited weights rank networks with how training each alone ranks them.

    Reports Kendall's tau with bootstrap intervals: of inherited weights, of MACs alone, between
    two seeds, and among networks of about equal latency; and what the inherited winner lacks to
    the best network, in dB. Writes a page into the run's artifacts/ranking.

    For example:

        mfagan search ranking my-search alone/ --networks 24

        mfagan search ranking my-search alone/ --train psnr-x4 --data photos/ --seeds 2

        mfagan search ranking my-search alone/ --benchmark bsd100/
    """
    from engine.search.job import open_job, require_supernet  # noqa: PLC0415 - torch loads for seconds
    from engine.search.rank_report import (  # noqa: PLC0415
        RankingRequest,
        rank_networks,
        write_ranking,
    )
    from engine.search.trained_alone import draw_networks, find_weights_files  # noqa: PLC0415

    output = Output(is_json=is_json)
    job = open_job(open_run(run, runs or runs_folder()).path)
    require_supernet(job)
    if count:
        drawn = draw_networks(folder, job.problem.field, count)
        output.event("drawn", ids=[one.id for one in drawn])
        output.text(f"{folder}: genes of {len(drawn)} networks")
    if recipe:
        texts = {} if data is None else {"data.folder": str(data)}
        loaded = load_recipe(
            find_recipe(recipe), parse_overrides(values or []), texts=texts, warn=output.warning
        )
        _train(job, folder, with_absolute_places(loaded), seeds, output)
    if results is None and not find_weights_files(folder):
        _require_drawn(folder, count)
        output.note("Next: train them (--train RECIPE, or elsewhere), then run this again.")
        return
    request = RankingRequest(folder=folder, results=results, benchmark=benchmark, profile=profile)
    with cancel_on_interrupt() as token, output.progress() as bars:
        task = bars.add_task("Weights", total=None)
        ranking = rank_networks(
            job,
            request,
            token=token,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    path = write_ranking(ranking, job.run / "artifacts" / "ranking")
    _show(ranking, path, output)


def _require_drawn(folder: Path, count: int) -> None:
    if not count:
        raise ConfigError(
            f"{folder}: holds no ID-sSEED.safetensors; train networks with --networks and --train, "
            "or name their --results"
        )


def _train(job: SearchJob, folder: Path, recipe: AnyRecipe, seeds: int, output: Output) -> None:
    from engine.search.trained_alone import read_genes, train_alone  # noqa: PLC0415

    space = job.evaluator.space
    networks = read_genes(folder, space, job.run)
    for seed in range(seeds):
        for candidate in networks.values():
            # A reporter each: its progress bar is that of one training.
            name = f"{candidate.id}, seed {seed}"
            with cancel_on_interrupt() as token, RunReporter(output, name=name) as reporter:
                train_alone(
                    folder,
                    candidate,
                    space,
                    recipe,
                    seed=seed,
                    token=token,
                    report=reporter.report,
                )


def _show(ranking: Ranking, path: Path, output: Output) -> None:
    output.event("ranking", path=path, **msgspec.to_builtins(ranking))
    from engine.search.rank_report import BAND_COLUMNS, band_rows, statistics_rows  # noqa: PLC0415

    for pictures, study in ranking.studies.items():
        output.text(f"Inherited weights measured on {pictures}:")
        output.table(("Statistic", ">Value", ">95 % interval"), list(statistics_rows(study)))
        titles = (ranking.cost, *(f">{title}" for title in BAND_COLUMNS))
        output.table(titles, list(band_rows(study)))
    output.text(str(path))
