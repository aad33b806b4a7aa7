from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.config.recipes import PsnrRecipe
from engine.config.search import FieldChoices, PruningRecipe, TuneRecipe, TuningSpace
from engine.config.search_file import dump_search
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.runs.candidate_files import CandidateFiles
from engine.runs.events import Event, FrontChanged
from engine.runs.run_folder import RunFolder
from engine.runs.summary import read_summary
from engine.search.tuning import best_curve, best_of, grid_points, run_tuning
from tests.helpers.toy_search import save_photos

FIELDS = {
    "generator.channels": FieldChoices(choices=(4, 8)),
    "schedule.learning_rate": FieldChoices(low=1e-4, high=1e-2, log=True),
}


def tune_recipe(folder: Path, **space: object) -> TuneRecipe:
    tree = {
        "type": "psnr",
        "name": "tiny",
        "data": {
            "folder": str(save_photos(folder / "photos", count=12)),
            "cache_folder": str(folder / "cache"),
            "patch_px": 8,
            "batch_size": 2,
        },
        "schedule": {"steps": 4},
        "generator": {"scale": 2, "channels": 8, "blocks": 1},
        "validate_every": 2,
        "sample_photos": 0,
        "threads": 1,
        "device": "cpu",
    }
    msgspec.convert(tree, PsnrRecipe)
    given = {"fields": FIELDS, "budget": 3, "pruning": None, **space}
    tuned = msgspec.convert(msgspec.to_builtins(given), TuningSpace)
    return TuneRecipe(name="tune", recipe=tree, space=tuned)


def tune(folder: Path, recipe: TuneRecipe) -> tuple[RunFolder, list[Event]]:
    run = RunFolder.create_at(folder / "run", recipe_yaml=dump_search(recipe))
    events: list[Event] = []
    run_tuning(recipe, run, token=CancelToken(), report=events.append)
    return run, events


@pytest.mark.parametrize("algorithm", ["tpe", "gp", "random"])
def test_every_algorithm_trains_its_budget(tmp_path: Path, algorithm: str) -> None:
    recipe = tune_recipe(tmp_path, algorithm=algorithm)

    run, events = tune(tmp_path, recipe)

    records = CandidateFiles(run.path).all()
    assert len(records) == 3
    best = best_of(records, recipe.space)
    assert best is not None
    [last] = [event for event in events if isinstance(event, FrontChanged)][-1:]
    assert last.ids == (best.id,)
    assert best_curve(records, recipe.space)[-1] == best.measurement.metrics["psnr_y_db"]
    assert read_summary(run).state == "finished"
    # Each training is a run of its own with the values of its candidate.
    for record in records:
        recipe_yaml = (run.path / "trials" / record.id / "recipe.yaml").read_text()
        assert f"channels: {record.genes.genes['generator.channels']}" in recipe_yaml


def test_a_grid_trains_every_combination_once(tmp_path: Path) -> None:
    fields = {
        "generator.channels": FieldChoices(choices=(4, 8)),
        "generator.blocks": FieldChoices(low=1, high=2),
    }
    recipe = tune_recipe(tmp_path, fields=fields, algorithm="grid", budget=10)

    run, _ = tune(tmp_path, recipe)

    trained = [dict(record.genes.genes) for record in CandidateFiles(run.path).all()]
    assert sorted(map(str, trained)) == sorted(map(str, grid_points(recipe.space)))
    assert len(trained) == 4


def test_a_training_behind_the_median_is_stopped_early(tmp_path: Path) -> None:
    fields = {"schedule.learning_rate": FieldChoices(choices=(1e-3, 1e-9, 1e-8, 1e-7))}
    recipe = tune_recipe(
        tmp_path,
        fields=fields,
        algorithm="grid",
        budget=4,
        pruning=PruningRecipe(warmup_trials=1),
    )

    run, _ = tune(tmp_path, recipe)

    records = CandidateFiles(run.path).all()
    pruned = [record for record in records if record.measurement.state == "pruned"]
    assert pruned
    assert all(max(record.measurement.curve) == 2 for record in pruned)
    best = best_of(records, recipe.space)
    assert best is not None
    assert best.measurement.state == "complete"


def test_a_stopped_tuning_trains_the_rest(tmp_path: Path) -> None:
    recipe = tune_recipe(tmp_path, algorithm="random")
    run = RunFolder.create_at(tmp_path / "run", recipe_yaml=dump_search(recipe))
    token = CancelToken()

    def stop_after_two(event: Event) -> None:
        if len(CandidateFiles(run.path).all()) == 2:
            token.cancel()

    with pytest.raises(JobCancelled):
        run_tuning(recipe, run, token=token, report=stop_after_two)
    before = [record.id for record in CandidateFiles(run.path).all()]

    run_tuning(recipe, run, token=CancelToken(), report=lambda _: None)

    after = [record.id for record in CandidateFiles(run.path).all()]
    assert len(before) == 2
    assert after[:2] == before
    assert len(after) == 3


def test_a_field_that_does_not_exist_is_named(tmp_path: Path) -> None:
    recipe = tune_recipe(tmp_path, fields={"generator.chanels": FieldChoices(choices=(4, 8))})

    with pytest.raises(ConfigError, match=r"generator\.chanels"):
        tune(tmp_path, recipe)


def test_a_training_that_never_validates_is_refused(tmp_path: Path) -> None:
    recipe = tune_recipe(tmp_path, fields={"validate_every": FieldChoices(choices=(100,))})

    with pytest.raises(ConfigError, match="never measures psnr_y_db"):
        tune(tmp_path, recipe)


def test_values_that_cannot_be_trained_are_kept_as_failed(tmp_path: Path) -> None:
    fields = {"generator.family": FieldChoices(choices=("mfanet", "no-such-family"))}
    recipe = tune_recipe(tmp_path, fields=fields, algorithm="grid", budget=2)

    run, _ = tune(tmp_path, recipe)

    states = {
        record.genes.text: record.measurement.state for record in CandidateFiles(run.path).all()
    }
    assert states == {
        "generator.family=mfanet": "complete",
        "generator.family=no-such-family": "failed",
    }
