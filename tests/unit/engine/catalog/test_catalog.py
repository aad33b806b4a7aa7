from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from engine.catalog.card import Cost
from engine.catalog.card_file import write_card
from engine.catalog.catalog import (
    Catalog,
    ModelFolder,
    Origin,
    default_model_folders,
    imported_models_folder,
    shipped_models_folder,
)
from engine.core.errors import BadCardError, ModelError, UnknownNameError
from tests.helpers.catalogs import put_dial, put_model, shipped


def test_all_cards_of_all_folders_are_listed_in_order(tmp_path: Path) -> None:
    put_model(tmp_path / "a", "one")
    put_model(tmp_path / "a", "two", scale=3)
    put_model(tmp_path / "b", "mine")
    catalog = Catalog(
        [
            ModelFolder(folder=tmp_path / "a", origin=Origin.SHIPPED),
            ModelFolder(folder=tmp_path / "missing", origin=Origin.RUN),
            ModelFolder(folder=tmp_path / "b", origin=Origin.IMPORTED),
        ]
    )
    assert [card.id for card in catalog.list()] == ["two", "one", "mine"]
    assert [card.id for card in catalog.list(scale=3)] == ["two"]
    assert catalog.entry("mine").origin is Origin.IMPORTED
    assert catalog.broken == ()


def test_models_for_real_photos_come_first(tmp_path: Path) -> None:
    large: dict[str, object] = {
        "degradation": "real",
        "macs": Cost(input="256x256", value=9_000_000_000),
    }
    put_model(tmp_path, "a-clean", degradation="bicubic")
    put_model(tmp_path, "b-vivid", kind="vivid", **large)  # type: ignore[arg-type]
    put_model(tmp_path, "c-small", degradation="real")
    put_model(tmp_path, "d-faithful", **large)  # type: ignore[arg-type]
    put_model(tmp_path, "e-unknown")
    put_model(tmp_path, "f-four", scale=4)

    folder = ModelFolder(folder=tmp_path, origin=Origin.SHIPPED)

    assert [card.id for card in Catalog([folder]).list()] == [
        "f-four",
        "d-faithful",
        "b-vivid",
        "c-small",
        "a-clean",
        "e-unknown",
    ]


def test_a_broken_card_is_reported_and_hides_nothing(tmp_path: Path) -> None:
    put_model(tmp_path, "good")
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    catalog = shipped(tmp_path)
    assert [card.id for card in catalog.list()] == ["good"]
    assert [broken.path.name for broken in catalog.broken] == ["bad.json"]
    with pytest.raises(BadCardError, match=r"bad\.json"):
        catalog.get("bad")


def test_cards_of_every_kind_of_breakage_hide_nothing(tmp_path: Path) -> None:
    card = put_model(tmp_path, "good")
    text = (tmp_path / "good.json").read_bytes()
    (tmp_path / "nul.json").write_bytes(
        text.replace(b"good.onnx", b"go\\u0000d.onnx").replace(b'"good"', b'"nul"')
    )
    (tmp_path / "deep.json").write_bytes(b'{"training":' * 50_000)
    (tmp_path / "long.json").write_bytes(text.replace(b"65536000", b"9" * 5000))
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "binary.json").write_bytes(bytes(range(256)))
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "gone.json").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.json")
    os.mkfifo(tmp_path / "weights.onnx")
    (tmp_path / "weights.json").write_bytes(
        text.replace(b"good.onnx", b"weights.onnx").replace(b'"good"', b'"weights"')
    )

    catalog = shipped(tmp_path)

    assert catalog.list() == (card,)
    kinds = ("binary", "deep", "empty", "folder", "gone", "long", "loop", "nul", "pipe", "weights")
    assert [b.path.stem for b in catalog.broken] == [*kinds, "zero"]
    assert all(str(b.path.parent) in b.reason for b in catalog.broken)


def test_a_card_whose_file_has_changed_size_is_broken(tmp_path: Path) -> None:
    put_model(tmp_path, "net")
    (tmp_path / "net.onnx").write_bytes(b"short")
    assert "5 bytes" in shipped(tmp_path).broken[0].reason


def test_a_card_under_another_name_is_broken(tmp_path: Path) -> None:
    put_model(tmp_path, "net")
    (tmp_path / "net.json").rename(tmp_path / "other.json")
    assert "net.json" in shipped(tmp_path).broken[0].reason


