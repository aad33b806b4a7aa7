"""Compares algorithms of tuning at equal evaluations: how early each comes close to the best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.config.search_file import load_tune
from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.errors import ConfigError
from engine.core.markdown_table import markdown_table
from engine.runs.candidate_files import CandidateFiles
from engine.search.charts import draw_best_so_far
from engine.search.tuning import best_curve

_ROUNDS = 2000
_LEVEL = 0.95
_COUNTS = 6  # columns of the table


@dataclass(frozen=True, slots=True, kw_only=True)
class BestSoFar:
    """The best value after each evaluation, by algorithm and seed.

    Attributes:
        metric: What was improved.
        is_maximized: Whether more of it is better.
        curves: For each algorithm the curve of each seed.
        optimum: The best value there is, if every combination is known.
    """

    metric: str
    is_maximized: bool
    curves: Mapping[str, Sequence[Sequence[float]]]
    optimum: float | None = None

    @property
    def evaluations(self) -> int:
        """The length of the longest curve."""
        return max(len(curve) for curves in self.curves.values() for curve in curves)

    def rows(self, algorithm: str) -> NDArray[np.float64]:
        """Return the curves of an algorithm; one that ended earlier keeps its last value.

        Shape:
            - result: ``(seeds, evaluations)``.
        """
        count = self.evaluations
        return np.array(
            [[*curve, *[curve[-1]] * (count - len(curve))] for curve in self.curves[algorithm]]
        )

    def interval(self, algorithm: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the ends of the 95 % bootstrap interval of the mean over seeds.

        Shape:
            - results: ``(evaluations,)``.
        """
        rows = self.rows(algorithm)
        random = np.random.default_rng(0)
        drawn = random.integers(len(rows), size=(_ROUNDS, len(rows)))
        means = rows[drawn].mean(axis=1)
        margin = (1 - _LEVEL) / 2
        low, high = np.quantile(means, [margin, 1 - margin], axis=0)
        return low, high

    def reached_after(self, algorithm: str, value: float) -> list[int | None]:
        """Return for each seed the evaluations until ``value`` was reached, None if it was not."""
        found: list[int | None] = []
        for curve in self.rows(algorithm):
            is_there = curve >= value if self.is_maximized else curve <= value
            found.append(int(np.argmax(is_there)) + 1 if is_there.any() else None)
        return found


def curves_of_runs(runs: Sequence[Path]) -> BestSoFar:
    """Read tuning runs of one space.

    Raises:
        ConfigError: If a run is no tuning run, has no trainings yet, or tunes something else.
    """
    recipes = [load_tune(run / "recipe.yaml") for run in runs]
    curves: dict[str, list[list[float]]] = {}
    for run, recipe in zip(runs, recipes, strict=True):
        same = (recipe.space.fields, recipe.space.metric, recipe.recipe)
        if same != (recipes[0].space.fields, recipes[0].space.metric, recipes[0].recipe):
            raise ConfigError(
                f"{runs[0]} and {run}: tune other fields, another metric or another recipe; only "
                "runs that do the same can be compared"
            )
        records = CandidateFiles(run).all()
        if not records:
            raise ConfigError(f"{run}: has no trainings yet")
        curves.setdefault(recipe.space.algorithm, []).append(best_curve(records, recipe.space))
    space = recipes[0].space
    return BestSoFar(metric=space.metric, is_maximized=space.is_maximized, curves=curves)


def write_tuning_comparison(best: BestSoFar, folder: Path, *, heading: str) -> Path:
    """Write a page with a picture into ``folder`` and return it.

    Raises:
        OutputError: If the folder cannot be written to.
    """
    make_folder(folder)
    bands = {name: best.interval(name) for name in best.curves}
    means = {name: best.rows(name).mean(axis=0).tolist() for name in best.curves}
    ends = {name: (low.tolist(), high.tolist()) for name, (low, high) in bands.items()}
    draw_best_so_far(folder / "tuning.png", means, ends, metric=best.metric)
    what = f"Best {best.metric} after equally many evaluations"
    lines = [
        f"# {heading}\n",
        f"{what}: mean over the seeds with its 95 % bootstrap interval.\n",
        markdown_table(*best_table(best)),
        *_reached_lines(best),
        "\n![Best value against evaluations](tuning.png)",
    ]
    path = folder / "tuning.md"
    write_bytes_atomic(path, ("\n".join(lines).rstrip() + "\n").encode())
    return path


def best_table(best: BestSoFar) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return header and rows: the best value by algorithm after some numbers of evaluations."""
    last = best.evaluations
    # Twice as many each time, as most is found early.
    counts = sorted({max(1, last >> shift) for shift in range(_COUNTS)})
    header = ("algorithm", "seeds", *(f"after {count}" for count in counts))
    rows = []
    for name, curves in best.curves.items():
        (low, high), mean = best.interval(name), best.rows(name).mean(axis=0)
        cells = [
            f"{mean[count - 1]:.4g}"
            if len(curves) == 1
            else f"{mean[count - 1]:.3f} ({low[count - 1]:.3f} to {high[count - 1]:.3f})"
            for count in counts
        ]
        rows.append((name, str(len(curves)), *cells))
    return header, rows


def reached_table(best: BestSoFar) -> tuple[tuple[str, ...], list[tuple[str, ...]]] | None:
    """Return header and rows: evaluations until the optimum or close to it; None without one."""
    if best.optimum is None:
        return None
    sign = -1 if best.is_maximized else 1
    aims = {"the optimum": best.optimum, "0.01 from it": best.optimum + sign * 0.01}
    header = ("algorithm", *(f"until {name}: median (quartiles)" for name in aims))
    rows = []
    for name in best.curves:
        cells = [_quartiles(best.reached_after(name, aim)) for aim in aims.values()]
        rows.append((name, *cells))
    return header, rows


def _reached_lines(best: BestSoFar) -> Iterator[str]:
    table = reached_table(best)
    if table is not None:
        yield f"\nEvaluations until the best of all combinations, {best.optimum:.4f}:\n"
        yield markdown_table(*table)


def _quartiles(counts: Sequence[int | None]) -> str:
    # A seed that never came there is later than all others.
    values = [np.inf if count is None else float(count) for count in counts]
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], method="nearest").tolist()
    texts = ["never" if np.isinf(value) else f"{value:.0f}" for value in (low, middle, high)]
    return texts[1] if len(values) == 1 else f"{texts[1]} ({texts[0]} to {texts[2]})"
