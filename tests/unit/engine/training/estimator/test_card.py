from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.core.file_hash import hash_file
from engine.core.places import resources_folder
from engine.inference.restoration.features import FEATURES_FORM
from engine.training.estimator.card import CARD_FILE, read_estimator_card

SHIPPED = resources_folder() / "estimator"


def test_the_shipped_card_describes_the_shipped_weights() -> None:
    card = read_estimator_card(SHIPPED / CARD_FILE)

    assert card.sha256 == hash_file(SHIPPED / card.file)
    assert card.features_form == FEATURES_FORM
    assert len(card.held_out) == 16
    assert "--data" in card.command


def test_the_shipped_estimator_is_accurate_on_photos_it_was_not_trained_on() -> None:
    errors = {one.kind: one for one in read_estimator_card(SHIPPED / CARD_FILE).errors}

    assert errors["light"].mean_error < 0.08
    assert errors["mild"].mean_error < 0.08
    assert errors["clean"].mean_error < 0.1


def test_a_missing_or_broken_card_is_named(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    with pytest.raises(ConfigError, match=r"card\.json"):
        read_estimator_card(path)

    path.write_text('{"license": 3}')
    with pytest.raises(ConfigError, match=r"card\.json"):
        read_estimator_card(path)