def test_the_earlier_folder_wins_an_id(tmp_path: Path) -> None:
    put_model(tmp_path / "a", "net", scale=2)
    put_model(tmp_path / "b", "net", scale=3)
    catalog = Catalog(
        [ModelFolder(folder=tmp_path / name, origin=Origin.SHIPPED) for name in ("a", "b")]
    )
    assert catalog.get("net").scale == 2
    assert "already" in catalog.broken[0].reason


def test_an_unknown_model_is_answered_with_the_closest(tmp_path: Path) -> None:
    put_model(tmp_path, "mfa-s-x4")
    with pytest.raises(UnknownNameError, match="'mfa-s-x4'"):
        shipped(tmp_path).get("mfa-s-4x")
    with pytest.raises(UnknownNameError, match="There are mfa-s-x4"):
        shipped(tmp_path).get("zzz")
    with pytest.raises(UnknownNameError, match="there are no models"):
        shipped(tmp_path / "empty").get("zzz")


def test_the_path_of_a_variant_is_checked(tmp_path: Path) -> None:
    card = put_model(tmp_path, "net")
    catalog = shipped(tmp_path)
    assert catalog.path(card, card.files[0]) == tmp_path / "net.onnx"
    (tmp_path / "net.onnx").unlink()
    with pytest.raises(BadCardError, match=r"net\.onnx"):
        catalog.path(card, card.files[0])


def test_the_default_is_shipped_then_faithful_then_cheap(tmp_path: Path) -> None:
    put_model(tmp_path / "mine", "mine")
    put_model(tmp_path / "ours", "vivid", kind="vivid")
    put_model(tmp_path / "ours", "b-faithful")
    put_model(tmp_path / "ours", "a-x3", scale=3)
    catalog = Catalog(
        [
            ModelFolder(folder=tmp_path / "mine", origin=Origin.IMPORTED),
            ModelFolder(folder=tmp_path / "ours", origin=Origin.SHIPPED),
        ]
    )
    assert catalog.default(2).id == "b-faithful"
    assert catalog.default(3).id == "a-x3"
    assert catalog.default(1).id == "b-faithful"
    assert catalog.default(8).id == "a-x3"


def test_a_card_can_ask_to_be_the_default(tmp_path: Path) -> None:
    put_model(tmp_path, "a-cheap")
    put_model(tmp_path, "b-chosen", kind="vivid", is_default=True)
    assert shipped(tmp_path).default(2).id == "b-chosen"


def test_an_empty_catalog_has_no_default(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=str(tmp_path.name)):
        shipped(tmp_path).default(4)


def test_verify_finds_a_file_that_was_tampered_with(tmp_path: Path) -> None:
    put_model(tmp_path, "good")
    put_model(tmp_path, "bad")
    content = bytearray((tmp_path / "bad.onnx").read_bytes())
    content[-1] ^= 1
    (tmp_path / "bad.onnx").write_bytes(content)
    found = {entry.card.id: fault for entry, fault in shipped(tmp_path).verify()}
    assert found["good"] is None
    assert "bad.onnx" in (found["bad"] or "")


def test_verify_names_the_corner_of_a_dial_that_was_tampered_with(tmp_path: Path) -> None:
    card = put_dial(tmp_path, "dial")
    spoilt = tmp_path / card.files[2].file
    content = bytearray(spoilt.read_bytes())
    content[-1] ^= 1
    spoilt.write_bytes(content)

    ((_, fault),) = shipped(tmp_path).verify()

    assert fault is not None
    assert spoilt.name in fault


def test_a_dial_that_lacks_a_corner_is_broken(tmp_path: Path) -> None:
    card = put_dial(tmp_path, "dial")
    (tmp_path / card.files[3].file).unlink()
    assert card.files[3].file in shipped(tmp_path).broken[0].reason


def test_dials_come_before_plain_models_and_are_removed_with_all_corners(tmp_path: Path) -> None:
    put_model(tmp_path, "a-plain", degradation="real")
    put_dial(tmp_path, "dial")
    catalog = Catalog([ModelFolder(folder=tmp_path, origin=Origin.IMPORTED)])

    assert [card.id for card in catalog.list()] == ["dial", "a-plain"]
    assert catalog.remove("dial") == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a-plain.json", "a-plain.onnx"]


