from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from app.catalog.model_rows import (
    ModelFilter,
    ModelRow,
    ModelSort,
    build_rows,
    selected_rows,
)
from engine.api import BrokenCard, CatalogEntry, ModelCard, Origin
from engine.catalog.card import Cost, QualityFigure
from tests.helpers.tiny_models import tiny_card

_FOLDER = Path("/models")


def _figure(value: float, *, metric: str = "psnr_y_db") -> QualityFigure:
    return QualityFigure(
        set="set5",
        protocol="bicubic LR",
        metric=metric,
        value=value,
        command="mfagan evaluate",
        date=dt.date(2026, 1, 2),
    )


def _card(model_id: str, **changes: object) -> ModelCard:
    return msgspec.structs.replace(tiny_card(model_id=model_id), name=model_id, **changes)


def _rows(*cards: ModelCard, origin: Origin = Origin.IMPORTED) -> tuple[ModelRow, ...]:
    entries = [CatalogEntry(card=card, folder=_FOLDER, origin=origin) for card in cards]
    return build_rows(entries, [], default_id="b")


def _keys(
    rows: tuple[ModelRow, ...],
    *,
    text: str = "",
    which: ModelFilter = ModelFilter.ALL,
    sort: ModelSort = ModelSort.NAME,
) -> list[str]:
    return [row.key for row in selected_rows(rows, text=text, which=which, sort=sort)]


def test_a_row_says_size_quality_and_license() -> None:
    (row,) = _rows(_card("b", quality=(_figure(0.9, metric="ssim_y"), _figure(30.125))))

    assert row.facts == "1 B \u00b7 30.12 dB PSNR-Y set5 \u00b7 Apache-2.0"
    assert (row.is_default, row.is_own) == (True, True)
    assert row.spoken == f"b, default, imported, {row.facts}"


def test_what_was_not_measured_says_so() -> None:
    assert "not measured" in _rows(_card("a"))[0].facts


def test_a_card_that_cannot_be_used_comes_last_and_says_why() -> None:
    path = _FOLDER / "aaa.json"
    broken = BrokenCard(path=path, reason=f"{path}: not a model card")
    entry = CatalogEntry(card=_card("zzz"), folder=_FOLDER, origin=Origin.IMPORTED)

    rows = build_rows([entry], [broken], default_id="")

    assert _keys(rows) == ["zzz", str(path)]
    assert rows[1].facts == "not a model card"
    assert rows[1].spoken == "aaa, cannot be used, imported, not a model card"


@pytest.mark.parametrize("sort", list(ModelSort))
def test_in_every_order_what_cannot_be_used_is_last(sort: ModelSort) -> None:
    broken = BrokenCard(path=_FOLDER / "a.json", reason="no card")
    entry = CatalogEntry(card=_card("z"), folder=_FOLDER, origin=Origin.IMPORTED)

    rows = build_rows([entry], [broken], default_id="")

    assert _keys(rows, sort=sort)[0] == "z"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (ModelSort.NAME, ["a", "b", "c"]),
        # Of one scale the best first; figures of another scale do not compare.
        (ModelSort.QUALITY, ["c", "a", "b"]),
        (ModelSort.SIZE, ["b", "c", "a"]),
        # Per pixel of the photo: b's cost is stated for a quarter of the pixels.
        (ModelSort.COST, ["a", "c", "b"]),
    ],
)
def test_models_are_sorted(sort: ModelSort, order: list[str]) -> None:
    cards = (
        _card("c", quality=(_figure(31),), macs=Cost(input="256x256", value=200)),
        _card("a", quality=(_figure(30),), macs=Cost(input="256x256", value=100)),
        _card("b", macs=Cost(input="128x128", value=90)),
    )
    sizes = {"a": 30, "b": 10, "c": 20}
    rows = tuple(
        ModelRow(
            key=row.key,
            name=row.name,
            card=row.card,
            folder=row.folder,
            size_bytes=sizes[row.key],
            psnr_db=row.psnr_db,
        )
        for row in _rows(*cards)
    )

    assert _keys(rows, sort=sort) == order


def test_sizes_of_the_app_keep_their_order_before_imported_models() -> None:
    rows = _rows(_card("aaa"), _card("mfa-m-x4"), _card("mfa-xs-x4"))

    assert _keys(rows) == ["mfa-m-x4", "mfa-xs-x4", "aaa"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["one", "two"]),
        ("TWO", ["two"]),
        ("mit", ["two"]),
        ("flowers", ["one"]),
        ("one flowers", ["one"]),
        ("one mit", []),
        ("tiny", ["one", "two"]),
    ],
)
def test_every_word_of_a_search_must_occur(text: str, found: list[str]) -> None:
    rows = _rows(_card("one", training={"photos": "800 flowers"}), _card("two", license="MIT"))

    assert _keys(rows, text=text) == found


def test_included_and_imported_models_can_be_told_apart() -> None:
    rows = (*_rows(_card("own")), *_rows(_card("ours"), origin=Origin.SHIPPED))

    assert _keys(rows, which=ModelFilter.OWN) == ["own"]
    assert _keys(rows, which=ModelFilter.SHIPPED) == ["ours"]
