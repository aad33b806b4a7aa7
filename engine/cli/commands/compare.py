"""``mfagan compare``: measure how two pictures differ."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption
from engine.cli.interrupt import cancel_on_interrupt
from engine.cli.output import Output
from engine.cli.scratch import scratch_folder
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.core.file_guard import FileGuard
from engine.imaging.codecs.decode import open_photo
from engine.imaging.codecs.encode import EncodeOptions, save_photo
from engine.imaging.formats import OutputFormat
from engine.imaging.photo import Photo, PhotoInfo
from engine.imaging.raster import Raster
from engine.inference.job.naming import Collision, ResultName
from engine.metrics.picture_comparison import PictureDifference, compare_rasters, draw_difference

app = make_app()


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="Reference picture.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Picture of the same size.")],
    *,
    difference: Annotated[
        Path | None,
        typer.Option(
            "--difference", "-d", metavar="PNG", help="Write a picture of the differences."
        ),
    ] = None,
    gain: Annotated[
        float, typer.Option(min=1, help="Amplification of the differences in that picture.")
    ] = 8.0,
    border: Annotated[
        int,
        typer.Option(
            min=0, help="Pixels to crop from each side; papers crop as many as the scale."
        ),
    ] = 0,
    is_json: JsonOption = False,
) -> None:
    """Compare two pictures: PSNR and SSIM of the luma and of all channels.

    For example:

        mfagan compare original.png result.png --border 4 --difference where.png
    """
    output = Output(is_json=is_json)
    if difference is not None and difference.suffix.lower() != ".png":
        raise ConfigError(
            f"{difference}: the picture of the differences is a PNG; use a name that ends in .png"
        )
    scratch = scratch_folder()
    with (
        cancel_on_interrupt() as token,
        open_photo(first, scratch_folder=scratch, token=token) as one,
        open_photo(second, scratch_folder=scratch, token=token) as other,
    ):
        found = compare_rasters(one.color, other.color, border_px=border, token=token)
        drawn = None
        if difference is not None:
            drawn = _draw(one, other, difference, gain=gain, scratch=scratch, token=token)
        same_colors = one.info.icc == other.info.icc
    _report(found, output, drawn=drawn, same_colors=same_colors)


def _draw(
    one: Photo, other: Photo, path: Path, *, gain: float, scratch: Path, token: CancelToken
) -> Path:
    size = one.color
    guard = FileGuard([one.info.path, other.info.path])
    name = ResultName(path, Collision.NUMBER, guard, photo=one.info.path)
    with Raster.create(
        height_px=size.height_px,
        width_px=size.width_px,
        channels=3,
        dtype=np.uint8,
        scratch_folder=scratch,
    ) as target:
        draw_difference(one.color, other.color, target, gain=gain, token=token)
        info = PhotoInfo(
            path=path,
            format="png",
            width_px=size.width_px,
            height_px=size.height_px,
            channels=3,
            has_alpha=False,
            bit_depth=8,
            color_space="sRGB",
        )
        options = EncodeOptions(format=OutputFormat.PNG)
        saved = save_photo(
            target, None, info, name.path, options=options, token=token, publish=name.publish
        )
    return saved.path


def _report(
    found: PictureDifference, output: Output, *, drawn: Path | None, same_colors: bool
) -> None:
    if output.is_json:
        output.document(
            {
                "width_px": found.width_px,
                "height_px": found.height_px,
                "is_identical": found.max_levels == 0,
                "psnr_y_db": _finite(found.psnr_y_db),
                "psnr_rgb_db": _finite(found.psnr_rgb_db),
                "ssim_y": found.ssim_y,
                "ssim_rgb": found.ssim_rgb,
                "mean_levels": found.mean_levels,
                "max_levels": found.max_levels,
                "has_same_profile": same_colors,
                "difference": drawn,
            }
        )
        return
    output.text(f"{found.width_px} x {found.height_px} px")
    output.text(f"PSNR  {_decibels(found.psnr_y_db)} Y   {_decibels(found.psnr_rgb_db)} RGB")
    if found.ssim_y is not None and found.ssim_rgb is not None:
        output.text(f"SSIM  {found.ssim_y:8.4f}    Y   {found.ssim_rgb:8.4f}    RGB")
    output.text(f"Mean difference {found.mean_levels:.3f}, largest {found.max_levels:.0f}, of 255")
    if not same_colors:
        output.note("Their color profiles differ; pixels were compared as they are stored.")
    if drawn is not None:
        output.text(f"Picture of the differences: {drawn}")


def _decibels(level: float) -> str:
    return "   equal   " if math.isinf(level) else f"{level:8.3f} dB"


def _finite(level: float) -> float | None:
    # JSON has no infinity.
    return None if math.isinf(level) else level