def test_only_imported_models_can_be_removed(tmp_path: Path) -> None:
    put_model(tmp_path / "ours", "ours")
    put_model(tmp_path / "mine", "mine")
    catalog = Catalog(
        [
            ModelFolder(folder=tmp_path / "ours", origin=Origin.SHIPPED),
            ModelFolder(folder=tmp_path / "mine", origin=Origin.IMPORTED),
        ]
    )
    with pytest.raises(ModelError, match="shipped"):
        catalog.remove("ours")
    catalog.remove("mine")
    assert [card.id for card in catalog.list()] == ["ours"]
    assert list((tmp_path / "mine").iterdir()) == []


def test_the_installation_has_a_shipped_and_an_imported_folder(own_home: Path) -> None:
    assert [folder.origin for folder in default_model_folders()] == [
        Origin.SHIPPED,
        Origin.IMPORTED,
    ]
    assert imported_models_folder().is_relative_to(own_home)
    assert shipped_models_folder().is_dir()


def test_every_shipped_model_is_what_its_card_says() -> None:
    catalog = Catalog.open_default()
    assert catalog.broken == ()
    assert [fault for _, fault in catalog.verify() if fault] == []


@pytest.mark.parametrize("stolen", ["victim.onnx", "evil-twin.onnx", "my.onnx", "evil-broken.onnx"])
def test_removing_a_model_deletes_no_file_that_is_not_its_own(tmp_path: Path, stolen: str) -> None:
    own = put_model(tmp_path, "evil")
    for name in ("victim", "evil-twin"):
        put_model(tmp_path, name)
    for name in ("my.onnx", "evil-broken.onnx"):
        (tmp_path / name).write_bytes((tmp_path / "evil.onnx").read_bytes())
    (tmp_path / "broken.json").write_text('{"variants": [{"file": "evil-broken.onnx"}]', "utf-8")
    stolen_file = msgspec.structs.replace(own.files[0], file=stolen)
    other = msgspec.structs.replace(own.variants[0], precision="int8", files=(stolen_file,))
    card = msgspec.structs.replace(own, variants=(*own.variants, other))
    write_card(card, tmp_path / "evil.json")
    catalog = Catalog([ModelFolder(folder=tmp_path, origin=Origin.IMPORTED)])

    assert catalog.remove("evil") == (tmp_path / stolen,)
    assert (tmp_path / stolen).is_file()
    assert not (tmp_path / "evil.onnx").exists()
    assert not (tmp_path / "evil.json").exists()
    assert [card.id for card in catalog.list()] == ["evil-twin", "victim"]


def test_removing_a_model_deletes_its_card_and_all_its_variants(tmp_path: Path) -> None:
    own = put_model(tmp_path, "own")
    (tmp_path / "own-int8.onnx").write_bytes((tmp_path / "own.onnx").read_bytes())
    file = msgspec.structs.replace(own.files[0], file="own-int8.onnx")
    int8 = msgspec.structs.replace(own.variants[0], precision="int8", files=(file,))
    write_card(msgspec.structs.replace(own, variants=(*own.variants, int8)), tmp_path / "own.json")
    catalog = Catalog([ModelFolder(folder=tmp_path, origin=Origin.IMPORTED)])

    assert catalog.remove("own") == ()
    assert list(tmp_path.iterdir()) == []


def test_an_imported_model_with_a_broken_card_can_be_removed(tmp_path: Path) -> None:
    imported, shipped_folder = tmp_path / "imported", tmp_path / "shipped"
    put_model(imported, "bad")
    put_model(imported, "good")
    put_model(shipped_folder, "built-in")
    for card in (imported / "bad.json", shipped_folder / "built-in.json"):
        card.write_text("{", encoding="utf-8")
    catalog = Catalog(
        [
            ModelFolder(folder=shipped_folder, origin=Origin.SHIPPED),
            ModelFolder(folder=imported, origin=Origin.IMPORTED),
        ]
    )

    kept = catalog.remove("bad")

    assert kept == (imported / "bad.onnx",)
    assert not (imported / "bad.json").exists()
    assert (imported / "bad.onnx").exists()
    assert [broken.path.stem for broken in catalog.broken] == ["built-in"]
    assert [card.id for card in catalog.list()] == ["good"]
    with pytest.raises(BadCardError):
        catalog.remove("built-in")
    assert (shipped_folder / "built-in.json").exists()
