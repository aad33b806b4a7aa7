"""``mfagan evaluate``: how good networks are on benchmark photos."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.catalog.card import Precision
from engine.catalog.catalog import Catalog
from engine.cli.output import Output
from engine.core.cancellation import CancelToken
from engine.evaluation.contestants import open_contestants
from engine.evaluation.crops import write_crops
from engine.evaluation.evaluate import PROTOCOL, SetResult, evaluate
from engine.evaluation.judges import Judges
from engine.evaluation.tables import to_cells, to_csv, to_markdown

app = typer.Typer(add_completion=False)


@app.command("evaluate")
def evaluate_models(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...",
            help="Ids, card or ONNX files, bicubic, names of --peers, or peers for all of them.",
        ),
    ],
    *,
    data: Annotated[list[Path], typer.Option(help="Folder of HR photos; may be repeated.")],
    lpips: Annotated[
        Path | None, typer.Option(help="LPIPS network as ONNX with inputs ref and dist.")
    ] = None,
    niqe: Annotated[Path | None, typer.Option(help="NIQE parameters as .npz.")] = None,
    peers: Annotated[Path | None, typer.Option(help="Folder of ONNX files without cards.")] = None,
    scale: Annotated[int, typer.Option(help="Enlargement of bicubic.", min=2, max=8)] = 4,
    precision: Annotated[str, typer.Option(help="fp32, fp16 or int8, of models with cards.")] = (
        "fp32"
    ),
    threads: Annotated[int, typer.Option(help="CPU threads; 0 takes all cores.", min=0)] = 0,
    crops: Annotated[
        Path | None, typer.Option(help="Write pictures of the worst and best places there.")
    ] = None,
    is_markdown: Annotated[bool, typer.Option("--markdown", help="Write a Markdown table.")] = (
        False
    ),
    is_csv: Annotated[bool, typer.Option("--csv", help="Write one CSV line a photo.")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="Write one JSON object.")] = False,
) -> None:
    """Measure PSNR, SSIM and more on benchmark photos.

    HR photos are cut to a multiple of the scale and reduced by antialiased
    bicubic resampling; results are rounded to 8 bit and as many pixels as the
    scale are cut from every side.

    Example: mfagan evaluate bicubic mfa-s-x4-classic --data bench/set5 --json
    """
    if precision not in {"fp32", "fp16", "int8"}:
        raise typer.BadParameter(f"--precision {precision}: choose fp32, fp16 or int8")
    output = Output(is_json=is_json)
    # A shell's `--data a b c` arrives as one folder and two models.
    folders = [*data, *(Path(name) for name in models if Path(name).is_dir())]
    models = [name for name in models if not Path(name).is_dir()]
    contestants = open_contestants(
        models,
        catalog=Catalog.open_default(),
        peers=peers,
        scale=scale,
        precision=_as_precision(precision),
        threads=threads,
    )
    judges = Judges.open(lpips=lpips, niqe_file=niqe, threads=threads)
    with output.progress() as bar:
        task = bar.add_task("Evaluate", total=None)
        results = evaluate(
            contestants,
            folders,
            judges,
            token=CancelToken(),
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    if crops is not None:
        for contestant in contestants:
            write_crops(contestant, folders, crops)
    _tell(results, output, is_markdown=is_markdown, is_csv=is_csv)


def _tell(results: list[SetResult], output: Output, *, is_markdown: bool, is_csv: bool) -> None:
    if output.is_json:
        rows = [result.row() for result in results]
        output.document({"protocol": PROTOCOL, "results": rows})
    elif is_csv:
        sys.stdout.write(to_csv(results))
    elif is_markdown:
        sys.stdout.write(to_markdown(results))
    else:
        header, cells = to_cells(results)
        columns = [name if name in {"model", "set"} else f">{name}" for name in header]
        output.table(columns, cells)


def _as_precision(text: str) -> Precision:
    return {"fp32": "fp32", "fp16": "fp16", "int8": "int8"}[text]  # type: ignore[return-value]
