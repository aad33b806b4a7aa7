"""``mfagan judgments``: rank networks by the answers of blind tests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.command_app import make_app
from engine.cli.common_options import JsonOption, RunsOption
from engine.cli.output import Output
from engine.core.errors import ConfigError
from engine.judging.judgments import (
    JudgmentLog,
    find_judgment_files,
    judging_folder,
    read_judgments,
)
from engine.judging.report import (
    Consistency,
    JudgingReport,
    MetricAgreement,
    PairVerdict,
    make_report,
)
from engine.runs.find_run import open_run
from engine.runs.location import runs_folder

app = make_app()

_TITLES = {"lpips": "LPIPS", "psnr_y_db": "Y-PSNR"}


@app.command()
def judgments(
    run: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]",
            help="Folder of a run, its name or a part of it, or the file of one blind test. "
            "Default: the blind tests of models of the catalog.",
        ),
    ] = "",
    *,
    runs: RunsOption = None,
    is_json: JsonOption = False,
) -> None:
    """Rank the networks that were compared in blind tests, which the window offers.

    The ranking is by the model of Bradley and Terry with ties (Davidson 1970). Intervals
    are 95 % intervals, by a bootstrap over photos.

    For example:

        mfagan judgments my-search

        mfagan judgments runs/my-search/judgments/2026-11-26-101500-3f9a.jsonl --json
    """
    logs = [read_judgments(path) for path in _find(run, runs)]
    report = make_report(logs)
    output = Output(is_json=is_json)
    if is_json:
        files = [log.path for log in logs]
        output.document({"tests": files, **_as_document(report)})
    for log in logs:
        if log.damaged_lines:
            output.warning(f"{log.path}: {log.damaged_lines} damaged line(s) were skipped")
    _show(report, logs, output)


def _find(run: str, runs: Path | None) -> list[Path]:
    if run and Path(run).is_file():
        return [Path(run)]
    folder = open_run(run, runs or runs_folder()).path if run else None
    found = find_judgment_files(judging_folder(folder))
    if not found:
        raise ConfigError(
            f"{folder or 'Models of the catalog'}: there is no blind test yet; the page of "
            "searches and the page of models in the window begin one"
        )
    return found


def _as_document(report: JudgingReport) -> dict[str, object]:
    return {
        "answers": report.answers,
        "photos": report.photos,
        "intervals_of": "photos in general" if report.is_general else "these photos",
        "ranking": [
            {
                "id": one.network.id,
                "label": one.network.label,
                "strength": one.strength,
                "share": one.share,
                "share_low": one.share_low,
                "share_high": one.share_high,
                "answers": one.answers,
            }
            for one in report.ranking
        ],
        "pairs": list(report.pairs),
        "consistency": report.consistency,
        "agreements": list(report.agreements),
    }


def _show(report: JudgingReport, logs: list[JudgmentLog], output: Output) -> None:
    tests = "1 blind test" if len(logs) == 1 else f"{len(logs)} blind tests"
    output.text(f"{tests}: {report.answers} answers on {report.photos} photos")
    rows = [
        (
            str(place),
            one.network.label,
            f"{one.share:.0%}",
            f"{one.share_low:.0%} to {one.share_high:.0%}",
            str(one.answers),
        )
        for place, one in enumerate(report.ranking, start=1)
    ]
    output.table((">", "Network", ">Preferred", ">95 % interval", ">Answers"), rows)
    if not report.is_general:
        output.text("With so few photos the intervals are about these photos alone.")
    labels = {one.network.id: one.network.label for one in report.ranking}
    for pair in report.undecided:
        output.text(_undecided_line(pair, labels))
    for agreement in report.agreements:
        output.text(_agreement_line(agreement))
    for line in _consistency_lines(report.consistency):
        output.text(line)


def _undecided_line(pair: PairVerdict, labels: dict[str, str]) -> str:
    text = f"Cannot be told apart yet: {labels[pair.better]} and {labels[pair.worse]}; "
    if pair.missing is None:
        return text + "they look alike so far, and more answers may not change that"
    return text + f"about {pair.missing} more answers to this pair"


def _agreement_line(agreement: MetricAgreement) -> str:
    title = _TITLES.get(agreement.metric, agreement.metric)
    text = f"The eye and {title}: Kendall's tau {agreement.tau:.2f}"
    if agreement.low is not None and agreement.high is not None:
        text += f" ({agreement.low:.2f} to {agreement.high:.2f})"
    return f"{text} for {agreement.networks} networks"


def _consistency_lines(eye: Consistency) -> list[str]:
    lines = []
    if eye.repeats:
        lines.append(
            f"Hidden repeats: {eye.same} of {eye.repeats} answered the same, {eye.reversed} the "
            f"other way around; an eye that guesses: {eye.same_by_chance * eye.repeats:.1f} the "
            "same"
        )
    if eye.decided:
        lines.append(
            f"Left side preferred in {eye.left} of {eye.decided} answers; {eye.ties} ties besides"
        )
    return lines
