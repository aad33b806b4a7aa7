from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.catalog.blind_test import comparable_figures, judged_models
from app.judging.crop_renderer import JudgedSource
from app.services.engine_service import EngineService
from engine.catalog.card import ModelCard, QualityFigure
from tests.helpers.catalogs import put_model


@pytest.fixture
def card(tiny_service: EngineService) -> ModelCard:
    return tiny_service.card("tiny")


def _figure(value: float, *, of: str = "set5", metric: str = "lpips") -> QualityFigure:
    return QualityFigure(
        set=of,
        protocol="bicubic",
        metric=metric,
        value=value,
        command="mfagan evaluate",
        date=dt.date(2026, 1, 1),
    )


def _named(card: ModelCard, name: str, *figures: QualityFigure) -> ModelCard:
    return replace(card, id=name, quality=figures)


def test_figures_are_means_over_what_all_models_were_measured_on(card: ModelCard) -> None:
    first = _named(card, "first", _figure(0.1), _figure(0.3, of="set14"), _figure(9, of="own"))
    second = _named(card, "second", _figure(0.2), _figure(0.6, of="set14"))

    figures = comparable_figures([first, second])

    assert figures["first"]["lpips"] == pytest.approx(0.2)
    assert figures["second"]["lpips"] == pytest.approx(0.4)


def test_figures_of_different_conditions_are_not_compared(card: ModelCard) -> None:
    first = _named(card, "first", _figure(0.1))
    second = _named(card, "second", _figure(0.2, of="set14"))

    assert comparable_figures([first, second]) == {}


def test_a_model_without_figures_does_not_hide_those_of_others(card: ModelCard) -> None:
    cards = [_named(card, "first", _figure(30, metric="psnr_y_db")), _named(card, "bare")]

    assert comparable_figures(cards) == {"first": {"psnr_y_db": 30}}


def test_every_model_enlarges_by_the_same_factor_and_has_a_name_of_its_own(
    own_home: Path,
) -> None:
    folder = own_home / "data" / "models"
    put_model(folder, "one", scale=2)
    put_model(folder, "two", scale=4)
    service = EngineService()

    models = judged_models(service)

    sources = [model.source for model in models if isinstance(model.source, JudgedSource)]
    assert {source.scale for source in sources} == {4}
    assert {source.choice.target.value for source in sources} == {4.0}
    assert len({model.label for model in models}) == len(models)
    assert {"one", "two"} <= {model.id for model in models}
    service.close()
