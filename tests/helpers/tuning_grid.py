"""A grid of trainings that nobody trained: its values follow from a formula."""

from __future__ import annotations

from pathlib import Path

from engine.config.search import FieldChoices, TuneRecipe, TuningSpace
from engine.config.search_file import dump_search
from engine.core.cancellation import CancelToken
from engine.runs.candidate_files import CandidateFiles, CandidateState, Measurement
from engine.runs.run_folder import RunFolder
from engine.search.tuning import TuningProblem, grid_points

_FIELDS = {
    "generator.channels": FieldChoices(low=1, high=6),
    "generator.blocks": FieldChoices(choices=(1, 2, 3)),
}


def grid_run(folder: Path, *, lacking: int = 0, state: CandidateState = "complete") -> Path:
    """Write a grid of 18 trainings whose value is best at 5 channels and 2 blocks.

    Args:
        folder: Where the run is made.
        lacking: How many of the last are not there.
        state: The state of the first.
    """
    recipe = TuneRecipe(
        name="grid",
        recipe={"type": "psnr", "name": "tiny"},
        space=TuningSpace(fields=_FIELDS, algorithm="grid", budget=18, pruning=None),
    )
    run = RunFolder.create_at(folder / "run", recipe_yaml=dump_search(recipe))
    problem = TuningProblem(recipe=recipe, folder=run, token=CancelToken())
    points = grid_points(recipe.space)
    for number, point in enumerate(points[: len(points) - lacking]):
        genes = problem.genes(point, None)
        value = 30.0 - (_number(point, "channels") - 5) ** 2
        value -= 0.3 * (_number(point, "blocks") - 2) ** 2
        is_whole = number > 0 or state == "complete"
        CandidateFiles(run.path).add(
            genes,
            Measurement(
                metrics={"psnr_y_db": value} if is_whole or state == "pruned" else {},
                state="complete" if is_whole else state,
            ),
        )
    return run.path


def _number(point: dict[str, object], name: str) -> float:
    return float(str(point[f"generator.{name}"]))
