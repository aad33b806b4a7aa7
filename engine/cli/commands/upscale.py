"""``mfagan upscale``."""

from __future__ import annotations

import glob
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.catalog.catalog import Catalog
from engine.cli.command_app import make_app
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.target_options import DEFAULT_FACTOR, read_target
from engine.cli.upscale_run import UpscaleJob, run_job
from engine.core.errors import ConfigError
from engine.imaging.codecs.decode import DecodeLimits
from engine.imaging.formats import OutputFormat
from engine.inference.batch.inputs import FoundPhotos, find_photos
from engine.inference.batch.manifest import Manifest, manifest_path, spare_manifest_path
from engine.inference.batch.run import photos_of_manifest
from engine.inference.batch.work import UpscaleSettings, choose_sources
from engine.inference.job.naming import (
    DEFAULT_TEMPLATE,
    TEMPLATE_FIELDS,
    Collision,
    check_template,
)
from engine.inference.network.assembly import ModelSettings

app = make_app()

_FIELDS = ", ".join(f"{{{name}}}" for name in TEMPLATE_FIELDS)
_SIZE, _LOOK, _FILES, _RUN = "Size of the result", "Look", "Files", "How it runs"


class Format(Enum):
    """What ``--format`` takes."""

    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    AVIF = "avif"


class Precision(Enum):
    """What ``--precision`` takes."""

    AUTO = "auto"
    FP32 = "fp32"
    FP16 = "fp16"
    INT8 = "int8"


