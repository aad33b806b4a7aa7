"""One page about a search: Markdown with a table and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.config.search import HIGHER_IS_BETTER, MetricName, SearchRecipe
from engine.config.search_file import load_search
from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.errors import ConfigError
from engine.core.markdown_table import markdown_table
from engine.runs.candidate_files import CandidateFiles, CandidateRecord
from engine.runs.measured_latency import read_measured
from engine.search.charts import TITLES, draw_front, draw_hypervolume, draw_latency
from engine.search.devices.predictor import label_of
from engine.search.front import front_of
from engine.search.hypervolume import FrontState, front_history
from engine.search.job import keep_profile, read_reference
from engine.search.objectives import Objectives

_DIGITS = {"psnr_y_db": 3, "lpips": 4, "params": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOutcome:
    """What a search found so far.

    Attributes:
        run: Its run folder.
        recipe: Its recipe.
        records: All candidates, in the order in which they were finished.
        objectives: What was improved.
        worst: The reference point of hypervolumes.
        crops_sha256: Hash of the crops that candidates were measured on.
        history: The front after each evaluation.
    """

    run: Path
    recipe: SearchRecipe
    records: list[CandidateRecord]
    objectives: Objectives
    worst: dict[str, float]
    crops_sha256: str
    history: list[FrontState]

    @classmethod
    def read(cls, run: Path) -> SearchOutcome:
        """Read a run.

        Raises:
            ConfigError: If it is not a search or has no candidates yet.
        """
        recipe = load_search(run / "recipe.yaml")
        records = [one for one in CandidateFiles(run).all() if one.measurement.state == "complete"]
        if not records:
            raise ConfigError(f"{run}: has no candidates yet")
        objectives, reference = Objectives.of(recipe), read_reference(run)
        history = list(front_history(records, objectives, reference.worst))
        return cls(
            run=run,
            recipe=recipe,
            records=records,
            objectives=objectives,
            worst=reference.worst,
            crops_sha256=reference.crops_sha256,
            history=history,
        )

    @property
    def members(self) -> tuple[CandidateRecord, ...]:
        """The front at the end."""
        return front_of(self.records, self.objectives)

    @property
    def reference(self) -> str:
        """The reference point in words."""
        return ", ".join(
            f"{name} {_digits(name, self.worst[name])}" for name in self.objectives.names
        )


def write_report(run: Path) -> Path:
    """Write the page and its pictures into the run's ``artifacts/report``, and return the page.

    Raises:
        ConfigError: If the run is not a search or has no candidates yet.
        OutputError: If the folder cannot be written to.
    """
    outcome = SearchOutcome.read(run)
    folder = run / "artifacts" / "report"
    make_folder(folder)
    page = "\n".join([*_page(outcome), *_pictures(outcome, folder)])
    path = folder / "report.md"
    write_bytes_atomic(path, f"{page.rstrip()}\n".encode())
    return path


def _page(outcome: SearchOutcome) -> Iterator[str]:
    recipe, last = outcome.recipe, outcome.history[-1]
    seconds = sum(record.measurement.seconds for record in outcome.records)
    yield f"# Search {recipe.name}\n"
    yield (
        f"{recipe.algorithm}, seed {recipe.seed}: {len(outcome.records)} candidates evaluated in "
        f"{seconds:.0f} s of evaluation, on {recipe.proxy.crops} crops of "
        f"{recipe.proxy.side_px}x{recipe.proxy.side_px} LR pixels. Costs are for an input of "
        f"{recipe.height_px}x{recipe.width_px}. {_origin(recipe)}\n"
    )
    if recipe.constraints:
        limits = ", ".join(f"{name} up to {limit:g}" for name, limit in recipe.constraints.items())
        yield f"Constraints: {limits}.\n"
    yield (
        f"The front has {len(last.members)} members; its hypervolume is {last.hypervolume:.4g} up "
        f"to the reference point {outcome.reference} (bicubic enlargement, largest network).\n"
    )
    names = [name for name in TITLES if name in outcome.records[0].measurement.metrics]
    rows = [
        (
            record.id,
            *(_digits(name, record.measurement.metrics[name]) for name in names),
            record.genes.text,
        )
        for record in outcome.members
    ]
    header = ("candidate", *(TITLES[name] for name in names), "sizes")
    yield markdown_table(header, rows, left=(header[0], header[-1]))


def _origin(recipe: SearchRecipe) -> str:
    """Return a sentence on where the weights come from."""
    if recipe.training is None:
        fitted = ", with the tail fitted again" if recipe.fits_tail else ""
        return f"Weights are inherited from the supernet{fitted}."
    steps = recipe.training.recipe.get("schedule", {}).get("steps", "?")
    seeds = ", ".join(map(str, recipe.training.seeds))
    return f"Each candidate is trained for {steps} steps; means over the seeds {seeds}."


def _pictures(outcome: SearchOutcome, folder: Path) -> Iterator[str]:
    axes = axes_of(outcome.objectives)
    if axes is not None:
        across, up = axes
        name: str = outcome.recipe.algorithm
        points = {name: [pair_of(record, across, up) for record in outcome.records]}
        fronts = {name: [pair_of(record, across, up) for record in outcome.members]}
        draw_front(folder / "front.png", points, fronts, across=across, up=up)
        yield "\n## Front\n\n![Candidates and front](front.png)"
    curve = [state.hypervolume for state in outcome.history]
    draw_hypervolume(
        folder / "hypervolume.png",
        {outcome.recipe.algorithm: [curve]},
        reference=outcome.reference,
    )
    yield "\n## Hypervolume\n\n![Hypervolume against evaluations](hypervolume.png)"
    profile = keep_profile(outcome.run, outcome.recipe)
    if profile is None:
        return
    measured = [
        (record.measurement.metrics["gmacs"], found.latency_ms)
        for record in outcome.records
        if (found := read_measured(outcome.run / "candidates" / record.id)) is not None
    ]
    predicted = [pair_of(record, "gmacs", "latency_ms") for record in outcome.records]
    draw_latency(folder / "latency.png", predicted, measured, label=label_of(profile))
    yield (
        f"\n## Latency\n\nDevice profile {profile.id}: {label_of(profile)}.\n\n"
        "![Latency against multiply-accumulates](latency.png)"
    )


def axes_of(objectives: Objectives) -> tuple[MetricName, MetricName] | None:
    """Return what a picture of the front shows across and up: cost and quality, if there are two.

    None is returned for a single objective.
    """
    if len(objectives.names) < 2:
        return None
    up, across = sorted(objectives.names[:2], key=lambda name: name not in HIGHER_IS_BETTER)
    return across, up


def pair_of(record: CandidateRecord, across: str, up: str) -> tuple[float, float]:
    """Return two metrics of a candidate."""
    metrics = record.measurement.metrics
    return metrics[across], metrics[up]


def _digits(name: str, value: float) -> str:
    return f"{value:,.{_DIGITS.get(name, 2)}f}"
