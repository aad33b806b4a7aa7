"""What can be exported: the models of the catalog, and runs that are finished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.services.model_names import model_name
from app.state.shown_names import shown
from engine.api import ModelCard, RunSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A model or a run.

    Attributes:
        word: What the command calls it: an id, or the path of a run.
        title: What users read.
        is_run: Whether it is a run.
        has_restoration: Whether restoration can be chosen.
        has_fidelity: Whether fidelity can be chosen.
        fidelity: Fidelity unless another is chosen.
    """

    word: str
    title: str
    is_run: bool = False
    has_restoration: bool = False
    has_fidelity: bool = False
    fidelity: float = 0.15

    @property
    def stem(self) -> str:
        """Begin of the name of its bundle."""
        return Path(self.word).name


def model_source(card: ModelCard) -> Source:
    """Return the source of a model."""
    return Source(
        word=card.id,
        title=f"{model_name(card)} ({shown(card.id)})",
        has_restoration=card.has_restoration,
        has_fidelity=card.has_fidelity,
        fidelity=card.dial.default_fidelity if card.dial else 0.15,
    )


def run_source(path: Path) -> Source:
    """Return the source of a run."""
    return Source(word=str(path), title=shown(path.name), is_run=True)


def all_sources(cards: Sequence[ModelCard], runs: Iterable[RunSummary]) -> tuple[Source, ...]:
    """Return models, then finished trainings, the newest first."""
    # A search has no network of its own.
    done = [run for run in runs if run.state == "finished" and run.kind not in {"search", "tuning"}]
    done.sort(key=lambda run: run.started_s or 0.0, reverse=True)
    return (*map(model_source, cards), *(run_source(Path(run.path)) for run in done))
