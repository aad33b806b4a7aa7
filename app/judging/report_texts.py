"""What a report says, in words of the app's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from engine.api import JudgingReport, PairVerdict, RankedNetwork

_METRICS = {"lpips": "LPIPS", "psnr_y_db": "PSNR"}


def share_text(ranked: RankedNetwork) -> str:
    """Return how often a network is preferred, with its interval."""
    pattern = QCoreApplication.translate("BlindTest", "{share} %  ({low} to {high} %)")
    text = pattern.format(
        share=_percent(ranked.share),
        low=_percent(ranked.share_low),
        high=_percent(ranked.share_high),
    )
    return isolated(text)


def isolated(text: str) -> str:
    """Return ``text`` so that it is read by its own letters in a mirrored table.

    Numbers before a word of the other direction would change places.
    """
    return f"\u2068{text}\u2069"


def basis_text(report: JudgingReport) -> str:
    """Return what the ranking rests on."""
    text = QCoreApplication.translate(
        "BlindTest",
        "{answers} answers on {photos} photos. The lines are 95 % intervals: how often a model "
        "would be preferred to the others, a tie as one half.",
    ).format(answers=QLocale().toString(report.answers), photos=report.photos)
    if report.is_general:
        return text
    few = QCoreApplication.translate(
        "BlindTest", "With one or two photos they are about these photos alone."
    )
    return f"{text} {few}"


def undecided_texts(report: JudgingReport) -> list[str]:
    """Return a sentence for each pair of neighbors that cannot be told apart yet."""
    labels = {one.network.id: shown(one.network.label) for one in report.ranking}
    return [_undecided(pair, labels) for pair in report.undecided]


def decided_text(report: JudgingReport) -> str:
    """Return what is sure about the first place, empty if nothing is."""
    best = report.ranking[0].network
    beaten = [p for p in report.pairs if p.better == best.id and p.is_told_apart]
    if len(beaten) < len(report.ranking) - 1:
        return ""
    pattern = QCoreApplication.translate("BlindTest", "{model} looks better than all others.")
    return pattern.format(model=shown(best.label))


def consistency_texts(report: JudgingReport) -> list[str]:
    """Return how consistent the eye was."""
    eye = report.consistency
    lines = []
    if eye.repeats:
        pattern = QCoreApplication.translate(
            "BlindTest",
            "Pairs that were shown again with swapped sides: {count}. Answered the same: {same}, "
            "the other way around: {reversed}; guessing would answer about {chance} the same.",
        )
        lines.append(
            pattern.format(
                count=eye.repeats,
                same=eye.same,
                reversed=eye.reversed,
                chance=local_numbers(f"{eye.same_by_chance * eye.repeats:.1f}"),
            )
        )
    if eye.decided:
        pattern = QCoreApplication.translate(
            "BlindTest",
            "The left side was preferred in {left} of {count} answers, besides {ties} ties.",
        )
        lines.append(pattern.format(left=eye.left, count=eye.decided, ties=eye.ties))
    return lines


def agreement_texts(report: JudgingReport) -> list[str]:
    """Return how far metrics agree with the eye."""
    lines = []
    for agreement in report.agreements:
        title = _METRICS.get(agreement.metric, agreement.metric)
        tau = local_numbers(f"{agreement.tau:.2f}")
        if agreement.low is None or agreement.high is None:
            pattern = QCoreApplication.translate(
                "BlindTest", "Order by eye and by {metric}: Kendall\u2019s \u03c4 = {tau}"
            )
            lines.append(pattern.format(metric=title, tau=tau))
            continue
        pattern = QCoreApplication.translate(
            "BlindTest",
            "Order by eye and by {metric}: Kendall\u2019s \u03c4 = {tau} ({low} to {high})",
        )
        low, high = (local_numbers(f"{end:.2f}") for end in (agreement.low, agreement.high))
        lines.append(pattern.format(metric=title, tau=tau, low=low, high=high))
    if lines:
        lines.append(
            QCoreApplication.translate(
                "BlindTest", "1 is the same order, \u22121 the reverse, 0 neither."
            )
        )
    return lines


def _undecided(pair: PairVerdict, labels: dict[str, str]) -> str:
    if pair.missing is None:
        pattern = QCoreApplication.translate(
            "BlindTest",
            "{first} and {second} cannot be told apart: they look alike so far, and more answers "
            "may not change that.",
        )
        return pattern.format(first=labels[pair.better], second=labels[pair.worse])
    pattern = QCoreApplication.translate(
        "BlindTest",
        "{first} and {second} cannot be told apart yet: about {count} more answers to this pair.",
    )
    count = QLocale().toString(pair.missing)
    return pattern.format(first=labels[pair.better], second=labels[pair.worse], count=count)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
