"""Measures networks with inherited weights and trained alone, and writes how far the ranks agree.

artifacts/ranking/ranking.md      tables, with a picture
                  ranking.json    every network and statistic, as data
                  ranking-*.png
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError
from engine.core.markdown_table import markdown_table
from engine.data.downsampling import downsample_bicubic
from engine.data.photo_pair import PhotoPair
from engine.models.generators.base import Generator
from engine.search.charts import TITLES, draw_ranks
from engine.search.devices.predictor import label_of
from engine.search.devices.profile_files import find_profile
from engine.search.job import SearchJob, require_supernet
from engine.search.objectives import CostModel
from engine.search.rank_study import Estimate, RankedNetwork, RankStudy, study_ranks
from engine.search.trained_alone import (
    TrainingResult,
    common_seeds,
    complete_seeds,
    measure_all,
    read_genes,
    read_results,
)
from engine.space.candidate import Candidate
from engine.training.validation import ValidationSet

_CROPS = "the crops of the search"

Quality = Callable[[Generator], float]


class Ranking(Struct, frozen=True, kw_only=True):
    """Content of ``ranking.json``.

    Attributes:
        quality: The pictures on which networks that were trained alone are measured.
        cost: What bands are made of: ``latency_ms`` or ``gmacs``.
        device: The device of the latency, and where it comes from; None without one.
        seeds: Seeds of the trainings.
        left_out: Trainings with seeds that not all networks have.
        studies: The statistics by the pictures on which inherited weights are measured.
        networks: What they are of, in the same way.
    """

    quality: str
    cost: str
    device: str | None
    seeds: tuple[int, ...]
    left_out: int
    studies: dict[str, RankStudy]
    networks: dict[str, tuple[RankedNetwork, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingRequest:
    """What is compared.

    Attributes:
        folder: Folder of the networks; see `engine.search.trained_alone`.
        results: What their trainings came to, instead of measuring weights.
        benchmark: HR photos to measure on instead of the crops of the search.
        profile: Device of the bands, instead of that of the search.
    """

    folder: Path
    results: Path | None = None
    benchmark: Path | None = None
    profile: str | None = None


def rank_networks(
    job: SearchJob,
    request: RankingRequest,
    *,
    token: CancelToken,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Ranking:
    """Measure the networks of a folder and compare their ranks.

    Raises:
        ConfigError: If genes or weights are missing or do not fit, or there are too few.
        JobCancelled: If the token was cancelled.
    """
    space = require_supernet(job).space
    networks = read_genes(request.folder, space, job.run)
    qualities = _qualities(job, request)
    where, quality = list(qualities.items())[-1]
    if request.results is not None:
        results = read_results(request.results)
        where = f"what {request.results.name} was measured on"
    else:
        results = measure_all(
            request.folder, networks, space, quality, token=token, progress=progress
        )
    unknown = [one.id for one in results if one.id not in networks]
    if unknown:
        raise ConfigError(f"{request.folder}: there are no genes of {unknown[0]}")
    costs = _costs(job, request)
    alone = complete_seeds(results)
    ranked: dict[str, tuple[RankedNetwork, ...]] = {}
    for pictures, measure in qualities.items():
        rows = []
        for name, values in alone.items():
            token.check()
            rows.append(_ranked(job, networks[name], values, costs, measure))
        ranked[pictures] = tuple(rows)
    return _ranking(ranked, results, where=where, costs=costs, folder=request.folder)


def write_ranking(ranking: Ranking, folder: Path) -> Path:
    """Write the page, its pictures and the data into ``folder``, and return the page.

    Raises:
        OutputError: If the folder cannot be written to.
    """
    make_folder(folder)
    content = msgspec.json.format(msgspec.json.encode(ranking), indent=1)
    write_bytes_atomic(folder / "ranking.json", content + b"\n")
    page = "\n".join([*_page(ranking), *_pictures(ranking, folder)])
    path = folder / "ranking.md"
    write_bytes_atomic(path, f"{page.rstrip()}\n".encode())
    return path


def statistics_rows(study: RankStudy) -> Iterator[tuple[str, str, str]]:
    """Yield name, value and 95 % interval of each statistic over all networks."""
    named: list[tuple[str, Estimate | None]] = [
        ("tau of inherited weights", study.tau),
        ("tau of MACs alone", study.tau_macs),
        ("tau of inherited weights, less that of MACs", study.gain),
        ("tau of inherited weights, against a single training", study.tau_of_one_training),
        ("ceiling: tau between trainings with two seeds", study.ceiling),
    ]
    for name, one in named:
        if one is not None:
            yield (name, f"{one.value:.2f}", f"{one.low:.2f} to {one.high:.2f}")
    if study.seed_deviation_db is not None:
        yield ("deviation between seeds, dB", f"{study.seed_deviation_db:.4f}", "")
    for name, one in (
        ("regret of the inherited winner, dB", study.regret_db),
        ("the same under a limit of cost, mean", study.regret_under_limits_db),
    ):
        yield (name, f"{one.value:.4f}", f"{one.low:.4f} to {one.high:.4f}")
    worst = study.largest_regret_under_a_limit_db
    yield ("the same under a limit of cost, largest", f"{worst:.4f}", "")


def band_rows(study: RankStudy) -> Iterator[tuple[str, ...]]:
    """Yield costs, number of networks, taus and regret of each band."""
    for band in study.bands:
        yield (
            f"{band.least_cost:.3g} to {band.most_cost:.3g}",
            str(band.networks),
            _short(band.tau),
            _short(band.tau_macs),
            f"{band.regret_db:.4f}",
        )


BAND_COLUMNS = ("networks", "tau of inherited weights", "tau of MACs", "regret, dB")
"""Titles of the columns of `band_rows` behind the cost."""


def _qualities(job: SearchJob, request: RankingRequest) -> dict[str, Quality]:
    """Return how quality is measured, by pictures: the last is that of trained networks."""
    found: dict[str, Quality] = {_CROPS: job.evaluator.quality.crops.psnr_y_db}
    if request.benchmark is not None:
        scale = job.evaluator.scale
        photos = ValidationSet.open(
            request.benchmark,
            scale=scale,
            make_pair=lambda hr, _: PhotoPair(hr=hr, lr=downsample_bicubic(hr, scale)),
        )
        found[request.benchmark.name] = photos.psnr_y_db
    return found


def _costs(job: SearchJob, request: RankingRequest) -> CostModel:
    costs = job.evaluator.costs
    if request.profile is None:
        return costs
    return CostModel(
        space=costs.space,
        height_px=costs.height_px,
        width_px=costs.width_px,
        profile=find_profile(request.profile),
    )


def _ranked(
    job: SearchJob,
    candidate: Candidate,
    alone_db: tuple[float, ...],
    costs: CostModel,
    quality: Quality,
) -> RankedNetwork:
    metrics = costs.measure(candidate, ("gmacs", "latency_ms"))
    return RankedNetwork(
        id=candidate.id,
        text=job.evaluator.space.describe(candidate),
        gmacs=metrics["gmacs"],
        cost=metrics.get("latency_ms", metrics["gmacs"]),
        inherited_db=quality(job.evaluator.network(candidate)),
        alone_db=alone_db,
    )


def _ranking(
    ranked: Mapping[str, tuple[RankedNetwork, ...]],
    results: Sequence[TrainingResult],
    *,
    where: str,
    costs: CostModel,
    folder: Path,
) -> Ranking:
    try:
        studies = {pictures: study_ranks(rows) for pictures, rows in ranked.items()}
    except ValueError as error:
        raise ConfigError(f"{folder}: {error}; train more networks") from error
    seeds, profile = common_seeds(results), costs.profile
    return Ranking(
        quality=where,
        cost="gmacs" if profile is None else "latency_ms",
        device=None if profile is None else f"{profile.id}, {label_of(profile)}",
        seeds=seeds,
        left_out=sum(one.seed not in seeds for one in results),
        studies=studies,
        networks=dict(ranked),
    )


def _page(ranking: Ranking) -> Iterator[str]:
    first = next(iter(ranking.studies.values()))
    yield "# Ranking by inherited weights, against networks trained alone\n"
    seeds = ", ".join(map(str, ranking.seeds))
    yield (
        f"{first.networks} networks, each trained alone with the seeds {seeds} and measured on "
        f"{ranking.quality}. Kendall's tau-b with 95 % bootstrap intervals over the networks.\n"
    )
    if ranking.left_out:
        yield f"{ranking.left_out} trainings have seeds that not all networks have.\n"
    device = f" ({ranking.device})" if ranking.device else ""
    for pictures, study in ranking.studies.items():
        yield f"## Inherited weights measured on {pictures}\n"
        yield markdown_table(("", "value", "95 % interval"), list(statistics_rows(study)))
        yield f"\nThirds of the networks by {TITLES[ranking.cost]}{device}:\n"
        yield markdown_table((TITLES[ranking.cost], *BAND_COLUMNS), list(band_rows(study)))
    yield "## Networks\n"
    yield _networks_table(ranking)


def _networks_table(ranking: Ranking) -> str:
    columns = list(ranking.networks.values())
    rows = [
        (
            same[0].id,
            f"{same[0].gmacs:.2f}",
            *((f"{same[0].cost:.2f}",) if ranking.device else ()),
            *(f"{one.inherited_db:.3f}" for one in same),
            *(f"{value:.3f}" for value in same[0].alone_db),
            same[0].text,
        )
        for same in sorted(zip(*columns, strict=True), key=lambda same: same[0].cost)
    ]
    header = (
        "network",
        "GMAC",
        *((TITLES[ranking.cost],) if ranking.device else ()),
        *(f"inherited, {pictures}, dB" for pictures in ranking.networks),
        *(f"alone, seed {seed}, dB" for seed in ranking.seeds),
        "sizes",
    )
    return markdown_table(header, rows, left=(header[0], header[-1]))


def _pictures(ranking: Ranking, folder: Path) -> Iterator[str]:
    for number, (pictures, rows) in enumerate(ranking.networks.items()):
        name = f"ranking-{number}.png"
        draw_ranks(folder / name, rows, pictures=pictures, cost=TITLES[ranking.cost])
        yield f"\n![Quality alone against inherited quality on {pictures}]({name})"


def _short(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({estimate.low:.2f} to {estimate.high:.2f})"
