from __future__ import annotations

from pathlib import Path

import pytest

from engine.catalog.catalog import Catalog, ModelFolder, Origin
from engine.catalog.model_file import check_hash
from engine.core.errors import ModelError, ModelRefusedError, RangeUnsureError
from engine.core.file_hash import hash_file
from engine.probing import importing
from engine.probing.answers import (
    Accepted,
    Field,
    GraphCost,
    NetworkFacts,
    RangeGuess,
    ValueRange,
)
from engine.probing.importing import ImportRequest, import_model
from engine.probing.process import ProbeResult
from engine.probing.ranges import BYTE, UNIT
from tests.helpers.tiny_onnx import write_tiny_onnx


def probe_of(
    path: Path, *, guesses: tuple[RangeGuess, ...] = (), field: Field | None = None, scale: int = 2
) -> ProbeResult:
    """Return what a probe of ``path`` could have found."""
    facts = NetworkFacts(
        input_name="lr",
        output_name="sr",
        channels=3,
        dtype="float32",
        precision="fp32",
        scale=scale,
        size_multiple=6,
        min_px=12,
        sha256=hash_file(path),
        size_bytes=path.stat().st_size,
    )
    cost = GraphCost(
        channels=3,
        params=1,
        conv_macs=2,
        matmul_macs=3,
        conv_activations=4,
        output_shape=(1, 3, 516, 516),
        live_peak_bytes=5,
    )
    byte = RangeGuess(input_range=BYTE, output_range=BYTE, confidence=0.9)
    return ProbeResult(
        found=Accepted(facts=facts, guesses=guesses or (byte,), cost_px=258, cost=cost),
        field=field or Field(receptive_field_px=35, is_exact=True),
    )


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog([ModelFolder(folder=tmp_path / "models", origin=Origin.IMPORTED)])


@pytest.fixture
def probed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "probe_network", lambda path, **_asked: probe_of(path))


@pytest.mark.usefixtures("probed")
def test_an_imported_network_is_in_the_catalog_with_what_was_found(
    tmp_path: Path, catalog: Catalog
) -> None:
    file = write_tiny_onnx(tmp_path / "Mein Nötz 2.onnx", scale=2)
    card = import_model(
        ImportRequest(path=file, kind="faithful", license="MIT", credit="me"),
        catalog,
        folder=tmp_path / "models",
    )
    assert catalog.get(card.id) == card
    assert card.id == "mein-notz-2"
    assert (card.name, card.scale, card.kind) == ("Mein Nötz 2", 2, "faithful")
    assert (card.license, card.credit) == ("MIT", "me")
    assert card.input.range == (0.0, 255.0)
    assert card.range_confidence == 0.9
    assert (card.receptive_field_px, card.tile.overlap_px, card.tile.best_px) == (35, 17, 132)
    assert (card.size_multiple, card.min_side_px) == (6, 12)
    assert (card.params, card.macs.input, card.macs.value) == (1, "258x258", 5)
    assert check_hash(card.files[0], tmp_path / "models").read_bytes() == file.read_bytes()


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
    far = Field(receptive_field_px=257, is_exact=False)
    monkeypatch.setattr(
        importing, "probe_network", lambda path, **_asked: probe_of(path, field=far)
    )
    file = write_tiny_onnx(tmp_path / "net.onnx")
    card = import_model(ImportRequest(path=file), catalog, folder=tmp_path / "models")
    assert card.kind == "vivid"
    assert card.license.startswith("unknown")
    assert card.quality == ()
    assert not card.field_is_exact
    assert any("may differ a bit" in limit for limit in card.limits)
    # It gets photos whole, as far as memory allows.
    assert card.tile.best_px >= 3000


def test_a_refused_file_leaves_nothing_behind(tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(b"not a network")
    with pytest.raises(ModelRefusedError):
        import_model(ImportRequest(path=file), catalog, folder=tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_an_uncertain_range_must_be_named(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses = (
        RangeGuess(input_range=UNIT, output_range=UNIT, confidence=0.5),
        RangeGuess(input_range=BYTE, output_range=BYTE, confidence=0.4),
    )
    asked: list[ValueRange | None] = []

    def probe(path: Path, *, value_range: ValueRange | None, **_asked: object) -> ProbeResult:
        asked.append(value_range)
        return probe_of(path, guesses=guesses if value_range is None else guesses[1:])

    monkeypatch.setattr(importing, "probe_network", probe)
    file = write_tiny_onnx(tmp_path / "net.onnx")
    with pytest.raises(RangeUnsureError, match=r"0 to 1: 50%, 0 to 255: 40%.*--range") as caught:
        import_model(ImportRequest(path=file), catalog, folder=tmp_path / "models")
    assert caught.value.ranges == (UNIT, BYTE)
    assert not (tmp_path / "models").exists()

    request = ImportRequest(path=file, value_range=BYTE)
    card = import_model(request, catalog, folder=tmp_path / "models")
    assert asked == [None, BYTE]
    assert card.input.range == BYTE
    assert card.range_confidence is None


def test_a_network_that_does_not_enlarge_says_what_it_is_for(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "probe_network", lambda path, **_asked: probe_of(path, scale=1))
    file = write_tiny_onnx(tmp_path / "net.onnx", scale=1)
    card = import_model(ImportRequest(path=file), catalog, folder=tmp_path / "models")
    assert any("--scale 1" in limit for limit in card.limits)


def test_a_file_that_changes_while_it_is_looked_at_is_not_taken(
    tmp_path: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def probe(path: Path, **_asked: object) -> ProbeResult:
        found = probe_of(path)
        write_tiny_onnx(path, seed=1)
        return found

    monkeypatch.setattr(importing, "probe_network", probe)
    file = write_tiny_onnx(tmp_path / "net.onnx")
    with pytest.raises(ModelError, match=r"net\.onnx: was changed"):
        import_model(ImportRequest(path=file), catalog, folder=tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []
