"""Plans for tests: of rasters without a file, and of files that are no photos."""

from __future__ import annotations

from pathlib import Path

from engine.core.file_identity import file_stamp
from engine.imaging.codecs.encode import EncodeOptions
from engine.imaging.formats import OutputFormat
from engine.imaging.photo import PhotoInfo
from engine.inference.job.consistency import Consistency
from engine.inference.job.estimate import PictureSpec, ResourceEstimate
from engine.inference.job.plan import PhotoPlan, PixelPlan, plan_pixels
from engine.inference.job.settings import UpscaleSettings
from engine.inference.job.target import OutputPlan
from engine.inference.job.upscale_photo import UpscaleReport


def pixel_plan(settings: UpscaleSettings, width_px: int, height_px: int) -> PixelPlan:
    """Return the plan for an 8-bit RGB picture of this size."""
    info = PhotoInfo(
        path=Path("picture.png"),
        format="png",
        width_px=width_px,
        height_px=height_px,
        channels=3,
        has_alpha=False,
        bit_depth=8,
        color_space="sRGB",
    )
    return plan_pixels(info, settings)


def bare_plan(photo: Path, settings: UpscaleSettings, output: Path) -> PhotoPlan:
    """Return a plan of a file that nothing is read from: one pixel that stays one pixel."""
    return PhotoPlan(
        photo=photo,
        stamp=file_stamp(photo),
        settings=settings,
        pixels=PixelPlan(
            picture=PictureSpec(width_px=1, height_px=1),
            size=OutputPlan(steps=(), width_px=1, height_px=1),
            networks=(),
        ),
        encode=EncodeOptions(format=OutputFormat.PNG),
        estimate=ResourceEstimate(
            width_px=1,
            height_px=1,
            memory_bytes=0,
            scratch_bytes=0,
            output_bytes=0,
            least_output_bytes=0,
            time_s=0.0,
            time_basis="estimate",
        ),
        output=output,
    )


def bare_report(plan: PhotoPlan, *notes: str) -> UpscaleReport:
    """Return the report of a result of `bare_plan`."""
    return UpscaleReport(
        source=plan.photo,
        destination=plan.output,
        source_width_px=1,
        source_height_px=1,
        width_px=1,
        height_px=1,
        size_bytes=0,
        passes=(),
        dial=None,
        uses=(),
        tile_px=None,
        upscale_s=0.0,
        total_s=0.0,
        consistency=Consistency(max_levels=0.0, mean_levels=0.0),
        notes=notes,
        peak_memory_bytes=0,
    )
