from __future__ import annotations

from pathlib import Path

import pytest

from app.services.model_pairs import offered, running_card, settled
from app.state.processing import ProcessingChoice
from engine.api import Catalog
from tests.helpers.catalogs import put_model, shipped


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    put_model(tmp_path, "pair", twin="pair-vivid")
    put_model(tmp_path, "pair-vivid", kind="vivid", twin="pair")
    put_model(tmp_path, "other-vivid", kind="vivid", twin="pair")
    put_model(tmp_path, "alone")
    put_model(tmp_path, "alone-vivid", kind="vivid", twin="gone")
    put_model(tmp_path, "restores", scale=1)
    return shipped(tmp_path)


def test_twins_are_one_entry_and_nothing_else_is_left_out(catalog: Catalog) -> None:
    names = {card.id for card in offered(catalog)}

    assert names == {"pair", "other-vivid", "alone", "alone-vivid", "restores"}


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (("pair", None), ("pair", 1.0, "pair")),
        (("pair-vivid", None), ("pair", 0.0, "pair-vivid")),
        (("pair-vivid", 0.4), ("pair", 0.4, "pair")),
        (("pair", 0.0), ("pair", 0.0, "pair-vivid")),
        (("other-vivid", None), ("other-vivid", 0.0, "other-vivid")),
        (("alone", None), ("alone", None, "alone")),
        (("alone", 0.0), ("alone", None, "alone")),
        (("restores", None), ("restores", None, "restores")),
        (("alone-vivid", 1.0), ("alone-vivid", None, "alone-vivid")),
    ],
)
def test_every_model_that_is_named_is_the_one_that_runs(
    catalog: Catalog,
    named: tuple[str, float | None],
    expected: tuple[str, float | None, str],
) -> None:
    choice = ProcessingChoice(model_id=named[0], fidelity=named[1])

    found = settled(catalog, choice, catalog.get(named[0]))

    runs = running_card(catalog, found, catalog.get(found.model_id)).id
    assert (found.model_id, found.fidelity, runs) == expected
