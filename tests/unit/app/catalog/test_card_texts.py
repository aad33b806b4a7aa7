from __future__ import annotations

import datetime as dt

import msgspec

from app.catalog.card_texts import (
    about_lines,
    metric_name,
    quality_tables,
    training_lines,
    variant_lines,
)
from engine.catalog.card import Dial, ModelFile, QualityFigure, Variant
from tests.helpers.tiny_models import tiny_card


def _figure(
    protocol: str, picture_set: str, metric: str, value: float, *, day: int = 1
) -> QualityFigure:
    return QualityFigure(
        set=picture_set,
        protocol=protocol,
        metric=metric,
        value=value,
        command=f"mfagan evaluate {picture_set}",
        date=dt.date(2026, 3, day),
    )


def test_figures_are_grouped_by_the_conditions_they_were_measured_under() -> None:
    card = msgspec.structs.replace(
        tiny_card(),
        quality=(
            _figure("clean", "set5", "ssim_y", 0.91234),
            _figure("clean", "set5", "psnr_y_db", 31.456),
            _figure("clean", "set14", "psnr_y_db", 28.0, day=9),
            _figure("noisy", "set5", "psnr_y_db", 25.0),
        ),
    )

    clean, noisy = quality_tables(card)

    assert (clean.conditions, clean.date) == ("clean", "2026-03-09")
    # PSNR first, whatever the order on the card; a figure that is missing leaves its cell empty.
    assert clean.metrics == ("psnr_y_db", "ssim_y")
    assert clean.rows == (("set5", ("31.46", "0.912")), ("set14", ("28.00", "")))
    assert clean.commands == ("mfagan evaluate set5", "mfagan evaluate set14")
    assert noisy.rows == (("set5", ("25.00",)),)


def test_a_metric_that_is_not_known_is_shown_by_its_own_name() -> None:
    card = msgspec.structs.replace(tiny_card(), quality=(_figure("p", "s", "dists", 0.1),))

    assert quality_tables(card)[0].metrics == ("dists",)
    assert metric_name("dists") == "dists"
    assert metric_name("psnr_y_db") == "PSNR-Y (dB)"


def test_a_card_says_id_license_origin_and_cost() -> None:
    lines = dict(about_lines(tiny_card(), (tiny_card(),)))

    assert lines["Id"] == "tiny, version 1"
    assert lines["License"] == "Apache-2.0"
    assert lines["Made by"] == "made in a test"
    assert lines["Cost"] == "0.07 G operations for a photo of 256 \u00d7 256 pixels"
    assert "Dials" not in lines
    assert "Value range" not in lines


def test_a_dial_says_which_values_can_be_set() -> None:
    corners = tuple(
        ModelFile(file=f"d-{r}{f}.onnx", sha256=f"{r}{f}" * 32, bytes=10, restoration=r, fidelity=f)
        for r in (0, 1)
        for f in (0, 1)
    )
    card = msgspec.structs.replace(
        tiny_card(),
        kind=None,
        dial=Dial(default_fidelity=0.2),
        variants=(Variant(precision="fp32", files=corners),),
    )

    text = dict(about_lines(card, (card,)))["Dials"]

    assert text == "restoration, estimated from each photo; fidelity, 20 % unless you change it"
    ((precision, files),) = variant_lines(card)
    assert precision == "fp32"
    assert files[2] == ("restoration 1, fidelity 0", "d-10.onnx \u00b7 10 B", "10" * 32)


def test_a_precision_says_how_much_faster_and_worse_it_is() -> None:
    precisions = [
        precision for precision, _ in variant_lines(tiny_card(precisions=("fp32", "int8")))
    ]

    assert precisions == ["fp32", "int8 \u00b7 3 times as fast \u00b7 0.01 dB less"]


def test_training_names_known_facts_first_and_nested_ones_by_their_group() -> None:
    card = msgspec.structs.replace(
        tiny_card(),
        training={"zebra": 1, "vivid": {"steps": 5}, "photos": "800", "empty": None},
    )

    assert training_lines(card) == (
        ("Trained on", "800"),
        ("Vivid end: Steps", "5"),
        ("zebra", "1"),
    )


def test_a_range_that_was_found_by_trying_says_so() -> None:
    card = msgspec.structs.replace(
        tiny_card(), range_confidence=0.9, size_multiple=4, min_side_px=8
    )

    lines = dict(about_lines(card, (card,)))

    assert lines["Value range"] == "0 to 1, found by trying"
    assert lines["Input"] == "sides of 8 pixels or more, in multiples of 4"
