"""A comparison trains each arm on each seed once, and goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.bench.method_comparison import ArmResult, Bench, finished_results, run_comparison
from engine.config.method_comparison import ArmPlan, ComparisonPlan
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.evaluation.picture_metrics import PictureMetrics
from tests.helpers.training import TINY, tiny_data, write_photos

TEACHER = {"generator": {"scale": 2, "channels": 6, "blocks": 2}, "random": True}


def plan(
    tmp_path: Path, arms: dict[str, ArmPlan], *, seeds: tuple[int, ...] = (0,)
) -> ComparisonPlan:
    recipe = {
        "data": msgspec.to_builtins(tiny_data(tmp_path)),
        "schedule": {"steps": 2},
        "generator": msgspec.to_builtins(TINY),
        "device": "cpu",
        "threads": 1,
    }
    return ComparisonPlan(recipe=recipe, arms=arms, seeds=seeds)


def bench(tmp_path: Path, reply: list[ArmResult] | None = None) -> Bench:
    reply = [] if reply is None else reply
    return Bench(
        folder=tmp_path / "runs",
        benchmarks=[write_photos(tmp_path / "bench", count=1)],
        metrics=PictureMetrics(),
        token=CancelToken(),
        report=reply.append,
    )


def test_every_arm_is_trained_on_every_seed_and_measured(tmp_path: Path) -> None:
    arms = {
        "alone": ArmPlan(),
        "distilled": ArmPlan(
            recipe={"type": "distill", "teacher": TEACHER, "weights": {"pixel": 1}},
            against="alone",
        ),
    }

    results = run_comparison(plan(tmp_path, arms, seeds=(0, 1)), bench(tmp_path))

    made = [(result.arm, result.seed) for result in results]
    assert made == [("alone", 0), ("distilled", 0), ("alone", 1), ("distilled", 1)]
    assert all(result.figures["bench"]["psnr_y_db"] > 5 for result in results)
    assert results[0].figures != results[2].figures


def test_what_is_finished_is_not_trained_again(tmp_path: Path) -> None:
    one = plan(tmp_path, {"alone": ArmPlan()})
    first = run_comparison(one, bench(tmp_path))
    events = tmp_path / "runs" / "alone-seed0" / "events.jsonl"
    before = events.read_bytes()
    more = msgspec.structs.replace(one, seeds=(0, 1))

    second = run_comparison(more, bench(tmp_path))

    assert events.read_bytes() == before
    assert second[0] == first[0]
    assert finished_results(more, tmp_path / "runs") == second


def test_a_stopped_comparison_keeps_what_is_finished(tmp_path: Path) -> None:
    arms = {"one": ArmPlan(), "two": ArmPlan(recipe={"schedule": {"learning_rate": 0.01}})}
    both = plan(tmp_path, arms)
    place = bench(tmp_path)
    stopping = Bench(
        folder=place.folder,
        benchmarks=place.benchmarks,
        metrics=place.metrics,
        token=place.token,
        report=lambda result: place.token.cancel(),
    )

    with pytest.raises(JobCancelled):
        run_comparison(both, stopping)

    assert [result.arm for result in finished_results(both, place.folder)] == ["one"]
    assert len(run_comparison(both, bench(tmp_path))) == 2


def test_arms_start_from_and_are_sized_like_and_cut_out_of_others(tmp_path: Path) -> None:
    arms = {
        "alone": ArmPlan(),
        "further": ArmPlan(start="alone"),
        "slim": ArmPlan(
            recipe={
                "type": "slim",
                "teacher": TEACHER,
                "sparsity": 1.0,
                "gate_learning_rate": 0.7,
                "weights": {"output": 20.0},
                "adversarial_weight": 0.0,
            }
        ),
        "as-slim": ArmPlan(sizes_of="slim"),
        "supernet": ArmPlan(
            recipe={
                "type": "supernet",
                "teacher": TEACHER,
                "space": {"channels": [2, 4], "blocks": [1], "inner": []},
                "discriminator": {"channels": 2, "layers": 1},
            }
        ),
        "slice": ArmPlan(cut_from="supernet", subnet={"channels": 2}),
    }

    results = {r.arm: r for r in run_comparison(plan(tmp_path, arms), bench(tmp_path))}

    assert results["as-slim"].sizes["inner"] == results["slim"].sizes["inner"]
    assert results["as-slim"].params == results["slim"].params < results["alone"].params
    assert (results["slice"].steps, results["slice"].sizes["channels"]) == (0, 2)
    recipe = (tmp_path / "runs" / "further-seed0" / "recipe.yaml").read_text()
    assert "alone-seed0/checkpoints/step-2/averaged.safetensors" in recipe


def test_a_result_of_an_earlier_version_has_the_current_names_of_its_figures(
    tmp_path: Path,
) -> None:
    one = plan(tmp_path, {"alone": ArmPlan()})
    [result] = run_comparison(one, bench(tmp_path))
    old = msgspec.structs.replace(result, figures={"set5": {"consistency_codes": 1.5}})
    place = tmp_path / "runs" / "alone-seed0" / "result.json"
    place.write_bytes(msgspec.json.encode(old))

    [read] = finished_results(one, tmp_path / "runs")

    assert read.figures == {"set5": {"consistency_levels": 1.5}}


def test_a_folder_of_another_recipe_is_refused(tmp_path: Path) -> None:
    one = plan(tmp_path, {"alone": ArmPlan()})
    run_comparison(one, bench(tmp_path))
    (tmp_path / "runs" / "alone-seed0" / "result.json").unlink()
    other = msgspec.structs.replace(one, arms={"alone": ArmPlan(recipe={"clip_norm": 2.0})})

    with pytest.raises(ConfigError, match="another recipe"):
        run_comparison(other, bench(tmp_path))
