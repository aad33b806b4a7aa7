from __future__ import annotations

from engine.catalog.catalog import Catalog
from engine.catalog.corner_names import find_corner


def test_each_corner_of_a_dial_is_called_as_its_file() -> None:
    catalog = Catalog.open_default()

    for name, point in (("mfa-s-x4-r0f1", (0, 1)), ("mfa-s-x4-r1f0", (1, 0))):
        found = find_corner(catalog, name)
        assert found is not None
        entry, file = found
        assert entry.card.id == "mfa-s-x4"
        assert (file.restoration, file.fidelity) == point


def test_models_and_int8_files_are_no_corners_to_start_from() -> None:
    catalog = Catalog.open_default()

    assert all(find_corner(catalog, card.id) is None for card in catalog.list())
    assert find_corner(catalog, "mfa-s-x4-r0f1-int8") is None
    assert find_corner(catalog, "mfa-s-x4-r0f1.onnx") is None
