"""``mfagan models`` with real files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine.core.units import format_bytes
from tests.helpers.catalogs import put_dial, put_model
from tests.helpers.odd_onnx import nearest_nodes, node, write_onnx
from tests.helpers.tiny_onnx import write_folding_onnx, write_tiny_onnx
from tests.unit.engine.cli.conftest import RunCommand, write_photo


def brighter_network(path: Path, amount: float) -> Path:
    """Write twofold nearest enlargement that adds ``amount`` to every value."""
    weights = {"b": np.array(amount, dtype=np.float32)}
    return write_onnx(
        path, [*nearest_nodes("lr", "a"), node("Add", "a", "b", "sr")], weights=weights
    )


def reflecting_network(path: Path, pad_px: int) -> Path:
    """Write twofold nearest enlargement of a mean over a row, mirrored at the edges."""
    kernel = np.zeros((3, 3, 1, 2 * pad_px + 1), dtype=np.float32)
    kernel[range(3), range(3)] = 1 / (2 * pad_px + 1)
    nodes = [
        node("Pad", "lr", "pads", "wide", mode="reflect"),
        node("Conv", "wide", "w", "mean"),
        *nearest_nodes("mean"),
    ]
    pads = np.array([0, 0, 0, pad_px, 0, 0, 0, pad_px], dtype=np.int64)
    return write_onnx(path, nodes, weights={"w": kernel, "pads": pads})


def pixels(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    with Image.open(path) as picture:
        return np.asarray(picture, dtype=np.float64)


def test_a_network_that_brightens_does_so(mfagan: RunCommand, photo: Path, tmp_path: Path) -> None:
    said = mfagan("models", "import", brighter_network(tmp_path / "bright.onnx", 12 / 255))
    assert said.code == 0, said.err
    assert "values 0 to 1 (" in said.out
    assert "% sure)" in said.out

    out = tmp_path / "out.png"
    assert mfagan("upscale", photo, "-o", out, "--model", "bright", "--scale", 2).code == 0
    expected = pixels(photo).repeat(2, axis=0).repeat(2, axis=1) + 12
    np.testing.assert_array_equal(pixels(out), expected)


@pytest.mark.parametrize(
    ("values", "added"),
    [(["--range", "0-1"], 33.15), (["--range", "0-255"], 0.13), (["--range=-1-1"], 16.575)],
)
def test_a_range_that_is_not_sure_must_be_said(
    mfagan: RunCommand, photo: Path, tmp_path: Path, values: list[str], added: float
) -> None:
    file = brighter_network(tmp_path / "odd.onnx", 0.13)
    said = mfagan("models", "import", file)
    assert said.code != 0
    assert "--range 0-1, --range 0-255 or --range=-1-1" in said.err
    assert "odd" not in mfagan("models").out

    assert mfagan("models", "import", file, *values).code == 0
    out = tmp_path / "out.png"
    assert mfagan("upscale", photo, "-o", out, "--model", "odd", "--scale", 2).code == 0
    expected = pixels(photo).repeat(2, axis=0).repeat(2, axis=1) + added
    assert np.abs(pixels(out) - expected).max() <= 0.5 + 1e-3


@pytest.mark.parametrize(("width", "height"), [(8, 8), (6, 300), (1, 1)])
def test_photos_smaller_than_a_network_takes_are_enlarged(
    mfagan: RunCommand, tmp_path: Path, width: int, height: int
) -> None:
    assert mfagan("models", "import", reflecting_network(tmp_path / "net.onnx", 10)).code == 0
    assert "sides from 11 px" in mfagan("models", "show", "net").out
    photo = write_photo(tmp_path / "small.png", width=width, height=height)

    said = mfagan("upscale", photo, "-o", tmp_path / "out.png", "--model", "net", "--scale", 2)

    assert said.code == 0, said.err
    given, found = pixels(photo), pixels(tmp_path / "out.png")
    assert found.shape == (2 * height, 2 * width, 3)
    # What the network sees: the row continued with its last pixel, then mirrored.
    wide = np.pad(given, ((0, 0), (0, max(0, 11 - width)), (0, 0)), mode="edge")
    wide = np.pad(wide, ((0, 0), (10, 10), (0, 0)), mode="reflect")
    mean = np.stack([wide[:, x : x + 21].mean(axis=1) for x in range(width)], axis=1)
    assert np.abs(found - mean.repeat(2, axis=0).repeat(2, axis=1)).max() <= 0.51


def test_sizes_that_are_no_multiple_are_padded(mfagan: RunCommand, tmp_path: Path) -> None:
    assert mfagan("models", "import", write_folding_onnx(tmp_path / "net.onnx")).code == 0
    photo = write_photo(tmp_path / "odd.png", width=25, height=17)
    out = tmp_path / "out.png"
    assert mfagan("upscale", photo, "-o", out, "--model", "net", "--scale", 2).code == 0
    assert pixels(out).shape == (34, 50, 3)


def test_a_network_that_restores_says_how_it_is_used(mfagan: RunCommand, tmp_path: Path) -> None:
    said = mfagan("models", "import", write_tiny_onnx(tmp_path / "clean.onnx", scale=1))
    assert "--model clean --scale 1" in said.out
    assert "--scale 1" in mfagan("models", "show", "clean").out


def test_a_network_that_looks_at_the_whole_picture_gets_it_whole(
    mfagan: RunCommand, tmp_path: Path
) -> None:
    # The mean of the picture weighs its detail, as squeeze-and-excitation does.
    weights: dict[str, NDArray[np.generic]] = {
        "axes": np.array([1, 2, 3], dtype=np.int64),
        "half": np.array(0.55, dtype=np.float32),
    }
    nodes = [
        node("ReduceMean", "lr", "axes", "mean"),
        node("Mul", "lr", "mean", "weighed"),
        node("Mul", "lr", "half", "dim"),
        node("Add", "dim", "weighed", "sum"),
        *nearest_nodes("sum"),
    ]
    gate = write_onnx(tmp_path / "gate.onnx", nodes, weights=weights)
    said = mfagan("models", "import", gate)
    assert said.code == 0, said.err
    assert "and more" in said.out
    photo = tmp_path / "wide.png"
    ramp = np.linspace(60, 160, 300)[None, :, None].repeat(150, axis=0).repeat(3, axis=2)
    Image.fromarray(ramp.round().astype(np.uint8)).save(photo)

    out = tmp_path / "out.png"
    assert mfagan("upscale", photo, "-o", out, "--model", "gate", "--scale", 2).code == 0
    given = pixels(photo)
    expected = given * (0.55 + given.mean() / 255)
    assert np.abs(pixels(out) - expected.repeat(2, axis=0).repeat(2, axis=1)).max() <= 0.51


def test_an_id_can_be_given_and_must_be_free(mfagan: RunCommand, tmp_path: Path) -> None:
    file = write_tiny_onnx(tmp_path / "net.onnx")
    assert "Imported as my-own:" in mfagan("models", "import", file, "--id", "my-own").out
    for taken, reason in (("my-own", "is taken"), ("mfa-s-x4", "is taken"), ("No!", "must")):
        said = mfagan("models", "import", file, "--id", taken)
        assert said.code != 0
        assert reason in said.err


def test_models_are_listed_and_shown(mfagan: RunCommand, tiny: str) -> None:
    assert tiny in mfagan("models").out
    reply = mfagan("models", "list", "--json").events[0]
    assert tiny in [model["id"] for model in reply["models"]]
    assert reply["broken"] == []
    shown = mfagan("models", "show", tiny).out
    assert "Apache-2.0" in shown
    assert "x2, faithful, RGB" in shown
    assert mfagan("models", "show", tiny, "--json").events[0]["origin"] == "imported"


@pytest.mark.parametrize(
    ("degradation", "word"), [("real", "real"), ("bicubic", "clean"), (None, "-")]
)
def test_the_list_shows_which_photos_models_are_for(
    mfagan: RunCommand, own_home: Path, degradation: str | None, word: str
) -> None:
    put_model(own_home / "data" / "models", "mine", degradation=degradation)

    row = next(line for line in mfagan("models").out.splitlines() if line.startswith("mine"))

    assert row.split()[3] == word


def test_a_dial_says_which_values_it_has_and_what_its_files_take(
    mfagan: RunCommand, own_home: Path
) -> None:
    card = put_dial(own_home / "data" / "models", "turned")
    row = next(line for line in mfagan("models").out.splitlines() if line.startswith("turned"))
    assert row.split()[1:4] == ["x2", "dial", "all"]
    shown = mfagan("models", "show", "turned").out
    assert "x2, dial for restoration and fidelity, RGB" in shown
    size = format_bytes(sum(file.bytes for file in card.files))
    assert f"fp32 (4 files, {size}" in shown
    described = mfagan("models", "show", "turned", "--json").events[0]
    assert described["dial"] == {"default_fidelity": 0.15, "restoration_map": 1}
    assert len(described["variants"][0]["files"]) == 4


def test_a_model_of_an_earlier_version_shows_what_replaced_it(
    mfagan: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_dial(tmp_path, "mfa-xs-x4", scale=4)
    monkeypatch.setattr("engine.catalog.catalog.shipped_models_folder", lambda: tmp_path)

    said = mfagan("models", "show", "mfa-xs-x4-photo")

    assert said.code == 0
    assert "was replaced by mfa-xs-x4 with --restoration auto --fidelity 1" in said.err
    assert "mfa-xs-x4, Tiny" in said.out


def test_a_broken_card_is_named_in_the_list(mfagan: RunCommand, tiny: str, own_home: Path) -> None:
    (own_home / "data" / "models" / "bad.json").write_text("{", encoding="utf-8")
    said = mfagan("models")
    assert said.code == 0
    assert tiny in said.out
    assert "bad.json" in said.err


def test_a_network_is_imported_used_and_removed(
    mfagan: RunCommand, photo: Path, tmp_path: Path
) -> None:
    file = write_tiny_onnx(tmp_path / "Mine.onnx", scale=3)
    said = mfagan("models", "import", file, "--license", "MIT", "--kind", "faithful", "--json")
    assert said.code == 0, said.out
    assert said.events[0]["id"] == "mine"
    assert said.events[0]["scale"] == 3
    assert said.events[0]["receptive_field_px"] <= 7
    used = mfagan("upscale", photo, "-o", tmp_path / "out", "--scale", 3, "--model", "mine")
    assert used.code == 0, used.err
    assert mfagan("models", "remove", "mine").code == 0
    assert mfagan("models", "show", "mine").code == 2


def test_a_file_that_is_no_network_is_refused_with_the_reason(
    mfagan: RunCommand, tmp_path: Path
) -> None:
    (tmp_path / "evil.onnx").write_bytes(b"\x80\x04cos\nsystem\n")
    said = mfagan("models", "import", tmp_path / "evil.onnx", "--json")
    assert said.code == 1
    assert said.events[0]["code"] == "model-refused"


def test_the_earlier_spelling_of_the_license_option_is_understood(
    mfagan: RunCommand, tmp_path: Path
) -> None:
    file = write_tiny_onnx(tmp_path / "mine.onnx")

    said = mfagan("models", "import", file, "--licence", "MIT", "--json")

    assert said.events[0]["license"] == "MIT"
    assert "--licence" not in mfagan("models", "import", "--help").out
