from __future__ import annotations

import json
from pathlib import Path

import msgspec

from engine.catalog.card import card_schema
from tests.helpers.tiny_models import tiny_card

SCHEMA_FILE = Path(__file__).parents[4] / "docs" / "schema" / "model-card.json"


def test_the_exact_overlap_is_half_the_receptive_field() -> None:
    assert msgspec.structs.replace(tiny_card(), receptive_field_px=7).exact_overlap_px == 3
    assert msgspec.structs.replace(tiny_card(), receptive_field_px=1).exact_overlap_px == 0


def test_a_variant_is_found_by_precision() -> None:
    card = tiny_card(precisions=("fp32", "int8"))
    int8 = card.variant("int8")
    assert int8 is not None
    assert int8.precision == "int8"
    assert card.variant("fp16") is None


def test_the_published_schema_is_current() -> None:
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == card_schema()
