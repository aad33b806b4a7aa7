"""The facts of a model card as lines of text: name and value, in the language of the app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.services.model_names import cost_text
from app.state.number_texts import local_numbers
from app.state.shown_names import shown
from app.state.translation import QT_TRANSLATE_NOOP
from engine.api import ModelCard, ModelFile, format_bytes

translate = QCoreApplication.translate

Line = tuple[str, str]
"""What a fact is called, and the fact."""

_MOST_TRAINING_LINES = 60
_TRAINING_NAMES: Mapping[str, str] = {
    "photos": QT_TRANSLATE_NOOP("CardTexts", "Trained on"),
    "degradations": QT_TRANSLATE_NOOP("CardTexts", "Degradations"),
    "method": QT_TRANSLATE_NOOP("CardTexts", "Method"),
    "start": QT_TRANSLATE_NOOP("CardTexts", "Started from"),
    "step": QT_TRANSLATE_NOOP("CardTexts", "Steps"),
    "steps": QT_TRANSLATE_NOOP("CardTexts", "Steps"),
    "batch": QT_TRANSLATE_NOOP("CardTexts", "Batch"),
    "learning_rate": QT_TRANSLATE_NOOP("CardTexts", "Learning rate"),
    "loss": QT_TRANSLATE_NOOP("CardTexts", "Loss"),
    "machine": QT_TRANSLATE_NOOP("CardTexts", "Machine"),
    "minutes": QT_TRANSLATE_NOOP("CardTexts", "Minutes"),
    "recipe": QT_TRANSLATE_NOOP("CardTexts", "Recipe"),
    "faithful": QT_TRANSLATE_NOOP("CardTexts", "Faithful end"),
    "vivid": QT_TRANSLATE_NOOP("CardTexts", "Vivid end"),
}
METRICS: Mapping[str, str] = {
    "psnr_y_db": "PSNR-Y (dB)",
    "ssim_y": "SSIM-Y",
    "lpips": "LPIPS",
    "psnr_rgb_db": "PSNR-RGB (dB)",
    "consistency_levels": QT_TRANSLATE_NOOP("CardTexts", "Consistency (levels)"),
    "checkerboard_levels": QT_TRANSLATE_NOOP("CardTexts", "Checkerboard (levels)"),
    "color_shift_de": QT_TRANSLATE_NOOP("CardTexts", "Color shift (\u0394E)"),
    "color_cast_de": QT_TRANSLATE_NOOP("CardTexts", "Color cast (\u0394E)"),
}
"""Names of the metrics of cards, in the order of the columns."""
_TWO_DIGITS = ("psnr_y_db", "psnr_rgb_db")


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityTable:
    """The figures that were measured under the same conditions.

    Attributes:
        conditions: How pictures were made and compared.
        date: The day of the newest figure.
        metrics: Names of the columns, as cards write them.
        rows: Name of a picture set, and its figures; empty where there is none.
        commands: The commands that measured them.
    """

    conditions: str
    date: str
    metrics: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    commands: tuple[str, ...]


def about_lines(card: ModelCard, cards: tuple[ModelCard, ...]) -> Iterator[Line]:
    """Yield what a model is and what it costs."""
    yield (
        translate("CardTexts", "Id"),
        f"{card.id}, {translate('CardTexts', 'version')} {shown(card.version)}",
    )
    yield translate("CardTexts", "License"), shown(card.license)
    yield translate("CardTexts", "Made by"), shown(card.credit)
    yield translate("CardTexts", "Architecture"), shown(card.architecture.family)
    yield translate("CardTexts", "Weights"), local_numbers(f"{card.params / 1000:.0f} K")
    size = card.macs.input.replace("x", " \u00d7 ")
    cost = translate("CardTexts", "{macs} G operations for a photo of {size} pixels").format(
        macs=local_numbers(f"{card.macs.value / 1e9:.2f}"), size=size
    )
    compared = cost_text(card, cards)
    yield translate("CardTexts", "Cost"), f"{cost}. {compared}." if compared else cost
    if card.dial is not None:
        yield translate("CardTexts", "Dials"), _dial_text(card)
    yield (
        translate("CardTexts", "Looks at"),
        translate("CardTexts", "{pixels} \u00d7 {pixels} pixels around each").format(
            pixels=card.receptive_field_px
        ),
    )
    if (card.size_multiple, card.min_side_px) != (1, 1):
        yield (
            translate("CardTexts", "Input"),
            translate(
                "CardTexts", "sides of {least} pixels or more, in multiples of {step}"
            ).format(least=card.min_side_px, step=card.size_multiple),
        )
    if card.range_confidence is not None:
        low, high = card.input.range
        yield (
            translate("CardTexts", "Value range"),
            translate("CardTexts", "{low} to {high}, found by trying").format(
                low=f"{low:g}", high=f"{high:g}"
            ),
        )


def training_lines(card: ModelCard) -> tuple[Line, ...]:
    """Return what a model was trained on and how, nested facts under the name of their group."""
    return tuple(_training(card.training, ""))[:_MOST_TRAINING_LINES]


def variant_lines(card: ModelCard) -> Iterator[tuple[str, tuple[tuple[str, str, str], ...]]]:
    """Yield each precision with what was measured of it, and its files.

    Of a file: at which values of the dials it is used, its name with its size, and its SHA-256.
    """
    for variant in card.variants:
        facts: list[str] = [variant.precision]
        if variant.relative_speed is not None and variant.precision != "fp32":
            speed = local_numbers(f"{variant.relative_speed:g}")
            facts.append(translate("CardTexts", "{times} times as fast").format(times=speed))
        if variant.loss_db:
            facts.append(
                translate("CardTexts", "{loss} dB less").format(
                    loss=local_numbers(f"{variant.loss_db:.2f}")
                )
            )
        yield " \u00b7 ".join(facts), tuple(map(_file_line, variant.files))


def quality_tables(card: ModelCard) -> tuple[QualityTable, ...]:
    """Return the measured quality, grouped by the conditions it was measured under."""
    groups = dict.fromkeys(figure.protocol for figure in card.quality)
    tables = []
    for protocol in groups:
        figures = [figure for figure in card.quality if figure.protocol == protocol]
        found = {figure.metric for figure in figures}
        metrics = (*(m for m in METRICS if m in found), *sorted(found - METRICS.keys()))
        value = {(f.set, f.metric): _figure(f.metric, f.value) for f in figures}
        sets = dict.fromkeys(figure.set for figure in figures)
        tables.append(
            QualityTable(
                conditions=shown(protocol),
                date=max(figure.date for figure in figures).isoformat(),
                metrics=metrics,
                rows=tuple(
                    (shown(name), tuple(value.get((name, metric), "") for metric in metrics))
                    for name in sets
                ),
                commands=tuple(dict.fromkeys(shown(figure.command) for figure in figures)),
            )
        )
    return tuple(tables)


def metric_name(metric: str) -> str:
    """Return what a metric of a card is called in the window."""
    name = METRICS.get(metric)
    return shown(metric) if name is None else translate("CardTexts", name)


def _file_line(file: ModelFile) -> tuple[str, str, str]:
    corner = []
    if file.restoration is not None:
        corner.append(translate("CardTexts", "restoration {value}").format(value=file.restoration))
    if file.fidelity is not None:
        corner.append(translate("CardTexts", "fidelity {value}").format(value=file.fidelity))
    size = local_numbers(format_bytes(file.bytes))
    return ", ".join(corner), f"{shown(file.file)} \u00b7 {size}", file.sha256


def _figure(metric: str, value: float) -> str:
    digits = 2 if metric in _TWO_DIGITS else 3
    return local_numbers(f"{value:.{digits}f}")


def _dial_text(card: ModelCard) -> str:
    names = []
    if card.has_restoration:
        names.append(translate("CardTexts", "restoration, estimated from each photo"))
    if card.dial is not None and card.has_fidelity:
        share = round(card.dial.default_fidelity * 100)
        names.append(
            translate("CardTexts", "fidelity, {share} % unless you change it").format(share=share)
        )
    return "; ".join(names)


def _training(record: Mapping[str, object], group: str) -> Iterator[Line]:
    # Known facts first, in the order of the table above; a card may hold any others.
    names = [*(n for n in _TRAINING_NAMES if n in record), *sorted(record.keys() - _TRAINING_NAMES)]
    for name in names:
        value = record[name]
        title = (
            translate("CardTexts", _TRAINING_NAMES[name])
            if name in _TRAINING_NAMES
            else shown(name)
        )
        title = f"{group}: {title}" if group else title
        if isinstance(value, Mapping):
            yield from _training({str(k): v for k, v in value.items()}, title)
        elif value not in (None, "", [], {}):
            yield title, local_numbers(shown(str(value)))