class BitDepth(Enum):
    """What ``--bit-depth`` takes."""

    EIGHT = "8"
    SIXTEEN = "16"


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
            help="Folder of the results; for one photo also a file.",
        ),
    ],
    scale: Annotated[
        float | None,
        typer.Option(help="Factor, such as 2 or 3.5. Default 4.", rich_help_panel=_SIZE),
    ] = None,
    long_edge: Annotated[
        int | None, typer.Option(help="Longer side in pixels.", rich_help_panel=_SIZE)
    ] = None,
    megapixels: Annotated[
        float | None, typer.Option(help="Pixels in all, in millions.", rich_help_panel=_SIZE)
    ] = None,
    print_size: Annotated[
        str | None,
        typer.Option(
            "--print",
            metavar="SIZE",
            help="Longer side on paper, like 30cm@300.",
            rich_help_panel=_SIZE,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Id of a model, see 'mfagan models'.", rich_help_panel=_LOOK),
    ] = None,
    fidelity: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Blend of a model with its twin: 0 is vivid, 1 is faithful.",
            rich_help_panel=_LOOK,
        ),
    ] = None,
    is_consistent: Annotated[
        bool,
        typer.Option(
            "--consistent/--no-consistent",
            help="Correct the result until, made small again, it equals the photo.",
            rich_help_panel=_LOOK,
        ),
    ] = False,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="Format of the results. Default: each photo's own.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    quality: Annotated[
        int, typer.Option(min=1, max=100, help="For JPEG, WebP, AVIF.", rich_help_panel=_FILES)
    ] = 92,
    bit_depth: Annotated[
        BitDepth | None,
        typer.Option(help="Bits a channel. Default: the photo's.", rich_help_panel=_FILES),
    ] = None,
    has_metadata: Annotated[
        bool,
        typer.Option(
            "--metadata/--no-metadata",
            help="Keep EXIF, XMP, IPTC and texts.",
            rich_help_panel=_FILES,
        ),
    ] = True,
    name: Annotated[
        str,
        typer.Option(help=f"Name template; fields: {_FIELDS}.", rich_help_panel=_FILES),
    ] = DEFAULT_TEMPLATE,
    collision: Annotated[
        Collision,
        typer.Option(
            help="When a result's name is taken: number keeps both (-2, -3), skip makes nothing, "
            "replace puts the new file in the place of the old one, whatever that was, but never "
            "of a photo of this run.",
            rich_help_panel=_FILES,
        ),
    ] = Collision.NUMBER,
    is_recursive: Annotated[
        bool,
        typer.Option(
            "--recursive",
            "-r",
            help="Also the folders in folders; they are mirrored.",
            rich_help_panel=_FILES,
        ),
    ] = False,
    is_resumed: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with an interrupted batch: finished photos are left out.",
            rich_help_panel=_RUN,
        ),
    ] = False,
    only_failed: Annotated[
        bool,
        typer.Option(
            "--retry-failed", help="Only the photos that failed last time.", rich_help_panel=_RUN
        ),
    ] = False,
    is_dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what it would take, and stop.", rich_help_panel=_RUN),
    ] = False,
    device: Annotated[
        str, typer.Option(help="Where to run, see 'mfagan doctor'.", rich_help_panel=_RUN)
    ] = "auto",
    precision: Annotated[
        Precision,
        typer.Option(help="Of the network; auto loses under 0.05 dB.", rich_help_panel=_RUN),
    ] = Precision.AUTO,
    tile: Annotated[
        int | None,
        typer.Option(
            min=16, help="Side of the tiles in pixels. Default: planned.", rich_help_panel=_RUN
        ),
    ] = None,
    max_megapixels: Annotated[
        int,
        typer.Option(
            min=1,
            help="Photos that claim more pixels are refused; raise it if you trust yours.",
            rich_help_panel=_RUN,
        ),
    ] = 500,
    threads: Annotated[
        int, typer.Option(min=0, help="Processor threads; 0 is all cores.", rich_help_panel=_RUN)
    ] = 0,
    is_json: Annotated[
        bool, typer.Option("--json", help="JSON lines on stdout.", rich_help_panel=_RUN)
    ] = False,
) -> None:
    """Enlarge photos. Originals are never changed, other files never overwritten unasked.

    Color profile, 16 bits, transparency, EXIF and resolution of a photo are
    kept. A photo that fails is named at the end with its reason; the others go
    on. Ctrl+C stops within a tile and leaves nothing half-written.

    For example:

        mfagan upscale holiday.jpg -o big/

        mfagan upscale poster.tif -o poster-a2.tif --print 59.4cm@300

        mfagan upscale scans/ -o enlarged/ -r --format png --scale 2

        mfagan upscale -o enlarged/ --resume --scale 2 --format png
    """
    check_template(name)
    voice = Output(is_json=is_json)
    models = ModelSettings(
        models=choose_sources(Catalog.open_default(), model, fidelity=fidelity),
        fidelity=fidelity,
        back_projection=is_consistent,
        device=device,
        precision=precision.value,
        thread_count=threads,
    )
    target = read_target(
        scale=scale,
        long_edge=long_edge,
        megapixels=megapixels,
        print_size=print_size,
        # A network that restores is asked for its own work.
        usual_factor=1.0 if models.scales == {1} else DEFAULT_FACTOR,
    )
    file = _single_file(photos or [], output)
    settings = UpscaleSettings(
        target=target,
        models=models,
        output_format=_output_format(output_format, file),
        quality=quality,
        bit_depth=_bit_depth(bit_depth),
        keep_metadata=has_metadata,
        tile_px=tile,
        decode_limits=DecodeLimits(max_pixels=max_megapixels * 1_000_000),
    )
    folder = output if file is None else file.parent
    found = _find(
        photos or [], folder, is_recursive=is_recursive, is_continued=is_resumed or only_failed
    )
    job = UpscaleJob(
        found=found,
        output_folder=folder,
        output_file=file,
        settings=settings,
        template=name,
        collision=collision,
        keep_finished=is_resumed,
        only_failed=only_failed,
        is_dry_run=is_dry_run,
    )
    with cancel_on_interrupt() as token:
        failure_count = run_job(job, voice, token)
    if failure_count:
        raise typer.Exit(1)


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
        raise ConfigError(f"{folder}: no batch into this folder is known; name the photos")
    raise ConfigError("Name at least one photo or folder; try 'mfagan upscale --help'")


def _single_file(sources: list[Path], output: Path) -> Path | None:
    """Return the file that ``-o`` names, None when it names a folder."""
    if output.is_dir() or not output.suffix:
        return None
    is_one = len(sources) == 1 and not sources[0].is_dir() and not glob.has_magic(str(sources[0]))
    if not is_one or OutputFormat.of_suffix(output.suffix) is None:
        return None
    return output


def _output_format(asked: Format | None, file: Path | None) -> OutputFormat | None:
    by_file = OutputFormat.of_suffix(file.suffix) if file else None
    by_option = OutputFormat(asked.value) if asked else None
    if by_file and by_option and by_file is not by_option:
        raise ConfigError(f"{file}: its ending is not that of --format {by_option.value}")
    return by_option or by_file


def _bit_depth(asked: BitDepth | None) -> Literal[8, 16] | None:
    if asked is None:
        return None
    return 8 if asked is BitDepth.EIGHT else 16
