"""``mfagan search``: search for the networks that no other beats."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import typer

from engine.cli.command_app import make_app
from engine.cli.commands.search_ranking import compare_ranks
from engine.cli.common_options import (
    CommandsOption,
    JsonLinesOption,
    JsonOption,
    RecipeArgument,
    RunArgument,
    RunsOption,
    SetOption,
)
from engine.cli.fallback_group import FallbackGroup
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.overrides import parse_overrides
from engine.cli.run_control import follow_stdin
from engine.cli.run_recipe import ended_word
from engine.cli.run_reporter import RunReporter
from engine.cli.search_tables import front_columns, front_row, latency_line
from engine.config.places import with_absolute_places
from engine.config.search import MetricName, SearchRecipe
from engine.config.search_file import dump_search, load_search
from engine.config.shipped_recipes import find_search
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.export.benchmark_protocol import BenchmarkProtocol
from engine.runs.find_run import new_run, open_run
from engine.runs.launching import recording_refusal
from engine.runs.location import runs_folder
from engine.runs.run_folder import RunFolder
from engine.search.worker_processes import WorkerProcesses

app = make_app(group=FallbackGroup, shows_help_alone=True)
app.command("ranking")(compare_ranks)


@app.callback()
def search() -> None:
    """Search for the networks that no other beats on a device.

    Candidates inherit the weights of a trained supernet, or each is trained shortly.

    For example:

        mfagan search my-search.yaml --set budget=500

        mfagan search front my-search --under latency_ms=70

        mfagan search pick my-search 3f9a1c02d4 --finetune --export
    """


@app.command("start")
def start(
    recipe: RecipeArgument,
    *,
    values: SetOption = None,
    runs: RunsOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="RUN", help="Exact path of the run folder to make."),
    ] = None,
    takes_commands: CommandsOption = False,
    is_json: JsonLinesOption = False,
) -> None:
    """Search by a recipe, in a new run folder; the word `start` may be left out.

    Ctrl+C stops it between two candidates; `mfagan search resume` continues. Every
    candidate is a folder in the run's candidates/, complete as soon as it is there.
    """
    texts = parse_overrides(values or [])
    loaded = with_absolute_places(load_search(find_search(recipe), texts))
    content = dump_search(loaded)
    folder = new_run(loaded.name, content, runs=runs or runs_folder(), exact=out)
    _run(loaded, folder, Output(is_json=is_json), takes_commands=takes_commands)


@app.command("resume")
def resume(
    run: RunArgument,
    *,
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="Change budget, workers, threads or storage of the search. Repeatable.",
        ),
    ] = None,
    runs: RunsOption = None,
    takes_commands: CommandsOption = False,
    is_json: JsonLinesOption = False,
) -> None:
    """Resume a search; candidates that are there are not evaluated again."""
    folder = _open(run, runs)
    # Two reporting processes would write the same events.
    if folder.is_running():
        raise ConfigError(
            f"{folder.path}: this search is running; 'mfagan search work' adds a worker to it"
        )
    texts = parse_overrides(values or [])
    fixed = [name for name in texts if name not in {"budget", "workers", "threads", "storage"}]
    if fixed:
        raise ConfigError(
            f"--set {fixed[0]}: would make the candidates of one run incomparable; start a new "
            "search"
        )
    with recording_refusal(folder):
        recipe = with_absolute_places(load_search(folder.path / "recipe.yaml", texts))
        _run(recipe, folder, Output(is_json=is_json), takes_commands=takes_commands)


@app.command("work")
def work(
    run: RunArgument,
    *,
    is_told: Annotated[
        bool,
        typer.Option(
            "--when-told", hidden=True, help="Load everything, then wait for a line on stdin."
        ),
    ] = False,
    runs: RunsOption = None,
) -> None:
    """Help a search that runs in another process or on another machine.

    Any number of workers may join and leave; one that dies loses the candidate that
    it was evaluating and nothing else.
    """
    from engine.search.run import run_worker  # noqa: PLC0415 - torch loads for seconds

    # The end of stdin means that the search ended before it was open.
    if is_told and not sys.stdin.readline():
        return
    run_worker(_open(run, runs).path, token=CancelToken())


@app.command("front")
def front(
    run: RunArgument,
    *,
    under: Annotated[
        list[str] | None,
        typer.Option(
            "--under",
            metavar="METRIC=VALUE",
            help="Only candidates up to this value, such as latency_ms=70. Repeatable.",
        ),
    ] = None,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """List the candidates that no other beats, the best of the first objective first."""
    from engine.runs.candidate_files import CandidateFiles  # noqa: PLC0415
    from engine.search.front import front_of  # noqa: PLC0415
    from engine.search.objectives import Objectives  # noqa: PLC0415

    folder = _open(run, runs)
    recipe = load_search(folder.path / "recipe.yaml")
    records = CandidateFiles(folder.path).all()
    limits: dict[MetricName, float] = dict(recipe.constraints)
    limits |= _limits(under or [])
    members = front_of(records, Objectives(names=recipe.objectives, limits=limits))
    output = Output(is_json=is_json)
    if is_json:
        listed = [
            {"id": one.id, "text": one.genes.text, "metrics": one.measurement.metrics}
            for one in members
        ]
        output.document({"evaluated": len(records), "front": listed})
    if records and not members:
        output.note(f"None of {len(records)} candidates meets the constraints.")
    columns = front_columns(records)
    output.table(columns, [front_row(one, columns) for one in members])


@app.command("report")
def report(
    run: RunArgument,
    *,
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="RUN",
            help="Compare with this search of the same supernet and objectives. Repeatable.",
        ),
    ] = None,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """Write a page about a search: Markdown with a table and pictures.

    With other searches it compares them: hypervolume after equally many evaluations.
    """
    from engine.search.comparison import write_comparison  # noqa: PLC0415 - matplotlib loads long
    from engine.search.report import write_report  # noqa: PLC0415

    output = Output(is_json=is_json)
    own = _open(run, runs).path
    if others:
        every = [own, *(_open(other, runs).path for other in others)]
        path = write_comparison(every, own / "artifacts" / "comparison")
    else:
        path = write_report(own)
    output.event("report", path=path)
    output.text(str(path))


@app.command("pick")
def pick(
    run: RunArgument,
    candidate: Annotated[
        str,
        typer.Argument(metavar="ID", help="Id of a candidate, or a start of it that is unique."),
    ],
    *,
    is_finetuned: Annotated[
        bool,
        typer.Option("--finetune", help="Train it further, as the recipe's finetune says."),
    ] = False,
    is_exported: Annotated[
        bool, typer.Option("--export", help="Write it as a model: ONNX files and a card.")
    ] = False,
    is_measured: Annotated[
        bool, typer.Option("--measure", help="Measure its latency on this computer.")
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Folder for the model. Default: model/ in its own folder."),
    ] = None,
    model_id: Annotated[
        str, typer.Option("--id", help="Id of the model. Default: made of its sizes.")
    ] = "",
    calibrate: Annotated[
        Path | None, typer.Option(help="Folder of HR photos for the calibration of the int8 file.")
    ] = None,
    benchmark: Annotated[
        list[Path] | None,
        typer.Option(
            "--benchmark", help="Folder of HR photos to measure the quality on. Repeatable."
        ),
    ] = None,
    runs: RunsOption = None,
    is_json: JsonLinesOption = False,
) -> None:
    """Turn a candidate into a network of its own, in its folder of the run.

    Without options it is only cut out of the supernet, or copied from its training, as an ONNX
    file.

    For example:

        mfagan search pick my-search 3f9a1c02d4 --finetune --export --calibrate photos/
        --benchmark bench/set14
    """
    from engine.search.pick import Pick  # noqa: PLC0415 - torch loads for seconds

    output = Output(is_json=is_json)
    chosen = Pick.open(_open(run, runs).path, candidate)
    output.event("picked", id=chosen.record.id, text=chosen.record.genes.text)
    output.text(f"{chosen.record.id}  {chosen.record.genes.text}")
    output.text(f"Weights {chosen.job.evaluator.origin}: {chosen.as_measured}")
    if is_measured:
        found = chosen.measure()
        output.event("measured", **msgspec.to_builtins(found))
        output.text(latency_line(found))
    if is_finetuned:
        with RunReporter(output, name=chosen.record.id) as reporter:
            chosen.finetune(token=CancelToken(), report=reporter.report)
    if is_exported:
        protocol = None
        if benchmark:
            folders = tuple(folder.resolve() for folder in benchmark)
            protocol = BenchmarkProtocol(benchmarks=folders)
        card = chosen.export(folder=to, model_id=model_id, calibration=calibrate, protocol=protocol)
        output.event("exported", id=card.id, folder=to or chosen.folder / "model")
        output.text(f"Model: {(to or chosen.folder / 'model') / f'{card.id}.json'}")


@app.command("bundle")
def bundle(
    run: RunArgument,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="New folder to write to.")],
    *,
    photo: Annotated[
        Path, typer.Option(help="Photo whose middle each model enlarges for its thumbnail.")
    ],
    members: Annotated[
        int, typer.Option(min=1, help="Members of the front that become models.")
    ] = 14,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """Write a search as a folder to hand on, with models, latencies measured here, thumbnails.

    The folder is read like a run folder, without torch and without the supernet.
    """
    from engine.search.bundle import write_bundle  # noqa: PLC0415 - torch loads for seconds

    output = Output(is_json=is_json)
    with cancel_on_interrupt() as token, output.progress() as bars:
        task = bars.add_task("Models", total=None)
        made = write_bundle(
            _open(run, runs).path,
            folder,
            members=members,
            photo=photo,
            token=token,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    output.event("bundle", folder=made.folder, ids=made.ids, size_mb=made.size_mb)
    output.text(f"{made.folder}: {len(made.ids)} models, {made.size_mb:.1f} MB")


def _run(recipe: SearchRecipe, folder: RunFolder, output: Output, *, takes_commands: bool) -> None:
    output.note(f"Run folder: {folder.path}")
    token = CancelToken()
    if takes_commands:
        follow_stdin(token)
    name = shlex.quote(str(folder.path))
    try:
        with (
            WorkerProcesses(folder.path, recipe.workers - 1) as helpers,
            RunReporter(output, name=recipe.name) as reporter,
        ):
            # Loads torch for seconds, as the workers do meanwhile.
            from engine.search.run import run_search  # noqa: PLC0415

            run_search(recipe, folder, token=token, report=reporter.report, helpers=helpers)
    except JobCancelled as error:
        raise JobCancelled(
            f"{ended_word(folder)}. Continue with: mfagan search resume {name}"
        ) from error
    output.note(f"Next: mfagan search front {name}")
    output.note(f"      mfagan search report {name}")


def _open(run: str, runs: Path | None) -> RunFolder:
    return open_run(run, runs or runs_folder())


def _limits(texts: list[str]) -> dict[MetricName, float]:
    try:
        return msgspec.convert(parse_overrides(texts), dict[MetricName, float], strict=False)
    except msgspec.ValidationError as error:
        known = ", ".join(get_args(MetricName))
        raise ConfigError(f"--under {' '.join(texts)}: {error}; metrics are {known}") from error
