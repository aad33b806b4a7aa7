from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.search.job import SearchJob, open_job
from engine.search.rank_report import RankingRequest, rank_networks, write_ranking
from engine.search.trained_alone import draw_networks
from tests.helpers.toy_search import save_photos, toy_recipe, toy_run


@pytest.fixture
def job(tmp_path: Path) -> SearchJob:
    recipe = toy_recipe(tmp_path)
    return open_job(toy_run(tmp_path, recipe).path, recipe)


def write_results(job: SearchJob, folder: Path) -> Path:
    """Draw six networks that are alone as good as with inherited weights, up to seed noise."""
    random = np.random.default_rng(0)
    lines = ["id,seed,psnr_y_db"]
    for candidate in draw_networks(folder, job.problem.field, 6):
        own = job.evaluator.measure(candidate).metrics["psnr_y_db"]
        lines += [f"{candidate.id},{seed},{own + 1e-6 * random.normal()}" for seed in (0, 1)]
    path = folder / "results.csv"
    path.write_text("\n".join(lines))
    return path


def test_results_that_agree_with_inherited_weights_give_a_perfect_rank(
    tmp_path: Path, job: SearchJob
) -> None:
    folder = tmp_path / "alone"
    request = RankingRequest(folder=folder, results=write_results(job, folder))

    ranking = rank_networks(job, request, token=CancelToken())

    [study] = ranking.studies.values()
    assert study.tau.value == 1.0
    assert study.ceiling is not None
    assert study.ceiling.value == 1.0
    assert study.regret_db.value == pytest.approx(0.0, abs=1e-9)
    assert ranking.cost == "gmacs"


def test_the_page_and_the_data_tell_the_same(tmp_path: Path, job: SearchJob) -> None:
    folder = tmp_path / "alone"
    request = RankingRequest(folder=folder, results=write_results(job, folder))
    ranking = rank_networks(job, request, token=CancelToken())

    page = write_ranking(ranking, tmp_path / "out")

    text = page.read_text()
    data = json.loads((tmp_path / "out" / "ranking.json").read_text())
    [rows] = data["networks"].values()
    assert len(rows) == 6
    assert all(row["id"] in text for row in rows)
    assert "tau of inherited weights | 1.00" in text
    assert (tmp_path / "out" / "ranking-0.png").stat().st_size > 1000


def test_a_benchmark_is_measured_beside_the_crops(tmp_path: Path, job: SearchJob) -> None:
    folder = tmp_path / "alone"
    benchmark = save_photos(tmp_path / "bench", count=2)
    request = RankingRequest(folder=folder, results=write_results(job, folder), benchmark=benchmark)

    ranking = rank_networks(job, request, token=CancelToken())

    crops, photos = ranking.networks.values()
    assert [one.alone_db for one in crops] == [one.alone_db for one in photos]
    assert [one.inherited_db for one in crops] != [one.inherited_db for one in photos]
    write_ranking(ranking, tmp_path / "out")
    assert (tmp_path / "out" / "ranking-1.png").is_file()


def test_too_few_networks_say_how_many_it_takes(tmp_path: Path, job: SearchJob) -> None:
    folder = tmp_path / "alone"
    [candidate] = draw_networks(folder, job.problem.field, 1)
    results = folder / "results.csv"
    results.write_text(f"id,seed,psnr_y_db\n{candidate.id},0,28\n")

    with pytest.raises(ConfigError, match="6 networks"):
        rank_networks(job, RankingRequest(folder=folder, results=results), token=CancelToken())


def test_results_of_an_unknown_network_are_refused(tmp_path: Path, job: SearchJob) -> None:
    folder = tmp_path / "alone"
    results = write_results(job, folder)
    results.write_text(f"{results.read_text()}\nother,0,28.0\n")

    with pytest.raises(ConfigError, match="no genes of other"):
        rank_networks(job, RankingRequest(folder=folder, results=results), token=CancelToken())
