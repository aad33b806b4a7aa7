from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalog.card import check_hash
from engine.catalog.catalog import Catalog, Origin, Shelf
from engine.core.errors import ModelRefusedError
from engine.inference import importing
from engine.inference.import_probe import ProbeResult
from engine.inference.importing import ImportRequest, import_model
from tests.helpers.tiny_onnx import write_tiny_onnx

PROBE = ProbeResult(
    input_range=(0.0, 255.0),
    output_range=(0.0, 255.0),
    receptive_field_px=35,
    is_field_exact=True,
    low_pass_error=0.001,
)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog([Shelf(folder=tmp_path / "models", origin=Origin.IMPORTED)])


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "probe_network", lambda _path, _summary: PROBE)


@pytest.mark.usefixtures("probed")
def test_an_imported_network_is_in_the_catalog_with_what_was_found(
    tmp_path: Path, catalog: Catalog
) -> None:
    file = write_tiny_onnx(tmp_path / "Mein Nötz 2.onnx", scale=2)
    card = import_model(
        ImportRequest(path=file, kind="faithful", licence="MIT", credit="me"),
        catalog,
        folder=tmp_path / "models",
    )
    assert catalog.get(card.id) == card
    assert card.id == "mein-notz-2"
    assert (card.name, card.scale, card.kind) == ("Mein Nötz 2", 2, "faithful")
    assert (card.licence, card.credit) == ("MIT", "me")
    assert card.input.range == (0.0, 255.0)
    assert (card.receptive_field_px, card.tile.overlap_px, card.tile.best_px) == (35, 17, 128)
    assert check_hash(card.variants[0], tmp_path / "models").read_bytes() == file.read_bytes()


@pytest.mark.usefixtures("probed")
def test_the_same_file_twice_gets_two_ids(tmp_path: Path, catalog: Catalog) -> None:
    file = write_tiny_onnx(tmp_path / "net.onnx")
    request = ImportRequest(path=file)
    ids = [import_model(request, catalog, folder=tmp_path / "models").id for _ in range(3)]
    assert ids == ["net", "net-2", "net-3"]


@pytest.mark.usefixtures("probed")
def test_a_name_without_latin_letters_still_gets_an_id(tmp_path: Path, catalog: Catalog) -> None:
    file = write_tiny_onnx(tmp_path / "超解像.onnx")
    card = import_model(ImportRequest(path=file), catalog, folder=tmp_path / "models")
    assert (card.id, card.name) == ("model", "超解像")


def test_what_nobody_said_is_not_made_up(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    vague = ProbeResult(
        input_range=(0.0, 1.0),
        output_range=(0.0, 1.0),
        receptive_field_px=257,
        is_field_exact=False,
        low_pass_error=0.0,
    )
    monkeypatch.setattr(importing, "probe_network", lambda _path, _summary: vague)
    file = write_tiny_onnx(tmp_path / "net.onnx")
    card = import_model(ImportRequest(path=file), catalog, folder=tmp_path / "models")
    assert card.kind == "vivid"
    assert card.licence.startswith("unknown")
    assert card.quality == ()
    assert any("tiles may differ" in limit for limit in card.limits)
    assert card.tile.best_px > 2 * card.tile.overlap_px


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(b"not a network")
    with pytest.raises(ModelRefusedError):
        import_model(ImportRequest(path=file), catalog, folder=tmp_path / "models")
    assert not (tmp_path / "models").exists()
