from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.catalog.card import (
    Architecture,
    Dial,
    ModelCard,
    QualityFigure,
    TileHint,
)
from engine.catalog.card_file import decode_card, encode_card, read_card, write_card
from engine.core.errors import BadCardError
from tests.helpers.tiny_models import tiny_card


def full_card() -> ModelCard:
    return msgspec.structs.replace(
        tiny_card(precisions=("fp32", "int8")),
        architecture=Architecture(family="tiny", config={"width": 4, "blocks": [1, 2]}),
        training={"steps": 10, "data": "noise"},
        quality=(
            QualityFigure(
                set="set5",
                protocol="bicubic",
                metric="psnr_y_db",
                value=31.5,
                command="mfagan evaluate",
                date=dt.date(2026, 1, 31),
            ),
        ),
        limits=("No faces.",),
    )


def as_json(card: ModelCard, **changes: object) -> bytes:
    return json.dumps(json.loads(encode_card(card)) | changes).encode()


def test_a_card_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_card(full_card(), tmp_path / "card.json")
    assert read_card(tmp_path / "card.json") == full_card()


def test_a_card_is_written_the_same_each_time() -> None:
    content = encode_card(full_card())
    assert encode_card(decode_card(content, source="test")) == content


def first_version() -> dict[str, Any]:
    """Return the JSON of a card in the words of schema version 1."""
    tree: dict[str, Any] = json.loads(encode_card(full_card()))
    tree["schema_version"] = 1
    tree["damage"] = "real"
    tree["twin"] = "other"
    tree["licence"] = tree.pop("license")
    del tree["degradation"]
    tree["architecture"]["genes"] = tree["architecture"].pop("config")
    for name in ("input", "output"):
        tree[name]["colour"] = tree[name].pop("color")
    for variant in tree["variants"]:
        (file,) = variant.pop("files")
        variant |= {name: file[name] for name in ("file", "sha256", "bytes")}
        del variant["difference_levels"]
        variant["difference_codes"] = 0.25
    tree["quality"][0]["metric"] = "grid_codes"
    tree["training"] = {"recipe": {"jitter_px": 7, "weights": {"grid": 1.0, "pixel": 0.5}}}
    return tree


def test_a_card_of_the_first_schema_version_is_read_and_written_in_this_one() -> None:
    card = decode_card(json.dumps(first_version()).encode(), source="old.json")

    assert (card.degradation, card.license) == ("real", "Apache-2.0")
    assert card.architecture.config == {"width": 4, "blocks": [1, 2]}
    assert (card.input.color, card.output.color) == ("sRGB", "sRGB")
    assert [variant.difference_levels for variant in card.variants] == [0.25, 0.25]
    assert card.quality[0].metric == "checkerboard_levels"
    assert card.training["recipe"] == {
        "random_shift_px": 7,
        "weights": {"checkerboard": 1.0, "pixel": 0.5},
    }
    written = encode_card(card)
    assert json.loads(written)["schema_version"] == 3
    assert decode_card(written, source="new.json") == card


def second_version() -> dict[str, Any]:
    """Return the JSON of a card in the words of schema version 2."""
    tree: dict[str, Any] = json.loads(encode_card(full_card()))
    tree |= {"schema_version": 2, "twin": "other", "degradation": "real"}
    del tree["dial"]
    for variant in tree["variants"]:
        (file,) = variant.pop("files")
        variant |= {name: file[name] for name in ("file", "sha256", "bytes")}
    return tree


