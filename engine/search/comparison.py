"""One page about several searches of one supernet: which algorithm found more with as much work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean

from engine.core.atomic_file import make_folder, write_bytes_atomic
from engine.core.errors import ConfigError
from engine.core.markdown_table import markdown_table
from engine.search.charts import draw_front, draw_hypervolume
from engine.search.report import SearchOutcome, axes_of, pair_of


def write_comparison(runs: Sequence[Path], folder: Path) -> Path:
    """Write a page with pictures into ``folder`` and return it.

    Args:
        runs: Run folders of searches with the same objectives and crops.
        folder: Where the page goes.

    Raises:
        ConfigError: If a run is not a search, has no candidates, or cannot be compared.
        OutputError: If the folder cannot be written to.
    """
    outcomes = [SearchOutcome.read(run) for run in runs]
    for other in outcomes[1:]:
        _require_comparable(outcomes[0], other)
    make_folder(folder)
    page = "\n".join([*_tables(outcomes), *_pictures(outcomes, folder)])
    path = folder / "comparison.md"
    write_bytes_atomic(path, f"{page.rstrip()}\n".encode())
    return path


def hypervolume_after(outcome: SearchOutcome, evaluations: int) -> float:
    """Return the hypervolume after so many evaluations; after the last one if there were fewer."""
    return outcome.history[min(evaluations, len(outcome.history)) - 1].hypervolume


def _require_comparable(one: SearchOutcome, other: SearchOutcome) -> None:
    if (one.objectives, one.crops_sha256) != (other.objectives, other.crops_sha256):
        raise ConfigError(
            f"{one.run} and {other.run}: have other objectives, constraints or photos; only "
            "searches that measure the same can be compared"
        )
    names = one.objectives.names
    if [one.worst[name] for name in names] != [other.worst[name] for name in names]:
        raise ConfigError(
            f"{one.run} and {other.run}: have other reference points; only searches of one space "
            "for one device can be compared"
        )


def _tables(outcomes: Sequence[SearchOutcome]) -> Iterator[str]:
    most = max(len(outcome.records) for outcome in outcomes)
    counts = sorted({max(1, most // 4), max(1, most // 2), most})
    yield "# Searches compared\n"
    yield (
        f"Hypervolume after equally many evaluations, up to the reference point "
        f"{outcomes[0].reference}. A search that ended earlier keeps its last value.\n"
    )
    rows = [
        (
            outcome.recipe.algorithm,
            str(outcome.recipe.seed),
            str(len(outcome.records)),
            *(f"{hypervolume_after(outcome, count):.3f}" for count in counts),
            str(len(outcome.members)),
        )
        for outcome in sorted(outcomes, key=lambda one: (one.recipe.algorithm, one.recipe.seed))
    ]
    header = ("algorithm", "seed", "evaluated", *(f"after {count}" for count in counts), "front")
    yield markdown_table(header, rows)
    yield "\nMeans over the seeds, with the smallest and the largest:\n"
    means = []
    for name, group in _by_algorithm(outcomes).items():
        cells = []
        for count in counts:
            values = [hypervolume_after(outcome, count) for outcome in group]
            cells.append(f"{mean(values):.3f} ({min(values):.3f} to {max(values):.3f})")
        means.append((name, str(len(group)), *cells))
    yield markdown_table(("algorithm", "seeds", *(f"after {count}" for count in counts)), means)


def _pictures(outcomes: Sequence[SearchOutcome], folder: Path) -> Iterator[str]:
    groups = _by_algorithm(outcomes)
    curves = {
        name: [[state.hypervolume for state in outcome.history] for outcome in group]
        for name, group in groups.items()
    }
    draw_hypervolume(folder / "hypervolume.png", curves, reference=outcomes[0].reference)
    yield "\n![Hypervolume against evaluations](hypervolume.png)"
    found = axes_of(outcomes[0].objectives)
    if found is None:
        return
    across, up = found
    # The first seed of each: all in one picture would hide each other.
    firsts = {name: group[0] for name, group in groups.items()}
    points = {name: [pair_of(one, across, up) for one in o.records] for name, o in firsts.items()}
    fronts = {name: [pair_of(one, across, up) for one in o.members] for name, o in firsts.items()}
    draw_front(folder / "front.png", points, fronts, across=across, up=up)
    yield "\n![Candidates and fronts of the first seed](front.png)"


def _by_algorithm(outcomes: Sequence[SearchOutcome]) -> dict[str, list[SearchOutcome]]:
    groups: dict[str, list[SearchOutcome]] = {}
    for outcome in sorted(outcomes, key=lambda one: (one.recipe.algorithm, one.recipe.seed)):
        groups.setdefault(outcome.recipe.algorithm, []).append(outcome)
    return groups
