"""``mfagan evaluate``: measure networks on benchmark photos."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
import typer

from engine.catalog.card import Precision
from engine.catalog.catalog import Catalog
from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption, LpipsOption, NiqeOption, ThreadsOption
from engine.cli.degradation_options import (
    DegradeOptions,
    KeepLrOption,
    SeedOption,
    StrengthOption,
    degradation_names,
)
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.run_models import runs_as_files
from engine.config.degradation import DegradationName
from engine.data.photo_files import tell_left_out
from engine.evaluation.candidates import Candidate, open_candidates
from engine.evaluation.costs import COST_SIDE_PX, cost_of
from engine.evaluation.crops import write_crops
from engine.evaluation.downsampling import (
    MATLAB,
    PILLOW,
    BenchmarkDownsampling,
    degraded_downsampling,
)
from engine.evaluation.evaluate import evaluate
from engine.evaluation.picture_metrics import PictureMetrics
from engine.evaluation.sheet import write_contact_sheet
from engine.evaluation.tables import column_title, to_cells, to_cost_table, to_csv, to_markdown
from engine.runs.location import runs_folder

_Form: TypeAlias = Literal["text", "markdown", "csv", "table"]
Bicubic: TypeAlias = Literal["matlab", "pillow"]

app = make_app()


@app.command("evaluate")
def evaluate_models(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...",
            help="Ids of models, card or ONNX files, training runs, bicubic, or names of networks "
            "in --peers (peers: all of them). @r=VALUE,f=VALUE after a model sets restoration "
            "and fidelity.",
        ),
    ],
    *,
    data: Annotated[
        list[Path] | None, typer.Option(help="Folder of HR photos. Repeatable.")
    ] = None,
    photos: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of photos without reference, enlarged as they are. Repeatable."),
    ] = None,
    lpips: LpipsOption = None,
    niqe: NiqeOption = None,
    peers: Annotated[
        Path | None, typer.Option(help="Folder of ONNX files without cards, to compare with.")
    ] = None,
    scale: Annotated[
        int | None,
        typer.Option(help="Scale of bicubic. Default: that of the networks.", min=1, max=8),
    ] = None,
    precision: Annotated[
        Precision, typer.Option(help="Numeric precision of models with a card.")
    ] = "fp32",
    threads: ThreadsOption = 0,
    lr: Annotated[
        Bicubic, typer.Option(help="Bicubic downsampling that makes the LR pictures.")
    ] = "matlab",
    degrade: DegradeOptions = None,
    keep_lr: KeepLrOption = None,
    seed: SeedOption = 0,
    strength: StrengthOption = 1.0,
    crops: Annotated[
        Path | None,
        typer.Option(help="Folder for pictures of the worst and the best places."),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(help="Write a contact sheet (PNG): one crop per photo, one column per model."),
    ] = None,
    has_figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="Measure, or only write the pictures.")
    ] = True,
    is_table: Annotated[
        bool, typer.Option("--table", help="Write a Markdown table with cost, one row per model.")
    ] = False,
    is_markdown: Annotated[
        bool, typer.Option("--markdown", help="Write a Markdown table, one row per model and set.")
    ] = False,
    is_csv: Annotated[bool, typer.Option("--csv", help="Write CSV, one line per photo.")] = False,
    is_json: JsonOption = False,
) -> None:
    """Measure PSNR, SSIM and more on benchmark photos.

    HR photos are cropped to a multiple of the scale and downsampled by
    antialiased bicubic resampling. Results are rounded to 8 bit, and as many
    pixels as the scale are cut from every side.

    Papers downsample as MATLAB does. Pillow's bicubic gives other LR pictures,
    on which networks score up to 0.02 dB more; --lr pillow repeats such figures.

    A training run, named by its folder or name, means its latest network.

    A model with a dial is measured as users run it: restoration is estimated from
    each LR picture, fidelity is the model's default. MODEL@r=0.5,f=1 sets both,
    MODEL@f=1 fidelity alone, MODEL@r=auto,f=0 says that restoration is estimated.

    With several --degrade, every set is measured with each of them; --table then
    writes one column for each set and degradation.

    For example:

        mfagan evaluate bicubic mfa-s-x4@r=0,f=1 --data bench/set5 --table

        mfagan evaluate bicubic mfa-s-x4 mfa-s-x4@f=1 --data bench/set14 --table
        --degrade clean --degrade light --degrade mild --degrade strong
    """
    # A shell's `--data a b c` arrives as one folder and two models.
    named = [*(data or []), *(Path(name) for name in models if _is_photo_folder(name))]
    # A set is named after its folder, also where that was given as `.`.
    folders = [folder.resolve() for folder in named]
    if not folders and not photos:
        raise typer.BadParameter("name photos: --data for HR photos, --photos for others")
    catalog = Catalog.open_default()
    # The networks of runs are exported here; candidates open the files at once.
    with tempfile.TemporaryDirectory(prefix="mfagan-") as scratch:
        files = runs_as_files(
            [name for name in models if not _is_photo_folder(name)],
            catalog=catalog,
            peers=peers,
            runs=runs_folder(),
            scratch=Path(scratch),
        )
        task = _Task(
            candidates=open_candidates(
                files,
                catalog=catalog,
                peers=peers,
                scale=scale,
                precision=precision,
                threads=threads,
                is_pillow=lr == "pillow",
                note=Output(is_json=is_json).note,
            ),
            folders=folders,
            no_reference=[folder.resolve() for folder in photos or []],
            downsamplings=_choose_downsamplings(
                lr, degradation_names(degrade), keep_lr=keep_lr, seed=seed, strength=strength
            ),
        )
        if has_figures:
            metrics = PictureMetrics.open(
                lpips=lpips, niqe_file=niqe, threads=threads, has_color=True
            )
            form = _choose_form(is_table=is_table, is_markdown=is_markdown, is_csv=is_csv)
            _measure(task, metrics, Output(is_json=is_json), form)
        _draw(task, Output(is_json=is_json), sheet=sheet, crops=crops)


def _is_photo_folder(name: str) -> bool:
    """Return whether ``name`` is a folder of photos; the folder of a run means its network."""
    return Path(name).is_dir() and not (Path(name) / "recipe.yaml").is_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """Candidates and photos of an evaluation.

    Attributes:
        candidates: Networks, or bicubic.
        folders: Folders of HR photos.
        no_reference: Folders of photos without reference.
        downsamplings: How LR pictures are made of HR photos.
    """

    candidates: list[Candidate]
    folders: list[Path]
    no_reference: list[Path]
    downsamplings: list[BenchmarkDownsampling]


def _measure(task: _Task, metrics: PictureMetrics, output: Output, form: _Form) -> None:
    # First: an operation that cannot be counted should not be found after an hour.
    has_costs = output.is_json or form == "table"
    costs = [cost_of(candidate) for candidate in task.candidates] if has_costs else []
    with cancel_on_interrupt() as token, output.progress() as bar:
        line = bar.add_task("Evaluate", total=None)
        results = evaluate(
            task.candidates,
            task.folders,
            metrics,
            token=token,
            progress=lambda done, total: bar.update(line, completed=done, total=total),
            downsamplings=task.downsamplings,
            no_reference=task.no_reference,
        )
    protocols = {way.name: way.protocol for way in task.downsamplings}
    # One note per set: every candidate left out the same photos.
    for result in {result.set: result for result in results if result.left_out}.values():
        count = len(result.photos) + len(result.left_out)
        output.note(f"{result.set}: {tell_left_out(result.left_out, of=count)}")
    if output.is_json:
        rows = [
            {**result.row(), "left_out": [msgspec.to_builtins(photo) for photo in result.left_out]}
            for result in results
        ]
        output.document({"protocols": protocols, "results": rows, "models": costs})
    elif form == "table":
        output.block(to_cost_table(results, costs))
        named = [f"{name}: {p}" for name, p in protocols.items()]
        shown = "; ".join(named if len(named) > 1 else protocols.values())
        output.block(f"\n{shown}; cost at {COST_SIDE_PX}x{COST_SIDE_PX} LR\n")
    elif form == "csv":
        output.block(to_csv(results))
    elif form == "markdown":
        output.block(to_markdown(results))
    else:
        header, cells = to_cells(results)
        # Titles, because the names of all metrics are wider than a terminal.
        titles = {name: column_title(name) for name in header}
        columns = [t if name in {"model", "set", "lr"} else f">{t}" for name, t in titles.items()]
        output.table(columns, cells)


def _draw(task: _Task, output: Output, *, sheet: Path | None, crops: Path | None) -> None:
    drawn: list[Path] = []
    if sheet is not None:
        drawn.append(
            write_contact_sheet(
                task.candidates,
                task.folders,
                sheet,
                no_reference=task.no_reference,
                downsamplings=task.downsamplings,
            )
        )
    if crops is not None:
        for candidate in task.candidates:
            for way in task.downsamplings:
                drawn += write_crops(candidate, task.folders, crops, downsampling=way)
    for path in drawn:
        output.note(f"Drawn: {path}")


def _choose_form(*, is_table: bool, is_markdown: bool, is_csv: bool) -> _Form:
    if is_table:
        return "table"
    if is_csv:
        return "csv"
    return "markdown" if is_markdown else "text"


def _choose_downsamplings(
    lr: Bicubic,
    names: list[DegradationName],
    *,
    keep_lr: Path | None,
    seed: int,
    strength: float,
) -> list[BenchmarkDownsampling]:
    # Each once, or its rows would be in every table twice.
    ways = [
        degraded_downsampling(name, keep_lr, seed=seed, strength=strength)
        for name in dict.fromkeys(names)
    ]
    return ways or [PILLOW if lr == "pillow" else MATLAB]
