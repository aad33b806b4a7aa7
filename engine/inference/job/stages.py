"""Divides a job into stages, for a progress that runs evenly from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass

from engine.inference.job.progress import Stage
from engine.inference.job.target import OutputPlan

# Microseconds per pixel, about, with the smallest network on two cores; only their ratios
# matter. A pixel that goes into a network costs about a hundred times a resized one.
_NETWORK_UNITS = 7.0
_RESIZE_UNITS = 0.06
_CHECK_UNITS = 0.04
_SAVE_UNITS = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStages:
    """The stages of one photo, in order; their shares add up to 1.

    Attributes:
        steps: One for each step towards the size.
        check: Comparison of the downscaled result with the photo.
        save: Encoding.
    """

    steps: tuple[Stage, ...]
    check: Stage
    save: Stage


def plan_stages(photo_pixels: int, size: OutputPlan) -> JobStages:
    """Return the stages of a job.

    Args:
        photo_pixels: Pixels of the photo.
        size: How the result reaches its size.
    """
    result_pixels = size.width_px * size.height_px
    units: list[tuple[str, float]] = []
    before = photo_pixels
    for step in size.work:
        after = step.width_px * step.height_px
        if step.scale is None:
            units.append(("resize", after * _RESIZE_UNITS))
        else:
            units.append(("upscale", before * _NETWORK_UNITS))
        before = after
    units += [("check", result_pixels * _CHECK_UNITS), ("save", result_pixels * _SAVE_UNITS)]
    total = sum(amount for _, amount in units)
    stages, start = [], 0.0
    for name, amount in units:
        stages.append(Stage(name=name, start=start, share=amount / total))
        start += amount / total
    *steps, check, save = stages
    return JobStages(steps=tuple(steps), check=check, save=save)
