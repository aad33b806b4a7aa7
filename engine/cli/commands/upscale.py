"""``mfagan upscale``: enlarge photos."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from engine.cli.command_app import make_app
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.model_options import choose_model
from engine.cli.output import Output
from engine.cli.target_options import DEFAULT_FACTOR, read_target
from engine.cli.upscale_run import run_upscale
from engine.core.errors import ConfigError
from engine.imaging.codecs.decode import DecodeLimits
from engine.imaging.formats import OutputFormat
from engine.inference.batch.inputs import FoundPhotos, find_photos
from engine.inference.batch.manifest import Manifest, manifest_path, spare_manifest_path
from engine.inference.batch.run import BatchRequest, photos_of_manifest
from engine.inference.job.naming import (
    DEFAULT_TEMPLATE,
    TEMPLATE_FIELDS,
    Collision,
    check_template,
)
from engine.inference.job.settings import UpscaleSettings
from engine.inference.network.model_source import ModelSource
from engine.inference.network.precision import PrecisionChoice

app = make_app()

_FIELDS = ", ".join(f"{{{name}}}" for name in TEMPLATE_FIELDS)
_SIZE, _LOOK, _FILES = "Size of the result", "Model, restoration and fidelity", "Files"
_RUN = "Execution"


BitDepth: TypeAlias = Literal["8", "16"]


@app.command()
def upscale(
    photos: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PHOTO...",
            help="Photos, folders, or quoted patterns such as 'scans/*.tif'.",
            show_default=False,
        ),
    ] = None,
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Folder for the results; for a single photo, also a file.",
        ),
    ],
    scale: Annotated[
        float | None,
        typer.Option(
            help="Enlargement factor, such as 2 or 3.5. Default: 4.", rich_help_panel=_SIZE
        ),
    ] = None,
    long_edge: Annotated[
        int | None, typer.Option(help="Longer side of the result in pixels.", rich_help_panel=_SIZE)
    ] = None,
    megapixels: Annotated[
        float | None, typer.Option(help="Size of the result in megapixels.", rich_help_panel=_SIZE)
    ] = None,
    print_size: Annotated[
        str | None,
        typer.Option(
            "--print",
            metavar="SIZE",
            help="Longer side on paper and its dpi, such as 30cm@300.",
            rich_help_panel=_SIZE,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Model to use, see 'mfagan models'. Default: the standard one for the size.",
            rich_help_panel=_LOOK,
        ),
    ] = None,
    restoration: Annotated[
        str | None,
        typer.Option(
            metavar="auto|0..1",
            help="Amount of restoration, from 0 (photo without blur, noise and compression) to 1 "
            "(strongly degraded photo). Default: auto, estimated from each photo.",
            rich_help_panel=_LOOK,
        ),
    ] = None,
    fidelity: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Fidelity, from 0 (vivid, may invent detail) to 1 (faithful, least error). "
            "Default: that of the model.",
            rich_help_panel=_LOOK,
        ),
    ] = None,
    is_consistent: Annotated[
        bool,
        typer.Option(
            "--consistent/--no-consistent",
            help="Enforce consistency: downscaling the result reproduces the photo.",
            rich_help_panel=_LOOK,
        ),
    ] = False,
    output_format: Annotated[
        OutputFormat | None,
        typer.Option(
            "--format",
            help="Format of the results. Default: the format of each photo.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    quality: Annotated[
        int,
        typer.Option(
            min=1,
            max=100,
            help="Quality of JPEG, WebP and AVIF files, 1 to 100.",
            rich_help_panel=_FILES,
        ),
    ] = 92,
    bit_depth: Annotated[
        BitDepth | None,
        typer.Option(
            help="Bits per channel. Default: those of each photo.", rich_help_panel=_FILES
        ),
    ] = None,
    has_metadata: Annotated[
        bool,
        typer.Option(
            "--metadata/--no-metadata",
            help="Copy EXIF, XMP, IPTC and texts into the results.",
            rich_help_panel=_FILES,
        ),
    ] = True,
    name: Annotated[
        str,
        typer.Option(
            help=f"Template for the names of the results; fields: {_FIELDS}.",
            rich_help_panel=_FILES,
        ),
    ] = DEFAULT_TEMPLATE,
    collision: Annotated[
        Collision,
        typer.Option(
            help="What to do when a result's name is taken: 'number' keeps both files (-2, -3), "
            "'skip' keeps the old one and makes no result, 'replace' replaces the old one, "
            "whatever it is, except a photo of this run.",
            rich_help_panel=_FILES,
        ),
    ] = Collision.NUMBER,
    is_recursive: Annotated[
        bool,
        typer.Option(
            "--recursive",
            "-r",
            help="Recurse into subfolders and mirror their structure.",
            rich_help_panel=_FILES,
        ),
    ] = False,
    is_resumed: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Resume an interrupted batch; finished photos are skipped.",
            rich_help_panel=_RUN,
        ),
    ] = False,
    only_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed",
            help="Process only the photos that failed last time.",
            rich_help_panel=_RUN,
        ),
    ] = False,
    is_dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print the estimate and exit.", rich_help_panel=_RUN),
    ] = False,
    device: Annotated[
        str,
        typer.Option(help="Device to run on; 'mfagan doctor' lists them.", rich_help_panel=_RUN),
    ] = "auto",
    precision: Annotated[
        PrecisionChoice,
        typer.Option(
            help="Numeric precision of the network; 'auto' loses less than 0.05 dB.",
            rich_help_panel=_RUN,
        ),
    ] = "auto",
    tile: Annotated[
        int | None,
        typer.Option(
            min=16,
            help="Side of the tiles in pixels. Default: planned from the free memory.",
            rich_help_panel=_RUN,
        ),
    ] = None,
    max_megapixels: Annotated[
        int,
        typer.Option(
            min=1,
            help="Refuse photos with more megapixels; raise the limit for files that you trust.",
            rich_help_panel=_RUN,
        ),
    ] = 500,
    threads: Annotated[
        int,
        typer.Option(min=0, help="CPU threads; 0 uses all physical cores.", rich_help_panel=_RUN),
    ] = 0,
    is_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Write events to stdout, one JSON object per line.", rich_help_panel=_RUN
        ),
    ] = False,
) -> None:
    """Enlarge photos. Originals are never changed, other files only on request.

    Color profile, 16 bits per channel, transparency, EXIF and print resolution
    are kept. If a photo fails, the others are still processed; failures are
    listed at the end with their reasons. Ctrl+C stops after the current tile
    and leaves no incomplete file.

    For example:

        mfagan upscale holiday.jpg -o big/

        mfagan upscale poster.tif -o poster-a2.tif --print 59.4cm@300

        mfagan upscale scans/ -o enlarged/ -r --format png --scale 2

        mfagan upscale -o enlarged/ --resume --scale 2 --format png
    """
    check_template(name)
    output_lines = Output(is_json=is_json)
    choice = choose_model(model, restoration=restoration, fidelity=fidelity, output=output_lines)
    models = choice.models
    file = _single_file(photos or [], output)
    folder = output if file is None else file.parent
    settings = UpscaleSettings(
        models=models,
        target=read_target(
            scale=scale,
            long_edge=long_edge,
            megapixels=megapixels,
            print_size=print_size,
            default_factor=_default_factor(models),
        ),
        restoration=choice.restoration,
        fidelity=choice.fidelity,
        back_projection=is_consistent,
        device=device,
        precision=precision,
        thread_count=threads,
        tile_px=tile,
        output_format=_output_format(output_format, file),
        quality=quality,
        bit_depth=_bit_depth(bit_depth),
        keep_metadata=has_metadata,
        output_folder=folder,
        name_template=name,
        output_file=file,
        collision=collision,
        decode_limits=DecodeLimits(max_pixels=max_megapixels * 1_000_000),
    )
    found = _find(
        photos or [], folder, is_recursive=is_recursive, is_continued=is_resumed or only_failed
    )
    batch = BatchRequest(
        photos=found.photos,
        settings=settings,
        keep_finished=is_resumed,
        only_failed=only_failed,
    )
    with cancel_on_interrupt() as token:
        failure_count = run_upscale(found, batch, output_lines, token, is_dry_run=is_dry_run)
    if failure_count:
        raise typer.Exit(1)


def _default_factor(models: Sequence[ModelSource]) -> float:
    # A network that restores works at the photo's own size.
    is_restorer = all(model.card.scale == 1 for model in models)
    return 1.0 if is_restorer else DEFAULT_FACTOR


def _find(
    sources: list[Path], folder: Path, *, is_recursive: bool, is_continued: bool
) -> FoundPhotos:
    if sources:
        return find_photos(sources, is_recursive=is_recursive, left_out=folder)
    spare = spare_manifest_path(folder)
    manifest = Manifest.load(manifest_path(folder), spare=spare) if is_continued else None
    if manifest is not None:
        return FoundPhotos(photos=photos_of_manifest(manifest))
    if is_continued:
        raise ConfigError(f"{folder}: no batch into this folder is recorded; name the photos")
    raise ConfigError("Name at least one photo or folder; try 'mfagan upscale --help'")


def _single_file(sources: list[Path], output: Path) -> Path | None:
    """Return the file that ``-o`` names, None when it names a folder."""
    if output.is_dir() or not output.suffix:
        return None
    is_one = len(sources) == 1 and not sources[0].is_dir() and not glob.has_magic(str(sources[0]))
    if not is_one or OutputFormat.of_suffix(output.suffix) is None:
        return None
    return output


def _output_format(asked: OutputFormat | None, file: Path | None) -> OutputFormat | None:
    by_file = OutputFormat.of_suffix(file.suffix) if file else None
    if by_file and asked and by_file is not asked:
        raise ConfigError(f"{file}: its ending is not that of --format {asked.value}")
    return asked or by_file


def _bit_depth(asked: BitDepth | None) -> Literal[8, 16] | None:
    # Choices of the command line are texts.
    return {"8": 8, "16": 16}[asked] if asked else None  # type: ignore[return-value]
