"""What the page says of a candidate: in rows, in a line, and to screen readers."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.search.gene_words import gene_lines
from app.search.metrics import LATENCY, METRICS, origin_text
from app.state.shown_names import shown
from engine.api import SearchCandidate, SearchState

translate = QCoreApplication.translate


RIVAL_LETTERS = "ABC"
"""What marks the pinned candidates in the chart, in their order."""


def short_name(candidate: SearchCandidate) -> str:
    """Return a name that fits on a label: trunk width and depth, and the start of the id."""
    sizes = candidate.record.genes.text.split(" ", 1)[0]
    return f"{shown(sizes)} \u00b7 {shown(candidate.id[:6])}"


def metric_rows(candidate: SearchCandidate, state: SearchState) -> list[tuple[str, str]]:
    """Return title and value of each metric that the candidate has."""
    rows = []
    for metric in METRICS.values():
        value = candidate.metric(metric.name)
        if value is None:
            continue
        title = metric.shown_title()
        if metric.name == LATENCY and state.device is not None:
            title = f"{title}, {origin_text(state.device)}"
        rows.append((title, metric.text(value)))
    return rows


def candidate_lines(candidate: SearchCandidate) -> list[str]:
    """Return the genes in words; the whole line of genes follows them."""
    return gene_lines(candidate.record.genes.genes)


def point_label(candidate: SearchCandidate, state: SearchState) -> str:
    """Return what a screen reader says of a point of the front, in one line."""
    place = translate("CandidateTexts", "on the front")
    values = [f"{title} {value}" for title, value in metric_rows(candidate, state)]
    words = candidate_lines(candidate)[:1]
    return "; ".join([short_name(candidate), place, *values, *words])
