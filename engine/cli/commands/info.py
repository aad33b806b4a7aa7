"""``mfagan info``: describe photos."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import JsonLinesOption
from engine.cli.output import Output
from engine.core.errors import EngineError
from engine.core.units import format_bytes, format_megapixels
from engine.imaging.codecs.decode import read_info
from engine.imaging.photo import PhotoInfo

app = make_app()


@app.command()
def info(
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO...", help="Photos to describe.")],
    *,
    is_json: JsonLinesOption = False,
) -> None:
    """Show size, colors, bit depth, metadata and print resolution of photos.

    Only the header is read.
    """
    output = Output(is_json=is_json)
    failures = 0
    for photo in photos:
        try:
            found = read_info(photo)
        except EngineError as error:
            failures += 1
            output.failed(error.code, str(error))
            continue
        _show(found, output)
    if failures:
        raise typer.Exit(1)


def _show(found: PhotoInfo, output: Output) -> None:
    blocks = {"icc": found.icc, "exif": found.exif, "xmp": found.xmp, "iptc": found.iptc}
    output.event(
        "info",
        path=found.path,
        format=found.format,
        width_px=found.width_px,
        height_px=found.height_px,
        channels=found.channels,
        has_alpha=found.has_alpha,
        bit_depth=found.bit_depth,
        color_space=found.color_space,
        dpi=found.dpi,
        jpeg_quality=found.jpeg_quality,
        metadata_bytes={name: len(block) for name, block in blocks.items() if block},
        notes=list(found.notes),
    )
    colors = "gray" if found.channels == 1 else "RGB"
    alpha = " with transparency" if found.has_alpha else ""
    kept = ", ".join(f"{n.upper()} {format_bytes(len(b))}" for n, b in blocks.items() if b)
    megapixels = format_megapixels(found.width_px * found.height_px)
    output.text(f"{found.path}")
    output.text(
        f"  {found.format}, {found.width_px} x {found.height_px} px ({megapixels}), "
        f"{found.bit_depth}-bit {colors}{alpha}, {found.color_space}"
    )
    if found.dpi:
        output.text(f"  {found.dpi[0]:g} x {found.dpi[1]:g} dpi")
    if found.jpeg_quality:
        output.text(f"  JPEG quality about {found.jpeg_quality}")
    output.text(f"  Metadata: {kept or 'none'}")
    for note in found.notes:
        output.text(f"  Note: {note}")
