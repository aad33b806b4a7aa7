from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.core.errors import ConfigError
from engine.evaluation.candidates import BicubicCandidate
from engine.evaluation.sheet import most_detailed_place, write_contact_sheet
from engine.evaluation.sheet_drawing import Panel, SheetRow, write_sheet
from tests.helpers.training import write_photos

PANEL_PX = 160


def gray(height: int, width: int, level: int = 128) -> np.ndarray:
    return np.full((height, width, 3), level, dtype=np.uint8)


def test_the_place_is_where_the_detail_is() -> None:
    picture = gray(96, 120)
    picture[32:72, 64:104] = np.random.default_rng(0).integers(100, 156, (40, 40, 1))

    place = most_detailed_place(picture)

    assert (place.left, place.top, place.width, place.height) == (64, 32, 40, 40)


def test_a_picture_smaller_than_the_place_is_shown_whole() -> None:
    place = most_detailed_place(gray(9, 300))

    assert (place.height, place.width) == (9, 40)


def test_a_sheet_shows_lr_every_network_and_the_reference(tmp_path: Path) -> None:
    data = write_photos(tmp_path / "set", count=2, side_px=200)
    no_reference = write_photos(tmp_path / "alone", count=1, side_px=50)
    candidates = [BicubicCandidate(scale=4), BicubicCandidate(scale=4)]

    write_contact_sheet(candidates, [data], tmp_path / "sheet.png", no_reference=[no_reference])

    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == 4 * (2 * PANEL_PX + 8) + 8
        assert sheet.height > 3 * 2 * PANEL_PX


def test_networks_see_enough_around_the_place(tmp_path: Path) -> None:
    data = write_photos(tmp_path / "set", count=1, side_px=400)
    candidate = BicubicCandidate(scale=4)
    write_contact_sheet([candidate], [data], tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as sheet:
        pixels = np.asarray(sheet)

    column = 8 + 2 * PANEL_PX + 8
    shown = pixels[-2 * PANEL_PX - 8 : -8 : 2, column : column + 2 * PANEL_PX : 2]

    assert shown.shape == (PANEL_PX, PANEL_PX, 3)
    assert shown.std() > 5
    # A smooth photo: bicubic is as close to the reference as a few code values.
    reference = pixels[-2 * PANEL_PX - 8 : -8 : 2, column + 2 * PANEL_PX + 8 : -8 : 2]
    assert np.abs(shown.astype(int) - reference).mean() < 2


def test_networks_of_two_scales_share_no_sheet(tmp_path: Path) -> None:
    data = write_photos(tmp_path / "set", count=1)
    candidates = [BicubicCandidate(scale=2), BicubicCandidate(scale=4)]

    with pytest.raises(ConfigError, match="one scale"):
        write_contact_sheet(candidates, [data], tmp_path / "sheet.png")


def test_panels_are_wrapped_and_long_labels_shortened(tmp_path: Path) -> None:
    panels = tuple(Panel(label="a very long name of a network", pixels=gray(20, 30)) for _ in "123")
    row = SheetRow(title="t", panels=panels)

    write_sheet([row], tmp_path / "sheet.png", zoom=2, columns=2)

    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == 2 * (60 + 8) + 8
        pixels = np.asarray(sheet)
    labels = pixels[34 : 34 + 20]  # above the first line of pictures
    assert np.array_equal(labels[:, 68:76], np.broadcast_to([32, 33, 36], (20, 8, 3)))
    assert (pixels == 128).all(axis=2).sum() == 3 * 60 * 40


def test_lines_are_of_about_equal_length(tmp_path: Path) -> None:
    panels = tuple(Panel(label="x", pixels=gray(20, 30)) for _ in range(7))

    write_sheet([SheetRow(title="t", panels=panels)], tmp_path / "s.png", zoom=1, columns=6)

    with Image.open(tmp_path / "s.png") as sheet:
        assert sheet.width == 4 * (30 + 8) + 8


def test_a_sheet_never_replaces_a_file(tmp_path: Path) -> None:
    panels = (Panel(label="x", pixels=gray(20, 30)),)
    (tmp_path / "photo.png").write_bytes(b"a photo")

    written = write_sheet(
        [SheetRow(title="t", panels=panels)], tmp_path / "photo.png", zoom=1, columns=1
    )

    assert written == tmp_path / "photo-2.png"
    assert written.is_file()
    assert (tmp_path / "photo.png").read_bytes() == b"a photo"