def test_a_card_of_the_second_schema_version_is_read_as_a_plain_model() -> None:
    card = decode_card(json.dumps(second_version()).encode(), source="old.json")

    assert card == msgspec.structs.replace(full_card(), degradation="real")
    assert [file.file for file in card.files] == ["tiny-fp32.onnx", "tiny-int8.onnx"]
    assert (card.dial, card.has_restoration, card.has_fidelity) == (None, False, False)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"variants": 3}, "variants"),
        ({"variants": [3]}, "variants"),
        ({"variants": [{"precision": "fp32", "sha256": "0" * 64, "bytes": 1}]}, "file"),
        ({"variants": [{"precision": "fp32", "file": "a.onnx", "bytes": 1}]}, "sha256"),
        ({"dial": {"default_fidelity": 0.5}}, "only corners make a dial"),
    ],
)
def test_a_wrong_field_of_a_card_of_the_second_version_is_named(
    changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(BadCardError, match=rf"x\.json.*{named}"):
        decode_card(json.dumps(second_version() | changes).encode(), source="x.json")


def dial_json(
    corners: Sequence[tuple[int | None, int | None]], *more: tuple[int | None, int | None]
) -> bytes:
    """Return the JSON of a dial with these corners in fp32, and with ``more`` in int8."""

    def variant(precision: str, values: Sequence[tuple[int | None, int | None]]) -> dict[str, Any]:
        files = [
            {"file": f"{precision}-{number}.onnx", "sha256": "0" * 64, "bytes": 1}
            | {"restoration": r, "fidelity": f}
            for number, (r, f) in enumerate(values)
        ]
        return {"precision": precision, "files": files}

    variants = [variant("fp32", corners), *([variant("int8", more)] if more else [])]
    return as_json(tiny_card(), kind=None, dial={}, variants=variants)


FOUR = ((0, 0), (1, 0), (0, 1), (1, 1))


@pytest.mark.parametrize(
    ("corners", "values"),
    [
        (FOUR, (True, True)),
        (((0, None), (1, None)), (True, False)),
        (((None, 1), (None, 0)), (False, True)),
    ],
)
def test_the_corners_of_a_dial_say_which_values_it_has(
    corners: Sequence[tuple[int | None, int | None]], values: tuple[bool, bool]
) -> None:
    card = decode_card(dial_json(corners, *reversed(corners)), source="dial.json")

    assert (card.has_restoration, card.has_fidelity) == values
    assert len(card.files) == 2 * len(corners)
    assert card.dial == Dial(default_fidelity=0.15, restoration_map=1)
    assert decode_card(encode_card(card), source="again.json") == card


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (dial_json(FOUR[:3]), "all corners"),
        (dial_json(((0, 0), (1, 1))), "all corners"),
        (dial_json(((0, None), (None, 1))), "all corners"),
        (dial_json(((0, None), (1, None), (1, None))), "the same corner"),
        (dial_json(FOUR, (0, None), (1, None)), "differ in corners"),
        (dial_json(((None, None),)), "only corners make a dial"),
        (dial_json(((None, None), (None, None))), "the same corner"),
        (dial_json(FOUR).replace(b'"kind": null', b'"kind": "vivid"'), "a dial none"),
        (dial_json(FOUR).replace(b'"dial": {}', b'"dial": null'), "only corners make a dial"),
        (dial_json(FOUR).replace(b"fp32-1.onnx", b"fp32-2.onnx"), "two files have the same name"),
        (as_json(tiny_card(), kind=None), "a plain model has a kind"),
    ],
)
def test_a_dial_that_is_not_whole_is_refused(content: bytes, rule: str) -> None:
    with pytest.raises(BadCardError, match=rule):
        decode_card(content, source="x.json")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"license": "MIT"}, "licence is the old name of license"),
        ({"variants": 3}, "variants"),
        ({"input": None}, "input"),
        ({"color": "red"}, "color"),
    ],
)
def test_a_wrong_field_of_an_old_card_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(BadCardError, match=rf"x\.json.*{named}"):
        decode_card(json.dumps(first_version() | changes).encode(), source="x.json")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"color": "red"}, "color"),
        ({"schema_version": 4}, "schema_version"),
        ({"scale": 0}, "scale"),
        ({"id": "Tiny X4"}, "id"),
        ({"kind": "pretty"}, "kind"),
        ({"variants": []}, "variants"),
        ({"macs": {"input": "big", "value": 1}}, "macs"),
        ({"license": ""}, "license"),
        ({"limits": [3]}, "limits"),
        ({"id": "tiny\n"}, "id"),
        ({"name": "bell\a"}, "name"),
        ({"name": "x" * 5000}, "name"),
        ({"params": 10**30}, "params"),
        ({"params": 1e300}, "params"),
        ({"receptive_field_px": 10**9}, "receptive_field_px"),
        ({"min_side_px": 0}, "min_side_px"),
        ({"macs": {"input": "9999999x1", "value": 1}}, "macs"),
        ({"range_confidence": 1.5}, "range_confidence"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(BadCardError, match=named):
        decode_card(as_json(tiny_card(), **changes), source="x.json")


@pytest.mark.parametrize(
    "name",
    [
        "../evil.onnx",
        "/etc/passwd",
        "a\\b.onnx",
        "c:evil",
        ".hidden",
        "nul\0.onnx",
        "line\n.onnx",
        "end.onnx\n",
        "escape\x1b[2J.onnx",
        "x" * 201,
    ],
)
def test_a_card_cannot_name_a_file_outside_its_folder(name: str) -> None:
    file = {"file": name, "sha256": "0" * 64, "bytes": 1}
    variant = {"precision": "fp32", "files": [file]}
    with pytest.raises(BadCardError, match="file"):
        decode_card(as_json(tiny_card(), variants=[variant]), source="x.json")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"tile": TileHint(overlap_px=16, best_px=32)}, "keeps nothing"),
        ({"size_multiple": 7}, "multiple"),
        ({"min_side_px": 40}, "smaller than it takes"),
        ({"size_multiple": 2, "min_side_px": 3}, "least side"),
        ({"variants": (tiny_card().variants[0],) * 2}, "same precision"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(changes: dict[str, Any], rule: str) -> None:
    card = msgspec.structs.replace(tiny_card(), **changes)
    with pytest.raises(BadCardError, match=rule):
        encode_card(card)


def test_fp32_cannot_lose_against_itself() -> None:
    worse = msgspec.structs.replace(tiny_card().variants[0], loss_db=0.1)
    with pytest.raises(BadCardError, match="itself"):
        encode_card(msgspec.structs.replace(tiny_card(), variants=(worse,)))


def test_what_was_built_in_python_is_validated_before_it_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadCardError, match="params"):
        write_card(msgspec.structs.replace(tiny_card(), params=-1), tmp_path / "card.json")
    assert not (tmp_path / "card.json").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"\xff\xfe{}"])
