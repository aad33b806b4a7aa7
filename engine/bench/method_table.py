"""Means, standard deviations and differences of a comparison of methods."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from msgspec import Struct

from engine.bench.method_comparison import ArmResult
from engine.config.method_comparison import ComparisonPlan
from engine.core.markdown_table import markdown_table

_DIGITS = {"lpips": 4, "ssim_y": 4}
_SHOWN = ("psnr_y_db", "lpips")


class Spread(Struct, frozen=True, kw_only=True):
    """A metric over several seeds.

    Attributes:
        mean: Mean over the seeds.
        spread: Standard deviation over the seeds; 0 for one seed.
        seeds: Number of seeds.
    """

    mean: float
    spread: float
    seeds: int


class ArmSummary(Struct, frozen=True, kw_only=True):
    """One arm over all its seeds.

    Attributes:
        arm: Name of the arm.
        seeds: Number of finished seeds.
        params: Parameters, mean over the seeds.
        steps: Training steps.
        train_s: CPU time of one training in seconds, mean over the seeds.
        figures: Metrics by folder and name.
        against: The arm that it is compared with.
        differences: Differences from that arm by folder and name, taken between networks
            with the same seed.
    """

    arm: str
    seeds: int
    params: int
    steps: int
    train_s: float
    figures: dict[str, dict[str, Spread]]
    against: str | None
    differences: dict[str, dict[str, Spread]]


def summarize_arms(plan: ComparisonPlan, results: Sequence[ArmResult]) -> list[ArmSummary]:
    """Return the means and spreads of each arm, and its differences from the arm it names."""
    arms = {name: [r for r in results if r.arm == name] for name in plan.arms}
    summaries = []
    for name, own in arms.items():
        if not own:
            continue
        against = plan.arms[name].against
        others = {result.seed: result for result in arms[against]} if against else {}
        pairs = [(result, others[result.seed]) for result in own if result.seed in others]
        summaries.append(
            ArmSummary(
                arm=name,
                seeds=len(own),
                params=round(fmean(result.params for result in own)),
                steps=own[0].steps,
                train_s=round(fmean(result.train_s for result in own), 1),
                figures=_collect([result.figures for result in own]),
                against=against,
                differences=_collect([_minus(one, other) for one, other in pairs]),
            )
        )
    return summaries


def comparison_markdown(summaries: Sequence[ArmSummary]) -> str:
    """Return a Markdown table of Y-PSNR and, where it was measured, LPIPS.

    A difference is bold where it is a gain larger than twice its standard error.
    """
    shown = [
        (place, figure)
        for place, figures in (summaries[0].figures.items() if summaries else ())
        for figure in _SHOWN
        if figure in figures
    ]
    header = ["arm", "seeds", "params", "steps", "train s"]
    for place, figure in shown:
        header += [f"{place} {figure}", "± vs"]
    return markdown_table(header, [_row(summary, shown) for summary in summaries])


def _row(summary: ArmSummary, shown: Sequence[tuple[str, str]]) -> list[str]:
    counts = (summary.seeds, summary.params, summary.steps, round(summary.train_s))
    cells = [summary.arm, *(str(count) for count in counts)]
    for place, figure in shown:
        cells.append(_text(summary.figures[place][figure], figure))
        difference = summary.differences.get(place, {}).get(figure)
        cells.append(_difference(difference, figure, summary.against))
    return cells


def _difference(spread: Spread | None, figure: str, against: str | None) -> str:
    if spread is None:
        return ""
    text = f"{_text(spread, figure, sign='+')} vs {against}"
    # A lower LPIPS is better.
    gain = -spread.mean if figure == "lpips" else spread.mean
    # Twice the standard error of the mean: about 95 % sure, were there many seeds.
    is_sure = spread.seeds > 1 and gain > 2 * spread.spread / math.sqrt(spread.seeds)
    return f"**{text}**" if is_sure else text


def _text(spread: Spread, figure: str, sign: str = "") -> str:
    digits = _DIGITS.get(figure, 3)
    return f"{spread.mean:{sign}.{digits}f} ± {spread.spread:.{digits}f}"


def _minus(one: ArmResult, other: ArmResult) -> dict[str, dict[str, float]]:
    return {
        place: {name: value - other.figures[place][name] for name, value in figures.items()}
        for place, figures in one.figures.items()
    }


def _collect(rows: Sequence[dict[str, dict[str, float]]]) -> dict[str, dict[str, Spread]]:
    return {
        place: {name: _spread([row[place][name] for row in rows]) for name in figures}
        for place, figures in (rows[0].items() if rows else ())
    }


def _spread(values: Sequence[float]) -> Spread:
    deviation = stdev(values) if len(values) > 1 else 0.0
    return Spread(mean=fmean(values), spread=deviation, seeds=len(values))