def test_what_is_no_card_is_refused_with_its_name(content: bytes) -> None:
    with pytest.raises(BadCardError, match=r"x\.json"):
        decode_card(content, source="x.json")


@pytest.mark.parametrize("opening", [b"[", b'{"training":{"a":'])
def test_a_card_of_endless_depth_is_refused(opening: bytes) -> None:
    with pytest.raises(BadCardError, match="not a model card"):
        decode_card(opening * 100_000, source="x.json")


def test_a_number_of_endless_length_is_refused() -> None:
    text = as_json(tiny_card()).replace(b'"params": 1000', b'"params": ' + b"9" * 5000)
    assert b"9" * 5000 in text
    with pytest.raises(BadCardError, match=r"x\.json"):
        decode_card(text, source="x.json")


def test_what_is_no_file_or_larger_than_any_card_is_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    (tmp_path / "folder.json").mkdir()
    for name in ("pipe.json", "zero.json", "folder.json"):
        with pytest.raises(BadCardError, match=f"{name}: cannot be read"):
            read_card(tmp_path / name)
    (tmp_path / "large.json").write_bytes(b" " * (2 << 20))
    with pytest.raises(BadCardError, match="larger than"):
        read_card(tmp_path / "large.json")


def test_a_missing_card_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(BadCardError, match=r"gone\.json"):
        read_card(tmp_path / "gone.json")
